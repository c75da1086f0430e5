"""A hit as correlations read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple


class Hit(NamedTuple):
    """An event on which a rule fired, or what another correlation told; ``time`` is naive UTC.

    ``fields`` holds texts by canonical name, ``about`` what the columns :data:`hits.ABOUT` say. Hits are in order of
    time; those of one moment in the order of the rest.
    """

    time: datetime
    uid: str
    rule: str
    fields: Mapping[str, Sequence[str]]
    about: tuple[str | None, ...] = ()
    sensor: str = ""
    source: str = ""
