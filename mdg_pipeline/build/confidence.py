"""How far a profile can be relied on: one stated formula.

    confidence = coverage^(1/2) * agreement^(1/4) * quality^(1/4)

coverage   0.36 * known(bars) + 0.18 * known(bars with dynamics) + 0.21 * known(bars of performances)
           + 0.25 * (kinds of source with evidence) / 4,   known(bars) = 1 - exp(-bars / 24)
agreement  mean over the parameters, weighted by their evidence, of 1 / (1 + spread / tolerance)
quality    mean trust of the documents, weighted by the bars they gave; what was found by name counts as far as the
           identity is certain, and a file whose drums were guessed as far as that guess is sure

All are 0-1. Bars of takes that do not follow their file's tempo do not count. 24 bars of drumming are about a minute.
What was shown counts by its kind: however many files of one velocity on a grid there are, they say where this
artist strikes and nothing of how. So a score of 0.8, "excellent", is given only with 24 bars of performances.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mdg_core.profile import EXCELLENT_CONFIDENCE

_BARS_SCALE = 24.0
_KINDS = 4
_STROKES, _DYNAMICS, _TIMING, _OF_KINDS = 0.36, 0.18, 0.21, 0.25
_BELOW_EXCELLENT = EXCELLENT_CONFIDENCE - 0.01


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of drumming, by what they show; each weighted by the trust in its document."""

    strokes: float = 0.0
    dynamics: float = 0.0
    timing: float = 0.0  # of performances: played in time and touch


def confidence(*, bars: Bars, kinds: int, agreements: Mapping[str, float], quality: float) -> dict[str, float]:
    """The parts and the "score", each 0-1. Without any bars or agreement the score is what the words alone carry."""
    coverage = (
        _STROKES * _known(bars.strokes)
        + _DYNAMICS * _known(bars.dynamics)
        + _TIMING * _known(bars.timing)
        + _OF_KINDS * kinds / _KINDS
    )
    agreement = sum(agreements.values()) / len(agreements) if agreements else 0.0
    score = coverage**0.5 * agreement**0.25 * quality**0.25
    if bars.timing < _BARS_SCALE:
        score = min(score, _BELOW_EXCELLENT)
    parts = {"coverage": coverage, "agreement": agreement, "quality": quality, "score": score}
    return {name: round(value, 3) for name, value in parts.items()}


def _known(bars: float) -> float:
    return 1 - math.exp(-bars / _BARS_SCALE)
