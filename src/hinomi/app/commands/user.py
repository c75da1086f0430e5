"""``hinomi user``: the people who may look, and how they get in."""

from datetime import UTC, datetime
from pathlib import Path

import click

from hinomi.app import place
from hinomi.app.data import open_desk

ROLES = ("operator", "analyst", "programme", "member")
LINK = "/sign-in/link/"
"""Where the console takes a token; written out, for loading every page would keep a command waiting."""


@click.group()
def command() -> None:
    """利用者の登録とサインイン (people and sign-in)."""


@command.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="役割 (what this person may do)")
@click.option("--tenant", help="企業担当者 (member) の企業 (a member's company)")
@click.option("--full-name", default="", help="画面での名前 (shown name)")
@place.data_dir_option
def add(name: str, role: str, tenant: str | None, full_name: str, data_dir: Path) -> None:
    """利用者を作り、一度だけ使えるサインイン用リンクを出します (make a person; prints a one-time sign-in link)."""
    if (role == "member") != (tenant is not None):
        raise click.UsageError(
            "--tenant は --role member のときだけ、必ず付けてください (members have a tenant, staff have none)."
        )
    open_desk(data_dir)
    from hinomi.tenants import operations, queries
    from hinomi.tenants.roles import Role

    company = queries.tenant(tenant) if tenant else None
    operations.create_user(name, Role(role), now=datetime.now(UTC), tenant=company, name=full_name)
    show_link(name)


@command.command()
@click.argument("name")
@place.data_dir_option
def link(name: str, data_dir: Path) -> None:
    """サインイン用リンクを出し直します。パスワードを忘れた人にも (another one-time sign-in link)."""
    open_desk(data_dir)
    show_link(name)


@command.command()
@click.argument("name")
@place.data_dir_option
def close(name: str, data_dir: Path) -> None:
    """利用者を停止します。記録は残ります (let this person in no more; their history stays)."""
    open_desk(data_dir)
    from hinomi.tenants import operations, queries

    operations.close_account(queries.user_named(name), datetime.now(UTC))
    click.echo(f"{name} を停止しました (closed).", err=True)


@command.command()
@click.argument("name")
@place.data_dir_option
def reopen(name: str, data_dir: Path) -> None:
    """停止した利用者を戻します (let this person in again)."""
    open_desk(data_dir)
    from hinomi.tenants import operations, queries

    operations.reopen_account(queries.user_named(name), datetime.now(UTC))
    click.echo(f"{name} を戻しました (reopened).", err=True)


@command.command("list")
@place.data_dir_option
def list_(data_dir: Path) -> None:
    """利用者の一覧: 名前、役割、企業、状態、表示名 (name, role, company, open or closed, shown name)."""
    open_desk(data_dir)
    from hinomi.tenants.models import Membership

    for row in Membership.objects.select_related("user").order_by("user__username", "role", "tenant"):
        state = "open" if row.user.is_active else "closed"
        click.echo("\t".join((row.user.username, row.role, row.tenant_id or "-", state, row.user.name)))


def show_link(name: str) -> None:
    from django.conf import settings

    from hinomi.tenants import operations, queries

    token = operations.issue_sign_in_link(queries.user_named(name), datetime.now(UTC))
    click.echo(f"{settings.BASE_URL}{LINK}{token}")
    hours = operations.LINK_LIFETIME.total_seconds() / 3600
    click.echo(f"このリンクは {hours:.0f} 時間以内に一度だけ使えます (works once, within {hours:.0f} hours).", err=True)
