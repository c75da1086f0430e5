"""The short words every chat says; :mod:`hinomi.library.telling` has them."""

from hinomi.library.telling import brief as compose

__all__ = ["compose"]
