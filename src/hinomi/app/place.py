"""Where a deployment keeps its data: landing zone, lake and desk below one folder."""

from pathlib import Path

import click

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    envvar="HINOMI_DATA_DIR",
    show_default=True,
    help="データを置くフォルダ (folder that holds everything)",
)


def landing(data_dir: Path) -> Landing:
    return Landing(data_dir / "landing")


def lake(data_dir: Path) -> Lake:
    return Lake(data_dir / "lake")
