"""From a take's bars to what stands for it: its grooves by how often it plays them, its fills, its intro and outro,
and passages that show how its bars follow one another.

Breaks and solos are none of these, and nothing is drawn from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mdg_core.groove.structure import MAX_BARS
from mdg_core.kit import VOICES
from mdg_core.pattern import Pattern
from mdg_core.profile import Role
from mdg_core.song.alike import cells_of, gathered
from mdg_core.song.form import BarKind, bar_kinds
from mdg_core.song.layers import apart
from mdg_core.song.passages import TakePassage, passages_of
from mdg_core.song.phrases import pair_starts
from mdg_core.stepgrid import lanes_of

PAIR_BARS = 2
_MAX_SEGMENTS = 64  # of one take: those it plays most, and of those it plays once some from all over it


@dataclass(frozen=True, slots=True)
class TakeSegment:
    """Some bars of a take on its grid, as one drummer plays them; `layers` as in `mdg_core.profile.PatternTemplate`."""

    role: Role
    first_bar: int
    bars: int
    lanes: dict[str, str]
    layers: dict[str, dict[str, str]] = field(default_factory=dict)
    count: int = 1  # how often the take plays them, near equals included


@dataclass(frozen=True, slots=True)
class _Drummer:
    """The part of one drummer, and what sounds with it."""

    kit: Pattern
    layers: Mapping[str, Pattern]

    def cut(self, role: Role, first: int, bars: int, count: int = 1) -> TakeSegment:
        beside = {name: layer.bar_range(first, bars) for name, layer in self.layers.items()}
        return segment(role, first, self.kit.bar_range(first, bars), layers=beside, count=count)


def cuttings_of(
    pattern: Pattern, fill_bars: Iterable[int] = (), *, role: Role = "groove", titled_solo: bool = False
) -> tuple[list[TakeSegment], list[TakePassage]]:
    """What a take gives to the artist's library, in the order of its bars; the first `MAX_BARS` bars are looked at.

    Parameters
    ----------
    fill_bars
        Bars in which the hands leave the groove, counted from the start of the pattern (`mdg_core.groove`).
    role
        Of the take as a whole, by its title: one that is a fill, an intro or an outro is cut once.
    titled_solo
        Its title says that it is a solo.
    """
    if pattern.bars > MAX_BARS:
        pattern = pattern.bar_range(0, MAX_BARS)
    drummer = _Drummer(*apart(pattern))
    cells = cells_of(drummer.kit).reshape(len(VOICES), pattern.bars, -1)
    played = np.flatnonzero(cells.any(axis=(0, 2))).tolist()
    if not played:
        return [], []
    if role != "groove":
        return [drummer.cut(role, played[0], min(played[-1] - played[0] + 1, PAIR_BARS))], []
    kinds = bar_kinds(cells, pattern.metre, fill_bars, titled_solo=titled_solo)
    grooves = np.flatnonzero(kinds == BarKind.GROOVE).tolist()
    starts, bars = pair_starts(cells > 0, kinds), PAIR_BARS
    if not starts:  # no two bars of groove follow one another
        starts, bars = grooves, 1
    out = _most_played(drummer, cells, "groove", starts, bars)
    out += _most_played(drummer, cells, "fill", np.flatnonzero(kinds == BarKind.FILL).tolist(), 1)
    opening = _stretch(np.flatnonzero(kinds == BarKind.INTRO).tolist())
    closing = _stretch(np.flatnonzero(kinds == BarKind.OUTRO).tolist())
    out += [drummer.cut("intro", opening[-PAIR_BARS:][0], len(opening[-PAIR_BARS:]))] if opening else []
    out += [drummer.cut("outro", closing[0], len(closing[:PAIR_BARS]))] if closing else []
    return out, passages_of(drummer.kit, cells, kinds, starts)


def _most_played(
    drummer: _Drummer, cells: NDArray[np.float64], role: Role, starts: Sequence[int], bars: int
) -> list[TakeSegment]:
    """Each different stretch once, in its most typical form and with how often it is played."""
    if not starts:
        return []
    groups = gathered(np.array([cells[:, start : start + bars] for start in starts]))
    if len(groups) > _MAX_SEGMENTS:
        often = sorted((group for group in groups if len(group) > 1), key=lambda group: (-len(group), min(group)))
        once = [group for group in groups if len(group) == 1]
        groups = often[:_MAX_SEGMENTS]
        room = _MAX_SEGMENTS - len(groups)
        groups += [once[i * len(once) // room] for i in range(room)]
    return sorted(
        (drummer.cut(role, starts[group[0]], bars, len(group)) for group in groups), key=lambda part: part.first_bar
    )


def _stretch(bars: Sequence[int]) -> list[int]:
    """The longest run of bars that follow one another, the first of equals."""
    runs: list[list[int]] = []
    for bar in bars:
        if runs and bar == runs[-1][-1] + 1:
            runs[-1].append(bar)
        else:
            runs.append([bar])
    return max(runs, key=len) if runs else []


def segment(
    role: Role, first_bar: int, pattern: Pattern, *, layers: Mapping[str, Pattern] | None = None, count: int = 1
) -> TakeSegment:
    """`layers`: of the same bars as `pattern`; those without a stroke are left out."""
    beside = {name: _lanes(layer) for name, layer in (layers or {}).items() if layer.hits}
    return TakeSegment(role, first_bar, pattern.bars, _lanes(pattern), beside, count)


def _lanes(pattern: Pattern) -> dict[str, str]:
    return {str(voice): lane for voice, lane in lanes_of(pattern).items()}
