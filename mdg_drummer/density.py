"""Fewer or more strokes, in the order in which a drummer would leave them out or bring them in."""

from __future__ import annotations

from collections.abc import Mapping

from mdg_drummer.bars import GHOST_VELOCITY, SNARES, TIMEKEEPERS, Bar, Cell, Grid, V, Voice, clamp, only
from mdg_drummer.limbs import BACKBEAT, KICK, TIME, Part, accents, under_snare
from mdg_drummer.vary import timekeeper
from mdg_drummer.vocabulary import Vocabulary

_SOFT_TIME = 0.72  # an added stroke of the time-keeping hand, against its neighbours
_MOST_ADDED = 0.6  # of the strokes that are there, at density 1
_GROWING: tuple[Part, ...] = (TIME, KICK, BACKBEAT)


def with_density(bar: Bar, words: Vocabulary, grid: Grid, density: float) -> Bar:
    """The bar at `density` -1 (only its frame) to 1 (as busy as this groove gets); 0 leaves it as it is."""
    if density < 0:
        return _thinned(bar, _leave_out(bar, words, grid), -density)
    room = density * _MOST_ADDED * len(bar)
    out, added = dict(bar), 0
    for figure in _figures(bar, words, grid):
        if abs(room - added - len(figure)) >= abs(room - added):  # the whole figure would lead away from what is asked
            break
        out |= figure
        added += len(figure)
    return out


def with_density_of(bar: Bar, words: Vocabulary, grid: Grid, densities: Mapping[Voice, float]) -> Bar:
    """The bar with each voice at a density of its own, -1 (only its part of the frame) to 1 (as busy as it gets)."""
    for voice, density in densities.items():
        own = only(bar, (voice,))
        if density < 0:
            bar = _thinned(bar, [cell for cell in _leave_out(bar, words, grid) if cell[1] is voice], -density)
        elif density > 0:
            candidates = [(cell, v) for cell, v in _bring_in(bar, words, grid, voice) if cell[1] is voice]
            most = min(len(candidates), max(1, round(_MOST_ADDED * max(len(own), len(bar) / 4))))
            bar = bar | dict(candidates[: round(density * most)])
    return bar


def _thinned(bar: Bar, order: list[Cell], share: float) -> Bar:
    gone = order[: round(share * len(order))]
    return {cell: velocity for cell, velocity in bar.items() if cell not in gone}


def _leave_out(bar: Bar, words: Vocabulary, grid: Grid) -> list[Cell]:
    """The strokes that are not the frame, the most dispensable first.

    The frame is the time-keeping hand on the beats, the kick there, and the backbeats. Ghost notes thin out: of every
    two the one goes first that the artist plays less often there, and the other only after the hand's weak strokes.
    """
    time = timekeeper(bar)
    loud = accents(bar)
    ghosts = [cell for cell in bar if cell[1] in SNARES and bar[cell] < GHOST_VELOCITY and cell not in loud]
    rarest = sorted(ghosts, key=lambda cell: (words.ghosts.get(cell[0], 0.0), -cell[0]))
    thinned = set(rarest[: (len(rarest) + 1) // 2])

    def rank(cell: Cell) -> int | None:
        step, voice = cell
        strength = grid.strength(step)
        if cell in loud and (strength >= 2 or bar[cell] > 80):
            return None
        if voice in SNARES:
            return 0 if cell in thinned else (None if bar[cell] >= GHOST_VELOCITY and strength >= 2 else 2)
        if voice is V.KICK:
            return None if strength >= 2 else 3 - 2 * (strength == 0) + 2 * (strength == 1)
        if voice in TIMEKEEPERS or voice is time:
            return None if strength >= 2 else 1 + 3 * (strength == 1)
        return 2

    ranked = sorted((r, -cell[0], cell[1]) for cell in bar if (r := rank(cell)) is not None)
    return [(-step, voice) for _, step, voice in ranked]


def _figures(bar: Bar, words: Vocabulary, grid: Grid) -> list[Bar]:
    """What could be added, in turn: figures of the artist's that hold what a limb plays and more, then single strokes.

    Of the figures that fit, the one comes next that adds least, of equals the one that the artist plays most.
    """
    out: list[Bar] = []
    grown = dict(bar)
    while figure := _next_figure(grown, words):
        out.append(figure)
        grown |= figure
    return out + [{cell: velocity} for cell, velocity in _bring_in(grown, words, grid)]


def _next_figure(bar: Bar, words: Vocabulary) -> Bar | None:
    best: tuple[int, float, list[Cell]] | None = None
    for part in _GROWING:
        ours = {cell for cell in bar if cell[1] in part}
        for figure, share in words.figures(part).items():
            if ours and len(figure) > len(ours) and ours < figure:
                more = sorted(figure - ours)
                if any(under_snare(cell, bar) or not _is_free(cell, bar) for cell in more):
                    continue
                if best is None or (len(more), -share, more) < best:
                    best = len(more), -share, more
    return {cell: clamp(words.velocity[cell]) for cell in best[2]} if best else None


def _is_free(cell: Cell, bar: Bar) -> bool:
    step, voice = cell
    return voice not in TIMEKEEPERS or (step, V.PEDAL_HAT) not in bar


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
        return not under_snare(cell, bar)
    if voice is V.SNARE:
        return not any((step, v) in bar for v in (*SNARES, V.KICK))
    if voice is asked and voice not in TIMEKEEPERS:
        return True
    return voice in (time, asked) and not any((step, v) in bar for v in (*TIMEKEEPERS, V.PEDAL_HAT))
