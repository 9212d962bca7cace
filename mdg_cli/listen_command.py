"""`mdg listen`: what is heard in files, before anything is made of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mdg_core.listening import Heard

_LABEL = 12


def register(app: typer.Typer) -> None:
    app.command("listen")(listen)


def listen(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="MIDI files, .grid files and scores.", show_default=False)
    ],
    note_map: Annotated[
        str | None, typer.Option("--map", metavar="MAP", help="Which drum each pitch is: a map's name or a .map file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")] = False,
) -> None:
    """Say what is heard in files: the main groove, tempo, metre, swing, dynamics, and what is doubtful.

    What a file cannot show is "not shown", in JSON null. Swing is the percent of the long note of a pair.
    """
    from mdg_core.listening import hear_file
    from mdg_core.maps import named_map

    chosen = named_map(note_map) if note_map is not None else None
    heard = [one for file in files for one in hear_file(file, note_map=chosen)]
    if as_json:
        typer.echo(json.dumps({"files": [one.to_json() for one in heard]}, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n\n".join("\n".join(_lines(one)) for one in heard))
    if any(one.error for one in heard):
        raise typer.Exit(1)


def _lines(heard: Heard) -> Iterator[str]:
    """A report for a person: what the file is, its main groove, the numbers, and every doubt."""
    yield heard.file
    if heard.error:
        yield f"  cannot be heard: {heard.error}"
        return
    metres = ", ".join(f"{found.bars} bar{'' if found.bars == 1 else 's'} of {found.metre}" for found in heard.metres)
    yield _line("tempo", _tempo(heard))
    yield _line("metre", metres or None)
    yield _line("eighths", _swing(heard.swing_eighths))
    yield _line("sixteenths", _swing(heard.swing_sixteenths))
    yield _line("ghost notes", None if heard.ghost_share is None else f"{heard.ghost_share:.0%} of the snare's strokes")
    yield _line("dynamics", "as played" if heard.shows_dynamics else None)
    yield _line("timing", _timing(heard))
    yield _line("strokes", ", ".join(f"{voice} {count}" for voice, count in heard.hits.items()))
    if heard.map is not None:
        yield _line("map", f"{heard.map}, certainty {heard.certainty:.2f}")
    for warning in heard.warnings:
        yield _line("note", warning)
    if heard.groove is not None:
        yield ""
        yield from (f"  {row}" for row in heard.groove.drawn().splitlines())


def _line(label: str, value: str | None) -> str:
    return f"  {label:<{_LABEL}} {value if value is not None else 'not shown by this file'}"


def _tempo(heard: Heard) -> str | None:
    if heard.tempo is None:
        return None
    beats = "dotted quarters" if heard.counts_dotted_beats else "beats"
    return f"{heard.tempo:g} {beats} a minute"


def _swing(percent: float | None) -> str | None:
    if percent is None:
        return None
    return "straight" if abs(percent - 50) < 1 else f"swing {percent:.0f} %"


def _timing(heard: Heard) -> str | None:
    if heard.follows_grid is False:
        return f"not surely on the file's beat (grid fit {heard.grid_fit:.2f})"
    if not heard.shows_timing:
        return None
    shift = f", {heard.shift_ms:+.0f} ms as a whole" if heard.shift_ms else ""
    return f"as played (grid fit {heard.grid_fit:.2f}{shift})"
