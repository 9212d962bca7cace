"""Passages: the bars of a take as they follow one another, from the beginning of a phrase on.

Templates say what an artist plays; passages say what is repeated, what is varied after it and where a fill stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mdg_core.pattern import Pattern
from mdg_core.song.alike import gathered
from mdg_core.song.form import BarKind
from mdg_core.stepgrid import lanes_of

PASSAGE_BARS = 16  # the longest clip
_LEAST_BARS = 2
_MOST = 3  # of one take: those that are played most


@dataclass(frozen=True, slots=True)
class TakePassage:
    """Bars of a take as they follow one another, as one drummer plays them."""

    first_bar: int
    bars: int
    lanes: dict[str, str]
    fills: list[int] = field(default_factory=list)  # counted from the passage's first bar
    count: int = 1  # how often the take plays such a passage


def passages_of(
    kit: Pattern, cells: NDArray[np.float64], kinds: NDArray[np.int64], starts: Sequence[int]
) -> list[TakePassage]:
    """The runs of groove and fills, cut where phrases begin into passages of at most `PASSAGE_BARS` bars.

    Parameters
    ----------
    cells
        (voices, bars, steps of a bar), as `alike.cells_of` makes them.
    kinds
        A `BarKind` for each bar.
    starts
        The bars where pairs of groove bars begin, ascending.
    """
    cut = [(first, bars) for run in _runs(kinds) for first, bars in _cut(run, starts)]
    out: list[TakePassage] = []
    for length in sorted({bars for _, bars in cut}, reverse=True):
        firsts = [first for first, bars in cut if bars == length]
        groups = gathered(np.array([cells[:, first : first + length] for first in firsts]))
        for group in groups:
            first = firsts[group[0]]
            fills = np.flatnonzero(kinds[first : first + length] == BarKind.FILL).tolist()
            out.append(passage(first, kit.bar_range(first, length), fills, count=len(group)))
    return sorted(out, key=lambda found: (-found.bars * found.count, found.first_bar))[:_MOST]


def _runs(kinds: NDArray[np.int64]) -> list[tuple[int, int]]:
    """(first, end) of the runs of bars that are groove or fill."""
    inside = (kinds == BarKind.GROOVE) | (kinds == BarKind.FILL)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(np.int8), [0]])))
    return [(first, end) for first, end in edges.reshape(-1, 2).tolist()]


def _cut(run: tuple[int, int], starts: Sequence[int]) -> list[tuple[int, int]]:
    """(first, bars) of the passages of a run: each begins where a pair of bars does."""
    first, end = run
    begin = next((start for start in starts if first <= start < end), first)
    out = []
    while end - begin >= _LEAST_BARS:
        bars = min(PASSAGE_BARS, end - begin)
        out.append((begin, bars))
        begin = next((start for start in starts if start >= begin + bars), end)
    return out


def passage(first_bar: int, pattern: Pattern, fills: Sequence[int] = (), *, count: int = 1) -> TakePassage:
    """`fills`: bars of `pattern`, counted from 0."""
    lanes = {str(voice): lane for voice, lane in lanes_of(pattern).items()}
    return TakePassage(first_bar, pattern.bars, lanes, list(fills), count)
