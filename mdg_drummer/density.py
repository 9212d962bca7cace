"""Fewer or more strokes, in the order in which a drummer would leave them out or bring them in."""

from __future__ import annotations

from collections.abc import Mapping

from mdg_drummer.bars import GHOST_VELOCITY, SNARES, TIMEKEEPERS, Bar, Cell, Grid, V, Voice, clamp, only
from mdg_drummer.vary import timekeeper
from mdg_drummer.vocabulary import Vocabulary

_SOFT_TIME = 0.72  # an added stroke of the time-keeping hand, against its neighbours
_MOST_ADDED = 0.6  # of the strokes that are there, at density 1


def with_density(bar: Bar, words: Vocabulary, grid: Grid, density: float) -> Bar:
    """The bar at `density` -1 (only its frame) to 1 (as busy as this groove gets); 0 leaves it as it is."""
    if density < 0:
        return _thinned(bar, _leave_out(bar, grid), -density)
    out = dict(bar)
    candidates = _bring_in(bar, words, grid)
    for cell, velocity in candidates[: round(density * min(len(candidates), _MOST_ADDED * len(bar)))]:
        out[cell] = velocity
    return out


def with_density_of(bar: Bar, words: Vocabulary, grid: Grid, densities: Mapping[Voice, float]) -> Bar:
    """The bar with each voice at a density of its own, -1 (only its part of the frame) to 1 (as busy as it gets)."""
    for voice, density in densities.items():
        own = only(bar, (voice,))
        if density < 0:
            bar = _thinned(bar, [cell for cell in _leave_out(bar, grid) if cell[1] is voice], -density)
        elif density > 0:
            candidates = [(cell, v) for cell, v in _bring_in(bar, words, grid, voice) if cell[1] is voice]
            most = min(len(candidates), max(1, round(_MOST_ADDED * max(len(own), len(bar) / 4))))
            bar = bar | dict(candidates[: round(density * most)])
    return bar


def _thinned(bar: Bar, order: list[Cell], share: float) -> Bar:
    gone = order[: round(share * len(order))]
    return {cell: velocity for cell, velocity in bar.items() if cell not in gone}


def _leave_out(bar: Bar, grid: Grid) -> list[Cell]:
    """The strokes that are not the frame, the most dispensable first.

    The frame is the time-keeping hand on the beats, the kick there, and what of the snare is loud or on a beat.
    """

    time = timekeeper(bar)

    def rank(cell: Cell) -> int | None:
        step, voice = cell
        strength = grid.strength(step)
        if voice in SNARES:
            return 0 if bar[cell] < GHOST_VELOCITY else (None if bar[cell] > 80 or strength >= 2 else 2)
        if voice is V.KICK:
            return None if strength >= 2 else 3 - 2 * (strength == 0) + 2 * (strength == 1)
        if voice in TIMEKEEPERS or voice is time:
            return None if strength >= 2 else 1 + 3 * (strength == 1)
        return 2

    ranked = sorted((r, -cell[0], cell[1]) for cell in bar if (r := rank(cell)) is not None)
    return [(-step, voice) for _, step, voice in ranked]


def _bring_in(bar: Bar, words: Vocabulary, grid: Grid, asked: Voice | None = None) -> list[tuple[Cell, int]]:
    """Strokes that could be added, the artist's own first, then the gaps of the time-keeping hand.

    `asked` is a voice that may join although it is not one of those that fill a groove.
    """
    time = timekeeper(bar)
    own = [
        (cell, clamp(words.velocity[cell]))
        for cell in sorted(words.share, key=lambda c: (-words.share[c], c))
        if cell not in bar and _may_join(bar, cell, time, asked)
    ]
    if time is None:
        return own
    strokes = [bar[cell] for cell in bar if cell[1] is time]
    soft = clamp(_SOFT_TIME * sum(strokes) / len(strokes))
    gaps = [step for step in range(grid.steps) if not any((step, v) in bar for v in (*TIMEKEEPERS, V.PEDAL_HAT))]
    gaps.sort(key=lambda step: (-grid.strength(step), step))
    known = {cell for cell, _ in own}
    return own + [((step, time), soft) for step in gaps if (step, time) not in known]


def _may_join(bar: Bar, cell: Cell, time: object, asked: Voice | None) -> bool:
    step, voice = cell
    if voice is V.KICK:
        return not any((step, v) in bar and bar[step, v] > 80 for v in SNARES)
    if voice is V.SNARE:
        return not any((step, v) in bar for v in SNARES)
    if voice is asked and voice not in TIMEKEEPERS:
        return True
    return voice in (time, asked) and not any((step, v) in bar for v in (*TIMEKEEPERS, V.PEDAL_HAT))
