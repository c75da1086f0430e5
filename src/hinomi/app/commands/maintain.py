"""``hinomi maintain``: what ``hinomi serve`` does once an hour, now."""

from datetime import UTC, datetime
from pathlib import Path

import click

from hinomi.app import place
from hinomi.app.data import open_desk
from hinomi.app.tidying import tidy


@click.command()
@click.option("--retain-days", type=click.IntRange(1), help="これより古いログを消す (default: keep everything)")
@place.data_dir_option
def command(retain_days: int | None, data_dir: Path) -> None:
    """保存データの整理: まとめ直し、期限切れの削除 (compact, expire, sweep)."""
    open_desk(data_dir)
    kept = tidy(data_dir, retain_days, datetime.now(UTC))
    click.echo(
        f"{kept.compacted_groups} 組のファイルをまとめ直し、{kept.expired_files} ファイルを期限切れで外し、"
        f"{kept.swept_files} ファイルを消しました (groups of files compacted, files expired, files swept).",
        err=True,
    )
