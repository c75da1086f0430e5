"""An analyst looks for something in one company's events, opens one, and takes the answer along as CSV."""

import asyncio
import csv
import io

import polars as pl
import pytest
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from django.urls import reverse

from hinomi.console.conftest import BAIT, Town
from hinomi.console.events import table
from hinomi.console.events.fields import gist
from hinomi.console.events.raw import nth_line, raw_line
from hinomi.console.shell import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(town: Town) -> Client:
    return town.client("analyst")


def found(client: Client, **asked: str) -> int:
    answer = client.get(reverse("events"), {"tenant": "701", **asked})
    assert answer.status_code == 200
    return answer.context["found"].total


def test_staff_choose_a_company_first(analyst: Client) -> None:
    answer = analyst.get(reverse("events"))

    assert "found" not in answer.context
    assert "青葉精密" in answer.content.decode()


def test_a_member_needs_not_choose(town: Town) -> None:
    answer = town.client("member").get(reverse("events"))

    assert answer.context["tenant"] == town.aoba
    assert answer.context["found"].total == 60


def test_without_times_the_last_day_of_which_there_is_anything_is_searched(analyst: Client) -> None:
    answer = analyst.get(reverse("events"), {"tenant": "701"})

    assert answer.context["form"]["until"].value() == "2022-12-19T16:54"
    assert answer.context["form"]["since"].value() == "2022-12-18T16:54"


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 60),
        ({"ip": "192.168.1.23"}, 12),
        ({"ip": "203.0.113.66"}, 6),
        ({"ip": "198.51.100."}, 54),
        ({"ip": "198.51.100"}, 0),
        ({"host": "pc-701-3"}, 12),
        ({"user": "SUZUKI"}, 60),
        ({"text": "order-23.cab"}, 1),
        ({"text": "w32/sample"}, 6),
        ({"text": "' OR 1=1 --"}, 0),
        ({"class_uid": "4002"}, 6),
        ({"alerts_only": "on"}, 6),
        ({"source": "fortinet_fortigate"}, 60),
        ({"ip": "192.168.1.23", "alerts_only": "on"}, 6),
        ({"since": "2022-12-19T10:00", "until": "2022-12-19T10:07"}, 1),
        ({"since": "2022-12-18T00:00", "until": "2022-12-18T01:00"}, 0),
    ],
)
def test_a_question_is_answered(analyst: Client, asked: dict[str, str], count: int) -> None:
    assert found(analyst, **asked) == count


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"since": "きのう"}, "日時は"),
        ({"since": "2022-12-19T10:00", "until": "2022-12-19T09:00"}, "より後に"),
        ({"class_uid": "x"}, "class_uid"),
    ],
)
def test_a_question_that_makes_no_sense_is_explained(analyst: Client, asked: dict[str, str], says: str) -> None:
    answer = analyst.get(reverse("events"), {"tenant": "701", **asked})

    assert answer.context["found"] is None
    assert says in answer.content.decode()


def test_pages_hold_fifty_and_the_next_one_the_rest(analyst: Client) -> None:
    first = analyst.get(reverse("events"), {"tenant": "701"}).context["found"]
    second = analyst.get(reverse("events"), {"tenant": "701", "page": "2"}).context["found"]
    beyond = analyst.get(reverse("events"), {"tenant": "701", "page": "99"}).context["found"]

    assert (len(first.rows), len(second.rows), beyond.page) == (50, 10, 2)
    assert first.rows[-1]["time"] > second.rows[0]["time"]


def test_an_event_shows_its_line_as_received_and_nothing_of_its_neighbours(town: Town, analyst: Client) -> None:
    uid = town.events["701"][13]

    page = analyst.get(reverse("events-detail", args=("701", uid))).content.decode()

    assert "W32/Sample.13" in page
    assert "hxxp://203[.]0[.]113[.]66/701/order-13.cab" in page
    assert "http://203.0.113.66" not in page
    assert "W32/Sample.23" not in page
    assert "198.51.100.12" not in page


def test_the_list_tells_each_event_in_a_line_that_nobody_can_follow(town: Town, analyst: Client) -> None:
    page = analyst.get(reverse("events"), {"tenant": "701", "alerts_only": "on"}).content.decode()

    assert "W32/Sample.13" in page
    assert gist({"query.hostname": "bad.example", "message": "x"}) == "bad[.]example"
    assert gist({"url.url_string": "http://bad.example/a.b"}) == "hxxp://bad[.]example/a.b"
    assert gist({"message": None}) == ""


def test_a_finding_opens_by_its_uid_too(town: Town, analyst: Client) -> None:
    page = analyst.get(reverse("events-detail", args=("701", town.findings["701"][0]))).content.decode()

    assert "Detection Finding" in page
    assert "devname=&quot;FG-701&quot;" in page


def test_what_a_sender_wrote_never_becomes_part_of_the_page(town: Town, analyst: Client) -> None:
    page = analyst.get(reverse("events-detail", args=("701", town.events["701"][0]))).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\u202e" in page
    assert "\u202e" not in page


@pytest.mark.parametrize("uid", ["20221219-000000000000000000000000:1", "nothing", "x:y", "*:1"])
def test_an_unknown_event_is_not_found(analyst: Client, uid: str) -> None:
    assert analyst.get(reverse("events-detail", args=("701", uid))).status_code == 404


def test_an_event_of_another_company_is_not_found_under_ones_own(town: Town) -> None:
    uid = town.events["702"][0]

    assert town.client("member").get(reverse("events-detail", args=("701", uid))).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_csv_holds_the_answer_and_no_formula(town: Town) -> None:
    async def ask() -> str:
        client = AsyncClient()
        await client.aforce_login(town.people["analyst"])
        answer = await client.get(reverse("events-download", args=("701",)), {"text": "hyperlink"})
        assert isinstance(answer, StreamingHttpResponse)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="hinomi-events-701.csv"'
        return b"".join([part async for part in answer]).decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(asyncio.run(ask()))))

    assert len(rows) == 1
    assert rows[0]["message"] == f"'{BAIT}"
    assert rows[0]["time"].startswith("2022-12-19T01:00:00")
    assert "malware.name" not in rows[0], "a column without any value is left out"


def test_a_csv_of_findings_writes_lists_as_one_text(town: Town) -> None:
    frame = pl.DataFrame({"types": [["=virus", "worm"], None], "number": [1, 2], "text": ["+81 3", " @x"]})

    assert table.harmless(frame).rows() == [("'=virus; worm", 1, "'+81 3"), (None, 2, "' @x")]


@pytest.mark.django_db(transaction=True)
def test_every_event_of_a_company_can_be_taken_along(town: Town) -> None:
    async def ask() -> list[str]:
        client = AsyncClient()
        await client.aforce_login(town.people["member"])
        answer = await client.get(reverse("events-download", args=("701",)))
        return b"".join([part async for part in answer]).decode("utf-8-sig").splitlines()

    rows = asyncio.run(ask())

    assert len(rows) == 61
    assert "finding_info.types" in rows[0]


def test_a_block_that_is_no_longer_kept_is_said_so(town: Town) -> None:
    gone = raw_line(store.landing(), "701", "20200101-aaaaaaaaaaaaaaaaaaaaaaaa:1")

    assert (gone.text, gone.problem) == (None, "expired")


@pytest.mark.parametrize(("number", "line"), [(1, b"one"), (2, b""), (3, b"three"), (4, b"four"), (5, b""), (9, b"")])
def test_a_line_is_found_by_its_number(number: int, line: bytes) -> None:
    assert nth_line(b"one\n\nthree\r\nfour", number) == line
