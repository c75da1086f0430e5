"""Every page, as each kind of person sees it: nothing inline that a policy would have to allow, and the headers that
keep others out.
"""

import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from hinomi.console.conftest import Town
from hinomi.console.shell.test_access import CLOSED, EXAMPLES

pytestmark = pytest.mark.django_db
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OURS = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
STRICTER = "default-src 'none'; sandbox"
"""Of a file that somebody attached."""


class Inline(HTMLParser):
    """Collects what the policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            is_handler = name.startswith(("on", "hx-on"))
            if name == "style" or is_handler or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"<{tag} {name}={value!r}>")


def inline(html: str) -> list[str]:
    parser = Inline()
    parser.feed(html)
    return parser.found


def test_what_is_inline_is_found() -> None:
    bad = '<script>1</script><p style="x" onclick="y"></p><a href=" JavaScript:z"></a><style></style>'

    assert len(inline(bad)) == 5
    assert inline('<script type="application/json">{}</script><script src="/a.js"></script>') == []


@pytest.mark.parametrize("who", ["operator", "programme", "member", None])
def test_every_answer_has_the_headers_and_no_page_has_anything_inline(town: Town, who: str | None) -> None:
    client = town.client(who) if who else Client()
    wrong: list[tuple[str, object]] = []
    urls = [reverse(name, kwargs=EXAMPLES[name](town, "701")) for name in CLOSED if name in EXAMPLES]
    for url in (*urls, "/sign-in/", "/sign-in/link/x", "/sign-in/second/", "/healthz", "/nowhere/"):
        answer: Any = client.get(url)
        wrong += [(url, name) for name, value in HEADERS.items() if answer.headers.get(name) != value]
        if answer.headers.get("Content-Security-Policy", "") not in (OURS, STRICTER):
            wrong.append((url, answer.headers.get("Content-Security-Policy")))
        wrong += [(url, name) for name in ("Permissions-Policy", "Origin-Agent-Cluster") if name not in answer.headers]
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not isinstance(answer, StreamingHttpResponse):
            wrong += [(url, found) for found in inline(answer.content.decode())]
        is_closed = who and answer.status_code == 200 and not url.startswith(("/healthz", "/sign-in"))
        if is_closed and "no-store" not in answer.headers.get("Cache-Control", ""):
            wrong.append((url, answer.headers.get("Cache-Control")))

    assert wrong == []


ASK = """
import django; django.setup()
from django.conf import settings
from django.test import Client
answer = Client(SERVER_NAME="hinomi.example.jp").get("/sign-in/", secure=True)
print(answer.headers.get("Strict-Transport-Security"))
for cookie in answer.cookies.values(): print(cookie.key, bool(cookie["secure"]), cookie["path"], repr(cookie["domain"]))
print(settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
"""


@pytest.mark.parametrize(
    ("base", "said"),
    [
        (
            "https://hinomi.example.jp",
            "max-age=31536000\n__Host-csrf True / ''\n__Host-session __Host-language\n",
        ),
        ("http://hinomi.example.jp", "None\ncsrftoken False / ''\nsessionid django_language\n"),
    ],
)
def test_under_https_cookies_are_bound_to_the_host_and_browsers_told_to_stay(
    tmp_path: Any, base: str, said: str
) -> None:
    environ = {
        "PATH": "",
        "DJANGO_SETTINGS_MODULE": "hinomi.app.settings",
        "HINOMI_DATA_DIR": str(tmp_path),
        "HINOMI_BASE_URL": base,
    }

    done = subprocess.run([sys.executable, "-c", ASK], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout == said
