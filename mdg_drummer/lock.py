"""Voices kept from a variation of an earlier generation, exactly as they were played there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mdg_core.errors import UsageError
from mdg_core.pattern import Double, Hit, Metre, Pattern
from mdg_drummer.bars import Bar, Grid, Voice, bars_of, regrid, without
from mdg_drummer.plan import common_grid
from mdg_drummer.request import Lock


@dataclass(frozen=True, slots=True)
class Locked:
    """The strokes of the locked voices, and the tempo they were played at."""

    pattern: Pattern
    tempo: float

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
    strokes: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for note in variation["notes"]:
        if note["voice"] in lock.voices:
            strokes.setdefault((note["step"], note["voice"]), []).append(note)
    hits = []
    for notes in strokes.values():
        first = _stroke(notes, grid)
        hits += [first._replace(step=step) for step in range(first.step, grid.steps * bars, length)]
    if not hits:
        names = ", ".join(lock.voices)
        raise UsageError(f"variation {lock.index} of generation {lock.generation_id} does not play {names}")
    pattern = Pattern(grid.metre, bars, grid.steps_per_quarter, tuple(hits))
    return Locked(pattern, result["tempo"])


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
