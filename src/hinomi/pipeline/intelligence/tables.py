"""Feeds that are text: one value a line, or CSV with headings that are told or guessed."""

import csv
from collections.abc import Iterable, Iterator, Mapping

from hinomi.pipeline.intelligence.gather import Claim, Refusal
from hinomi.pipeline.intelligence.indicator import Kind, purpose_of, tlp_of
from hinomi.pipeline.intelligence.moments import moment
from hinomi.pipeline.intelligence.writing import Unusable, normalised

COMMENTS = ("#", ";", "//", "!")
SINKS = ("0.0.0.0", "127.0.0.1", "::1")  # noqa: S104
"""Where lists in the shape of a hosts file send their names."""
DELIMITERS = ",\t;|"
LONGEST_LINE = 64 * 1024
FIELDS = ("value", "kind", "confidence", "valid_until", "first_seen", "tlp", "purpose", "description", "reference")
HEADINGS = {
    "value": ("value", "indicator", "ioc", "ioc_value", "observable", "url", "ip", "ip_address", "ipaddress", "dst_ip",
              "domain", "hostname", "host", "sha256", "sha256_hash", "sha1", "md5", "md5_hash", "hash", "email",
              "インジケータ", "指標", "値", "アドレス", "ドメイン", "ハッシュ値"),
    "kind": ("kind", "type", "ioc_type", "indicator_type", "種類", "種別"),
    "confidence": ("confidence", "confidence_level", "score", "確度", "信頼度"),
    "valid_until": ("valid_until", "expires", "expiration", "expiry", "有効期限", "期限"),
    "first_seen": ("first_seen", "first_seen_utc", "firstseen", "dateadded", "date_added", "date", "created", "初認"),
    "tlp": ("tlp", "marking"),
    "purpose": ("threat_type", "threat", "category", "tags", "labels", "分類"),
    "description": ("description", "comment", "malware", "malware_printable", "note", "説明", "備考"),
    "reference": ("reference", "references", "source", "urlhaus_link", "link", "参照", "出典"),
}  # fmt: skip
"""Headings in which a field is told, most telling first."""
KINDS = {
    "ip": Kind.IP, "ipv4": Kind.IP, "ipv6": Kind.IP, "ip-dst": Kind.IP, "ip-src": Kind.IP, "ipv4-addr": Kind.IP,
    "ipv6-addr": Kind.IP, "address": Kind.IP, "ip:port": Kind.IP, "cidr": Kind.CIDR, "subnet": Kind.CIDR,
    "domain": Kind.DOMAIN, "domain-name": Kind.DOMAIN, "fqdn": Kind.HOSTNAME, "hostname": Kind.HOSTNAME,
    "host": Kind.HOSTNAME, "url": Kind.URL, "uri": Kind.URL, "sha256": Kind.SHA256, "sha256_hash": Kind.SHA256,
    "sha1": Kind.SHA1, "sha1_hash": Kind.SHA1, "md5": Kind.MD5, "md5_hash": Kind.MD5, "email": Kind.EMAIL,
    "email-src": Kind.EMAIL, "sender": Kind.EMAIL, "filename": Kind.FILE_NAME, "file_name": Kind.FILE_NAME,
}  # fmt: skip


class NoSuchColumn(ValueError):
    """The table has no column of that name."""

    def __init__(self, wanted: str, columns: Iterable[str]) -> None:
        super().__init__(
            f"列「{wanted}」がありません。ある列 (no such column; there are): {', '.join(columns) or 'なし (none)'}"
        )


def listed(lines: Iterable[str]) -> Iterator[Claim | Refusal]:
    """One value a line; what follows a blank or a comment's mark says more of it."""
    for number, line in enumerate(lines, start=1):
        text = line.strip().lstrip("\ufeff")
        if not text or text.startswith(COMMENTS):
            continue
        if len(text) > LONGEST_LINE:
            yield Refusal(number, text[:100], "行が長すぎます (line too long)")
            continue
        value, *rest = text.split(None, 1)
        if value in SINKS and rest:
            value, *rest = rest[0].split(None, 1)
        note = rest[0].lstrip("#; ") if rest else ""
        yield Claim(value.rstrip(",;"), line=number, purpose=purpose_of(note), description=note)


def tabled(lines: Iterable[str], columns: Mapping[str, str]) -> Iterator[Claim | Refusal]:
    """CSV; ``columns`` says for fields in which column they are told, by heading or by number from 1.

    Headings may stand in a comment, as abuse.ch writes them. Without headings and ``columns`` the first is the value.

    Raises:
        NoSuchColumn: a column in ``columns`` does not exist.
    """
    head: list[str] | None = None
    remark: list[str] = []
    places: dict[str, int] | None = None
    delimiter = ","
    for number, row in rows(lines):
        if isinstance(row, str):
            yield Refusal(number, row[:100], "表の行として読めません (no row of a table)")
            continue
        if row[0].startswith("#"):
            delimiter = delimiter_of(row[0])
            remark = cells(row[0].lstrip("# "), delimiter) or remark
            continue
        if places is None:
            delimiter = delimiter_of(row[0])
            found = cells(row[0], delimiter)
            head = found if is_heading(found, columns) else remark if is_heading(remark, columns) else None
            places = placed(head, found, columns)
            if head is found:
                continue
        yield claim(number, cells(row[0], delimiter), places, head or [])


def rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | str]]:
    """Lines that hold something, each with its number; a text is one that cannot be read."""
    for number, line in enumerate(lines, start=1):
        text = line.strip("\r\n").lstrip("\ufeff")
        if text.strip():
            yield number, [text] if len(text) <= LONGEST_LINE else text


def cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]
    except csv.Error:
        return []


def delimiter_of(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def is_heading(found: list[str], columns: Mapping[str, str]) -> bool:
    """Whether these are words we know or were told, and none is a value."""
    words = {word for names in HEADINGS.values() for word in names} | {named(column) for column in columns.values()}
    return any(named(cell) in words for cell in found) and not any(map(is_value, found))


def is_value(cell: str) -> bool:
    try:
        normalised(cell)
    except Unusable:
        return False
    return True


def named(cell: str) -> str:
    return cell.strip().strip('"').lower().replace(" ", "_")


def placed(head: list[str] | None, first: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    """In which column each field is; without headings the value is in the first that holds one."""
    names = [named(cell) for cell in head or ()]
    places = {}
    for field in FIELDS:
        if wanted := columns.get(field):
            if wanted.isdigit() and 1 <= int(wanted) <= max(len(first), len(names)):
                places[field] = int(wanted) - 1
            elif named(wanted) in names:
                places[field] = names.index(named(wanted))
            else:
                raise NoSuchColumn(wanted, head or ())
        elif guess := next((word for word in HEADINGS[field] if word in names), None):
            places[field] = names.index(guess)
    return {"value": next((place for place, cell in enumerate(first) if is_value(cell)), 0)} | places


def claim(number: int, row: list[str], places: Mapping[str, int], head: list[str]) -> Claim | Refusal:
    said = {field: row[place] for field, place in places.items() if place < len(row)}
    value = said.get("value", "")
    if not value:
        return Refusal(number, "", "値の列が空です (no value)")
    heading = named(head[places["value"]]) if places["value"] < len(head) else ""
    told = said.get("kind", "").lower()
    kind = KINDS.get(told) or (KINDS.get(heading) if heading in KINDS else None)
    confidence = said.get("confidence", "")
    return Claim(
        value.partition(":")[0] if told == "ip:port" else value,
        kind,
        number,
        int(float(confidence)) if confidence.replace(".", "", 1).isdecimal() and confidence.isascii() else None,
        moment(said.get("valid_until")),
        moment(said.get("first_seen")),
        tlp_of(said.get("tlp", "")),
        purpose_of(f"{said.get('purpose', '')} {said.get('description', '')}"),
        said.get("description", ""),
        said.get("reference", ""),
    )
