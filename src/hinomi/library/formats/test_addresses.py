"""Endpoints in the spellings of devices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.formats import addresses


@pytest.mark.parametrize(
    ("text", "separator", "expected"),
    [
        ("192.0.2.1:443", ":", ("192.0.2.1", 443)),
        ("192.0.2.1.443", ".", ("192.0.2.1", 443)),
        ("192.0.2.1/443", "/", ("192.0.2.1", 443)),
        ("192.0.2.1#53", "#", ("192.0.2.1", 53)),
        ("2001:db8::1.443", ":", ("2001:db8::1", 443)),
        ("2001:db8::1#53", "#", ("2001:db8::1", 53)),
        ("[2001:db8::1]:443", ":", ("2001:db8::1", 443)),
        ("fe80::1%eth0", ":", ("fe80::1", None)),
        ("192.0.2.1", ":", ("192.0.2.1", None)),
        ("192.0.2.1:99999", ":", ("192.0.2.1", None)),
        ("host.example:443", ":", (None, None)),
        ("", ":", (None, None)),
    ],
)
def test_an_endpoint(text: str, separator: str, expected: tuple[str | None, int | None]) -> None:
    assert addresses.endpoint(text, separator) == expected


@pytest.mark.parametrize("text", ["00-00-5E-00-53-01", "0000.5e00.5301", "00:00:5e:00:53:01", "00005e005301"])
def test_a_hardware_address(text: str) -> None:
    assert addresses.mac(text) == "00:00:5e:00:53:01"


def test_an_unspecified_address_is_none() -> None:
    assert addresses.ip("0.0.0.0") is None
    assert addresses.ip("::") is None
    assert addresses.mac("not one") is None


def test_a_protocol_by_name_or_number() -> None:
    assert addresses.protocol("TCP") == {"connection_info.protocol_name": "tcp", "connection_info.protocol_num": 6}
    assert addresses.protocol(17) == {"connection_info.protocol_name": "udp", "connection_info.protocol_num": 17}
    assert addresses.protocol("250")["connection_info.protocol_num"] == 250
    assert addresses.protocol(None) == {"connection_info.protocol_name": None, "connection_info.protocol_num": None}


@given(st.text(), st.sampled_from([":", ".", "#", "/"]))
def test_nothing_raises(text: str, separator: str) -> None:
    addresses.endpoint(text, separator)
    addresses.mac(text)
    addresses.protocol(text)
    addresses.present(text)
