"""Events of every other product as rules see them: Sigma's field names over the columns of the lake.

A view says which events a log source means and where its fields lie. Columns are also known by their
OCSF names (``app_name``, ``url.categories``), so a rule may ask for what Sigma has no word for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import polars as pl

from hinomi.library import catalog
from hinomi.library.contracts import Kind
from hinomi.ocsf.classes import ClassUid
from hinomi.ocsf.schema import POLARS
from hinomi.pipeline.detect.sigma.event import Event, canonical
from hinomi.pipeline.detect.sigma.logsource import OCSF_CATEGORIES, view
from hinomi.pipeline.detect.sigma.windows import is_windows_event

Fields = dict[str, pl.Expr]


@dataclass(frozen=True)
class View:
    """``where`` picks the events; ``fields`` maps canonical Sigma names to texts (or lists of texts)."""

    where: pl.Expr
    fields: Fields

    def expressions(self, names: Iterable[str] | None) -> Fields:
        """Fields by canonical name; those that neither the view nor OCSF know are left out. None: all."""
        known = ocsf_fields() | self.fields
        wanted = known.keys() if names is None else {*names, "class_uid"} & known.keys()
        return {name: known[name] for name in sorted(wanted)}


@cache
def ocsf_fields() -> Fields:
    """Every column that holds text, numbers or a list of texts, under its own name."""
    return {canonical(name): as_text(name) for name, dtype in POLARS.items() if dtype not in (pl.Datetime("us"),)}


def as_text(name: str) -> pl.Expr:
    if POLARS[name] == pl.List(pl.String):
        return pl.col(name)
    if isinstance(POLARS[name], pl.List):
        return pl.col(name).cast(pl.List(pl.String))
    return pl.col(name).cast(pl.String)


def first(*names: str) -> pl.Expr:
    return pl.coalesce(as_text(name) for name in names)


def is_class(*classes: ClassUid) -> pl.Expr:
    return pl.col("class_uid").is_in([int(uid) for uid in classes])


def path_or_name(path: str, name: str) -> pl.Expr:
    """A program's path; where a product gives its bare name, ``\\name``, for rules ask for the end of a path."""
    bare = pl.when(~pl.col(name).str.contains(r"[\\/]")).then("\\" + pl.col(name)).otherwise(pl.col(name))
    return pl.coalesce(path, bare)


PROGRAM = path_or_name("process.file.path", "process.name")
PARENT = pl.coalesce(
    path_or_name("process.parent_process.file.path", "process.parent_process.name"),
    path_or_name("actor.process.file.path", "actor.process.name"),
)
ACTOR = pl.coalesce(path_or_name("actor.process.file.path", "actor.process.name"), PROGRAM)
HOST = {"computer": first("device.hostname"), "computername": first("device.hostname")}
USER = {"user": first("actor.user.name", "user.name")}
ADDRESSES = {
    "src_ip": first("src_endpoint.ip"),
    "dst_ip": first("dst_endpoint.ip"),
    "src_port": first("src_endpoint.port"),
    "dst_port": first("dst_endpoint.port"),
}
REQUEST = {
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

ACTION = (
    pl.when(pl.col("action_id") == 1)
    .then(pl.lit("allow"))
    .when(pl.col("action_id") == 2)
    .then(pl.lit("deny"))
    .otherwise(pl.lit(None, dtype=pl.String))
)


@cache
def web_shields() -> list[str]:
    """Sources whose requests come from outside to the company's own web server."""
    return [name for name, manifest in catalog.manifests().items() if manifest.kind is Kind.WAF]


def endpoint(category: str, product: str) -> View:
    """Endpoint events of an operating system; one that does not say what it runs on is taken for Windows."""
    system = pl.col("device.os.name").str.to_lowercase().str.contains(product, literal=True)
    where, fields = ENDPOINT_VIEWS[category]
    return View(~is_windows_event() & where & system.fill_null(product == "windows"), HOST | USER | fields)


ENDPOINT_VIEWS: dict[str, tuple[pl.Expr, Fields]] = {
    "process_creation": (
        pl.any_horizontal(pl.col("process.file.path", "process.name", "process.cmd_line").is_not_null())
        & (is_class(ClassUid.DETECTION_FINDING) | (is_class(ClassUid.PROCESS_ACTIVITY) & (pl.col("activity_id") == 1))),
        {
            "image": PROGRAM,
            "commandline": first("process.cmd_line"),
            "parentimage": PARENT,
            "parentcommandline": first("process.parent_process.cmd_line", "actor.process.cmd_line"),
            "processid": first("process.pid"),
            "parentprocessid": first("process.parent_process.pid", "actor.process.pid"),
            "hashes": pl.format("SHA256={}", pl.col("file.hashes.sha256")),
            "sha256": first("file.hashes.sha256"),
        },
    ),
    "file_event": (
        pl.any_horizontal(pl.col("file.path", "file.name").is_not_null())
        & (
            is_class(ClassUid.FILE_ACTIVITY)
            | (
                is_class(ClassUid.DETECTION_FINDING)
                & pl.any_horizontal(pl.col("process.name", "process.file.path").is_not_null())
            )
        ),
        {"image": ACTOR, "targetfilename": path_or_name("file.path", "file.name")},
    ),
    "network_connection": (
        pl.any_horizontal(
            pl.col("process.name", "process.file.path", "actor.process.name", "actor.process.file.path").is_not_null()
        )
        & pl.any_horizontal(pl.col("dst_endpoint.ip", "dst_endpoint.hostname").is_not_null())
        & is_class(ClassUid.NETWORK_ACTIVITY, ClassUid.DETECTION_FINDING),
        {
            "image": ACTOR,
            "destinationip": first("dst_endpoint.ip"),
            "destinationport": first("dst_endpoint.port"),
            "destinationhostname": first("dst_endpoint.hostname"),
            "sourceip": first("src_endpoint.ip"),
            "sourceport": first("src_endpoint.port"),
            "initiated": pl.lit("true"),
        },
    ),
}


@cache
def views() -> dict[str, View]:
    """Views by the kind of their key."""
    web = pl.any_horizontal(pl.col("url.url_string", "url.hostname").is_not_null())
    shielded = pl.col("source").is_in(web_shields()).fill_null(False)
    found = {
        "proxy": View(web & ~shielded, ADDRESSES | REQUEST | USER),
        "webserver": View(web & shielded, ADDRESSES | REQUEST | {"c-ip": first("src_endpoint.ip")}),
        "dns": View(
            is_class(ClassUid.DNS_ACTIVITY),
            ADDRESSES
            | {"query": first("query.hostname"), "record_type": first("query.type"), "answer": as_text("answers")},
        ),
        "firewall": View(is_class(ClassUid.NETWORK_ACTIVITY), ADDRESSES | {"action": ACTION}),
        "antivirus": View(
            pl.col("malware.name").is_not_null(),
            HOST
            | {
                "signature": first("malware.name"),
                "filename": path_or_name("file.path", "file.name"),
                "action": ACTION,
            },
        ),
    }
    named = {OCSF_CATEGORIES[name]: one for name, one in found.items()}
    endpoints = {
        view(category, product): endpoint(category, product)
        for category in ENDPOINT_VIEWS
        for product in ("windows", "linux", "macos")
    }
    return named | endpoints


def as_events(frame: pl.DataFrame) -> list[Event]:
    """Events from the fields of a view, one a row."""
    return [Event(row.items()) for row in frame.iter_rows(named=True)]


def haystacks(frame: pl.DataFrame) -> pl.Series:
    """All fields of each row as one folded text, in which the literals of the rules are looked for."""
    texts = [
        pl.col(name).list.join("\n", ignore_nulls=True) if isinstance(dtype, pl.List) else pl.col(name)
        for name, dtype in frame.schema.items()
    ]
    return frame.select(pl.concat_str(texts, separator="\n", ignore_nulls=True).str.to_lowercase()).to_series()
