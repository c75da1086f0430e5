"""Which rules accept which events, as far as octets tell; compiled. See :mod:`.circuit`."""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.octets import Octets, compiled, inner, seek, word
from hinomi.pipeline.detect.sigma.engine.cells import MISSING, SEVERAL
from hinomi.pipeline.detect.sigma.engine.circuit import EXACT_NUMBERS, NO, NOT_ASKED, Kind
from hinomi.pipeline.detect.sigma.engine.judgement import ACCEPTED, DOUBTED, REFUSED
from hinomi.pipeline.detect.sigma.engine.kernel import FOLD, buffer_of, is_odd

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]
Words = NDArray[np.uint64]

EXACT, PREFIX, SUFFIX, CONTAINS = (int(kind) for kind in (Kind.EXACT, Kind.PREFIX, Kind.SUFFIX, Kind.CONTAINS))
NUMBER, NETWORK, ABSENT, FOREIGN = (int(kind) for kind in (Kind.NUMBER, Kind.NETWORK, Kind.ABSENT, Kind.FOREIGN))
UNREAD, ASCII, OTHER, ODD = 0, 1, 2, 3
"""What letters a value has: not known yet; ASCII's; others, too; others that fold to ASCII, too."""
FOLDS = np.stack((FOLD, np.arange(256, dtype=np.uint8)))
"""By whether case matters."""
SIZE, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
HIGH = np.uint64(0x8080808080808080)
UNSURE = -1
MOST_DIGITS, MOST_HEX = len(str(EXACT_NUMBERS)) - 1, 12


@inner
def is_at(texts: Octets, at: int, octets: Octets, first: int, length: int, fold: Octets) -> bool:
    for step in range(length):  # noqa: SIM110 — numba knows no all()
        if fold[texts[at + step]] != octets[first + step]:
            return False
    return True


@inner
def is_within(
    texts: Octets, begin: int, end: int, octets: Octets, first: int, length: int, anchor: int, cased: int, fold: Octets
) -> bool:
    """Whether a literal is in the value; looked for by the letter at its place ``anchor``."""
    if length == 0:
        return True
    letter = octets[first + anchor]
    capital = letter - 32 if cased == 0 and 97 <= letter <= 122 else letter
    last = end - (length - anchor) + 1
    at = begin + anchor
    while at < last:
        at = seek(texts, at, last, letter, capital)
        if at < last and is_at(texts, at - anchor, octets, first, length, fold):
            return True
        at += 1
    return False


@inner
def letters(texts: Octets, begin: int, end: int) -> int:
    at, high = begin, np.uint64(0)
    while at < end:
        high |= word(texts, at, min(8, end - at))
        at += 8
    if high & HIGH == 0:
        return ASCII
    return ODD if is_odd(texts, begin, end) else OTHER


@inner
def whole_number(texts: Octets, begin: int, end: int) -> int:
    """The number that a value surely is; -2 if it surely is none that is whole and not negative, else UNSURE."""
    size, found = end - begin, 0
    if size > 2 and texts[begin] == 48 and texts[begin + 1] | 32 == 120:
        if size - 2 > MOST_HEX:
            return UNSURE
        for at in range(begin + 2, end):
            digit = np.int64(texts[at] | 32)
            if 48 <= digit <= 57 and texts[at] == digit:
                found = 16 * found + int(digit) - 48
            elif 97 <= digit <= 102:
                found = 16 * found + int(digit) - 87
            else:
                return UNSURE
        return found
    some, others = False, False
    for at in range(begin, end):
        digit = np.int64(texts[at]) - 48
        if 0 <= digit <= 9:
            some = True
            if size <= MOST_DIGITS:
                found = 10 * found + int(digit)
        else:
            others = True
    if not some:
        return -2
    return UNSURE if others or size > MOST_DIGITS else found


@inner
def address(texts: Octets, begin: int, end: int) -> int:
    """The IPv4 address that a value surely is; -2 if it surely is no address at all, else UNSURE."""
    found, part, digits, parts, good = 0, 0, 0, 1, True
    some = False
    for at in range(begin, end):
        letter = np.int64(texts[at])
        if 48 <= letter <= 57:
            good &= digits == 0 or part > 0
            part, digits, some = 10 * part + int(letter) - 48, digits + 1, True
            good &= digits <= 3 and part <= 255
            if not good:
                return UNSURE
        elif letter == 46 and digits > 0 and parts < 4:
            found, part, digits, parts = 256 * found + part, 0, 0, parts + 1
        else:
            good = False
            some |= letter == 58
    if not some:
        return -2
    return 256 * found + part if good and parts == 4 and digits > 0 else UNSURE


def _judge(
    words: Words,
    filled: Octets,
    least: int,
    inlined: Octets,
    first_buffer: Octets,
    second_buffer: Octets,
    third_buffer: Octets,
    fourth_buffer: Octets,
    inline: Places,
    columns: Numbers,
    candidates: Places,
    entries: Numbers,
    leaves: Numbers,
    yes: Numbers,
    no: Numbers,
    doubt: Numbers,
    kinds: Octets,
    about: Numbers,
    starts: Numbers,
    octets: Octets,
    anchors: Numbers,
    cased: Octets,
    numbers: Places,
    masks: Places,
    folds: Octets,
    known: Octets,
    verdicts: Octets,
) -> None:
    """Say of each pair of a rule and a place whether the rule accepts the event there.

    The first arguments, up to ``inline``, are those of :class:`.cells.Cells`. ``columns`` leads from a field to its
    column. ``known`` (column, place) is UNREAD everywhere. The rest is what :class:`.circuit.Circuit` says.
    """
    height = words.shape[1]
    for pair in range(len(candidates)):
        place, question, asked = candidates[pair] % height, entries[candidates[pair] // height], False
        while question >= 0:
            leaf = leaves[question]
            kind, answer = kinds[leaf], UNSURE
            column = MISSING if about[leaf] == NOT_ASKED else columns[about[leaf]]
            if about[leaf] == NOT_ASKED or column == SEVERAL:
                answer = UNSURE
            elif kind == ABSENT:
                answer = 1 if column == MISSING or filled[column, place] < least else 0
            elif column == MISSING or filled[column, place] < least:
                answer = 0
            else:
                head, tail = words[column, place, 0], words[column, place, 1]
                size, begin, which = np.int64(head & SIZE), np.int64(tail >> HALF), np.int64(tail & SIZE)
                texts = buffer_of(which, first_buffer, second_buffer, third_buffer, fourth_buffer)
                if size <= inline[column]:
                    texts, begin = inlined, 16 * (column * height + place) + 4
                end = begin + size
                first, length = starts[leaf], starts[leaf + 1] - starts[leaf]
                fold, is_cased = folds[cased[leaf]], cased[leaf]
                if kind <= CONTAINS:
                    if kind == CONTAINS:
                        met = size >= length and is_within(
                            texts, begin, end, octets, first, length, anchors[leaf], is_cased, fold
                        )
                    elif kind == EXACT:
                        met = size == length and is_at(texts, begin, octets, first, length, fold)
                    elif kind == PREFIX:
                        met = size >= length and is_at(texts, begin, octets, first, length, fold)
                    else:
                        met = size >= length and is_at(texts, end - length, octets, first, length, fold)
                    if met:
                        answer = 1
                    elif is_cased:
                        answer = 0
                    else:
                        if known[column, place] == UNREAD:
                            known[column, place] = letters(texts, begin, end)
                        answer = UNSURE if known[column, place] == ODD else 0
                else:
                    if known[column, place] == UNREAD:
                        known[column, place] = letters(texts, begin, end)
                    if kind == FOREIGN:
                        answer = 0 if known[column, place] == ASCII else UNSURE
                    elif known[column, place] == ASCII and kind == NUMBER:
                        number = whole_number(texts, begin, end)
                        answer = UNSURE if number == UNSURE else 1 if number == numbers[leaf] else 0
                    elif known[column, place] == ASCII and kind == NETWORK:
                        number = address(texts, begin, end)
                        if number != UNSURE:
                            answer = 1 if number >= 0 and number & masks[leaf] == numbers[leaf] else 0
            if answer == UNSURE:
                asked = True
                question = doubt[question]
            else:
                question = yes[question] if answer else no[question]
        verdicts[pair] = REFUSED if question == NO else DOUBTED if asked else ACCEPTED


judge = compiled(_judge)
