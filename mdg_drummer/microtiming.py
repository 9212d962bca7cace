"""When each stroke falls where no takes of the artist's decide: as people play, moved by what is known of the artist.

The prior says how far each stroke spreads and how the voices lean against each other. Its own mean is left out: that is
the latency of the kits that its corpus was recorded on. A clip is anchored on its first step, as takes are. At a place
of the bar that is known of the artist the artist's own mean and spread count, the more the more strokes are known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import Voice
from mdg_core.pattern import Pattern
from mdg_drummer.feel_artist import stated_lags, with_lags
from mdg_drummer.feel_places import Places, levels_of, positions_of
from mdg_drummer.feel_prior import (
    CELLS,
    CENTRES,
    LANES,
    LIMITS,
    UNITS,
    Floats,
    Prior,
    features,
    mean_of,
    value_at,
)
from mdg_drummer.feels import KnownFeel

# How loose a take is differs from take to take of one drummer in one style: the spread of the logarithm of its standard
# deviation in the Groove MIDI Dataset, less what four bars differ by anyway
_LOOSENESS_SPREAD = 0.2
# What of the variance of a stroke all of a bar's have in common, and slowly changes; all limbs of a step; one drum
# throughout; the rest is the limb's own. Set so that strokes on the steps of the hat lie as far from it, and bars from
# each other, as in the takes of the Groove MIDI Dataset (`python -m benchmarks.realism`)
_BAR, _STEP, _VOICE = 0.25, 0.5, 0.05
_BAR_MEMORY = 0.7  # of one bar in the next
# Edited studio playing spreads half as far as the electronic kit of the prior's corpus; nor is it known of an artist of
# whom nothing is that voices lean so far
_SPREAD, _LEAN = 0.5, 0.5
_KNOWN_HITS = 20.0  # of a place of the bar, at which the artist's own timing there counts as much as anybody's
_FARTHEST = 0.48  # steps: what is farther off would be heard, and was measured, as the next step
_TEMPI = (50.0, 290.0)  # beyond what the prior's corpus holds, offsets keep the ms of its end

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """The k hits of a pattern on the prior's cells, and the quantiles of their offsets in sixteenths, (k, levels)."""

    places: Places
    quantiles: Floats


def timings(
    patterns: Sequence[Pattern],
    feels: Sequence[KnownFeel],
    prior: Prior,
    *,
    tempo: float,
    rngs: Sequence[np.random.Generator],
    said: Mapping[Voice, float] | None = None,
) -> list[Array]:
    """Of each pattern the offsets of its k hits from the swung grid in ms, (k,); all of one metre, at least one.

    `said` is by how many ms voices come later than others by what is said of the artist. All patterns are worked on at
    once, which takes two thirds of the time of one after the other.
    """
    heard = _expectations(patterns, feels, prior, tempo)
    both = zip(patterns, heard, rngs, strict=True)
    scores = [_scores(pattern, found.places, rng) for pattern, found, rng in both]
    quantiles = np.concatenate([found.quantiles for found in heard])
    mean = mean_of(quantiles).astype(float)
    deviation = value_at(quantiles, levels_of(np.concatenate(scores)), LIMITS[0]) - mean
    ends = np.cumsum([len(found.quantiles) for found in heard])[:-1]
    loose = [math.exp(_LOOSENESS_SPREAD * rng.standard_normal() - _LOOSENESS_SPREAD**2) for rng in rngs]
    places = [found.places for found in heard]
    each = zip(patterns, feels, places, scores, np.split(mean, ends), np.split(deviation, ends), loose, strict=True)
    return [_timing(*parts, tempo=tempo, said=said or {}) for parts in each]


def _scores(pattern: Pattern, places: Places, rng: np.random.Generator) -> Array:
    """Normal scores of the k hits, (k,); what their first step shares is nought, since the clip is anchored there."""
    bars, voices, limbs = (rng.standard_normal(n) for n in (pattern.bars, LANES, len(places.cell)))
    steps = rng.standard_normal(places.length)
    step = np.array([hit.step for hit in pattern.hits])
    bar = step // pattern.steps_per_bar
    slow = bars.copy()
    for index in range(1, len(slow)):
        slow[index] = _BAR_MEMORY * slow[index - 1] + math.sqrt(1 - _BAR_MEMORY**2) * bars[index]
    shared = math.sqrt(_BAR) * slow[bar] + math.sqrt(_STEP) * steps[places.cell]
    shared[step == step[0]] = 0
    own = math.sqrt(1 - _BAR - _STEP - _VOICE)
    return np.asarray(shared + math.sqrt(_VOICE) * voices[places.lane] + own * limbs)


def _expectations(
    patterns: Sequence[Pattern], feels: Sequence[KnownFeel], prior: Prior, tempo: float
) -> list[Expected]:
    """What the human prior expects of each pattern.

    `Places.quantiles` for timing alone and for many patterns in one pass, with windows that do not overlap.
    """
    grids, streams = [], []
    habits: list[Floats] = []
    where = []
    for pattern, feel in zip(patterns, feels, strict=True):
        places = Places(pattern)
        last = max(0, places.length - CELLS)
        stream = (np.array([*range(0, last, CELLS), last])[:, None] + np.arange(CELLS)) % places.length
        grid = np.zeros((places.length, LANES), np.bool_)
        grid[places.cell, places.lane] = True
        window = np.minimum(places.cell // CELLS, len(stream) - 1)
        where.append((places, (len(habits) + window, places.cell - stream[window, 0], places.lane)))
        grids.append(grid[stream])
        streams.append(stream)
        habits += [feel.habits] * len(stream)
    cells = np.concatenate(streams)
    positions = positions_of(patterns[0].metre, cells)
    speed = np.full(len(cells), _in_corpus(tempo), np.float32)
    told = features(np.concatenate(grids), positions, speed, np.stack(habits))[:1]
    found = prior.timing_alone(of_artist=bool(feels[0].cells))(told)[0]
    return [Expected(places, _in_sixteenths(found[at])) for places, at in where]


def _in_corpus(tempo: float) -> float:
    """The nearest tempo that the prior's corpus holds."""
    return min(max(tempo, _TEMPI[0]), _TEMPI[1])


def _in_sixteenths(found: Floats) -> Floats:
    """Quantiles in the nets' unit, some of which cross, as `Prior.quantiles` gives them."""
    return np.asarray(np.clip(np.sort(found, axis=-1) * UNITS[0] + CENTRES[0], *LIMITS[0]))


def _timing(
    pattern: Pattern,
    feel: KnownFeel,
    places: Places,
    scores: Array,
    mean: Array,
    deviation: Array,
    loose: float,
    *,
    tempo: float,
    said: Mapping[Voice, float],
) -> Array:
    """One pattern's offsets out of the prior's mean and the drawn deviation from it, both in sixteenths, (k,)."""
    # the swing is the feel's, so that the prior's own is none
    places.take_off_swing(mean)
    places.take_off_subdivision(mean)
    mean = _LEAN * (mean - mean.mean())
    unit = 15000 / _in_corpus(tempo)
    offset = with_lags(pattern, feel.feel, mean * unit) + loose * _SPREAD * deviation * unit
    if said and not stated_lags(feel.feel):
        offset += [said.get(hit.voice, 0.0) for hit in pattern.hits]
    for index, (cell, score) in enumerate(zip(feel.cells_of(pattern), scores.tolist(), strict=True)):
        if cell is not None:
            own = cell.offset_ms + loose * cell.offset_spread_ms * score
            offset[index] += cell.count / (cell.count + _KNOWN_HITS) * (own - offset[index])
    farthest = _FARTHEST * 60_000 / tempo / pattern.steps_per_quarter
    return np.asarray(np.clip(offset, -farthest, farthest))
