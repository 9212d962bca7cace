"""Fewer or more strokes, in the order in which a drummer would leave them out or bring them in."""

from __future__ import annotations

from mdg_drummer.bars import GHOST_VELOCITY, SNARES, TIMEKEEPERS, Bar, Cell, Grid, V, clamp
from mdg_drummer.vary import timekeeper
from mdg_drummer.vocabulary import Vocabulary

_SOFT_TIME = 0.72  # an added stroke of the time-keeping hand, against its neighbours
_MOST_ADDED = 0.6  # of the strokes that are there, at density 1


def with_density(bar: Bar, words: Vocabulary, grid: Grid, density: float) -> Bar:
    """The bar at `density` -1 (only its frame) to 1 (as busy as this groove gets); 0 leaves it as it is."""
    if density < 0:
        order = _leave_out(bar, grid)
        gone = order[: round(-density * len(order))]
        return {cell: velocity for cell, velocity in bar.items() if cell not in gone}
    out = dict(bar)
    candidates = _bring_in(bar, words, grid)
    for cell, velocity in candidates[: round(density * min(len(candidates), _MOST_ADDED * len(bar)))]:
        out[cell] = velocity
    return out


def _leave_out(bar: Bar, grid: Grid) -> list[Cell]:
    """The strokes that are not the frame, the most dispensable first.

    The frame is the time-keeping hand on the beats, the kick there, and what is loud on the snare.
    """

    time = timekeeper(bar)

    def rank(cell: Cell) -> int | None:
        step, voice = cell
        strength = grid.strength(step)
        if voice in SNARES:
            return 0 if bar[cell] < GHOST_VELOCITY else (None if bar[cell] > 80 else 2)
        if voice is V.KICK:
            return None if strength >= 2 else 3 - 2 * (strength == 0) + 2 * (strength == 1)
        if voice in TIMEKEEPERS or voice is time:
            return None if strength >= 2 else 1 + 3 * (strength == 1)
        return 2

    ranked = sorted((r, -cell[0], cell[1]) for cell in bar if (r := rank(cell)) is not None)
    return [(-step, voice) for _, step, voice in ranked]


def _bring_in(bar: Bar, words: Vocabulary, grid: Grid) -> list[tuple[Cell, int]]:
    """Strokes that could be added, the artist's own first, then the gaps of the time-keeping hand."""
    time = timekeeper(bar)
    own = [
        (cell, clamp(words.velocity[cell]))
        for cell in sorted(words.share, key=lambda c: (-words.share[c], c))
        if cell not in bar and _may_join(bar, cell, time)
    ]
    if time is None:
        return own
    strokes = [bar[cell] for cell in bar if cell[1] is time]
    soft = clamp(_SOFT_TIME * sum(strokes) / len(strokes))
    gaps = [step for step in range(grid.steps) if not any((step, v) in bar for v in (*TIMEKEEPERS, V.PEDAL_HAT))]
    gaps.sort(key=lambda step: (-grid.strength(step), step))
    known = {cell for cell, _ in own}
    return own + [((step, time), soft) for step in gaps if (step, time) not in known]


def _may_join(bar: Bar, cell: Cell, time: object) -> bool:
    step, voice = cell
    if voice is V.KICK:
        return not any((step, v) in bar and bar[step, v] > 80 for v in SNARES)
    if voice is V.SNARE:
        return not any((step, v) in bar for v in SNARES)
    return voice is time and not any((step, v) in bar for v in (*TIMEKEEPERS, V.PEDAL_HAT))
