"""What an alert says: title, the firewall's own classification, malware, and what it keeps beside the columns."""

import polars as pl

from hinomi.library.formats.mime import decoded
from hinomi.library.sources.fortinet_fortigate.fields import BLANK, EVIDENCE, text
from hinomi.library.sources.fortinet_fortigate.logtype import EVENTTYPE, SUBTYPE, is_type
from hinomi.library.sources.fortinet_fortigate.verdict import is_botnet, is_infection, is_ransomware
from hinomi.ocsf.classes import RANSOMWARE, AnalyticTypeId

MALICIOUS_URL = "malicious-url"
EMPTY_MEMBER = r'"[a-z]+":null,?'
"""In JSON text a quote within a value is escaped, so this matches members only."""


def finding_info(alert: pl.Expr) -> dict[str, pl.Expr]:
    """OCSF ``finding_info``, ``malware``: null where ``alert`` is false."""
    found = pl.when(alert)
    host = pl.coalesce(text("hostname"), text("qname"), text("dstname"), text("dstip"))
    subject = decoded(text("subject"))
    site = pl.concat_str(text("catdesc"), host, separator=": ", ignore_nulls=True)
    title = (
        pl.when(is_botnet())
        .then(pl.coalesce(text("botnetdomain"), text("attack"), text("virus"), text("botnetip")))
        .when(pl.col(EVENTTYPE) == MALICIOUS_URL)
        .then(pl.concat_str(pl.lit(MALICIOUS_URL), host, separator=": ", ignore_nulls=True))
        .when(is_type("utm", "webfilter", "dns"))
        .then(site)
        .when(is_type("utm", "app-ctrl"))
        .then(text("app"))
        .when(is_type("utm", "emailfilter"))
        .then(
            pl.concat_str(
                pl.lit("Spam"), pl.coalesce(subject, text("from"), text("sender")), separator=": ", ignore_nulls=True
            )
        )
    )
    named = pl.coalesce(text("virus"), text("attack"))
    own_class = (
        pl.when(is_botnet())
        .then(pl.lit("botnet"))
        .when(is_infection())
        .then(text("viruscat"))
        .when(is_type("utm", "webfilter", "dns"))
        .then(text("catdesc"))
        .when(is_type("utm", "app-ctrl"))
        .then(text("appcat"))
    )
    ransomware = pl.when(alert & is_ransomware()).then(pl.lit([RANSOMWARE], dtype=pl.List(pl.Int32)))
    kind = found.then(pl.coalesce(own_class, pl.col(EVENTTYPE), pl.col(SUBTYPE)))
    return {
        "finding_info.title": found.then(
            pl.coalesce(title, named, text("filename"), text("msg"), pl.col(EVENTTYPE), pl.col(SUBTYPE))
        ),
        "finding_info.types": pl.when(alert).then(pl.concat_list(kind)),
        "finding_info.analytic.uid": found.then(
            pl.coalesce(
                text("virusid"),
                text("attackid"),
                pl.when(is_type("utm", "app-ctrl")).then(text("appid")),
                text("logid"),
            )
        ),
        "finding_info.analytic.name": found.then(pl.coalesce(named, text("app"), kind)),
        "finding_info.analytic.type_id": found.then(int(AnalyticTypeId.VENDOR)).cast(pl.Int32),
        "malware.name": pl.when(alert & is_infection()).then(text("virus")),
        "malware.classification_ids": ransomware,
    }


def evidence(cells: pl.DataFrame) -> pl.Series:
    """For each row the fields of :data:`EVIDENCE` that say something, as JSON text; null where none does."""
    fields = [pl.when(~pl.col(key).is_in(BLANK)).then(pl.col(key)).alias(key) for key in dict.fromkeys(EVIDENCE)]
    written = pl.struct(fields).struct.json_encode().str.replace_all(EMPTY_MEMBER, "").str.replace(r",\}$", "}")
    return cells.select(pl.when(written != "{}").then(written).alias("unmapped")).to_series()
