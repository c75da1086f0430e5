"""What endpoint products (EDR) report, under the field names of Sysmon, for which Sigma's endpoint rules are written.

Windows' own logs have no part in this: they are read as they are (:mod:`windows`); nor has what auditd tells of
programs on Linux (:mod:`unix`).
"""

import polars as pl

from hinomi.ocsf.classes import ClassUid
from hinomi.pipeline.detect.sigma.taxonomy.columns import (
    HOST,
    USER,
    Fields,
    View,
    as_text,
    first,
    is_class,
    path_or_name,
)
from hinomi.pipeline.detect.sigma.windows import is_windows_event

LAUNCHED, DELETED = 1, 4
SYSTEMS = ("windows", "linux", "macos")

PROGRAM = path_or_name("process.file.path", "process.name")
PARENT = pl.coalesce(
    path_or_name("process.parent_process.file.path", "process.parent_process.name"),
    path_or_name("actor.process.file.path", "actor.process.name"),
)
ACTOR = pl.coalesce(path_or_name("actor.process.file.path", "actor.process.name"), PROGRAM)
FILE = path_or_name("file.path", "file.name")
HAS_FILE = pl.any_horizontal(pl.col("file.path", "file.name").is_not_null())
SHA256 = pl.format("SHA256={}", pl.col("file.hashes.sha256"))

CATEGORIES: dict[str, tuple[pl.Expr, Fields]] = {
    "process_creation": (
        pl.any_horizontal(pl.col("process.file.path", "process.name", "process.cmd_line").is_not_null())
        & (
            is_class(ClassUid.DETECTION_FINDING)
            | (is_class(ClassUid.PROCESS_ACTIVITY) & (pl.col("activity_id") == LAUNCHED))
        ),
        {
            "image": PROGRAM,
            "commandline": first("process.cmd_line"),
            "parentimage": PARENT,
            "parentcommandline": first("process.parent_process.cmd_line", "actor.process.cmd_line"),
            "processid": first("process.pid"),
            "parentprocessid": first("process.parent_process.pid", "actor.process.pid"),
            "hashes": SHA256,
            "sha256": first("file.hashes.sha256"),
        },
    ),
    "file_event": (
        HAS_FILE
        & (
            is_class(ClassUid.FILE_ACTIVITY)
            | (
                is_class(ClassUid.DETECTION_FINDING)
                & pl.any_horizontal(pl.col("process.name", "process.file.path").is_not_null())
            )
        ),
        {"image": ACTOR, "targetfilename": FILE},
    ),
    "file_delete": (
        HAS_FILE & is_class(ClassUid.FILE_ACTIVITY) & (pl.col("activity_id") == DELETED),
        {"image": ACTOR, "targetfilename": FILE},
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
    "dns_query": (
        pl.any_horizontal(pl.col("process.name", "actor.process.name", "actor.process.file.path").is_not_null())
        & is_class(ClassUid.DNS_ACTIVITY),
        {"image": ACTOR, "queryname": first("query.hostname"), "queryresults": as_text("answers")},
    ),
}


def name(category: str, system: str) -> str:
    """The view of endpoint events of an operating system."""
    return f"ocsf:{category}:{system}"


def views() -> dict[str, View]:
    return {name(category, system): endpoint(category, system) for category in CATEGORIES for system in SYSTEMS}


def endpoint(category: str, product: str) -> View:
    """Endpoint events of an operating system; one that does not say what it runs on is taken for Windows."""
    system = pl.col("device.os.name").str.to_lowercase().str.contains(product, literal=True)
    where, fields = CATEGORIES[category]
    here = ~is_windows_event() & where & system.fill_null(product == "windows")
    return View(here, HOST | USER | fields)
