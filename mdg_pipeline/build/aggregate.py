"""Many documents' values of one quantity -> one Parameter that lists its evidence.

Weighted mean after the values beyond two weighted standard deviations are left out; the spread is the
weighted standard deviation of what remains.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mdg_core.profile import Evidence, Parameter
from mdg_pipeline.documents import Document, RawKind

EVIDENCE_SHOWN = 20
_OUTLIER_DEVIATIONS = 2.0
_FEW = 5  # among so few values none can be told to be an outlier
_ENOUGH_WEIGHT = 8.0  # bars of trusted evidence at which a parameter has half its confidence


@dataclass(frozen=True, slots=True)
class Observation:
    """One document's value; `weight` is trust (0-1) times the bars it rests on."""

    document: str
    source: str
    kind: RawKind
    title: str
    value: float
    weight: float


def parameter(observations: Sequence[Observation], unit: str, *, tolerance: float, keep_all: bool = False) -> Parameter:
    """`tolerance`: the spread, in `unit`, at which agreement counts half; `keep_all`: outliers are out already."""
    usable = [item for item in observations if item.weight > 0 and math.isfinite(item.value)]
    if not usable:
        return Parameter(value=None, unit=unit, confidence=0.0)
    kept = usable if keep_all else without_outliers(usable)
    values, weights = np.array([o.value for o in kept]), np.array([o.weight for o in kept])
    mean = float(np.average(values, weights=weights))
    spread = float(math.sqrt(np.average((values - mean) ** 2, weights=weights)))
    total = float(weights.sum())
    confidence = total / (total + _ENOUGH_WEIGHT) * (1 / (1 + spread / tolerance)) ** 0.5
    return Parameter(
        value=round(mean, 4),
        unit=unit,
        spread=round(spread, 4),
        confidence=round(confidence, 3),
        evidence=evidence_of(kept),
        evidence_count=len({item.document for item in kept}),
    )


def without_outliers(observations: Sequence[Observation]) -> list[Observation]:
    """The observations within two weighted standard deviations of the weighted mean."""
    if len(observations) < _FEW:
        return list(observations)
    values, weights = np.array([o.value for o in observations]), np.array([o.weight for o in observations])
    mean = np.average(values, weights=weights)
    deviation = math.sqrt(np.average((values - mean) ** 2, weights=weights))
    limit = _OUTLIER_DEVIATIONS * deviation
    return [o for o in observations if abs(o.value - mean) <= limit or deviation == 0]


def evidence_of(observations: Sequence[Observation]) -> list[Evidence]:
    """The weightiest observations as evidence."""
    ranked = sorted(observations, key=lambda item: (-item.weight, item.document, item.title))
    return [
        Evidence(
            document=item.document,
            source=item.source,
            title=item.title,
            value=round(item.value, 4),
            weight=round(item.weight, 4),
        )
        for item in ranked[:EVIDENCE_SHOWN]
    ]


def with_copies(
    params: Mapping[str, Parameter], documents: Mapping[str, Document], same: Mapping[str, str]
) -> dict[str, Parameter]:
    """The parameters, their evidence naming what holds the same drums; `same`: see `same_drums.counted_once`."""
    copies: dict[str, list[str]] = defaultdict(list)
    for copy, original in sorted(same.items()):
        copies[original].append(copy)
    if not copies:
        return dict(params)

    def told(item: Evidence) -> Evidence:
        document = documents.get(item.document)
        return item.model_copy(update={"copies": copies.get(document.uri, [])}) if document else item

    return {
        name: found.model_copy(update={"evidence": [told(item) for item in found.evidence]})
        for name, found in params.items()
    }


def weighted_mode(observations: Sequence[Observation], width: float) -> float:
    """The centre of the densest `width` of the values (the weighted mean of what lies within it)."""
    values, weights = np.array([o.value for o in observations]), np.array([o.weight for o in observations])
    mass = [weights[np.abs(values - centre) <= width / 2].sum() for centre in values]
    within = np.abs(values - values[int(np.argmax(mass))]) <= width / 2
    return float(np.average(values[within], weights=weights[within]))
