"""The command `mdg`: its options, and how errors reach a person."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from mdg_cli import (
    bench_command,
    costs_command,
    demo,
    generate_commands,
    humanize_command,
    keys_commands,
    listen_command,
    research_commands,
    stack_commands,
    try_llm,
)
from mdg_core import endings
from mdg_core.errors import MdgError, UsageError

app = typer.Typer(
    help="Researches how an artist's drummer plays and generates drum MIDI in that style.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for commands in (
    stack_commands,
    research_commands,
    generate_commands,
    humanize_command,
    keys_commands,
    listen_command,
    costs_command,
    bench_command,
    demo,
    try_llm,
):
    commands.register(app)


def main() -> None:
    """Run the command line. Exits with 2 for wrong usage and 1 for failure, with the reason on stderr."""
    try:
        app()
    except UsageError as error:
        _exit(error, 2)
    except MdgError as error:
        _exit(error, 1)
    except Exception as error:
        said = endings.of_error(error, "what is being written")
        if said is None:
            raise
        _exit(said, 1)


def _print_version(wanted: bool) -> None:
    if wanted:
        from mdg_core.package import package_version

        installed = package_version()
        typer.echo(
            f"mdg {installed}" if installed else "mdg of a checkout that is not installed: python bootstrap.py setup"
        )
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Take the options that stand before the command."""


def _exit(error: MdgError | str, code: int) -> None:
    print(f"mdg: {error}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
