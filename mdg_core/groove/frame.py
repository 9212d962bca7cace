"""A take on its swung grid: the arrays that every family of descriptors works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_core.bars import in_force
from mdg_core.groove.parts import main_swing
from mdg_core.kit import VOICES, Voice
from mdg_core.midi import Take
from mdg_core.pattern import Metre
from mdg_core.quantise import Cymbals, estimate_grid, loudest, place, swing_of
from mdg_core.swing import Swing, swung_positions

RETRIGGER_MS = 12.0  # hits of one drum that are nearer are a pad that triggered twice
CODE = {voice: code for code, voice in enumerate(VOICES)}


@dataclass(frozen=True, slots=True)
class Frame:
    """The n hits of a take in bars of its main metre, one a cell (the loudest), sorted by step and voice."""

    metre: Metre
    steps_per_quarter: int
    steps_per_bar: int
    bars: int  # from the start of the file to the last hit
    first_bar: int  # the first with a hit
    step: NDArray[np.int64]  # from the start of the file
    bar: NDArray[np.int64]  # likewise
    in_bar: NDArray[np.int64]  # step within the bar
    code: NDArray[np.int64]  # index into VOICES
    velocity: NDArray[np.int64]
    offset_ms: NDArray[np.float64]  # against the swung grid, late positive
    offset_steps: NDArray[np.float64]
    # from each hit to the next loudest of its cell, below 0 before it; nan where it is alone
    double_ms: NDArray[np.float64]
    double_velocity: NDArray[np.int64]  # of that one; 0 where there is none
    others: NDArray[np.int64]  # how many more hits the cell holds; nearer ones than `RETRIGGER_MS` count nowhere here
    eighths: Swing | None
    sixteenths: Swing | None
    swing_note: str | None  # what is to be told of parts that swing otherwise

    @property
    def span_bars(self) -> float:
        """From the first step played to the end of the last one, in bars."""
        return float(self.step[-1] - self.step[0] + 1) / self.steps_per_bar

    @property
    def beat_steps(self) -> int:
        """Steps in a beat: a dotted quarter in compound metres, else the unit of the metre."""
        beat = 3 / 2 if self.metre.is_compound else 4 / self.metre.denominator
        return max(1, round(beat * self.steps_per_quarter))

    def of(self, *voices: Voice) -> NDArray[np.bool_]:
        """Which hits are of these voices."""
        which = np.zeros(len(self.code), dtype=bool)
        for voice in voices:
            which |= self.code == CODE[voice]
        return which


def frame_of(take: Take) -> Frame:
    """Find the grid of a prepared take in one metre and its swing, and put each hit in its cell."""
    metre = take.metres[0].metre
    cymbals = Cymbals(take)
    steps = estimate_grid(take, metre, cymbals)
    eighths, sixteenths = swing_of(take, metre, steps, cymbals)
    parts = None if eighths is None else main_swing(cymbals.onsets, metre, steps)
    eighths, swing_note = parts or (eighths, None)
    positions = swung_positions(steps, eighths.percent if eighths else None, sixteenths.percent if sixteenths else None)
    placed = place(take, None, steps, positions=positions)
    code, velocity = take.voice_code[placed.index], take.velocity[placed.index]
    cell = placed.step * len(VOICES) + code
    keep = loudest(cell, velocity)
    step, offset = placed.step[keep], placed.offset[keep]
    steps_per_bar = placed.steps_per_bar
    bar, in_bar = np.divmod(step, steps_per_bar)
    onset_ms = take.onset_seconds[placed.index] * 1000
    double_ms, double_velocity, others = _doubles(cell, velocity, onset_ms, keep)
    return Frame(
        metre=placed.metre,
        steps_per_quarter=steps,
        steps_per_bar=steps_per_bar,
        bars=placed.bars,
        first_bar=int(bar[0]),
        step=step,
        bar=bar,
        in_bar=in_bar,
        code=code[keep],
        velocity=velocity[keep],
        offset_ms=offset / steps * _quarter_ms(take)[placed.index[keep]],
        offset_steps=offset,
        double_ms=double_ms,
        double_velocity=double_velocity,
        others=others,
        eighths=eighths,
        sixteenths=sixteenths,
        swing_note=swing_note,
    )


def _doubles(
    cell: NDArray[np.int64], velocity: NDArray[np.int64], onset_ms: NDArray[np.float64], kept: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """For each kept hit, in the order of `kept`: the gap to the loudest other hit of its cell, its velocity, and how
    many others there are."""
    others = np.ones(len(cell), dtype=bool)
    others[kept] = False
    rest = np.flatnonzero(others)
    main = np.searchsorted(cell[kept], cell[rest])  # `loudest` sorts by cell
    apart = np.abs(onset_ms[rest] - onset_ms[kept[main]]) >= RETRIGGER_MS
    rest, main = rest[apart], main[apart]
    seconds = rest[loudest(cell[rest], velocity[rest])] if len(rest) else rest
    gap = np.full(len(kept), np.nan)
    level = np.zeros(len(kept), dtype=np.int64)
    place = np.searchsorted(cell[kept], cell[seconds])
    gap[place] = onset_ms[seconds] - onset_ms[kept[place]]
    level[place] = velocity[seconds]
    return gap, level, np.bincount(main, minlength=len(kept))


def _quarter_ms(take: Take) -> NDArray[np.float64]:
    """Length of a quarter at each hit, in ms."""
    at = np.array([change.quarters for change in take.tempos])
    bpm = np.array([change.bpm for change in take.tempos])
    return 60_000 / bpm[in_force(at, take.onset_quarters)]
