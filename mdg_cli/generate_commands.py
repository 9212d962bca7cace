"""`mdg generate`, `mdg similar`, `mdg artists`: clips on disk, and who is known."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from mdg_cli.generate_options import amounts_of, blend_of, drum_map_of, follow_of, joined_name, lock_of
from mdg_cli.song_making import print_song, refuse_beside_form, song
from mdg_cli.unknown_artist import clips_of, settle
from mdg_core.errors import MdgError, UsageError
from mdg_core.maps import MAPS

if TYPE_CHECKING:
    from mdg_core.settings import Settings
    from mdg_core.store.connect import Connection
    from mdg_drummer.request import Asked, GenerationRequest, PlayedRequest

_Request = TypeVar("_Request", bound="PlayedRequest")
_Name = Annotated[str, typer.Argument(help="An artist or a band, in any spelling or script.", show_default=False)]
_Words = Annotated[
    list[str],
    typer.Argument(metavar="NAME", help="An artist or a band, in any spelling or script.", show_default=False),
]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]

# what two artists were compared by
_BASES = {"played": "playing", "archive": "notes of written or sequenced files", "words": "words of texts"}


def register(app: typer.Typer) -> None:
    app.command("generate")(generate)
    app.command("similar")(similar)
    app.command("artists")(artists)


def generate(
    name: _Words,
    bars: Annotated[int | None, typer.Option(help="1 to 16; else 4, or as many as a locked file has.")] = None,
    tempo: Annotated[float | None, typer.Option(help="Quarter notes a minute; else as the artist plays.")] = None,
    time_signature: Annotated[str | None, typer.Option(help="Like 4/4 or 6/8; else as the artist plays.")] = None,
    variations: Annotated[int | None, typer.Option(help="1 to 8; else 4.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same clips; else one is drawn.")] = None,
    provider: Annotated[str, typer.Option(help="auto, template, anthropic, google, openai or local.")] = "auto",
    style: Annotated[str | None, typer.Option(help="One of the artist's styles; else drawn by their shares.")] = None,
    blend: Annotated[
        str | None, typer.Option(metavar="NAME:SHARE", help="Another artist's share, like 'Clyde Stubblefield:0.4'.")
    ] = None,
    section: Annotated[str | None, typer.Option(help="groove (else), fill, intro or outro.")] = None,
    swing: Annotated[float | None, typer.Option(help="50 straight to 75; else as the artist plays.")] = None,
    swing_of: Annotated[
        str | None, typer.Option(help="What --swing swings: eighths or sixteenths; else what the groove would.")
    ] = None,
    feel: Annotated[str | None, typer.Option(help="straight, swung or triplet; else as the artist plays.")] = None,
    density: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="-1 sparse to 1 busy; by voice too: 'snare=-0.5,hats=0.3', '0.2,kick=-1'."),
    ] = None,
    syncopation: Annotated[float | None, typer.Option(help="-1 on the beats to 1 off them.")] = None,
    lock: Annotated[
        str | None,
        typer.Option(metavar="VOICES", help="Voices kept as --from has them, like 'kick,snare' or 'hats'."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE|ID", help="A MIDI file of yours, or a generation: ID, or ID:2."),
    ] = None,
    note_map: Annotated[
        str | None, typer.Option("--map", metavar="FILE|NAME", help="What the pitches of the --from file mean.")
    ] = None,
    follow: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A MIDI file with a riff or bass part: the kick plays its accents, but in a last bar that is a fill.",
        ),
    ] = None,
    drag: Annotated[
        str | None,
        typer.Option(metavar="VOICE=MS", help="Ms later (or earlier) than the feel: 'snare=12,kick=-5'."),
    ] = None,
    count_in: Annotated[bool, typer.Option("--count-in", help="A bar of side-stick clicks first.")] = False,
    split: Annotated[bool, typer.Option("--split", help="A track for each voice in the .mid file.")] = False,
    form: Annotated[
        str | None,
        typer.Option(metavar="FORM", help="A whole song: 'intro 2, verse 8, chorus 8, outro 2', or 'default'."),
    ] = None,
    split_sections: Annotated[
        bool, typer.Option("--split-sections", help="With --form, a file for each section too.")
    ] = False,
    drum_map: Annotated[
        str, typer.Option(metavar="FILE|NAME", help=f"Pitches to write: a map file of yours, or {', '.join(MAPS)}.")
    ] = "gm",
    humanize: Annotated[bool, typer.Option(help="Play with the artist's timing and touch.")] = True,
    timing: Annotated[float, typer.Option(help="How much of the timing, 0 to 1.")] = 1.0,
    velocity: Annotated[float, typer.Option(help="How much of the touch, 0 to 1.")] = 1.0,
    out: Annotated[Path, typer.Option(help="The folder for the .mid files.", file_okay=False)] = Path("out"),
    as_json: _Json = False,
) -> None:
    """Generate clips in an artist's style and write them as MIDI files.

    An artist who is not known yet is researched first; where that finds nothing, clips in a reference style stand in,
    marked as provisional.

    With --lock and --from FILE, or --follow FILE, tempo, time signature and length are those of the file unless you
    give them. A file's name ends in a mark of its content: other options never overwrite it, the same request writes
    the same files.
    """
    riff, given = follow_of(follow, time_signature)
    locked, of_locked = lock_of(lock, source, note_map, time_signature)
    given |= of_locked
    overall, densities = amounts_of("--density", density, "0.3 or snare=-0.5,hats=0.3")
    _, drags = amounts_of("--drag", _by_voice_alone(drag), "snare=12,kick=-5")
    shared = {
        "artist": joined_name(name),
        "tempo": given.get("tempo") if tempo is None else tempo,
        "time_signature": time_signature or given.get("time_signature"),
        "seed": seed,
        "style": style,
        "blend": blend_of(blend),
        "swing": swing,
        "swing_of": swing_of,
        "feel": feel,
        "density": overall,
        "density_of": densities,
        "syncopation": syncopation,
        "follow": riff,
        "drag": drags,
        "count_in": count_in,
        "split": split,
        "drum_map": drum_map_of(drum_map),
        "humanize": humanize,
        "timing_amount": timing,
        "velocity_amount": velocity,
    }
    if form is None and split_sections:
        raise UsageError("--split-sections needs --form: only a song has sections")
    if form is not None:
        models = provider not in ("auto", "template")
        clip_only = {"--bars": bars is not None, "--variations": variations is not None}
        clip_only |= {"--section": section is not None, "--lock": lock is not None, "--provider": models}
        refuse_beside_form(clip_only)

    from mdg_cli.running_api import clips_of_running
    from mdg_core.settings import load_settings
    from mdg_drummer.request import GenerationRequest, SongRequest

    if form is not None:
        asked = _request(SongRequest, **shared, form=form)
        whole, files = song(asked, load_settings(), split_sections=split_sections, quiet=as_json)
        print_song(whole, write_all(out, files), as_json=as_json)
        return
    request = _request(
        GenerationRequest,
        **shared,
        bars=given.get("bars", 4) if bars is None else bars,
        variations=4 if variations is None else variations,
        provider=provider,
        section="groove" if section is None else section,
        lock=locked,
    )
    settings = load_settings()
    result, midi = clips_of_running(request, settings) or _made_here(request, settings, quiet=as_json)
    names = [_file_name(result, index, clip) for index, clip in enumerate(midi, 1)]
    paths = write_all(out, dict(zip(names, midi, strict=True)))
    if as_json:
        typer.echo(json.dumps(result | {"files": [str(path) for path in paths]}, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(_lines(result, paths)))


def _made_here(request: GenerationRequest, settings: Settings, *, quiet: bool) -> tuple[dict[str, Any], list[bytes]]:
    from mdg_core.store.session import open_database

    with open_database(settings) as conn:
        request, stand_in = settle(conn, request, settings, quiet=quiet)
        if stand_in:
            return clips_of(conn, request, stand_in)
        return make(conn, request, settings, quiet=quiet)


def similar(
    name: _Name,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 10,
    as_json: _Json = False,
) -> None:
    """Show the artists who play alike, and what they have in common."""
    from dataclasses import asdict

    from mdg_core.artist import artist_key
    from mdg_core.settings import load_settings
    from mdg_core.store import artists as known
    from mdg_core.store import neighbours, profiles
    from mdg_core.store.session import open_database

    key = artist_key(name)
    with open_database(load_settings()) as conn:
        if profiles.current(conn, key) is None:
            raise _no_profile(conn, name)
        found = neighbours.similar(conn, key, limit=limit)
        shown = known.name_of(conn, key) or name
    if as_json:
        listed = [asdict(item) for item in found]
        typer.echo(json.dumps({"artist": shown, "key": key, "similar": listed}, indent=2, ensure_ascii=False))
        return
    if not found:
        typer.echo(f"nobody is known with whom {shown} could be compared: research more with `mdg research NAME`")
    for item in found:
        few = " (few takes)" if item.few_takes else ""
        said = [f"by the {_BASES[item.basis]}{few}", *item.because, *([item.reason] if item.reason else [])]
        typer.echo(f"{item.similarity:5.2f}  {item.name}  (confidence {item.confidence:.2f})  {'; '.join(said)}")


def artists(
    query: Annotated[
        str | None,
        typer.Argument(help="A name or the beginning of one, slips allowed; all without one.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 200,
    as_json: _Json = False,
) -> None:
    """List the artists that have been asked for."""
    from dataclasses import asdict

    from mdg_core.settings import load_settings
    from mdg_core.store import artists as known
    from mdg_core.store.session import open_database

    with open_database(load_settings()) as conn:
        found = known.search(conn, query, limit=limit) if query else known.listed(conn, limit=limit)
    if as_json:
        listed = {"artists": [asdict(item) for item in found]}
        typer.echo(json.dumps(listed, indent=2, ensure_ascii=False, default=str))
        return
    if not found:
        typer.echo("no artist found; research one with `mdg research NAME`")
    for item in found:
        if item.version is None or item.confidence is None:
            typer.echo(f"{item.name}  [{item.key}]  no profile yet ({item.status or 'never researched'})")
        else:
            typer.echo(f"{item.name}  [{item.key}]  version {item.version}, confidence {item.confidence:.2f}")


def write_all(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the files into the folder, all of them or none: they are complete on disk before one gets its name.

    Raises MdgError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".mdg-", dir=folder) as staging:
            for name, data in files.items():
                with (Path(staging) / name).open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            for name in files:
                os.replace(Path(staging) / name, folder / name)
    except OSError as error:
        raise MdgError(
            f"cannot write the clips to {folder} ({error.strerror or error}): "
            "free some space or make it writable, or name another folder with --out"
        ) from error
    return [folder / name for name in files]


def _by_voice_alone(drag: str | None) -> str | None:
    """Raises UsageError for a number without a voice."""
    if drag is not None and any("=" not in part for part in drag.split(",")):
        raise UsageError(f"--drag {drag}: say of which voice, like snare=12,kick=-5")
    return drag


def _request(kind: type[_Request], **values: Any) -> _Request:
    from pydantic import ValidationError

    from mdg_serving.words import in_words

    try:
        return kind(**values)
    except ValidationError as error:
        raise UsageError("; ".join(in_words(item) for item in error.errors())) from error


def make(conn: Connection, request: Asked, settings: Settings, *, quiet: bool) -> tuple[dict[str, Any], list[bytes]]:
    """The result of the request and its MIDI files. Raises MdgError."""
    from rich.console import Console

    from mdg_core.artist import artist_key
    from mdg_core.store import generations, profiles
    from mdg_core.store.connect import in_turn
    from mdg_drummer.request import GenerationRequest
    from mdg_serving.generation.service import check, perform, submit
    from mdg_serving.generation.tools import Tools

    lend = in_turn(conn)
    if profiles.current(conn, artist_key(request.artist)) is None:
        raise _no_profile(conn, request.artist)
    tools = Tools.of(settings)
    check(conn, request, tools)
    models = tools.models.wanted(request.provider) if isinstance(request, GenerationRequest) else ()
    names = ", then ".join(each.model for each in models)
    waiting = Console(stderr=True, quiet=quiet or not names).status(f"asking {names}")
    task = submit(conn, request, claimed=True)
    try:
        with waiting:
            task = perform(lend, task, tools, waiting.update)
    except KeyboardInterrupt:
        with lend():  # else a server on this database would finish it, and pay for it
            generations.fail(conn, task.id, "stopped by the user")
        raise
    if task.result is None:
        raise MdgError(task.error or "the generation failed")
    return task.result, [clip for _, clip in sorted(generations.clips(conn, task.id).items())]


def _no_profile(conn: Connection, typed: str) -> MdgError:
    from mdg_core.artist import artist_key, clean_name
    from mdg_core.store import artists as known
    from mdg_serving.generation.service import NoProfile

    return NoProfile(known.name_of(conn, artist_key(typed)) or clean_name(typed))


def _file_name(result: Mapping[str, Any], index: int | str, clip: bytes) -> str:
    from mdg_drummer.naming import file_name

    return file_name(result["artist_key"], result["seed"], index, clip)


def drawn(result: Mapping[str, Any], variation: Mapping[str, Any]) -> str:
    """A variation as a step grid, a line a voice."""
    from mdg_core.kit import Voice
    from mdg_core.pattern import Metre
    from mdg_core.stepgrid import draw, parse_grid

    lanes = {Voice(voice): lane for voice, lane in variation["grid"].items()}
    return draw(parse_grid(lanes, Metre.parse(result["time_signature"]), variation["steps_per_quarter"]))


def dollars(result: Mapping[str, Any]) -> str:
    return "cost unknown" if result["cost_usd"] is None else f"${result['cost_usd']:.4f}"


def _lines(result: Mapping[str, Any], paths: list[Path]) -> list[str]:
    first = result["variations"][0]
    style = "" if result["style"] in ("", "unknown") else f"{result['style']}, "
    lines = [
        f"{first['name']}: {_counted(result['bars'], 'bar')} of {result['time_signature']} at {result['tempo']:g} bpm, "
        f"seed {result['seed']}",
        drawn(result, first),
        f"{style}confidence {result['confidence']:.2f}, profile version {result['profile_version']}",
        *_model_line(result),
        *(f"note: {note}" for note in result["notes"]),
    ]
    for path, variation in zip(paths, result["variations"], strict=True):
        lines.append(f"{path}  based on {variation['based_on']}, {variation['novelty']:.0%} its own")
    return lines


def _model_line(result: Mapping[str, Any]) -> list[str]:
    """Who wrote the clips and what it cost; nothing where only templates were asked."""
    if result["llm"] is None:
        return []
    tokens = sum(call["tokens"]["output"] for call in result["llm"]["calls"])
    calls = len(result["llm"]["calls"])
    return [f"by {result['model'] or 'templates'}, {_counted(calls, 'call')}, {tokens} tokens out, {dollars(result)}"]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
