"""Mail as devices really write it."""

from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.formats import letter

TOKYO = ZoneInfo("Asia/Tokyo")


def test_iso_2022_jp_in_subject_and_body() -> None:
    message = EmailMessage()
    message["From"] = "gate@factory.example"
    message["To"] = "500+gate@soc.example"
    message["Subject"] = "ウイルスを検知しました"
    message["Date"] = "Wed, 18 Jan 2023 12:25:45 +0900"
    message.set_content("検知名: EICAR①\n", charset="utf-8")
    octets = message.as_bytes().replace(
        message.as_bytes().partition(b"\n\n")[2], "検知名: EICAR髙\n".encode("iso2022_jp_ext", "replace")
    )
    octets = octets.replace(b'charset="utf-8"', b'charset="ISO-2022-JP"').replace(b"base64", b"7bit")

    found = letter.read(octets.replace(b"8bit", b"7bit"), TOKYO)

    assert found.subject == "ウイルスを検知しました"
    assert found.recipients == ("500+gate@soc.example",)
    assert found.date == datetime(2023, 1, 18, 3, 25, 45)
    assert found.text.startswith("検知名: EICAR")


def test_shift_jis_without_any_declaration() -> None:
    raw = "Subject: 検知通知\nFrom: gate@factory.example\n\n端末: 営業PC\n".encode("cp932")

    found = letter.read(raw, TOKYO)

    assert (found.subject, found.text.strip()) == ("検知通知", "端末: 営業PC")


def test_html_alone_is_read_as_text_and_a_plain_alternative_wins() -> None:
    head = b"Subject: a\nContent-Type: text/html; charset=utf-8\n\n"
    html = head + b"<p>host: PC-1<br>user: sato &amp; co</p><script>x()</script>"
    both = EmailMessage()
    both["Subject"] = "b"
    both.set_content("plain")
    both.add_alternative("<b>html</b>", subtype="html")

    assert letter.read(html, TOKYO).text.split("\n")[:2] == ["host: PC-1", "user: sato & co"]
    assert letter.read(both.as_bytes(), TOKYO).text.strip() == "plain"


def test_a_table_in_html_keeps_its_cells_apart() -> None:
    head = b"Subject: a\nContent-Type: text/html\n\n"
    table = "<table><tr><th>検知名</th> <td>EICAR</td></tr><tr><td>端末名</td><td>PC-5</td></tr></table>".encode()

    assert letter.read(head + table, TOKYO).text.split("\n")[:2] == ["検知名\tEICAR", "端末名\tPC-5"]


def test_iso_2022_jp_that_nobody_declared() -> None:
    raw = b"Subject: x\n\n" + "ウイルスを検知".encode("iso2022_jp")

    assert letter.read(raw, TOKYO).text.strip() == "ウイルスを検知"


def test_attachments_keep_their_names_and_bytes() -> None:
    message = EmailMessage()
    message["Subject"] = "月次"
    message.set_content("添付のとおり")
    message.add_attachment("項目,件数\n".encode("cp932"), maintype="text", subtype="csv", filename="月次.csv")

    found = letter.read(message.as_bytes(), TOKYO)

    assert [(each.name, each.data.decode("cp932")) for each in found.attachments] == [("月次.csv", "項目,件数\n")]


def test_a_message_within_a_message_within_a_message_ends() -> None:
    deep = b"Subject: x\n\nend"
    for _ in range(300):
        deep = b"Subject: x\nContent-Type: message/rfc822\n\n" + deep

    assert letter.read(deep, TOKYO).subject == "x"


@given(st.binary(max_size=400))
def test_nothing_raises(payload: bytes) -> None:
    letter.is_letter(payload)
    letter.read(payload, TOKYO)
    letter.read(b"Subject: =?x?b?" + payload + b"\nContent-Type: multipart/mixed; boundary=a\n\n--a\n" + payload, TOKYO)
