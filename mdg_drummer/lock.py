"""Voices kept from a variation of an earlier generation or from a clip of the client's own, exactly as played there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mdg_core.alignment import aligned
from mdg_core.errors import UsageError
from mdg_core.kit import VOICES, NoteMap
from mdg_core.midi import CLIP_TICKS_PER_QUARTER, MetreChange, Take, TempoChange
from mdg_core.pattern import Double, Hit, Metre, Pattern
from mdg_core.quantise import estimate_grid, place
from mdg_drummer.bars import Bar, Grid, Voice, bars_of, regrid, without
from mdg_drummer.ownnotes import OwnNote, bars_of_notes
from mdg_drummer.plan import common_grid
from mdg_drummer.request import Lock

_FINEST = 6  # steps a quarter of a client's own clip: with the grids of most grooves these have a common one


@dataclass(frozen=True, slots=True)
class Locked:
    """The strokes of the locked voices, and the tempo they were played at."""

    pattern: Pattern
    tempo: float | None  # of notes of one's own that of the request

    @property
    def grid(self) -> Grid:
        return Grid(self.pattern.metre, self.pattern.steps_per_quarter)

    @property
    def voices(self) -> tuple[Voice, ...]:
        return tuple(dict.fromkeys(hit.voice for hit in self.pattern.hits))


def locked_of(result: Mapping[str, Any], lock: Lock, *, bars: int) -> Locked:
    """The locked strokes out of a stored result, repeated or cut to `bars`.

    Raises UsageError when the result has no such variation or it plays none of the voices.
    """
    variation = next((v for v in result["variations"] if v["index"] == lock.index), None)
    if variation is None:
        raise UsageError(f"generation {lock.generation_id} has no variation {lock.index}")
    grid = Grid(Metre.parse(result["time_signature"]), variation["steps_per_quarter"])
    length = grid.steps * result["bars"]
    before = result.get("count_in") or 0.0
    strokes: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for note in variation["notes"]:
        if note["voice"] in lock.voices and note["step"] >= 0:
            moved = note | {"start": note["start"] - before}
            strokes.setdefault((note["step"], note["voice"]), []).append(moved)
    hits = []
    for notes in strokes.values():
        first = _stroke(notes, grid)
        hits += [first._replace(step=step) for step in range(first.step, grid.steps * bars, length)]
    if not hits:
        names = ", ".join(lock.voices)
        raise UsageError(f"variation {lock.index} of generation {lock.generation_id} does not play {names}")
    pattern = Pattern(grid.metre, bars, grid.steps_per_quarter, tuple(hits))
    return Locked(pattern, result["tempo"])


def locked_notes(notes: Sequence[OwnNote], lock: Lock, *, metre: Metre, bars: int, note_map: NoteMap) -> Locked:
    """The locked strokes of a client's own clip, repeated or cut to `bars`.

    Each is laid on the nearest step of the grid that the clip is played on, and keeps its own time within it to the
    tick. Raises UsageError when the notes play none of the voices.
    """
    in_order = sorted(notes, key=lambda note: note.start)
    known = [(note, voice) for note in in_order if (voice := note.voice_in(note_map))]
    if not any(voice in lock.voices for _, voice in known):
        played = ", ".join(dict.fromkeys(voice for _, voice in known)) or "no drum that the map knows"
        raise UsageError(f"the notes do not play {', '.join(lock.voices)}: they play {played}")
    take = _take(known, metre, note_map)
    per = min(estimate_grid(take, metre), _FINEST)
    while (metre.bar_quarters * per).denominator != 1:
        per *= 2
    near = place(aligned(take)[0], metre, per).step
    grid = Grid(metre, per)
    length = grid.steps * (lock.bars or bars_of_notes(notes, float(metre.bar_quarters)))
    cells: dict[tuple[int, Voice], list[Double]] = {}
    for (note, voice), step in zip(known, near.tolist(), strict=True):
        if voice in lock.voices and note.start * per < length:
            cell = min(step, length - 1)
            cells.setdefault((cell, voice), []).append(Double(note.start * per - cell, note.velocity))
    hits = []
    for (step, voice), strokes in cells.items():
        main, *rest = sorted(strokes, key=lambda stroke: (-stroke.velocity, stroke.offset))
        first = Hit(step, voice, main.velocity, main.offset, tuple(rest))
        hits += [first._replace(step=place) for place in range(step, grid.steps * bars, length)]
    return Locked(Pattern(metre, bars, per, tuple(hits)), None)


def _take(known: Sequence[tuple[OwnNote, Voice]], metre: Metre, note_map: NoteMap) -> Take:
    """The notes, in order of time, as a take at a tempo of 120."""
    start = np.array([note.start for note, _ in known])
    ticks = np.rint(start * CLIP_TICKS_PER_QUARTER).astype(np.int64)
    return Take(
        name="",
        onset_ticks=ticks,
        onset_quarters=start,
        onset_seconds=start / 2,
        pitch=np.array([note_map.writing[voice] for _, voice in known]),
        velocity=np.array([note.velocity for note, _ in known]),
        voice_code=np.array([VOICES.index(voice) for _, voice in known]),
        tempos=(TempoChange(0.0, 120.0),),
        metres=(MetreChange(0.0, metre),),
        ticks_per_quarter=CLIP_TICKS_PER_QUARTER,
        note_map=note_map,
        unknown_pitches={},
        warnings=(),
    )


def _stroke(notes: Sequence[Mapping[str, Any]], grid: Grid) -> Hit:
    """The notes of one voice and step: a stroke, and the softer ones that double it, if any."""
    main, *rest = (
        Double(note["start"] * grid.steps_per_quarter - note["step"], note["velocity"])
        for note in sorted(notes, key=lambda note: -note["velocity"])
    )
    return Hit(notes[0]["step"], Voice(notes[0]["voice"]), main.velocity, main.offset, tuple(rest))


def with_locked(bars: list[Bar], grid: Grid, locked: Locked) -> tuple[list[Bar], Grid]:
    """The bars with the locked voices in place of their own, on a grid that holds both. Raises UsageError."""
    shared = common_grid(grid, locked.grid)
    if shared is None:
        raise UsageError(
            f"the locked voices lie on {locked.grid.steps_per_quarter} steps a quarter of {locked.grid.metre}, the new "
            f"groove on {grid.steps_per_quarter} of {grid.metre}: ask for the locked clip's time signature"
        )
    own, kept = (shared.steps_per_quarter // g.steps_per_quarter for g in (grid, locked.grid))
    return [
        regrid(without(bar, locked.voices), own) | regrid(lane, kept)
        for bar, lane in zip(bars, bars_of(locked.pattern), strict=True)
    ], shared


def played_as_locked(played: Pattern, locked: Locked) -> Pattern:
    """The played pattern with the locked strokes' own timing and touch."""
    factor = played.steps_per_quarter // locked.pattern.steps_per_quarter
    free = tuple(hit for hit in played.hits if hit.voice not in locked.voices)
    return replace(played, hits=free + tuple(_scaled(hit, factor) for hit in locked.pattern.hits))


def _scaled(hit: Hit, factor: int) -> Hit:
    """On a grid that is `factor` times as fine."""
    doubles = tuple(double._replace(offset=double.offset * factor) for double in hit.doubles)
    return hit._replace(step=hit.step * factor, offset=hit.offset * factor, doubles=doubles)
