"""Of all sources the right one comes first; envelopes come after what is in them."""

from datetime import datetime

import pytest

from hinomi.library import catalog
from hinomi.pipeline.trial.attempt import GENERIC, Attempt, attempt, is_sure, likeliest, rank, shelf
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

    ranked = rank(found)
    assert (ranked[0].source, is_sure(ranked)) == (source, True)


ORDINARY = b"""<86>Jan 15 12:00:00 web01 sshd[123]: Accepted password for root from 192.0.2.1 port 50022 ssh2
<30>Jan 15 12:00:01 web01 systemd[1]: Started Session 12 of user root.
<13>Jan 15 12:00:02 nas01 backup: job nightly finished in 12 minutes
"""


@pytest.mark.parametrize("data", [b"", b"\n", b"hello world\n", b"\x00\xff\xfe" * 100, b"{}\n[]\n", b"a=b\n", ORDINARY])
def test_what_no_product_says_is_no_products(data: bytes) -> None:
    ranked = rank(attempt(name, data, "Asia/Tokyo", NOW) for name in shelf())

    best = likeliest(ranked)
    assert best is None or best.source in GENERIC
    assert not is_sure(ranked)


def test_a_specific_source_comes_before_an_envelope_and_the_deeper_before_the_shallow() -> None:
    shallow, deep = Attempt("apache", 10, 10, 20), Attempt("nginx", 10, 9, 90)
    slight, rival = Attempt("postfix", 10, 10, 5), Attempt("squid", 10, 10, 11)
    syslog = Attempt("syslog", 10, 10, 11)

    ranked = rank([slight, syslog, shallow, rival, deep])

    assert [one.source for one in ranked] == ["nginx", "apache", "syslog", "squid", "postfix"]
    assert is_sure(ranked)
    assert not is_sure(rank([syslog, rival, slight])), "hardly more than the envelope"
    assert not is_sure(rank([shallow, Attempt("modsecurity", 10, 10, 20)])), "two that read the same"
    assert likeliest([]) is None
    assert not is_sure([])
    assert likeliest(rank([Attempt("apache", 10, 10, 0)])) is None, "lines taken without a word understood"
    assert Attempt("apache", 1000, 999, 1).percent == 99
