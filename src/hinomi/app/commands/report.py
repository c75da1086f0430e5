"""``hinomi report``: a company's report as a file."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hinomi.app import place
from hinomi.app.data import open_desk
from hinomi.app.month import MonthName
from hinomi.study.months import Month

if TYPE_CHECKING:
    from hinomi.deliver.schedule.delivery import Due

FORMATS = (".pdf", ".xlsx", ".json")


class Output(click.ParamType[Path]):
    """A file to write, whose ending says what it is to be."""

    name = "FILE.pdf|.xlsx|.json"

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if path.suffix.lower() not in FORMATS:
            self.fail(
                f"「{path.name}」の拡張子が違います。.pdf、.xlsx、.json のどれかにしてください "
                "(it must end in .pdf, .xlsx or .json).",
                param,
                ctx,
            )
        if not path.absolute().parent.is_dir():
            self.fail(f"フォルダ {path.absolute().parent} がありません (no such folder).", param, ctx)
        return path


@click.group()
def command() -> None:
    """企業に渡す報告書 (reports for a company)."""


@command.command()
@click.option("--tenant", required=True, help="企業 (company)")
@click.option("--month", required=True, type=MonthName(), help="月 (month)")
@click.option("--output", required=True, type=Output(), help="書き出すファイル (file to write)")
@place.data_dir_option
def monthly(tenant: str, month: Month, output: Path, data_dir: Path) -> None:
    """一社の月次レポートを作ります (writes a company's monthly report)."""
    now = datetime.now(UTC)
    lake = place.lake(open_desk(data_dir))
    from hinomi.deliver.report.desk import monthly as gathered
    from hinomi.tenants import queries
    from hinomi.tenants.problems import UnknownTenant

    try:
        company = queries.tenant(tenant)
    except UnknownTenant as problem:
        raise click.BadParameter(str(problem), param_hint="--tenant") from problem
    if month > Month.of(now.astimezone(company.zone).date()):
        raise click.BadParameter(f"{month} はまだ来ていません (that month has not come yet).", param_hint="--month")
    report = gathered(lake, company, month, now=now)
    if output.suffix.lower() == ".pdf":
        from hinomi.deliver.report.pdf import monthly_pdf as written
    elif output.suffix.lower() == ".xlsx":
        from hinomi.deliver.report.workbook import monthly_xlsx as written
    else:
        from hinomi.deliver.report.document import monthly_json as written
    output.write_bytes(written(report))
    click.echo(f"{output} に書きました (written): {company.name} {month.ja}", err=True)


@command.command()
@click.option("--dry-run", is_flag=True, help="送るはずのものを示すだけで、何も送りません (show only)")
@place.data_dir_option
def deliver(dry_run: bool, data_dir: Path) -> None:
    """予定の来た月次レポートと週のまとめを、送信待ちに入れます (queues monthly reports and digests that are due).

    JSON の行で示します (a JSON line each). 動いている hinomi serve は、これを自分で行います (serve does so itself).
    """
    now = datetime.now(UTC)
    lake = place.lake(open_desk(data_dir))
    from hinomi.deliver.schedule import delivery

    queued = 0
    for one in delivery.due(now):
        if one.is_wanted:
            click.echo(json.dumps(outline(one, now), ensure_ascii=False))
        if not dry_run:
            queued += delivery.deliver_one(lake, one, now)
    if not dry_run:
        click.echo(f"{queued} 通を送信待ちに入れました (queued).", err=True)


def outline(one: "Due", now: datetime) -> dict[str, object]:
    """What would go out to whom."""
    return {
        "tenant": one.tenant.pk,
        "about": one.about,
        "period": one.period.name,
        "due": one.period.due.isoformat(),
        "late": one.period.is_late(now),
        "recipients": [reader.address for reader in one.recipients],
    }
