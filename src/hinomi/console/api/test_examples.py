"""An example of every operation, and what every operation has in common.

A new operation fails here until its example is added to ``EXAMPLES``.
"""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from hinomi.console.api.gate import OPERATIONS
from hinomi.console.api.values import Uid
from hinomi.console.conftest import NOW, Town
from hinomi.console.exclusions.listing import listed
from hinomi.console.shell import store
from hinomi.console.shell.test_access import (
    RULE,
    cluster_of,
    contact_of,
    decision_of,
    inquiry_of,
    message_of,
    scam_of,
    suppression_of,
    thread_of,
    trial_of,
)
from hinomi.deliver.notify.models import Contact, Notification
from hinomi.incidents import excluding
from hinomi.incidents.models import Incident
from hinomi.incidents.review import effort
from hinomi.ocsf.incident import Exclusion
from hinomi.tenants import api_tokens, tokens
from hinomi.tenants.models import ApiScope, Sensor

RULES = "title: x\nid: 7b1c5b4e-0000-4000-8000-000000000001\nlogsource: {product: windows}\n" + (
    "detection:\n  s:\n    CommandLine|contains: sample\n  condition: s\nlevel: low\n"
)


@dataclass(frozen=True)
class Example:
    """What an operation is asked: arguments of its path, of its query, and its body."""

    path: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)


def of(tenant: str, body: Any = None, query: dict[str, str] | None = None, **path: Any) -> Example:
    return Example({"tenant": tenant, **path}, body, query or {})


def another_incident(town: Town, tenant: str) -> str:
    """A second incident of the company: a finding taken out of the first."""
    from hinomi.incidents import splitting

    first = Incident.objects.get(pk=town.incidents[tenant])
    return splitting.split(town.people["analyst"], first, [town.findings[tenant][2]], datetime.now(UTC)).pk


def exclusion_of(town: Town, tenant: str) -> str:
    """The key of one that an analyst stated."""
    since = datetime(2022, 12, 19)
    one = Exclusion(tenant, "utm", excluding.STATED, "W32/Sample.3", since, since + timedelta(days=1), 1, "x")
    excluding.decide(town.people["analyst"], one, stands=True, reason="故障", now=datetime.now(UTC))
    company = {"701": town.aoba, "702": town.konan}[tenant]
    return next(each.key for each in listed(store.lake(), [company]) if each.exclusion.rule == excluding.STATED)


def sensor_with_token(tenant: str) -> str:
    tokens.issue(Sensor.objects.get(tenant=tenant, name="utm"), datetime.now(UTC))
    return "utm"


def token_of(town: Town) -> int:
    return api_tokens.issue(town.people["operator"], "いらない", datetime.now(UTC))[1].pk


def opened_cluster(town: Town, tenant: str) -> str:
    """One that the operator looks at."""
    key, now = cluster_of(town, tenant), datetime.now(UTC)
    if not effort.beat(town.people["operator"], key, now):
        effort.begin(town.people["operator"], key, [tenant], now)
    return key


def centre_contact() -> str:
    row, _ = Contact.objects.get_or_create(
        tenant=None, name="当直", defaults={"channel": "mail", "target": "watch@example.jp", "created": NOW}
    )
    return f"c{row.pk}"


def waiting_message(tenant: str) -> int:
    pk = message_of(tenant)
    Notification.objects.filter(pk=pk).update(created=datetime.now(UTC))
    return pk


PNG = "iVBORw0KGgoAAAANSUhEUg=="
QUIET = {
    "rule": "verdict/fortinet_fortigate",
    "conditions": [{"column": "device.hostname", "operator": "is", "value": "PC-9"}],
    "reason": "試験機",
    "days": 30,
}
EXAMPLES: dict[str, Callable[[Town, str], Example]] = {
    "me": lambda town, tenant: Example(),
    "tokens": lambda town, tenant: Example(),
    "token_issue": lambda town, tenant: Example(body={"name": "集計", "tenant": tenant}),
    "token_revoke": lambda town, tenant: Example({"number": token_of(town)}),
    "tenants": lambda town, tenant: Example(),
    "tenant": lambda town, tenant: of(tenant),
    "overview": lambda town, tenant: Example(query={"month": "2022-12"}),
    "incidents": lambda town, tenant: of(tenant),
    "incidents_of_all": lambda town, tenant: Example(query={"status": "all", "tenant": tenant}),
    "incident": lambda town, tenant: of(tenant, uid=town.incidents[tenant]),
    "incident_status": lambda town, tenant: of(tenant, {"status": "working"}, uid=town.incidents[tenant]),
    "incident_assign": lambda town, tenant: of(tenant, {"assignee": "analyst"}, uid=town.incidents[tenant]),
    "incident_note": lambda town, tenant: of(tenant, {"text": "見えますか"}, uid=town.incidents[tenant]),
    "incident_split": lambda town, tenant: of(
        tenant, {"findings": [town.findings[tenant][0]]}, uid=town.incidents[tenant]
    ),
    "incident_merge": lambda town, tenant: of(
        tenant, {"other": another_incident(town, tenant)}, uid=town.incidents[tenant]
    ),
    "events_search": lambda town, tenant: of(tenant, query={"ip": "203.0.113.66"}),
    "events_csv": lambda town, tenant: of(tenant),
    "events_ndjson": lambda town, tenant: of(tenant),
    "event": lambda town, tenant: of(tenant, query={"uid": town.findings[tenant][0]}),
    "event_raw": lambda town, tenant: of(tenant, query={"uid": town.events[tenant][3]}),
    "sensors": lambda town, tenant: of(tenant),
    "sensors_of_all": lambda town, tenant: Example(),
    "doorstep": lambda town, tenant: Example(),
    "sensor_register": lambda town, tenant: of(
        tenant, {"name": "gate", "source": "fortinet_fortigate", "peer": "192.0.2.9"}
    ),
    "sensor_token": lambda town, tenant: of(tenant, name="utm"),
    "sensor_token_revoke": lambda town, tenant: of(tenant, name=sensor_with_token(tenant)),
    "rejects": lambda town, tenant: of(tenant),
    "rejects_of_all": lambda town, tenant: Example(),
    "rejects_examples": lambda town, tenant: of(
        tenant, query={"source": "fortinet_fortigate", "reason": "not_this_format"}
    ),
    "sources": lambda town, tenant: Example(),
    "source": lambda town, tenant: Example({"name": "fortinet_fortigate"}),
    "sources_try": lambda town, tenant: Example(
        body={"text": "date=2022-11-01 time=09:00:00 type=traffic", "source": "fortinet_fortigate"}
    ),
    "reports": lambda town, tenant: of(tenant),
    "report": lambda town, tenant: of(tenant, month="2022-12"),
    "report_pdf": lambda town, tenant: of(tenant, month="2022-12"),
    "report_xlsx": lambda town, tenant: of(tenant, month="2022-12"),
    "rules": lambda town, tenant: Example(),
    "rule": lambda town, tenant: Example({"rule": RULE}),
    "rule_switch": lambda town, tenant: Example({"rule": RULE}, {"state": "off", "why": "静かにしたい"}),
    "rules_pack": lambda town, tenant: Example({"pack": a_pack()}, {"state": "on", "why": "よさそう"}),
    "rule_retro": lambda town, tenant: Example({"rule": RULE}),
    "trial_ask": lambda town, tenant: Example(body={"text": RULES, "tenant": tenant}),
    "trial": lambda town, tenant: Example({"uid": trial_of(tenant)}),
    "trial_cancel": lambda town, tenant: Example({"uid": trial_of(tenant)}),
    "trial_adopt": lambda town, tenant: Example({"uid": trial_of(tenant)}, {"state": "on", "why": "使う"}),
    "suppressions": lambda town, tenant: of(tenant),
    "suppressions_of_all": lambda town, tenant: Example(),
    "suppression_state": lambda town, tenant: of(tenant, QUIET),
    "suppression_state_for_all": lambda town, tenant: Example(body=QUIET),
    "suppression_preview": lambda town, tenant: of(tenant, QUIET),
    "suppression_end": lambda town, tenant: of(tenant, uid=suppression_of(tenant)),
    "suppression_end_for_all": lambda town, tenant: Example({"uid": suppression_for_all(town)}),
    "exclusions": lambda town, tenant: of(tenant),
    "exclusion_state": lambda town, tenant: of(
        tenant,
        {"finding": town.findings[tenant][0], "first": "2022-12-19", "last": "2022-12-19", "reason": "故障"},
    ),
    "exclusion_decide": lambda town, tenant: of(
        tenant, {"stands": False, "reason": "故障ではない"}, key=exclusion_of(town, tenant)
    ),
    "review": lambda town, tenant: Example(),
    "review_cluster": lambda town, tenant: Example({"key": cluster_of(town, tenant)}),
    "review_decide": lambda town, tenant: Example(
        {"key": cluster_of(town, tenant)}, {"verdict": "watch", "reason": "様子を見る", "tenants": [tenant]}
    ),
    "review_beat": lambda town, tenant: Example({"key": opened_cluster(town, tenant)}),
    "review_decisions": lambda town, tenant: Example(query={"every": "true"}),
    "review_end": lambda town, tenant: Example({"uid": decision_of(town, tenant)}, {"take_back": True}),
    "review_effort": lambda town, tenant: Example(),
    "expert": lambda town, tenant: Example(query={"month": "2022-12"}),
    "expert_decide": lambda town, tenant: Example(
        body={
            "month": "2022-12",
            "kind": "adware",
            "tenants": [tenant],
            "confirm": True,
            "text": "確かめてください",
        }
    ),
    "threads": lambda town, tenant: of(tenant),
    "threads_of_all": lambda town, tenant: Example(query={"state": "all"}),
    "thread": lambda town, tenant: of(tenant, number=thread_of(town, tenant).pk),
    "thread_new": lambda town, tenant: of(tenant, {"text": "これは何ですか", "incident": town.incidents[tenant]}),
    "thread_post": lambda town, tenant: of(
        tenant,
        {"text": "お答えします", "attachment": {"name": "x.png", "content": PNG}},
        number=thread_of(town, tenant).pk,
    ),
    "thread_close": lambda town, tenant: of(tenant, number=thread_of(town, tenant).pk),
    "thread_take": lambda town, tenant: of(tenant, number=thread_of(town, tenant).pk),
    "thread_attachment": lambda town, tenant: of(tenant, number=thread_of(town, tenant).posts.get().attachment.pk),
    "inquiries": lambda town, tenant: of(tenant),
    "inquiry_new": lambda town, tenant: of(tenant, {"text": "電話しましたか"}, uid=town.incidents[tenant]),
    "inquiry_reply": lambda town, tenant: of(tenant, {"reply": "no"}, number=inquiry_of(town, tenant).pk),
    "inquiry_withdraw": lambda town, tenant: of(tenant, number=inquiry_of(town, tenant).pk),
    "steps": lambda town, tenant: of(tenant, uid=town.incidents[tenant]),
    "step": lambda town, tenant: of(tenant, {"done": True}, uid=town.incidents[tenant], number=1),
    "incident_questions": lambda town, tenant: of(tenant, query={"answers": "y"}, uid=scam_of(tenant)),
    "company_contacts": lambda town, tenant: of(tenant),
    "preferences": lambda town, tenant: of(tenant, {"opens": "08:30", "digest": False}),
    "contact_new": lambda town, tenant: of(tenant, {"channel": "mail", "name": "総務", "target": "it@example.jp"}),
    "contact_change": lambda town, tenant: of(tenant, {"rank": 2}, who=contact_of(tenant)),
    "contact_remove": lambda town, tenant: of(tenant, who=contact_of(tenant)),
    "contact_test": lambda town, tenant: of(tenant, who=contact_of(tenant)),
    "centre_contacts": lambda town, tenant: Example(),
    "centre_contact_new": lambda town, tenant: Example(
        body={"channel": "mail", "name": "当直", "target": "watch@example.jp"}
    ),
    "centre_contact_change": lambda town, tenant: Example({"who": centre_contact()}, {"name": "夜勤"}),
    "centre_contact_remove": lambda town, tenant: Example({"who": centre_contact()}),
    "centre_contact_test": lambda town, tenant: Example({"who": centre_contact()}),
    "outbox_list": lambda town, tenant: Example(),
    "outbox_retry": lambda town, tenant: Example({"number": waiting_message(tenant)}),
    "call": lambda town, tenant: of(tenant, uid=town.incidents[tenant]),
    "call_note": lambda town, tenant: of(tenant, {"reached": "nobody"}, uid=town.incidents[tenant]),
    "people_of_company": lambda town, tenant: of(tenant),
    "people_of_all": lambda town, tenant: Example(),
    "person_invite": lambda town, tenant: of(tenant, {"username": "new", "name": "新人", "role": "viewer"}),
    "person_invite_for_all": lambda town, tenant: Example(
        body={"username": "new", "name": "新人", "role": "viewer", "tenant": tenant}
    ),
    "person_link": lambda town, tenant: of(tenant, username=town.of(tenant).username),
    "person_link_for_all": lambda town, tenant: Example({"username": town.of(tenant).username}),
    "person_grant": lambda town, tenant: of(tenant, {"role": "viewer"}, username=town.of(tenant).username),
    "person_grant_for_all": lambda town, tenant: Example(
        {"username": town.of(tenant).username}, {"role": "viewer", "tenant": tenant}
    ),
    "person_withdraw": lambda town, tenant: of(tenant, username=town.of(tenant).username),
    "person_withdraw_for_all": lambda town, tenant: Example(
        {"username": town.of(tenant).username}, {"role": "member", "tenant": tenant}
    ),
    "person_act": lambda town, tenant: of(tenant, {"do": "close"}, username=town.of(tenant).username),
    "person_act_for_all": lambda town, tenant: Example({"username": town.of(tenant).username}, {"do": "close"}),
    "second_factor": lambda town, tenant: of(tenant, {"required": True}),
    "audit_of_company": lambda town, tenant: of(tenant, query={"kind": "views"}),
    "audit_of_all": lambda town, tenant: Example(),
    "study": lambda town, tenant: Example(),
    "study_table": lambda town, tenant: Example({"name": "detections"}),
}
"""What leads to something of the given company, if it leads to any company's."""

NO_COMPANY = {"me", "tokens", "token_issue", "token_revoke", "tenants", "sources", "source", "sources_try"}
"""Operations that are about no company's data: the caller, the shelf, lines that are kept nowhere."""


def a_pack() -> str:
    folder = settings.DATA_DIR / "rules" / "neighbourhood"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "x.yml").write_text(RULES)
    return folder.name


def suppression_for_all(town: Town) -> str:
    from hinomi.incidents import suppressing

    now = datetime.now(UTC)
    return suppressing.suppress(
        town.people["operator"],
        tenant=None,
        rule="verdict/x",
        conditions=(),
        reason="x",
        until=now + timedelta(days=1),
        now=now,
    ).uid


@dataclass(frozen=True)
class Question:
    """An example made ready: asked again and again it asks for the same thing."""

    name: str
    example: Example

    def put(self, client: Client, **headers: str) -> Any:
        body = "" if self.example.body is None else json.dumps(self.example.body)
        return client.generic(
            OPERATIONS[self.name].method,
            reverse(f"api:{self.name}", kwargs=self.example.path),
            body,
            "application/json",
            headers=headers,
            query_params=self.example.query,
        )


def question(name: str, town: Town, tenant: str = "701") -> Question:
    assert name in EXAMPLES, f"{name}: a new operation; add an example of it to EXAMPLES"
    return Question(name, EXAMPLES[name](town, tenant))


ALL = sorted(OPERATIONS)


def test_every_operation_has_an_example() -> None:
    assert sorted(EXAMPLES) == ALL


def test_the_company_comes_first_wherever_a_companys_data_is_asked_for() -> None:
    """The contract: named in the path, required, the view's first argument; else it is over all, and says so."""
    for name, declared in OPERATIONS.items():
        _request, *arguments = inspect.signature(declared.view).parameters.values()
        if "{tenant}" in declared.path:
            assert declared.path.startswith("/tenants/{tenant}"), name
            assert (arguments[0].name, arguments[0].annotation) == ("tenant", Uid), name
            assert arguments[0].default is inspect.Parameter.empty
            assert not declared.rule.whole, name
        else:
            assert declared.rule.whole == (name not in NO_COMPANY), name


def test_what_changes_anything_needs_more_than_to_read() -> None:
    harmless = {"sources_try", "suppression_preview", "token_issue"}
    """Kept nowhere; states nothing; only in person."""
    changing = {name for name, declared in OPERATIONS.items() if declared.method != "GET"} - harmless

    assert {name for name in changing if OPERATIONS[name].rule.scope is ApiScope.READ} == set()
