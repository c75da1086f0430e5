"""``hinomi tenant``: the companies that are watched."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from hinomi.app import place
from hinomi.app.data import open_desk


@click.group()
def command() -> None:
    """見守る企業の登録 (companies)."""


@command.command()
@click.argument("uid")
@click.option("--name", required=True, help="企業名 (company name)")
@click.option("--sector", help="業種 (sector)")
@click.option("--timezone", help="時間帯、例 Asia/Tokyo (time zone)")
@click.option("--employees", type=click.IntRange(0), help="従業員数 (employees)")
@click.option("--endpoints", type=click.IntRange(0), help="端末台数 (endpoints)")
@click.option("--vendor-contact", help="機器の導入ベンダーの連絡先 (whom the company calls about its devices)")
@place.data_dir_option
def add(uid: str, name: str, data_dir: Path, **given: str | int | None) -> None:
    """企業を登録します。同じ UID なら、指定した項目だけを直します (register a company, or correct what is given)."""
    open_desk(data_dir)
    from hinomi.tenants import operations

    fields = {field: value for field, value in given.items() if value is not None}
    tenant = operations.register_tenant(uid, name, now=datetime.now(UTC), **fields)  # type: ignore[arg-type]
    click.echo(f"{tenant.uid} ({tenant.name}) を登録しました (registered).", err=True)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="1 行 1 企業の JSON (a JSON object a line)")
@place.data_dir_option
def list_(as_json: bool, data_dir: Path) -> None:
    """企業の一覧 (the companies that are watched)."""
    open_desk(data_dir)
    from hinomi.tenants.models import Tenant

    fields = ("uid", "name", "sector", "timezone", "employees", "endpoints")
    for row in Tenant.objects.values(*fields):
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else f"{row['uid']}\t{row['name']}\t{row['sector']}")
