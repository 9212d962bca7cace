"""The options of `mdg generate` that are more than a number: locks, amounts by voice, note maps, files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer

from mdg_core.errors import MdgError, UsageError
from mdg_core.shown import shown

if TYPE_CHECKING:
    from mdg_core.midi import Take

MAX_FILE_BYTES = 10_000_000
_AMOUNT = re.compile(r"([^=]+)=\s*([+-]?[0-9.]+)\s*")


def blend_of(text: str | None) -> dict[str, Any] | None:
    """NAME:SHARE, the share 0.5 when it is left out. Raises UsageError."""
    if text is None:
        return None
    name, colon, share = text.rpartition(":")
    if not colon:
        return {"artist": text, "amount": 0.5}
    try:
        return {"artist": name, "amount": float(share)}
    except ValueError as error:
        raise UsageError(f"--blend {text}: after the colon stands a share between 0 and 1, as in NAME:0.4") from error


def amounts_of(option: str, text: str | None, example: str) -> tuple[float | None, dict[str, float]]:
    """`0.3`, `snare=-0.5,hats=0.3` or both in one list: the amount over all, and those by word. Raises UsageError."""
    overall: float | None = None
    by_word: dict[str, float] = {}
    for part in (text or "").split(",") if text is not None else ():
        found = _AMOUNT.fullmatch(part.strip())
        try:
            if found:
                by_word[found[1].strip()] = float(found[2])
            elif overall is None:
                overall = float(part)
            else:
                raise ValueError
        except ValueError as error:
            raise UsageError(f"{option} {text}: write it like {example}") from error
    return overall, by_word


def drum_map_of(text: str) -> str:
    """The name of a map, or the lines of the map file of that name. Raises UsageError."""
    from mdg_core.maps import MAPS, named_map

    if text.lower() in MAPS:
        return text.lower()
    path = Path(text)
    if not path.is_file():
        return text  # the request refuses it and names the maps there are
    named_map(path)
    return path.read_text("utf-8-sig") + "\n"


def lock_of(
    voices: str | None, source: str | None, note_map: str | None, time_signature: str | None
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The lock of a request, and the tempo, metre and bars that its file gives. Raises MdgError."""
    from mdg_drummer.kitwords import all_called

    if voices is None and source is None:
        return None, {}
    if voices is None:
        raise UsageError("--from says where locked voices come from: name them, as in --lock kick,snare --from FILE")
    if source is None:
        raise UsageError(
            f"--lock {voices} needs --from: a .mid file of yours, or the id of a generation (ID or ID:2 for its second "
            "variation)"
        )
    try:
        kept = [voice.value for voice in all_called(voices.split(","))]
    except ValueError as error:
        raise UsageError(f"--lock: {error}") from error
    if generation := _generation(source):
        return {**generation, "voices": kept}, {}
    path = Path(source)
    if not path.is_file():
        raise UsageError(f"--from {shown(source)} is no file, nor the id of a generation (ID or ID:2)")
    take = read_take(path, note_map)
    given = timing_of(path, take, time_signature)
    return {"notes": _notes(take), "voices": kept} | given.pop("lock"), given


def _generation(source: str) -> dict[str, Any] | None:
    """ID or ID:INDEX."""
    name, _, index = source.partition(":")
    try:
        generation = UUID(name)
    except ValueError:
        return None
    if index and not re.fullmatch("[1-8]", index):
        raise UsageError(f"--from {shown(source)}: after the colon stands the variation, 1 to 8")
    return {"generation_id": str(generation), "index": int(index or 1)}


def read_bytes(path: Path) -> bytes:
    """Raises MdgError when it cannot be read or is too large."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise MdgError(f"{shown(path)} is larger than {MAX_FILE_BYTES:,} bytes: cut the part you mean out of it")
        return path.read_bytes()
    except OSError as error:
        raise MdgError(f"{shown(path)}: {error.strerror}") from error


def read_take(path: Path, note_map: str | None) -> Take:
    """The drums of the user's file. Raises MdgError."""
    from mdg_core.maps import named_map
    from mdg_core.midi import MidiError, read_midi

    try:
        return read_midi(read_bytes(path), note_map=named_map(note_map) if note_map else None)
    except MidiError as error:
        raise MdgError(f"{shown(path)}: {error}") from error


def timing_of(path: Path, take: Take, time_signature: str | None) -> dict[str, Any]:
    """Tempo, metre and bars of a file of drums; `lock` says how many of its bars are meant. Raises UsageError."""
    from mdg_core.bars import mean_tempo
    from mdg_core.pattern import Metre
    from mdg_drummer.ownnotes import OwnNote, bars_of_notes
    from mdg_drummer.request import MAX_BARS

    metre = Metre.parse(time_signature) if time_signature else take.metres[0].metre
    if not time_signature and len({change.metre for change in take.metres}) > 1:
        raise UsageError(f"{shown(path)} changes its metre: cut out the bars you mean, or say --time-signature")
    last = OwnNote(pitch=0, start=min(float(take.onset_quarters[-1]), MAX_BARS * float(metre.bar_quarters)))
    bars = min(MAX_BARS, bars_of_notes([last], float(metre.bar_quarters)))
    if take.onset_quarters[-1] >= MAX_BARS * float(metre.bar_quarters):
        typer.echo(f"of {shown(path)} the first {MAX_BARS} bars are kept: a clip has no more", err=True)
    tempo = take.tempos[0].bpm if len(take.tempos) == 1 else mean_tempo(take)
    return {"tempo": round(tempo, 3), "time_signature": str(metre), "bars": bars, "lock": {"bars": bars}}


def follow_of(source: Path | None, time_signature: str | None) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The riff that the kick follows, and the tempo, metre and bars that its file gives. Raises MdgError."""
    if source is None:
        return None, {}

    from mdg_core.midi import MidiError
    from mdg_core.pattern import Metre
    from mdg_core.riff import read_riff
    from mdg_drummer.ownnotes import MAX_NOTES, OwnNote, bars_of_notes
    from mdg_drummer.request import MAX_BARS, MAX_RIFF_BARS

    if not source.is_file():
        raise UsageError(f"--follow {shown(source)} is no file")
    try:
        riff = read_riff(read_bytes(source))
    except MidiError as error:
        raise MdgError(f"{shown(source)}: {error}") from error
    if not time_signature and len({change.metre for change in riff.metres}) > 1:
        raise UsageError(f"{shown(source)} changes its metre: cut out the bars you mean, or say --time-signature")
    metre = Metre.parse(time_signature) if time_signature else riff.metre
    end = MAX_RIFF_BARS * float(metre.bar_quarters)
    columns = (riff.start, riff.length, riff.pitch, riff.velocity)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    notes = [
        OwnNote(start=start, duration=min(length, end), pitch=pitch, velocity=velocity)
        for start, length, pitch, velocity in rows
        if start < end
    ][:MAX_NOTES]
    bars = min(MAX_RIFF_BARS, bars_of_notes(notes, float(metre.bar_quarters)))
    listed = [note.model_dump(exclude_none=True) for note in notes]
    given = {"tempo": round(riff.tempo, 3), "time_signature": str(metre), "bars": min(MAX_BARS, bars)}
    return {"notes": listed, "bars": bars}, given


def _notes(take: Take) -> list[dict[str, Any]]:
    """Those of the first bars that a request can hold."""
    from mdg_drummer.fields import MAX_BAR_QUARTERS
    from mdg_drummer.ownnotes import MAX_NOTES
    from mdg_drummer.request import MAX_BARS

    rows = zip(take.voice, take.onset_quarters.tolist(), take.velocity.tolist(), strict=True)
    limit = MAX_BARS * MAX_BAR_QUARTERS
    notes = [{"voice": v.value, "start": max(0.0, s), "velocity": level} for v, s, level in rows if s < limit]
    if len(notes) > MAX_NOTES:
        raise UsageError(f"the file has {len(notes):,} strokes; a lock takes {MAX_NOTES:,}: cut out the bars you mean")
    return notes


def joined_name(words: Sequence[str]) -> str:
    """The words of a name that was typed without quotes."""
    return " ".join(words)
