"""Every URL of the console, asked by a stranger and by another company's member: they get nothing.

A new URL fails here until its example is added to ``EXAMPLES``.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hinomi.console.conftest import NOW, Town
from hinomi.deliver.notify.models import Contact, Notification
from hinomi.incidents.consult import operations as consulting
from hinomi.incidents.consult.inquiring import inquire
from hinomi.incidents.consult.models import DoneStep, Inquiry, Post, Thread
from hinomi.incidents.consult.operations import About, Upload
from hinomi.incidents.models import ExclusionDecision, Incident, Suppression
from hinomi.incidents.review.models import Decision, Reading
from hinomi.incidents.review.recognising import recognise
from hinomi.pipeline.retro import Job, Jobs, Kind, Phase, Progress
from hinomi.tenants import api_tokens
from hinomi.tenants.models import AuditEntry
from hinomi.tenants.operations import create_user
from hinomi.tenants.roles import Role

OPEN = {
    "sign-in",
    "sign-in-link",
    "sign-in-second",
    "sign-in-passkey",
    "sign-in-passkey-options",
    "sign-in-oidc",
    "sign-in-oidc-back",
    "sign-out",
    "health",
    "set_language",
    "api-nowhere",
    "acknowledge",
}
"""What a stranger must be able to reach."""


def suppression_of(tenant: str) -> str:
    """One of this company, with its secrets in it."""
    found, _ = Suppression.objects.get_or_create(
        uid=f"quiet-{tenant}",
        defaults={
            "tenant_id": tenant,
            "rule": f"verdict/hello from {tenant}",
            "conditions": [["device.hostname", "is", f"PC-{tenant}"]],
            "reason": f"suzuki-{tenant}",
            "created": NOW,
            "until": NOW + timedelta(days=36500),
        },
    )
    return found.uid


def token_of(town: Town, tenant: str) -> int:
    """One of this company's person."""
    return api_tokens.issue(town.of(tenant), "x", NOW)[1].pk


RULE = "5db0fa76-5932-4a32-8efe-497761c2d47b"
"""A rule of the shelf."""


def trial_of(tenant: str) -> str:
    """A trial of a rule over this company's events, with its secrets in it."""
    uid, moment = f"trial{tenant}", NOW.replace(tzinfo=None)
    jobs = Jobs(Path(settings.DATA_DIR))
    since = moment - timedelta(days=30)
    job = Job(uid, Kind.TRIAL, {"x": ""}, (tenant,), since, moment, moment, "analyst", f"suzuki-{tenant}", "title: x")
    jobs.save(jobs.add(job), Progress(Phase.DONE, 1, 1, hits={"x": {tenant: 1}}))
    return uid


def thread_of(town: Town, tenant: str) -> Thread:
    """A question of this company about its incident, with a photo, and its secrets in it."""
    found = Thread.objects.filter(tenant=tenant).first()
    if found is None:
        who = {"701": "member", "702": "neighbour"}[tenant]
        photo = Upload(
            f"PC-{tenant}.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Path(settings.DATA_DIR) / "attachments"
        )
        about = About(Incident.objects.get(pk=town.incidents[tenant]))
        company = {"701": town.aoba, "702": town.konan}[tenant]
        found = consulting.ask(
            town.people[who], company, "質問", f"suzuki-{tenant}が困っています", NOW, about=about, upload=photo
        ).thread
    return found


def inquiry_of(town: Town, tenant: str) -> Inquiry:
    """What the desk asks this company, with its secrets in it."""
    incident = Incident.objects.get(pk=town.incidents[tenant])
    found = Inquiry.objects.filter(incident=incident).first()
    return found or inquire(town.people["analyst"], incident, f"suzuki-{tenant}さんは電話しましたか", NOW)


def cluster_of(town: Town, tenant: str) -> str:
    """What waits for a decision, this company's incident among it."""
    recognise(NOW)
    return Reading.objects.get(incident=town.incidents[tenant]).key


def decision_of(town: Town, tenant: str) -> str:
    """One over this company, with its secrets in it."""
    found, is_new = Decision.objects.get_or_create(
        uid=f"decided{tenant}",
        defaults={
            "key": "x",
            "kind": "ransomware",
            "title": f"suzuki-{tenant}",
            "verdict": "watch",
            "reason": f"hello from {tenant}",
            "owner": town.people["analyst"],
            "severity_id": 5,
            "context": {"programs": [f"PC-{tenant}"]},
            "findings": 1,
            "first_seen": NOW,
            "last_seen": NOW,
            "created": NOW,
            "until": NOW + timedelta(days=36500),
        },
    )
    if is_new:
        found.tenants.set([tenant])
    return found.uid


def scam_of(tenant: str) -> str:
    """An incident of this company about which questions are asked, with its secrets in it."""
    moments = dict.fromkeys(("first_seen", "last_seen", "created", "updated"), NOW)
    about = {"kind": "support_scam", "host": f"PC-{tenant}", "user_name": f"suzuki-{tenant}", "severity_id": 4}
    found, _ = Incident.objects.get_or_create(uid=f"scam-{tenant}", defaults={"tenant_id": tenant, **about, **moments})
    return found.pk


def contact_of(tenant: str) -> str:
    """Somebody of this company who is told, by his address in a URL."""
    contact, _ = Contact.objects.get_or_create(
        tenant_id=tenant,
        name=f"suzuki-{tenant}",
        defaults={"channel": "mail", "target": f"suzuki-{tenant}@example.jp", "created": NOW},
    )
    return f"c{contact.pk}"


def message_of(tenant: str) -> int:
    """What he was told."""
    row, _ = Notification.objects.get_or_create(
        key=f"key-{tenant}",
        defaults={
            "tenant_id": tenant,
            "contact_id": contact_of(tenant)[1:],
            "subject": f"PC-{tenant}",
            "address": f"suzuki-{tenant}@example.jp",
            "message_id": f"key-{tenant}@localhost",
            "next_attempt": NOW,
            "created": NOW,
        },
    )
    return row.pk


EXAMPLES: dict[str, Callable[[Town, str], dict[str, str]]] = {
    "review": lambda town, tenant: {},
    "review-decisions": lambda town, tenant: {},
    "review-effort": lambda town, tenant: {},
    "review-end": lambda town, tenant: {"uid": decision_of(town, tenant)},
    "review-cluster": lambda town, tenant: {"key": cluster_of(town, tenant)},
    "review-decide": lambda town, tenant: {"key": cluster_of(town, tenant)},
    "review-beat": lambda town, tenant: {"key": cluster_of(town, tenant)},
    "overview": lambda town, tenant: {},
    "company": lambda town, tenant: {"uid": tenant},
    "watch": lambda town, tenant: {},
    "consult": lambda town, tenant: {},
    "consult-new": lambda town, tenant: {},
    "consult-thread": lambda town, tenant: {"pk": thread_of(town, tenant).pk},
    "consult-note": lambda town, tenant: {"pk": thread_of(town, tenant).pk},
    "consult-close": lambda town, tenant: {"pk": thread_of(town, tenant).pk},
    "consult-take": lambda town, tenant: {"pk": thread_of(town, tenant).pk},
    "consult-attachment": lambda town, tenant: {"pk": thread_of(town, tenant).posts.get().attachment.pk},
    "consult-inquire": lambda town, tenant: {"uid": town.incidents[tenant]},
    "consult-reply": lambda town, tenant: {"pk": inquiry_of(town, tenant).pk},
    "consult-withdraw": lambda town, tenant: {"pk": inquiry_of(town, tenant).pk},
    "consult-step": lambda town, tenant: {"uid": town.incidents[tenant]},
    "audit": lambda town, tenant: {},
    "audit-csv": lambda town, tenant: {},
    "people": lambda town, tenant: {},
    "people-invite": lambda town, tenant: {},
    "people-detail": lambda town, tenant: {"key": str(town.of(tenant).pk)},
    "people-act": lambda town, tenant: {"key": str(town.of(tenant).pk)},
    "people-grant": lambda town, tenant: {"key": str(town.of(tenant).pk)},
    "people-withdraw": lambda town, tenant: {"key": str(town.of(tenant).pk)},
    "people-second-factor": lambda town, tenant: {"uid": tenant},
    "account": lambda town, tenant: {},
    "account-setup": lambda town, tenant: {},
    "account-app": lambda town, tenant: {},
    "account-app-remove": lambda town, tenant: {},
    "account-recovery": lambda town, tenant: {},
    "account-passkeys-options": lambda town, tenant: {},
    "account-passkeys-add": lambda town, tenant: {},
    "account-passkeys-remove": lambda town, tenant: {"key": "1"},
    "account-sessions-end": lambda town, tenant: {},
    "account-identities-unlink": lambda town, tenant: {"key": "1"},
    "password": lambda town, tenant: {},
    "incidents": lambda town, tenant: {},
    "incidents-detail": lambda town, tenant: {"uid": town.incidents[tenant]},
    "incidents-questions": lambda town, tenant: {"uid": scam_of(tenant)},
    "incidents-status": lambda town, tenant: {"uid": town.incidents[tenant]},
    "incidents-assign": lambda town, tenant: {"uid": town.incidents[tenant]},
    "incidents-note": lambda town, tenant: {"uid": town.incidents[tenant]},
    "incidents-split": lambda town, tenant: {"uid": town.incidents[tenant]},
    "incidents-merge": lambda town, tenant: {"uid": town.incidents[tenant]},
    "events": lambda town, tenant: {},
    "events-download": lambda town, tenant: {"tenant_uid": tenant},
    "events-detail": lambda town, tenant: {"tenant_uid": tenant, "uid": town.findings[tenant][0]},
    "sensors": lambda town, tenant: {},
    "rejects": lambda town, tenant: {},
    "rejects-examples": lambda town, tenant: {"source": "fortinet_fortigate", "reason": "not_this_format"},
    "sources": lambda town, tenant: {},
    "sources-detail": lambda town, tenant: {"name": "fortinet_fortigate"},
    "sources-try": lambda town, tenant: {},
    "sources-register": lambda town, tenant: {},
    "reports": lambda town, tenant: {},
    "reports-pdf": lambda town, tenant: {"tenant_uid": tenant, "month": "2022-12"},
    "reports-xlsx": lambda town, tenant: {"tenant_uid": tenant, "month": "2022-12"},
    "rules": lambda town, tenant: {},
    "rules-pack": lambda town, tenant: {},
    "rules-try": lambda town, tenant: {},
    "rules-trial": lambda town, tenant: {"uid": trial_of(tenant)},
    "rules-trial-cancel": lambda town, tenant: {"uid": trial_of(tenant)},
    "rules-trial-adopt": lambda town, tenant: {"uid": trial_of(tenant)},
    "rules-detail": lambda town, tenant: {"rule": RULE},
    "rules-switch": lambda town, tenant: {"rule": RULE},
    "rules-retro": lambda town, tenant: {"rule": RULE},
    "suppressions": lambda town, tenant: {},
    "suppressions-new": lambda town, tenant: {"tenant_uid": tenant, "uid": town.findings[tenant][0]},
    "suppressions-end": lambda town, tenant: {"uid": suppression_of(tenant)},
    "exclusions": lambda town, tenant: {},
    "expert": lambda town, tenant: {},
    "expert-decide": lambda town, tenant: {},
    "exclusions-decide": lambda town, tenant: {},
    "exclusions-new": lambda town, tenant: {"tenant_uid": tenant, "uid": town.findings[tenant][0]},
    "notifications": lambda town, tenant: {},
    "notifications-outbox": lambda town, tenant: {},
    "notifications-retry": lambda town, tenant: {"pk": message_of(tenant)},
    "notifications-call": lambda town, tenant: {"uid": town.incidents[tenant]},
    "notifications-preferences": lambda town, tenant: {"tenant_uid": tenant},
    "notifications-new": lambda town, tenant: {"tenant_uid": tenant, "channel": "slack"},
    "notifications-contact": lambda town, tenant: {"tenant_uid": tenant, "who": contact_of(tenant)},
    "study": lambda town, tenant: {},
    "study-json": lambda town, tenant: {"name": "detections"},
    "api": lambda town, tenant: {},
    "tokens": lambda town, tenant: {},
    "tokens-new": lambda town, tenant: {},
    "tokens-revoke": lambda town, tenant: {"number": str(token_of(town, tenant))},
}
"""Arguments of each URL that lead to something of the given company, if it names a company at all."""

FORMS = {
    "notifications-call": {"reached": "reached", "next": "見えますか"},
    "notifications-preferences": {"opens": "8:00", "closes": "17:00"},
    "notifications-new": {"name": "室", "target": "https://8.8.8.8/x", "rank": "1", "hours": "any"},
    "notifications-contact": {"do": "remove"},
    "people-act": {"do": "close"},
    "people-grant": {"role": "viewer", "tenant": "701"},
    "people-second-factor": {"required": "1"},
    "review-decide": {"verdict": "benign", "reason": "見えますか", "tenants": "701"},
    "review-end": {"take_back": "1"},
    "rules-pack": {"pack": "sigma", "state": "on", "why": "よさそう"},
    "rules-switch": {"state": "off", "why": "静かにしたい"},
    "rules-try": {"text": "title: x"},
    "rules-trial-adopt": {"state": "on", "why": "使う"},
    "exclusions-decide": {"tenant": "701", "key": "x", "reason": "見えますか", "confirm": "1"},
    "expert-decide": {"month": "2022-12", "kind": "adware", "tenant": "701", "text": "見えますか", "confirm": "1"},
    "exclusions-new": {"first": "2022-12-19", "last": "2022-12-19", "reason": "見えますか"},
    "consult-new": {"text": "見えますか", "tenant": "701"},
    "consult-thread": {"text": "見えますか"},
    "consult-note": {"text": "見えますか"},
    "consult-inquire": {"text": "見えますか"},
    "consult-reply": {"reply": "yes"},
    "consult-step": {"step": "1"},
    "incidents-status": {"status": "working"},
    "incidents-assign": {"assignee": ""},
    "incidents-note": {"text": "見えますか"},
    "incidents-split": {"finding": "x"},
    "incidents-merge": {"other": "x"},
    "sources-try": {"text": "date=2022-11-01", "timezone": "Asia/Tokyo"},
    "sources-register": {"tenant": "701", "name": "gate", "source": "fortinet_fortigate", "timezone": "Asia/Tokyo"},
}
OFFICE = (
    "overview",
    *(name for name in EXAMPLES if name.startswith(("account", "tokens"))),
    "api",
    "password",
    "sources",
    "sources-detail",
    "study",
    "study-json",
)
"""What the programme office sees."""
SECRETS = ("青葉精密", "PC-701", "suzuki-701", "invoice-701", "701/order", "hello from 701")
"""What only company 701 and staff may read."""

pytestmark = pytest.mark.django_db


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """All but the API's own, which say who may by themselves: ``console/api/test_doors.py`` asks each of them."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern) if pattern.namespace != "api" else ()
        else:
            yield pattern


def names() -> list[str]:
    return [pattern.name or str(pattern.pattern) for pattern in patterns()]


CLOSED = [name for name in names() if name not in OPEN]


def address(name: str, town: Town, tenant: str) -> str:
    assert name in EXAMPLES, f"{name}: a new URL; add an example of it to EXAMPLES"
    return reverse(name, kwargs=EXAMPLES[name](town, tenant))


def test_only_these_urls_are_open() -> None:
    reachable = {p.name for p in patterns() if not getattr(p.callback, "login_required", True)}

    assert reachable == OPEN


def test_every_other_view_says_which_roles_may_see_it() -> None:
    silent = [p.name for p in patterns() if p.name not in OPEN and not getattr(p.callback, "roles", ())]

    assert silent == []


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*"])
def test_a_stranger_is_sent_to_the_sign_in_page(town: Town, name: str, accept: str) -> None:
    for tenant in ("701", "702"):
        for ask in (Client().get, Client().post):
            answer = ask(address(name, town, tenant), headers={"accept": accept})

            assert answer.status_code in (302, 401, 403)
            assert answer.status_code != 302 or answer.headers["Location"].startswith("/sign-in/?next=")
            assert not any(secret in answer.content.decode() for secret in SECRETS)


@pytest.mark.parametrize("name", CLOSED)
def test_another_companys_member_gets_nothing(town: Town, name: str) -> None:
    neighbour = town.client("neighbour")
    url, theirs = address(name, town, "701"), EXAMPLES[name](town, "701") != EXAMPLES[name](town, "702")
    before = desk(town)

    for answer in (
        neighbour.get(url),
        neighbour.get(url, {"tenant": "701", "status": "all"}),
        neighbour.get(url, headers={"hx-request": "true"}),
        neighbour.post(url, FORMS.get(name, {})),
    ):
        shown = answer.content.decode(errors="replace")
        assert not any(secret in shown for secret in SECRETS), (answer.status_code, shown)
        if theirs:
            assert answer.status_code in (403, 404, 405)

    assert desk(town) == before


@pytest.mark.parametrize("name", [name for name in CLOSED if name not in OFFICE])
def test_the_programme_office_sees_no_companys_evidence(town: Town, name: str) -> None:
    answer = town.client("programme").get(address(name, town, "701"))

    assert answer.status_code in (403, 405)


def test_a_person_without_a_role_sees_nothing(town: Town) -> None:
    person, addresses = town.people["analyst"], [address(name, town, "701") for name in CLOSED]
    person.memberships.all().delete()
    client = Client()
    client.force_login(person)

    statuses = {client.get(url).status_code for url in addresses}

    assert statuses <= {403, 405}


def test_who_may_only_look_changes_nothing_of_the_own_company(town: Town) -> None:
    viewer = create_user("viewer", Role.VIEWER, now=NOW, tenant=town.aoba)
    addresses = [(name, address(name, town, "701")) for name in CLOSED if not name.startswith(("account", "password"))]
    client, before = Client(), desk(town)
    client.force_login(viewer)

    for name, url in addresses:
        assert client.post(url, FORMS.get(name, {})).status_code < 500, name

    assert desk(town) == before
    assert client.get(reverse("incidents-detail", args=(town.incidents["701"],))).status_code == 200


@pytest.mark.parametrize("who", ["operator", "analyst", "member"])
def test_those_who_may_see_the_pages_do(town: Town, who: str) -> None:
    """Without this the tests above would pass on a console that shows nothing to anybody."""
    client = town.client(who)
    role = {"operator": Role.OPERATOR, "analyst": Role.ANALYST, "member": Role.MEMBER}[who]
    for pattern in patterns():
        if pattern.name in OPEN:
            continue
        answer: Any = client.get(address(pattern.name or "", town, "701"), follow=True)
        wanted = (200, 405) if role in pattern.callback.roles else (403, 405)
        assert answer.status_code in wanted, pattern.name


def test_evidence_that_was_looked_at_is_written_down(town: Town) -> None:
    client = town.client("analyst")
    for name in ("incidents-detail", "events-detail", "events-download", "rejects-examples"):
        client.get(address(name, town, "701"))
    client.get(reverse("events"), {"tenant": "701", "ip": "192.168.1.23"})

    entries = AuditEntry.objects.filter(actor="analyst", action__endswith=".viewed").order_by("id")

    assert [(entry.action, entry.tenant) for entry in entries] == [
        ("incident.viewed", "701"),
        ("event.viewed", "701"),
        ("events.csv.viewed", "701"),
        ("rejects.viewed", "701"),
        ("events.viewed", "701"),
    ]
    assert entries[4].detail["ip"] == "192.168.1.23"
    assert entries[0].address == "127.0.0.1"


def desk(town: Town) -> list[Any]:
    """What a neighbour might have changed."""
    from hinomi.incidents.models import Incident, Note
    from hinomi.tenants.models import Sensor

    return [
        *Incident.objects.values_list("uid", "status", "assignee"),
        ExclusionDecision.objects.count(),
        *Suppression.objects.filter(uid="quiet-701").values_list("uid", "until"),
        Note.objects.count(),
        Sensor.objects.count(),
        *Thread.objects.filter(tenant="701").values_list("pk", "state", "assignee"),
        *Inquiry.objects.filter(incident__tenant="701").values_list("pk", "answered", "withdrawn"),
        Post.objects.filter(thread__tenant="701").count(),
        DoneStep.objects.count(),
    ]
