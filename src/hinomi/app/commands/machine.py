"""``hinomi machine``: which of a company's machines matter more than others; an incident on one is more urgent."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from hinomi.app import place
from hinomi.app.data import open_desk

ROLES = ("server", "factory", "president")


@click.group()
def command() -> None:
    """大事な機械 (machines that matter more: servers, factory terminals, the president's PC)."""


@command.command("set")
@click.argument("name")
@click.option("--tenant", required=True, help="企業 (company)")
@click.option(
    "--role",
    required=True,
    type=click.Choice([*ROLES, "none"]),
    help="server: サーバー、factory: 工場の端末(EDRがなくても知らせない; not missed by the EDR)、"
    "president: 経営者のPC、none: 取り消す (take it back)",
)
@place.data_dir_option
def set_(name: str, tenant: str, role: str, data_dir: Path) -> None:
    """機械の役割を決めます。NAME は機器が書く名前かIPアドレス (NAME: a host name or address as sensors write it)."""
    open_desk(data_dir)
    from hinomi.tenants import operations, queries
    from hinomi.tenants.models import MachineRole

    stated = None if role == "none" else MachineRole(role)
    if not operations.state_role(queries.tenant(tenant), name, stated, datetime.now(UTC)):
        click.echo("すでにそうなっています (it is so already).", err=True)
        return
    click.echo("決めました。次に検知が加わったときから効きます (stated; from the next finding on).", err=True)


@command.command("list")
@click.option("--tenant", required=True, help="企業 (company)")
@place.data_dir_option
def list_(tenant: str, data_dir: Path) -> None:
    """役割を決めた機械を JSON の行で表示します (machines with a role, a JSON line each)."""
    open_desk(data_dir)
    from hinomi.tenants import queries

    for name, role in sorted(queries.machine_roles(queries.tenant(tenant).uid).items()):
        click.echo(json.dumps({"tenant": tenant, "machine": name, "role": role}, ensure_ascii=False))
