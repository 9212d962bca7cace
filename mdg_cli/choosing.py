"""The question which of several artists of the same name is meant."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import typer

from mdg_core.store.identities import NONE_OF_THEM


def choose(name: str, candidates: Sequence[Mapping[str, str]]) -> str | None:
    """The MBID of the artist that the person at the terminal picks, or `NONE_OF_THEM`; None without a person."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    typer.echo(f"Several artists are called {name}. Which one do you mean?", err=True)
    for number, candidate in enumerate(candidates, 1):
        typer.echo(f"  {number}  {candidate['name']}: {candidate['description']}", err=True)
    typer.echo("  0  none of them: research the name as typed", err=True)
    while not 0 <= (picked := int(typer.prompt("Number", default=1, type=int, err=True))) <= len(candidates):
        typer.echo(f"Type a number from 0 to {len(candidates)}.", err=True)
    return candidates[picked - 1]["mbid"] if picked else NONE_OF_THEM
