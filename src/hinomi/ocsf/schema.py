"""The Arrow schema of the lake: one flat column per OCSF path.

Source: OCSF 1.9.0-dev. Three columns are ours: ``utm_category`` (the study's categories), ``raw_ref``
(where the raw line lies) and ``file.hashes.sha256`` / ``malware.name`` (first element of an OCSF array).
Times are microseconds, UTC, without a zone. Endpoints, file, process and URL of a finding's
``evidences[0]`` lie in the same columns as those of an activity, so one question finds an address
in traffic, IPS and EDR alike; :mod:`hinomi.ocsf.nested` puts them back where OCSF wants them.
"""

from typing import Final

import polars as pl
import pyarrow as pa

TIME: Final = pa.timestamp("us")
TEXT: Final = pa.string()
TEXTS: Final = pa.list_(pa.string())
INT: Final = pa.int32()
LONG: Final = pa.int64()
FLAG: Final = pa.bool_()

COLUMNS: Final[dict[str, pa.DataType]] = {
    # who sent it: set by the pipeline, never by a source
    "tenant": TEXT,
    "sensor": TEXT,
    "source": TEXT,
    # what it is
    "time": TIME,
    "class_uid": INT,
    "activity_id": INT,
    "severity_id": INT,
    "status_id": INT,
    "status_detail": TEXT,
    "action_id": INT,
    "disposition_id": INT,
    "is_alert": FLAG,
    "count": LONG,
    "duration": LONG,  # milliseconds
    "start_time": TIME,
    "end_time": TIME,
    "message": TEXT,
    "utm_category": TEXT,
    # where it came from
    "metadata.uid": TEXT,
    "metadata.event_code": TEXT,
    "metadata.log_name": TEXT,
    "metadata.logged_time": TIME,
    "metadata.original_time": TEXT,
    "metadata.product.name": TEXT,
    "metadata.product.vendor_name": TEXT,
    "metadata.product.version": TEXT,
    "metadata.correlation_uid": TEXT,
    "metadata.labels": TEXTS,
    # which machine and person
    "device.hostname": TEXT,
    "device.ip": TEXT,
    "device.mac": TEXT,
    "device.uid": TEXT,
    "device.os.name": TEXT,
    "user.name": TEXT,
    "user.uid": TEXT,
    "user.domain": TEXT,
    "actor.user.name": TEXT,
    "actor.user.uid": TEXT,
    "actor.user.domain": TEXT,
    "actor.process.name": TEXT,
    "actor.process.file.path": TEXT,
    "actor.process.cmd_line": TEXT,
    "actor.process.pid": LONG,
    "process.name": TEXT,
    "process.file.path": TEXT,
    "process.cmd_line": TEXT,
    "process.pid": LONG,
    "process.uid": TEXT,
    "process.parent_process.name": TEXT,
    "process.parent_process.file.path": TEXT,
    "process.parent_process.cmd_line": TEXT,
    "process.parent_process.pid": LONG,
    "file.name": TEXT,
    "file.path": TEXT,
    "file.size": LONG,
    "file.hashes.sha256": TEXT,
    "module.file.path": TEXT,
    "reg_key.path": TEXT,
    "reg_value.name": TEXT,
    "reg_value.data": TEXT,
    "script.script_content": TEXT,
    "service.name": TEXT,
    "logon_type_id": INT,
    # which connection
    "src_endpoint.ip": TEXT,
    "src_endpoint.port": INT,
    "src_endpoint.hostname": TEXT,
    "src_endpoint.mac": TEXT,
    "src_endpoint.interface_name": TEXT,
    "src_endpoint.location.country": TEXT,
    "dst_endpoint.ip": TEXT,
    "dst_endpoint.port": INT,
    "dst_endpoint.hostname": TEXT,
    "dst_endpoint.interface_name": TEXT,
    "dst_endpoint.location.country": TEXT,
    "connection_info.protocol_num": INT,
    "connection_info.protocol_name": TEXT,
    "connection_info.direction_id": INT,
    "traffic.bytes_in": LONG,
    "traffic.bytes_out": LONG,
    "traffic.packets_in": LONG,
    "traffic.packets_out": LONG,
    "app_name": TEXT,
    "url.url_string": TEXT,
    "url.hostname": TEXT,
    "url.path": TEXT,
    "url.categories": TEXTS,
    "http_request.http_method": TEXT,
    "http_request.user_agent": TEXT,
    "http_response.code": INT,
    "query.hostname": TEXT,
    "query.type": TEXT,
    "rcode_id": INT,
    "answers": TEXTS,
    "email.message_uid": TEXT,
    "email.from": TEXT,
    "email.to": TEXTS,
    "email.subject": TEXT,
    "firewall_rule.uid": TEXT,
    "firewall_rule.name": TEXT,
    # why it is notable
    "finding_info.uid": TEXT,
    "finding_info.title": TEXT,
    "finding_info.types": TEXTS,
    "finding_info.analytic.uid": TEXT,
    "finding_info.analytic.name": TEXT,
    "finding_info.analytic.type_id": INT,
    "finding_info.attacks.technique.uid": TEXTS,
    "finding_info.related_events": TEXTS,
    "malware.name": TEXT,
    "malware.classification_ids": pa.list_(INT),
    # the evidence itself
    "raw_ref": TEXT,
    "raw_data": TEXT,
    "unmapped": TEXT,
}

SCHEMA: Final = pa.schema(list(COLUMNS.items()))
POLARS: Final[pl.Schema] = pl.Schema(pl.from_arrow(SCHEMA.empty_table()).schema)  # type: ignore[union-attr]


NAMES, TYPES = POLARS.names(), POLARS.dtypes()
NOTHING = pl.DataFrame(schema=POLARS)


def empty() -> pl.DataFrame:
    """No events, in the shape of the lake."""
    return NOTHING.clone()


def conform(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column of the schema, in its order and type; a missing one is null.

    Raises:
        polars.exceptions.InvalidOperationError: a value does not fit its column's type.
        ValueError: the frame has a column that the schema does not know.
    """
    types = dict(zip(frame.columns, frame.dtypes, strict=True))
    if [*types] == NAMES and [*types.values()] == TYPES:
        return frame
    unknown = [name for name in types if name not in POLARS]
    if unknown:
        raise ValueError(f"not in the OCSF schema of the lake: {', '.join(unknown)}")
    wrong = [pl.col(name).cast(POLARS[name]) for name, kind in types.items() if kind != POLARS[name]]
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in POLARS.items() if name not in types]
    return frame.with_columns(*wrong, *missing).select(NAMES)
