"""A rule before it is switched on: pasted, uploaded or taken from the shelf, and whether it could run at all."""

import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hinomi.console.rules import shelf
from hinomi.console.rules.shelf import DAYS
from hinomi.console.templatetags.shell import called
from hinomi.lake.lake import Lake
from hinomi.pipeline.detect.sigma import Refused, load
from hinomi.pipeline.detect.sigma.shape import Unfoldable, check_shape
from hinomi.pipeline.retro import Job, Jobs, Kind, new_uid, span
from hinomi.pipeline.rules.cards import OWN, RuleCard, cards_in
from hinomi.pipeline.rules.selection import values
from hinomi.tenants.models import Tenant, User

LARGEST = 256 * 1024
"""Bytes of a rule."""
MOST = 20
"""Rules that are tried at once."""
FILE = "rule.yml"


class TryForm(forms.Form):
    """``tenants`` are the companies that the person may see."""

    text = forms.CharField(
        label=gettext_lazy("Sigma ルール (YAML)"),
        required=False,
        strip=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
    )
    file = forms.FileField(label=gettext_lazy("またはファイル"), required=False, allow_empty_file=True)
    tenant = forms.ChoiceField(label=gettext_lazy("企業"), required=False)

    def __init__(self, tenants: Iterable[Tenant], data: Any = None, files: Any = None, text: str = "") -> None:
        super().__init__(data, files, initial={"text": text}, label_suffix="", use_required_attribute=False)
        everyone: list[tuple[Any, Any]] = [("", gettext_lazy("すべての企業"))]
        self.companies = {tenant.uid: tenant for tenant in tenants}
        self.fields["tenant"].choices = everyone + [(uid, called(one)) for uid, one in self.companies.items()]  # type: ignore[attr-defined]
        self.cards: list[RuleCard] = []
        self.refused: list[Refused] = []

    def clean(self) -> dict[str, Any]:
        """The text that is tried under ``rule``; a file goes before what was typed."""
        given = self.cleaned_data
        if self.errors:
            return given
        given["rule"] = self.said(given)
        self.cards, self.refused = examined(given["rule"])
        if len(self.cards) > MOST:
            raise forms.ValidationError(_("一度に試せるルールは %(most)s 本までです。") % {"most": MOST})
        if self.refused:
            raise forms.ValidationError(_("このルールは動かせません。"))
        return given

    def said(self, given: Mapping[str, Any]) -> str:
        data = given["file"].read(LARGEST + 1) if given.get("file") else given["text"].encode()
        if not data.strip():
            raise forms.ValidationError(_("ルールを貼り付けるか、ファイルを選んでください。"))
        if len(data) > LARGEST:
            raise forms.ValidationError(_("大きすぎます。256 KiB までです。"))
        try:
            return str(data.decode("utf-8-sig")).replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("UTF-8 の文字ではありません。")) from error


def examined(text: str) -> tuple[list[RuleCard], list[Refused]]:
    """What the rules of a text say, and which cannot run, where and why."""
    try:
        check_shape(text)
    except Unfoldable as problem:
        return [], [Refused(Path(FILE), FILE, str(problem), problem.line)]
    except (yaml.YAMLError, ValueError) as problem:
        mark = getattr(problem, "problem_mark", None)
        reason = _("YAML として読めません: %(problem)s") % {"problem": getattr(problem, "problem", None) or problem}
        return [], [Refused(Path(FILE), FILE, reason, mark.line + 1 if mark else None)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        path.write_text(text, encoding="utf-8")
        found = list(cards_in(OWN, path))
        made = load([path], values(shelf.folder()))
    lines = {card.id: card.line for card in found}
    refused = [Refused(Path(FILE), one.rule, one.reason, one.line or lines.get(one.rule)) for one in made.refused]
    if made.correlations:
        reason = _("相関ルールは試せません。過去のイベントの当たりを数えていないためです。")
        refused += [Refused(Path(FILE), one.id, reason, lines.get(one.id)) for one in made.correlations]
    if not refused and not made.rules:
        refused = [Refused(Path(FILE), FILE, _("ルールがありません。"), 1)]
    return found, refused


def ask(form: TryForm, user: User, lake: Lake, jobs: Jobs, now: datetime) -> Job:
    """Put the trial of a valid form into the queue; ``now`` is naive UTC."""
    given = form.cleaned_data
    companies = (given["tenant"],) if given["tenant"] else tuple(form.companies)
    since, until = span(lake, companies, DAYS, now)
    rules = {card.id: card.digest for card in form.cards}
    title = " / ".join(card.title for card in form.cards)[:200]
    return jobs.add(
        Job(new_uid(now), Kind.TRIAL, rules, companies, since, until, now, user.username, title, given["rule"])
    )


def under_way(user: User, jobs: Jobs) -> Job | None:
    """The trial that this person waits for: one at a time."""
    return next((job for job, _progress in jobs.open() if job.kind is Kind.TRIAL and job.by == user.username), None)
