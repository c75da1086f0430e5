"""A decision about a rule or a pack: written where the river reads it, and into the audit trail."""

from datetime import datetime
from pathlib import Path

from django import forms
from django.utils.translation import gettext_lazy as _

from hinomi.console.shell.clock import naive
from hinomi.pipeline.rules import State, Switch, switches
from hinomi.tenants.models import User
from hinomi.tenants.operations import record_audit

STATES: list[tuple[str, object]] = [
    (State.ON, _("使う")),
    (State.TRIAL, _("試行中にする (数えるだけで、だれにも知らせない)")),
    (State.OFF, _("使わない")),
]
LEVELS: list[tuple[str, object]] = [
    ("", _("すべての重大度")),
    ("low", _("低 以上")),
    ("medium", _("中 以上")),
    ("high", _("高 以上")),
    ("critical", _("緊急 だけ")),
]


class SwitchForm(forms.Form):
    """``initial`` names the state that it offers first."""

    state = forms.ChoiceField(label=_("どうするか"))
    why = forms.CharField(label=_("理由"), max_length=500)
    retro = forms.BooleanField(label=_("過去のイベントも調べる"), required=False)

    def __init__(self, data: object = None, state: State = State.ON) -> None:
        super().__init__(data, initial={"state": state, "retro": True}, label_suffix="")  # type: ignore[arg-type]
        self.fields["state"].choices = STATES  # type: ignore[attr-defined]


class PackForm(SwitchForm):
    pack = forms.ChoiceField(label=_("ルール集"))
    level = forms.ChoiceField(label=_("重大度"), required=False)

    def __init__(self, packs: list[str], data: object = None) -> None:
        super().__init__(data)
        self.fields["pack"].choices = [(name, name) for name in packs]  # type: ignore[attr-defined]
        self.fields["level"].choices = LEVELS  # type: ignore[attr-defined]


def turn(
    folder: Path,
    subject: str,
    state: State,
    why: str,
    *,
    now: datetime,
    actor: User | None,
    is_pack: bool = False,
    level: str = "",
    with_retro: bool = True,
    address: str = "",
) -> Switch:
    """Switch a rule (by its id) or a pack (by its name); ``now`` is aware, ``actor`` None on the command line.

    Raises:
        SwitchesUnreadable: the file of switches is broken; nothing was changed.
    """
    by = actor.username if actor else ""
    switch = Switch(state, by, naive(now), why, level=level if is_pack else "", retro=with_retro)
    if is_pack:
        switches.change(folder, lambda decided: decided.turn_pack(subject, switch))
    else:
        switches.change(folder, lambda decided: decided.turn_rule(subject, switch))
    detail = {"state": state.value, "why": why, "retro": with_retro} | ({"level": level} if is_pack and level else {})
    kind = "rules" if is_pack else "rule"
    record_audit(actor=actor, action=f"{kind}.switched", now=now, subject=subject[:200], detail=detail, address=address)
    return switch
