"""Which scans the product asks for by itself: rules that run now and did not before, and rules on trial."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from hinomi.lake.lake import Lake
from hinomi.lake.landing import write_durably
from hinomi.pipeline.retro.job import FOLDER, Job, Jobs, Kind, new_uid
from hinomi.pipeline.retro.progress import Phase
from hinomi.pipeline.retro.span import span
from hinomi.pipeline.rules import RuleCard, State, Switches, cards, running, switches

FILE = "known.json"
AGAIN = timedelta(days=1)
"""Rules on trial are counted anew so often."""


def retro_of_new(data_dir: Path, lake: Lake, tenants: Iterable[str], days: int, now: datetime) -> Job | None:
    """A retro for rules that the worker took up since last time, or whose condition is another now.

    What runs when this is asked for the first time is taken as known. ``now`` is naive UTC; of 0 days nothing
    is asked. Killed in between it asks for the same again, which finds nothing new.

    Raises:
        SwitchesUnreadable: nobody can say which rules are wanted; nothing is asked until it is mended.
    """
    latest, path = running.read(data_dir / "rules"), data_dir / FOLDER / FILE
    if latest is None:
        return None
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else latest.rules
    fresh = {rule: digest for rule, digest in latest.rules.items() if known.get(rule) != digest}
    unwanted = without_retro(data_dir / "rules") if fresh else frozenset()
    wanted = {rule: digest for rule, digest in fresh.items() if rule not in unwanted}
    job = None
    if wanted and days:
        companies = tuple(tenants)
        since, until = span(lake, companies, days, now)
        job = Jobs(data_dir).add(Job(new_uid(now), Kind.RETRO, wanted, companies, since, until, now))
    if fresh or known.keys() != latest.rules.keys() or not path.exists():
        write_durably(path, json.dumps(dict(latest.rules)).encode())
    return job


def without_retro(folder: Path) -> frozenset[str]:
    """Ids of the rules that were switched on for what is to come only, and of correlations: these count hits
    that the river kept, and of the time before there are none."""
    decided = switches.read(folder)
    said = ((card, decided.decision(card)) for card in cards(folder))
    return frozenset(card.id for card, one in said if card.is_correlation or (one is not None and not one.retro))


def trial_of_all(data_dir: Path, lake: Lake, tenants: Iterable[str], days: int, now: datetime) -> Job | None:
    """One scan that counts for every rule on trial, when the last one is a day old or was about other rules."""
    folder, jobs = data_dir / "rules", Jobs(data_dir)
    decided = switches.read(folder)
    if not any(one.state is State.TRIAL for one in (*decided.rules.values(), *decided.packs.values())):
        return None
    wanted = {card.id: card.digest for card in cards(folder) if is_tried(card, decided)}
    latest = latest_trial(jobs)
    if not wanted or (latest and latest.rules == wanted and is_fresh(jobs, latest, now)):
        return None
    companies = tuple(tenants)
    since, until = span(lake, companies, days, now)
    if latest and not jobs.progress(latest).phase.is_over:
        jobs.cancel(latest)
    return jobs.add(Job(new_uid(now), Kind.TRIAL, wanted, companies, since, until, now))


def is_tried(card: RuleCard, decided: Switches) -> bool:
    return decided.state(card) is State.TRIAL and not card.is_correlation


def latest_trial(jobs: Jobs) -> Job | None:
    """The last scan for rules on trial: one that tries no text of anybody's."""
    standing = [job for job in jobs.all() if job.kind is Kind.TRIAL and job.text is None]
    return standing[-1] if standing else None


def is_fresh(jobs: Jobs, job: Job, now: datetime) -> bool:
    progress = jobs.progress(job)
    return progress.phase is not Phase.CANCELLED and (progress.ended is None or now - progress.ended < AGAIN)
