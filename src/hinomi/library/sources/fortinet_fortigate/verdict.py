"""What the firewall itself judged: which logs are detections, of what, and what it did about it.

Only security logs (``utm``) are detections; the traffic log of the same session is not, so that nothing counts
twice. A profile that only watches (``action=passthrough``, ``pass``) detects nothing, except for IPS, DoS
sensors, antivirus, WAF signatures and botnet lists, which speak only where they found something.
The categories are those of the survey report, section 4.5.
"""

import polars as pl

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats.shapes import has
from hinomi.library.sources.fortinet_fortigate.logtype import EVENTTYPE, is_type
from hinomi.ocsf.classes import ActionId, DispositionId, SeverityId

DISPOSITIONS = {
    DispositionId.ALLOWED: "accept allow allowed pass passthrough pass_session permit exempt exempted "
    "start close timeout client-rst server-rst ip-conn dns",
    DispositionId.BLOCKED: "block blocked deny denied ban redirect kickout encrypt-kickout content-block",
    DispositionId.QUARANTINED: "quarantine quarantined",
    DispositionId.DROPPED: "drop dropped drop_session clear_session discard discarded",
    DispositionId.CORRECTED: "content-disarm sanitized",
    DispositionId.DETECTED: "detected detect monitored monitor analytics",
    DispositionId.LOGGED: "log log-only",
    DispositionId.TAGGED: "tag tagged",
    DispositionId.RESET: "reset reset_client reset_server reset_both",
    DispositionId.REJECTED: "reject rejected",
}
ACTIONS = {
    DispositionId.ALLOWED: ActionId.ALLOWED,
    DispositionId.CORRECTED: ActionId.MODIFIED,
    DispositionId.TAGGED: ActionId.MODIFIED,
    DispositionId.DETECTED: ActionId.OBSERVED,
    DispositionId.LOGGED: ActionId.OBSERVED,
}
"""What a disposition means for the connection; any other one is a refusal."""
BY_ACTION = {word: int(uid) for uid, words in DISPOSITIONS.items() for word in words.split()}
ACTION_OF = {int(uid): int(ACTIONS.get(uid, ActionId.DENIED)) for uid in DISPOSITIONS}
REFUSALS = [word for word, uid in BY_ACTION.items() if ACTION_OF[uid] == ActionId.DENIED]

LEVELS = {
    "emergency": SeverityId.FATAL,
    "alert": SeverityId.CRITICAL,
    "critical": SeverityId.CRITICAL,
    "error": SeverityId.HIGH,
    "warning": SeverityId.MEDIUM,
    "notice": SeverityId.LOW,
    "information": SeverityId.INFORMATIONAL,
    "debug": SeverityId.INFORMATIONAL,
}
SEVERITIES = {
    "critical": SeverityId.CRITICAL,
    "high": SeverityId.HIGH,
    "medium": SeverityId.MEDIUM,
    "low": SeverityId.LOW,
    "info": SeverityId.INFORMATIONAL,
}
"""Of an IPS signature or a DoS anomaly; says more than the line's level."""

MALICIOUS = ["26", "61", "86"]
"""FortiGuard categories: malicious websites, phishing, spam URLs."""
SCANNED_OR_NOT = ["oversize", "scanerror", "switchproto", "mimefragmented", "content-disarm"]
"""Antivirus events that say how a file was handled, not that it was bad."""
RANSOM = (
    r"(?i)ransom|filecoder|cryptolocker|cryptowall|wannacry|wanna_?crypt|teslacrypt|lockbit|sodinokibi|gandcrab"
    r"|\b(blackcat|cerber|crysis|locky|makop|petya|notpetya|phobos|revil|ryuk|samsam)\b"
)
RECONNAISSANCE = (
    r"(?i)port[._ -]?scan|(?:tcp|udp|sctp|ip)_scan|icmp_sweep|(?:host|ping|icmp|address)[._ -]?sweep|^ping$"
)
"""Probing (scans, sweeps, pings): an alert that the report's table does not count."""
DOUBTFUL = "@doubtful"
BLOCKLISTED = r"(?i)block-?list|black-?list|malicious|botnet"


def refused() -> pl.Expr:
    """Whether the firewall did not let it pass, by its own action or that of a security profile."""
    return pl.col("action").is_in(REFUSALS).fill_null(value=False) | (
        is_type("traffic") & pl.col("utmaction").is_in(REFUSALS).fill_null(value=False)
    )


def disposition_id() -> pl.Expr:
    """What was done to the connection; a traffic log says in ``utmaction`` that a profile cut it short."""
    passed_first = is_type("traffic") & pl.col("utmaction").is_in(REFUSALS)
    decided = pl.when(passed_first).then(pl.col("utmaction")).otherwise(pl.col("action"))
    known = decided.replace_strict(BY_ACTION, default=None, return_dtype=pl.Int32)
    return pl.when(is_type("traffic") | is_type("utm")).then(known)


def action_id(disposition: pl.Expr) -> pl.Expr:
    return disposition.replace_strict(ACTION_OF, default=None, return_dtype=pl.Int32)


def severity_id() -> pl.Expr:
    signature = pl.col("severity").replace_strict(_numbers(SEVERITIES), default=None, return_dtype=pl.Int32)
    level = pl.col("level").replace_strict(_numbers(LEVELS), default=None, return_dtype=pl.Int32)
    return pl.coalesce(signature, level, int(SeverityId.UNKNOWN)).cast(pl.Int32)


def is_botnet() -> pl.Expr:
    """A connection to a known command-and-control server: IPS, DNS or a list of addresses says so."""
    listed = has("botnetdomain") | has("botnetip")
    return is_type("utm") & (listed | (pl.col(EVENTTYPE) == "botnet")).fill_null(value=False)


def is_finding() -> pl.Expr:
    """Whether a log is an OCSF Detection Finding rather than an activity that was stopped."""
    return (is_signature() | is_infection() | is_botnet()).fill_null(value=False)


def is_infection() -> pl.Expr:
    handled = pl.col(EVENTTYPE).is_in(SCANNED_OR_NOT).fill_null(value=False)
    return is_type("utm", "virus") & (has("virus") | refused()) & ~handled


def is_signature() -> pl.Expr:
    """IPS, DoS and WAF speak of attacks."""
    waf = is_type("utm", "waf") & pl.col(EVENTTYPE).str.ends_with("signature")
    return is_type("utm", "ips", "anomaly", "virtual-patch") | waf


def is_alert() -> pl.Expr:
    """Whether a log is a detection; what is_doubtful is one only if its text confirms it."""
    action = pl.col("action")
    refusing = is_type("utm", "webfilter", "dns", "app-ctrl", "dlp", "file-filter", "waf", "ssh", "cifs", "icap")
    mail = is_type("utm", "emailfilter") & (refused() | action.is_in(["tagged", "tag", "detected"]))
    found = is_signature() | is_infection() | is_botnet() | (refusing & refused()) | mail | is_doubtful()
    return found.fill_null(value=False)


def is_doubtful() -> pl.Expr:
    """A certificate was refused: for being on a list of bad ones, or just for being wrong."""
    return is_type("utm", "ssl") & refused() & ~is_botnet()


def is_confirmed(*texts: str) -> pl.Expr:
    """Whether what a doubtful log says speaks of a list of bad ones."""
    return pl.concat_str(texts, separator=" ", ignore_nulls=True).str.contains(BLOCKLISTED)


def utm_category(alert: pl.Expr) -> pl.Expr:
    name = pl.coalesce("virus", "attack")
    bad_site = pl.col("cat").is_in(MALICIOUS) | (pl.col(EVENTTYPE) == "antiphishing")
    return pl.when(alert).then(
        pl.when(is_ransomware())
        .then(pl.lit(UtmCategory.RANSOMWARE.value))
        .when(is_botnet() | (is_type("utm", "app-ctrl") & (pl.col("appcat") == "Botnet")))
        .then(pl.lit(UtmCategory.CNC_CALLBACK.value))
        .when(is_infection() & (pl.col(EVENTTYPE) != "filename").fill_null(value=True))
        .then(pl.lit(UtmCategory.MALWARE.value))
        .when((pl.col(EVENTTYPE) == "malicious-url") | is_type("utm", "ssl"))
        .then(pl.lit(UtmCategory.MALICIOUS_SITE.value))
        .when(is_signature() & ~name.str.contains(RECONNAISSANCE).fill_null(value=False))
        .then(pl.lit(UtmCategory.IPS.value))
        .when(is_type("utm", "webfilter", "dns") & bad_site)
        .then(pl.lit(UtmCategory.MALICIOUS_SITE.value))
        .when(is_type("utm", "webfilter", "dns"))
        .then(pl.lit(UtmCategory.URL_CATEGORY.value))
        .when(is_type("utm", "app-ctrl"))
        .then(pl.lit(UtmCategory.FORBIDDEN_APPLICATION.value))
        .when(is_type("utm", "emailfilter"))
        .then(pl.lit(UtmCategory.SPAM.value))
    )


def is_ransomware() -> pl.Expr:
    name = pl.coalesce("virus", "attack")
    return (is_infection() | is_signature()) & name.str.contains(RANSOM).fill_null(value=False)


def _numbers(table: dict[str, SeverityId]) -> dict[str, int]:
    return {word: int(severity) for word, severity in table.items()}
