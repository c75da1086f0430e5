"""Indicators of STIX 2.0 and 2.1: bundles, lists of objects, what TAXII serves."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from hinomi.pipeline.intelligence.gather import Claim, Refusal
from hinomi.pipeline.intelligence.indicator import Purpose, Tlp, purpose_of, tlp_of
from hinomi.pipeline.intelligence.moments import moment
from hinomi.pipeline.intelligence.pattern import Unreadable, values

MARKINGS = {
    "613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,
    "34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
    "94868c89-83c2-464b-929b-a1a8aa3c8487": Tlp.CLEAR,
    "bab4a63c-aed9-4cf5-a766-dfca5abac2bb": Tlp.GREEN,
    "55d920b0-5e8b-4f79-9ee9-91f868d9b421": Tlp.AMBER,
    "939a9414-2ddd-4d32-a0cd-375ea402b003": Tlp.AMBER_STRICT,
    "e828b379-4e03-4974-9ac4-e53a884c97c1": Tlp.RED,
}
"""The standard's own marking definitions (STIX 2.1, section 7.2.1.4; TLP 2.0 by OASIS)."""


class NoStix(ValueError):
    """A document that holds no STIX objects."""

    def __init__(self) -> None:
        super().__init__("STIX の bundle ではありません (no STIX bundle or list of objects)")


def claims(document: Any) -> Iterator[Claim | Refusal]:
    """Raises :class:`NoStix`."""
    objects = document.get("objects") if isinstance(document, dict) else document
    if not isinstance(objects, list):
        raise NoStix
    return of_objects(objects)


def of_objects(objects: Iterable[Any]) -> Iterator[Claim | Refusal]:
    """Indicators among the objects; all else in them is not asked for."""
    told = list(objects)
    markings = MARKINGS | {name: tlp for one in told if isinstance(one, dict) for name, tlp in marking(one)}
    for number, one in enumerate(told, start=1):
        if not isinstance(one, dict):
            yield Refusal(number, str(one)[:100], "STIX のオブジェクトではありません (no STIX object)")
        elif one.get("type") == "indicator":
            yield from of_indicator(one, number, markings)


def marking(said: Mapping[str, Any]) -> Iterator[tuple[str, Tlp]]:
    if said.get("type") != "marking-definition":
        return
    definition = said.get("definition")
    word = definition.get("tlp") if isinstance(definition, dict) else said.get("name")
    if isinstance(word, str) and (tlp := tlp_of(word)):
        yield str(said.get("id", "")).partition("--")[2], tlp


def of_indicator(said: Mapping[str, Any], number: int, markings: Mapping[str, Tlp]) -> Iterator[Claim | Refusal]:
    pattern = said.get("pattern")
    if not isinstance(pattern, str) or said.get("pattern_type", "stix") != "stix":
        kind = str(said.get("pattern_type"))[:30]
        yield Refusal(number, str(said.get("name", ""))[:100], f"パターンの種類「{kind}」は扱えません (pattern type)")
        return
    try:
        found = values(pattern)
    except Unreadable as problem:
        yield Refusal(number, pattern[:200], str(problem))
        return
    for kind, value in found:
        yield Claim(
            value,
            kind,
            number,
            whole(said.get("confidence")),
            end(said),
            moment(said.get("valid_from") or said.get("created")),
            strictest(said, markings),
            purpose(said),
            " ".join(texts(said, "name", "description")),
            reference(said),
        )


def end(said: Mapping[str, Any]) -> datetime | None:
    """Until when it holds; what was revoked held until then."""
    until = moment(said.get("valid_until"))
    if said.get("revoked") is not True:
        return until
    gone = moment(said.get("modified")) or moment(said.get("valid_from")) or datetime(1970, 1, 1)
    return min(until, gone) if until else gone


def strictest(said: Mapping[str, Any], markings: Mapping[str, Tlp]) -> Tlp | None:
    names = (str(name).partition("--")[2] for name in items(said, "object_marking_refs"))
    found = [markings[name] for name in names if name in markings]
    return max(found, key=list(Tlp).index, default=None)


def purpose(said: Mapping[str, Any]) -> Purpose:
    labels = [*items(said, "indicator_types"), *items(said, "labels")]
    phases = [phase.get("phase_name", "") for phase in items(said, "kill_chain_phases") if isinstance(phase, dict)]
    exact = purpose_of(" ".join(map(str, [*phases, *labels])))
    told = purpose_of(" ".join(texts(said, "name", "description")))
    return told if exact in (Purpose.UNKNOWN, Purpose.MALWARE) and told is not Purpose.UNKNOWN else exact


def reference(said: Mapping[str, Any]) -> str:
    found = (
        one.get("url") or one.get("external_id") for one in items(said, "external_references") if isinstance(one, dict)
    )
    return str(next(filter(None, found), ""))


def items(said: Mapping[str, Any], name: str) -> list[Any]:
    value = said.get(name)
    return value if isinstance(value, list) else []


def texts(said: Mapping[str, Any], *names: str) -> list[str]:
    return [value for name in names if isinstance(value := said.get(name), str)]


def whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
