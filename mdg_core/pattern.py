"""A drum pattern on a metrical grid: what is hit, where, how hard, and how far from the grid.

Conventions: a *quarter* is a quarter note, whatever the metre; a *step* is one cell of the
grid (`steps_per_quarter` of them to a quarter); offsets are played minus notated time, late
is positive; velocities are MIDI velocities, 1-127.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from mdg_core.kit import Voice


@dataclass(frozen=True, slots=True)
class Metre:
    """A time signature. ValueError unless the numerator is 1-32 and the denominator a power of two up to 32."""

    numerator: int = 4
    denominator: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.numerator <= 32 or self.denominator not in (1, 2, 4, 8, 16, 32):
            raise ValueError(f"not a time signature: {self.numerator}/{self.denominator}")

    @classmethod
    def parse(cls, text: str) -> Metre:
        """Read "4/4" or "6-8". Raises ValueError."""
        parts = text.replace("-", "/").split("/")
        if len(parts) != 2 or not all(part.strip().isdecimal() for part in parts):
            raise ValueError(f"not a time signature: {text!r} (write it like 4/4 or 6/8)")
        return cls(int(parts[0]), int(parts[1]))

    @property
    def bar_quarters(self) -> Fraction:
        """Length of a bar in quarter notes."""
        return Fraction(4 * self.numerator, self.denominator)

    @property
    def is_compound(self) -> bool:
        """Beats of three eighths (6/8, 9/8, 12/8)."""
        return self.denominator == 8 and self.numerator % 3 == 0 and self.numerator > 3

    @property
    def tempo_quarters(self) -> float:
        """Length in quarter notes of the beat that a tempo counts: 1.5 in compound metres, else 1."""
        return 1.5 if self.is_compound else 1.0

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


class Double(NamedTuple):
    """A softer stroke of a flam, drag or ruff, in the step of its main one; `offset` is from that step, in steps."""

    offset: float
    velocity: int


class Hit(NamedTuple):  # made by the thousand: a dataclass that is frozen takes twice as long
    """One stroke. `step` counts from the start of the pattern; `offset` is in steps."""

    step: int
    voice: Voice
    velocity: int
    offset: float = 0.0
    doubles: tuple[Double, ...] = ()


_STEP_OF = attrgetter("step")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Bars of drumming on a grid; the hits are sorted and no cell holds a voice twice.

    Raises ValueError when the grid does not fit the metre or a hit lies outside it.
    """

    metre: Metre
    bars: int
    steps_per_quarter: int
    hits: tuple[Hit, ...]

    def __post_init__(self) -> None:
        steps = self.steps_per_bar * self.bars
        if self.bars < 1:
            raise ValueError("a pattern has at least one bar")
        hits = sorted(self.hits)
        before: tuple[int, Voice] | None = None
        for step, voice, velocity, _, _ in hits:
            if not 0 <= step < steps:
                raise ValueError(f"step {step} is outside the {steps} steps of the pattern")
            if not 1 <= velocity <= 127:
                raise ValueError(f"velocity {velocity} is not within 1-127")
            if before == (before := (step, voice)):
                raise ValueError(f"two {voice} hits on step {step}")
        object.__setattr__(self, "hits", tuple(hits))

    @property
    def steps_per_bar(self) -> int:
        return _steps_per_bar(self.metre, self.steps_per_quarter)

    @property
    def steps(self) -> int:
        return self.bars * self.steps_per_bar

    @property
    def quarters(self) -> Fraction:
        """Length of the pattern in quarter notes."""
        return self.metre.bar_quarters * self.bars

    def bar(self, index: int) -> Pattern:
        """Bar `index` (0-based) as a pattern of its own."""
        return self.bar_range(index, 1)

    def bar_range(self, first: int, bars: int) -> Pattern:
        """`bars` bars from bar `first` (0-based) as a pattern of their own."""
        start, end = first * self.steps_per_bar, (first + bars) * self.steps_per_bar
        low, high = (bisect_left(self.hits, step, key=_STEP_OF) for step in (start, end))
        hits = (Hit(hit[0] - start, *hit[1:]) for hit in self.hits[low:high])
        return Pattern(self.metre, bars, self.steps_per_quarter, tuple(hits))


@lru_cache(maxsize=256)
def _steps_per_bar(metre: Metre, steps_per_quarter: int) -> int:
    steps = metre.bar_quarters * steps_per_quarter
    if steps.denominator != 1:
        raise ValueError(f"{steps_per_quarter} steps a quarter do not divide a bar of {metre}")
    return int(steps)


def join(patterns: list[Pattern]) -> Pattern:
    """The patterns one after another. Raises ValueError unless metre and grid are the same throughout."""
    first = patterns[0]
    if any((p.metre, p.steps_per_quarter) != (first.metre, first.steps_per_quarter) for p in patterns):
        raise ValueError("only patterns of one metre and one grid can be joined")
    hits: list[Hit] = []
    start = 0
    for pattern in patterns:
        hits += [hit._replace(step=hit.step + start) for hit in pattern.hits]
        start += pattern.steps
    return Pattern(first.metre, sum(p.bars for p in patterns), first.steps_per_quarter, tuple(hits))
