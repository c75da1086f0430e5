"""TAXII 2.1: against medallion, the standard body's own server, and against servers that behave badly."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from hinomi.net import taxii
from hinomi.net.fetch import Access, FetchError
from hinomi.net.served import Served, say

WORD = "correct horse"
ROOT, FEED = "trustgroup1", "91a7b528-80eb-42ed-a74d-c6fbd5a26116"


def indicator(number: int) -> dict[str, object]:
    moment = f"2026-11-{1 + number:02d}T00:00:00.000Z"
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012d}",
        "created": moment,
        "modified": moment,
        "valid_from": moment,
        "pattern_type": "stix",
        "pattern": f"[ipv4-addr:value = '203.0.113.{number}']",
    }


@pytest.fixture(scope="module")
def medallion(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API root of a server with 25 indicators and a piece of malware, ten objects a page."""
    server = pytest.importorskip("medallion", reason="the TAXII server of OASIS is not installed")
    from werkzeug.serving import make_server

    objects = [*map(indicator, range(25)), {**indicator(25), "type": "malware", "id": f"malware--{FEED}"}]
    manifest = [
        {"id": one["id"], "date_added": one["created"], "version": one["modified"],
         "media_type": "application/stix+json;version=2.1"}
        for one in objects
    ]  # fmt: skip
    collection = {
        "id": FEED, "title": "Test", "can_read": True, "can_write": False,
        "media_types": ["application/stix+json;version=2.1"], "objects": objects, "manifest": manifest,
    }  # fmt: skip
    data: Path = tmp_path_factory.mktemp("taxii") / "data.json"
    information = {"title": "Test", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 9765625}
    data.write_text(json.dumps({ROOT: {"information": information, "status": [], "collections": [collection]}}))
    application = server.application_instance
    server.set_config(application, "users", {"users": {"soc": WORD}})
    server.set_config(application, "taxii", {"taxii": {"max_page_size": 10}})
    backend = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend", "filename": str(data)}
    server.set_config(application, "backend", {"backend": backend})
    server.register_blueprints(application)
    running = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/{ROOT}/"
    running.shutdown()
    running.server_close()


def addresses(pages: list[taxii.Page]) -> list[str]:
    return [str(one["pattern"])[20:-2] for page in pages for one in page.objects]


def test_every_page_of_a_real_server_comes_and_later_only_what_is_new(medallion: str):
    access = Access(WORD, user="soc")

    pages = list(taxii.indicators(medallion, FEED, access))

    assert [one.id for one in taxii.collections(medallion, access)] == [FEED]
    assert addresses(pages) == [f"203.0.113.{number}" for number in range(25)]
    assert len(pages) >= 3
    assert addresses(list(taxii.indicators(medallion, FEED, access, "2026-11-20T00:00:00.000Z"))) == [
        f"203.0.113.{number}" for number in range(20, 25)
    ]
    assert addresses(list(taxii.indicators(medallion, FEED, access, pages[-1].added_last))) == []


def test_a_real_server_refuses_a_wrong_password_and_an_unknown_collection(medallion: str):
    with pytest.raises(FetchError) as refused:
        list(taxii.indicators(medallion, FEED, Access("wrong", user="soc")))
    with pytest.raises(FetchError) as unknown:
        list(taxii.indicators(medallion, "nothing", Access(WORD, user="soc")))
    assert (refused.value.status, unknown.value.status) == (401, 404)


@pytest.fixture
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


def test_thousands_of_pages_are_read_and_endless_ones_are_not(served: Served, monkeypatch: pytest.MonkeyPatch):
    pages = 300

    def page(request: BaseHTTPRequestHandler) -> None:
        number = int(parse_qs(urlsplit(request.path).query).get("next", ["0"])[0])
        more = {"more": True, "next": str(number + 1)} if number + 1 < pages else {"more": False}
        say(request, json.dumps({"objects": [indicator(1)], **more}).encode())

    served.answer = page
    assert sum(1 for _ in taxii.indicators(served.url, FEED, Access())) == pages
    monkeypatch.setattr(taxii, "MOST_PAGES", 20)
    with pytest.raises(FetchError, match="without an end"):
        list(taxii.indicators(served.url, FEED, Access()))


def test_a_server_that_goes_in_circles_is_left(served: Served):
    served.answer = lambda request: say(request, b'{"objects": [], "more": true, "next": "1"}')

    with pytest.raises(FetchError, match="no next page"):
        list(taxii.indicators(served.url, FEED, Access()))
    assert len(served.asked) == 2


def test_a_server_that_pages_by_time_alone(served: Served):
    def page(request: BaseHTTPRequestHandler) -> None:
        after = parse_qs(urlsplit(request.path).query).get("added_after")
        headers = {"X-TAXII-Date-Added-Last": "2026-11-02T00:00:00Z"}
        say(request, json.dumps({"objects": [indicator(1)], "more": not after}).encode(), headers=headers)

    served.answer = page
    assert len(list(taxii.indicators(served.url, FEED, Access()))) == 2


@pytest.mark.parametrize("answer", [b"<html>", b"[1]", b'{"objects"'])
def test_what_is_no_answer_of_taxii(served: Served, answer: bytes):
    served.answer = lambda request: say(request, answer)

    with pytest.raises(FetchError):
        list(taxii.indicators(served.url, FEED, Access()))
