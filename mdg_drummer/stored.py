"""A result that was stored, as files again: as it was written, split by voice, for another drum map, on the grid.

A clip and a section are written from their notes in the result; a song from the file that is stored beside it, since
strokes around the bar lines between its sections lie in neither of them as they are played.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mdg_core import smf
from mdg_core.filenotes import all_notes, track_names
from mdg_core.kit import NoteMap, Voice
from mdg_core.midi import CLIP_TICKS_PER_QUARTER
from mdg_core.pattern import Metre
from mdg_drummer.result import (
    COUNT_IN,
    FileHead,
    Stroke,
    laid,
    markers_of,
    midi_of,
    named,
)

SONG = "song"  # the part that is all of it
SONG_PARTS = "sections"  # what a result has that is one of a song


@dataclass(frozen=True, slots=True)
class Written:
    """How a file is written.

    `split`: a track for each voice; `note_map`: other pitches than the request's; without `feel` each stroke stands on
    its step: timing, swing and drag are left out, and of a flam the grace notes; loudness stays.
    """

    split: bool = False
    note_map: NoteMap | None = None
    feel: bool = True


def title_of(result: Mapping[str, Any], part: int | str) -> str:
    """The name of variation or section `part` (from 1), or of the song. Raises KeyError where there is none."""
    if part == SONG:
        return str(result["name"])
    if SONG_PARTS not in result:
        return str(_numbered(result["variations"], part)["name"])
    section = _numbered(result["sections"], part)
    return named(_artists(result), f"{section['index']:02d} {section['name']}")


def collection_of(result: Mapping[str, Any]) -> str:
    """The name of all files of a result together."""
    return str(result["name"]) if SONG_PARTS in result else named(_artists(result), result["section"])


def parts_of(result: Mapping[str, Any]) -> list[int | str]:
    """What files there are of a result: the song and its sections, or the variations."""
    if SONG_PARTS in result:
        return [SONG, *(part["index"] for part in result["sections"])]
    return [part["index"] for part in result["variations"]]


def file_of(result: Mapping[str, Any], part: int | str, tracks: bytes, how: Written) -> bytes:
    """The MIDI file of a part (`parts_of`); `tracks` is what is stored of a song. Raises KeyError."""
    if part == SONG:
        return song_file(result, tracks, how)
    return section_file(result, part, how) if SONG_PARTS in result else clip_file(result, part, how)


def clip_file(result: Mapping[str, Any], index: int | str, how: Written) -> bytes:
    """The file of a variation. Raises KeyError where there is none."""
    variation = _numbered(result["variations"], index)
    metre = Metre.parse(result["time_signature"])
    before = _before(result)
    quarters = metre.bar_quarters * (result["bars"] + bool(before))
    strokes = _strokes(variation["notes"], variation["steps_per_quarter"], how, before)
    head = FileHead(
        variation["name"],
        _artists(result),
        result["tempo"],
        metre,
        quarters,
        markers_of(variation["name"], metre, count_in=bool(before)),
    )
    return midi_of(laid(strokes, _ticks(quarters)), head, split=how.split)


def section_file(result: Mapping[str, Any], place: int | str, how: Written) -> bytes:
    """The file of a section of a song. Raises KeyError where there is none."""
    section = _numbered(result["sections"], place)
    metre = Metre.parse(result["time_signature"])
    quarters = metre.bar_quarters * section["bars"]
    strokes = _strokes(section["notes"], result["steps_per_quarter"], how)
    head = FileHead(title_of(result, place), _artists(result), result["tempo"], metre, quarters)
    return midi_of(laid(strokes, _ticks(quarters)), head, split=how.split)


def song_file(result: Mapping[str, Any], tracks: bytes, how: Written) -> bytes:
    """The whole song, a marker at the start of each section; `tracks` is the same with a track for each voice."""
    metre = Metre.parse(result["time_signature"])
    bar = _ticks(metre.bar_quarters)
    before = _before(result)
    strokes = _in_tracks(tracks, how.note_map)
    if not how.feel:
        clicks = [stroke for stroke in strokes if stroke[0] < before]
        strokes = [*clicks, *_in_sections(result, how, before)]
    notes = laid(strokes, before + bar * result["bars"])
    return midi_of(notes, song_head(result), split=how.split)


def song_head(result: Mapping[str, Any]) -> FileHead:
    """Of the whole song."""
    metre = Metre.parse(result["time_signature"])
    bar, counts = _ticks(metre.bar_quarters), bool(_before(result))
    markers = [((part["first_bar"] - 1 + counts) * bar, part["name"]) for part in result["sections"]]
    return FileHead(
        result["name"],
        _artists(result),
        result["tempo"],
        metre,
        metre.bar_quarters * (result["bars"] + counts),
        ((0, COUNT_IN), *markers) if counts else tuple(markers),
    )


def _numbered(parts: Iterable[Mapping[str, Any]], index: int | str) -> Mapping[str, Any]:
    found = next((part for part in parts if part["index"] == index), None)
    if found is None:
        raise KeyError(index)
    return found


def _artists(result: Mapping[str, Any]) -> tuple[str, ...]:
    blend = result.get("blend")
    return (result["artist"], *([blend["artist"]] if blend else []))


def _before(result: Mapping[str, Any]) -> int:
    """Ticks of the count-in; results of before there was one do not name it."""
    return _ticks(Fraction(result.get("count_in") or 0))


def _ticks(quarters: Fraction) -> int:
    return round(quarters * CLIP_TICKS_PER_QUARTER)


def _strokes(
    notes: Iterable[Mapping[str, Any]], steps_per_quarter: int, how: Written, before: int = 0
) -> Iterator[Stroke]:
    """Notes of a result as strokes; the steps begin after `before` ticks of clicks, which have none."""
    for note in notes:
        tick = round(note["start"] * CLIP_TICKS_PER_QUARTER)
        if not how.feel and note["step"] >= 0:
            tick = before + round(note["step"] * CLIP_TICKS_PER_QUARTER / steps_per_quarter)
        pitch = how.note_map.writing[Voice(note["voice"])] if how.note_map else note["pitch"]
        yield tick, pitch, note["velocity"], note["voice"], note["step"]


def _in_sections(result: Mapping[str, Any], how: Written, before: int) -> Iterator[Stroke]:
    """The strokes of all sections on their steps."""
    metre = Metre.parse(result["time_signature"])
    for part in result["sections"]:
        first = before + _ticks(metre.bar_quarters) * (part["first_bar"] - 1)
        for stroke in _strokes(part["notes"], result["steps_per_quarter"], how):
            yield first + stroke[0], *stroke[1:]


def _in_tracks(tracks: bytes, note_map: NoteMap | None) -> list[Stroke]:
    """The strokes of a file with a track for each voice."""
    file = smf.parse(tracks)
    notes = all_notes(file, [0] * len(file.tracks), [])
    voices = [Voice(name.replace(" ", "_")) if place else None for place, name in enumerate(track_names(file))]
    columns = (column.tolist() for column in (notes.track, notes.tick, notes.pitch, notes.velocity))
    out = []
    for track, tick, pitch, velocity in zip(*columns, strict=True):
        voice = voices[track]
        assert voice is not None
        out.append((tick, note_map.writing[voice] if note_map else pitch, velocity, voice.value, 0))
    return out
