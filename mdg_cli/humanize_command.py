"""`mdg humanize`: play the user's own clips with a person's, or an artist's, feel."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdg_core.errors import MdgError, UsageError
from mdg_core.shown import shown

if TYPE_CHECKING:
    from mdg_core.profile import Feel

_Amount = Annotated[float, typer.Option(min=0, max=1, help="0 leaves it as it is, 1 is as played.")]
MAX_FILE_BYTES = 10_000_000


def register(app: typer.Typer) -> None:
    app.command("humanize")(humanize)


def humanize(
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="MIDI clips.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder for the results; each keeps its file's name.")],
    like: Annotated[str | None, typer.Option(metavar="NAME", help="An artist who has been researched.")] = None,
    note_map: Annotated[
        str | None,
        typer.Option("--map", metavar="FILE|NAME", help="What the pitches mean: a map file or a map's name."),
    ] = None,
    deterministic: Annotated[
        bool, typer.Option("--deterministic", help="Play what is expected, draw nothing.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")] = 0,
    timing: _Amount = 1.0,
    velocity: _Amount = 1.0,
    keep_accents: Annotated[
        bool, typer.Option("--keep-accents", help="Leave the accents as loud as they are.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")] = False,
) -> None:
    """Play quantised clips as a drummer would: the same notes in the same order, moved and struck by a person.

    Without --like, people in general play; nothing else needs to run or to be researched for that. Which drum each
    pitch is, is heard from the file; --map says it: gm, roland_td, addictive_drums_2 and others, or a file of yours.
    """
    from mdg_core.home import write_whole
    from mdg_core.maps import named_map
    from mdg_drummer.humanise_file import humanise_file

    _check(files, out)
    known_map = named_map(note_map) if note_map is not None else None
    feels = _feels_of(like) if like is not None else []
    written: list[Path] = []
    problems: dict[str, str] = {}
    for file in files:
        try:
            played = humanise_file(
                _read(file),
                feels=feels,
                note_map=known_map,
                seed=seed,
                deterministic=deterministic,
                timing=timing,
                velocity=velocity,
                keep_accents=keep_accents,
            )
        except MdgError as error:
            problems[shown(file)] = str(error)
            continue
        write_whole(out / file.name, played)
        written.append(out / file.name)
    if as_json:
        typer.echo(json.dumps({"files": [shown(path) for path in written], "problems": problems}, indent=2))
    else:
        for path in written:
            typer.echo(shown(path))
        for name, problem in problems.items():
            typer.echo(f"mdg: {name}: {problem}", err=True)
    if problems:
        raise typer.Exit(1)


def _check(files: list[Path], out: Path) -> None:
    """Two inputs must not become one output, and no input its own output."""
    twice = [name for name, count in Counter(file.name for file in files).items() if count > 1]
    if twice:
        raise UsageError(f"two of the files are called {shown(twice[0])}: their results would overwrite each other")
    for file in files:
        if (out / file.name).resolve() == file.resolve():
            raise UsageError(f"--out {shown(out)} would overwrite {shown(file)}: choose another folder")


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise MdgError(f"larger than {MAX_FILE_BYTES:,} bytes")
        return file.read_bytes()
    except OSError as error:
        raise MdgError(str(error.strerror)) from error


def _feels_of(name: str) -> list[Feel]:
    from mdg_core.artist import artist_key, clean_name
    from mdg_core.settings import load_settings
    from mdg_core.store import profiles
    from mdg_core.store.session import open_database

    key = artist_key(name)
    with open_database(load_settings()) as conn:
        found = profiles.published(conn, key)
    if found is None:
        quoted = json.dumps(name, ensure_ascii=False)
        raise MdgError(f"there is no profile of {clean_name(name)} yet. Make one: mdg research {quoted}")
    if not any(feel.cells or feel.stated for feel in found.profile.feel):
        typer.echo(f"not enough evidence of {clean_name(name)}'s micro-timing: people in general play", err=True)
    return found.profile.feel
