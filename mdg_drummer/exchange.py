"""Bars made new as a drummer does: one limb plays a figure from elsewhere, and plays it whenever the bar comes round.

A change is what one limb of a bar plays and one of its neighbours in the artist's vocabulary does not. It is applied to
equal bars alike, so that they stay equal, and to bars that have much in common with them; to those with less another
may be, so that limbs do not come nearer to playing the same in all bars than they did: what is repeated, and what is
varied after it, remains the artist's. What makes a groove neither goes nor comes: its backbeats, the kick on the first
beat, the hand on the beats.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate

from mdg_drummer.bars import CYMBALS, TIMEKEEPERS, Bar, Cell, Grid, V, clamp
from mdg_drummer.limbs import ACCENT, BACKBEAT, KICK, TIME, Part, accents, under_snare
from mdg_drummer.vary import vary
from mdg_drummer.vocabulary import Vocabulary

MOST_EQUAL = 0.25  # share of a clip's bars that may be one of the sources'
_LIMBS: tuple[tuple[Part, float], ...] = ((KICK, 3.0), (BACKBEAT, 2.0), (TIME, 2.0))
_MEMBERS = {limb: frozenset(limb) for limb, _ in _LIMBS}
_MOST_MOVED = 4  # strokes that come or go in one change
_FURTHER = 0.35  # how much less likely a change is for each stroke more
_ASKED = 24  # bars of the vocabulary that are looked at for one change
_ALIKE = 0.5  # Jaccard distance up to which another bar takes part in a change
_ROUNDS = 8

_FIRM_ON_BEATS = frozenset((*BACKBEAT, *TIME))
_SAME_HAND = {V.OPEN_HAT, V.RIDE_BELL}  # as that which plays the hat or the ride

Cells = frozenset[Cell]
Figure = tuple[Bar, float]  # a bar of the vocabulary and its weight


@dataclass(frozen=True, slots=True)
class Change:
    """Strokes of one limb that go, and those that come with their velocities."""

    gone: frozenset[Cell]
    come: Bar

    def applied(self, bar: Bar) -> Bar:
        """A copy in which the limb plays the new figure, where it has played the old one."""
        out = {cell: velocity for cell, velocity in bar.items() if cell not in self.gone}
        for cell, velocity in self.come.items():
            if cell not in bar and _is_free(cell, out):
                out[cell] = velocity
        return out


def renewed(
    bars: Sequence[Bar],
    figures: Sequence[Figure],
    is_source: Callable[[Bar], bool],
    words: Vocabulary,
    grid: Grid,
    rng: random.Random,
    *,
    least: int = 1,
) -> list[Bar]:
    """The bars with at least `least` changes, and as many as it takes until few enough equal one of the sources'."""
    out = [dict(bar) for bar in bars]
    played = [frozenset(bar) for bar in out]
    is_known: dict[Cells, bool] = {frozenset(): False}
    allowed = int(MOST_EQUAL * len(out))
    reached = list(accumulate(weight for _, weight in figures))
    for turn in range(_ROUNDS):
        for bar, cells in zip(out, played, strict=True):
            if cells not in is_known:
                is_known[cells] = is_source(bar)
        equal = [index for index, cells in enumerate(played) if is_known[cells]]
        if turn >= least and len(equal) <= allowed:
            break
        asked = equal or range(len(out))
        counts = Counter(played[index] for index in asked)
        most = max(counts.values())
        at = next(index for index in asked if counts[played[index]] == most)
        # where the vocabulary has nothing new to offer a stroke by the artist's habits does
        offered = figures if turn < _ROUNDS // 2 else ()
        changes = _drawn(out[at], offered, reached, words, grid, rng)
        if changes is None:
            continue
        near = _ALIKE * rng.random()
        apart = {cells: _apart(cells, played[at]) for cells in set(played)}
        change = {cells: changes[by > near] for cells, by in apart.items() if by <= _ALIKE}
        new = [change[cells].applied(bar) if cells in change else bar for bar, cells in zip(out, played, strict=True)]
        now = [frozenset(bar) if cells in change else cells for bar, cells in zip(new, played, strict=True)]
        if len(set(now)) >= len(apart):  # an answer does not become its question
            out, played = new, now
    return out


def _apart(cells: Cells, anchor: Cells) -> float:
    """Jaccard distance, 0-1."""
    return len(cells ^ anchor) / max(1, len(cells | anchor))


def _drawn(
    anchor: Bar,
    figures: Sequence[Figure],
    reached: Sequence[float],
    words: Vocabulary,
    grid: Grid,
    rng: random.Random,
) -> tuple[Change, Change] | None:
    """Two changes of one limb each, maybe the same, towards bars of the vocabulary: for bars that are near, and others.

    Where none is in reach both are one stroke by the artist's habits. `reached` are the figures' weights, added up.
    """
    found: list[tuple[Change, float]] = []
    asked = rng.choices(figures, cum_weights=reached, k=_ASKED) if len(figures) > _ASKED else figures
    limbs = rng.choices([limb for limb, _ in _LIMBS], weights=[liking for _, liking in _LIMBS], k=len(asked))
    firm = _firm(anchor, words, grid)
    ours = {limb: {cell for cell in anchor if cell[1] in limb} for limb, _ in _LIMBS}
    for (figure, weight), limb in zip(asked, limbs, strict=True):
        change = _between(anchor, figure, limb, firm, ours[limb], grid)
        if change is not None:
            moved = len(change.gone) + len(change.come)
            apart = len(anchor.keys() ^ figure.keys())
            akin = 1 - 2 * apart / (len(anchor) + len(figure) + apart)
            found.append((change, weight * akin**2 * _FURTHER ** (moved - 1)))
    if found:
        near, other = rng.choices([change for change, _ in found], weights=[max(w, 1e-9) for _, w in found], k=2)
        return near, other
    varied = vary(anchor, words, grid, rng, 1)
    come = {cell: velocity for cell, velocity in varied.items() if cell not in anchor}
    gone = frozenset(anchor.keys() - varied.keys())
    change = Change(gone, come)
    return (change, change) if come or gone else None


def _between(
    anchor: Bar, figure: Bar, limb: Part, firm: Collection[Cell], ours: set[Cell], grid: Grid
) -> Change | None:
    """What of one limb, which plays `ours` in the anchor, the figure plays otherwise.

    The strokes are as loud beside the limb's loudest as they are in the figure. None where one lacks the limb or it is
    too much.
    """
    members = _MEMBERS[limb]
    theirs = {cell for cell in figure if cell[1] in members}
    if not ours or not theirs:
        return None  # a partner brings what it replaces, and brings nothing new
    apart = ours ^ theirs
    if not 0 < len(apart) <= _MOST_MOVED:
        return None
    if limb is TIME and ({voice for _, voice in ours} ^ {voice for _, voice in theirs}) - _SAME_HAND:
        return None  # another cymbal is another orchestration
    gone = frozenset(cell for cell in apart if cell in ours and cell not in firm)
    loudest, most = max(anchor[cell] for cell in ours), max(figure[cell] for cell in theirs)
    come = {
        cell: clamp(velocity * loudest / most)
        for cell, velocity in figure.items()
        if cell in apart
        and (not under_snare(cell, anchor) or under_snare(cell, figure))
        and not (_is_firm(cell, grid) and (limb is not BACKBEAT or velocity >= ACCENT * most))
    }
    if not (gone or come) or gone == ours:
        return None
    return Change(gone, come)


def _firm(bar: Bar, words: Vocabulary, grid: Grid) -> set[Cell]:
    """What makes the groove: its backbeats, the kick on the first beat, the hand on the beats."""
    loud = accents(bar)
    return {
        cell
        for cell in bar
        if (cell[1] not in _MEMBERS[BACKBEAT] and _is_firm(cell, grid))
        or (cell in loud and (_is_firm(cell, grid) or words.share.get(cell, 0.0) >= 0.5))
    }


def _is_firm(cell: Cell, grid: Grid) -> bool:
    """Whether it is the kick on the first beat, the hand on a beat, or on a beat of the snare, where accents are."""
    step, voice = cell
    return step == 0 if voice is V.KICK else voice in _FIRM_ON_BEATS and grid.strength(step) >= 2


def _is_free(cell: Cell, bar: Bar) -> bool:
    """Whether the limb has room there: one time-keeping stroke at a time, one drum under the snare's hand."""
    step, voice = cell
    if voice in TIMEKEEPERS:
        return not any((step, other) in bar for other in (*TIMEKEEPERS, *CYMBALS, V.PEDAL_HAT) if other is not voice)
    return not (voice in BACKBEAT and any((step, other) in bar for other in BACKBEAT if other is not voice))
