"""One name for a machine that sensors name differently: in other case, cut short, or by its network card alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

NETBIOS = 15
"""Characters of a name in Windows' older protocols: what is longer is cut there."""
TIMES_TOGETHER = 3
"""Hours in which two names must be seen at one address to be those of one machine."""
Said = tuple[str, str | None, str | None]
"""A sensor, and the name and the card's address that it gives a machine."""


@dataclass(frozen=True)
class Names:
    """``machine`` is the key by which a name or card (in lower case) is known, ``shown`` how a key is written."""

    machine: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def key(self, name: str) -> str:
        """The machine with this name or card address."""
        folded = name.lower()
        return self.machine.get(folded, folded)

    def show(self, key: str) -> str:
        return self.shown.get(key, key)


def names(said: Iterable[Said], trusted: Iterable[str] = (), alike: Iterable[tuple[str, str]] = ()) -> Names:
    """Names that belong together, found through the network card, through names cut short, or known to be ``alike``.

    A card that one sensor saw with two names tells nothing (a docking station, a router in between). The name shown
    is one that a sensor among ``trusted``, on the machine itself, gives it.
    """
    rows = sorted({(sensor, name, mac) for sensor, name, mac in said}, key=lambda row: tuple(map(str, row)))
    of_card: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    written: dict[str, list[tuple[bool, str]]] = defaultdict(list)
    first_hand = set(trusted)
    for sensor, name, mac in rows:
        if name:
            written[name.lower()].append((sensor not in first_hand, name))
        if name and mac:
            of_card[mac][sensor].add(name.lower())
    joined: dict[str, str] = {}
    for together in [*cut_short(written), *own_cards(of_card), *alike]:
        roots = sorted({root(joined, name) for name in together})
        joined |= dict.fromkeys(roots[1:], roots[0])
    groups: dict[str, list[str]] = defaultdict(list)
    for name in written:
        groups[root(joined, name)].append(name)
    machine: dict[str, str] = {}
    shown: dict[str, str] = {}
    for members in groups.values():
        _, best = min(one for name in members for one in written[name])
        shown[best.lower()] = best
        machine |= dict.fromkeys(members, best.lower())
    for mac, by_sensor in of_card.items():
        keys = {machine[name] for found in by_sensor.values() for name in found}
        if len(keys) == 1:
            machine[mac] = keys.pop()
    return Names(machine, shown)


def companions(bindings: pl.DataFrame) -> list[tuple[str, str]]:
    """Names that a gate and an agent give the machine at one address, hour after hour, and never to another one."""
    name = pl.col("name").str.to_lowercase()
    seen = bindings.drop_nulls(["ip", "name"]).select("sensor", "evidence", "ip", "hour", name)
    agent = pl.col("evidence") == "agent"
    agents = seen.filter(agent).select("ip", "hour", pl.col("name").alias("agent")).unique()
    gates = seen.filter(~agent & ~pl.col("name").is_in(agents["agent"].unique().to_list()))
    met = gates.unique(["sensor", "ip", "hour", "name"]).join(agents, on=["ip", "hour"])
    pairs = met.group_by("sensor", "name", "agent").agg(pl.struct("ip", "hour").n_unique().alias("hours"))
    only = (pl.len().over("sensor", "name") == 1) & (pl.len().over("sensor", "agent") == 1)
    found = pairs.filter(only & (pl.col("hours") >= TIMES_TOGETHER))
    return [
        (agent_name, gate_name) for gate_name, agent_name in found.select("name", "agent").unique().sort("name").rows()
    ]


def own_cards(of_card: dict[str, dict[str, set[str]]]) -> Iterable[list[str]]:
    for by_sensor in of_card.values():
        if all(len(found) == 1 for found in by_sensor.values()):
            yield sorted(name for found in by_sensor.values() for name in found)


def cut_short(known: Iterable[str]) -> Iterable[list[str]]:
    """A name of 15 characters and the only longer one that begins with it."""
    longer: dict[str, list[str]] = defaultdict(list)
    all_names = set(known)
    for name in all_names:
        if len(name) > NETBIOS and name[:NETBIOS] in all_names:
            longer[name[:NETBIOS]].append(name)
    return [[short, *found] for short, found in sorted(longer.items()) if len(found) == 1]


def root(joined: dict[str, str], name: str) -> str:
    while (above := joined.get(name, name)) != name:
        name = above
    return name
