"""``hinomi user``: the people who may look, and how they get in."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hinomi.app import place
from hinomi.app.data import open_desk

if TYPE_CHECKING:
    from hinomi.tenants.models import Tenant

ROLES = ("operator", "analyst", "programme", "member", "viewer")
LINK = "/sign-in/link/"
"""Where the console takes a token; written out, for loading every page would keep a command waiting."""
role_option = click.option("--role", type=click.Choice(ROLES), required=True, help="役割 (what this person may do)")
tenant_option = click.option(
    "--tenant", help="企業。member と viewer に要り、analyst はその企業だけになる (the company it is held in)"
)


@click.group()
def command() -> None:
    """利用者の登録とサインイン (people and sign-in)."""


@command.command()
@click.argument("name")
@role_option
@tenant_option
@click.option("--full-name", default="", help="画面での名前 (shown name)")
@click.option("--email", default="", help="メールアドレス (mail address)")
@place.data_dir_option
def add(name: str, role: str, tenant: str | None, full_name: str, email: str, data_dir: Path) -> None:
    """利用者を作り、一度だけ使えるサインイン用リンクを出します (make a person; prints a one-time sign-in link)."""
    check_place(role, tenant)
    open_desk(data_dir)
    from hinomi.tenants import operations
    from hinomi.tenants.roles import Role

    operations.create_user(name, Role(role), now=datetime.now(UTC), tenant=company(tenant), name=full_name, email=email)
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
@role_option
@tenant_option
@place.data_dir_option
def grant(name: str, role: str, tenant: str | None, data_dir: Path) -> None:
    """役割を与えます。同じ企業での前の役割と入れ替わります (give a role, over all companies or in one)."""
    check_place(role, tenant)
    open_desk(data_dir)
    from hinomi.tenants import people, queries
    from hinomi.tenants.roles import Role

    people.grant(None, queries.user_named(name), Role(role), tenant=company(tenant), now=datetime.now(UTC))
    click.echo(f"{name} に {role} を与えました (granted).", err=True)


@command.command()
@click.argument("name")
@role_option
@tenant_option
@place.data_dir_option
def withdraw(name: str, role: str, tenant: str | None, data_dir: Path) -> None:
    """役割を外します (take a role away)."""
    open_desk(data_dir)
    from hinomi.tenants import people, queries
    from hinomi.tenants.roles import Role

    people.withdraw(None, queries.user_named(name), Role(role), tenant=company(tenant), now=datetime.now(UTC))
    click.echo(f"{name} から {role} を外しました (withdrawn).", err=True)


@command.command()
@click.argument("name")
@place.data_dir_option
def close(name: str, data_dir: Path) -> None:
    """利用者を停止します。記録は残ります (let this person in no more; their history stays)."""
    open_desk(data_dir)
    from hinomi.tenants import people, queries

    people.close(None, queries.user_named(name), datetime.now(UTC))
    click.echo(f"{name} を停止しました (closed).", err=True)


@command.command()
@click.argument("name")
@place.data_dir_option
def reopen(name: str, data_dir: Path) -> None:
    """停止した利用者を戻します (let this person in again)."""
    open_desk(data_dir)
    from hinomi.tenants import people, queries

    people.reopen(None, queries.user_named(name), datetime.now(UTC))
    click.echo(f"{name} を戻しました (reopened).", err=True)


@command.command()
@click.argument("name")
@place.data_dir_option
def unlock(name: str, data_dir: Path) -> None:
    """失敗が続いたあとの一時停止を解きます (end the pause after too many failures)."""
    open_desk(data_dir)
    from hinomi.tenants import people, queries

    people.unlock(None, queries.user_named(name), datetime.now(UTC))
    click.echo(f"{name} の一時停止を解きました (unlocked).", err=True)


@command.command("reset-second-factor")
@click.argument("name")
@place.data_dir_option
def reset_second_factor(name: str, data_dir: Path) -> None:
    """認証アプリ・パスキー・回復コードを取り消します。なくした人に (for somebody who lost their second factor)."""
    open_desk(data_dir)
    from hinomi.tenants import people, queries

    people.reset_second_factor(None, queries.user_named(name), datetime.now(UTC))
    click.echo(f"{name} の二要素認証を取り消しました (second factor reset).", err=True)


@command.command("list")
@place.data_dir_option
def list_(data_dir: Path) -> None:
    """利用者の一覧: 名前、役割、企業、状態、表示名 (name, role, company, open or closed, shown name)."""
    open_desk(data_dir)
    from hinomi.tenants.models import Membership

    for row in Membership.objects.select_related("user").order_by("user__username", "role", "tenant"):
        state = "open" if row.user.is_active else "closed"
        click.echo("\t".join((row.user.username, row.role, row.tenant_id or "-", state, row.user.name)))


def check_place(role: str, tenant: str | None) -> None:
    """Raises UsageError for a role that cannot be held there."""
    if (role in ("member", "viewer") and not tenant) or (role in ("operator", "programme") and tenant):
        raise click.UsageError(
            "--tenant は member と viewer に必ず要り、operator と programme には付けられません "
            "(people of a company need a tenant, operators and the programme office have none)."
        )


def company(uid: str | None) -> "Tenant | None":
    from hinomi.tenants import queries

    return queries.tenant(uid) if uid else None


def show_link(name: str) -> None:
    from django.conf import settings

    from hinomi.tenants import operations, queries

    token = operations.issue_sign_in_link(queries.user_named(name), datetime.now(UTC))
    click.echo(f"{settings.BASE_URL}{LINK}{token}")
    hours = operations.LINK_LIFETIME.total_seconds() / 3600
    click.echo(f"このリンクは {hours:.0f} 時間以内に一度だけ使えます (works once, within {hours:.0f} hours).", err=True)
