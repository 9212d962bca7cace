"""`mdg generate --form`: a whole song on disk."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from mdg_cli.unknown_artist import as_stood_in, settle
from mdg_core.errors import UsageError

if TYPE_CHECKING:
    from mdg_cli.unknown_artist import StandIn
    from mdg_core.settings import Settings
    from mdg_drummer.request import SongRequest


def refuse_beside_form(given: Mapping[str, bool]) -> None:
    """Raises UsageError naming the option of a clip that a song has no use for."""
    for option, is_given in given.items():
        if is_given:
            raise UsageError(f"{option} does not go with --form: a form makes one song, of sections by templates")


def song(
    request: SongRequest, settings: Settings, *, split_sections: bool, quiet: bool
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The result and the files by name. Raises MdgError."""
    from mdg_cli.running_api import song_of_running
    from mdg_drummer.naming import file_name
    from mdg_drummer.stored import Written, section_file

    result = song_of_running(request, settings) or _made_here(request, settings, quiet=quiet)
    files = {"song": base64.b64decode(result["midi"])}
    for part in result["sections"] if split_sections else ():
        name = f"{part['index']:02d}-{part['name'].replace(' ', '-')}"
        files[name] = section_file(result, part["index"], Written(split=request.split))
    return result, {file_name(result["artist_key"], result["seed"], name, data): data for name, data in files.items()}


def _made_here(request: SongRequest, settings: Settings, *, quiet: bool) -> dict[str, Any]:
    from mdg_cli.generate_commands import make
    from mdg_core.store.session import open_database

    with open_database(settings) as conn:
        request, stand_in = settle(conn, request, settings, quiet=quiet)
        return _of_style(request, stand_in) if stand_in else make(conn, request, settings, quiet=quiet)[0]


def _of_style(request: SongRequest, stand_in: StandIn) -> dict[str, Any]:
    """The result in the stand-in's style, which is not stored."""
    from uuid import uuid4

    from mdg_drummer.song import make_song
    from mdg_drummer.songfile import song_result
    from mdg_serving.generation.service import drawn_seed

    request = as_stood_in(request)
    seed = drawn_seed() if request.seed is None else request.seed
    made = make_song(stand_in.library, request, request.sections, seed)
    result, _ = song_result(uuid4(), made, stand_in.library.profile, request, seed)
    return stand_in.mark(result) | {"generation_id": None}


def print_song(result: Mapping[str, Any], paths: list[Path], *, as_json: bool) -> None:
    if as_json:
        told = {name: value for name, value in result.items() if name != "midi"}  # it is the first file
        typer.echo(json.dumps(told | {"files": [str(path) for path in paths]}, indent=2, ensure_ascii=False))
        return
    typer.echo(
        f"{result['name']}: {result['bars']} bars of {result['time_signature']} "
        f"at {result['tempo']:g} bpm, seed {result['seed']}"
    )
    for part in result["sections"]:
        typer.echo(
            f"{part['first_bar']:4d}  {part['name']:<10} {part['bars']:3d} bars, {part['strokes_a_bar']:4.1f} strokes "
            f"a bar, based on {part['based_on']}"
        )
    for note in result["notes"]:
        typer.echo(f"note: {note}")
    for path in paths:
        typer.echo(str(path))
