"""What was answered: by one company, and counted over many."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from hinomi.assess.models import Answer, Correction
from hinomi.library.questionnaires.questionnaire import Group, Questionnaire
from hinomi.tenants.models import Tenant


def answers(tenant: Tenant, questionnaire: str) -> dict[str, str]:
    """Question to answer, as it counts now; questions not answered are left out."""
    rows = Answer.objects.filter(tenant=tenant, questionnaire=questionnaire)
    return dict(rows.values_list("question", "value"))


def corrections(tenant: Tenant, questionnaire: str) -> list[Correction]:
    """Who corrected what and why, oldest first."""
    rows = Correction.objects.filter(answer__tenant=tenant, answer__questionnaire=questionnaire)
    return list(rows.select_related("answer", "by"))


@dataclass(frozen=True)
class Row:
    """Answers of a sector (None: of all) to a group of questions (None: to all that compare).

    ``companies`` answered at least one question of the questionnaire; ``asked`` is how many questions they were
    asked together, ``counts`` how often each answer was given. What is missing from ``asked`` is unanswered.
    """

    sector: str | None
    group: str | None
    companies: int
    asked: int
    counts: Mapping[str, int]

    @property
    def unanswered(self) -> int:
        return self.asked - sum(self.counts.values())


def table(tenants: Iterable[Tenant] | QuerySet[Tenant], questionnaire: Questionnaire) -> list[Row]:
    """Counts for each sector and for all, over each group and over all groups that compare.

    A page passes ``tenants_for(user)``. Groups compare when everybody is asked them and they have the
    questionnaire's common answers: the report's total leaves out remote access, asked of some only (section 5.2).
    """
    given = given_answers(tenants, questionnaire)
    sectors: list[str | None] = [*sorted({sector for sector, _ in given}), None]
    groups: list[Group | None] = [*questionnaire.groups, None]
    return [
        row(sector, group, questionnaire, [answers for found, answers in given if sector in (None, found)])
        for sector in sectors
        for group in groups
    ]


def given_answers(
    tenants: Iterable[Tenant] | QuerySet[Tenant], questionnaire: Questionnaire
) -> list[tuple[str, dict[str, str]]]:
    """Sector and answers of each company that answered anything."""
    rows = Answer.objects.filter(tenant__in=tenants, questionnaire=questionnaire.name)
    found: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for uid, sector, question, value in rows.values_list("tenant_id", "tenant__sector", "question", "value"):
        found[uid, sector][question] = value
    return [(sector, answers) for (_, sector), answers in sorted(found.items())]


def row(sector: str | None, group: Group | None, questionnaire: Questionnaire, given: list[dict[str, str]]) -> Row:
    """One row of the table over companies' answers; a group's questions count where they are asked."""
    groups = [group] if group else [each for each in questionnaire.groups if compares(each, questionnaire)]
    counts: Counter[str] = Counter()
    asked = 0
    for answers in given:
        keys = [question.key for each in groups if each.is_asked(answers) for question in each.questions]
        asked += len(keys)
        counts.update(answers[key] for key in keys if key in answers)
    return Row(sector, group.key if group else None, len(given), asked, dict(counts))


def compares(group: Group, questionnaire: Questionnaire) -> bool:
    return group.condition is None and all(question.answers == questionnaire.answers for question in group.questions)
