"""A mail server that is away, slow to accept or badly named costs time, never a mail."""

import logging
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from hinomi.deliver.notify.conftest import NOW, Tell
from hinomi.deliver.notify.models import Notification, State
from hinomi.deliver.notify.operations import claim, enqueue, send_due
from hinomi.deliver.notify.post import Post
from hinomi.net.conftest import MailServer

SUZUKI, SATO = "suzuki@c101.example.jp", "sato@watch.example.jp"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def queued(server: MailServer, tell: Tell) -> MailServer:
    """An incident of which suzuki and sato are to be told."""
    tell()
    assert enqueue(NOW) == 2
    return server


def test_mails_wait_for_a_server_that_is_away(queued: MailServer) -> None:
    queued.stop()
    assert "HINOMI_SMTP_URL" in send_due(NOW).problem
    assert not send_due(NOW + MINUTE).tried, "it is not asked again at once"
    assert send_due(NOW + 2 * MINUTE).problem
    assert not send_due(NOW + 5 * MINUTE).tried, "and waits longer each time"

    queued.start()
    assert send_due(NOW + 6 * MINUTE).sent == 2

    assert sorted(queued.to) == [SATO, SUZUKI]
    assert set(Notification.objects.values_list("state", "attempts", "last_error")) == {(State.SENT, 3, "")}


def test_a_server_that_is_away_is_said_once_and_so_is_its_return(
    queued: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    post = Post()
    caplog.set_level(logging.INFO, "hinomi.notify")
    queued.stop()
    for minute in range(20):
        post.send_due(NOW + minute * MINUTE)
    assert [record.message.partition(" (")[0] for record in caplog.records] == [
        "知らせのメールは送信待ちです。送れるまで試みます"
    ]

    queued.start()
    post.send_due(NOW + 60 * MINUTE)
    post.send_due(NOW + 61 * MINUTE)
    assert [record.message.partition(" (")[0] for record in caplog.records[1:]] == [
        "メールサーバーに再びつながりました"
    ]


def test_a_mail_that_could_not_go_for_five_days_is_no_news(queued: MailServer) -> None:
    queued.stop()
    send_due(NOW)
    queued.start()

    assert not send_due(NOW + timedelta(days=5)).tried
    assert set(Notification.objects.values_list("state", flat=True)) == {State.EXPIRED}


def test_a_url_that_cannot_be_read_is_a_problem_and_loses_nothing(queued: MailServer, settings: Settings) -> None:
    settings.SMTP_SECRET_URL = "smtps://soc:pAssword@mail.example.jp"

    done = send_due(NOW)

    assert "from=" in done.problem
    assert "pAssword" not in done.problem
    assert set(Notification.objects.values_list("state", flat=True)) == {State.PENDING}


def test_a_person_the_server_does_not_know_keeps_nobody_waiting(queued: MailServer) -> None:
    queued.answers[SATO] = "550 no such user"

    done = send_due(NOW)

    assert (done.sent, queued.to) == (1, [SUZUKI])
    assert "550 no such user" in done.refused[0]
    refused = Notification.objects.get(recipient__username="sato")
    assert (refused.state, refused.last_error) == (State.REFUSED, done.refused[0])
    assert not send_due(NOW + 60 * MINUTE).tried


def test_a_server_that_says_later_is_asked_later(queued: MailServer) -> None:
    queued.answers[SATO] = "450 greylisted"
    assert (send_due(NOW).sent, send_due(NOW + MINUTE).tried) == (1, False)

    del queued.answers[SATO]

    assert send_due(NOW + 2 * MINUTE).sent == 1
    assert queued.to == [SUZUKI, SATO]


def test_a_server_that_closes_in_between_gets_the_rest_later(queued: MailServer) -> None:
    queued.answers[SATO] = queued.answers[SUZUKI] = "421 closing"
    assert "421" in send_due(NOW).problem
    assert not send_due(NOW + MINUTE).tried

    queued.answers.clear()

    assert send_due(NOW + 2 * MINUTE).sent == 2


def test_of_two_senders_one_has_the_mail(queued: MailServer) -> None:
    row = Notification.objects.get(recipient__username="sato")

    assert [claim(row, NOW), claim(row, NOW)] == [True, False]


def test_a_round_sends_no_more_than_it_is_told(queued: MailServer) -> None:
    assert [send_due(NOW, at_once=1).sent, send_due(NOW, at_once=1).sent, send_due(NOW).sent] == [1, 1, 0]
