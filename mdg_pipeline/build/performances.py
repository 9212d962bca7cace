"""Which bars of an artist's takes the profile carries stroke by stroke: a bounded set that covers tempos and styles."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from mdg_core.kit import Voice
from mdg_core.profile import Performance
from mdg_pipeline.analyse.takes import PlayedBars, TakeRow
from mdg_pipeline.build.feel import is_performance

MOST = 24  # excerpts of up to 16 bars: some 100 kB of JSON
# how far apart two excerpts are: a tempo by 15 %, a density by half
_TEMPO, _DENSITY = 0.15, 0.4
_STYLE, _DOCUMENT = 1.0, 1.0
_FARTHEST, _NEAREST = 4.0, 0.1


@dataclass(frozen=True, slots=True)
class _Excerpt:
    take: TakeRow
    played: PlayedBars
    weight: float

    def distance(self, other: _Excerpt) -> float:
        tempo = abs(math.log((self.take.tempo or 1) / (other.take.tempo or 1))) / _TEMPO
        density = abs(math.log(self._density / other._density)) / _DENSITY
        style = _STYLE * (self.take.style != other.take.style)
        return tempo + density + style + _DOCUMENT * (self.take.document != other.take.document)

    @property
    def _density(self) -> float:
        return len(self.played.steps) / self.played.bars


def performances(weighted: Iterable[tuple[TakeRow, float]]) -> list[Performance]:
    """Of takes and how far each is trusted (0-1) at most `MOST` excerpts, each as far from those before as may be."""
    left = [
        _Excerpt(take, played, weight)
        for take, weight in weighted
        if is_performance(take) and take.role == "groove" and take.tempo and weight > 0
        for played in take.played
    ]
    left.sort(key=lambda e: (-e.weight, -len(e.played.steps), e.take.document, e.take.item))
    nearest = [_FARTHEST] * len(left)
    chosen: list[_Excerpt] = []
    while left and len(chosen) < MOST:
        best = max(range(len(left)), key=lambda i: left[i].weight * nearest[i])
        chosen.append(left.pop(best))
        nearest.pop(best)
        nearest = [
            max(_NEAREST, min(far, chosen[-1].distance(other))) for far, other in zip(nearest, left, strict=True)
        ]
    return [_performance(excerpt) for excerpt in chosen]


def _performance(excerpt: _Excerpt) -> Performance:
    take, played = excerpt.take, excerpt.played
    return Performance(
        document=take.document,
        style=take.style,
        tempo=take.tempo or 0.0,
        metre=take.metre,
        steps_per_quarter=take.steps_per_quarter,
        bars=played.bars,
        swing_eighths=take.swing_eighths,
        swing_sixteenths=take.swing_sixteenths,
        shift_ms=take.shift_ms,
        weight=round(min(excerpt.weight, 1.0), 3),
        kit=[Voice(name) for name in played.kit],
        steps=played.steps,
        voice=played.voice,
        offset_ms=played.offset_ms,
        velocity=played.velocity,
    )
