"""The command line: one file a command in ``app/commands``, loaded only when it is asked for."""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads would wait busily for work that never comes
COMMANDS = Path(__file__).with_name("commands")


class Commands(click.Group):
    """Subcommands by file name; a file defines ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(
            path.stem.rstrip("_")
            for path in COMMANDS.glob("[a-z]*.py")
            if not path.stem.startswith(("test_", "conftest"))
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        suffix = "" if (COMMANDS / f"{cmd_name}.py").exists() else "_"
        command: click.Command = import_module(f"hinomi.app.commands.{cmd_name}{suffix}").command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hinomi")
def hinomi() -> None:
    """火の見 — 小さな会社のネットワークを見守る火の見櫓 (a lookout tower for small companies' networks)."""


def main() -> None:
    """Run the command line; exit status 0, 1 (it failed and says why) or 2 (wrong usage)."""
    try:
        status = hinomi(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("中断しました (interrupted).", err=True)
        sys.exit(130)
    except Exception as error:
        from hinomi.app.problems import explain, is_wrong_usage

        message = explain(error)
        if message is None:
            raise
        click.echo(message, err=True)
        sys.exit(2 if is_wrong_usage(error) else 1)
