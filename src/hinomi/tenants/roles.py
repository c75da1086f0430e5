"""What people are (roles) and what each role may do (abilities); one table, asked through ``queries.may``."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Staff serve companies, all or some; a company's people see their own alone."""

    OPERATOR = "operator", _("運用担当")
    ANALYST = "analyst", _("分析担当")
    PROGRAMME = "programme", _("事業事務局")
    MEMBER = "member", _("企業責任者")
    VIEWER = "viewer", _("企業閲覧者")


STAFF = (Role.OPERATOR, Role.ANALYST, Role.PROGRAMME)
"""Roles of those who serve; the first one a person holds is the one shown."""
MEMBERS = (Role.MEMBER, Role.VIEWER)
"""Roles of a company's own people."""


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
    MANAGE = "manage"
    """Invite and close people of a company, and see who looked at its data."""


ABILITIES: dict[Role, frozenset[Ability]] = {
    Role.OPERATOR: frozenset(Ability),
    Role.ANALYST: frozenset(Ability) - {Ability.OPERATE, Ability.MANAGE},
    Role.PROGRAMME: frozenset({Ability.STUDY}),
    Role.MEMBER: frozenset({Ability.NOTE, Ability.ANSWER, Ability.MANAGE}),
    Role.VIEWER: frozenset(),
}
OVER_ALL = frozenset({Ability.OPERATE, Ability.STUDY})
"""Abilities that reach beyond any one company: a role in named companies does not give them."""
