"""Where the console finds the lake and the landing zone."""

from django.conf import settings

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing


def lake() -> Lake:
    return Lake(settings.DATA_DIR / "lake")


def landing() -> Landing:
    return Landing(settings.DATA_DIR / "landing")
