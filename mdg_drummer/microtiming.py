"""When each stroke falls where no takes of the artist's decide: as people play, moved by what is known of the artist.

The prior says how far each stroke spreads and how the voices lean against each other. Its own mean is left out: that is
the latency of the kits that its corpus was recorded on. A clip is anchored on its first step, as takes are. At a place
of the bar that is known of the artist the artist's own mean and spread count, the more the more strokes are known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import Voice
from mdg_core.pattern import Pattern
from mdg_drummer.expected import TIMING, expected
from mdg_drummer.feel_artist import stated_lags, with_lags
from mdg_drummer.feel_places import Places, levels_of
from mdg_drummer.feel_prior import LIMITS, Prior, in_corpus, mean_of, value_at
from mdg_drummer.feels import KnownFeel
from mdg_drummer.known import share_known

# How loose a take is differs from take to take of one drummer in one style: the spread of the logarithm of its standard
# deviation in the Groove MIDI Dataset, less what four bars differ by anyway
_LOOSENESS_SPREAD = 0.2
# What of the variance of a stroke all of a bar's have in common, and what of a bar is left in the next; what all limbs
# of a step have in common; the rest is the limb's own. No voice differs throughout by more than its lean (`shares` in
# `python -m benchmarks.shrinkage`, Groove MIDI Dataset)
_BAR, _STEP = 0.22, 0.16
_BAR_MEMORY = 0.3
# Edited studio playing spreads half as far as the electronic kit of the prior's corpus; nor is it known of an artist of
# whom nothing is that voices lean so far
_SPREAD, _LEAN = 0.5, 0.5
_FARTHEST = 0.48  # steps: what is farther off would be heard, and was measured, as the next step

Array = NDArray[np.float64]


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

    `said` is by how many ms voices come later than others by what is said of the artist.
    """
    heard = expected(patterns, feels, prior, tempo, TIMING)
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
    bars, limbs = (rng.standard_normal(n) for n in (pattern.bars, len(places.cell)))
    steps = rng.standard_normal(places.length)
    step = np.array([hit.step for hit in pattern.hits])
    bar = step // pattern.steps_per_bar
    slow = bars.copy()
    for index in range(1, len(slow)):
        slow[index] = _BAR_MEMORY * slow[index - 1] + math.sqrt(1 - _BAR_MEMORY**2) * bars[index]
    shared = math.sqrt(_BAR) * slow[bar] + math.sqrt(_STEP) * steps[places.cell]
    shared[step == step[0]] = 0
    return np.asarray(shared + math.sqrt(1 - _BAR - _STEP) * limbs)


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
    unit = 15000 / in_corpus(tempo)
    offset = with_lags(pattern, feel.feel, mean * unit) + loose * _SPREAD * deviation * unit
    if said and not stated_lags(feel.feel):
        offset += [said.get(hit.voice, 0.0) for hit in pattern.hits]
    for index, (cell, score) in enumerate(zip(feel.cells_of(pattern), scores.tolist(), strict=True)):
        if cell is not None:
            own = cell.offset_ms + loose * cell.offset_spread_ms * score
            offset[index] += share_known(cell.count) * (own - offset[index])
    farthest = _FARTHEST * 60_000 / tempo / pattern.steps_per_quarter
    return np.asarray(np.clip(offset, -farthest, farthest))
