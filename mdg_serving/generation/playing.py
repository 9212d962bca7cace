"""From a grid to a performance: the swing in force, timing and touch."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from mdg_core.feel import habits_of, load_prior, swing_offset
from mdg_core.feel_places import Places, positions_of
from mdg_core.feel_prior import CELLS, LANES, LIMITS, Floats, mean_of, no_habits, value_at
from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Pattern
from mdg_core.profile import Feel
from mdg_core.stepgrid import MAX_VELOCITY, level_of
from mdg_serving.generation.bars import clamp
from mdg_serving.generation.request import GenerationRequest

# the softest and the loudest velocity of each level of the step grid
_RANGES = [(min(vs), max(vs)) for n in range(1, 10) for vs in [[v for v in range(1, 128) if level_of(v) == n]]]
_UNKNOWN_SPREAD = 14.0
_LEAST_SPREAD = 3.0
_SATURATED = 0.85  # of the strokes above 119 in the Groove MIDI Dataset, those of 127
_KNOWN_HITS = 20.0  # of a place of the bar, at which the artist's own timing there counts as much as anybody's
_LEAST_GAP = 0.125  # steps between two hits of a voice
_NORMAL = NormalDist()

Array = NDArray[np.float64]


def play(
    patterns: Sequence[Pattern],
    feels: Sequence[Feel],
    request: GenerationRequest,
    *,
    tempo: float,
    seeds: Sequence[int],
) -> list[Pattern]:
    """The patterns (of one metre) on their swung grids and, unless humanising is off, as the artist plays them.

    Each depends on its own feel and seed alone; they are played together because the human prior then hears all in
    one pass.
    """
    if not request.humanize:
        both = zip(patterns, feels, strict=True)
        return [_placed(p, _swing_offsets(p, f), [hit.velocity for hit in p.hits]) for p, f in both]
    heard = _quantiles(patterns, feels, tempo)
    out = []
    for pattern, feel, quantiles, seed in zip(patterns, feels, heard, seeds, strict=True):
        offset = _swing_offsets(pattern, feel) + request.timing_amount * _timing(pattern, feel, quantiles, tempo, seed)
        touch = _Touch(feel, pattern, random.Random(seed))  # noqa: S311 - music, not secrets
        velocities = [touch.velocity(hit, request.velocity_amount) for hit in pattern.hits]
        out.append(_placed(pattern, offset, velocities))
    return out


def _swing_offsets(pattern: Pattern, feel: Feel) -> Array:
    per = pattern.steps_per_quarter
    bent = np.array([swing_offset(step, per, feel.swing_eighths, feel.swing_sixteenths) for step in range(per)])
    return np.asarray(bent[[hit.step % per for hit in pattern.hits]])


def _placed(pattern: Pattern, offsets: Array, velocities: Iterable[int]) -> Pattern:
    """The hits at these offsets, none before the start, each voice in the order of its steps."""
    earliest: dict[Voice, float] = {}
    hits = []
    for hit, offset, velocity in zip(pattern.hits, offsets.tolist(), velocities, strict=True):
        onset = max(hit.step + offset, earliest.get(hit.voice, 0.0))
        earliest[hit.voice] = onset + _LEAST_GAP
        hits.append(Hit(hit.step, hit.voice, velocity, onset - hit.step))
    return replace(pattern, hits=tuple(hits))


def _quantiles(patterns: Sequence[Pattern], feels: Sequence[Feel], tempo: float) -> list[Floats]:
    """What the human prior expects of the k hits of each pattern, (QUANTITIES, k, levels).

    `Places.quantiles` for many patterns in one pass, and with windows that follow one another without overlap.
    """
    grids, streams, habits, looked_up = [], [], [], []
    for pattern, feel in zip(patterns, feels, strict=True):
        places = Places(pattern) if pattern.hits else None
        length = places.length if places else CELLS
        starts = [*range(0, max(1, length - CELLS), CELLS), max(0, length - CELLS)]
        stream = (np.unique(starts)[:, None] + np.arange(CELLS)) % length
        grid = np.zeros((length, LANES), np.bool_)
        known = habits_of(feel) if feel.cells else no_habits()[0]
        if places:
            grid[places.cell, places.lane] = True
            window = np.minimum(places.cell // CELLS, len(stream) - 1)
            cell = places.cell - stream[window, 0]
            looked_up.append((len(habits) + window, cell, places.lane))
        else:
            looked_up.append((np.zeros(0, np.int64),) * 3)
        grids.append(grid[stream])
        streams.append(stream)
        habits += [known] * len(stream)
    cells = np.concatenate(streams)
    speed = np.full(len(cells), _heard(tempo), np.float32)
    positions = positions_of(patterns[0].metre, cells)
    told = np.stack(habits) if any(feel.cells for feel in feels) else None
    found = load_prior().quantiles(np.concatenate(grids), positions, speed, told)
    return [found[:, window, cell, lane] for window, cell, lane in looked_up]


def _timing(pattern: Pattern, feel: Feel, quantiles: Floats, tempo: float, seed: int) -> Array:
    """Offsets from the swung grid in steps.

    Drawn from the human prior, and where a place of the bar is well known from the artist's own mean and spread
    there; both at one level, which what is played together shares (`Places.draw`).
    """
    if not pattern.hits:
        return np.zeros(0)
    places = Places(pattern)
    levels = places.draw(load_prior().shared, np.random.default_rng(seed))[0]
    expected = mean_of(quantiles[0]).astype(float)
    deviation = value_at(quantiles[0], levels, LIMITS[0]) - expected
    places.take_off_swing(expected)
    places.take_off_subdivision(expected)
    offset = (expected + deviation) * 15000 / _heard(tempo)
    cells = {(cell.voice, cell.step / feel.steps_per_quarter): cell for cell in feel.cells}
    for index, hit in enumerate(pattern.hits):
        cell = cells.get((hit.voice, hit.step % pattern.steps_per_bar / pattern.steps_per_quarter))
        if cell is not None:
            own = cell.offset_ms + cell.offset_spread_ms * _NORMAL.inv_cdf(float(levels[index]))
            offset[index] += cell.count / (cell.count + _KNOWN_HITS) * (own - offset[index])
    return np.asarray(offset * tempo / 60000 * pattern.steps_per_quarter)


def _heard(tempo: float) -> float:
    """The tempo as the prior hears it: beyond what its corpus holds, offsets keep the ms of its end."""
    return min(max(tempo, 50.0), 290.0)


class _Touch:
    """How loud an artist plays what is written with one of nine levels.

    Of the normal distribution of the stroke's place in the feel (of its voice, where the place is not known) the
    part that lies within the level; but of the loudest level most are 127, because pads send no more.
    """

    def __init__(self, feel: Feel, pattern: Pattern, rng: random.Random) -> None:
        self._rng = rng
        self._pattern = pattern
        self._cells: dict[tuple[Voice, float], tuple[float, float]] = {}
        for cell in feel.cells:
            place = cell.step / feel.steps_per_quarter
            self._cells[cell.voice, place] = cell.velocity, max(cell.velocity_spread, _LEAST_SPREAD)

    def velocity(self, hit: Hit, amount: float) -> int:
        level = level_of(hit.velocity)
        softest, loudest = _RANGES[level - 1]
        if loudest == MAX_VELOCITY and self._rng.random() < _SATURATED:
            return clamp(hit.velocity + amount * (MAX_VELOCITY - hit.velocity))
        place = hit.step % self._pattern.steps_per_bar / self._pattern.steps_per_quarter
        mean, spread = self._cells.get((hit.voice, place), (float(hit.velocity), _UNKNOWN_SPREAD))
        usual = NormalDist(mean, spread)
        low, high = usual.cdf(softest - 0.5), usual.cdf(loudest + 0.5)
        share = low + self._rng.random() * (high - low)
        # a level that this place has hardly ever been played with has no distribution to speak of
        drawn = usual.inv_cdf(share) if 1e-6 < share < 1 - 1e-6 else self._rng.uniform(softest, loudest)
        within = min(max(drawn, softest), loudest)
        return clamp(hit.velocity + amount * (within - hit.velocity))
