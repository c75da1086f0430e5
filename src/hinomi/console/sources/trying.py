"""Pasted lines or a small file, tried in a process of its own; nothing of it is kept."""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hinomi.library import catalog
from hinomi.library.contracts import Manifest
from hinomi.pipeline.trial import bench
from hinomi.pipeline.trial.attempt import GENERIC, Attempt
from hinomi.pipeline.trial.bench import Limits, Trial
from hinomi.pipeline.trial.examine import Examined
from hinomi.pipeline.trial.sample import LINES, sample
from hinomi.tenants.models.company import known_zone

LARGEST = 1024 * 1024
"""Bytes of a file or a text that are looked at."""
LIMITS = Limits(one=8.0, all=25.0)
AT_ONCE = threading.BoundedSemaphore(2)
PATIENCE = 10.0
"""Seconds to wait for a trial of somebody else to end."""
BEST = 5


class Busy(Exception):
    """Others are trying lines; there is room again in a moment."""


def products() -> list[tuple[Any, Any]]:
    """Sources by the name of the product, as a choice."""
    language = (get_language() or "ja").split("-")[0]
    named = {
        name: manifest.title.get(language) or manifest.title["ja"] for name, manifest in catalog.manifests().items()
    }
    return [(name, f"{title} — {name}") for name, title in sorted(named.items(), key=lambda item: item[1])]


class TryForm(forms.Form):
    text = forms.CharField(label=_("ログの行"), required=False, strip=False, widget=forms.Textarea)
    source = forms.ChoiceField(label=_("製品"), required=False)
    timezone = forms.CharField(label=_("時間帯"), initial="Asia/Tokyo", max_length=64, validators=[known_zone])
    file = forms.FileField(label=_("またはファイル"), required=False, allow_empty_file=True)

    def __init__(self, data: Any = None, files: Any = None, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, files, initial=initial, label_suffix="", use_required_attribute=False)
        unknown: list[tuple[Any, Any]] = [("", _("わからない"))]
        self.fields["source"].choices = unknown + products()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("text", "").strip() and not given.get("file") and not self.errors:
            raise forms.ValidationError(_("ログの行を貼り付けるか、ファイルを選んでください。"))
        return given


@dataclass(frozen=True)
class Candidate:
    """A source that reads something of the lines."""

    manifest: Manifest
    attempt: Attempt


@dataclass(frozen=True)
class Tried:
    """What a page shows of a trial; ``cut`` where only the beginning was looked at, ``generic`` for an envelope."""

    candidates: tuple[Candidate, ...]
    unanswered: tuple[str, ...]
    examined: Examined | None
    manifest: Manifest | None
    first: datetime | None
    last: datetime | None
    sure: bool
    generic: bool
    asked: bool
    cut: bool
    problem: str | None


def try_it(given: dict[str, Any], now: datetime) -> Tried:
    """Try what a valid form holds; ``now`` is naive UTC.

    Raises:
        Busy: too many trials at once.
    """
    data, cut = content(given)
    source = given["source"] or None
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise Busy
    try:
        taken = sample("", data, now, complete=not cut)
        trial = bench.run(taken, source, given["timezone"], LINES, LIMITS)
    finally:
        AT_ONCE.release()
    return shown(trial, asked=source is not None, cut=cut or len(taken.head) < len(data))


def content(given: dict[str, Any]) -> tuple[bytes, bool]:
    """The bytes to be tried, and whether they are only the beginning; a file goes before the text."""
    data = given["file"].read(LARGEST + 1) if given.get("file") else given["text"].encode()
    if len(data) <= LARGEST:
        return data, False
    end = data.rfind(b"\n", 0, LARGEST) + 1
    return data[: end or LARGEST], True


def shown(trial: Trial, *, asked: bool, cut: bool) -> Tried:
    known = catalog.manifests()
    reading = [one for one in trial.attempts if one.reads_something][:BEST]
    found = trial.examined
    return Tried(
        candidates=() if asked else tuple(Candidate(known[one.source], one) for one in reading),
        unanswered=tuple(one.source for one in trial.attempts if one.problem and not one.records),
        examined=found,
        manifest=known[found.source] if found else None,
        first=moment(found.first) if found else None,
        last=moment(found.last) if found else None,
        sure=trial.sure,
        generic=found is not None and found.source in GENERIC,
        asked=asked,
        cut=cut,
        problem=trial.problem,
    )


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
