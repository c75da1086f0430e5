"""Values in ``columns.yaml``: checked against the type of the OCSF column they are meant for."""

import unicodedata
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from hinomi.library.contracts import UtmCategory
from hinomi.ocsf import vocabulary
from hinomi.ocsf.schema import COLUMNS

Value = str | int | bool | list[str] | list[int] | None

SET_BY_OTHERS = {
    "tenant",
    "sensor",
    "source",
    "time",
    "metadata.uid",
    "metadata.logged_time",
    "metadata.original_time",
    "metadata.labels",
    "raw_ref",
    "raw_data",
    "unmapped",
}
"""Columns that the importer or the pipeline fills; a ``columns.yaml`` may not."""


class Problem(Exception):
    """A mistake in a document: ``where`` is the key, dotted."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what = where, what


def key_of(text: str) -> str:
    """A text without its width, case and spaces, for comparing what vendors and Excel spell differently."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def mapping(where: str, raw: object) -> dict[str, object]:
    if not isinstance(raw, dict):
        raise Problem(where, "must be a mapping")
    for key in raw:
        if not isinstance(key, str | int) or isinstance(key, bool):
            raise Problem(where, f"{key!r} is no text; write it in quotes")
    return {str(key): value for key, value in raw.items()}


def known_keys(where: str, section: dict[str, object], known: set[str]) -> None:
    if unknown := set(section) - known:
        raise Problem(where, f"unknown key {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")


def text(where: str, raw: object) -> str:
    if not isinstance(raw, str) or not raw:
        raise Problem(where, f"must be a text, not {raw!r}; write numbers and yes/no in quotes")
    return raw


def texts(where: str, raw: object) -> tuple[str, ...]:
    if isinstance(raw, str):
        return (raw,)
    if not isinstance(raw, list):
        raise Problem(where, "must be a list of texts")
    return tuple(text(where, item) for item in raw)


def zone(where: str, raw: object) -> ZoneInfo:
    try:
        return ZoneInfo(text(where, raw))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Problem(where, f"{raw!r} is no time zone; write for instance Asia/Tokyo or UTC") from error


def settable(where: str, column: str) -> None:
    if column not in COLUMNS:
        raise Problem(where, f"{column} is no column of the lake (hinomi.ocsf.schema)")
    if column in SET_BY_OTHERS:
        raise Problem(where, f"{column} is filled by the importer; leave it out")


def constant(where: str, column: str, raw: object, class_uid: int = 0) -> Value:
    """``raw`` as a value of ``column``; ids may be captions, those of activities depend on ``class_uid``."""
    settable(where, column)
    if raw is None:
        return None
    kind = COLUMNS[column]
    if pa.types.is_list(kind):
        items = raw if isinstance(raw, list) else [raw]
        if pa.types.is_integer(kind.value_type):
            return [_identifier(where, column, item, class_uid) for item in items]
        return [text(where, item) for item in items]
    if pa.types.is_integer(kind):
        return _identifier(where, column, raw, class_uid)
    if pa.types.is_boolean(kind):
        if not isinstance(raw, bool):
            raise Problem(where, f"must be true or false, not {raw!r}")
        return raw
    if pa.types.is_timestamp(kind):
        raise Problem(where, f"{column} is a time and can only be mapped from a heading")
    if column == "utm_category" and raw not in list(UtmCategory):
        raise Problem(where, f"{raw!r} is none of {', '.join(UtmCategory)}")
    return text(where, raw)


def _identifier(where: str, column: str, raw: object, class_uid: int) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    captions = {caption.casefold(): number for number, caption in _captions(column, class_uid).items()}
    number = captions.get(str(raw).casefold())
    if number is None:
        raise Problem(where, f"{raw!r} is neither a number nor one of {', '.join(captions) or 'no captions'}")
    return number


def _captions(column: str, class_uid: int) -> dict[int, str]:
    document = vocabulary.load()
    if column == "class_uid":
        return {int(uid): entry["caption"] for uid, entry in document["classes"].items()}
    if column == "activity_id":
        listed = document["classes"].get(str(class_uid), {}).get("activities", {})
    else:
        listed = document["enums"].get(column, {})
    return {int(number): str(caption) for number, caption in listed.items()}
