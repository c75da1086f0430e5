"""Scans of the lake by rules, in the background: those that people asked for, and those that follow from a switch."""

import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from hinomi.app import place
from hinomi.pipeline.detect.sigma import RuleSet, load
from hinomi.pipeline.retro import Job, Jobs, Scanner, asking
from hinomi.pipeline.retro.job import KEPT
from hinomi.pipeline.rules import selection
from hinomi.pipeline.rules.refusals import refusals

DAYS = 30
VARIABLE = "HINOMI_RETRO_DAYS"
SLICE = 5.0
"""Seconds at a time; between two slices the other tasks have their turn."""


CORRELATION = (
    "相関ルールは、過去のイベントには当てません。使い始めてからの当たりを数えます"
    " (a correlation counts the hits since it began to run; it is not run back)."
)


class NotRunnable(Exception):
    """None of a scan's rules can run; says why."""


def days() -> int:
    """How far back a rule is run that begins to run; 0: not at all.

    Raises:
        ValueError: the variable is no number of days.
    """
    said = os.environ.get(VARIABLE, str(DAYS))
    if not said.isdecimal():
        raise ValueError(f"{VARIABLE}={said}: 日数を数字で書いてください (a number of days)")
    return int(said)


def rules_of(data_dir: Path, job: Job) -> RuleSet:
    """The rules of a scan: the text that is tried, or rules of the shelf and the operator's folder by their ids.

    Raises:
        NotRunnable: there is none left that runs.
    """
    if job.text is not None:
        made = load([Jobs(data_dir).folder(job.uid) / "rule.yml"], selection.values(data_dir / "rules"))
        made = made.only(job.rules.__contains__)
    else:
        made = selection.named(data_dir / "rules", job.rules)
    if made.correlations and not made.rules:
        raise NotRunnable(CORRELATION)
    if not made.rules:
        reasons = "; ".join(refused.reason for refused in made.refused)
        raise NotRunnable(reasons or "ルールがなくなりました (the rule is gone)")
    return made


@cache
def scanner(data_dir: Path) -> Scanner:
    """Kept between slices: it holds the compiled rules of the scan that it is at."""
    return Scanner(place.lake(data_dir), place.landing(data_dir), Jobs(data_dir), lambda job: rules_of(data_dir, job))


def tenants() -> tuple[str, ...]:
    from hinomi.tenants.models import Tenant

    return tuple(Tenant.objects.values_list("uid", flat=True))


def go_on(data_dir: Path, now: datetime) -> object:
    """Ask for what follows from the switches, and go on with what waits for some seconds."""
    moment = now.astimezone(UTC).replace(tzinfo=None)
    lake = place.lake(data_dir)
    asking.retro_of_new(data_dir, lake, tenants(), days(), moment)
    asking.trial_of_all(data_dir, lake, tenants(), days() or DAYS, moment)
    return scanner(data_dir).advance(SLICE)


def examine(data_dir: Path, now: datetime) -> object:
    """Find out which rules of large packs cannot run: the console does not wait for that."""
    folder = data_dir / "rules"
    return refusals(folder, selection.cards(folder))


def tidy(data_dir: Path, now: datetime) -> None:
    """Forget scans that ended long ago."""
    Jobs(data_dir).forget(now.astimezone(UTC).replace(tzinfo=None) - KEPT)
