"""``hinomi notify``: the messages that tell people, and the mail server that mails go through."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import click

from hinomi.app import place
from hinomi.app.data import open_desk
from hinomi.net import mail

UNSET = (
    "HINOMI_SMTP_URL が設定されていないため、メールは送りません (no mail is sent while HINOMI_SMTP_URL is unset). "
    f"例 (example): {mail.EXAMPLE}"
)
TEST_SUBJECT = "【火の見】テストメール"
TEST_TEXT = """これは火の見からのテストメールです。このメールが読めれば、知らせのメールも届きます。
何もする必要はありません。

--
This is a test mail of hinomi. Nothing needs to be done.
"""


@click.group()
def command() -> None:
    """知らせのメールとチャット (messages that tell people)."""


@command.command()
@click.option("--to", "address", required=True, help="宛先のメールアドレス (address)")
@place.data_dir_option
def test(address: str, data_dir: Path) -> None:
    """テストメールを一通、すぐに送ります (send one test mail now)."""
    open_desk(data_dir)
    url = server_url()
    from hinomi.deliver.notify.outbox import message_id
    from hinomi.tenants.operations import record_audit

    now = datetime.now(UTC)
    letter = mail.Letter(address, TEST_SUBJECT, TEST_TEXT, message_id(uuid4().hex))
    try:
        with mail.connected(mail.Server.parse(url)) as session:
            session.send(letter, now)
    except mail.MailError as error:
        raise click.ClickException(str(error)) from error
    record_audit(actor=None, action="notification.test", now=now, detail={"to": address})
    click.echo(f"{address} に送りました。届いたかを確かめてください (sent; see whether it arrives).", err=True)


@command.command()
@place.data_dir_option
def send(data_dir: Path) -> None:
    """送信待ちのうち、時間が来たものをいま送ります (send what is due now)."""
    open_desk(data_dir)
    from hinomi.deliver.notify.models import Contact
    from hinomi.deliver.notify.operations import send_due

    if not Contact.objects.filter(removed=None).exclude(channel="mail").exists():
        server_url()

    sent = refused = 0
    while (done := send_due(datetime.now(UTC))).tried:
        sent, refused = sent + done.sent, refused + len(done.refused)
        for refusal in done.refused:
            click.echo(refusal, err=True)
        if done.problem:
            raise click.ClickException(done.problem)
    click.echo(f"{sent} 通を送りました。断られたもの {refused} 通 (sent; refused).", err=True)


@command.command("list")
@click.option("--tenant", help="企業 (company)")
@place.data_dir_option
def list_(tenant: str | None, data_dir: Path) -> None:
    """知らせの一覧を JSON の行で表示します (the outbox, a JSON line each, oldest first)."""
    open_desk(data_dir)
    from hinomi.deliver.notify.queries import outbox
    from hinomi.tenants import queries

    for row in outbox(queries.tenant(tenant) if tenant else None):
        shown = {
            "tenant": row.tenant_id,
            "about": row.about,
            "incident": row.incident_id,
            "recipient": row.recipient.username if row.recipient else None,
            "contact": row.contact.name if row.contact else None,
            "channel": row.channel,
            "address": row.address,
            "occasion": row.occasion or None,
            "severity_id": row.severity_id,
            "subject": row.subject,
            "key": row.key,
            "message_id": row.message_id,
            "state": row.state,
            "attempts": row.attempts,
            "created": moment(row.created),
            "next_attempt": moment(row.next_attempt) if row.state == "pending" else None,
            "sent_at": moment(row.sent_at),
            "acknowledged_at": moment(row.acknowledged_at),
            "last_error": row.last_error or None,
        }
        click.echo(json.dumps(shown, ensure_ascii=False))


@command.command()
@click.argument("name")
@click.argument("address")
@place.data_dir_option
def address(name: str, address: str, data_dir: Path) -> None:
    """利用者 NAME のメールアドレスを決めます。"" なら送りません (where this person gets mail; "" for nowhere)."""
    open_desk(data_dir)
    from hinomi.deliver.notify.recipients import set_address
    from hinomi.tenants import queries

    set_address(queries.user_named(name), address, datetime.now(UTC))
    click.echo(f"{name}: {address or 'メールを送りません (no mail)'}", err=True)


def server_url() -> str:
    """Raises ClickException where no server is set."""
    from django.conf import settings

    if not settings.SMTP_SECRET_URL:
        raise click.ClickException(UNSET)
    return str(settings.SMTP_SECRET_URL)


def moment(time: datetime | None) -> str | None:
    return time.astimezone(UTC).isoformat() if time else None
