"""Whoever sees personal data of a company is in the audit trail for it: every page is opened, and what it shows is
compared with what was written down. A new page that shows such data and writes nothing fails here.
"""

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from hinomi.console.api.gate import OPERATIONS
from hinomi.console.api.test_doors import ALL, question
from hinomi.console.conftest import Town
from hinomi.console.shell.test_access import CLOSED, EXAMPLES
from hinomi.tenants.models import AuditEntry

pytestmark = pytest.mark.django_db
PERSONAL = ("PC-701", "suzuki-701", "invoice-701", "701/order", "hello from 701", "総務 一郎")
"""Machines, people, files and addresses of company 701."""
OWN_WORDS = {"rules-trial", "trial"}
"""What looks like company 701's is in the text of the rule that the analyst wrote; examples of events are noted."""
PAGES = [name for name in CLOSED if name in EXAMPLES and name not in OWN_WORDS]


def shown(client: Client, url: str, query: dict[str, str]) -> str:
    answer = client.get(url, query)
    if isinstance(answer, StreamingHttpResponse):
        return ""  # asked for below; its text is told row by row
    return answer.content.decode(errors="replace")


@pytest.mark.parametrize("who", ["operator", "analyst"])
def test_a_page_that_shows_personal_data_writes_down_who_saw_it(town: Town, who: str) -> None:
    client, shows, silent = town.client(who), set(), []
    for name in PAGES:
        url = reverse(name, kwargs=EXAMPLES[name](town, "701"))
        for query in ({}, {"tenant": "701", "status": "all"}):
            before = AuditEntry.objects.count()
            text = shown(client, url, query)
            if any(secret in text for secret in PERSONAL):
                shows.add(name)
                written = AuditEntry.objects.order_by("pk")[before:]
                if not any(entry.actor == who and entry.action.endswith((".viewed", ".used")) for entry in written):
                    silent.append(url)

    assert silent == []
    assert {"company", "incidents", "incidents-detail", "events", "events-detail", "rejects-examples"} <= shows


def test_what_the_api_answers_is_written_down_as_well(town: Town) -> None:
    client, shows, silent = town.client("operator"), set(), []
    for name in (name for name in ALL if OPERATIONS[name].method == "GET" and name not in OWN_WORDS):
        asked = question(name, town)
        before = AuditEntry.objects.count()
        answer = asked.put(client)
        text = "" if answer.streaming else answer.content.decode(errors="replace")  # files: below
        if any(secret in text for secret in PERSONAL):
            shows.add(name)
            written = AuditEntry.objects.order_by("pk")[before:]
            if not any(entry.actor == "operator" and entry.action.endswith(".viewed") for entry in written):
                silent.append(name)

    assert silent == []
    assert {"incident", "event"} <= shows


@pytest.mark.parametrize("name", ["events-download", "reports-pdf", "reports-xlsx", "audit-csv"])
def test_a_file_of_personal_data_is_written_down_too(town: Town, name: str) -> None:
    before = AuditEntry.objects.count()
    answer = town.client("operator").get(reverse(name, kwargs=EXAMPLES[name](town, "701")))

    assert answer.status_code == 200
    written = [entry.action for entry in AuditEntry.objects.order_by("pk")[before:] if entry.actor == "operator"]
    assert [action for action in written if action.endswith(".viewed")]


def test_a_company_reads_who_looked_at_its_data_and_nothing_of_others(town: Town) -> None:
    for uid in ("701", "702"):
        town.client("analyst").get(reverse("incidents-detail", args=(town.incidents[uid],)))

    page = town.client("member").get(reverse("audit")).content.decode()
    neighbours = town.client("neighbour").get(reverse("audit"), {"tenant": "701"}).content.decode()

    assert "分析 花子" in page
    assert "インシデントを見た" in page
    assert town.incidents["701"] in page
    assert town.incidents["702"] not in page
    assert "127.0.0.1" not in page, "where staff sit is not the company's business"
    assert town.incidents["701"] not in neighbours


def test_an_operator_asks_by_person_kind_and_company(town: Town) -> None:
    town.client("analyst").get(reverse("incidents-detail", args=(town.incidents["701"],)))
    town.client("member").get(reverse("incidents-detail", args=(town.incidents["701"],)))
    client = town.client("operator")

    def rows(**query: str) -> str:
        return client.get(reverse("audit"), query).content.decode().partition('id="results"')[2]

    assert "総務 一郎" not in rows(person="分析", kind="views", tenant="701")
    assert "分析 花子" in rows(person="分析", kind="views", tenant="701")
    assert "分析 花子" not in rows(person="analyst", kind="changes")
    assert "分析 花子" not in rows(tenant="702")
    assert "分析 花子" not in rows(until="2022-01-01")


def test_a_spreadsheet_runs_nothing_of_the_trail(town: Town) -> None:
    bait = '=HYPERLINK("http://203.0.113.66/")'
    Client().post(reverse("sign-in"), {"username": bait, "password": "x"})
    AuditEntry.objects.create(at="2022-12-01T00:00:00Z", actor=bait, action="sign_in.paused", subject=bait)

    text = town.client("operator").get(reverse("audit-csv")).content.decode()

    assert "'=HYPERLINK" in text
    assert not any(cell.strip('"').startswith("=") for line in text.splitlines() for cell in line.split(","))


@pytest.mark.parametrize("days", [{"since": "0001-01-01"}, {"until": "9999-12-31"}])
def test_a_day_outside_of_all_time_asks_for_nothing(town: Town, days: dict[str, str]) -> None:
    for name in ("audit", "audit-csv"):
        assert town.client("member").get(reverse(name), days).status_code == 200
