"""Mails in ISO-2022-JP, read again with Python's own mail parser."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.net import mail
from hinomi.net.conftest import SENDER, MailServer
from hinomi.net.iso2022jp import folded
from hinomi.net.mail import File, Letter, mailbox, written

NOW = datetime(2026, 5, 12, 0, 31, tzinfo=UTC)
SUBJECT = "【火の見】再送・至急: メールから始まる攻撃が進んでいます(総務のパソコン PC-07 と、営業の共有フォルダ)"


def read(subject: str, text: str, *files: File) -> EmailMessage:
    letter = Letter("suzuki@c500.example.jp", subject, text, "1@watch.example.jp", files, iso_2022_jp=True)
    octets = written(letter, mailbox(SENDER, "監視センター 髙橋"), NOW).as_bytes()
    assert octets.isascii(), "seven bits"
    assert max(map(len, octets.splitlines())) <= 998
    return message_from_bytes(octets, policy=policy.default)


def test_a_letter_is_read_as_it_was_written() -> None:
    found = read(SUBJECT, "「PC-07」のLANケーブルを抜いてください。\n.\nカタカナも漢字も\n")

    assert found.get_content_charset() == "iso-2022-jp"
    assert found["subject"] == SUBJECT
    assert found.get_content() == "「PC-07」のLANケーブルを抜いてください。\n.\nカタカナも漢字も\n"
    assert found["from"].addresses[0].display_name == "監視センター 高橋"
    assert found["message-id"] == "<1@watch.example.jp>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("髙橋様 山﨑様 德田様", "高橋様 山崎様 徳田様"),
        ("①と⑫を", "(1)と(12)を"),
        ("9:00～18:00、〜夜", "9:00〜18:00、〜夜"),
        ("A－B−C—D", "A−B−C―D"),
        ("中黒・と｡｢ｶﾞｷﾞﾌﾟ｣", "中黒・と。「ガギプ」"),
        ("㈱青空 №5 ㎡", "(株)青空 No.5 m2"),
        ("至急🔥です", "至急〓です"),
        ("café Ⅲ Ｘ", "cafe III Ｘ"),
    ],
)
def test_what_it_does_not_know_is_written_otherwise(text: str, said: str) -> None:
    found = read(text, text + "\n")

    assert (found["subject"], found.get_content()) == (said, said + "\n")


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    once = folded(text)

    once.encode("iso2022_jp")
    assert folded(once) == once


def test_a_file_goes_with_it() -> None:
    found = read("月次レポート", "添付します。\n", File("report.pdf", "application/pdf", b"%PDF-1.7 x"))

    text, pdf = found.iter_parts()
    assert text.get_content() == "添付します。\n"
    assert (pdf.get_filename(), pdf.get_content_type(), pdf.get_content()) == (
        "report.pdf",
        "application/pdf",
        b"%PDF-1.7 x",
    )


@pytest.mark.parametrize("old", [False, True])
def test_it_goes_through_a_real_server(mail_server: MailServer, old: bool) -> None:
    file = File("report.pdf", "application/pdf", bytes(range(256)))
    letter = Letter("suzuki@c500.example.jp", SUBJECT, "〜本文・\n", "2@watch.example.jp", (file,), iso_2022_jp=old)
    with mail.connected(mail.Server.parse(mail_server.url)) as session:
        session.send(letter, NOW)

    (found,) = mail_server.letters
    text, pdf = found.iter_parts()
    assert found["subject"] == SUBJECT
    assert text.get_content().strip() == "〜本文・"
    assert pdf.get_content() == bytes(range(256))


@pytest.mark.parametrize("old", [False, True])
@given(st.lists(st.text("ab-:△レポート確認してください・月次", min_size=1, max_size=12), min_size=1, max_size=12))
def test_no_space_of_a_subject_is_lost(old: bool, words: list[str]) -> None:
    subject = " ".join(words)
    letter = Letter("suzuki@c500.example.jp", subject, "本文\n", "4@a", iso_2022_jp=old)

    octets = written(letter, mailbox(SENDER), NOW).as_bytes()

    assert message_from_bytes(octets, policy=policy.default)["subject"] == subject


@pytest.mark.parametrize("old", [False, True])
def test_a_subject_of_two_lines_is_not_sent(old: bool) -> None:
    letter = Letter("suzuki@c500.example.jp", "件名\r\nBcc: a@b.example", "本文", "3@a", iso_2022_jp=old)

    with pytest.raises(mail.BadMessage):
        written(letter, mailbox(SENDER), NOW)
