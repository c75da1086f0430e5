"""What Rspamd thought of a mail, in any of the frames its log comes in."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.rspamd.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import DispositionId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 20))
SCAN = (
    "rspamd_task_write_log: id: <1@example.net>, qid: <4C1D2A01F0>, ip: 203.0.113.25, from: <a@example.net>, "
    "(default: {flag} ({action}): [8.50/15.00] [{symbols}]), len: 1, time: 50.4ms, rcpts: <b@example.jp>,<c@example.jp>"
)


def read(payload: str) -> Normalized:
    result = normalize(payload.encode(), CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text).events.drop("line")).row(0, named=True)


def scan(action: str = "no action", symbols: str = "BAYES_HAM(-3.00){100.00%;}", flag: str = "F") -> str:
    return SCAN.format(action=action, symbols=symbols, flag=flag)


@pytest.mark.parametrize(
    ("frame", "utc"),
    [
        ("2023-01-18 12:25:45 #2161(rspamd_proxy) <8ae27d>; proxy; ", datetime(2023, 1, 18, 3, 25, 45)),
        ("Jan 18 12:25:45 mx rspamd[2161]: <8ae27d>; proxy; ", datetime(2023, 1, 18, 3, 25, 45)),
        ("(normal) <8ae27d>; task; ", CONTEXT.received),
        ("<8ae27d>; proxy; ", CONTEXT.received),
    ],
)
def test_a_verdict_is_the_same_in_every_frame(frame: str, utc: datetime):
    row = one(frame + scan())

    assert row["time"] == utc
    assert (row["email.from"], row["email.to"]) == ("a@example.net", ["b@example.jp", "c@example.jp"])
    assert (row["email.message_uid"], row["metadata.correlation_uid"]) == ("<1@example.net>", "4C1D2A01F0")
    assert (row["src_endpoint.ip"], row["duration"]) == ("203.0.113.25", 50)


@pytest.mark.parametrize(
    ("action", "disposition", "is_alert"),
    [
        ("no action", DispositionId.ALLOWED, False),
        ("greylist", DispositionId.DELAYED, False),
        ("soft reject", DispositionId.DELAYED, False),
        ("add header", DispositionId.TAGGED, True),
        ("rewrite subject", DispositionId.TAGGED, True),
        ("reject", DispositionId.REJECTED, True),
        ("discard", DispositionId.DROPPED, True),
        ("quarantine", DispositionId.QUARANTINED, True),
    ],
)
def test_what_was_done_with_the_mail(action: str, disposition: DispositionId, is_alert: bool):
    row = one("<8ae27d>; task; " + scan(action))

    assert (row["disposition_id"], row["is_alert"]) == (disposition, is_alert)


@pytest.mark.parametrize(
    ("symbols", "kind"),
    [
        ("BAYES_SPAM(5.10){100.00%;}", "スパムメール対策"),
        ("PH_SURBL_MULTI(7.00){evil.example:url;},BAYES_SPAM(5.10){}", "Webレピュテーション"),
        ("CLAM_VIRUS(4.00){Win.Test.EICAR_HDB-1;}", "不正プログラム検索"),
    ],
)
def test_symbols_tell_the_kind(symbols: str, kind: str):
    assert one("<8ae27d>; task; " + scan("add header", symbols))["finding_info.types"] == [kind]


def test_a_virus_is_a_detection_though_nothing_was_done():
    row = one("<8ae27d>; task; " + scan("no action", "CLAM_VIRUS(4.00){Win.Test.EICAR_HDB-1;}"))

    assert (row["is_alert"], row["malware.name"]) == (True, "Win.Test.EICAR_HDB-1")
    assert row["disposition_id"] == DispositionId.DETECTED


def test_a_line_that_breaks_off_before_the_verdict_is_no_detection_and_says_so():
    row = one("<8ae27d>; task; " + scan("reject")[:150])

    assert (row["is_alert"], row["metadata.labels"][0]) == (False, "truncated")


def test_another_programs_line_is_a_reject():
    assert [reject.reason for reject in read("Jan 18 12:25:45 mx sshd[1]: listening").rejects] == [
        Reason.NOT_THIS_FORMAT
    ]


@given(st.text(max_size=80))
def test_anything_is_an_event_or_a_reject(text: str):
    schema.conform(read("<8ae27d>; task; rspamd_task_write_log: " + text).events.drop("line"))
