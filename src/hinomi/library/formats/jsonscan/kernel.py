"""The one-pass scanner of JSON documents: octets to cells, compiled by numba.

Import this module only where many documents are to be read; :mod:`hinomi.library.formats.jsonscan.reference` reads
the same, and whatever the scanner leaves to it (``REREAD``): what is no JSON, and what would take more code here than
it is worth. So the scanner checks all of a document's grammar, also of what nobody wants, but need not say what is
wrong, nor read half surrogates, numbers that may be infinite, keys with escapes, or a wanted key that comes twice.

A cell is a kind and a string view (Arrow columnar format, variable-size binary view) into buffer 0, the octets that
are scanned, or buffer 1, ``spare``, for texts that held escapes. Memory: documents end ``PAD`` octets before the
octets do, so that any of their octets may be loaded 32 at a time; ``spare`` has room for all documents and ``PAD``; a
document nests at most ``DEPTH`` deep; columns and rows are those the arrays were made for.

Keys come in few orders. Each spelling of a key that was seen in a state becomes an entry of a bounded table, which
knows what followed it the last two times: mostly the next key is that, and comparing 32 octets is all there is to do.
"""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.jsonscan.vectors import BACKSLASH, QUOTE, SPACE, alike, copy, foreign, specials
from hinomi.library.formats.octets import WIDTH, WORD, Octets, compiled, inner, lowest, word

Words = NDArray[np.uint64]
Wholes = NDArray[np.int64]

READ, REREAD = 0, 1
NULL, STRING, NUMBER, BOOLEAN, NESTED = 1, 2, 3, 4, 5
"""Kinds of cells; 0 is none. A cell says in the bits above (``>> RANK``) by which of its column's paths it came."""
RANK, RANKS = 3, 1 << 5
PAD = 2 * WIDTH
DEPTH = 64
ENTRIES = 1 << 12
"""Spellings of keys that are remembered in a call."""
SLOTS = 4 * ENTRIES
SIZE, IN, STEP, MASK, FIRST, SECOND = range(6)
"""What is known of an entry: octets with the quote and the colon behind them, the state it was seen in, its step,
the bits of these octets, which entries followed it the last time and before."""
KNOWN = 6
CHAINS = 64
"""Steps of a state by the size of their keys, the last for all that are longer."""
INLINE, PREFIX = 12, 4
LONGEST_NUMBER = 100
EXPONENT_DIGITS = 2
"""Numbers within these are finite."""
HALF = np.uint64(32)
PRIME = np.uint64(0x9E3779B97F4A7C15)
OPEN, CLOSE, LIST, UNLIST = ord("{"), ord("}"), ord("["), ord("]")
COMMA, COLON, MINUS, PLUS, ZERO, NINE, DOT = (ord(sign) for sign in ",:-+09.")
TAB, LF, CR, SMALL_U, SMALL_E, CASE = ord("\t"), ord("\n"), ord("\r"), ord("u"), ord("e"), 0x20
UPPER_A, UPPER_Z, SMALL_A, SMALL_F = ord("A"), ord("Z"), ord("a"), ord("f")
TRUE, FALSE, NOTHING = (np.uint64(int.from_bytes(text, "little")) for text in (b"true", b"false", b"null"))
ESCAPES = np.zeros(256, dtype=np.uint8)
for _escape, _meant in zip(b'"\\/bfnrt', b'"\\/\b\f\n\r\t', strict=True):
    ESCAPES[_escape] = _meant


@inner
def blank(octet: int) -> bool:
    return octet in (SPACE, LF, CR, TAB)


@inner
def digit(octet: int) -> bool:
    return ZERO <= octet <= NINE


@inner
def is_utf8(octets: Octets, at: int, end: int) -> bool:
    while at < end:
        found = foreign(octets, at)
        at += lowest(found) if found else WIDTH
        while at < end and octets[at] >= 0x80:
            lead, second = octets[at], octets[at + 1]
            if 0xC2 <= lead <= 0xDF:
                size, low, high = 2, 0x80, 0xBF
            elif 0xE0 <= lead <= 0xEF:
                size, low, high = 3, 0xA0 if lead == 0xE0 else 0x80, 0x9F if lead == 0xED else 0xBF
            elif 0xF0 <= lead <= 0xF4:
                size, low, high = 4, 0x90 if lead == 0xF0 else 0x80, 0x8F if lead == 0xF4 else 0xBF
            else:
                return False
            if at + size > end or not low <= second <= high:
                return False
            for place in range(at + 2, at + size):
                if octets[place] & 0xC0 != 0x80:
                    return False
            at += size
    return True


@inner
def unit(octets: Octets, at: int) -> int:
    """The UTF-16 unit that four hexadecimal digits write; -1 if they are not that."""
    found = 0
    for place in range(at, at + 4):
        octet = np.int64(octets[place])
        if digit(octet):
            found = 16 * found + octet - ZERO
        elif SMALL_A <= octet | CASE <= SMALL_F:
            found = 16 * found + (octet | CASE) - SMALL_A + 10
        else:
            return -1
    return found


@inner
def unescape(octets: Octets, first: int, at: int, end: int, spare: Octets, used: int) -> tuple[int, int]:
    """Write a string that holds escapes, from ``first`` on, to ``spare[used:]``, without them.

    ``at`` is the first backslash. Returns where the string ends and how many octets were written; 0 for the first if
    it is no string or holds surrogates.
    """
    to = used
    for place in range(first, at, WIDTH):
        copy(octets, place, spare, to + place - first)
    to += at - first
    while at < end:
        octet = octets[at]
        if octet == QUOTE:
            return at, to - used
        if octet != BACKSLASH:
            return 0, 0
        escape = np.int64(octets[at + 1])
        if escape == SMALL_U:
            code = unit(octets, at + 2)
            if code < 0 or 0xD800 <= code <= 0xDFFF:
                return 0, 0
            if code < 0x80:
                spare[to] = code
                to += 1
            elif code < 0x800:
                spare[to], spare[to + 1] = 0xC0 | code >> 6, 0x80 | code & 0x3F
                to += 2
            else:
                spare[to], spare[to + 1], spare[to + 2] = 0xE0 | code >> 12, 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F
                to += 3
            at += 6
        else:
            if ESCAPES[escape] == 0:
                return 0, 0
            spare[to] = ESCAPES[escape]
            to += 1
            at += 2
        while at < end:
            copy(octets, at, spare, to)
            found = specials(octets, at)
            step = lowest(found) if found else WIDTH
            at += step
            to += step
            if found:
                break
    return 0, 0


@inner
def number(octets: Octets, at: int, end: int) -> int:
    """Where the number that begins at ``at`` ends; 0 if it is none, or perhaps infinite."""
    first = at
    if octets[at] == MINUS:
        at += 1
    if octets[at] == ZERO:
        at += 1
    else:
        begin = at
        while at < end and digit(octets[at]):
            at += 1
        if at == begin:
            return 0
    if octets[at] == DOT:
        at += 1
        begin = at
        while at < end and digit(octets[at]):
            at += 1
        if at == begin:
            return 0
    if octets[at] | CASE == SMALL_E:
        at += 1
        if octets[at] == MINUS or octets[at] == PLUS:
            at += 1
        begin = at
        while at < end and digit(octets[at]):
            at += 1
        if at == begin or at - begin > EXPONENT_DIGITS:
            return 0
    return at if at - first <= LONGEST_NUMBER else 0


@inner
def lookup(
    octets: Octets, begin: int, size: int, state: int, fold: bool, chains: Wholes, keys: Wholes, names: Octets
) -> int:
    """The step that the key at ``begin`` means in a state; that for other keys is the state's number."""
    step = chains[state * CHAINS + min(size, CHAINS - 1)]
    while step:
        low, place = keys[step, 0], 0
        while keys[step, 1] == size and place < size:
            octet = np.int64(octets[begin + place])
            if fold and UPPER_A <= octet <= UPPER_Z:
                octet |= CASE
            if octet != names[low + place]:
                break
            place += 1
        if place == size and keys[step, 1] == size:
            return step
        step = keys[step, 2]
    return state


@inner
def slot_of(octets: Octets, begin: int, size: int, state: int) -> int:
    mixed = (
        word(octets, begin, size) ^ (word(octets, begin + size - WORD, WORD) if size > WORD else np.uint64(0)) * PRIME
    )
    mixed = (mixed ^ np.uint64(size) ^ np.uint64(state) << HALF) * PRIME
    return np.int64(mixed >> np.uint64(40)) & (SLOTS - 1)


def _scan(
    octets: Octets,
    starts: Wholes,
    ends: Wholes,
    fold: bool,
    chains: Wholes,
    keys: Wholes,
    names: Octets,
    steps: Wholes,
    columns: Wholes,
    spellings: Octets,
    entries: Wholes,
    slots: NDArray[np.int32],
    seen: Wholes,
    spare: Octets,
    kinds: NDArray[np.uint8],
    views: Words,
    flags: Octets,
) -> int:
    """Scan the documents ``octets[starts[i]:ends[i]]`` and write what was found into the last four arrays.

    ``chains`` to ``columns`` come from :func:`hinomi.library.formats.jsonscan.tables.tables`; ``spellings``,
    ``entries`` and ``slots`` (zero) and ``seen`` (-1, one a state) are scratch. ``kinds`` (column, row) and ``views``
    (column, row, 2) are zero before; the cells of a row that is REREAD mean nothing. Returns how many spellings were
    learned.
    """
    opened = np.zeros((DEPTH + 1, 4), dtype=np.int64)  # of each open value: begin, step, state outside, its last octet
    used, learned = 0, 1
    for row in range(len(starts)):
        at, end = starts[row], ends[row]
        flags[row] = REREAD
        while at < end and blank(octets[at]):
            at += 1
        if end + PAD > len(octets) or at >= end or octets[at] != OPEN or not is_utf8(octets, at, end):
            continue
        depth, entry = 0, 0
        state, outside, step = 1, 0, 0  # of the object around; the numbers of states are steps, too
        closer = np.int64(CLOSE)
        closing = whole = False
        opening = True
        while at < end:
            if opening:
                if depth == DEPTH:
                    break
                opened[depth, 0], opened[depth, 1], opened[depth, 2], opened[depth, 3] = at, step, outside, closer
                closer = np.int64(CLOSE if octets[at] == OPEN else UNLIST)
                depth += 1
                at += 1
                while at < end and blank(octets[at]):
                    at += 1
                opening, closing = False, octets[at] == closer
                continue
            if closing:
                depth -= 1
                first, step, state, closer = opened[depth, 0], opened[depth, 1], opened[depth, 2], opened[depth, 3]
                at += 1
                kind, size, buffer = NESTED, at - first, 0
            else:
                step = 0
                if closer == CLOSE:
                    if octets[at] != QUOTE:
                        break
                    at += 1
                    guess = entries[entry, FIRST]
                    mask = np.uint32(entries[guess, MASK])
                    if entries[guess, IN] != state or alike(octets, at, spellings, guess * WIDTH) & mask != mask:
                        other = entries[entry, SECOND]
                        mask = np.uint32(entries[other, MASK])
                        if entries[other, IN] == state and alike(octets, at, spellings, other * WIDTH) & mask == mask:
                            entries[entry, FIRST], entries[entry, SECOND] = other, guess
                            guess = other
                        else:
                            guess = 0
                    if guess:
                        entry, step = guess, entries[guess, STEP]
                        at += entries[guess, SIZE]
                    else:
                        begin, found = at, np.uint32(0)
                        while at < end:
                            found = specials(octets, at)
                            if found:
                                at += lowest(found)
                                break
                            at += WIDTH
                        if at >= end or octets[at] != QUOTE:
                            break
                        size = at - begin
                        at += 1
                        slot, guess = slot_of(octets, begin, size, state), 0
                        exact = octets[at] == COLON and size + 2 <= WIDTH
                        while exact and slots[slot]:
                            guess = np.int64(slots[slot])
                            mask = np.uint32(entries[guess, MASK])
                            if (
                                entries[guess, IN] == state
                                and entries[guess, SIZE] == size + 2
                                and alike(octets, begin, spellings, guess * WIDTH) & mask == mask
                            ):
                                break
                            slot, guess = (slot + 1) & (SLOTS - 1), 0
                        if guess:
                            step = entries[guess, STEP]
                        else:
                            step = lookup(octets, begin, size, state, fold, chains, keys, names)
                            if exact and learned < ENTRIES:
                                guess = learned
                                learned += 1
                                slots[slot] = guess
                                copy(octets, begin, spellings, guess * WIDTH)
                                entries[guess, SIZE], entries[guess, IN], entries[guess, STEP] = size + 2, state, step
                                entries[guess, MASK] = (1 << (size + 2)) - 1
                        if guess:
                            entries[entry, SECOND] = entries[entry, FIRST]
                            entries[entry, FIRST] = guess
                            entry = guess
                        while at < end and blank(octets[at]):
                            at += 1
                        if octets[at] != COLON:
                            break
                        at += 1
                    while at < end and blank(octets[at]):
                        at += 1
                    if steps[step, 0] and seen[steps[step, 0]] == row:
                        break
                first, buffer = at, 0
                octet = octets[at]
                if octet == QUOTE:
                    at += 1
                    first, found = at, np.uint32(0)
                    while at < end:
                        found = specials(octets, at)
                        if found:
                            at += lowest(found)
                            break
                        at += WIDTH
                    if at >= end:
                        break
                    kind, size = STRING, at - first
                    if octets[at] != QUOTE:
                        if octets[at] != BACKSLASH:
                            break
                        at, size = unescape(octets, first, at, end, spare, used)
                        if at == 0:
                            break
                        first, buffer = used, 1
                    at += 1
                elif octet in (OPEN, LIST):
                    opening, outside = True, state
                    state = steps[step, 0] if octet == OPEN else 0
                    if state:
                        seen[state] = row
                    continue
                elif octet == MINUS or digit(octet):
                    at = number(octets, at, end)
                    if at == 0:
                        break
                    kind, size = NUMBER, at - first
                else:
                    text = word(octets, at, 4)
                    kind, size = BOOLEAN, 4
                    if text == NOTHING:
                        kind = NULL
                    elif word(octets, at, 5) == FALSE:
                        size = 5
                    elif text != TRUE:
                        break
                    at += size
            low, high = steps[step, 1], steps[step, 2]
            if low < high:
                if buffer:
                    head, tail = word(spare, first, min(size, PREFIX)), word(spare, first + PREFIX, size - PREFIX)
                else:
                    head, tail = word(octets, first, min(size, PREFIX)), word(octets, first + PREFIX, size - PREFIX)
                head = np.uint64(size) | head << HALF
                if size > INLINE:
                    tail = np.uint64(buffer) | np.uint64(first) << HALF
                taken = False
                for place in range(low, high):
                    column, rank = columns[place, 0], columns[place, 1]
                    before = kinds[column, row]
                    taken |= before != 0 and before >> RANK == rank
                    if before == 0 or before >> RANK > rank:
                        kinds[column, row] = kind | rank << RANK
                        views[column, row, 0], views[column, row, 1] = head, tail
                if taken:
                    break
                if buffer:
                    used += size
            if depth == 0:
                whole = True
                break
            while at < end and blank(octets[at]):
                at += 1
            closing = octets[at] == closer
            if not closing:
                if octets[at] != COMMA:
                    break
                at += 1
                while at < end and blank(octets[at]):
                    at += 1
        if whole:
            while at < end and blank(octets[at]):
                at += 1
            if at == end:
                flags[row] = READ
    return learned - 1


scan = compiled(_scan)
