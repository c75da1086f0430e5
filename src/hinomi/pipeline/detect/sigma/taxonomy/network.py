"""Traffic, requests, names and mail as rules see them, whichever product saw them.

Field names are those of Sigma's taxonomy (proxy, webserver: W3C extended log; firewall; dns; antivirus).
"""

from functools import cache

import polars as pl

from hinomi.library import catalog
from hinomi.library.contracts import Kind
from hinomi.ocsf.classes import ClassUid
from hinomi.pipeline.detect.sigma.taxonomy.columns import (
    ACTION,
    ADDRESSES,
    HOST,
    STATUS,
    USER,
    Fields,
    View,
    as_text,
    coded,
    first,
    is_class,
    is_private,
    of_sources,
    path_or_name,
    vendor,
)

WEB_SERVERS = ("apache", "nginx")
REQUEST: Fields = {
    "cs-method": first("http_request.http_method"),
    "cs-host": first("url.hostname", "dst_endpoint.hostname"),
    "sc-status": first("http_response.code"),
    "c-useragent": first("http_request.user_agent"),
    "cs-user-agent": first("http_request.user_agent"),
    "cs-uri-stem": first("url.path"),
    "c-uri-stem": first("url.path"),
    "cs-uri": first("url.url_string"),
    "c-uri": first("url.url_string"),
    "cs-uri-query": first("url.url_string"),
    "c-uri-query": pl.col("url.url_string").str.extract(r"\?(.*)$"),
    "c-uri-extension": first("url.path").str.extract(r"\.([A-Za-z0-9]{1,10})$"),
    "r-dns": first("url.hostname"),
    "cs-username": first("actor.user.name", "user.name"),
}
DISPOSITION = coded(
    "disposition_id",
    {1: "allowed", 2: "blocked", 3: "quarantined", 4: "isolated", 5: "deleted", 6: "dropped", 11: "corrected",
     14: "delayed", 15: "detected", 17: "logged", 18: "tagged", 21: "reset", 25: "rejected"},
)  # fmt: skip
"""What the sensor did, in OCSF's words."""
OUTSIDE = ~is_private("src_endpoint.ip")
DIRECTION = (
    pl.when(pl.col("connection_info.direction_id").is_in([1, 2, 3]))
    .then(coded("connection_info.direction_id", {1: "inbound", 2: "outbound", 3: "lateral"}))
    .when(OUTSIDE & is_private("dst_endpoint.ip"))
    .then(pl.lit("inbound"))
    .when(~OUTSIDE & ~is_private("dst_endpoint.ip"))
    .then(pl.lit("outbound"))
    .when(~OUTSIDE & is_private("dst_endpoint.ip"))
    .then(pl.lit("lateral"))
)
"""As the firewall says it, else by private and public addresses; null where one of them is missing."""


@cache
def web_shields() -> tuple[str, ...]:
    """Sources whose requests come from outside to the company's own web server: its own log, and what protects it."""
    shields = [name for name, manifest in catalog.manifests().items() if manifest.kind is Kind.WAF]
    return (*shields, *WEB_SERVERS)


@cache
def services() -> tuple[str, ...]:
    """Sources that tell of mail and of files in the cloud: their addresses were not surfed to, save by a click."""
    return tuple(name for name, manifest in catalog.manifests().items() if manifest.kind in (Kind.MAIL, Kind.CLOUD))


def views() -> dict[str, View]:
    web = pl.any_horizontal(pl.col("url.url_string", "url.hostname").is_not_null())
    shielded = pl.col("source").is_in(web_shields()).fill_null(False)
    stored = pl.col("source").is_in(services()).fill_null(False) & ~is_class(ClassUid.HTTP_ACTIVITY)
    return {
        "ocsf:proxy": View(web & ~shielded & ~stored, ADDRESSES | REQUEST | USER | {"action": ACTION}),
        "ocsf:webserver": of_sources(
            ADDRESSES | REQUEST | {"c-ip": first("src_endpoint.ip"), "action": ACTION}, *web_shields(), where=web
        ),
        "ocsf:apache": of_sources(ADDRESSES | REQUEST | {"message": pl.col("message")}, "apache"),
        "ocsf:nginx": of_sources(ADDRESSES | REQUEST | {"message": pl.col("message")}, "nginx"),
        "ocsf:dns": View(
            is_class(ClassUid.DNS_ACTIVITY),
            ADDRESSES
            | {"query": first("query.hostname"), "record_type": first("query.type"), "answer": as_text("answers")},
        ),
        "ocsf:firewall": View(
            is_class(ClassUid.NETWORK_ACTIVITY),
            ADDRESSES
            | USER
            | {
                "action": ACTION,
                "direction": DIRECTION,
                "src_zone": first("src_endpoint.interface_name"),
                "dst_zone": first("dst_endpoint.interface_name"),
            },
        ),
        "ocsf:antivirus": View(
            pl.col("malware.name").is_not_null(),
            HOST
            | {
                "signature": first("malware.name"),
                "filename": path_or_name("file.path", "file.name"),
                "action": ACTION,
            },
        ),
        "ocsf:ids": View(
            pl.col("is_alert"),
            ADDRESSES
            | HOST
            | USER
            | {
                "signature": first("finding_info.title"),
                "category": as_text("finding_info.types"),
                "action": ACTION,
                "disposition": DISPOSITION,
                "direction": DIRECTION,
            },
        ),
        "ocsf:email": View(
            is_class(ClassUid.EMAIL_ACTIVITY),
            ADDRESSES
            | {
                "sender": first("email.from"),
                "recipient": as_text("email.to"),
                "subject": first("email.subject"),
                "attachment": pl.coalesce("file.name", vendor("attachment")),
                "status": STATUS,
                "action": ACTION,
                "disposition": DISPOSITION,
                "result": first("status_detail"),
                "message": first("message"),
            },
        ),
    }
