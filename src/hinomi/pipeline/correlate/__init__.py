"""From findings to stories: what belongs together, and what people are asked to work on."""

from hinomi.pipeline.correlate.stage import stories

__all__ = ["stories"]
