"""The shelf: how sure we are of a format, how a device is set up, what unknown lines are, and a sensor made of them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hinomi.console.conftest import Town
from hinomi.console.sources import setup_page, trying
from hinomi.library import catalog
from hinomi.tenants.models import AuditEntry, Sensor

pytestmark = pytest.mark.django_db

LINE = (
    'date=2022-11-01 time=09:00:00 devname="FG-1" type="utm" subtype="virus" level="warning" srcip=192.168.1.10 '
    'dstip=203.0.113.66 action="blocked" virus="W32/Sample" newfield="nobody reads this" '
    'url="http://203.0.113.66/a.exe"'
)
BAIT = "hello <script>alert(1)</script> http://203.0.113.66/x \u202e"


def tried(client: Client, **given: Any) -> Any:
    return client.post(reverse("sources-try"), {"timezone": "Asia/Tokyo", "source": "", **given})


def test_every_source_is_on_the_page_and_assumed_ones_say_so(town: Town) -> None:
    page = town.client("programme").get(reverse("sources")).content.decode()

    manifests = catalog.manifests().values()
    assert all(reverse("sources-detail", args=(manifest.name,)) in page for manifest in manifests)
    assert page.count('<span aria-hidden="true">？</span>') == sum(manifest.assumed for manifest in manifests)
    assert reverse("sources-try") not in page, "the programme office sees no logs"


@pytest.mark.parametrize("name", sorted(catalog.manifests()))
def test_every_source_has_its_own_page(town: Town, name: str) -> None:
    answer = town.client("member").get(reverse("sources-detail", args=(name,)))

    assert answer.status_code == 200
    assert answer.content.decode().count("<h1>") == 1


def test_a_set_up_page_is_shown_in_the_readers_language(town: Town) -> None:
    client = town.client("analyst")
    japanese = client.get(reverse("sources-detail", args=("fortinet_fortigate",))).content.decode()
    client.post(reverse("set_language"), {"language": "en"})
    english = client.get(reverse("sources-detail", args=("fortinet_fortigate",))).content.decode()

    assert "FortiGate の設定</h2>" in japanese
    assert 'lang="en" aria-label' in english
    assert '<div class="scroll"' in japanese, "a table scrolls inside"


def test_there_is_no_page_of_what_is_not_on_the_shelf(town: Town) -> None:
    assert town.client("analyst").get(reverse("sources-detail", args=("nothing",))).status_code == 404


def test_what_a_contributor_writes_cannot_act() -> None:
    html = setup_page.rendered(
        "# Title\n\n<script>alert(1)</script> [a](javascript:alert(1)) [b](https://example.com) ![c](https://x.example/)\n"
        "\n|a|\n|-|\n|<b>|\n"
    )

    assert "<script" not in html
    assert "<h1>" not in html
    assert 'href="javascript' not in html
    assert "<img" not in html
    assert '<a href="https://example.com">' in html
    assert "&lt;b&gt;" in html


def test_pasted_lines_are_recognised_and_explained(town: Town) -> None:
    answer = tried(town.client("analyst"), text=f"{LINE}\r\n{BAIT}\r\n")
    page = answer.content.decode()

    found = answer.context["tried"]
    assert (found.examined.source, found.sure, found.examined.events) == ("fortinet_fortigate", True, 1)
    assert "newfield" in [one.field for one in found.examined.left]
    assert [one.lines for one in found.examined.rejected] == [(2,)]
    assert "hello &lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "hxxp://203[.]0[.]113[.]66/a.exe" in page


def test_a_product_that_was_chosen_is_the_only_one_tried(town: Town) -> None:
    answer = tried(town.client("operator"), text=LINE, source="suricata_eve")

    found = answer.context["tried"]
    assert (found.asked, found.candidates, found.examined.source, found.examined.events) == (
        True,
        (),
        "suricata_eve",
        0,
    )


def test_a_file_is_tried_and_only_its_beginning_where_it_is_long(town: Town) -> None:
    client = town.client("analyst")
    long = SimpleUploadedFile("a.log", (LINE.encode() + b"\n") * 6000)
    answer = tried(client, file=long, source="fortinet_fortigate")

    assert (answer.context["tried"].cut, answer.context["tried"].examined.records) == (True, 200)
    evtx = Path(str(catalog.source_manifest("windows_evtx").folder)) / "samples"
    whole = next(iter(sorted(evtx.glob("*.evtx"))))
    answer = tried(client, file=SimpleUploadedFile("a.evtx", whole.read_bytes()))
    assert answer.context["tried"].examined.source == "windows_evtx"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({}, "貼り付ける"),
        ({"text": LINE, "timezone": "Mars/Base"}, "時間帯はありません"),
        ({"text": "a\0b"}, 'class="error"'),
    ],
)
def test_what_cannot_be_tried_is_said(town: Town, given: dict[str, str], word: str) -> None:
    answer = tried(town.client("analyst"), **given)

    assert answer.status_code == 422
    assert word in answer.content.decode()


def test_too_many_at_once_are_asked_to_wait(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "PATIENCE", 0.01)
    with trying.AT_ONCE, trying.AT_ONCE:
        answer = tried(town.client("analyst"), text=LINE)

    assert answer.status_code == 503
    assert "少し待って" in answer.content.decode()


def test_nothing_that_was_tried_is_kept(town: Town, settings: Any) -> None:
    before = (sorted(settings.DATA_DIR.rglob("*")), AuditEntry.objects.count(), Sensor.objects.count())

    client = town.client("operator")
    tried(client, text=LINE + "secret-word")

    assert (sorted(settings.DATA_DIR.rglob("*")), AuditEntry.objects.count(), Sensor.objects.count()) == before
    assert "secret-word" not in client.get(reverse("sources-try")).content.decode()


def test_an_operator_makes_a_sensor_of_it(town: Town) -> None:
    client = town.client("operator")
    form = {"tenant": "701", "name": "gate", "source": "fortinet_fortigate", "timezone": "UTC", "peer": "192.0.2.7/32"}

    answer = client.post(reverse("sources-register"), form, follow=True)

    assert answer.redirect_chain == [(f"{reverse('sensors')}?tenant=701", 302)]
    assert "「gate」を登録しました" in answer.content.decode()
    sensor = Sensor.objects.get(tenant_id="701", name="gate")
    assert (sensor.source, sensor.kind, sensor.timezone, sensor.listener_peer) == (
        "fortinet_fortigate",
        "utm",
        "UTC",
        "192.0.2.7",
    )
    assert sensor.since == datetime.now(UTC).astimezone(town.aoba.zone).date()
    assert AuditEntry.objects.get(action="sensor.registered").actor == "operator"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"name": "utm"}, "同じ名前のセンサー"),
        ({"name": "../x"}, "英数字"),
        ({"peer": "gate.example"}, "192.0.2.1"),
        ({"port": "70000"}, "65535"),
        ({"tenant": "999"}, "999"),
        ({"timezone": "Mars/Base"}, "時間帯はありません"),
        ({"source": "nothing"}, "nothing"),
    ],
)
def test_a_sensor_that_cannot_be_is_refused(town: Town, change: dict[str, str], word: str) -> None:
    before = list(Sensor.objects.values_list("tenant", "name", "source"))
    form = {"tenant": "701", "name": "gate", "source": "fortinet_fortigate", "timezone": "UTC"} | change

    answer = town.client("operator").post(reverse("sources-register"), form)

    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert list(Sensor.objects.values_list("tenant", "name", "source")) == before


def test_one_sender_is_one_sensors(town: Town) -> None:
    client = town.client("operator")
    form = {"name": "gate", "source": "fortinet_fortigate", "timezone": "UTC", "peer": "192.0.2.7"}
    client.post(reverse("sources-register"), form | {"tenant": "701"})

    answer = client.post(reverse("sources-register"), form | {"tenant": "702"})

    assert answer.status_code == 422
    assert "受信ポートを分けて" in answer.content.decode()


def test_an_analyst_tries_lines_and_registers_nothing(town: Town) -> None:
    client = town.client("analyst")
    form = {"tenant": "701", "name": "gate", "source": "fortinet_fortigate", "timezone": "UTC"}

    assert client.post(reverse("sources-register"), form).status_code == 403
    assert reverse("sources-register") not in tried(client, text=LINE).content.decode()


@pytest.mark.parametrize("name", ["sources-try", "sources-register"])
def test_a_form_of_another_site_does_nothing(town: Town, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.people["operator"])

    assert client.post(reverse(name), {"text": LINE, "timezone": "UTC"}).status_code == 403
