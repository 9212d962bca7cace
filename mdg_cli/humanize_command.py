"""`mdg humanize`: play the user's own clips with a person's, or an artist's, feel."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdg_core.errors import MdgError, UsageError

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

    Without --like, people in general play; nothing else needs to run or to be researched for that.
    """
    from mdg_core.home import write_whole
    from mdg_drummer.humanise_file import humanise_file

    _check(files, out)
    feels = _feels_of(like) if like is not None else []
    written: list[Path] = []
    problems: dict[str, str] = {}
    for file in files:
        try:
            played = humanise_file(
                _read(file),
                feels=feels,
                seed=seed,
                deterministic=deterministic,
                timing=timing,
                velocity=velocity,
                keep_accents=keep_accents,
            )
        except MdgError as error:
            problems[str(file)] = str(error)
            continue
        write_whole(out / file.name, played)
        written.append(out / file.name)
    if as_json:
        typer.echo(json.dumps({"files": [str(path) for path in written], "problems": problems}, indent=2))
    else:
        for path in written:
            typer.echo(path)
        for name, problem in problems.items():
            typer.echo(f"mdg: {name}: {problem}", err=True)
    if problems:
        raise typer.Exit(1)


def _check(files: list[Path], out: Path) -> None:
    """Two inputs must not become one output, and no input its own output."""
    twice = [name for name, count in Counter(file.name for file in files).items() if count > 1]
    if twice:
        raise UsageError(f"two of the files are called {twice[0]}: their results would overwrite each other")
    for file in files:
        if (out / file.name).resolve() == file.resolve():
            raise UsageError(f"--out {out} would overwrite {file}: choose another folder")


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
