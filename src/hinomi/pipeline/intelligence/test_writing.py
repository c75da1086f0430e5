"""One way to write what feeds write in many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.pipeline.intelligence.indicator import Kind
from hinomi.pipeline.intelligence.writing import Unusable, normalised

SAME = [
    ("203.0.113[.]5", Kind.IP, "203.0.113.5"),
    ("203[dot]0[dot]113[dot]5:8080", Kind.IP, "203.0.113.5"),
    ("[2001:DB8:0:0::1]:443", Kind.IP, "2001:db8::1"),
    ("::ffff:203.0.113.5", Kind.IP, "203.0.113.5"),
    ("203.0.113.5/32", Kind.IP, "203.0.113.5"),
    ("203.0.113.77/24", Kind.CIDR, "203.0.113.0/24"),
    ("2001:db8::/48", Kind.CIDR, "2001:db8::/48"),
    ("Evil[.]EXAMPLE.", Kind.DOMAIN, "evil.example"),
    ("*.evil.example", Kind.DOMAIN, "evil.example"),
    ("日本語.example", Kind.DOMAIN, "xn--wgv71a119e.example"),
    ("XN--WGV71A119E.example", Kind.DOMAIN, "xn--wgv71a119e.example"),
    ("hxxps://Evil[.]example:443/A/b.php?x=1#top", Kind.URL, "evil.example/A/b.php?x=1"),
    ("hXXp[://]evil{.}example/a/", Kind.URL, "evil.example/a"),
    ("http://user:word@evil.example:8080/a", Kind.URL, "evil.example:8080/a"),
    ("evil.example/a", Kind.URL, "evil.example/a"),
    ("http://evil.example/", Kind.HOSTNAME, "evil.example"),
    ("http://203.0.113.5:8080/", Kind.IP, "203.0.113.5"),
    ("http://203.0.113.5/x.sh", Kind.URL, "203.0.113.5/x.sh"),
    ("AB" * 32, Kind.SHA256, "ab" * 32),
    ("ab" * 20, Kind.SHA1, "ab" * 20),
    ("ab" * 16, Kind.MD5, "ab" * 16),
    ("Boss[at]Mail[.]Example", Kind.EMAIL, "boss@mail.example"),
    ("mailto:boss@mail.example", Kind.EMAIL, "boss@mail.example"),
    (' "evil.example" ', Kind.DOMAIN, "evil.example"),
]


@pytest.mark.parametrize(("written", "kind", "value"), SAME)
def test_the_many_ways_to_write_the_same(written: str, kind: Kind, value: str):
    assert normalised(written) == (kind, value)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", None), ("localhost", None), ("0.0.0.0/0", None), ("10.0.0.0/7", None), ("2001::/16", None), ("-", None),
        ("javascript:alert(1)", Kind.URL), ("file:///etc/passwd", Kind.URL), ("ab" * 15, Kind.MD5),
        ("zz" * 16, Kind.MD5),
        ("999.1.1.1", None), ("a..example", None), ("x" * 3000, None), ("a.exe", Kind.FILE_NAME),
        ("no mail", Kind.EMAIL),
    ],
)  # fmt: skip
def test_what_can_be_no_indicator(written: str, kind: Kind | None):
    with pytest.raises(Unusable):
        normalised(written, kind)


def test_a_file_is_known_by_its_name_alone():
    assert normalised(r"C:\Users\x\請求書.ISO", Kind.FILE_NAME) == (Kind.FILE_NAME, "請求書.iso")


@given(st.text(max_size=60), st.sampled_from([None, *Kind]))
def test_anything_is_refused_or_stays_as_it_is_once_in_its_form(text: str, kind: Kind | None):
    try:
        found, value = normalised(text, kind)
    except Unusable:
        return
    assert normalised(value, found) == (found, value)
