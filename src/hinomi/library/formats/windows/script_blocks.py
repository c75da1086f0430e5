"""PowerShell scripts in one piece: Windows cuts a long script into several events 4104.

Each part stays the event it is; the first part's ``script.script_content`` becomes the whole script where all
parts of a ``ScriptBlockId`` are in the payload. ``unmapped`` keeps each part's own text.
Source: Microsoft, "about_Logging_Windows", Viewing the PowerShell event log entries.
"""

from dataclasses import replace

import polars as pl

from hinomi.library.contracts import Normalized

SCRIPT = "script.script_content"
BLOCK = "metadata.correlation_uid"
NEEDED = {SCRIPT, BLOCK, "metadata.event_code", "device.hostname", "unmapped"}


def joined(found: Normalized) -> Normalized:
    """The same events, first parts with the whole script."""
    events = found.events
    if not NEEDED.issubset(events.columns):
        return found
    parts = events.filter(
        pl.col("metadata.event_code") == "4104", pl.col("unmapped").str.contains('"MessageTotal"', literal=True)
    ).select(
        "line", "device.hostname", BLOCK, SCRIPT, number=data("MessageNumber"), total=data("MessageTotal")
    )  # fmt: skip
    scripts = (
        parts.filter(pl.col("total") > 1)
        .sort("number")
        .unique(["device.hostname", BLOCK, "number"], keep="first", maintain_order=True)
        .group_by("device.hostname", BLOCK, "total")
        .agg(pl.col("line").first(), pl.col(SCRIPT).str.join("").alias("whole"), pl.len().alias("parts"))
        .filter(pl.col("parts") == pl.col("total"))
    )
    if scripts.is_empty():
        return found
    whole = events.join(scripts.select("line", "whole"), on="line", how="left", maintain_order="left")
    return replace(found, events=whole.with_columns(pl.coalesce("whole", SCRIPT).alias(SCRIPT)).drop("whole"))


def data(name: str) -> pl.Expr:
    """A number of ``EventData``, null where it is none."""
    return pl.col("unmapped").str.json_path_match(f"$.EventData.{name}").cast(pl.Int64, strict=False)
