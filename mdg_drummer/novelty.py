"""How far bars lie from one another: the measure by which variations differ and copies are found.

Conventions: only what is hit and when counts, not how hard, so that a copy played softer is still a copy.
Onsets are compared on a grid of 24 steps a quarter, on which every grid of the project lies but fives and sevens
(these fall on the nearest step).

bar distance   hits of one bar that the other has not, counted both ways (the Hamming distance of the two grids)
novelty        hits of one bar that the other has not, both ways, over all hits of either (the Jaccard distance, 0-1)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import Voice
from mdg_core.pattern import Pattern
from mdg_drummer.bars import Bar, Cell, Grid

_STEPS_PER_QUARTER = 24
_VOICE_NUMBER = {voice: number for number, voice in enumerate(Voice)}

BarCells = frozenset[int]  # what a bar plays: a number for each voice and 24th of a quarter


def cells_of(pattern: Pattern) -> list[BarCells]:
    """Each bar as its cells, comparable with the bars of other grids."""
    size = pattern.steps_per_bar
    places = [round(step * _STEPS_PER_QUARTER / pattern.steps_per_quarter) * len(_VOICE_NUMBER) for step in range(size)]
    bars: list[set[int]] = [set() for _ in range(pattern.bars)]
    for step, voice, *_ in pattern.hits:
        bars[step // size].add(places[step % size] + _VOICE_NUMBER[voice])
    return [frozenset(bar) for bar in bars]


def mean_bar_distance(a: Pattern, b: Pattern) -> float:
    """Mean of the bar distance over the bars that two clips have in common, in hits."""
    return mean_distance(cells_of(a), cells_of(b))


def mean_distance(a: Sequence[BarCells], b: Sequence[BarCells]) -> float:
    """`mean_bar_distance` of clips whose cells are known."""
    pairs = list(zip(a, b, strict=False))
    return sum(len(x ^ y) for x, y in pairs) / len(pairs)


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """n different bars, as columns of the cells that any of them plays; shapes (cells, n) and (n,)."""

    row: dict[int, int]  # of each cell
    played: NDArray[np.float32]
    hits: NDArray[np.float32]
    bars: frozenset[BarCells] = frozenset()


def bar_cells(bar: Bar, grid: Grid) -> BarCells:
    """A bar on its grid as its cells."""
    number = _numbers(grid)
    return frozenset([number[cell] for cell in bar])


@lru_cache(maxsize=64)
def _numbers(grid: Grid) -> dict[Cell, int]:
    """The number of every cell of a bar on a grid."""
    size, per = len(_VOICE_NUMBER), grid.steps_per_quarter
    return {
        (step, voice): round(step * _STEPS_PER_QUARTER / per) * size + number
        for step in range(grid.steps)
        for voice, number in _VOICE_NUMBER.items()
    }


def sources_of(patterns: Iterable[Pattern]) -> Sources:
    """Every different bar of the patterns."""
    bars = {bar for pattern in patterns for bar in cells_of(pattern)}
    row = {cell: index for index, cell in enumerate(sorted(frozenset().union(*bars)))}
    played = np.zeros((len(row), len(bars)), np.float32)
    for column, bar in enumerate(sorted(bars, key=sorted)):
        played[[row[cell] for cell in bar], column] = 1
    return Sources(row, played, played.sum(axis=0), frozenset(bars))


def joined(one: Sources, other: Sources) -> Sources:
    """The bars of both."""
    row = dict(one.row)
    for cell in other.row:
        row.setdefault(cell, len(row))
    of_one = np.zeros((len(row), len(one.hits)), np.float32)
    of_one[: len(one.row)] = one.played
    of_other = np.zeros((len(row), len(other.hits)), np.float32)
    of_other[[row[cell] for cell in other.row]] = other.played
    played = np.hstack([of_one, of_other])
    return Sources(row, played, played.sum(axis=0), one.bars | other.bars)


def novelty(pattern: Pattern, sources: Sources) -> NDArray[np.float64]:
    """Of each bar of the clip its distance to the nearest source bar, 0 (a copy) to 1; shape (bars,)."""
    return novelties(cells_of(pattern), sources)


def novelties(bars: Sequence[BarCells], sources: Sources) -> NDArray[np.float64]:
    """`novelty` of bars whose cells are known."""
    if not len(sources.hits):
        return np.ones(len(bars))
    # only the rows of cells that any of these bars plays: most of the time goes into reading them
    known = {cell: index for index, cell in enumerate(c for c in frozenset().union(*bars) if c in sources.row)}
    cells = np.zeros((len(bars), len(known)), np.float32)
    for index, bar in enumerate(bars):
        cells[index, [known[cell] for cell in bar if cell in known]] = 1
    common = cells @ sources.played[[sources.row[cell] for cell in known]]
    either = np.array([len(bar) for bar in bars], np.float32)[:, None] + sources.hits - common
    return np.asarray(1 - (common / np.maximum(either, 1)).max(axis=1), float)
