"""Whether a sensor was there to see."""

from enum import StrEnum


class Presence(StrEnum):
    THERE = "there"
    """It delivered at that time: what it did not report it did not see."""
    SILENT = "silent"
    """The company has it (and the machine, of an EDR), and nothing came from it at that time."""
    NO_SENSOR = "no_sensor"
    """The company has none of the kind."""
    NOT_ON_MACHINE = "not_on_machine"
    """The company has an EDR, and not on this machine."""
    MACHINE_UNKNOWN = "machine_unknown"
    """The company has an EDR, and nobody knows which machine it was."""
