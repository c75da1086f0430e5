"""Incidents and devices as a company's page tells them."""

from dataclasses import dataclass

from hinomi.console.company.wording import DEVICE, HEARD, REASON, STATUS
from hinomi.console.sensors.queries import Watched
from hinomi.console.shell.words import Words
from hinomi.incidents.models import Incident
from hinomi.tenants.queries import SensorState


@dataclass(frozen=True)
class State:
    """``look`` is ``good``, ``warn``, ``bad`` or empty; ``said`` one sentence."""

    look: str
    mark: str
    word: Words
    said: Words


def state(incident: Incident) -> State:
    """What the desk does with it, or why it is over."""
    look, mark, word, said = STATUS[incident.status]
    return State(look, mark, word, REASON.get(incident.reason, said))


@dataclass(frozen=True)
class Told:
    """An incident and its state in plain words."""

    incident: Incident
    state: State


def told(incident: Incident) -> Told:
    return Told(incident, state(incident))


@dataclass(frozen=True)
class Device:
    """A sensor, what it is for, and whether it is heard."""

    watched: Watched
    what: Words
    state: State


def device(watched: Watched) -> Device:
    return Device(watched, DEVICE.get(watched.sensor.kind, watched.sensor.kind), State(*HEARD[watched.state]))


SEEING = (SensorState.HEARD, SensorState.IMPORTED)


@dataclass(frozen=True)
class Watch:
    """The devices that are to be heard, and how many of them are."""

    devices: tuple[Device, ...]

    @property
    def expected(self) -> int:
        return sum(one.watched.state is not SensorState.ENDED for one in self.devices)

    @property
    def is_over(self) -> bool:
        """Devices were watched, and no one is any more."""
        return bool(self.devices) and not self.expected

    @property
    def seen(self) -> int:
        return sum(one.watched.state in SEEING for one in self.devices)

    @property
    def blind(self) -> tuple[Device, ...]:
        """Those from which nothing comes though it should."""
        return tuple(one for one in self.devices if one.watched.state in (SensorState.SILENT, SensorState.NEVER_HEARD))
