"""What an alert says: title, the firewall's own classification, malware, and what it keeps beside the columns."""

import polars as pl

from hinomi.library.formats.mime import decoded
from hinomi.library.formats.shapes import Expressions, cell
from hinomi.library.formats.views import listed
from hinomi.library.sources.fortinet_fortigate.fields import EVENT, EVIDENCE
from hinomi.library.sources.fortinet_fortigate.logtype import EVENTTYPE, SUBTYPE, is_type
from hinomi.library.sources.fortinet_fortigate.verdict import is_botnet, is_infection, is_ransomware
from hinomi.ocsf.classes import RANSOMWARE, AnalyticTypeId

MALICIOUS_URL, SPAM = "malicious-url", "Spam"
TITLE, TOPIC, TOPIC_WORD, WORD = "@title", "@topic", "@topic's word", "@title's word"
MAIL, KIND, KIND_WORD, ANALYTIC = "@mail's title", "@kind", "@kind's word", "@analytic"
CLASSIFICATION, ANALYTIC_TYPE = "malware.classification_ids", "finding_info.analytic.type_id"
CELLS = (TITLE, TOPIC, MAIL, KIND, ANALYTIC, "finding_info.analytic.uid", "malware.name")
WORDS = (TOPIC_WORD, WORD, KIND_WORD, CLASSIFICATION, ANALYTIC_TYPE)
KEPT = {f"@evidence {key}": key for key in dict.fromkeys(EVIDENCE)}
TOLD = {f"@event {key}": key for key in EVENT}
EMPTY_MEMBER = r'"[a-z]+":null,?'
"""In JSON text a quote within a value is escaped, so this matches members only."""


def decided() -> Expressions:
    """The words that a finding is told in where no cell tells it; null for what is no alert."""
    alert = pl.when(pl.col("is_alert"))
    topic = (
        pl.when(is_botnet())
        .then(None)
        .when(pl.col(EVENTTYPE) == MALICIOUS_URL)
        .then(pl.lit(MALICIOUS_URL))
        .when(is_type("utm", "emailfilter"))
        .then(pl.lit(SPAM))
    )
    word = pl.coalesce(EVENTTYPE, SUBTYPE)
    return {
        TOPIC_WORD: alert.then(topic),
        WORD: alert.then(word),
        KIND_WORD: alert.then(pl.when(is_botnet()).then(pl.lit("botnet")).otherwise(word)),
        CLASSIFICATION: pl.when(pl.col("is_alert") & is_ransomware()).then(
            pl.lit([RANSOMWARE], dtype=pl.List(pl.Int32))
        ),
        ANALYTIC_TYPE: alert.then(int(AnalyticTypeId.VENDOR)).cast(pl.Int32),
    }


def chosen() -> Expressions:
    alert = pl.when(pl.col("is_alert"))
    host = pl.coalesce(cell("hostname"), cell("qname"), cell("dstname"), cell("dstip"))
    topic = pl.when(pl.col(TOPIC_WORD).is_null() & ~is_botnet() & is_type("utm", "webfilter", "dns")).then(
        cell("catdesc")
    )
    title = (
        pl.when(is_botnet())
        .then(pl.coalesce(cell("botnetdomain"), cell("attack"), cell("virus"), cell("botnetip")))
        .when((pl.col(EVENTTYPE) == MALICIOUS_URL) | is_type("utm", "webfilter", "dns"))
        .then(host)
        .when(is_type("utm", "app-ctrl"))
        .then(cell("app"))
        .when(is_type("utm", "emailfilter"))
        .then(pl.coalesce(cell("from"), cell("sender")))
    )
    told = pl.col(TOPIC_WORD).is_not_null() | topic.is_not_null()
    named = pl.coalesce(cell("virus"), cell("attack"))
    own_class = (
        pl.when(is_botnet())
        .then(None)
        .when(is_infection())
        .then(cell("viruscat"))
        .when(is_type("utm", "webfilter", "dns"))
        .then(cell("catdesc"))
        .when(is_type("utm", "app-ctrl"))
        .then(cell("appcat"))
    )
    signature = pl.when(is_type("utm", "app-ctrl")).then(cell("appid"))
    return {
        TOPIC: alert.then(topic),
        TITLE: alert.then(pl.coalesce(title, pl.when(~told).then(pl.coalesce(named, cell("filename"), cell("msg"))))),
        MAIL: alert.then(pl.when(pl.col(TOPIC_WORD) == SPAM).then(cell("subject"))),
        KIND: alert.then(own_class),
        ANALYTIC: alert.then(pl.coalesce(named, cell("app"))),
        "finding_info.analytic.uid": alert.then(
            pl.coalesce(cell("virusid"), cell("attackid"), signature, cell("logid"))
        ),
        "malware.name": alert.then(pl.when(is_infection()).then(cell("virus"))),
        **{name: alert.then(cell(key)) for name, key in KEPT.items()},
        **{name: cell(key) for name, key in TOLD.items()},
    }


def finding_info(alerts: pl.DataFrame) -> pl.DataFrame:
    """OCSF ``finding_info`` and ``malware`` of alerts, from CELLS and WORDS."""
    said = pl.coalesce(decoded(pl.col(MAIL)), TITLE)
    title = pl.concat_str(pl.coalesce(TOPIC, TOPIC_WORD), said, separator=": ", ignore_nulls=True)
    kind = pl.coalesce(KIND, KIND_WORD)
    told = alerts.select(
        pl.when(title != "").then(title).otherwise(WORD).alias("finding_info.title"),
        kind.alias("finding_info.types"),
        "finding_info.analytic.uid",
        pl.coalesce(ANALYTIC, kind).alias("finding_info.analytic.name"),
        ANALYTIC_TYPE,
        "malware.name",
        CLASSIFICATION,
    )
    return told.with_columns(listed(told["finding_info.types"]))


def evidence(fields: pl.DataFrame) -> pl.Series:
    """For each row its fields as JSON text; null where it has none. ``fields`` is named by KEPT or TOLD."""
    named = KEPT | TOLD
    written = pl.struct(pl.col(name).alias(named[name]) for name in fields.columns).struct.json_encode()
    plain = written.str.replace_all(EMPTY_MEMBER, "").str.replace(r",\}$", "}")
    return fields.select(pl.when(plain != "{}").then(plain).alias("unmapped")).to_series()
