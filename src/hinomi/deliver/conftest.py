"""The hand-filled lake of the study's tests, for reports too."""

from hinomi.study.conftest import event, fill, lake, verdict

__all__ = ["event", "fill", "lake", "verdict"]
