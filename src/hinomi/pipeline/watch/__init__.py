"""What is seen only over time: questions asked of the lake, whose answers are findings like any other."""

from hinomi.pipeline.watch.company import Company, Span
from hinomi.pipeline.watch.recording import record, revise
from hinomi.pipeline.watch.round import Watcher, watch
from hinomi.pipeline.watch.rows import as_findings

__all__ = ["Company", "Span", "Watcher", "as_findings", "record", "revise", "watch"]
