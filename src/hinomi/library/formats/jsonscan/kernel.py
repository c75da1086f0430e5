"""The one-pass scanner of JSON documents: octets to cells, compiled by numba.

Import this module only where many documents are to be read; :mod:`hinomi.library.formats.jsonscan.reference` reads
the same, and whatever the scanner leaves to it (``REREAD``): what is no JSON, and what would take more code here than
it is worth. So the scanner checks all of a document's grammar, also of what nobody wants, but need not say what is
wrong, nor read half surrogates, numbers that may be infinite, keys with escapes, or a wanted key that comes twice.

A cell is a kind and a string view (Arrow columnar format, variable-size binary view) into buffer 0, the octets that
are scanned, or buffer 1, ``spare``, for texts that held escapes. Memory: documents end ``BEHIND`` octets before the
octets do, so that any of their octets may be loaded 32 at a time (the last ones are scanned in a copy); ``spare`` has
room for all documents and as many more; a document nests at most ``DEPTH`` deep; columns and rows are those the
arrays were made for.

Keys come in few orders. Each spelling of a key that was seen in a state becomes an entry of a bounded table, which
knows what followed it the last two times: mostly the next key is that, and comparing 32 octets is all there is to do.

What is done for every member is written out in one loop: numba's calls cost more than such small work.
"""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.jsonscan.spelling import CASE, MINUS, NINE, ZERO, is_utf8, number, skip, unescape
from hinomi.library.formats.jsonscan.vectors import (
    QUOTE,
    SPACE,
    alike,
    copy,
    get,
    put,
    specials,
)
from hinomi.library.formats.octets import MASKS, WIDTH, WORD, Octets, compiled, inner, load, lowest, word

Words = NDArray[np.uint64]
Wholes = NDArray[np.int64]

READ, REREAD = 0, 1
NULL, STRING, NUMBER, BOOLEAN, NESTED = 1, 2, 3, 4, 5
"""Kinds of cells; 0 is none. A cell says in the bits above (``>> RANK``) by which of its column's paths it came."""
RANK = 3
BEHIND = 2 * WIDTH
DEPTH = 64
ENTRIES = 1 << 11
"""Spellings of keys that are remembered in a call."""
SLOTS = 4 * ENTRIES
KNOWN = 8
SIZE, IN, STEP, MASK, FIRST, SECOND = range(6)
"""What is KNOWN of an entry: octets with the quote and the colon behind them, the state it was seen in, its step,
the bits of these octets, which entries followed it the last time and before."""
OPENED = 4
BEGIN, MEMBER, OUTSIDE, CLOSER = range(OPENED)
"""What is kept of an object or array that is open: where it begins, the step that led to it, state and last octet of
what is around it."""
CHAINS = 64
"""Steps of a state by the size of their keys, the last for all that are longer."""
INLINE, PREFIX = 12, 4
HALF = np.uint64(32)
PRIME = np.uint64(0x9E3779B97F4A7C15)
OPEN, CLOSE, LIST, UNLIST = ord("{"), ord("}"), ord("["), ord("]")
COMMA, COLON, UPPER_A, UPPER_Z = (ord(sign) for sign in ",:AZ")
TRUE, FALSE, NOTHING = (np.uint64(int.from_bytes(text, "little")) for text in (b"true", b"false", b"null"))


@inner
def lookup(
    octets: Octets,
    begin: int,
    size: int,
    state: int,
    fold: bool,
    close: bool,
    chains: Wholes,
    keys: Wholes,
    names: Octets,
) -> int:
    """The step that the key at ``begin`` means in a state; that for other keys is the state's number."""
    long = size
    for place in range(begin, begin + size):
        long -= close and get(octets, place) == SPACE
    step: int = chains[state * CHAINS + min(long, CHAINS - 1)]
    while step:
        low, place, at = keys[step, 0], 0, begin
        while keys[step, 1] == long and at < begin + size:
            octet = np.int64(get(octets, at))
            at += 1
            if close and octet == SPACE:
                continue
            if fold and UPPER_A <= octet <= UPPER_Z:
                octet |= CASE
            if octet != names[low + place]:
                break
            place += 1
        if place == long and keys[step, 1] == long:
            return step
        step = keys[step, 2]
    return state


@inner
def slot_of(octets: Octets, begin: int, size: int, state: int) -> int:
    """Where in the hash table a key in a state is looked for first."""
    mixed = word(octets, begin, size) ^ word(octets, begin + size - WORD, WORD if size > WORD else 0) * PRIME
    mixed = (mixed ^ np.uint64(size) ^ np.uint64(state) << HALF) * PRIME
    return int(np.int64(mixed >> np.uint64(40)) & (SLOTS - 1))


def _scan(
    octets: Octets,
    shift: int,
    begin_row: int,
    end_row: int,
    used: int,
    starts: Wholes,
    ends: Wholes,
    fold: bool,
    close: bool,
    chains: Wholes,
    keys: Wholes,
    names: Octets,
    steps: Wholes,
    columns: Wholes,
    spellings: Octets,
    entries: Wholes,
    slots: NDArray[np.int32],
    seen: Wholes,
    opened: Wholes,
    touched: Octets,
    spare: Octets,
    kinds: Octets,
    views: Words,
    flags: Octets,
) -> int:
    """Scan the documents ``starts[i]`` to ``ends[i]``, for i from ``begin_row`` up to ``end_row``, and write what was
    found into the last five arrays. ``octets`` is what they lie in, from their ``shift``-th octet on.

    ``chains`` to ``columns`` come from :func:`hinomi.library.formats.jsonscan.tables.tables`. ``spellings``,
    ``entries`` and ``slots`` (zero), ``seen`` (-1, one a state) and ``opened`` are scratch. ``kinds`` (a row after
    another of a column after another, zero) and ``views`` (two of each, zeroed where the column is ``touched``) hold
    cells, those of a row that is REREAD mean nothing. ``used`` and what is returned is how much of ``spare`` is taken.
    """
    learned, rows = 1, len(starts)
    for row in range(begin_row, end_row):
        at, end = starts[row] - shift, ends[row] - shift
        flags[row] = REREAD
        if at < 0 or end + BEHIND > len(octets):
            continue
        at = skip(octets, at, end)
        if at >= end or get(octets, at) != OPEN or not is_utf8(octets, at, end):
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
                put(opened, depth * OPENED + BEGIN, at)
                put(opened, depth * OPENED + MEMBER, step)
                put(opened, depth * OPENED + OUTSIDE, outside)
                put(opened, depth * OPENED + CLOSER, closer)
                closer = np.int64(CLOSE if get(octets, at) == OPEN else UNLIST)
                depth += 1
                at = skip(octets, at + 1, end)
                opening, closing = False, get(octets, at) == closer
                continue
            if closing:
                depth -= 1
                first, step = get(opened, depth * OPENED + BEGIN), get(opened, depth * OPENED + MEMBER)
                state, closer = get(opened, depth * OPENED + OUTSIDE), get(opened, depth * OPENED + CLOSER)
                at += 1
                kind, size, buffer = NESTED, at - first, 0
            else:
                step = 0
                if closer == CLOSE:
                    if get(octets, at) != QUOTE:
                        break
                    at += 1
                    guess = get(entries, entry * KNOWN + FIRST)
                    missing = ~alike(octets, at, spellings, guess * WIDTH)
                    if missing & get(entries, guess * KNOWN + MASK) or get(entries, guess * KNOWN + IN) != state:
                        other = get(entries, entry * KNOWN + SECOND)
                        missing = ~alike(octets, at, spellings, other * WIDTH)
                        if missing & get(entries, other * KNOWN + MASK) or get(entries, other * KNOWN + IN) != state:
                            guess = 0
                        else:
                            put(entries, entry * KNOWN + FIRST, other)
                            put(entries, entry * KNOWN + SECOND, guess)
                            guess = other
                    if guess:
                        entry, step = guess, get(entries, guess * KNOWN + STEP)
                        at += get(entries, guess * KNOWN + SIZE)
                    else:
                        begin = at
                        while at < end:
                            found = specials(octets, at)
                            if found:
                                at += lowest(found)
                                break
                            at += WIDTH
                        if at >= end or get(octets, at) != QUOTE:
                            break
                        size = at - begin
                        at += 1
                        slot = slot_of(octets, begin, size, state)
                        exact = get(octets, at) == COLON and size + 2 <= WIDTH
                        while exact and slots[slot]:
                            guess = np.int64(slots[slot])
                            missing = ~alike(octets, begin, spellings, guess * WIDTH)
                            if (
                                missing & get(entries, guess * KNOWN + MASK) == 0
                                and get(entries, guess * KNOWN + IN) == state
                                and get(entries, guess * KNOWN + SIZE) == size + 2
                            ):
                                break
                            slot, guess = (slot + 1) & (SLOTS - 1), 0
                        if guess:
                            step = get(entries, guess * KNOWN + STEP)
                        else:
                            step = lookup(octets, begin, size, state, fold, close, chains, keys, names)
                            if exact and learned < ENTRIES:
                                guess = learned
                                learned += 1
                                slots[slot] = guess
                                copy(octets, begin, spellings, guess * WIDTH)
                                put(entries, guess * KNOWN + SIZE, size + 2)
                                put(entries, guess * KNOWN + MASK, (1 << (size + 2)) - 1)
                                put(entries, guess * KNOWN + IN, state)
                                put(entries, guess * KNOWN + STEP, step)
                        if guess:
                            put(entries, entry * KNOWN + SECOND, get(entries, entry * KNOWN + FIRST))
                            put(entries, entry * KNOWN + FIRST, guess)
                            entry = guess
                        at = skip(octets, at, end)
                        if get(octets, at) != COLON:
                            break
                        at += 1
                    at = skip(octets, at, end)
                    within = get(steps, 3 * step)
                    if within and get(seen, within) == row:
                        break
                first, buffer = at, 0
                octet = get(octets, at)
                if octet == QUOTE:
                    at += 1
                    first = at
                    while at < end:
                        found = specials(octets, at)
                        if found:
                            at += lowest(found)
                            break
                        at += WIDTH
                    if at >= end:
                        break
                    kind, size = STRING, at - first
                    if get(octets, at) != QUOTE:
                        at, size = unescape(octets, first, end, spare, used)
                        if at == 0:
                            break
                        first, buffer = used, 1
                    at += 1
                elif octet in (OPEN, LIST):
                    opening, outside = True, state
                    state = get(steps, 3 * step) if octet == OPEN else 0
                    if state:
                        put(seen, state, row)
                    continue
                elif octet == MINUS or ZERO <= octet <= NINE:
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
            low, high = get(steps, 3 * step + 1), get(steps, 3 * step + 2)
            if low < high:
                if buffer:
                    head, tail = load(spare, first), load(spare, first + PREFIX)
                else:
                    head, tail = load(octets, first), load(octets, first + PREFIX)
                if size > INLINE:
                    tail = np.uint64(buffer) | np.uint64(first if buffer else first + shift) << HALF
                else:
                    head &= get(MASKS, min(size, PREFIX))
                    tail &= get(MASKS, max(size - PREFIX, 0))
                head = np.uint64(size) | head << HALF
                twice = False
                for place in range(low, high):
                    column = get(columns, 2 * place)
                    cell = column * rows + row
                    if not get(touched, column):
                        touched[column] = 1
                        views[2 * column * rows : 2 * (column + 1) * rows] = 0
                    rank, before = get(columns, 2 * place + 1), np.int64(get(kinds, cell))
                    twice |= before != 0 and before >> RANK == rank
                    if before == 0 or before >> RANK > rank:
                        put(kinds, cell, kind | rank << RANK)
                        put(views, 2 * cell, head)
                        put(views, 2 * cell + 1, tail)
                if twice:
                    break
                if buffer:
                    used += size
            if depth == 0:
                whole = True
                break
            at = skip(octets, at, end)
            closing = get(octets, at) == closer
            if not closing:
                if get(octets, at) != COMMA:
                    break
                at = skip(octets, at + 1, end)
        if whole and skip(octets, at, end) == end:
            flags[row] = READ
    return used


scan = compiled(_scan)
