"""Reads a ``columns.yaml`` (see :mod:`hinomi.library.formats.table_columns`) and says what is wrong with it."""

from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from hinomi.library.contracts import MalformedItem
from hinomi.library.formats import table_values as values
from hinomi.library.formats.table_columns import Cell, Columns, First, Part, Rule, Time
from hinomi.library.formats.table_values import Problem, key_of

DOCUMENT_KEYS = {"headings", "required", "null_words", "time", "set", "map", "rules"}
ALERTS_ONLY = ("finding_info.", "malware.", "utm_category")
EPOCHS = ("epoch_s", "epoch_ms")


def load(path: Path) -> Columns:
    """Read and check a ``columns.yaml``.

    Raises:
        MalformedItem: names the file and the key, and what would be right.
    """
    try:
        return _columns(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise MalformedItem(path, f"cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise MalformedItem(path, f"is not YAML: {error}") from error
    except Problem as problem:
        raise MalformedItem(path, str(problem)) from problem


def _columns(raw: object) -> Columns:
    document = values.mapping("document", raw)
    values.known_keys("document", document, DOCUMENT_KEYS)
    aliases = {
        heading: values.texts(f"headings.{heading}", listed or [])
        for heading, listed in values.mapping("headings", document.get("headings")).items()
    }
    reader = _Reader(frozenset(aliases))
    rules = document.get("rules")
    if not isinstance(rules, list) or not rules:
        raise Problem("rules", "must be a list with at least one rule")
    return Columns(
        spellings=_spellings(aliases),
        required=reader.headings("required", document.get("required", [])),
        null_words=values.texts("null_words", document.get("null_words", [])),
        time=reader.time(document.get("time")),
        rules=tuple(reader.rule(f"rules[{number}]", rule, document) for number, rule in enumerate(rules)),
    )


def _spellings(aliases: dict[str, tuple[str, ...]]) -> dict[str, str]:
    spellings: dict[str, str] = {}
    for heading, others in aliases.items():
        for text in (heading, *others):
            if spellings.setdefault(key_of(text), heading) != heading:
                raise Problem(f"headings.{heading}", f"spelling {text!r} also names {spellings[key_of(text)]}")
    return spellings


@dataclass(frozen=True)
class _Reader:
    """Reads the parts of a document that name headings."""

    known: frozenset[str]

    def heading(self, where: str, text: object) -> str:
        if text not in self.known:
            raise Problem(where, f"{text!r} is not under headings; known: {', '.join(sorted(self.known))}")
        return str(text)

    def headings(self, where: str, listed: object) -> tuple[str, ...]:
        return tuple(self.heading(where, text) for text in values.texts(where, listed))

    def time(self, raw: object) -> Time:
        section = values.mapping("time", raw)
        values.known_keys("time", section, {"from", "formats", "zone"})
        formats = values.texts("time.formats", section.get("formats"))
        if not formats:
            raise Problem("time.formats", "must hold at least one format")
        for text in formats:
            if "%" not in text and text not in EPOCHS:
                raise Problem("time.formats", f"{text!r} is neither a strptime format nor {' or '.join(EPOCHS)}")
        zone = values.zone("time.zone", section["zone"]) if "zone" in section else None
        return Time(self.heading("time.from", section.get("from")), formats, zone)

    def rule(self, where: str, raw: object, document: dict[str, object]) -> Rule:
        section = values.mapping(where, raw)
        values.known_keys(where, section, {"when", "given", "set", "map"})
        own_set, own_map = (values.mapping(f"{where}.{key}", section.get(key) or {}) for key in ("set", "map"))
        general_set, general_map = (values.mapping(key, document.get(key) or {}) for key in ("set", "map"))
        constants = {key: value for key, value in general_set.items() if key not in own_map} | own_set
        if decided := {"class_uid", "is_alert"} & set(own_map | general_map):
            raise Problem(f"{where}.map", f"{', '.join(sorted(decided))}: the rule decides it; put it under set")
        constants = {"is_alert": False} | constants
        if "severity_id" not in own_map | general_map:
            constants.setdefault("severity_id", "Informational")
        sources = {key: value for key, value in (general_map | own_map).items() if key not in own_set}
        if constants["is_alert"] is not True:
            constants = {key: value for key, value in constants.items() if not key.startswith(ALERTS_ONLY)}
            sources = {key: value for key, value in sources.items() if not key.startswith(ALERTS_ONLY)}
        given = {column for column, value in constants.items() if value is not None} | set(sources)
        _complete(where, given, alert=constants["is_alert"] is True)
        class_uid = values.constant(f"{where}.set.class_uid", "class_uid", constants["class_uid"])
        assert isinstance(class_uid, int)
        return Rule(
            when={
                self.heading(f"{where}.when", heading): frozenset(
                    key_of(text) for text in values.texts(f"{where}.when.{heading}", texts)
                )
                for heading, texts in values.mapping(f"{where}.when", section.get("when") or {}).items()
            },
            given=self.headings(f"{where}.given", section.get("given", [])),
            constants={
                column: values.constant(f"{where}.set.{column}", column, value, class_uid)
                for column, value in constants.items()
            },
            sources={
                column: self.source(f"{where}.map.{column}", column, value, class_uid)
                for column, value in sources.items()
            },
        )

    def source(self, where: str, column: str, raw: object, class_uid: int) -> Cell | First:
        values.settable(where, column)
        if isinstance(raw, dict) and "first" in raw:
            values.known_keys(where, raw, {"first"})
            choices = raw["first"]
            if not isinstance(choices, list) or not choices:
                raise Problem(f"{where}.first", "must be a list of headings or of {from: heading, as: part}")
            return First(tuple(self.part(f"{where}.first", choice, {"from", "as"}) for choice in choices))
        return self.cell(where, column, raw, class_uid)

    def part(self, where: str, raw: object, keys: set[str]) -> Cell:
        if isinstance(raw, str):
            return Cell(self.heading(where, raw))
        section = values.mapping(where, raw)
        values.known_keys(where, section, keys)
        part = section.get("as")
        if part is not None and part not in list(Part):
            raise Problem(f"{where}.as", f"{part!r} is none of {', '.join(Part)}")
        return Cell(
            self.heading(f"{where}.from", section.get("from")),
            part=Part(str(part)) if part is not None else None,
            separator=values.text(f"{where}.separator", section["separator"]) if "separator" in section else None,
        )

    def cell(self, where: str, column: str, raw: object, class_uid: int) -> Cell:
        cell = self.part(where, raw, {"from", "as", "separator", "values", "otherwise", "empty"})
        if not isinstance(raw, dict):
            return cell
        section = values.mapping(where, raw)
        if "values" not in section:
            if unused := {"otherwise", "empty"} & set(section):
                raise Problem(where, f"{', '.join(sorted(unused))} needs values beside it")
            return cell
        return replace(
            cell,
            values={
                key_of(text): values.constant(f"{where}.values.{text}", column, value, class_uid)
                for text, value in values.mapping(f"{where}.values", section["values"]).items()
            },
            otherwise=values.constant(f"{where}.otherwise", column, section.get("otherwise"), class_uid),
            refuses="otherwise" not in section,
            empty=values.constant(f"{where}.empty", column, section.get("empty"), class_uid),
        )


def _complete(where: str, columns: set[str], *, alert: bool) -> None:
    needed = {"class_uid", "activity_id", "severity_id"}
    if alert:
        needed |= {"finding_info.title", "finding_info.types"}
    if lacking := needed - columns:
        raise Problem(where, f"neither set nor map gives {', '.join(sorted(lacking))}")
