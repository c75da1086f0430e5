"""What a line is, what became of it, and OCSF ``metadata``: what follows from few of its fields."""

import polars as pl

from hinomi.library.formats.cells import RAW
from hinomi.library.formats.shapes import Expressions, cell, has
from hinomi.library.sources.fortinet_fortigate import verdict
from hinomi.library.sources.fortinet_fortigate.fields import IDENTITY, VERSION
from hinomi.library.sources.fortinet_fortigate.logtype import SUBTYPE, TYPE, activity_id, class_uid, is_type
from hinomi.ocsf.classes import ClassUid, StatusId

SUCCESS = ("success", "succeeded", "successful", "logon", "up", "ok", "connected", "allowed")
FAILURE = ("failure", "failed", "fail", "error", "negotiate_error", "timed_out", "timeout", "denied", "down")
UNSAID = ("none", "n/a")
"""What FortiOS writes for a reason it does not give."""
KNOWN = "@known"
"""Whether a line is a log of a FortiGate at all."""

COPIED = (
    *("message", "metadata.event_code", "metadata.product.version", "metadata.correlation_uid"),
    *("status_detail", "raw_data"),
)


def judged() -> Expressions:
    finding = pl.when(verdict.is_finding()).then(int(ClassUid.DETECTION_FINDING)).otherwise(class_uid())
    return {
        KNOWN: pl.any_horizontal(has(key) for key in IDENTITY),
        "class_uid": finding.cast(pl.Int32),
        "is_alert": verdict.is_alert(),
        verdict.DOUBTFUL: verdict.is_doubtful(),
        "disposition_id": verdict.disposition_id(),
    }


def decided() -> Expressions:
    authenticator = pl.when(has("faclogindex")).then(pl.lit("FortiAuthenticator"))
    return {
        "activity_id": activity_id(pl.col("class_uid"), verdict.refused()),
        "action_id": verdict.action_id(pl.col("disposition_id")),
        "severity_id": verdict.severity_id(),
        "status_id": _status(),
        "utm_category": verdict.utm_category(pl.col("is_alert")),
        "metadata.log_name": pl.concat_str(TYPE, SUBTYPE, separator="/", ignore_nulls=True),
        "metadata.product.name": authenticator.otherwise(pl.lit("FortiGate")),
        "metadata.product.vendor_name": pl.lit("Fortinet"),
    }


def chosen() -> Expressions:
    return {
        "count": pl.when(is_type("utm")).then(cell("count")),
        "message": pl.coalesce(cell("msg"), cell("logdesc")),
        "metadata.event_code": cell("logid"),
        "metadata.product.version": cell(VERSION),
        "metadata.correlation_uid": cell("sessionid"),
        "status_detail": cell("reason"),
        "raw_data": pl.when(pl.col("is_alert")).then(cell(RAW)),
    }


REFINED = {
    # a session of 0 is none (DoS anomalies): it must not join what does not belong together
    "metadata.correlation_uid": pl.when(pl.col("metadata.correlation_uid") != "0").then("metadata.correlation_uid"),
    "status_detail": pl.when(~pl.col("status_detail").str.to_lowercase().is_in(UNSAID)).then("status_detail"),
}
"""What is made of COPIED, if it is there."""


def _status() -> pl.Expr:
    """OCSF ``status_id`` of events: whether what somebody tried came off."""
    said = pl.coalesce("status", "result").str.to_lowercase()
    code = said.cast(pl.Int32, strict=False)
    failed = said.is_in(FAILURE) | (code >= 400) | pl.col("action").str.contains(r"(?i)fail")
    # single sign-on reports what the domain controller already let happen
    worked = said.is_in(SUCCESS) | (code < 400) | (said.is_null() & pl.col("action").str.starts_with("FSSO-log"))
    return (
        pl.when(is_type("event") & failed)
        .then(int(StatusId.FAILURE))
        .when(is_type("event") & worked)
        .then(int(StatusId.SUCCESS))
        .cast(pl.Int32)
    )
