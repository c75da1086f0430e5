"""The client's address behind proxies: theirs to say who is trusted, nobody else's."""

import pytest

from hinomi.app.proxies import BadProxies, client, networks

TRUSTED = networks("127.0.0.1, 10.0.0.0/8, 2001:db8::/64")


@pytest.mark.parametrize(
    ("peer", "heard", "found"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "192.0.2.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("2001:db8::1", "2001:db8:ffff::9", "2001:db8:ffff::9"),
        ("203.0.113.9", "192.0.2.1", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.1, <script>", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.1, unknown, 10.1.2.3", "10.1.2.3"),
    ],
)
def test_only_what_a_trusted_proxy_heard_counts(peer: str, heard: str, found: str) -> None:
    assert client(peer, heard.split(","), TRUSTED) == found


def test_a_typing_mistake_is_told() -> None:
    with pytest.raises(BadProxies, match=r"proxy\.example"):
        networks("10.0.0.1, proxy.example")
    assert networks("") == []
