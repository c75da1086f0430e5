"""Rules run back over what the lake holds: to try them (nothing is recorded), or to find what was missed."""

from hinomi.pipeline.retro.job import Job, Jobs, Kind, new_uid
from hinomi.pipeline.retro.progress import Hit, Phase, Progress
from hinomi.pipeline.retro.scanner import Scanner
from hinomi.pipeline.retro.span import span

__all__ = ["Hit", "Job", "Jobs", "Kind", "Phase", "Progress", "Scanner", "new_uid", "span"]
