"""A finding as correlation looks at it, and which findings are worth looking at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from hinomi.library.contracts import Kind
from hinomi.ocsf.accounts import is_nobody
from hinomi.ocsf.classes import AnalyticTypeId, DispositionId, SeverityId
from hinomi.pipeline.correlate.aspect import (
    aspect,
    is_ours,
    is_outside,
    is_stopped,
    kind_of_sensor,
    outside_address,
)
from hinomi.pipeline.correlate.identity import Identity, identity, own_address, peer_address
from hinomi.pipeline.surroundings.machines import Machines
from hinomi.pipeline.surroundings.skew import Skews

NO_SKEWS, NO_MACHINES = Skews(), Machines()
ALWAYS_BACKGROUND = ("spam", "url_category", "forbidden_application", "web_attack")
"""What happens to every company every day, and never makes an incident by itself: but what a rule of ours found to have
worked is no attempt any more."""
MAIL = ("mail_malware", "mail_phishing", "payment_fraud")
DOMAIN = r"(?i)^([^.]*[a-z][^.]*)\..*$"
"""A name with its domain; an address in place of a name is left whole."""
COMMON_FOLDERS = ("c:\\windows\\", "c:\\program files")
"""Programs from here are on every machine."""


DETAILS = (
    ("コマンド", "process.cmd_line"),
    ("起動元", "process.parent_process.name"),
    ("ファイル", "file.path"),
    ("ファイル", "file.name"),
    ("検出名", "malware.name"),
    ("URL", "url.url_string"),
    ("件名", "email.subject"),
    ("差出人", "email.from"),
    ("アプリ", "app_name"),
    ("通信先", "dst_endpoint.ip"),
)
"""What a line of a timeline says of a finding, and under which word."""
PROCESSES = tuple(
    f"{process}.{told}"
    for process in ("process", "actor.process", "process.parent_process")
    for told in ("name", "file.path", "cmd_line")
)
TOLD = (
    "tenant",
    "finding_info.title",
    "finding_info.analytic.type_id",
    "disposition_id",
    "count",
    "message",
    "src_endpoint.ip",
    "src_endpoint.port",
    "dst_endpoint.port",
    *PROCESSES,
    *(column for _, column in DETAILS),
)
"""Columns that a sighting keeps for telling its story; thousands of them are held at once."""


@dataclass(frozen=True)
class Sighting:
    """A finding, its texts folded for comparison; ``row`` is what is told of the finding.

    ``time`` is naive UTC, of a right clock: what the sensor's is ``ahead`` is taken off.
    """

    uid: str
    time: datetime
    sensor: str
    kind: str
    """Kind of the sensor."""
    aspect: str
    severity: int
    stopped: bool
    host: str | None
    """Name without the domain: as the sensor writes it, else of the machine that had the address then."""
    address: str | None
    outside: str | None
    """The other end, where it is not one of the company's own: its name, else its address."""
    user: str | None
    """Whom the finding names, else who used the machine then."""
    recipients: frozenset[str]
    """Names before the @ of a mail's recipients."""
    file: str | None
    sha256: str | None
    site: str | None
    event: str
    rule: str
    """What noticed it: ``finding_info.analytic.uid``."""
    techniques: tuple[str, ...]
    """ATT&CK techniques without their sub-techniques."""
    row: dict[str, Any]
    machine: str | None
    """Key by which findings of one machine are joined: None where many hide behind the address, or there is none."""
    by_address: bool
    """The sensor wrote an address alone."""
    by_use: bool
    """The user is known of the machine, and not named by the sensor."""
    peer: str | None
    """Key of the other machine inside, where the finding is between two."""
    ahead: timedelta

    @property
    def written(self) -> datetime:
        """The time as the sensor wrote it and the lake keeps it."""
        return self.time + self.ahead

    @property
    def is_ours(self) -> bool:
        """Noticed by us, and not a sensor's own verdict."""
        return bool(self.row["finding_info.analytic.type_id"] != AnalyticTypeId.VENDOR)

    @property
    def is_endpoint(self) -> bool:
        return self.kind in (Kind.EDR, Kind.ENDPOINT)

    @property
    def is_of_account(self) -> bool:
        """It is about somebody's account, and no machine: a sign-in to the cloud, or what was done there."""
        return self.user is not None and self.machine is None and not self.recipients

    @property
    def is_grave(self) -> bool:
        """High or worse, and not stopped."""
        return self.severity >= SeverityId.HIGH and not self.stopped


def described(findings: pl.DataFrame, skews: Skews = NO_SKEWS) -> pl.DataFrame:
    """The findings in order of time, clocks put right, with what correlation adds to each."""
    host = pl.coalesce("device.hostname", "src_endpoint.hostname")
    written = findings.with_columns(pl.col("time").alias("_written"), kind_of_sensor().alias("_kind"))
    described = skews.right(written, "time").with_columns(
        aspect().alias("_aspect"),
        is_stopped().alias("_stopped"),
        host.str.replace(DOMAIN, "$1").alias("_host"),
        own_address().alias("_address"),
        is_outside("src_endpoint.ip").alias("_from_outside"),
        outside_address().alias("_outside"),
    )
    let_in = pl.when(is_let_in()).then(pl.max_horizontal("severity_id", pl.lit(int(SeverityId.HIGH))))
    described = described.with_columns(let_in.otherwise("severity_id").cast(pl.Int32).alias("severity_id"))
    return described.with_columns(peer_address().alias("_peer")).sort("time", "metadata.uid")


def is_let_in() -> pl.Expr:
    """Malware that the gate knew and let pass: the device's own gravity tells only how well it knows it."""
    known = pl.col("_aspect").is_in(["malware", "ransomware"]) & (pl.col("_kind") == Kind.UTM.value)
    passed = pl.col("disposition_id").is_in([int(DispositionId.ALLOWED), int(DispositionId.DETECTED)])
    return (known & passed).fill_null(False)


def is_telling() -> pl.Expr:
    """Over :func:`described`: findings that may belong to an incident; all others are background at most."""
    endpoint = pl.col("_kind").is_in([Kind.EDR.value, Kind.ENDPOINT.value])
    quiet = (pl.col("severity_id").fill_null(0) <= int(SeverityId.LOW)) & ~endpoint & ~is_ours()
    attempt = (pl.col("_aspect") == "intrusion") & pl.col("_from_outside") & ~is_ours()
    knocking = attempt & (pl.col("_stopped") | (pl.col("severity_id").fill_null(0) < int(SeverityId.CRITICAL)))
    caught_mail = pl.col("_aspect").is_in(MAIL) & pl.col("_stopped")
    worked = is_ours() & (pl.col("severity_id") >= int(SeverityId.HIGH)) & ~pl.col("_stopped")
    everyday = pl.col("_aspect").is_in(ALWAYS_BACKGROUND) & ~worked
    return ~(everyday | quiet | knocking | caught_mail).fill_null(False)


def sightings(described_findings: pl.DataFrame, machines: Machines = NO_MACHINES) -> Iterator[Sighting]:
    for row in described_findings.iter_rows(named=True):
        who = identity(row, machines)
        named = person(row["actor.user.name"] or row["user.name"] or "")
        used_by = machines.user_at(who.host, row["time"]) if who.host and not named else None
        yield sighting(row, who, named or used_by, by_use=not named)


def person(account: str) -> str | None:
    """An account without its domain; None for those that stand for no person."""
    name = account.lower().rpartition("\\")[2].partition("@")[0]
    return None if is_nobody(name) else name


def sighting(row: dict[str, Any], who: Identity, user: str | None, *, by_use: bool) -> Sighting:
    file = (row["file.name"] or last_part(row["file.path"])).lower()
    site = (row["url.hostname"] or row["query.hostname"] or "").lower().removeprefix("www.")
    return Sighting(
        uid=row["metadata.uid"],
        time=row["time"],
        sensor=row["sensor"] or "",
        kind=row["_kind"],
        aspect=row["_aspect"],
        severity=row["severity_id"] or 0,
        stopped=row["_stopped"],
        host=who.host,
        address=row["_address"],
        outside=site or row["_outside"],
        user=user,
        recipients=frozenset(name for one in row["email.to"] or () if (name := one.partition("@")[0].lower())),
        file=None if is_common(row["file.path"]) else file or None,
        sha256=None if came_with_windows(row) else row["file.hashes.sha256"],
        site=site or None,
        event=(row["finding_info.related_events"] or [row["metadata.uid"]])[0],
        rule=row["finding_info.analytic.uid"] or "",
        techniques=tuple(dict.fromkeys(uid[:5] for uid in row["finding_info.attacks.technique.uid"] or ())),
        row={column: row[column] for column in TOLD},
        machine=who.machine,
        by_address=row["_host"] is None,
        by_use=by_use,
        peer=who.peer,
        ahead=row["_written"] - row["time"],
    )


def came_with_windows(row: dict[str, Any]) -> bool:
    """The hash may be of the file or of the process: of neither where it would be everyone's."""
    return is_common(row["process.file.path"]) or is_common(row["file.path"])


def is_common(path: str | None) -> bool:
    return (path or "").lower().startswith(COMMON_FOLDERS)


def last_part(path: str | None) -> str:
    return (path or "").replace("\\", "/").rpartition("/")[2]
