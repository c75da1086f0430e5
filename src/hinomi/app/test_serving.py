"""What every answer of the console carries, and what a browser gets while the database is away."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from hinomi.app import failures
from hinomi.app.headers import POLICY
from hinomi.app.serve import AlreadyServed, ConsolePortTaken, Deployment, alone, listening

SCRIPT = "/static/vendor/htmx/htmx.min.js"


def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError('connection to server at "db.example", port 5432 failed')


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("a fault of our own")


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("nothing here", status=404)


urlpatterns = [
    path("away", away),
    path("broken", broken),
    path("api/v1/away", away),
    path("api/v1/broken", broken),
]
handler404 = missing
handler500 = failures.server_error


@pytest.fixture
def browser() -> Iterator[Client]:
    """A browser before our middleware, without the parts that ask the database."""
    asking = ("session", "auth", "messages", "locale", "guard")
    quiet = [name for name in settings.MIDDLEWARE if not any(part in name for part in asking)]
    with override_settings(MIDDLEWARE=quiet, ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


def test_a_script_comes_straight_from_its_package(browser: Client) -> None:
    answer = browser.get(SCRIPT)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert len(answer.content) == int(answer.headers["Content-Length"]) > 10_000


@pytest.mark.parametrize(("headers", "status", "size"), [({"Range": "bytes=10-19"}, 206, 10), ({}, 200, None)])
def test_a_part_of_a_file_may_be_asked_for(browser: Client, headers: dict, status: int, size: int | None) -> None:
    answer = browser.get(SCRIPT, headers=headers)

    assert answer.status_code == status
    assert size is None or len(answer.content) == size


def test_a_file_the_browser_has_is_not_sent_again(browser: Client) -> None:
    modified = browser.get(SCRIPT).headers["Last-Modified"]

    answer = browser.get(SCRIPT, headers={"If-Modified-Since": modified})

    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("folder", ["", "..", "%2e%2e"])
def test_no_file_outside_the_packages_is_served(browser: Client, folder: str) -> None:
    assert browser.get(f"/static/{folder}/secret.key").status_code == 404


def test_only_our_own_scripts_may_run(browser: Client) -> None:
    for address in (SCRIPT, "/away", "/nothing-here"):
        headers = browser.get(address).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"

    assert "unsafe" not in POLICY


def test_a_database_that_is_away_is_said_without_naming_it(browser: Client) -> None:
    answer = browser.get("/away")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "データベースに接続できません" in answer.content.decode()
    assert "db.example" not in answer.content.decode()


def test_a_fault_of_our_own_is_a_fault(browser: Client) -> None:
    assert browser.get("/broken").status_code == 500


@pytest.mark.parametrize(("name", "status", "headers"), [("away", 503, {"Retry-After": "30"}), ("broken", 500, {})])
def test_a_program_is_told_of_both_as_of_other_problems(
    browser: Client, name: str, status: int, headers: dict[str, str]
) -> None:
    answer = browser.get(f"/api/v1/{name}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert answer.json()["what_to_do"]
    assert headers.items() <= dict(answer.headers).items()
    assert "db.example" not in answer.content.decode()
    assert "a fault of our own" not in answer.content.decode()


@pytest.mark.filterwarnings("error")
def test_the_server_sends_files_without_complaint() -> None:
    """Under ASGI, as ``hinomi serve`` runs it."""
    from django.core.handlers.asgi import ASGIHandler

    request = RequestFactory().get(SCRIPT)
    scope = {
        "type": "http",
        "method": "GET",
        "path": request.path,
        "headers": [(b"host", b"localhost")],
        "query_string": b"",
    }
    sent: list[dict] = []
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict:
        for message in asked:
            return message
        await asyncio.sleep(3600)  # the browser stays
        raise AssertionError

    async def send(message: dict) -> None:
        sent.append(message)

    asyncio.run(ASGIHandler()(scope, receive, send))

    assert sent[0]["status"] == 200
    assert sum(len(message.get("body", b"")) for message in sent[1:]) > 10_000


def test_a_second_serve_of_a_folder_names_the_first_and_ends(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(AlreadyServed, match=str(os.getpid())), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_a_port_that_is_taken_is_said_before_anything_begins(tmp_path: Path) -> None:
    with listening(Deployment(tmp_path, "127.0.0.1", 0, None, None)) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConsolePortTaken, match=f"127.0.0.1:{port}"):
            listening(Deployment(tmp_path, "127.0.0.1", port, None, None))
