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

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import Voice
from mdg_core.pattern import Pattern

_STEPS_PER_QUARTER = 24
_VOICE_NUMBER = {voice: number for number, voice in enumerate(Voice)}

BarCells = frozenset[int]  # what a bar plays: a number for each voice and 24th of a quarter


def cells_of(pattern: Pattern) -> list[BarCells]:
    """Each bar as its cells, comparable with the bars of other grids."""
    size = pattern.steps_per_bar
    places = [round(step * _STEPS_PER_QUARTER / pattern.steps_per_quarter) * len(_VOICE_NUMBER) for step in range(size)]
    bars: list[set[int]] = [set() for _ in range(pattern.bars)]
    for hit in pattern.hits:
        bars[hit.step // size].add(places[hit.step % size] + _VOICE_NUMBER[hit.voice])
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
    """n different bars, as rows of the cells that any of them plays; shapes (n, cells) and (n,)."""

    column: dict[int, int]  # of each cell
    played: NDArray[np.float32]
    hits: NDArray[np.float32]


def sources_of(patterns: Iterable[Pattern]) -> Sources:
    """Every different bar of the patterns."""
    bars = {bar for pattern in patterns for bar in cells_of(pattern)}
    column = {cell: index for index, cell in enumerate(sorted(frozenset().union(*bars)))}
    played = np.zeros((len(bars), len(column)), np.float32)
    for row, bar in enumerate(sorted(bars, key=sorted)):
        played[row, [column[cell] for cell in bar]] = 1
    return Sources(column, played, played.sum(axis=1))


def joined(one: Sources, other: Sources) -> Sources:
    """The bars of both."""
    column = dict(one.column)
    for cell in other.column:
        column.setdefault(cell, len(column))
    played = np.zeros((len(one.played) + len(other.played), len(column)), np.float32)
    played[: len(one.played), : len(one.column)] = one.played
    played[len(one.played) :, [column[cell] for cell in other.column]] = other.played
    return Sources(column, played, played.sum(axis=1))


def novelty(pattern: Pattern, sources: Sources) -> NDArray[np.float64]:
    """Of each bar of the clip its distance to the nearest source bar, 0 (a copy) to 1; shape (bars,)."""
    return novelty_of(cells_of(pattern), sources)


def novelty_of(bars: Sequence[BarCells], sources: Sources) -> NDArray[np.float64]:
    """`novelty` of a clip whose cells are known."""
    if not len(sources.played):
        return np.ones(len(bars))
    played = np.zeros((len(bars), len(sources.column)), np.float32)
    for row, bar in enumerate(bars):
        played[row, [sources.column[cell] for cell in bar if cell in sources.column]] = 1
    common = played @ sources.played.T
    either = np.array([[len(bar)] for bar in bars]) + sources.hits - common
    return np.asarray((1 - common / np.maximum(either, 1)).min(axis=1), float)
