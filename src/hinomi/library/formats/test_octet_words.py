"""Numbers and addresses read from words of eight octets, against reading them letter by letter."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from hinomi.library.formats.cells import ADDRESS
from hinomi.library.formats.octet_words import digits, is_coloned, is_dotted

NEARLY = st.text("0123456789.:afF g", max_size=17)
DOTTED = st.lists(st.integers(0, 1100), min_size=3, max_size=5).map(lambda parts: ".".join(map(str, parts)))


def looks_like_an_address(text: str) -> bool:
    low, high = (np.uint64(int.from_bytes(text.encode()[at : at + 8], "little")) for at in (0, 8))
    octets = np.frombuffer(text.encode(), dtype=np.uint8)
    with np.errstate(over="ignore"):
        return bool(is_dotted(low, high, len(octets)) or is_coloned(octets, 0, len(octets)))


@given(NEARLY | DOTTED | st.ip_addresses().map(str))
@example("0.0.0.0")
@example("255.255.255.255")
@example("1.2.3.")
@example(".1.2.3.4")
@example("1..2.3")
@example("1.2.3.4444")
@example("::")
def test_an_address_is_told_from_a_name(text: str):
    assert looks_like_an_address(text) == bool(ADDRESS.fullmatch(text))


@given(
    st.text("0123456789:/-", min_size=1, max_size=8)
    | st.binary(min_size=8, max_size=8).map(lambda raw: raw.decode("latin-1"))
)
def test_digits_are_a_number_and_all_else_is_none(text: str):
    raw = text.encode("latin-1")
    with np.errstate(over="ignore"):
        found = digits(np.uint64(int.from_bytes(raw, "little")), len(raw))

    assert found == (int(raw) if raw.isdigit() else -1)
