"""``hinomi demo``: the programme of 43 companies, replayed from raw device logs."""

import os
from pathlib import Path

import click

from hinomi.app import place

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command()
@click.option("--serve/--no-serve", default=True, help="続けてコンソールを開く (then serve the console)")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True)
@click.option(
    "--planted",
    type=int,
    metavar="SEED",
    help="攻撃20件と紛らわしい動きを植え込む。表は報告書と同じになりません "
    "(plant twenty incidents and noise, drawn by this seed; the table is then not the study's)",
)
@place.data_dir_option
def command(serve: bool, host: str, port: int, planted: int | None, data_dir: Path) -> None:
    """43社の調査を生ログから再現し、検知の表を出します (replay the study of 43 companies from raw logs).

    何度実行しても、数は増えません (running it again changes nothing).
    """
    welcome(host)
    from hinomi.app.replay import replay, sign_in_link

    replay(data_dir, planted)
    if planted is not None:
        show_planted(planted)
    show_table(data_dir)
    if serve:
        from hinomi.app.serve import Deployment
        from hinomi.app.serve import serve as run

        def ready() -> None:
            click.echo(f"\nコンソール (console): http://{host}:{port}/", err=True)
            click.echo(f"一度だけ使えるサインイン (one-time sign-in): {sign_in_link(host, port)}", err=True)
            if os.environ.get("HINOMI_REQUIRE_SECOND_FACTOR") == "0":
                click.echo("このデモでは二要素認証を求めません (no second factor asked in this demo).", err=True)
            click.echo("止めるには Ctrl+C (stop with Ctrl+C)。", err=True)

        run(Deployment(data_dir, host, port, ports=None, retain_days=None), ready)


def show_planted(seed: int) -> None:
    """What a person should find in the console."""
    from hinomi.demo.planted import plant

    for one in plant(seed).incidents:
        click.echo(f"{one.begin:%Y-%m-%d %H:%M}  {one.tenant}  {', '.join(sorted(one.names))}: {one.plot}", err=True)


def welcome(host: str) -> None:
    """Invented companies on one's own machine: a newcomer needs no telephone. Unless the operator says otherwise."""
    if host in LOOPBACK:
        os.environ.setdefault("HINOMI_REQUIRE_SECOND_FACTOR", "0")


def show_table(data_dir: Path) -> None:
    from hinomi.app.commands.study import command as study

    study.main(["table", "detections", "--data-dir", str(data_dir)], standalone_mode=False)
