"""The kick on the accents of a riff that the client brings; the hands stay the artist's."""

from __future__ import annotations

from collections.abc import Sequence

from mdg_drummer.bars import SNARES, Bar, Grid, V, clamp
from mdg_drummer.ownnotes import OwnNote, bars_of_notes
from mdg_drummer.plan import Plan
from mdg_drummer.vocabulary import Vocabulary

# what makes a note of the riff an accent, in parts: loud, long, low, on a strong place
_LOUD, _LONG, _LOW, _STRONG = 0.45, 0.2, 0.2, 0.15
_MORE = 1.5  # times the kicks of the artist's bar, at most
_FRAME = 0.5  # share of the artist's bars with a kick on the 1, from which that stays
_WITH_SNARE = 0.2  # the same of another step, from which a kick may fall together with a loud snare
_LOUD_SNARE = 80
_SOFTER = 0.85  # the least accent against the greatest

Accents = dict[int, float]  # step of a bar -> 0-1


def following(bars: Sequence[Bar], grid: Grid, words: Vocabulary, plan: Plan, riff: Sequence[Accents]) -> list[Bar]:
    """The bars with their kick on the accents of the riff's bars, which go round; a bar the riff rests in stays."""
    return [_followed(bar, grid, words, plan, riff[i % len(riff)]) for i, bar in enumerate(bars)]


def accents_of(notes: Sequence[OwnNote], grid: Grid, bars: int | None) -> list[Accents]:
    """How much each onset of a riff is an accent, bar by bar; `bars` is its length, by default up to its last note."""
    per = grid.steps_per_quarter
    count = bars or bars_of_notes(notes, grid.steps / per)
    out: list[Accents] = [{} for _ in range(count)]
    loud = _relative([note.velocity for note in notes])
    long = _relative([min(note.duration, 2.0) for note in notes])
    low = _relative([-(note.pitch or 0) for note in notes])
    for note, *shares in zip(notes, loud, long, low, strict=True):
        bar, step = divmod(round(note.start * per), grid.steps)
        bar %= count  # a hair early for the 1 of the next time round
        weight = _LOUD * shares[0] + _LONG * shares[1] + _LOW * shares[2] + _STRONG * grid.strength(step) / 3
        out[bar][step] = max(weight, out[bar].get(step, 0.0))
    return out


def _relative(values: Sequence[float]) -> list[float]:
    """Between the least and the greatest, 0-1; 0.5 where all are alike."""
    low, high = min(values), max(values)
    return [(value - low) / (high - low) if high > low else 0.5 for value in values]


def _followed(bar: Bar, grid: Grid, words: Vocabulary, plan: Plan, accents: Accents) -> Bar:
    if not accents:
        return bar
    own = {step: velocity for (step, voice), velocity in bar.items() if voice is V.KICK}
    known = words.steps(V.KICK)
    open_to = {step: weight for step, weight in accents.items() if step in own or _may_kick(bar, grid, known, step)}
    most = max(1, round(_MORE * max(1, len(own))))
    chosen = sorted(open_to, key=lambda step: (-open_to[step] - known.get(step, 0.0) / 2, step))[:most]
    if 0 in own and known.get(0, 0.0) >= _FRAME:
        chosen = [*chosen, 0]
    if not chosen:
        return bar
    hands = {cell: velocity for cell, velocity in bar.items() if cell[1] is not V.KICK}
    usual = sum(own.values()) / len(own) if own else plan.loudness(V.KICK)
    top = max(accents.values())
    for step in chosen:
        weight = accents.get(step, top) / top if top else 1.0
        hands[step, V.KICK] = clamp(own.get(step, usual) * (_SOFTER + (1 - _SOFTER) * weight))
    return hands


def _may_kick(bar: Bar, grid: Grid, known: dict[int, float], step: int) -> bool:
    """A step on which the artist is known to kick, or a beat; under a loud snare where the artist often does."""
    if any(bar.get((step, voice), 0) > _LOUD_SNARE for voice in SNARES):
        return known.get(step, 0.0) >= _WITH_SNARE
    return step in known or grid.strength(step) >= 2
