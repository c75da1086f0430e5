"""Companies answer the questionnaire, experts correct after an interview, and the answers are counted by sector."""

from datetime import UTC, datetime

import pytest

from hinomi.assess import queries
from hinomi.assess.models import Answer
from hinomi.assess.operations import answer, correct
from hinomi.assess.problems import AlreadyCorrected, ReasonNeeded
from hinomi.library.contracts import UnknownItem
from hinomi.library.questionnaires.questionnaire import NoSuchAnswer, questionnaire
from hinomi.tenants.models import AuditEntry, Tenant, User
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.problems import NotAllowed, Unchanged, UnknownTenant
from hinomi.tenants.queries import tenants_for
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
NAME = "sme_2022"
SME = questionnaire(NAME)
COMMON = [question.key for question in SME.questions if question.answers == SME.answers]


@pytest.fixture
def blue() -> Tenant:
    return register_tenant("101", "青空半導体", now=NOW, sector="半導体")


@pytest.fixture
def red() -> Tenant:
    return register_tenant("201", "赤城部品", now=NOW, sector="自動車部品")


@pytest.fixture
def suzuki(blue: Tenant) -> User:
    return create_user("suzuki", Role.MEMBER, now=NOW, tenant=blue)


@pytest.fixture
def expert() -> User:
    return create_user("sato", Role.ANALYST, now=NOW)


def total(rows: list[queries.Row], sector: str | None, group: str | None = None) -> queries.Row:
    [row] = [row for row in rows if (row.sector, row.group) == (sector, group)]
    return row


def test_a_company_answers_and_may_change_its_mind(blue: Tenant, suzuki: User) -> None:
    answer(suzuki, blue, NAME, "policy", "unknown", NOW)
    answer(suzuki, blue, NAME, "policy", "done", NOW)
    answer(suzuki, blue, NAME, "budget", "partly", NOW)

    assert queries.answers(blue, NAME) == {"policy": "done", "budget": "partly"}
    assert AuditEntry.objects.filter(action="answer.given", tenant="101", actor="suzuki").count() == 3


@pytest.mark.parametrize(
    ("name", "question", "value", "problem"),
    [
        ("sme_1922", "policy", "done", UnknownItem),
        (NAME, "polcy", "done", UnknownItem),
        (NAME, "policy", "maybe", NoSuchAnswer),
        (NAME, "harmed", "done", NoSuchAnswer),
    ],
)
def test_only_what_the_questionnaire_knows_is_an_answer(
    blue: Tenant, suzuki: User, name: str, question: str, value: str, problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        answer(suzuki, blue, name, question, value, NOW)

    assert not Answer.objects.exists()


def test_nobody_answers_for_another_company(red: Tenant, suzuki: User) -> None:
    with pytest.raises(UnknownTenant):
        answer(suzuki, red, NAME, "policy", "done", NOW)


def test_the_programme_office_counts_and_does_not_answer(blue: Tenant) -> None:
    office = create_user("jimu", Role.PROGRAMME, now=NOW)

    with pytest.raises(NotAllowed):
        answer(office, blue, NAME, "policy", "done", NOW)


def test_an_expert_corrects_with_a_reason_and_what_was_said_is_kept(blue: Tenant, suzuki: User, expert: User) -> None:
    said = answer(suzuki, blue, NAME, "policy", "done", NOW)

    correct(expert, said, "partly", "文書はあるが従業員に知らせていない", NOW)

    assert queries.answers(blue, NAME) == {"policy": "partly"}
    [correction] = queries.corrections(blue, NAME)
    assert (correction.before, correction.after, correction.by) == ("done", "partly", expert)
    entry = AuditEntry.objects.get(action="answer.corrected")
    assert (entry.tenant, entry.detail["reason"]) == ("101", "文書はあるが従業員に知らせていない")


def test_what_an_expert_settled_is_not_answered_over(blue: Tenant, suzuki: User, expert: User) -> None:
    correct(expert, answer(suzuki, blue, NAME, "policy", "done", NOW), "partly", "聞き取り", NOW)

    with pytest.raises(AlreadyCorrected):
        answer(suzuki, blue, NAME, "policy", "done", NOW)
    correct(expert, Answer.objects.get(), "done", "その後、周知した", NOW)

    assert [row.before for row in queries.corrections(blue, NAME)] == ["done", "partly"]


@pytest.mark.parametrize(
    ("value", "reason", "problem"),
    [("partly", " ", ReasonNeeded), ("done", "聞き取り", Unchanged), ("maybe", "聞き取り", NoSuchAnswer)],
)
def test_a_correction_that_says_nothing_is_refused(
    blue: Tenant, suzuki: User, expert: User, value: str, reason: str, problem: type[Exception]
) -> None:
    said = answer(suzuki, blue, NAME, "policy", "done", NOW)

    with pytest.raises(problem):
        correct(expert, said, value, reason, NOW)


def test_a_company_does_not_correct(blue: Tenant, suzuki: User) -> None:
    said = answer(suzuki, blue, NAME, "policy", "done", NOW)

    with pytest.raises(NotAllowed):
        correct(suzuki, said, "partly", "やはり", NOW)


def test_answers_are_counted_by_sector_with_what_is_missing(blue: Tenant, red: Tenant, expert: User) -> None:
    answer(expert, blue, NAME, "policy", "done", NOW)
    answer(expert, blue, NAME, "budget", "done", NOW)
    answer(expert, red, NAME, "policy", "not_done", NOW)
    register_tenant("301", "まだ答えていない会社", now=NOW, sector="航空部品")

    rows = queries.table(tenants_for(expert), SME)

    assert {row.sector for row in rows} == {"半導体", "自動車部品", None}
    management = total(rows, None, "management")
    assert (management.companies, management.asked, management.counts) == (2, 10, {"done": 2, "not_done": 1})
    assert management.unanswered == 7
    assert total(rows, "半導体").counts == {"done": 2}
    assert total(rows, "半導体").asked == 40


def test_the_total_leaves_out_remote_access_and_circumstances(blue: Tenant, expert: User) -> None:
    for question in COMMON:
        answer(expert, blue, NAME, question, "done", NOW)
    answer(expert, blue, NAME, "remote_work", "yes", NOW)
    answer(expert, blue, NAME, "harmed", "no", NOW)

    rows = queries.table([blue], SME)

    assert (len(COMMON), total(rows, None).counts) == (47, {"done": 40})
    assert total(rows, None, "remote_access").counts == {"done": 7}
    assert total(rows, None, "circumstances").counts == {"no": 1}


def test_remote_access_counts_only_where_people_work_remotely(blue: Tenant, red: Tenant, expert: User) -> None:
    for tenant, remote in ((blue, "yes"), (red, "no")):
        answer(expert, tenant, NAME, "remote_loss", "done", NOW)
        answer(expert, tenant, NAME, "remote_work", remote, NOW)

    row = total(queries.table([blue, red], SME), None, "remote_access")

    assert (row.companies, row.asked, row.counts) == (2, 7, {"done": 1})


def test_a_member_counts_their_own_company_alone(blue: Tenant, red: Tenant, suzuki: User, expert: User) -> None:
    answer(expert, blue, NAME, "policy", "done", NOW)
    answer(expert, red, NAME, "policy", "not_done", NOW)

    assert total(queries.table(tenants_for(suzuki), SME), None).counts == {"done": 1}
