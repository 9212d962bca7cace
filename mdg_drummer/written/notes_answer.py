"""The note-JSON of models that answer in notes instead of digit grids, brought to the grid.

A note is {"pitch": 35-81 (General MIDI), "velocity": 1-127, "time": ticks from the start of the clip, 480 a quarter,
"duration": ticks}. Drums have no length of their own: the duration is not read. Timing finer than the grid is not
kept either, since the engine plays it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mdg_core.kit import Voice
from mdg_core.maps import GM
from mdg_drummer.bars import Bar, Grid
from mdg_drummer.written.digits import shown
from mdg_llm.failures import InvalidAnswer

TICKS_PER_QUARTER = 480
LOWEST_PITCH, HIGHEST_PITCH = 35, 81
MAX_NOTES = 3000  # of one clip; sixteen busy bars have a third of it

_LARGEST = 1e9
_INTEGER = re.compile(r"-?[0-9]{1,9}")
_OFF_GRID = 0.3  # steps from the nearest step; a triplet on sixteenths lies a third off
_MOST_OFF_GRID = 0.25  # share of the notes from which they are on another grid


def read_notes(notes: Sequence[Any], grid: Grid, bars: int, repairs: dict[str, None]) -> list[Bar]:
    """The bars of a clip. What was repaired is added to `repairs`, in words; raises InvalidAnswer for all else.

    Repaired are numbers written as text, velocities above 127, notes of velocity 0 and two strokes of a voice on one
    step, of which the louder stays.
    """
    if len(notes) > MAX_NOTES:
        raise InvalidAnswer(f"{len(notes)} notes are too many for {bars} bars")
    out: list[Bar] = [{} for _ in range(bars)]
    off_grid = 0
    for number, note in enumerate(notes, 1):
        if not isinstance(note, dict):
            raise InvalidAnswer(f"note {number} is not an object with pitch, velocity and time")
        voice = _voice(number, _number(number, note, "pitch", repairs))
        velocity = _velocity(number, _number(number, note, "velocity", repairs), repairs)
        index, step, distance = _place(number, _number(number, note, "time", repairs), grid, bars)
        off_grid += distance > _OFF_GRID
        if velocity == 0:
            repairs["notes of velocity 0 were left out"] = None
            continue
        here = (step, voice)
        if here in out[index]:
            repairs["of two strokes of a voice on one step the louder was kept"] = None
        out[index][here] = max(velocity, out[index].get(here, 0))
    if off_grid > _MOST_OFF_GRID * len(notes):
        tick = TICKS_PER_QUARTER / grid.steps_per_quarter
        raise InvalidAnswer(f"the notes are not on the grid: write times that are multiples of {tick:g} ticks")
    return out


def _number(number: int, note: dict[str, Any], key: str, repairs: dict[str, None]) -> float:
    value = note.get(key)
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        repairs["numbers written as text were read"] = None
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST < value < _LARGEST:
        raise InvalidAnswer(f"note {number}: {key} is {shown(repr(value))}; write a number")
    return value


def _voice(number: int, pitch: float) -> Voice:
    if not LOWEST_PITCH <= pitch <= HIGHEST_PITCH or pitch != int(pitch):
        raise InvalidAnswer(f"note {number}: pitch {pitch:g} is no drum; write {LOWEST_PITCH} to {HIGHEST_PITCH}")
    return GM.reading[int(pitch)]


def _velocity(number: int, velocity: float, repairs: dict[str, None]) -> int:
    if velocity < 0 or velocity != int(velocity):
        raise InvalidAnswer(f"note {number}: velocity {velocity:g} is not a whole number from 1 to 127")
    if velocity > 127:
        repairs["velocities above 127 were made 127"] = None
    return min(127, int(velocity))


def _place(number: int, time: float, grid: Grid, bars: int) -> tuple[int, int, float]:
    """Bar, step and distance from it in steps."""
    exact = time * grid.steps_per_quarter / TICKS_PER_QUARTER
    if not 0 <= exact < bars * grid.steps:
        end = int(bars * grid.metre.bar_quarters * TICKS_PER_QUARTER)
        raise InvalidAnswer(f"note {number}: time {time:g} is outside the clip; write ticks from 0 to below {end}")
    step = min(round(exact), bars * grid.steps - 1)
    return *divmod(step, grid.steps), abs(exact - step)
