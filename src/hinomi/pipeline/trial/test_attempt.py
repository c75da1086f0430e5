"""Of all sources the right one comes first; envelopes come after what is in them."""

from datetime import datetime

import pytest

from hinomi.library import catalog
from hinomi.pipeline.trial.attempt import GENERIC, Attempt, attempt, likeliest, rank, shelf
from hinomi.pipeline.trial.sample import sample

NOW = datetime(2023, 2, 1)
SAMPLES = {
    "fortinet_fortigate": "traffic.log",
    "paloalto_panos": "threat.log",
    "yamaha_rtx": "detections.log",
    "cisco_asa": "asa.log",
    "suricata_eve": "eve.log",
    "windows_forwarded": "winlogbeat.json",
    "cloud_mail_security": "every_verdict.csv",
}


@pytest.mark.parametrize("source", SAMPLES)
def test_its_own_samples_are_recognised_as_a_sources(source: str) -> None:
    data = (catalog.source_manifest(source).folder / "samples" / SAMPLES[source]).read_bytes()
    taken = sample("", data, NOW)

    found = [attempt(name, taken.payload(catalog.source_manifest(name).framing), "Asia/Tokyo", NOW) for name in shelf()]

    best = likeliest(rank(found))
    assert best is not None
    assert (best.source, best.is_sure) == (source, True)


@pytest.mark.parametrize("data", [b"", b"\n", b"hello world\n", b"\x00\xff\xfe" * 100, b"{}\n[]\n", b"a=b\n"])
def test_what_nobody_understands_is_nobodys(data: bytes) -> None:
    for name in sorted(set(shelf()) - GENERIC):
        one = attempt(name, data, "Asia/Tokyo", NOW)
        assert one.events <= one.records
        assert not (one.is_sure and one.known == 0)


def test_a_specific_source_comes_before_an_envelope_and_the_deeper_before_the_shallow() -> None:
    shallow = Attempt("apache", 10, 10, 10, 20)
    deep = Attempt("nginx", 10, 9, 9, 90)
    slight = Attempt("postfix", 10, 4, 4, 200)

    assert [one.source for one in rank([slight, shallow, deep])] == ["nginx", "apache", "postfix"]
    assert likeliest([]) is None
    assert likeliest(rank([Attempt("apache", 10, 10, 0, 0)])) is None, "lines taken without a word understood"
    assert Attempt("apache", 1000, 999, 999, 1).percent == 99
