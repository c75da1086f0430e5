"""FortiGate logs to OCSF.

Source: FortiOS log message reference; the categories of detections are those of the survey report, section 4.5.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats.keyvalue import LINE, RAW, RECODED, TRUNCATED
from hinomi.library.formats.lines import Lines, split
from hinomi.library.sources.fortinet_fortigate import network, verdict
from hinomi.library.sources.fortinet_fortigate.clock import CLOCK, SENT, TIME, timed
from hinomi.library.sources.fortinet_fortigate.fields import IDENTITY, VERSION, number, text
from hinomi.library.sources.fortinet_fortigate.finding import evidence, finding_info
from hinomi.library.sources.fortinet_fortigate.logtype import SUBTYPE, TYPE, activity_id, class_uid, is_type, typed
from hinomi.library.sources.fortinet_fortigate.records import read
from hinomi.ocsf.classes import ClassUid, StatusId
from hinomi.ocsf.schema import POLARS

SUCCESS = ("success", "succeeded", "successful", "logon", "up", "ok", "connected", "allowed")
FAILURE = ("failure", "failed", "fail", "error", "negotiate_error", "timed_out", "timeout", "denied", "down")
UNSAID = ("none", "n/a")
"""What FortiOS writes for a reason it does not give."""
TYPES = {**POLARS, "line": pl.Int64()}

NOT_FORTIGATE = "FortiGate のログではありません。送り元と source の組み合わせを確かめてください (no log of a FortiGate)"
NO_TIME = "時刻がありません (neither eventtime nor date and time)"
BAD_TIME = "時刻を読めません (time cannot be read): {}"


def normalize(payload: bytes, context: Context) -> Normalized:
    """Each line of a FortiGate's log as one OCSF event; a line that is none becomes a reject."""
    lines = split(payload)
    events: list[pl.DataFrame] = []
    rejects = list(lines.rejects)
    for cells in read(lines):
        known, foreign = _parted(cells, pl.any_horizontal(text(key).is_not_null() for key in IDENTITY))
        rejects += _rejects(lines, foreign[LINE], Reason.NOT_THIS_FORMAT, [NOT_FORTIGATE] * foreign.height)
        dated, undated = _parted(timed(known, context), pl.col(TIME).is_not_null())
        rejects += _undated(lines, undated)
        if dated.height:
            events.append(_events(dated))
    found = pl.concat(events) if events else pl.DataFrame(schema=TYPES)
    if not found["line"].is_sorted():
        found = found.sort("line")
    rejects.sort(key=lambda reject: reject.line)
    return Normalized(found, tuple(rejects), len(lines) + len(lines.rejects))


def _parted(frame: pl.DataFrame, condition: pl.Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    holds = frame.select(condition.fill_null(value=False)).to_series()
    return (frame, frame.clear()) if holds.all() else (frame.filter(holds), frame.filter(~holds))


def _undated(lines: Lines, cells: pl.DataFrame) -> list[Reject]:
    told = cells.select(pl.concat_str("eventtime", "date", "time", "tz", separator=" ", ignore_nulls=True)).to_series()
    unsaid = cells.select(pl.all_horizontal(pl.col("eventtime", "date").is_null())).to_series()
    silent, wrong = cells.filter(unsaid), cells.filter(~unsaid)
    return [
        *_rejects(lines, silent[LINE], Reason.NO_TIME, [NO_TIME] * silent.height),
        *_rejects(lines, wrong[LINE], Reason.BAD_TIME, [BAD_TIME.format(text) for text in told.filter(~unsaid)]),
    ]


def _rejects(lines: Lines, numbers: pl.Series, reason: Reason, details: Sequence[str]) -> list[Reject]:
    places = np.searchsorted(lines.numbers, numbers.to_numpy())
    return [
        Reject(int(number), reason, detail, lines.raw(int(place)))
        for number, detail, place in zip(numbers, details, places, strict=True)
    ]


def _events(cells: pl.DataFrame) -> pl.DataFrame:
    """OCSF columns of lines whose time is known."""
    alert, refused, disposition = pl.col("is_alert"), verdict.refused(), pl.col("disposition_id")
    finding = pl.when(verdict.is_finding()).then(int(ClassUid.DETECTION_FINDING)).otherwise(class_uid())
    judged = (
        cells.lazy()
        .with_columns(typed())
        .with_columns(
            finding.cast(pl.Int32).alias("class_uid"),
            verdict.is_alert().alias("is_alert"),
            verdict.disposition_id().alias("disposition_id"),
        )
    )
    columns = {
        "line": pl.col(LINE),
        "class_uid": pl.col("class_uid"),
        "activity_id": activity_id(pl.col("class_uid"), refused),
        "is_alert": alert,
        "disposition_id": disposition,
        "action_id": verdict.action_id(disposition),
        "severity_id": verdict.severity_id(),
        "utm_category": verdict.utm_category(alert),
        **_about(alert),
        "metadata.labels": _labels(cells),
        **_outcome(),
        **network.endpoints(),
        **network.connection(),
        **network.people(),
        **network.web(),
        **network.names(),
        **network.mail(),
        **network.files(),
        **finding_info(alert),
    }
    events = judged.select(value.cast(TYPES[name]).alias(name) for name, value in columns.items()).collect()
    return _with_evidence(events, cells)


def _about(alert: pl.Expr) -> dict[str, pl.Expr]:
    """OCSF ``metadata`` and what else is known of the line itself."""
    session = text("sessionid")
    authenticator = pl.col("faclogindex").is_not_null()
    return {
        "time": pl.col(TIME),
        "count": pl.when(is_type("utm")).then(number("count")),
        "message": pl.coalesce(text("msg"), text("logdesc")),
        "metadata.event_code": text("logid"),
        "metadata.log_name": pl.concat_str(TYPE, SUBTYPE, separator="/", ignore_nulls=True),
        "metadata.original_time": pl.col(SENT),
        "metadata.product.name": pl.when(authenticator)
        .then(pl.lit("FortiAuthenticator"))
        .otherwise(pl.lit("FortiGate")),
        "metadata.product.vendor_name": pl.lit("Fortinet"),
        "metadata.product.version": text(VERSION),
        # a session of 0 is none (DoS anomalies): it must not join what does not belong together
        "metadata.correlation_uid": pl.when(session != "0").then(session),
        "raw_data": pl.when(alert).then(pl.col(RAW)),
    }


def _labels(cells: pl.DataFrame) -> pl.Expr:
    """What was unusual in reading a line; most payloads hold nothing unusual, and lists are dear."""
    if not cells[TRUNCATED].any() and cells.select(pl.all_horizontal(pl.col(RECODED, CLOCK).is_null().all())).item():
        return pl.lit(None)
    cut = pl.when(pl.col(TRUNCATED)).then(pl.lit("truncated"))
    labels = pl.concat_list(pl.col(RECODED), cut, pl.col(CLOCK)).list.drop_nulls()
    return pl.when(labels.list.len() > 0).then(labels)


def _outcome() -> dict[str, pl.Expr]:
    """OCSF ``status_id`` of events: what somebody tried, and whether it came off."""
    said = pl.coalesce(text("status"), text("result")).str.to_lowercase()
    code = said.cast(pl.Int32, strict=False)
    failed = said.is_in(FAILURE) | (code >= 400) | pl.col("action").str.contains(r"(?i)fail")
    # single sign-on reports what the domain controller already let happen
    worked = said.is_in(SUCCESS) | (code < 400) | (said.is_null() & pl.col("action").str.starts_with("FSSO-log"))
    reason = text("reason")
    return {
        "status_id": pl.when(is_type("event") & failed)
        .then(int(StatusId.FAILURE))
        .when(is_type("event") & worked)
        .then(int(StatusId.SUCCESS)),
        "status_detail": pl.when(~reason.str.to_lowercase().is_in(UNSAID)).then(reason),
    }


def _with_evidence(events: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """``events`` with ``unmapped`` for the alerts among them."""
    alerts = events["is_alert"]
    if not alerts.any():
        return events.with_columns(pl.lit(None, dtype=pl.String).alias("unmapped"))
    kept = pl.DataFrame({"line": events["line"].filter(alerts), "unmapped": evidence(cells.filter(alerts))})
    return events.join(kept, on="line", how="left", maintain_order="left")
