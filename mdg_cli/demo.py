"""`mdg demo`: research an artist of the demo library, generate clips, show both, and stop what was started."""

from __future__ import annotations

import os
from pathlib import Path

import typer

ARTIST = "Clyde Stubblefield"
BARS, VARIATIONS, SEED = 4, 4, 7
OUT = Path("out")


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo() -> None:
    """Research a demo artist from the library alone, print the profile, and write four clips to out/."""
    from mdg_cli.generate_commands import generate
    from mdg_cli.research_commands import profile, research
    from mdg_core.settings import DEMO_LIBRARY, load_settings
    from mdg_core.store.session import database

    # the run is a process of its own that inherits them
    os.environ |= {"MDG_WEB__ENABLED": "false", "MDG_DEMO_LIBRARY": "true"}
    settings = load_settings()
    with database(settings):  # one server for all three, stopped at the end
        typer.echo(f"Library: {DEMO_LIBRARY}\nState:   {settings.home}\n")
        research(ARTIST)
        typer.echo("")
        profile(ARTIST)
        typer.echo("")
        generate([ARTIST], bars=BARS, variations=VARIATIONS, seed=SEED, provider="template", out=OUT)
