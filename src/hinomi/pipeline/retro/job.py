"""Scans of the lake as folders of small files: what was asked never changes, how far it is has a file of its own.

``DATA/scans/UID/`` holds ``job.json`` (by whoever asks), ``rule.yml`` (of a trial: the text that is tried),
``windows.json`` and ``progress.json`` (by whoever scans), and ``cancel`` (by whoever wants no more of it).
"""

import fcntl
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from hinomi.lake.landing import write_durably
from hinomi.pipeline.retro.progress import Phase, Progress

FOLDER = "scans"
OVER = "over"
"""A file that says at a glance that a scan has ended."""
KEPT = timedelta(days=30)
"""Scans that ended longer ago are forgotten."""


class Kind(StrEnum):
    TRIAL = "trial"
    """Counts, and records nothing."""
    RETRO = "retro"
    """What it finds is recorded as findings."""


@dataclass(frozen=True)
class Job:
    """Rules (id to the digest of what they say), over events with since <= time < until (naive UTC) of companies."""

    uid: str
    kind: Kind
    rules: Mapping[str, str]
    tenants: tuple[str, ...]
    since: datetime
    until: datetime
    asked: datetime
    """Naive UTC."""
    by: str = ""
    """The user's name; empty where the product itself or the command line asked."""
    title: str = ""
    text: str | None = None
    """Of a trial: the rule as YAML."""

    @property
    def days(self) -> float:
        return (self.until - self.since) / timedelta(days=1)


class Jobs:
    """The scans of a data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.root = data_dir / FOLDER

    def folder(self, uid: str) -> Path:
        return self.root / uid

    def add(self, job: Job) -> Job:
        if job.text is not None:
            write_durably(self.folder(job.uid) / "rule.yml", job.text.encode())
        write_durably(self.folder(job.uid) / "job.json", json.dumps(as_document(job), ensure_ascii=False).encode())
        return job

    def get(self, uid: str) -> Job | None:
        """None where there is none, also for a name that is no name of a scan."""
        if not uid.isalnum() or not uid.isascii():
            return None
        try:
            return self.read(self.folder(uid))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read(self, folder: Path) -> Job:
        document = json.loads((folder / "job.json").read_text(encoding="utf-8"))
        text = folder / "rule.yml"
        return from_document(document, text.read_text(encoding="utf-8") if text.exists() else None)

    def all(self, unless: str = "") -> Iterator[Job]:
        """Oldest first; those whose folder holds a file called ``unless`` are not even read."""
        found = []
        for path in self.root.glob("*/job.json"):
            if unless and path.with_name(unless).exists():
                continue
            try:
                found.append(self.read(path.parent))
            except FileNotFoundError:  # forgotten by another process just now
                continue
        yield from sorted(found, key=lambda job: (job.asked, job.uid))

    def progress(self, job: Job) -> Progress:
        try:
            return Progress.from_json((self.folder(job.uid) / "progress.json").read_bytes())
        except FileNotFoundError:
            is_cancelled = self.is_cancelled(job)
            return Progress(phase=Phase.CANCELLED if is_cancelled else Phase.WAITING)

    def save(self, job: Job, progress: Progress) -> None:
        write_durably(self.folder(job.uid) / "progress.json", progress.as_json())
        if progress.phase.is_over:
            (self.folder(job.uid) / OVER).touch()

    @contextmanager
    def alone(self, job: Job) -> Iterator[bool]:
        """Whether nobody else is at this scan just now; nobody is while this holds. A killed one holds nothing."""
        with (self.folder(job.uid) / "job.json").open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def cancel(self, job: Job) -> None:
        """Ask for an end; whoever scans sees it before the next window."""
        write_durably(self.folder(job.uid) / "cancel", b"")

    def is_cancelled(self, job: Job) -> bool:
        return (self.folder(job.uid) / "cancel").exists()

    def open(self) -> Iterator[tuple[Job, Progress]]:
        """Scans that have not ended: trials before others, for somebody waits for them."""
        waiting = [(job, progress) for job in self.all(OVER) if not (progress := self.progress(job)).phase.is_over]
        yield from sorted(waiting, key=lambda one: one[0].kind is not Kind.TRIAL)

    def forget(self, before: datetime) -> None:
        for job in self.all():
            ended = self.progress(job).ended
            if ended is not None and ended < before:
                shutil.rmtree(self.folder(job.uid), ignore_errors=True)


def new_uid(now: datetime) -> str:
    return f"{now:%Y%m%d%H%M%S}{secrets.token_hex(4)}"


def as_document(job: Job) -> dict[str, Any]:
    return {
        "uid": job.uid,
        "kind": job.kind.value,
        "rules": dict(job.rules),
        "tenants": list(job.tenants),
        "since": job.since.isoformat(),
        "until": job.until.isoformat(),
        "asked": job.asked.isoformat(),
        "by": job.by,
        "title": job.title,
    }


def from_document(document: Mapping[str, Any], text: str | None) -> Job:
    return Job(
        uid=document["uid"],
        kind=Kind(document["kind"]),
        rules=document["rules"],
        tenants=tuple(document["tenants"]),
        since=datetime.fromisoformat(document["since"]),
        until=datetime.fromisoformat(document["until"]),
        asked=datetime.fromisoformat(document["asked"]),
        by=document["by"],
        title=document["title"],
        text=text,
    )
