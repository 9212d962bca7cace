"""Fills: which, how long, where they start, and the downbeat after them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from mdg_core.groove.structure import MIN_FILL_HITS, MIN_FILL_SHARE, USUAL
from mdg_drummer.bars import SNARES, TIMEKEEPERS, TOMS, Bar, Cell, Grid, V, Voice, clamp
from mdg_drummer.library import Groove
from mdg_drummer.plan import pick
from mdg_drummer.vary import crashed, timekeeper
from mdg_drummer.vocabulary import Vocabulary

_CRESCENDO = 0.6, 1.15  # of a fill made for want of the artist's own, against the snare's mean
_SHORT = 6  # steps of which none is left out
_PLAIN = 100  # the snare's mean where none is played
_SAME_FILL = 0.75  # of the strokes of both: from here on two fills are heard as one that comes again


def fill_bar(fills: Sequence[Groove], grid: Grid, rng: random.Random) -> Bar:
    """A bar of fill on `grid`: one of the artist's, or the first half of one and the second half of another.

    Needs at least one fill; each must lie on `grid`.
    """
    first = pick(fills, rng)
    bar = rng.choice(first.bars)
    others = [f for f in fills if f.id != first.id and f.style == first.style]
    if others and rng.random() < 0.5:
        tail = rng.choice(pick(others, rng).bars)
        half = middle(grid)
        bar = {c: v for c, v in bar.items() if c[0] < half} | {c: v for c, v in tail.items() if c[0] >= half}
    return dict(bar)


def fill_length(fill: Bar, words: Vocabulary, grid: Grid) -> Fraction:
    """The share of its bar, in whole beats, in which a fill departs from the groove with snare or toms; 0 if nowhere.

    What is cut out of a take as its fill begins with the groove it grows out of: so long are this artist's.
    """
    own = [step for step, voice in fill if departs((step, voice), words.share)]
    if not own:
        return Fraction(0)
    return 1 - int(min(own) / grid.beat) * grid.beat / grid.steps


def departs(cell: Cell, usual: Mapping[Cell, float]) -> bool:
    """Whether a stroke is of snare or toms and none of the groove, of which `usual` is the share of bars with each."""
    return cell[1] in (*SNARES, *TOMS) and usual.get(cell, 0.0) < USUAL


def is_fill(bar: Bar, usual: Mapping[Cell, float]) -> bool:
    """Whether a bar departs so far from the groove that it is measured as a fill (`mdg_core.groove.structure`)."""
    own = sum(departs(cell, usual) for cell in bar)
    return own >= MIN_FILL_HITS and own >= MIN_FILL_SHARE * len(bar)


def likeness(one: Bar, other: Bar, usual: Mapping[Cell, float]) -> float:
    """How much two bars have the same fill, 0-1: of all that either strikes beside the groove, the share of both."""
    own, theirs = ({cell for cell in bar if departs(cell, usual)} for bar in (one, other))
    return len(own & theirs) / len(own | theirs) if own and theirs else 0.0


def comes_again(fill: Bar, heard: Iterable[Bar], usual: Mapping[Cell, float]) -> bool:
    """Whether a bar ends in a fill that one of the others has ended in."""
    return any(likeness(fill, other, usual) >= _SAME_FILL for other in heard)


def share_that_come_again(passages: Sequence[Groove]) -> float:
    """Of the fills that follow another one in the same passage those that are one of those before them, 0-1."""
    again = total = 0
    for passage in passages:
        found = [passage.bars[index] for index in sorted(passage.fills)]
        if len(found) < 2:
            continue
        counts = Counter(cell for index, bar in enumerate(passage.bars) if index not in passage.fills for cell in bar)
        plain = max(1, len(passage.bars) - len(found))
        usual = {cell: count / plain for cell, count in counts.items()}
        again += sum(comes_again(bar, found[:index], usual) for index, bar in enumerate(found))
        total += len(found) - 1
    return again / total if total else 0.0


def plain_fill(groove: Bar, words: Vocabulary, grid: Grid, rng: random.Random, *, beats: int = 2) -> Bar:
    """For an artist of whom no fill is known: a crescendo of the hands over the last `beats` beats of the groove.

    On the snare, or the voice that the groove has instead of it, with the toms that these grooves have.
    """
    own = [voice for voice in SNARES if any(v is voice for _, v in groove)] or [V.SNARE]
    drums = [*own, *(voice for voice in reversed(TOMS) if words.has(voice))]
    start = _start_of_last(grid, beats)
    out = {cell: velocity for cell, velocity in groove.items() if cell[0] < start or cell[1] in (V.KICK, V.PEDAL_HAT)}
    steps = range(start, grid.steps)
    softest, loudest = (share * words.loudness.get(V.SNARE, _PLAIN) for share in _CRESCENDO)
    for place, step in enumerate(steps):
        if grid.strength(step) == 0 and len(steps) > _SHORT and rng.random() < 0.3:
            continue
        voice = drums[min(len(drums) - 1, place * len(drums) // len(steps))]
        out[step, voice] = clamp(softest + (loudest - softest) * place / len(steps))
    return out


def splice(groove: Bar, fill: Bar, grid: Grid, length: Fraction) -> Bar:
    """The groove up to a beat, then the fill; `length` is the fill's share of the bar, 0-1.

    When that part of the fill would be silent, more of it is taken.
    """
    start = start_of(fill, grid, length)
    before = {cell: velocity for cell, velocity in groove.items() if cell[0] < start}
    return before | {cell: velocity for cell, velocity in fill.items() if cell[0] >= start}


def start_of(fill: Bar, grid: Grid, length: Fraction) -> int:
    """The step from which `splice` plays the fill."""
    start = _start_of_last(grid, max(1, round(length * grid.steps / grid.beat)))
    return start if any(step >= start and voice not in TIMEKEEPERS for step, voice in fill) else 0


def without_weakest(fill: Bar, grid: Grid, start: int) -> Bar:
    """The fill without one stroke of the hands from `start` on: of those on the weakest places the softest."""
    hands = [cell for cell in fill if cell[0] >= start and cell[1] in (*SNARES, *TOMS)]
    weakest = min(hands, key=lambda cell: (grid.strength(cell[0]), fill[cell], cell), default=None)
    return {cell: velocity for cell, velocity in fill.items() if cell != weakest}


def land(bar: Bar, *, kick: int, crash: int) -> Bar:
    """The downbeat after a fill: a kick, and a crash in place of the time-keeping stroke; both are velocities."""
    out = crashed(bar, 0, V.CRASH, crash)
    out[0, V.KICK] = max(kick, out.get((0, V.KICK), 0))
    return out


def final_stroke(groove: Bar, step: int, *, kick: int, crash: int | None) -> Bar:
    """The last bar of an ending: the groove up to a step, one stroke there, and silence.

    `kick` and `crash` are velocities, the latter None for an artist without such a cymbal.
    """
    voice = V.CRASH if crash else (timekeeper(groove) or V.SNARE)
    before = {cell: velocity for cell, velocity in groove.items() if cell[0] < step}
    return before | {(step, V.KICK): kick, (step, voice): crash or kick}


def _start_of_last(grid: Grid, beats: int) -> int:
    """The step at which the last `beats` beats of a bar begin."""
    return max(0, int(grid.steps - beats * grid.beat))


def middle(grid: Grid) -> int:
    """The step of the beat at the middle of the bar, or before it."""
    beats = int(grid.steps / grid.beat)
    return int(beats // 2 * grid.beat) if beats > 1 else grid.steps // 2


def revoice(fill: Bar, grid: Grid, drums: Sequence[Voice], start: int, rng: random.Random) -> Bar:
    """The same rhythm with the hands of one beat on another drum: how drummers get two fills out of one.

    What comes before `start`, the groove's ghost notes and its backbeat, stays where it is.
    """
    playing = [(step, voice) for step, voice in sorted(fill) if voice in drums and step >= start]
    if not playing or len(drums) < 2:
        return dict(fill)
    beat = rng.choice(sorted({int(step // grid.beat) for step, _ in playing}))
    moved = [cell for cell in playing if int(cell[0] // grid.beat) == beat]
    others = [voice for voice in drums if voice is not moved[0][1]]
    target = rng.choice([voice for voice in others if voice in TOMS] or others)
    out = {cell: velocity for cell, velocity in fill.items() if cell not in moved}
    for cell in moved:
        here = (cell[0], target)
        out[here] = max(fill[cell], out.get(here, 0))
    return out
