"""Attributes of MISP: events of a feed, exports, answers of ``/attributes/restSearch``. Source: MISP core format."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hinomi.pipeline.intelligence.gather import Claim, Refusal
from hinomi.pipeline.intelligence.indicator import Kind, Purpose, Tlp, purpose_of, tlp_of
from hinomi.pipeline.intelligence.moments import moment

TYPES: dict[str, tuple[Kind | None, ...]] = {
    "ip-src": (Kind.IP,), "ip-dst": (Kind.IP,), "ip-src|port": (Kind.IP, None), "ip-dst|port": (Kind.IP, None),
    "domain": (Kind.DOMAIN,), "domain|ip": (Kind.DOMAIN, Kind.IP), "hostname": (Kind.HOSTNAME,),
    "hostname|port": (Kind.HOSTNAME, None), "url": (Kind.URL,), "md5": (Kind.MD5,), "sha1": (Kind.SHA1,),
    "sha256": (Kind.SHA256,), "filename|md5": (None, Kind.MD5), "filename|sha1": (None, Kind.SHA1),
    "filename|sha256": (None, Kind.SHA256), "malware-sample": (None, Kind.MD5), "filename": (Kind.FILE_NAME,),
    "email": (Kind.EMAIL,), "email-src": (Kind.EMAIL,), "email-attachment": (Kind.FILE_NAME,),
}  # fmt: skip
"""What the parts of an attribute's value are, by its type; None is left aside."""
CONFIDENCE = {
    "completely-confident": 95,
    "usually-confident": 75,
    "fairly-confident": 50,
    "rarely-confident": 25,
    "unconfident": 5,
}
"""The taxonomy ``misp:confidence-level``."""


Said = Mapping[str, Any]


class NoMisp(ValueError):
    """A document that holds no events or attributes of MISP."""

    def __init__(self) -> None:
        super().__init__("MISP のイベントでも属性の一覧でもありません (no event or attributes of MISP)")


def claims(document: Any) -> Iterator[Claim | Refusal]:
    """Raises :class:`NoMisp`."""
    found = list(attributes(document))
    if not found and not is_answer(document):
        raise NoMisp
    return (claim for number, (said, event) in enumerate(found, start=1) for claim in of_attribute(said, event, number))


def is_answer(document: Any) -> bool:
    return isinstance(document, dict) and bool({"Event", "Attribute", "response"} & document.keys())


def attributes(document: Any) -> Iterator[tuple[Said, Said]]:
    """Attributes with the event they stand in (empty where it is not told)."""
    if isinstance(document, list):
        for one in document:
            yield from attributes(one)
    elif isinstance(document, dict):
        if "response" in document:
            yield from attributes(document["response"])
        if isinstance(event := document.get("Event"), dict):
            yield from inside(event, event)
        yield from inside(document, {})


def inside(holder: Said, event: Said) -> Iterator[tuple[Said, Said]]:
    objects = holder.get("Object")
    groups = [holder, *(objects if isinstance(objects, list) else ())]
    for group in groups:
        told = group.get("Attribute") if isinstance(group, dict) else None
        for one in told if isinstance(told, list) else ():
            if isinstance(one, dict):
                own = one.get("Event")
                yield one, event or (own if isinstance(own, dict) else {})


def of_attribute(said: Mapping[str, Any], event: Mapping[str, Any], number: int) -> Iterator[Claim | Refusal]:
    value, kinds = str(said.get("value", "")), TYPES.get(str(said.get("type")))
    if kinds is None or said.get("deleted") in (True, "1"):
        word = str(said.get("type"))[:30]
        yield Refusal(number, value[:100], f"種類「{word}」は扱いません (type)")
        return
    if said.get("to_ids") not in (True, 1, "1"):
        yield Refusal(number, value[:100], "検知に使うもの (to_ids) ではありません (not for detection)")
        return
    tags = [*tag_names(event.get("Tag")), *tag_names(said.get("Tag"))]
    parts = value.split("|") if len(kinds) > 1 else [value]
    for kind, part in zip(kinds, parts, strict=False):
        if kind is not None:
            yield Claim(
                part,
                kind,
                number,
                confidence(tags),
                moment(said.get("valid_until")),
                moment(said.get("first_seen")) or moment(said.get("timestamp")),
                max(filter(None, map(tlp, tags)), key=list(Tlp).index, default=None),
                purpose(said, event, tags),
                " ".join(str(text) for text in (event.get("info"), said.get("comment")) if text),
                str(event.get("uuid") or said.get("event_id") or ""),
            )


def tag_names(tags: Any) -> Iterable[str]:
    told = tags if isinstance(tags, list) else ()
    return [str(tag["name"]) for tag in told if isinstance(tag, dict) and "name" in tag]


def tlp(tag: str) -> Tlp | None:
    return tlp_of(tag) if tag.lower().startswith("tlp:") else None


def confidence(tags: Iterable[str]) -> int | None:
    for tag in tags:
        if tag.startswith("misp:confidence-level="):
            return CONFIDENCE.get(tag.partition("=")[2].strip('"'))
    return None


def purpose(said: Mapping[str, Any], event: Mapping[str, Any], tags: Iterable[str]) -> Purpose:
    found = purpose_of(" ".join([str(said.get("comment", "")), *tags, str(event.get("info", ""))]))
    if found is Purpose.UNKNOWN and said.get("category") == "Payload delivery":
        return Purpose.MALWARE
    return found
