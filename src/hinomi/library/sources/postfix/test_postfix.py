"""A mail log: lines of one message join by their queue id, refusals are judged by their reason."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.postfix.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 12, 3))
HEAD = "Jan 12 10:00:00 mx postfix/smtpd[1]: "
TO = "to=<taro@example.jp>, relay=local, delay=0.5, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)"


def read(*texts: str) -> Normalized:
    result = normalize("\n".join(texts).encode(), CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def last(*texts: str) -> dict[str, Any]:
    return schema.conform(read(*(HEAD + text for text in texts)).events.drop("line")).row(-1, named=True)


def test_a_delivery_is_told_what_earlier_lines_of_its_queue_id_said():
    row = last(
        "4C1D2A01F0: client=mail.example.net[203.0.113.25]",
        "4C1D2A01F0: message-id=<1@example.net>",
        "4C1D2A01F0: warning: header Subject: =?UTF-8?B?6KuL5rGC?= from m.example.net[192.0.2.5]; from=<a@example.net>",
        "4C1D2A01F0: from=<a@example.net>, size=18203, nrcpt=1 (queue active)",
        f"4C1D2A01F0: {TO}",
    )

    assert (row["src_endpoint.ip"], row["src_endpoint.hostname"]) == ("203.0.113.25", "mail.example.net")
    assert (row["email.from"], row["email.to"], row["email.subject"]) == ("a@example.net", ["taro@example.jp"], "請求")
    assert (row["email.message_uid"], row["metadata.correlation_uid"]) == ("<1@example.net>", "4C1D2A01F0")
    assert (row["class_uid"], row["activity_id"], row["duration"]) == (ClassUid.EMAIL_ACTIVITY, 2, 500)


def test_a_queue_id_used_again_after_it_was_removed_knows_nothing_of_the_message_before():
    row = last("4C1D2A01F0: client=a.example.net[203.0.113.25]", "4C1D2A01F0: removed", f"4C1D2A01F0: {TO}")

    assert row["src_endpoint.ip"] is None


def test_two_servers_with_the_same_queue_id_are_not_mixed_up():
    other = HEAD.replace(" mx ", " mx2 ")

    events = read(f"{HEAD}4C1D2A01F0: client=a.example.net[203.0.113.25]", f"{other}4C1D2A01F0: {TO}").events

    assert events["src_endpoint.ip"].to_list() == ["203.0.113.25", None]


@pytest.mark.parametrize(
    ("status", "disposition", "status_id"),
    [
        ("sent (250 Ok)", DispositionId.ALLOWED, 1),
        ("deferred (timed out)", DispositionId.DELAYED, 2),
        ("bounced (no such user)", DispositionId.REJECTED, 2),
    ],
)
def test_what_became_of_a_mail(status: str, disposition: DispositionId, status_id: int):
    row = last(
        f"4C1D2A01F0: to=<a@example.net>, relay=mx.example.net[192.0.2.7]:25, delay=1, dsn=2.0.0, status={status}"
    )

    assert (row["activity_id"], row["disposition_id"], row["status_id"]) == (1, disposition, status_id)
    assert (row["dst_endpoint.ip"], row["dst_endpoint.port"]) == ("192.0.2.7", 25)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("reject: RCPT from u[192.0.2.9]: 554 5.7.1 Client host blocked using zen.example", "スパムメール対策"),
        ("milter-reject: END-OF-MESSAGE from u[192.0.2.9]: 5.7.1 Spam message rejected", "スパムメール対策"),
        ("milter-reject: END-OF-MESSAGE from u[192.0.2.9]: 5.7.1 Message infected with Eicar", "不正プログラム検索"),
        ("reject: header Subject: Buy from u[192.0.2.9]", "スパムメール対策"),
        ("reject: RCPT from u[192.0.2.9]: 554 5.7.1 <x@y.example>: Relay access denied", None),
        ("reject: RCPT from u[192.0.2.9]: 450 4.2.0 <x@y.example>: Recipient address rejected: Greylisted", None),
        ("reject: RCPT from u[192.0.2.9]: 550 5.1.1 <x@y.example>: User unknown", None),
        ("milter-reject: END-OF-MESSAGE from u[192.0.2.9]: 4.7.1 Try again later", None),
        ("filter: RCPT from u[192.0.2.9]: Client host triggers FILTER smtp:[127.0.0.1]:10025", None),
    ],
)  # fmt: skip
def test_only_a_verdict_on_content_or_reputation_is_a_detection(said: str, kind: str | None):
    row = last(f"NOQUEUE: {said}; from=<a@example.net> to=<taro@example.jp> proto=ESMTP helo=<h>")

    assert (row["is_alert"], row["finding_info.types"]) == (kind is not None, [kind] if kind else None)
    assert (row["src_endpoint.ip"], row["email.from"]) == ("192.0.2.9", "a@example.net")
    assert row["email.to"] == ["taro@example.jp"]


def test_a_wrong_password_is_a_failed_sign_in_and_a_right_one_a_sign_in():
    failed = last(
        "warning: unknown[192.0.2.9]: SASL LOGIN authentication failed: VXNlcm5hbWU6, sasl_username=info@example.jp"
    )
    done = last("4C1D2A01F0: client=pc[192.0.2.8], sasl_method=PLAIN, sasl_username=taro")

    assert (failed["class_uid"], failed["status_id"], failed["user.name"]) == (3002, 2, "info@example.jp")
    assert (done["class_uid"], done["status_id"], done["user.name"], done["src_endpoint.ip"]) == (
        3002,
        1,
        "taro",
        "192.0.2.8",
    )


def test_the_year_of_a_header_is_the_latest_before_the_receipt():
    assert read("Dec 31 23:00:00 mx postfix/smtpd[1]: connect from u[192.0.2.9]").events["time"].to_list() == [
        datetime(2022, 12, 31, 14)
    ]


def test_a_line_without_any_header_is_read_at_the_time_of_receipt():
    events = read("connect from u[192.0.2.9]").events

    assert events["time"].to_list() == [CONTEXT.received]
    assert events["class_uid"].to_list() == [ClassUid.NETWORK_ACTIVITY]


def test_another_programs_line_is_a_reject():
    assert [reject.reason for reject in read("Jan 12 10:00:00 mx sshd[1]: Server listening").rejects] == [
        Reason.NOT_THIS_FORMAT
    ]


@pytest.mark.parametrize(
    ("said", "title", "disposition"),
    [
        ("Blocked SPAM {DiscardedInbound,Quarantined}", "SPAM", DispositionId.QUARANTINED),
        ("Blocked INFECTED (Win.Test.EICAR) {RejectedInbound}", "Win.Test.EICAR", DispositionId.REJECTED),
        ("Passed SPAMMY {RelayedTaggedInbound}", "SPAMMY", DispositionId.TAGGED),
        ("Passed CLEAN {RelayedInbound}", None, DispositionId.ALLOWED),
    ],
)
def test_what_amavis_found_is_a_verdict_on_the_mail(said: str, title: str | None, disposition: DispositionId):
    line = f"Jan 12 10:00:00 mx amavis[1]: (00001-02) {said}, [203.0.113.5]:5000 [203.0.113.5] <a@example.net> -> "
    line += "<b@example.jp>,<c@example.jp>, Queue-ID: 4C1D2A01F0, Message-ID: <1@example.net>, Hits: 12.3, 500 ms"

    row = schema.conform(read(line).events.drop("line")).row(0, named=True)

    assert (row["class_uid"], row["is_alert"], row["disposition_id"]) == (4009, bool(title), int(disposition))
    assert (row["finding_info.title"], row["src_endpoint.ip"]) == (title, "203.0.113.5")
    assert (row["email.from"], row["email.to"]) == ("a@example.net", ["b@example.jp", "c@example.jp"])
    assert (row["email.message_uid"], row["raw_data"]) == ("<1@example.net>", line if title else None)


WORDS = st.sampled_from(
    [
        "4C1D2A01F0: ",
        "NOQUEUE: ",
        "reject: RCPT from ",
        "u[192.0.2.9]",
        ": 554 ",
        "from=<",
        "status=",
        "header Subject: ",
        "; ",
    ]
)


@given(st.lists(st.lists(WORDS | st.text(max_size=8), max_size=6).map("".join), max_size=6))
def test_anything_behind_a_header_is_an_event(texts: list[str]):
    schema.conform(read(*(HEAD + text.replace("\n", " ") for text in texts)).events.drop("line"))
