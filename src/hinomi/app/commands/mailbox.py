"""``hinomi mailbox``: alert mail out of a mailbox, into the lake."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from hinomi.app import intake, place
from hinomi.app.correlating import follow
from hinomi.app.data import open_desk
from hinomi.app.lookout import lookout
from hinomi.net import imap
from hinomi.pipeline.collect import mailbox
from hinomi.pipeline.run import River, drain


@click.group()
def command() -> None:
    """機器からのアラートメール (alert mail of devices)."""


@command.command()
@click.option("--maildir", type=click.Path(path_type=Path), help="この機械の Maildir (a Maildir on this machine)")
@click.option("--imap", "url", metavar="URL", help=f"IMAP の受信箱 (a mailbox elsewhere): {imap.EXAMPLE}")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="IMAP のパスワードを書いたファイル。なければ環境変数 HINOMI_MAILBOX_PASSWORD (file with the password)",
)
@click.option("--tenant", help="企業。省くと宛先 TENANT+SENSOR@… から決まる (company; else by the recipient)")
@click.option("--sensor", help="センサー (sensor)")
@click.option("--every", type=click.IntRange(min=10), help="この秒数ごとに見に行く (look again every so many seconds)")
@place.data_dir_option
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で (machine-readable result)")
def pull(
    maildir: Path | None,
    url: str | None,
    password_file: Path | None,
    tenant: str | None,
    sensor: str | None,
    every: int | None,
    data_dir: Path,
    as_json: bool,
) -> None:
    """届いたメールを取り込み、既読にします (take what has arrived, and mark it as read).

    保存できてから既読になります。二度取り込んでも二重には数えません (marked once safe; never counted twice).
    """
    if (maildir is None) == (url is None):
        raise click.UsageError("--maildir か --imap のどちらか一つを書いてください (give one of them).")
    if (tenant is None) != (sensor is None):
        raise click.UsageError("--tenant と --sensor は両方書いてください (give both).")
    look = looker(maildir, url, password_file)
    while True:
        pulled = once(look, tenant, sensor, data_dir, as_json=as_json)
        if every is None:
            raise click.exceptions.Exit(1 if pulled.left else 0)
        time.sleep(every)


Look = Callable[[mailbox.Intake], mailbox.Pulled]


def looker(maildir: Path | None, url: str | None, password_file: Path | None) -> Look:
    if maildir is not None:
        folder = maildir
        return lambda taking: mailbox.pull_maildir(folder, taking)
    where = imap.parse(url or "")
    secret = password_file.read_text(encoding="utf-8").strip() if password_file else None
    password = secret or os.environ.get("HINOMI_MAILBOX_PASSWORD")
    if not password:
        raise click.UsageError("--password-file か HINOMI_MAILBOX_PASSWORD が要ります (a password is needed).")

    def look(taking: mailbox.Intake) -> mailbox.Pulled:
        with imap.opened(where, password) as box:
            return mailbox.pull_imap(box, taking)

    return look


def once(look: Look, tenant: str | None, sensor: str | None, data_dir: Path, *, as_json: bool) -> mailbox.Pulled:
    open_desk(data_dir)
    from hinomi.app.mail_routes import find, named
    from hinomi.app.worker import settle

    landing, lake = place.landing(data_dir), place.lake(data_dir)
    route = named(tenant, sensor) if tenant and sensor else None
    pulled = look(mailbox.Intake(landing, lambda: datetime.now(UTC).replace(tzinfo=None), route, find))
    river = River(landing, lake, lookout(data_dir))
    drain(river)
    follow(lake, river.lookout.rules, datetime.now(UTC))
    settle(lake, datetime.now(UTC))
    result = {"messages": pulled.messages, "left": pulled.left}
    tenants = sorted({header.tenant for header in pulled.headers})
    sums = [intake.totals(lake, uid, [h for h in pulled.headers if h.tenant == uid]) for uid in tenants]
    result |= {name: sum(one[name] for one in sums) for name in ("blocks", "events", "rejects", "findings")}
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        click.echo(
            f"{pulled.messages} 通を取り込み、{result['events']} 件のイベント、"
            f"{result['findings']} 件の検知になりました ({pulled.messages} messages).",
            err=True,
        )
    for problem in pulled.left:
        click.echo(f"残したメール (left): {problem}", err=True)
    return pulled
