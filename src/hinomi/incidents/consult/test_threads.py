"""A company asks, the desk answers; nobody else hears of it, and the desk's own notes stay its own."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser

from hinomi.incidents.consult import operations, queries
from hinomi.incidents.consult.anonymous import anonymous, names_of
from hinomi.incidents.consult.attachments import LARGEST, media_type, name_of
from hinomi.incidents.consult.conftest import NOW, Village
from hinomi.incidents.consult.models import Attachment, Post, State
from hinomi.incidents.consult.operations import About, Upload
from hinomi.incidents.consult.problems import NotAPicture, NothingSaid, TooLarge, TooLong, UnknownThread
from hinomi.incidents.models import Incident
from hinomi.incidents.operations import record
from hinomi.incidents.problems import UnknownIncident
from hinomi.incidents.splitting import join
from hinomi.incidents.test_recording import story
from hinomi.tenants.models import AuditEntry
from hinomi.tenants.problems import NotAllowed, Unchanged

LATER = NOW + timedelta(hours=3)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)


def asked(village: Village, who: str = "suzuki", **more: object) -> Post:
    tenant = village.red if who == "tanaka" else village.blue
    return operations.ask(village.people[who], tenant, "画面が消えない", "どうすればよいですか", NOW, **more)  # type: ignore[arg-type]


def test_a_question_waits_for_the_desk_until_it_is_answered(village: Village) -> None:
    suzuki, sato = village.people["suzuki"], village.people["sato"]
    thread = asked(village).thread

    assert [(row.subject, queries.waits(row, LATER)) for row in queries.waiting(sato)] == [
        ("画面が消えない", timedelta(hours=3))
    ]

    operations.write(sato, thread, "電源を切らずに、ケーブルを抜いてください。", LATER)

    assert not queries.waiting(sato).exists()
    told = queries.find(suzuki, thread.pk)
    assert (told.state, told.assignee) == (State.ANSWERED, sato)
    assert [(post.from_desk, str(post)) for post in queries.posts(suzuki, told)] == [
        (False, "どうすればよいですか"),
        (True, "電源を切らずに、ケーブルを抜いてください。"),
    ]


def test_who_asks_again_while_waiting_does_not_go_to_the_end_of_the_queue(village: Village) -> None:
    first = asked(village).thread
    asked(village, "tanaka")
    operations.write(village.people["suzuki"], first, "まだ消えません", LATER)

    assert [row.tenant_id for row in queries.waiting(village.people["sato"])] == ["101", "201"]


def test_a_settled_thread_opens_again_with_the_next_word_of_the_company(village: Village) -> None:
    suzuki, thread = village.people["suzuki"], asked(village).thread
    operations.close(suzuki, thread, LATER)
    with pytest.raises(Unchanged):
        operations.close(suzuki, thread, LATER)

    operations.write(suzuki, thread, "また出ました", LATER)

    assert [row.waiting_since for row in queries.waiting(village.people["sato"])] == [LATER]


def test_what_the_desk_notes_for_itself_neither_answers_nor_is_shown(village: Village) -> None:
    suzuki, sato, thread = village.people["suzuki"], village.people["sato"], asked(village).thread
    note = operations.write(sato, thread, "詐欺に見える。電話で確かめる", LATER, internal=True)

    assert queries.waiting(sato).exists()
    assert note in queries.posts(sato, thread)
    assert note not in queries.posts(suzuki, thread)
    with pytest.raises(NotAllowed):
        operations.write(suzuki, thread, "x", LATER, internal=True)


@pytest.mark.parametrize("who", ["tanaka", "local", "office"])
def test_nobody_else_reads_writes_or_closes_it(village: Village, who: str) -> None:
    thread, person = asked(village).thread, village.people[who]

    assert not queries.threads(person).exists()
    assert not queries.waiting(person).exists()
    for act in (
        lambda: queries.find(person, thread.pk),
        lambda: operations.write(person, thread, "x", LATER),
        lambda: operations.close(person, thread, LATER),
        lambda: operations.take(person, thread, LATER),
    ):
        with pytest.raises(UnknownThread):
            act()
    assert not queries.threads(AnonymousUser()).exists()


def test_who_only_looks_reads_and_does_not_write(village: Village) -> None:
    thread, mori = asked(village).thread, village.people["mori"]

    assert queries.posts(mori, queries.find(mori, thread.pk))
    with pytest.raises(NotAllowed):
        operations.write(mori, thread, "x", LATER)
    with pytest.raises(NotAllowed):
        asked(village, "mori")


def test_the_desk_does_not_ask_itself_and_a_company_takes_no_thread(village: Village) -> None:
    with pytest.raises(NotAllowed):
        asked(village, "sato")
    with pytest.raises(NotAllowed):
        operations.take(village.people["suzuki"], asked(village).thread, LATER)


def test_a_colleague_takes_it_over(village: Village) -> None:
    thread, sato = asked(village).thread, village.people["sato"]
    operations.take(sato, thread, LATER)
    with pytest.raises(Unchanged):
        operations.take(sato, thread, LATER)

    assert queries.find(sato, thread.pk).assignee == sato
    assert queries.waiting(sato).exists(), "taking it is no answer"


def test_a_question_about_an_incident_stands_in_its_history_and_goes_with_it(village: Village) -> None:
    suzuki, sato = village.people["suzuki"], village.people["sato"]
    thread = asked(village, about=About(village.incident)).thread

    assert village.incident.changes.get(field="consulted").after == "画面が消えない"
    assert thread.card == village.incident.kind
    assert list(queries.about(sato, village.incident)) == [thread]
    with pytest.raises(UnknownIncident):
        operations.ask(suzuki, village.blue, "x", "x", NOW, about=About(village.other))


def test_a_thread_is_found_from_the_incident_that_took_its_incident_over(village: Village) -> None:
    record([story(7, 8, tenant="101")], NOW)
    younger = Incident.objects.filter(tenant="101").exclude(pk=village.incident.pk).get()
    thread = asked(village, about=About(younger)).thread
    join(village.people["sato"], village.incident, younger, LATER)
    whole = Incident.objects.get(tenant="101", merged_into=None)

    assert list(queries.about(village.people["sato"], whole)) == [thread]


def test_everything_said_is_in_the_trail_without_its_words(village: Village) -> None:
    thread = asked(village).thread
    operations.write(village.people["sato"], thread, "秘密の答え", LATER, address="192.0.2.1")

    rows = AuditEntry.objects.filter(action__startswith="thread.").order_by("id")
    assert [(row.actor, row.action, row.tenant, row.address) for row in rows] == [
        ("suzuki", "thread.asked", "101", ""),
        ("sato", "thread.answered", "101", "192.0.2.1"),
    ]
    assert not any("秘密" in str(row.detail) for row in rows)


@pytest.mark.parametrize(("text", "problem"), [(" \r\n ", NothingSaid), ("あ" * 4001, TooLong)])
def test_nothing_and_too_much_are_not_taken(village: Village, text: str, problem: type[Exception]) -> None:
    thread = asked(village).thread
    with pytest.raises(problem):
        operations.write(village.people["suzuki"], thread, text, LATER)

    assert thread.posts.count() == 1


def test_a_photo_is_kept_under_a_name_nobody_guesses(village: Village, tmp_path: Path) -> None:
    post = asked(village, upload=Upload("..\\画面.exe", PNG, tmp_path / "photos"))
    kept = Attachment.objects.get(post=post)

    assert (kept.name, kept.media_type, kept.size) == ("画面.png", "image/png", len(PNG))
    assert (tmp_path / "photos" / kept.key).read_bytes() == PNG
    assert queries.attachment(village.people["sato"], kept.pk) == kept
    for who in ("tanaka", "local", "office"):
        with pytest.raises(UnknownThread):
            queries.attachment(village.people[who], kept.pk)


def test_a_photo_on_a_note_of_the_desk_is_the_desks(village: Village, tmp_path: Path) -> None:
    sato, thread = village.people["sato"], asked(village).thread
    note = operations.write(sato, thread, "x", LATER, internal=True, upload=Upload("a.png", PNG, tmp_path))

    assert queries.attachment(sato, note.attachment.pk)
    with pytest.raises(UnknownThread):
        queries.attachment(village.people["suzuki"], note.attachment.pk)


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"<svg xmlns=", b"GIF89a", b"", b"\x89PNG", b" %PDF-1.7"])
def test_what_is_no_picture_is_not_taken_whatever_it_is_called(
    village: Village, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(NotAPicture):
        asked(village, upload=Upload("photo.png", content, tmp_path))

    assert list(tmp_path.iterdir()) == []
    assert not queries.threads(village.people["suzuki"]).exists(), "nothing is half asked"


def test_what_is_too_large_is_not_taken() -> None:
    assert media_type(b"\xff\xd8\xff" + bytes(LARGEST - 3)) == "image/jpeg"
    with pytest.raises(TooLarge):
        media_type(b"\xff\xd8\xff" + bytes(LARGEST))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("請求書\u202egpj.exe", "請求書gpj.pdf"),
        ('a"\r\nX: y.png', "aX y.pdf"),
        ("...", "file.pdf"),
        ("長" * 300, "長" * 116 + ".pdf"),
    ],
)
def test_a_files_name_does_nothing(given: str, shown: str) -> None:
    assert name_of(given, "application/pdf") == shown


def test_an_earlier_answer_is_offered_without_who_asked(village: Village) -> None:
    sato, first = village.people["sato"], asked(village, about=About(village.incident)).thread
    host = village.incident.host or village.incident.address
    operations.write(
        sato, first, f"鈴木様、青空半導体の{host}を抜いてください。青空商事、s@c101.example.jpへ。10.1.2.3も", LATER
    )
    operations.write(sato, first, "内緒", LATER, internal=True)

    offered = queries.earlier_answers(sato, village.incident.kind)

    assert [anonymous(post.text, names_of(post.thread.tenant)) for post in offered] == [
        "〇〇様、〇〇の〇〇を抜いてください。〇〇、〇〇へ。〇〇も"
    ]
    assert [len(queries.earlier_answers(sato, "", words)) for words in ("抜いて", "画面が", "猫", "")] == [1, 1, 0, 0]
    for who in ("suzuki", "tanaka", "local", "office"):
        assert queries.earlier_answers(village.people[who], village.incident.kind) == []


def test_a_short_latin_name_takes_no_other_words_with_it() -> None:
    said = anonymous("pc-1のPC-10とSPC-1。鈴木様の鈴木山", ["PC-1", "鈴木", "x", ""])

    assert said == "〇〇のPC-10とSPC-1。〇〇様の〇〇山"
