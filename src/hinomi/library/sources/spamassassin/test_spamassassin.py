"""What spamd thought of a mail, said twice and counted once."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.spamassassin.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import DispositionId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 20))
HEAD = "Jan 18 12:25:46 mx spamd[8772]: "
IDENTIFIED = "spamd: identified spam (15.2/5.0) for taro:1001 in 0.8 seconds, 2979 bytes."
RESULT = (
    "spamd: result: {} 15 - A,B scantime=0.8,user=taro,required_score=5.0,raddr=192.0.2.9,rport=5,mid=<1@x.example>"
)


def read(*texts: str) -> Normalized:
    result = normalize("\n".join(texts).encode(), CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text).events.drop("line")).row(0, named=True)


def test_a_result_is_the_verdict():
    row = one(HEAD + RESULT.format("Y"))

    assert (row["is_alert"], row["finding_info.types"]) == (True, ["スパムメール対策"])
    assert (row["disposition_id"], row["email.message_uid"]) == (DispositionId.TAGGED, "<1@x.example>")
    assert (row["user.name"], row["src_endpoint.ip"], row["duration"]) == ("taro", "192.0.2.9", 800)
    assert row["time"] == datetime(2023, 1, 18, 3, 25, 46)


def test_a_clean_mail_is_no_detection():
    assert one(HEAD + RESULT.format("."))["is_alert"] is False


def test_a_mail_that_was_identified_and_has_a_result_is_counted_once():
    assert read(HEAD + IDENTIFIED, HEAD + RESULT.format("Y")).events["is_alert"].to_list() == [False, True]


def test_before_version_3_the_identification_alone_counts():
    assert one(HEAD + IDENTIFIED.removeprefix("spamd: "))["is_alert"] is True


@pytest.mark.parametrize("level", ["info", "warn"])
def test_spamds_own_clock_is_of_the_place(level: str):
    row = one(f"Wed Jan 18 12:27:00 2023 [9675] {level}: {RESULT.format('Y')}")

    assert row["time"] == datetime(2023, 1, 18, 3, 27)


def test_another_programs_line_is_a_reject():
    assert [reject.reason for reject in read("Jan 18 12:25:46 mx sshd[1]: x").rejects] == [Reason.NOT_THIS_FORMAT]


@given(st.text(max_size=60))
def test_anything_of_spamd_is_an_event(text: str):
    schema.conform(read(HEAD + "spamd: result: Y 15 - " + text.replace("\n", " ")).events.drop("line"))
