"""How far a profile can be relied on: one stated formula.

    confidence = coverage^(1/2) * agreement^(1/4) * quality^(1/4)

coverage   0.75 * (1 - exp(-bars / 24)) + 0.25 * (kinds of source with evidence) / 4
agreement  mean over the parameters, weighted by their evidence, of 1 / (1 + spread / tolerance)
quality    mean trust of the documents, weighted by the bars they gave; what was found by name counts as far as the
           identity is certain

All three are 0-1. 24 bars of drumming are about a minute; with them, one kind of source and fair agreement the
result is near 0.6, which is usable; several kinds, minutes of drumming and agreement give 0.8 and more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

_BARS_SCALE = 24.0
_KINDS = 4


def confidence(*, bars: float, kinds: int, agreements: Mapping[str, float], quality: float) -> dict[str, float]:
    """The parts and the "score", each 0-1. Without any bars or agreement the score is what the words alone carry."""
    coverage = 0.75 * (1 - math.exp(-bars / _BARS_SCALE)) + 0.25 * kinds / _KINDS
    agreement = sum(agreements.values()) / len(agreements) if agreements else 0.0
    score = coverage**0.5 * agreement**0.25 * quality**0.25
    parts = {"coverage": coverage, "agreement": agreement, "quality": quality, "score": score}
    return {name: round(value, 3) for name, value in parts.items()}
