"""`mdg humanize`: play the user's own clips with a person's, or an artist's, feel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdg_core.errors import MdgError
from mdg_core.shown import shown

if TYPE_CHECKING:
    from mdg_core.profile import Feel
    from mdg_core.settings import Settings

_Amount = Annotated[float, typer.Option(min=0, max=1, help="0 leaves it as it is, 1 is as played.")]
MAX_FILE_BYTES = 10_000_000


def register(app: typer.Typer) -> None:
    app.command("humanize")(humanize)


def humanize(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILES|FOLDERS...", help="MIDI clips, or folders of them.", show_default=False),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the results; each keeps its name and its path in a folder.")],
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
        bool, typer.Option("--keep-accents", help="Leave the accents of the clip as loud as they are.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Also play files that were humanised before.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")] = False,
) -> None:
    """Play quantised clips as a drummer would: the same notes in the same order, moved and struck by a person.

    The clip's pulse, its loudness (crescendos, verse and chorus, accents that you wrote) and its length stay. Without
    --like, people in general play; nothing else needs to run or to be researched for that. Which drum each pitch is, is
    heard from the file; --map says it: gm, roland_td, addictive_drums_2 and others, or a file of yours.
    """
    from mdg_cli.clip_files import clips_of
    from mdg_core.artist import clean_name
    from mdg_core.home import write_whole
    from mdg_core.maps import named_map
    from mdg_core.settings import load_settings
    from mdg_drummer.feel_prior import read_prior
    from mdg_drummer.humanise_file import HumanisedBeforeError, humanise_file

    found = clips_of(paths, out)
    known_map = named_map(note_map) if note_map is not None else None
    like = clean_name(like) if like is not None else None
    settings = load_settings()
    feels = _feels_of(like, settings) if like is not None else []
    prior = read_prior(settings)
    written: list[Path] = []
    problems: dict[str, str] = {}
    notes: dict[str, list[str]] = {shown(file): ["no MIDI file; it was left out"] for file in found.skipped}
    for clip in found.clips:
        name = shown(clip.file)
        try:
            played = humanise_file(
                _read(clip.file),
                prior=prior,
                feels=feels,
                like=like,
                note_map=known_map,
                seed=seed,
                deterministic=deterministic,
                timing=timing,
                velocity=velocity,
                keep_accents=keep_accents,
                again=again,
            )
        except HumanisedBeforeError as error:
            problems[name] = f"{error}, or --again"
            continue
        except MdgError as error:
            problems[name] = str(error)
            continue
        result = out / clip.result
        write_whole(result, played.midi, 0o644)
        written.append(result)
        if played.notes:
            notes[name] = list(played.notes)
    if not found.clips:
        problems.update({shown(path): "no MIDI files in it" for path in paths})
    if as_json:
        answer = {"files": [shown(path) for path in written], "problems": problems, "notes": notes}
        typer.echo(json.dumps(answer, indent=2))
    else:
        for path in written:
            typer.echo(shown(path))
        for name, said in notes.items():
            typer.echo(f"{name}: {'; '.join(said)}", err=True)
        for name, problem in problems.items():
            typer.echo(f"mdg: {name}: {problem}", err=True)
    if problems:
        raise typer.Exit(1)


def _read(file: Path) -> bytes:
    from mdg_core.scores import format_of

    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise MdgError(f"larger than {MAX_FILE_BYTES:,} bytes")
        data = file.read_bytes()
    except OSError as error:
        raise MdgError(str(error.strerror)) from error
    if not data.startswith(b"MThd") and format_of(file.suffix.lower(), data[:4096]):
        raise MdgError("it is a score, which has no touch to change: export its drums as MIDI and humanize that")
    return data


def _feels_of(name: str, settings: Settings) -> list[Feel]:
    from mdg_core.artist import artist_key
    from mdg_core.store import profiles
    from mdg_core.store.session import open_database

    key = artist_key(name)
    with open_database(settings) as conn:
        found = profiles.published(conn, key)
    if found is None:
        quoted = json.dumps(name, ensure_ascii=False)
        raise MdgError(f"there is no profile of {name} yet. Make one: mdg research {quoted}")
    if not any(feel.tells_timing for feel in found.profile.feel):
        typer.echo(f"not enough evidence of {name}'s micro-timing: people in general play", err=True)
    return found.profile.feel
