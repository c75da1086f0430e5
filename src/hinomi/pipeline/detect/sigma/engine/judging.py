"""Which rules accept which events, as far as octets tell; compiled. See :mod:`.circuit`."""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.octets import WIDTH, Octets, compiled, inner, lowest, matches
from hinomi.pipeline.detect.sigma.engine.cells import MISSING, SEVERAL
from hinomi.pipeline.detect.sigma.engine.circuit import EXACT_NUMBERS, NO, NOT_ASKED, Kind
from hinomi.pipeline.detect.sigma.engine.judgement import ACCEPTED, DOUBTED, REFUSED
from hinomi.pipeline.detect.sigma.engine.kernel import FOLD, buffer_of, is_foreign, is_odd

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]
Words = NDArray[np.uint64]

EXACT, PREFIX, SUFFIX, CONTAINS = (int(kind) for kind in (Kind.EXACT, Kind.PREFIX, Kind.SUFFIX, Kind.CONTAINS))
NUMBER, NETWORK, ABSENT, FOREIGN = (int(kind) for kind in (Kind.NUMBER, Kind.NETWORK, Kind.ABSENT, Kind.FOREIGN))
ASCII, OTHER, ODD = 0, 1, 2
"""What letters a value has: ASCII's; others, too; others that fold to ASCII, too."""
FOLDS = np.concatenate((FOLD, np.arange(256, dtype=np.uint8)))
"""Octets where case does not matter, and behind these where it does."""
NOT_HELD = -1
SIZE, HALF, ONE = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(1)
UNSURE = -1
MOST_DIGITS, MOST_HEX = len(str(EXACT_NUMBERS)) - 1, 12


@inner
def is_at(texts: Octets, at: int, octets: Octets, first: int, length: int, fold: int, folds: Octets) -> bool:
    for step in range(length):  # noqa: SIM110 — numba knows no all()
        if folds[fold + texts[at + step]] != octets[first + step]:
            return False
    return True


@inner
def is_within(
    texts: Octets, begin: int, end: int, octets: Octets, first: int, length: int, anchor: int, fold: int, folds: Octets
) -> bool:
    """Whether a literal is in the value; looked for by its letter at ``anchor`` and the one behind that, if any."""
    if length == 0:
        return True
    behind = min(anchor + 1, length - 1) - anchor
    letter, other = octets[first + anchor], octets[first + anchor + behind]
    capital = letter - 32 if fold == 0 and 97 <= letter <= 122 else letter
    other_capital = other - 32 if fold == 0 and 97 <= other <= 122 else other
    last = end - (length - anchor) + 1
    at = begin + anchor
    while at < last and at + behind + WIDTH <= len(texts):
        found = matches(texts, at, letter) | matches(texts, at, capital)
        found &= matches(texts, at + behind, other) | matches(texts, at + behind, other_capital)
        while found:
            place = at + lowest(found)
            if place >= last:
                return False
            if is_at(texts, place - anchor, octets, first, length, fold, folds):
                return True
            found &= found - ONE
        at += WIDTH
    while at < last:
        if is_at(texts, at - anchor, octets, first, length, fold, folds):
            return True
        at += 1
    return False


@inner
def letters(texts: Octets, begin: int, end: int) -> int:
    if not is_foreign(texts, begin, end):
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
    verdicts: Octets,
) -> None:
    """Say of each pair of a rule and a place whether the rule accepts the event there.

    The first arguments, up to ``inline``, are those of :class:`.cells.Cells`. ``columns`` leads from a field to its
    column. The rest is what :class:`.circuit.Circuit` says.
    """
    height = words.shape[1]
    texts, begin, size, sort = inlined, np.int64(0), np.int64(0), ASCII
    for pair in range(len(candidates)):
        place, question, asked = candidates[pair] % height, entries[candidates[pair] // height], False
        held = NOT_HELD
        while question >= 0:
            leaf = leaves[question]
            kind, answer = kinds[leaf], UNSURE
            column = SEVERAL if about[leaf] == NOT_ASKED else columns[about[leaf]]
            if column == SEVERAL:
                answer = UNSURE
            elif column == MISSING or filled[column, place] < least:
                answer = 1 if kind == ABSENT else 0
            elif kind == ABSENT:
                answer = 0
            else:
                if column != held:
                    head, tail = words[column, place, 0], words[column, place, 1]
                    size, begin, which = np.int64(head & SIZE), np.int64(tail >> HALF), np.int64(tail & SIZE)
                    texts = buffer_of(which, first_buffer, second_buffer, third_buffer, fourth_buffer)
                    if size <= inline[column]:
                        texts, begin = inlined, np.int64(16 * (column * height + place) + 4)
                    held, sort = column, letters(texts, begin, begin + size)
                if kind <= CONTAINS:
                    first, length, fold = starts[leaf], starts[leaf + 1] - starts[leaf], 256 * np.int64(cased[leaf])
                    end, met = begin + size, False
                    if kind == CONTAINS:
                        anchor = anchors[leaf]
                        met = size >= length and is_within(
                            texts, begin, end, octets, first, length, anchor, fold, folds
                        )
                    elif size == length or (size > length and kind != EXACT):
                        at = end - length if kind == SUFFIX else begin
                        met = is_at(texts, at, octets, first, length, fold, folds)
                    answer = 1 if met else UNSURE if sort == ODD and fold == 0 else 0
                elif kind == FOREIGN:
                    answer = 0 if sort == ASCII else UNSURE
                elif sort == ASCII and kind == NUMBER:
                    number = whole_number(texts, begin, begin + size)
                    answer = UNSURE if number == UNSURE else 1 if number == numbers[leaf] else 0
                elif sort == ASCII and kind == NETWORK:
                    number = address(texts, begin, begin + size)
                    if number != UNSURE:
                        answer = 1 if number >= 0 and number & masks[leaf] == numbers[leaf] else 0
            if answer == UNSURE:
                asked = True
                question = doubt[question]
            else:
                question = yes[question] if answer else no[question]
        verdicts[pair] = REFUSED if question == NO else DOUBTED if asked else ACCEPTED


judge = compiled(_judge)
