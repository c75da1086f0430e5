"""How far an infection got, as far as the sensors could see: detection points, patterns and steps (section 4.5 (3))."""

from hinomi.pipeline.correlate.course.courses import courses

__all__ = ["courses"]
