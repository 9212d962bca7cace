"""Clips brought to pinned numbers: ghost notes, strokes a bar and syncopation by moves of the artist's, and the level.

Each is measured as profiles measure it (`mdg_core.groove`) and brought as near to its target as the moves allow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mdg_core.descriptors import BY_NAME
from mdg_core.groove.dynamics import ghost_notes
from mdg_core.groove.syncopation import STREAMS, syncopation_points
from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Pattern
from mdg_drummer.bars import GHOST_VELOCITY, SNARES, TOMS, Bar, Grid, V, bars_of, clamp, only, without
from mdg_drummer.density import with_density
from mdg_drummer.pins import Targets
from mdg_drummer.playable import playable_bars
from mdg_drummer.syncopation import with_syncopation
from mdg_drummer.vary import stroke_velocity
from mdg_drummer.vocabulary import Vocabulary

_AMOUNTS = [step / 25 for step in range(-25, 26)]  # of the options density and syncopation
_ROUNDS = 4  # of an option, each from where the one before it came to
_NEAR = 0.25  # of a parameter's tolerance: what is farther from its target is said
_GHOST_LEVEL = 0.22  # of the snare's accents, at most: clear of the 0.55 up to which a soft mode is one of ghost notes
_LONE = 1.6  # of the snare's mean: one that is louder than that makes ghost notes of the others when they are played
_STEEPEST = 1000.0  # velocities a standard deviation: all but two poles
_HALVINGS = 30
_NO_SPREAD = 1e-6

Bars = list[Bar]


def steered(
    bars: Sequence[Bar],
    grid: Grid,
    words: Vocabulary,
    targets: Targets,
    *,
    tempo: float,
    kept: tuple[Voice, ...] = (),
) -> Bars:
    """The bars with their strokes as near to the targets as they come; the voices in `kept` stay as they are."""

    def settled(changed: Sequence[Bar], frozen: tuple[Voice, ...] = kept) -> Bars:
        if frozen:
            changed = [without(new, frozen) | only(old, frozen) for new, old in zip(changed, out, strict=True)]
        return playable_bars(changed, grid, tempo, frozen)

    out = [dict(bar) for bar in bars]
    if targets.ghosts is not None and V.SNARE not in kept:
        ways = (settled(way) for way in _ghost_ways(out, grid, words, targets.ghosts))
        out = _nearest(out, ways, lambda way: ghost_share(way, grid), targets.ghosts)
        if targets.ghosts == 0:
            out = _without_lone_accents(out)
    fixed = kept if targets.ghosts is None else (*kept, V.SNARE)
    for option, measure, target, frozen in (
        (with_density, strokes_a_bar, targets.density, fixed),
        (with_syncopation, partial(syncopation_of, grid=grid), targets.syncopation, kept),
    ):
        for _ in range(_ROUNDS):
            if target is None:
                break
            before = measure(out)
            ways = (settled([option(bar, words, grid, amount) for bar in out], frozen) for amount in _AMOUNTS)
            out = _nearest(out, ways, measure, target)
            if measure(out) == before:
                break
    return out


def unmet(grids: Sequence[Pattern], played: Sequence[Pattern], targets: Targets) -> list[str]:
    """In words, the targets that clips do not come near to: their grids for the strokes, as played for the level."""
    if targets == Targets():
        return []
    bars = [(bars_of(pattern), Grid(pattern.metre, pattern.steps_per_quarter)) for pattern in grids]
    struck = [np.array(_velocities(pattern.hits)) for pattern in played]
    reached = (
        ("ghost_note_prob", targets.ghosts, [ghost_share(own, grid) for own, grid in bars]),
        ("density", targets.density, [strokes_a_bar(own) for own, _ in bars]),
        ("syncopation_level", targets.syncopation, [syncopation_of(own, grid) for own, grid in bars]),
        ("velocity_mean", targets.level, [float(velocity.mean()) for velocity in struck]),
        ("velocity_std", targets.spread, [float(velocity.std()) for velocity in struck]),
    )
    return [
        f"{name} is pinned at {target:g} {BY_NAME[name].unit}: the nearest that these clips come is {mean:.3g}"
        for name, target, values in reached
        if target is not None and abs((mean := sum(values) / len(values)) - target) > _NEAR * BY_NAME[name].tolerance
    ]


def _nearest(bars: Bars, ways: Iterable[Bars], measure: Callable[[Bars], float], target: float) -> Bars:
    """Of the bars and the ways to change them that which comes nearest to the target, the first of several."""
    return min([bars, *ways], key=lambda way: abs(measure(way) - target))


def strokes_a_bar(bars: Sequence[Bar]) -> float:
    return sum(map(len, bars)) / len(bars)


def syncopation_of(bars: Sequence[Bar], grid: Grid) -> float:
    """`mdg_core.groove.syncopation.kit_syncopation` of bars."""
    played = np.zeros((len(STREAMS), (len(bars) + 1) * grid.steps), dtype=bool)
    stream_of = {voice: stream for stream, voices in enumerate(STREAMS) for voice in voices}
    for index, bar in enumerate(bars):
        for step, voice in bar:
            if voice in stream_of:
                played[stream_of[voice], index * grid.steps + step] = True
    kick, snare, hat = played
    return syncopation_points(kick, snare, hat, grid.metre, grid.steps_per_quarter) / len(bars)


def ghost_share(bars: Sequence[Bar], grid: Grid) -> float:
    """Of the strokes of the snare those that are measured as ghost notes, 0-1."""
    ghosts = _ghosts(bars, grid)
    return sum(ghosts.values()) / len(ghosts) if ghosts else 0.0


_Place = tuple[int, int]  # bar and step of a stroke on the snare


def _ghosts(bars: Sequence[Bar], grid: Grid) -> dict[_Place, bool]:
    """The strokes of the snare, and whether each is a ghost note."""
    places = [(index, step) for index, bar in enumerate(bars) for step, voice in bar if voice is V.SNARE]
    if not places:
        return {}
    velocity = np.array([bars[index][step, V.SNARE] for index, step in places])
    found, _ = ghost_notes(velocity, np.array([_is_backbeat(step, grid) for _, step in places]))
    return dict(zip(places, found.tolist(), strict=True))


def _is_backbeat(step: int, grid: Grid) -> bool:
    return step % (2 * grid.beat) == grid.beat


def _ghost_ways(bars: Bars, grid: Grid, words: Vocabulary, target: float) -> Iterator[Bars]:
    """The bars with ever fewer or ever more ghost notes, until the target is passed."""
    if ghost_share(bars, grid) > target:
        yield from _with_fewer(bars, grid, words, target)
    elif words.has(V.SNARE):
        yield from _with_more(bars, grid, words, target)


def _with_fewer(bars: Bars, grid: Grid, words: Vocabulary, target: float) -> Iterator[Bars]:
    """Those go first that the artist plays least."""
    out = [dict(bar) for bar in bars]
    while ghost_share(out, grid) > target:
        ghosts = [place for place, is_ghost in _ghosts(out, grid).items() if is_ghost]
        index, step = min(ghosts, key=lambda place: (words.ghosts.get(place[1], 0.0), place))
        del out[index][step, V.SNARE]
        yield [dict(bar) for bar in out]


def _with_more(bars: Bars, grid: Grid, words: Vocabulary, target: float) -> Iterator[Bars]:
    """Where the artist plays them, then around the backbeats and on other weak places; at last for plain strokes."""
    out = [dict(bar) for bar in bars]
    loud = [v for bar in bars for (_, voice), v in bar.items() if voice is V.SNARE and v >= GHOST_VELOCITY]
    softest = _GHOST_LEVEL * (sum(loud) / len(loud) if loud else words.loudness[V.SNARE])

    def rank(place: _Place) -> tuple[float, float, int, _Place]:
        index, step = place
        beside = any(s in (step - 1, step + 1) and _is_backbeat(s, grid) for s, v in out[index] if v is V.SNARE)
        return -words.ghosts.get(step, 0.0), -words.share.get((step, V.SNARE), 0.0) - beside, grid.strength(step), place

    def is_free(place: _Place) -> bool:
        index, step = place
        return not any((step, voice) in out[index] for voice in (*SNARES, *TOMS))

    off = [(i, s) for i, bar in enumerate(bars) if bar for s in range(grid.steps) if not _is_backbeat(s, grid)]
    struck = [place for place, is_ghost in _ghosts(bars, grid).items() if not is_ghost and place in set(off)]
    for index, step in [*sorted(filter(is_free, off), key=rank), *sorted(struck, key=rank)]:
        if ghost_share(out, grid) >= target:
            return
        out[index][step, V.SNARE] = clamp(min(stroke_velocity(words, V.SNARE, step), softest))
        yield [dict(bar) for bar in out]
        yield _parted(out, softest)


def _parted(bars: Sequence[Bar], softest: float) -> Bars:
    """The snare in two levels: what is no ghost note is as loud as the mean of those at least.

    Comping between ghost notes and the accents of a fill is heard as either, all of it at once.
    """
    louder = [v for bar in bars for (_, voice), v in bar.items() if voice is V.SNARE and v > softest]
    mean = clamp(sum(louder) / len(louder)) if louder else 0
    return [
        {cell: max(v, mean) if cell[1] is V.SNARE and v > softest else v for cell, v in bar.items()} for bar in bars
    ]


def _without_lone_accents(bars: Sequence[Bar]) -> Bars:
    """Where no ghost note is wanted: no snare so loud that the plain strokes are heard as ghost notes beside it."""
    snares = [v for bar in bars for (_, voice), v in bar.items() if voice is V.SNARE]
    ceiling = clamp(_LONE * sum(snares) / len(snares)) if snares else 0
    return [{cell: min(v, ceiling) if cell[1] is V.SNARE else v for cell, v in bar.items()} for bar in bars]


def levelled(patterns: Sequence[Pattern], targets: Targets, kept: tuple[Voice, ...] = ()) -> list[Pattern]:
    """Each with the mean and the spread of its velocities brought to the targets; voices in `kept` stay."""
    if targets.level is None and targets.spread is None:
        return list(patterns)
    return [_levelled(pattern, targets, kept) for pattern in patterns]


def _levelled(pattern: Pattern, targets: Targets, kept: tuple[Voice, ...]) -> Pattern:
    free = [hit for hit in pattern.hits if hit.voice not in kept]
    before = np.array(_velocities(free), dtype=float)
    if not len(before):
        return pattern
    after = iter(_brought(before, targets.level, targets.spread).tolist())
    hits = []
    for hit in pattern.hits:
        hits.append(hit if hit.voice in kept else _struck(hit, after))
    return replace(pattern, hits=tuple(hits))


def _velocities(hits: Iterable[Hit]) -> list[int]:
    """Of the strokes and of those that double them."""
    return [velocity for hit in hits for velocity in (hit.velocity, *(double.velocity for double in hit.doubles))]


def _struck(hit: Hit, velocities: Iterator[int]) -> Hit:
    first = next(velocities)
    return hit._replace(velocity=first, doubles=tuple(d._replace(velocity=next(velocities)) for d in hit.doubles))


def _brought(velocity: NDArray[np.float64], mean: float | None, spread: float | None) -> NDArray[np.int64]:
    """The velocities stretched and moved together, so that within the ends 1 and 127 they have this mean and spread."""
    mean = float(velocity.mean()) if mean is None else mean
    spread = float(velocity.std()) if spread is None else spread
    shape = (velocity - velocity.mean()) / max(float(velocity.std()), _NO_SPREAD)
    low, high = 0.0, _STEEPEST
    for _ in range(_HALVINGS):  # the steeper the wider they lie
        gain = (low + high) / 2
        low, high = (gain, high) if _centred(shape, gain, mean).std() < spread else (low, gain)
    return np.asarray(np.rint(_centred(shape, high, mean)), dtype=np.int64)


def _centred(shape: NDArray[np.float64], gain: float, mean: float) -> NDArray[np.float64]:
    """`shape` times `gain`, moved so that within 1 and 127 its mean is `mean`."""
    low, high = -gain * float(shape.max()), 128 - gain * float(shape.min())
    for _ in range(_HALVINGS):
        centre = (low + high) / 2
        low, high = (centre, high) if np.clip(centre + gain * shape, 1, 127).mean() < mean else (low, centre)
    return np.clip(high + gain * shape, 1, 127)
