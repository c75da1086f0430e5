"""Where a deployment keeps its data: landing zone, lake and desk below one folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
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
    from hinomi.lake.landing import Landing

    return Landing(data_dir / "landing")


def lake(data_dir: Path) -> Lake:
    """Loaded when it is asked for: who registers a company opens no lake, and is spared a second."""
    from hinomi.lake.lake import Lake

    return Lake(data_dir / "lake")
