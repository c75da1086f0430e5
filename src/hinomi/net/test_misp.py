"""MISP from outside: a feed is files behind a real web server, an instance answers its REST interface."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from hinomi.net import misp
from hinomi.net.fetch import Access, FetchError
from hinomi.net.served import Served, body_of, say

ONE = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


def test_a_manifest_names_events_and_nothing_else(served: Served):
    told = {ONE: {"timestamp": 5, "info": "x"}, "../../etc/passwd": {"timestamp": 1}, "nothing": None}
    served.answer = lambda request: say(request, json.dumps(told).encode())

    assert misp.manifest(f"{served.url}/feed/", Access()) == {ONE: "5"}
    assert served.asked[0][0] == "/feed/manifest.json"


def test_an_instance_is_asked_page_by_page_with_its_key(served: Served, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(misp, "PAGE", 2)
    wanted: list[dict[str, object]] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked = json.loads(body_of(request))
        wanted.append(asked)
        found = [{"value": str(number)} for number in range(5)][2 * asked["page"] - 2 : 2 * asked["page"]]
        say(request, json.dumps({"response": {"Attribute": found}}).encode())

    served.answer = answer
    pages = list(misp.attributes(served.url, Access("key", scheme=None)))

    assert [one["value"] for page in pages for one in page] == list("01234")
    assert {headers["Authorization"] for _, headers in served.asked} == {"key"}
    assert wanted[0]["to_ids"] == wanted[0]["enforceWarninglist"] == 1


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"response": {}}'])
def test_what_is_no_answer_of_misp(served: Served, answer: bytes):
    served.answer = lambda request: say(request, answer)

    with pytest.raises(FetchError):
        list(misp.attributes(served.url, Access("key")))
