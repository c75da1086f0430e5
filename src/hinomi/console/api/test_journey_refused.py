"""Another company's person at a browser asks for every page and every operation of the API: nothing of ours is told."""

import json
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from hinomi.console.api import pace
from hinomi.console.api.gate import OPERATIONS
from hinomi.console.api.test_doors import desk
from hinomi.console.api.test_examples import ALL, NO_COMPANY, question
from hinomi.console.conftest import NEEDS_CHROMIUM, Town, enter
from hinomi.console.shell.test_access import CLOSED, EXAMPLES, FORMS, SECRETS, address

pytestmark = [NEEDS_CHROMIUM, pytest.mark.django_db(transaction=True)]
LEAVES = ("account", "password", "sign-out", "tokens-new", "people-act", "people-withdraw", "people-grant")
"""What would end the session, or change the neighbour's own things."""
ASK = """
async questions => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const answers = [];
    for (const {name, url, method, type, body} of questions) {
        const headers = {"X-CSRFToken": token, ...(body === null ? {} : {"Content-Type": type})};
        const answer = await fetch(url, {method, headers, body});
        answers.push({name, method, status: answer.status, text: await answer.text(), at: answer.url});
    }
    return answers;
}
"""


def of_console(town: Town) -> list[dict[str, Any]]:
    """Every page asked for the other company's things, read and posted to."""
    asked: list[dict[str, Any]] = []
    for name in CLOSED:
        url = address(name, town, "701")
        asked += [
            {"name": name, "url": at, "method": "GET", "type": "", "body": None} for at in (url, f"{url}?tenant=701")
        ]
        if not name.startswith(LEAVES):
            form = "&".join(f"{key}={value}" for key, value in FORMS.get(name, {}).items())
            kind = "application/x-www-form-urlencoded"
            asked.append({"name": name, "url": url, "method": "POST", "type": kind, "body": form})
    return asked


def of_api(town: Town) -> list[dict[str, Any]]:
    asked = []
    for name in ALL:
        example, declared = question(name, town).example, OPERATIONS[name]
        url = reverse(f"api:{name}", kwargs=example.path)
        query = "&".join(f"{key}={value}" for key, value in example.query.items())
        body = None if example.body is None else json.dumps(example.body)
        asked.append(
            {
                "name": name,
                "url": f"{url}?{query}" if query else url,
                "method": declared.method,
                "type": "application/json",
                "body": body,
            }
        )
    return asked


def test_another_companys_person_is_refused_everywhere(
    town: Town, live_server: Any, page: Page, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "PER_MINUTE", 10**6)
    enter(page, live_server.url, town, "neighbour")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    programs, pages = of_api(town), of_console(town)
    theirs_differ = {name for name in CLOSED if EXAMPLES[name](town, "701") != EXAMPLES[name](town, "702")}
    before = desk()

    for answer in page.evaluate(ASK, [one for one in programs if one["name"] not in NO_COMPANY]):
        assert answer["status"] in (403, 404), answer
        assert not any(secret in answer["text"] for secret in SECRETS), answer
    assert desk() == before

    others = page.evaluate(ASK, [*pages, *(one for one in programs if one["name"] in NO_COMPANY)])
    for answer in others:
        assert not any(secret in answer["text"] for secret in SECRETS), answer
        if answer["name"] in theirs_differ and "?" not in answer["at"]:
            assert answer["status"] in (403, 404, 405), answer
    [me] = [json.loads(answer["text"]) for answer in others if answer["name"] == "me"]
    assert (me["username"], me["tenants"]) == ("neighbour", ["702"]), "somebody was really asking"

    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert [said for said in complaints if "Failed to load resource" not in said] == []
