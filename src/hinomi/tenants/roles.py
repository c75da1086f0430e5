"""What people are (roles) and what each role may do (abilities); one table, asked through ``queries.may``."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Staff serve all companies; a member belongs to one company and sees that one alone."""

    OPERATOR = "operator", _("運用担当")
    ANALYST = "analyst", _("分析担当")
    PROGRAMME = "programme", _("事業事務局")
    MEMBER = "member", _("企業担当者")


STAFF = (Role.OPERATOR, Role.ANALYST, Role.PROGRAMME)
"""Roles over all tenants; the first one a person holds is the one shown."""


class Ability(StrEnum):
    WORK = "work"
    """Assign, decide and close incidents."""
    NOTE = "note"
    """Write a note on an incident."""
    OPERATE = "operate"
    """Manage tenants, sensors, people; see rejects and the audit trail."""
    STUDY = "study"
    """See statistics over all companies."""
    ANSWER = "answer"
    """Answer the questionnaire for a company."""
    CORRECT = "correct"
    """Correct an answer after an interview, with a reason."""


ABILITIES: dict[Role, frozenset[Ability]] = {
    Role.OPERATOR: frozenset(Ability),
    Role.ANALYST: frozenset(Ability) - {Ability.OPERATE},
    Role.PROGRAMME: frozenset({Ability.STUDY}),
    Role.MEMBER: frozenset({Ability.NOTE, Ability.ANSWER}),
}
