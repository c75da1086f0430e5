"""What was proposed is confirmed or dismissed by a person, with the evidence; the latest decision stands."""

from datetime import UTC, datetime

import pytest

from hinomi.incidents.expert.models import ExpertDecision, Ruling
from hinomi.incidents.expert.operations import as_evidence, decide
from hinomi.incidents.expert.problems import BadRuling
from hinomi.incidents.expert.queries import confirmed_for, decided
from hinomi.ocsf.expert import Evidence, Example, Proposal
from hinomi.tenants.models import AuditEntry, Tenant, User
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.problems import NotAllowed
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db

NOW = datetime(2023, 1, 5, 1, tzinfo=UTC)
SEEN = Evidence(
    hits=3,
    sensors=("101-edr",),
    uids=("b:1:verdict",),
    machines=("PC-03",),
    examples=(Example("CouponBar.exe", "PC-03", 3),),
    first=datetime(2022, 12, 5),
    last=datetime(2022, 12, 6, 3, 15),
)
TEXT = "広告を表示するソフトが入っています。"


@pytest.fixture
def companies() -> list[Tenant]:
    return [register_tenant(uid, f"{uid} 精密", now=NOW) for uid in ("101", "102")]


@pytest.fixture
def analyst() -> User:
    return create_user("analyst", Role.ANALYST, now=NOW)


def proposal(tenant: str = "101", month: str = "2022-12") -> Proposal:
    return Proposal(tenant, month, "adware", SEEN)


def test_one_decision_reaches_several_companies_with_its_evidence(companies: list[Tenant], analyst: User) -> None:
    asked = [proposal("101"), proposal("102")]
    decide(analyst, asked, Ruling.CONFIRMED, reason="", text=f" {TEXT} ", now=NOW, address="192.0.2.7")

    for tenant in companies:
        (row,) = confirmed_for(tenant)
        assert (row.month, row.kind, row.text, row.owner) == ("2022-12", "adware", TEXT, analyst)
        assert as_evidence(row.evidence) == SEEN
    entries = AuditEntry.objects.filter(action="expert.confirmed").order_by("tenant")
    assert [(entry.tenant, entry.actor, entry.address) for entry in entries] == [
        ("101", "analyst", "192.0.2.7"),
        ("102", "analyst", "192.0.2.7"),
    ]


@pytest.mark.usefixtures("companies")
def test_the_latest_decision_stands_and_the_earlier_ones_stay_on_record(analyst: User) -> None:
    decide(analyst, [proposal()], Ruling.CONFIRMED, reason="", text=TEXT, now=NOW)
    decide(analyst, [proposal()], Ruling.DISMISSED, reason="業務のソフトだった", text=TEXT, now=NOW)

    assert confirmed_for(Tenant.objects.get(pk="101")) == []
    (one,) = decided(["101"], ["2022-12"])
    assert (one.confirmed, one.sensors) == (False, ("101-edr",))
    assert list(ExpertDecision.objects.values_list("ruling", "text")) == [("dismissed", ""), ("confirmed", TEXT)]


@pytest.mark.usefixtures("companies")
def test_of_one_month_only_that_months_are_told(analyst: User) -> None:
    decide(
        analyst, [proposal(month="2022-12"), proposal(month="2023-01")], Ruling.CONFIRMED, reason="", text=TEXT, now=NOW
    )
    tenant = Tenant.objects.get(pk="101")

    assert [row.month for row in confirmed_for(tenant)] == ["2023-01", "2022-12"]
    assert [row.month for row in confirmed_for(tenant, "2022-12")] == ["2022-12"]
    assert [one.month for one in decided(["101"], ["2022-12"])] == ["2022-12"]
    assert decided(["102"], ["2022-12"]) == ()


@pytest.mark.usefixtures("companies")
@pytest.mark.parametrize(
    ("asked", "ruling", "given"),
    [
        ([], Ruling.CONFIRMED, {"text": TEXT}),
        ([proposal()], Ruling.CONFIRMED, {"text": "  "}),
        ([proposal()], Ruling.DISMISSED, {"reason": "", "text": TEXT}),
        ([proposal()], Ruling.CONFIRMED, {"text": "長" * 1001}),
    ],
)
def test_what_cannot_be_is_refused(analyst: User, asked: list[Proposal], ruling: Ruling, given: dict[str, str]) -> None:
    with pytest.raises(BadRuling):
        decide(analyst, asked, ruling, **({"reason": "", "text": ""} | given), now=NOW)
    assert not ExpertDecision.objects.exists()


def test_a_company_decides_nothing_and_nobody_decides_for_a_company_that_is_not(
    companies: list[Tenant], analyst: User
) -> None:
    member = create_user("member", Role.MEMBER, tenant=companies[0], now=NOW)
    for user, tenant in ((member, "101"), (analyst, "999")):
        with pytest.raises(NotAllowed):
            decide(user, [proposal("101"), proposal(tenant)], Ruling.CONFIRMED, reason="", text=TEXT, now=NOW)
    assert not ExpertDecision.objects.exists()
