"""What an artist is known to play where: how often each voice falls on each step of a bar, over a set of grooves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from mdg_drummer.bars import GHOST_VELOCITY, Bar, Cell, V, Voice, regrid


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`share`: for each cell the weighted share of bars that play it, 0-1; `velocity`: the mean velocity there.

    `loudness` is the mean velocity of each voice. `ghosts` are the same shares as `share` for the snare's ghost notes
    alone. `bars` is the number of bars it rests on.
    """

    share: dict[Cell, float]
    velocity: dict[Cell, float]
    loudness: dict[Voice, float]
    ghosts: dict[int, float]
    bars: int
    heard: tuple[tuple[Bar, float], ...] = field(default=(), repr=False, compare=False)  # the bars, with their weights
    _figures: dict[tuple[Voice, ...], dict[frozenset[Cell], float]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _steps: dict[Voice, dict[int, float]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def has(self, voice: Voice) -> bool:
        return voice in self.loudness

    def figures(self, voices: tuple[Voice, ...]) -> dict[frozenset[Cell], float]:
        """What some voices play together in a bar -> the weight of the bars that have it."""
        if voices not in self._figures:
            found: dict[frozenset[Cell], float] = defaultdict(float)
            for bar, weight in self.heard:
                found[frozenset(cell for cell in bar if cell[1] in voices)] += weight
            self._figures[voices] = dict(found)
        return self._figures[voices]

    def steps(self, voice: Voice) -> dict[int, float]:
        """step -> share of one voice, in order of the steps."""
        if voice not in self._steps:
            self._steps[voice] = dict(sorted((step, share) for (step, v), share in self.share.items() if v is voice))
        return self._steps[voice]


def vocabulary(weighted_bars: Iterable[tuple[Bar, float]]) -> Vocabulary:
    """Of bars that lie on one grid, each with its weight (> 0)."""
    sums: dict[Cell, list[float]] = {}  # weight, weight times velocity: one look-up a stroke takes half the time of two
    ghosts: dict[int, float] = defaultdict(float)
    snare = V.SNARE
    total, count = 0.0, 0
    heard = tuple(weighted_bars)
    for bar, weight in heard:
        total += weight
        count += 1
        for cell, velocity in bar.items():
            known = sums.get(cell)
            if known is None:
                sums[cell] = [weight, weight * velocity]
            else:
                known[0] += weight
                known[1] += weight * velocity
            if velocity < GHOST_VELOCITY and cell[1] is snare:
                ghosts[cell[0]] += weight
    of_voice: dict[Voice, list[list[float]]] = defaultdict(list)
    for (_, voice), both in sums.items():
        of_voice[voice].append(both)
    return Vocabulary(
        share={cell: weight / total for cell, (weight, _) in sums.items()},
        velocity={cell: loud / weight for cell, (weight, loud) in sums.items()},
        loudness={
            voice: sum(loud for _, loud in found) / sum(weight for weight, _ in found)
            for voice, found in of_voice.items()
        },
        ghosts={step: weight / total for step, weight in sorted(ghosts.items())},
        bars=count,
        heard=heard,
    )


def regridded(words: Vocabulary, factor: int) -> Vocabulary:
    """The same on a grid that is `factor` times as fine."""
    if factor == 1:
        return words
    return replace(
        words,
        share={(step * factor, voice): share for (step, voice), share in words.share.items()},
        velocity={(step * factor, voice): velocity for (step, voice), velocity in words.velocity.items()},
        ghosts={step * factor: share for step, share in words.ghosts.items()},
        heard=tuple((regrid(bar, factor), weight) for bar, weight in words.heard),
    )


def typicality(bars: Sequence[Bar], words: Vocabulary) -> float:
    """How much of what these bars play is what is usually played, and the other way round, 0-1.

    The harmonic mean (F1) of the mean share of their strokes and of the share of all usual strokes that they play.
    """
    played = sum(words.share.get(cell, 0.0) for bar in bars for cell in bar)
    strokes, usual = sum(map(len, bars)), len(bars) * sum(words.share.values())
    return 2 * played / (strokes + usual) if strokes else 0.0
