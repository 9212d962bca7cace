"""A bar while it is being worked on: a dictionary from (step, voice) to velocity on a known grid.

`mdg_core.pattern.Pattern` is the finished, checked form; these functions lead there and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

from mdg_core.kit import CYMBALS, TOMS, Voice
from mdg_core.pattern import Hit, Metre, Pattern

__all__ = [
    "CYMBALS", "FEET", "GHOST_VELOCITY", "SNARES", "TIMEKEEPERS", "TOMS", "Bar", "Cell", "Grid", "V", "Voice",
    "bars_of", "clamp", "only", "pattern_of", "regrid", "without",
]  # fmt: skip

Cell = tuple[int, Voice]
Bar = dict[Cell, int]

if TYPE_CHECKING:
    V = Voice
else:  # the same, without the call that Python 3.11 makes for a member of an enum: they are asked for at every stroke
    V = SimpleNamespace(**Voice.__members__)
FEET = (V.KICK, V.PEDAL_HAT)
SNARES = (V.SNARE, V.SIDE_STICK, V.CLAP)
# what one hand keeps time on
TIMEKEEPERS = (V.CLOSED_HAT, V.OPEN_HAT, V.RIDE, V.RIDE_BELL, V.SHAKER, V.TAMBOURINE, V.COWBELL)

GHOST_VELOCITY = 60  # grid levels 1-4; what lies below is a ghost note where it is played on the snare


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid of one bar. Raises ValueError when the steps do not divide the bar."""

    metre: Metre
    steps_per_quarter: int
    steps: int = field(init=False, repr=False, compare=False)  # in a bar
    _strengths: tuple[int, ...] = field(init=False, repr=False, compare=False)  # asked for at every stroke

    def __post_init__(self) -> None:
        if (self.metre.bar_quarters * self.steps_per_quarter).denominator != 1:
            raise ValueError(f"{self.steps_per_quarter} steps a quarter do not divide a bar of {self.metre}")
        strengths = _strengths(self)
        object.__setattr__(self, "steps", len(strengths))
        object.__setattr__(self, "_strengths", strengths)

    @property
    def beat(self) -> Fraction:
        """Length of a beat in steps: three eighths in compound metres, else the note of the denominator."""
        unit = Fraction(4 * self.steps_per_quarter, self.metre.denominator)
        return unit * 3 if self.metre.is_compound else unit

    def strength(self, step: int) -> int:
        """How much metrical weight a step has: 3 the downbeat, 2 a beat, 1 the next level below, 0 the rest.

        The level below is the half of a beat in binary grids, the last third in ternary ones and the eighth
        in compound metres.
        """
        return self._strengths[step]

    @property
    def is_ternary(self) -> bool:
        """Whether a beat of a simple metre has only thirds (a written-out shuffle), not halves and quarters."""
        return not self.metre.is_compound and self.steps_per_quarter % 3 == 0


@lru_cache(maxsize=256)
def _strengths(grid: Grid) -> tuple[int, ...]:
    beat = grid.beat

    def strength(step: int) -> int:
        if step == 0:
            return 3
        within = Fraction(step) % beat
        if within == 0:
            return 2
        if grid.metre.is_compound:
            return int(within % (beat / 3) == 0)
        return int(within == (beat * 2 / 3 if grid.is_ternary else beat / 2))

    return tuple(strength(step) for step in range(int(grid.metre.bar_quarters * grid.steps_per_quarter)))


def bars_of(pattern: Pattern) -> list[Bar]:
    size = pattern.steps_per_bar
    bars: list[Bar] = [{} for _ in range(pattern.bars)]
    for step, voice, velocity, _, _ in pattern.hits:
        bars[step // size][step % size, voice] = velocity
    return bars


def pattern_of(bars: Sequence[Bar], grid: Grid) -> Pattern:
    size = grid.steps
    hits = (
        Hit(index * size + step, voice, velocity)
        for index, bar in enumerate(bars)
        for (step, voice), velocity in bar.items()
    )
    return Pattern(grid.metre, len(bars), grid.steps_per_quarter, tuple(hits))


def regrid(bar: Bar, factor: int) -> Bar:
    """The same bar on a grid that is `factor` times as fine."""
    return {(step * factor, voice): velocity for (step, voice), velocity in bar.items()}


def only(bar: Bar, voices: Iterable[Voice]) -> Bar:
    kept = tuple(voices)
    return {cell: velocity for cell, velocity in bar.items() if cell[1] in kept}


def without(bar: Bar, voices: Iterable[Voice]) -> Bar:
    gone = tuple(voices)
    return {cell: velocity for cell, velocity in bar.items() if cell[1] not in gone}


def clamp(velocity: float) -> int:
    return min(127, max(1, round(velocity)))
