"""What feeds say, in each of their formats, and what strangers send in their place."""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.pipeline.intelligence import files
from hinomi.pipeline.intelligence.allow import AllowList, entry
from hinomi.pipeline.intelligence.files import Format, UnreadableFeed
from hinomi.pipeline.intelligence.gather import Claim, Defaults, Gathered, gather
from hinomi.pipeline.intelligence.indicator import Kind, Purpose, Tlp
from hinomi.pipeline.intelligence.pattern import Unreadable, values

NOW = datetime(2026, 11, 22)


def imported(
    folder: Path, data: bytes, written: Format | None = None, columns: dict[str, str] | None = None, **defaults: Any
) -> Gathered:
    path = folder / "feed"
    path.write_bytes(data)
    return gather(files.read(path, written, columns or {}), Defaults(**defaults), AllowList(), NOW)


def test_a_table_is_read_by_its_headings(tmp_path: Path):
    data = b"""# made by somebody
"type","indicator","confidence","comment","expires"
"domain","evil[.]example","80","Emotet C2, first","2027-01-01"
"ip","203.0.113.5","","=HYPERLINK(""http://x"")",""
"ip","10.0.0.5","",""
"md5","nothing","",""
"""

    found = imported(tmp_path, data, confidence=40, expires=timedelta(days=10))

    first, second = found.rows.to_dicts()
    assert (first["kind"], first["value"], first["confidence"]) == ("domain", "evil.example", 80)
    assert (first["purpose"], first["valid_until"]) == (Purpose.C2, datetime(2027, 1, 1))
    assert (second["confidence"], second["valid_until"]) == (40, NOW + timedelta(days=10))
    assert second["description"] == '=HYPERLINK("http://x")'
    assert [(one.line, one.value) for one in found.refusals] == [(5, "10.0.0.5"), (6, "nothing")]


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        (b"203.0.113.5;x\n203.0.113.6;y\n", {}),
        (b"# first_seen,dst_ip,dst_port\n2026-11-20 10:00:00,203.0.113.5,443\n2026-11-20,203.0.113.6,443\n", {}),
        (b"ip,203.0.113.5\nip,203.0.113.6\n", {}),
        (b"a\tb\n1\t203.0.113.5\n2\t203.0.113.6\n", {"value": "b"}),
        (b"1,203.0.113.5\n2,203.0.113.6\n", {"value": "2"}),
        ("名前,アドレス\n甲,203.0.113.5\n乙,203.0.113.6\n".encode("cp932"), {}),
        ("\ufeffioc,種別\r\n203.0.113.5,ip\r\n203.0.113.6:443,ip:port\r\n".encode(), {}),
    ],
)  # fmt: skip
def test_tables_of_many_shapes(tmp_path: Path, data: bytes, columns: dict[str, str]):
    found = imported(tmp_path, data, Format.CSV, columns)

    assert found.rows["value"].to_list() == ["203.0.113.5", "203.0.113.6"]


def test_a_column_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(UnreadableFeed, match="ioc"):
        imported(tmp_path, b"value,note\n203.0.113.5,x\n", Format.CSV, {"value": "ioc"})


def test_a_list_in_the_shape_of_a_hosts_file_and_with_remarks(tmp_path: Path):
    data = b"# block\n0.0.0.0 evil.example\n203.0.113.0/24 ; SBL1\n\nevil2.example # phishing\n"

    found = imported(tmp_path, data)

    told = dict(found.rows.select("value", "purpose").iter_rows())
    assert told == {"evil.example": "unknown", "203.0.113.0/24": "unknown", "evil2.example": "phishing"}


PATTERNS: list[tuple[str, list[tuple[Kind, str]]]] = [
    ("[domain-name:value = 'evil.example']", [(Kind.DOMAIN, "evil.example")]),
    ("[ipv4-addr:value='203.0.113.5' OR url:value='http://x.example/a']",
     [(Kind.IP, "203.0.113.5"), (Kind.URL, "http://x.example/a")]),
    ("[ipv4-addr:value = '203.0.113.5'] OR [ipv6-addr:value = '2001:db8::1']",
     [(Kind.IP, "203.0.113.5"), (Kind.IP, "2001:db8::1")]),
    ("[ipv4-addr:value ISSUBSET '203.0.113.0/24']", [(Kind.CIDR, "203.0.113.0/24")]),
    ("[ipv4-addr:value IN ('203.0.113.5', '203.0.113.6')]", [(Kind.IP, "203.0.113.5"), (Kind.IP, "203.0.113.6")]),
    ("[domain-name:value LIKE '%.evil.example']", [(Kind.DOMAIN, "evil.example")]),
    ("[url:value LIKE 'http://x.example/a/%']", [(Kind.URL, "http://x.example/a/")]),
    ("[file:hashes.'SHA-256' = 'aa' AND file:name = 'a.exe' AND file:hashes.MD5 = 'bb']", [(Kind.SHA256, "aa")]),
    ("[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '203.0.113.5' "
     "AND network-traffic:dst_port = 443]", [(Kind.IP, "203.0.113.5")]),
    ("[(domain-name:value = 'a.example' OR domain-name:value = 'b.example')]",
     [(Kind.DOMAIN, "a.example"), (Kind.DOMAIN, "b.example")]),
    (r"[file:name = 'it\'s.exe']", [(Kind.FILE_NAME, "it's.exe")]),
    ("[email-message:from_ref.value = 'a@b.example']", [(Kind.EMAIL, "a@b.example")]),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "meant"), PATTERNS)
def test_patterns_that_say_single_values(pattern: str, meant: list[tuple[Kind, str]]):
    assert values(pattern) == meant


@pytest.mark.parametrize(
    "pattern",
    [
        "[ipv4-addr:value != '203.0.113.5']",
        "[NOT ipv4-addr:value = '203.0.113.5']",
        "[domain-name:value MATCHES '^a.*']",
        "[domain-name:value LIKE '%a%b%']",
        "[process:command_line = 'x']",
        "[ipv4-addr:value = '203.0.113.5' AND process:name = 'a.exe']",
        "[ipv4-addr:value = '203.0.113.5'] FOLLOWEDBY [domain-name:value = 'x.example']",
        "[ipv4-addr:value = '203.0.113.5'] REPEATS 5 TIMES WITHIN 60 SECONDS",
        "[network-traffic:dst_port = 443]",
        "[ipv4-addr:value = '203.0.113.5'",
        "ipv4-addr:value",
        "",
        "[" + "(" * 1000,
        "€",
    ],
)
def test_patterns_that_say_more_are_refused(pattern: str):
    with pytest.raises(Unreadable):
        values(pattern)


@given(st.text("[]()='% ORANDLIKE:ipv4-addr:value.", max_size=60))
def test_no_pattern_breaks_the_reader(pattern: str):
    with suppress(Unreadable):
        assert values(pattern)


def stix(**said: Any) -> dict[str, Any]:
    return {
        "type": "indicator", "id": "indicator--1", "pattern_type": "stix",
        "pattern": "[domain-name:value = 'evil.example']",
        "valid_from": "2026-11-01T00:00:00Z", "modified": "2026-11-10T00:00:00Z",
    } | said  # fmt: skip


def test_an_indicator_of_stix_with_all_it_says(tmp_path: Path):
    own = {"type": "marking-definition", "id": "marking-definition--9", "name": "TLP:AMBER+STRICT"}
    document = {
        "type": "bundle",
        "objects": [
            own,
            stix(
                confidence=85,
                valid_until="2026-12-01T09:00:00+09:00",
                indicator_types=["malicious-activity"],
                labels=["c2"],
                object_marking_refs=[
                    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
                    "marking-definition--9",
                ],
                external_references=[{"source_name": "x", "url": "https://x.example/1"}],
                name="Emotet",
            ),
            stix(pattern="[ipv4-addr:value = '203.0.113.5']", revoked=True),
            stix(pattern_type="sigma"),
            {"type": "malware"},
            "nothing",
        ],
    }

    found = imported(tmp_path, orjson.dumps(document))

    first, gone = found.rows.to_dicts()
    assert (first["value"], first["confidence"], first["tlp"]) == ("evil.example", 85, Tlp.AMBER_STRICT)
    assert (first["valid_until"], first["first_seen"]) == (datetime(2026, 12, 1), datetime(2026, 11, 1))
    assert (first["purpose"], first["reference"]) == (Purpose.C2, "https://x.example/1")
    assert gone["valid_until"] == datetime(2026, 11, 10)
    assert found.refused == 2


def misp(**said: Any) -> dict[str, Any]:
    return {"type": "domain", "value": "evil.example", "to_ids": True, "timestamp": "1763000000"} | said


def test_an_event_of_misp_with_tags_objects_and_what_is_not_for_detection(tmp_path: Path):
    event = {
        "uuid": "e1",
        "info": "Campaign",
        "Tag": [{"name": "tlp:amber"}, {"name": 'misp:confidence-level="usually-confident"'}],
        "Attribute": [
            misp(comment="C2 server"),
            misp(value="good.example", to_ids=False),
            misp(type="text", value="words"),
            misp(value="gone.example", deleted=True),
            misp(type="domain|ip", value="two.example|203.0.113.9"),
        ],
        "Object": [{"Attribute": [misp(type="filename|sha256", value=f"a.exe|{'ab' * 32}")]}],
    }

    found = imported(tmp_path, orjson.dumps({"Event": event}))

    assert found.rows["value"].to_list() == ["evil.example", "two.example", "203.0.113.9", "ab" * 32]
    first = found.rows.to_dicts()[0]
    assert (first["tlp"], first["confidence"], first["purpose"]) == (Tlp.AMBER, 75, Purpose.C2)
    assert found.refused == 3


@pytest.mark.parametrize(
    ("data", "written"),
    [
        (b"\x1f\x8b\x08packed", None),
        (b"PK\x03\x04packed", None),
        (b"\x00\x01\x02", None),
        (b'{"type": "bundle"', None),
        (b"[" * 100_000, Format.STIX),
        (b'{"objects": 5}', Format.STIX),
        (b'{"a": 1}', Format.MISP),
        (b'"text"', Format.STIX),
    ],
)
def test_what_is_no_feed_changes_nothing_and_says_why(tmp_path: Path, data: bytes, written: Format | None):
    with pytest.raises(UnreadableFeed):
        imported(tmp_path, data, written)


def test_a_document_too_large_to_hold_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MOST_JSON", 10)

    with pytest.raises(UnreadableFeed, match="too large"):
        imported(tmp_path, b'{"objects": []}')


def test_a_feed_has_a_bound_and_a_line_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hinomi.pipeline.intelligence.gather.MOST", 2)
    data = b"a.example\n" + b"x" * 100_000 + b"\nb.example\nc.example\n"

    found = imported(tmp_path, data, Format.LIST)

    assert found.rows["value"].to_list() == ["a.example", "b.example"]
    assert found.refused >= 2


def test_what_everybody_uses_is_no_indicator():
    allowed = AllowList([entry("own.example"), entry("203.0.113.0/24")])
    said = [
        "8.8.8.8", "192.168.1.1", "10.1.0.0/16", "127.0.0.1", "windowsupdate.com", "www.google.com", "co.jp",
        "own.example", "sub.own.example", "http://own.example/x", "a@own.example", "203.0.113.5", "203.0.0.0/8",
        "0.0.0.0", "localhost", "localhost.localdomain", "http://192.168.1.1/a", "http://[fe80::1]:8080/a", " ",
        "D41D8CD98F00B204E9800998ECF8427E", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "evil.windowsupdate.com", "drive.google.com/uc?id=1", "evil.co.jp", "198.51.100.1",
    ]  # fmt: skip

    found = gather([Claim(value) for value in said], Defaults(), allowed, NOW)

    assert found.rows["value"].to_list() == said[-4:]
    assert found.refused == 22


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Event", "Attribute", "Object", "Tag", "name", "type", "value", "to_ids", "objects",
                             "pattern", "valid_until", "labels", "object_marking_refs", "response", "confidence"]),
            inner | st.sampled_from(["indicator", "domain", "[url:value = 'a']"]), max_size=5)
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, st.sampled_from([Format.STIX, Format.MISP]))
def test_no_document_breaks_the_readers(document: Any, written: Format):
    with suppress(UnreadableFeed):
        gather(files.of_json(json.dumps(document).encode(), written, "x"), Defaults(), AllowList(), NOW)
