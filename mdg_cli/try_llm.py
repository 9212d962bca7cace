"""`mdg try-llm`: a clip by each language model that is set up with its cost and time, or why there is none."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from mdg_core.settings import Settings
    from mdg_core.store.connect import Connection
    from mdg_llm.base import ProviderName

ARTIST = "Clyde Stubblefield"
BARS = 4


def register(app: typer.Typer) -> None:
    app.command("try-llm")(try_llm)


def try_llm() -> None:
    """Ask each language model that is set up for one clip of a demo artist; exit 1 if one gave none."""
    from mdg_core.settings import load_settings
    from mdg_core.store.connect import connect
    from mdg_core.store.session import database

    settings = load_settings()
    if not settings.llm.configured:
        typer.echo("\n".join(_how_to_set_up()))
        return
    with database(settings) as url:
        _know_the_artist(url)
        with connect(url) as conn:
            failed = [name for name in settings.llm.configured if not _try(conn, settings, name)]
    if failed:
        raise typer.Exit(1)


def _how_to_set_up() -> Iterator[str]:
    from mdg_core.settings import KEY_VARIABLES

    yield "No language model is set up, so there is none to try; clips come from templates. Set one of these:"
    for name, variable in KEY_VARIABLES.items():
        yield f"  {variable:26} your key of {name}"
    yield f"  {'MDG_LLM__LOCAL__BASE_URL':26} the address of a local server, as http://127.0.0.1:11434/v1 of Ollama"


def _know_the_artist(url: str) -> None:
    """Research the artist from the demo library if nothing is known yet."""
    from mdg_cli.research_commands import research
    from mdg_core.artist import artist_key
    from mdg_core.store import profiles
    from mdg_core.store.connect import connect

    with connect(url) as conn:
        if profiles.current(conn, artist_key(ARTIST)) is not None:
            return
    os.environ["MDG_WEB__ENABLED"] = "false"  # the run is a process of its own that inherits it
    research(ARTIST)


def _try(conn: Connection, settings: Settings, name: ProviderName) -> bool:
    """Whether the model wrote the clip; prints it, or why not."""
    from mdg_cli.generate_commands import drawn, make
    from mdg_drummer.request import GenerationRequest

    request = GenerationRequest(artist=ARTIST, bars=BARS, variations=1, provider=name)
    began = time.monotonic()
    result, _ = make(conn, request, settings, quiet=False)
    typer.echo(f"{name}  {_figures(result, time.monotonic() - began)}")
    if result["provider"] == name:
        typer.echo(drawn(result, result["variations"][0]))
    for note in result["notes"]:
        typer.echo(f"note: {note}")
    for call in result["llm"]["calls"]:
        if call["failure"] and not any(call["error"] in note for note in result["notes"]):
            typer.echo(f"failed ({call['failure']}): {call['error']}")
    typer.echo("")
    return bool(result["provider"] == name)


def _figures(result: dict[str, Any], seconds: float) -> str:
    from mdg_cli.generate_commands import dollars

    tokens = {way: sum(call["tokens"][way] for call in result["llm"]["calls"]) for way in ("input", "output")}
    model = result["model"] or "no clip"
    return f"{model}  {seconds:.1f} s  {tokens['input']} tokens in, {tokens['output']} out  {dollars(result)}"
