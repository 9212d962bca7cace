"""`mdg keys add|list|revoke`: who may use the API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mdg_core.store.keys import KeyScope

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Name = Annotated[str, typer.Argument(help="What the key is called, such as the machine that will use it.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Make, list and revoke keys of the API.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_keys)
    group.command("revoke")(revoke)
    app.add_typer(group, name="keys")


def add(
    name: Name,
    scope: Annotated[
        str,
        typer.Option(help="read; generate: also clips and research; admin: everything, Dagster's pages too."),
    ] = "generate",
    as_json: AsJson = False,
) -> None:
    """Make a key and print it: it is shown this once, and only its hash is kept."""
    from mdg_core.settings import load_settings
    from mdg_core.store import keys
    from mdg_core.store.session import open_database

    wanted = _scope(scope)
    with open_database(load_settings()) as conn:
        key = keys.add(conn, name, wanted)
    if as_json:
        typer.echo(json.dumps({"name": name, "scope": wanted, "key": key}, indent=2))
    else:
        typer.echo(key)
        typer.echo(
            "Keep it: it cannot be shown again. Send it as X-API-Key; from now on every client needs a key.", err=True
        )


def list_keys(as_json: AsJson = False) -> None:
    """Show the keys in force, without their text."""
    from mdg_core.settings import load_settings
    from mdg_core.store import keys
    from mdg_core.store.session import open_database

    settings = load_settings()
    with open_database(settings) as conn:
        rows = keys.in_force(conn)
    if as_json:
        shown = [{"name": row.name, "scope": row.scope, "created_at": row.created_at.isoformat()} for row in rows]
        typer.echo(json.dumps({"keys": shown, "of_settings": len(settings.api_keys)}, indent=2))
        return
    for row in rows:
        typer.echo(f"{row.name:30} {row.scope:10} since {row.created_at:%Y-%m-%d}")
    if settings.api_keys:
        typer.echo(f"{len(settings.api_keys)} of MDG_API_KEYS, which may do everything")
    if not rows and not settings.api_keys:
        typer.echo("no keys: the API answers to this machine alone")


def revoke(name: Name) -> None:
    """End a key: within seconds nobody can use it any more."""
    from mdg_core.settings import load_settings
    from mdg_core.store import keys
    from mdg_core.store.session import open_database

    settings = load_settings()
    with open_database(settings) as conn:
        keys.revoke(conn, name)
        is_last = not settings.api_keys and not keys.in_force(conn)
    typer.echo(f"revoked {name}")
    if is_last:
        typer.echo("No key is left: programs on this machine need none now, and others are refused.", err=True)


def _scope(text: str) -> KeyScope:
    from mdg_core.errors import UsageError
    from mdg_core.store.keys import SCOPES

    for scope in SCOPES:
        if scope == text:
            return scope
    raise UsageError(f"there is no scope {text!r}: choose {', '.join(SCOPES)}")
