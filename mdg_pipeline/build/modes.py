"""The values about which an artist's songs gather: one tempo or several, straight songs and shuffled ones.

A kernel estimate of the density of the values is cut at its valleys. A part is a mode when it holds a share of the
weight and at least two statements; what lies in the other parts belongs to the nearest mode. Tempi are seen on a scale
of octaves (log2), on which half and double time are equally far from a tempo.

Half and double time: the same song is read at 72 by one and at 144 by another. Two modes an octave apart are
believed when one source has both, in different takes or sentences: it then means two kinds of song, since one source
counts in one way. Where every source has only one of them, they contradict each other: the mode of less weight
is left out and named as a conflict. Estimates from audio err by octaves, so they prove no second mode.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_pipeline.build.aggregate import Observation, without_outliers

_TEMPO_BANDWIDTH = 0.08  # octaves; tempi closer than a fifth of each other are one mode
_TEMPO_SHARE = 0.2
_VALLEY = 0.5  # of the lower of two peaks: a cut needs a density below it
_MIN_STATEMENTS = 2
_OCTAVE_TOLERANCE = 0.06  # octaves, 4 % of tempo
_PLACES = 512


@dataclass(frozen=True, slots=True)
class Modes:
    """`groups`: the observations of each mode without outliers, the greatest weight first; never empty."""

    groups: list[list[Observation]]
    conflicts: list[str]

    @property
    def kept(self) -> list[Observation]:
        return [item for group in self.groups for item in group]


def tempo_modes(observations: Sequence[Observation]) -> Modes:
    """The modes of tempi (beats a minute, above 0) that have a weight above 0; at least one is needed."""
    octaves = np.log2([item.value for item in observations])
    groups = grouped(observations, octaves, bandwidth=_TEMPO_BANDWIDTH, min_share=_TEMPO_SHARE)
    kept: list[list[Observation]] = []
    conflicts: list[str] = []
    for group in groups:
        other = next((each for each in kept if _are_octaves(each, group) and not _one_source_has(each, group)), None)
        if other is None:
            kept.append(group)
        else:
            conflicts.append(_conflict(group, other))
    return Modes(sorted((without_outliers(group) for group in kept), key=_weight, reverse=True), conflicts)


def grouped(
    observations: Sequence[Observation], places: NDArray[np.float64], *, bandwidth: float, min_share: float
) -> list[list[Observation]]:
    """The observations of each mode, the greatest weight first; every one of them belongs to a mode.

    `places` are their values on the scale on which `bandwidth` tells modes apart; `min_share` (0-1) of the weight
    makes a mode.
    """
    weights = np.array([item.weight for item in observations])
    part = np.searchsorted(_cuts(places, weights, bandwidth), places)
    parts = [np.flatnonzero(part == number) for number in np.unique(part)]
    modes = [
        which
        for which in parts
        if weights[which].sum() >= min_share * weights.sum()
        and len({(observations[i].document, observations[i].title) for i in which.tolist()}) >= _MIN_STATEMENTS
    ]
    if len(modes) < 2:
        return [list(observations)]
    centres = np.array([np.average(places[which], weights=weights[which]) for which in modes])
    mode_of = {i: number for number, which in enumerate(modes) for i in which.tolist()}
    nearest = np.abs(places[:, None] - centres).argmin(axis=1)
    groups: list[list[Observation]] = [[] for _ in modes]
    for i, item in enumerate(observations):
        groups[mode_of.get(i, int(nearest[i]))].append(item)
    return sorted(groups, key=_weight, reverse=True)


def _cuts(places: NDArray[np.float64], weights: NDArray[np.float64], bandwidth: float) -> NDArray[np.float64]:
    """The valleys that are deep enough, ascending."""
    scale = np.linspace(places.min() - 3 * bandwidth, places.max() + 3 * bandwidth, _PLACES)
    density = np.exp(-0.5 * ((scale[:, None] - places) / bandwidth) ** 2) @ weights
    rises = np.diff(density) > 0
    peaks = np.flatnonzero(rises[:-1] & ~rises[1:]) + 1
    cuts: list[float] = []
    peak = peaks[0]
    for following in peaks[1:]:
        valley = peak + int(np.argmin(density[peak : following + 1]))
        if density[valley] <= _VALLEY * min(density[peak], density[following]):
            cuts.append(float(scale[valley]))
            peak = following
        elif density[following] > density[peak]:
            peak = following
    return np.array(cuts)


def _are_octaves(one: Sequence[Observation], other: Sequence[Observation]) -> bool:
    octaves = abs(math.log2(_mean(one) / _mean(other)))
    return round(octaves) >= 1 and abs(octaves - round(octaves)) <= _OCTAVE_TOLERANCE


def _one_source_has(one: Sequence[Observation], other: Sequence[Observation]) -> bool:
    """Whether a source states both; a take or sentence that is on both sides is a reading, not two songs."""
    stated, too = ({(o.source, o.document, o.title) for o in group if o.kind != "audio"} for group in (one, other))
    return bool({source for source, *_ in stated - too} & {source for source, *_ in too - stated})


def _conflict(left_out: Sequence[Observation], kept: Sequence[Observation]) -> str:
    half = _mean(left_out) < _mean(kept)
    return (
        f"{_sources(left_out)}: {_mean(left_out):.0f} BPM, {_sources(kept)}: {_mean(kept):.0f} BPM; "
        f"taken for {'half' if half else 'double'} time of the same songs and left out"
    )


def _sources(group: Sequence[Observation]) -> str:
    return ", ".join(sorted({item.source for item in group}))


def _weight(group: Sequence[Observation]) -> float:
    return sum(item.weight for item in group)


def _mean(group: Sequence[Observation]) -> float:
    return sum(item.weight * item.value for item in group) / _weight(group)
