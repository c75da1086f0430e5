"""Windows events in JSON as tables, without a Python object for each value.

The scanner of :mod:`hinomi.library.formats.jsonscan` reads the usual ones; an event that it cannot be trusted with
(a value that is a list, a name twice, a number written in another way) is read plainly.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.distinct import distinct
from hinomi.library.formats.jsonscan import Documents, Found, Kind, Status, Wanted, scan
from hinomi.library.formats.jsonscan.wanted import Path
from hinomi.library.formats.views import HALF, INLINE, LOW, PREFIX, Buffer, Views
from hinomi.pipeline.detect.sigma.engine.cells import MISSING, Cells, Columns
from hinomi.pipeline.detect.sigma.engine.table import Table
from hinomi.pipeline.detect.sigma.engine.texts import as_octets
from hinomi.pipeline.detect.sigma.event import Event
from hinomi.pipeline.detect.sigma.necessity import ANYWHERE
from hinomi.pipeline.detect.sigma.taxonomy.logsource import Key

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]
Words = NDArray[np.uint64]

NO_ID = -1
DATA, CHANNEL, EVENT_ID, NOTHING = "\0data", "\0channel", "\0eventid", "\0nothing"
"""Columns for the object that holds an event's own fields, for what its head says of its kind, and for what a usual
event has not."""
DIGITS = 9
"""Event ids of more digits are none."""


@dataclass(frozen=True)
class Shape:
    """Where fields lie in a document: ``head`` by canonical name, all others within one of ``data``."""

    data: tuple[tuple[str, ...], ...]
    head: Mapping[str, tuple[Path, ...]]
    nothing: tuple[Path, ...] = ()
    """What a usual event has not."""

    def wanted(self, names: Iterable[str], others: Mapping[str, tuple[Path, ...]] | None = None) -> Wanted:
        """Columns for the fields of these names, and ``others``."""
        parts = {name[:place] for name in names for place, letter in enumerate(name) if letter == "." and place}
        columns: dict[str, tuple[Path, ...]] = {
            name: (*((*within, name) for within in self.data), *self.head.get(name, ()))
            for name in sorted({*names, *parts, *self.head} - {ANYWHERE})
        }
        columns |= {DATA: (self.data[0],), CHANNEL: self.head["channel"], EVENT_ID: self.head["eventid"]}
        columns |= {f"{NOTHING}{number}": (path,) for number, path in enumerate(self.nothing)}
        return Wanted({**columns, **(others or {})}, fold=True, close=True)


@dataclass(frozen=True)
class Read:
    """What was scanned of some documents; ``odd`` are the rows that must be read plainly."""

    found: Found
    documents: Views
    odd: Mask


def read(documents: Documents, wanted: Wanted, apart: frozenset[str] = frozenset()) -> Iterator[tuple[slice, Read]]:
    """In order and part by part, the scanned columns; rows that are no usual event are odd.

    Columns ``apart`` may hold whatever they do, as may DATA.
    """
    judged = np.array([not name.startswith(NOTHING) and name not in {DATA, *apart} for name in wanted.names])
    nothing = np.array([name.startswith(NOTHING) for name in wanted.names])
    begin = 0
    for found in scan(documents, wanted, compiled=True):
        part = slice(begin, begin + len(found))
        odd = found.status != Status.READ
        odd[found.unread] = True
        odd |= (found.kinds[nothing] > Kind.NULL).any(axis=0)
        some = judged & (found.kinds > Kind.STRING).any(axis=1)
        odd |= (found.kinds[some] == Kind.NESTED).any(axis=0)
        columns, rows = np.nonzero(found.kinds[some] == Kind.NUMBER)
        otherwise = written_otherwise(found.views[np.flatnonzero(some)[columns], rows])
        odd[rows[otherwise]] = True
        yield part, Read(found, whole(found, documents.starts[part], documents.ends[part]), odd)
        begin += len(found)


def whole(found: Found, starts: Rows, ends: Rows) -> Views:
    """The documents as views into the buffers of what was found in them."""
    octets = found.buffers[0]
    starts, ends = starts - starts.min(initial=0), ends - starts.min(initial=0)
    words = np.zeros((len(starts), 2), dtype=np.uint64)
    words[:, 0] = ends - starts
    for place in range(PREFIX):
        some = starts + place < ends
        words[some, 0] |= octets[starts[some] + place].astype(np.uint64) << np.uint64(32 + 8 * place)
    words[:, 1] = starts.astype(np.uint64) << np.uint64(HALF)
    return Views(words, ends - starts > INLINE, found.buffers)


def sizes(words: Words) -> Rows:
    return (words[..., 0] & np.uint64(LOW)).astype(np.int64)


def inlined(words: Words) -> NDArray[np.uint8]:
    """The octets of short texts, (row, INLINE), 0 behind their end."""
    return np.ascontiguousarray(words).view(np.uint8).reshape(-1, PREFIX + INLINE)[:, PREFIX:]


def written_otherwise(words: Words) -> Mask:
    """Numbers whose text changes when they are read."""
    octets, size = inlined(words), sizes(words)
    fraction = ((octets == ord(".")) | (octets | 0x20 == ord("e"))).any(axis=1)
    minus_zero = (size == 2) & (octets[:, 0] == ord("-")) & (octets[:, 1] == ord("0"))
    found: Mask = np.where(size > INLINE, True, fraction | minus_zero)
    return found


def numbers(words: Words) -> Rows:
    """Whole numbers that texts are, NO_ID of others."""
    octets, size = inlined(words), sizes(words)
    found, good = np.zeros(len(words), dtype=np.int64), (size > 0) & (size <= DIGITS)
    for place in range(DIGITS):
        more = size > place
        digit = octets[:, place].astype(np.int64) - ord("0")
        good &= ~more | ((digit >= 0) & (digit <= 9))
        found = np.where(more, 10 * found + digit, found)
    return np.where(good, found, NO_ID)


def is_object(found: Found, name: str) -> Mask:
    """Rows whose value is an object."""
    number = found.wanted.numbers[name]
    first = found.views[number, :, 0] >> np.uint64(HALF) & np.uint64(0xFF)
    is_it: Mask = (found.kinds[number] == Kind.NESTED) & (first == np.uint64(ord("{")))
    return is_it


def put(found: Found, name: str, rows: Rows, kinds: NDArray[np.uint8], words: Words) -> None:
    """Write cells of a column, of which nothing was read yet if it is empty."""
    number = found.wanted.numbers[name]
    if not found.kinds[number].any():
        found.views[number] = 0
    found.kinds[number, rows], found.views[number, rows] = kinds, words


def beside(rows: Rows, said: Sequence[str | None], height: int, buffers: tuple[Buffer, ...]) -> Views:
    """A column of ``height`` with these texts in these rows, with the last buffer made longer to hold them."""
    made, last = Views.made(said), len(buffers) - 1
    far = sizes(made.words) > INLINE
    made.words[far, 1] += np.uint64(last | len(buffers[-1]) << HALF)
    words, valid = np.zeros((height, 2), dtype=np.uint64), np.zeros(height, dtype=np.bool_)
    words[rows], valid[rows] = made.words, made.valid
    return Views(words, valid, (*buffers[:-1], np.concatenate((buffers[-1], made.buffers[0]))))


def texts(views: Views) -> list[bytes]:
    """The octets of each row, none of nulls."""
    octets = [memoryview(buffer) for buffer in views.buffers]
    heads, tails = views.words.T.tolist()
    raw, found = views.words.tobytes(), []
    for row, (head, tail, valid) in enumerate(zip(heads, tails, views.valid.tolist(), strict=True)):
        size = head & LOW if valid else 0
        if size <= INLINE:
            found.append(raw[16 * row + PREFIX : 16 * row + PREFIX + size])
        else:
            found.append(bytes(octets[tail & LOW][tail >> HALF : (tail >> HALF) + size]))
    return found


def never(_name: str) -> bool:
    return False


def grouped(channels: Views, ids: Words, left_out: Mask) -> tuple[list[Key], NDArray[np.int32]]:
    """The keys of rows, and of each row which it is, -1 of those left out."""
    kinds = texts(channels)
    known = {kind: number for number, kind in enumerate(dict.fromkeys(kinds))}
    lowered = [kind.decode().lower() for kind in known]
    codes = np.array([known[kind] for kind in kinds], dtype=np.int64)
    event_ids = numbers(ids)
    pairs = np.where(left_out, -1, (codes << 32) | (event_ids - NO_ID))
    kept = distinct(pairs)
    keys = [Key(lowered[pair >> 32], (pair & LOW) + NO_ID) for pair in kept.tolist() if pair >= 0]
    return keys, (np.searchsorted(kept, pairs) - (len(kept) - len(keys))).astype(np.int32)


def table(
    read: Read,
    renamed: "Renamed",
    event: Callable[[int], Event],
    *,
    null_is_empty: Callable[[str], bool] = never,
) -> Table:
    """A table of scanned documents, in which odd rows are not looked at.

    ``null_is_empty`` says of which fields the word ``null`` is an empty text.
    """
    kinds, numbers = read.found.kinds, read.found.wanted.numbers
    keys, groups = grouped(column(read.found, CHANNEL), read.found.views[numbers[EVENT_ID]], read.odd)
    read_at_all = np.flatnonzero(kinds.max(axis=1) >= np.uint8(Kind.NULL)).tolist()
    empty = np.array([one for one in read_at_all if null_is_empty(read.found.wanted.names[one])], dtype=np.int64)
    columns, rows = np.nonzero(kinds[empty] == np.uint8(Kind.NULL))
    kinds[empty[columns], rows], read.found.views[empty[columns], rows] = Kind.STRING, 0
    found = renamed(read.found, keys, groups)
    is_there = np.append(kinds.max(axis=1) > np.uint8(Kind.NULL), values=False)
    cells = Cells.scanned(found.views, kinds, Kind.NULL + 1, as_octets(found.buffers))

    def views(name: str) -> Views | None:
        if name == ANYWHERE:
            return read.documents
        return column(found, name) if is_there[numbers.get(name, -1)] else None

    def scanned(fields: Sequence[str | None]) -> tuple[Cells, Columns]:
        asked = np.array([MISSING if name is None else numbers.get(name, MISSING) for name in fields], dtype=np.int32)
        return cells, np.where(is_there[asked], asked, np.int32(MISSING))

    return Table(len(found), keys, groups, lambda _name: None, event, views, scanned)


def column(found: Found, name: str) -> Views:
    """A column as views, which share their buffers with all others of the same documents."""
    number = found.wanted.numbers[name]
    return Views(found.views[number], found.kinds[number] > np.uint8(Kind.NULL), found.buffers)


Renamed = Callable[[Found, Sequence[Key], NDArray[np.int32]], Found]
"""What was found, with the fields of rows with these keys named as rules name them, too."""
