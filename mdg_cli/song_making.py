"""`mdg generate --form`: a whole song on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from mdg_cli.unknown_artist import as_stood_in, settle
from mdg_core.errors import UsageError

if TYPE_CHECKING:
    from mdg_core.settings import Settings
    from mdg_core.store.connect import Connection
    from mdg_drummer.request import GenerationRequest


def refuse_beside_form(given: Mapping[str, bool]) -> None:
    """Raises UsageError naming the option of a clip that a song has no use for."""
    for option, is_given in given.items():
        if is_given:
            raise UsageError(f"{option} does not go with --form: a form makes one song, of sections by templates")


def song(
    conn: Connection, request: GenerationRequest, settings: Settings, form: str, *, split_sections: bool, quiet: bool
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The result and the files by name. Raises MdgError."""
    from mdg_drummer.naming import file_name
    from mdg_drummer.song import make_song
    from mdg_drummer.songfile import section_files, song_midi, song_result
    from mdg_drummer.songform import parse_form
    from mdg_serving.generation.service import check, drawn_seed, library_for
    from mdg_serving.generation.tools import Tools

    sections = parse_form(form)
    request, stand_in = settle(conn, request, settings, quiet=quiet)
    if stand_in:
        request, library = as_stood_in(request), stand_in.library
    else:
        tools = Tools.of(settings)
        check(conn, request, tools)
        library = library_for(conn, request, tools.libraries)
    seed = drawn_seed() if request.seed is None else request.seed
    made = make_song(library, request, sections, seed)
    note_map = request.note_map
    midi = {"song": song_midi(made, note_map, count_in=request.count_in, split=request.split)}
    if split_sections:
        midi |= section_files(made, note_map, split=request.split)
    result = song_result(made, library.profile, request, seed)
    result = stand_in.mark(result) if stand_in else result
    return result, {file_name(result["artist_key"], seed, name, data): data for name, data in midi.items()}


def print_song(result: Mapping[str, Any], paths: list[Path], *, as_json: bool) -> None:
    if as_json:
        listed = [str(path) for path in paths]
        typer.echo(json.dumps({**result, "files": listed}, indent=2, ensure_ascii=False))
        return
    typer.echo(
        f"{result['artist']}: a song of {result['bars']} bars of {result['time_signature']} "
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
