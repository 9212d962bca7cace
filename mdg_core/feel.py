"""The humaniser: timing and dynamics as people, and as this artist, play them.

What belongs here: from a pattern on any grid to the prior's cells and back, what an artist's feel adds,
swing. What does not: the net itself (`feel_prior`).

Swing and the humaniser
-----------------------
Swing belongs to the grid: the caller bends it with `swing_offset`, which goes into the offsets of the
hits, and the humaniser's offsets come on top, relative to the swung grid. People swing too, so the prior
has swing in it; to keep it from being counted twice, the mean offset of the eighth upbeats and of either
sixteenth upbeat is brought to that of the beats wherever swing is already decided: when the hits given
are swung, or when the feel states a swing. A straight pattern without such a feel keeps what the prior
swings of itself.

From the general to the artist
------------------------------
`back_off` joins an artist's feel with that of the style, the style counting as a few hits a place. The
prior hears the sums of the joined feel, drawn to nothing where evidence is thin. Where a place of the
bar is played so evenly that its mean says more than the prior can, the result is drawn to that mean.

Conventions: offsets in steps of the pattern, late positive; amounts 0-1; feels in ms.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from mdg_core.feel_prior import (
    BAR,
    CELLS,
    LANE_OF,
    LANES,
    LEVELS,
    LIMITS,
    MEDIAN,
    QUANTITIES,
    Floats,
    Prior,
    habit_sums,
    load_prior,
    mean_of,
    value_at,
)
from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.profile import Feel, FeelCell

__all__ = ["Prior", "back_off", "habits_of", "humanise", "load_prior", "play", "swing_offset"]

STRAIGHT = 50.0
_SWING_HEARD = 1.0  # percent about straight that is no swing yet
_TEMPI = (50.0, 290.0)  # beyond what the corpus holds, offsets keep the ms of its end
_STYLE_HITS = 20  # a style counts at most as so many hits of the artist's at a place
_ANCHOR_HITS = 20.0
_ANCHOR_SPREADS = np.array([8.0, 6.0])  # ms and velocity: spread at which a place's mean has half its weight
_ACCENT = 14  # velocity above the voice's median: one level of the step grid
_LEAST_GAP = 0.125  # steps between two hits of a voice

Array = NDArray[np.float64]


def humanise(
    pattern: Pattern,
    *,
    tempo: float,
    feel: Feel | None = None,
    prior: Prior | None = None,
    seed: int | None = 0,
    deterministic: bool = False,
    timing: float = 1.0,
    velocity: float = 1.0,
    keep_accents: bool = False,
) -> Pattern:
    """The same hits as a person, or the artist of the feel, would play them.

    Parameters
    ----------
    tempo
        Quarter notes a minute, above 0.
    feel
        The artist's; `back_off` adds the style's. None: people in general.
    prior
        By default `load_prior()`.
    seed
        The same seed gives the same pattern; None a new one each time.
    deterministic
        Play what is expected (mean offset, median velocity) instead of drawing from what people do.
    timing, velocity
        0 leaves the pattern as it is, 1 is as played, between them in proportion.
    keep_accents
        Hits at least 14 louder than the median of their voice stay as loud as they are, and the order of
        loudness within each voice stays.

    Returns
    -------
    A pattern with the hits of the given one. Hits of a voice keep their order, none comes before the start.

    Raises
    ------
    ValueError
        The tempo is not positive or an amount is outside 0-1.
    """
    if not (0 <= timing <= 1 and 0 <= velocity <= 1):
        raise ValueError(f"amounts are 0 to 1, not timing {timing}, velocity {velocity}")
    played = play(pattern, tempo=tempo, feel=feel, prior=prior, seed=seed, deterministic=deterministic)
    given = np.array([hit.offset for hit in pattern.hits])
    hits = _in_order(pattern.hits, given + timing * (played[0] - given))
    return replace(pattern, hits=tuple(_dynamics(hits, played[1], velocity, keep_accents)))


def play(
    pattern: Pattern,
    *,
    tempo: float,
    feel: Feel | None = None,
    prior: Prior | None = None,
    seed: int | None = 0,
    deterministic: bool = False,
) -> Array:
    """What `humanise` makes of each of k hits before it sees to amounts, accents, order and the pattern's start.

    Returns offsets in steps and velocities, shape (2, k). Raises ValueError unless the tempo is positive.
    """
    if not (tempo > 0 and math.isfinite(tempo)):
        raise ValueError(f"tempo must be positive, not {tempo}")
    if not pattern.hits:
        return np.zeros((QUANTITIES, 0))
    prior = prior or load_prior()
    places = _Places(pattern)
    heard = float(np.clip(tempo, *_TEMPI))
    quantiles = places.quantiles(prior, heard, feel)
    expected = np.stack([mean_of(quantiles[0]), quantiles[1, :, MEDIAN]]).astype(float)
    deviation = np.zeros_like(expected)
    if not deterministic:
        levels = places.draw(prior.shared, np.random.default_rng(seed))
        for quantity, limits in enumerate(LIMITS):
            deviation[quantity] = value_at(quantiles[quantity], levels[quantity], limits) - expected[quantity]

    swing = _swing_of(pattern)
    if swing != (STRAIGHT, STRAIGHT) or (feel and (feel.swing_eighths, feel.swing_sixteenths) != swing):
        places.take_off_swing(expected[0])
    places.take_off_subdivision(expected[0])
    if feel:
        _anchor(pattern, feel, expected, deviation, quantiles, 15000 / heard)
    steps = pattern.steps_per_quarter / 4 * tempo / heard
    grid = np.array([swing_offset(hit.step, pattern.steps_per_quarter, *swing) for hit in pattern.hits])
    return np.stack([grid + (expected[0] + deviation[0]) * steps, np.clip(expected[1] + deviation[1], *LIMITS[1])])


def swing_offset(
    step: int, steps_per_quarter: int, swing_eighths: float = STRAIGHT, swing_sixteenths: float = STRAIGHT
) -> float:
    """How far swing moves a step, in steps.

    The swing is the percent of the first note in a pair of eighths or sixteenths: 50 straight, 66.7
    triplet. The time between is stretched evenly, the sixteenths within the swung eighths. Triplet
    grids have their swing in their steps, so nothing moves there. Raises ValueError outside 0-100.
    """
    if not (0 < swing_eighths < 100 and 0 < swing_sixteenths < 100):
        raise ValueError(f"swing is a percent between 0 and 100, not {swing_eighths} or {swing_sixteenths}")
    if steps_per_quarter % 3 == 0:
        return 0.0
    place = step % steps_per_quarter / steps_per_quarter
    half, within = divmod(2 * place, 1)
    bent = _bend((half + _bend(within, swing_sixteenths / 100)) / 2, swing_eighths / 100)
    return (bent - place) * steps_per_quarter


def _bend(place: float, middle: float) -> float:
    """0-1 stretched so that a half comes to `middle`."""
    return 2 * place * middle if place < 0.5 else 1 - 2 * (1 - place) * (1 - middle)


def back_off(artist: Feel | None, style: Feel | None) -> Feel | None:
    """The artist's feel, filled up with the style's where evidence is thin.

    At each place of the bar the style counts as at most 20 hits of the artist's. The swing is the
    artist's. A style in another metre or on another grid adds nothing.
    """
    if artist is None or style is None:
        return artist or style
    if (artist.metre, artist.steps_per_quarter) != (style.metre, style.steps_per_quarter):
        return artist
    cells = {(cell.voice, cell.step): [cell] for cell in artist.cells}
    for cell in style.cells:
        few = cell.model_copy(update={"count": min(cell.count, _STYLE_HITS)})
        cells.setdefault((cell.voice, cell.step), []).append(few)
    return artist.model_copy(update={"cells": [_pooled(group) for group in cells.values()]})


def _pooled(cells: Sequence[FeelCell]) -> FeelCell:
    """One place of the bar out of several reports of it, as if of all their hits."""
    weights = np.array([cell.count for cell in cells], float)

    def moments(mean: str, spread: str) -> tuple[float, float]:
        means = np.array([getattr(cell, mean) for cell in cells])
        spreads = np.array([getattr(cell, spread) for cell in cells])
        centre = float(np.average(means, weights=weights))
        return centre, math.sqrt(float(np.average(spreads**2 + (means - centre) ** 2, weights=weights)))

    offset, offset_spread = moments("offset_ms", "offset_spread_ms")
    level, level_spread = moments("velocity", "velocity_spread")
    return FeelCell(
        voice=cells[0].voice,
        step=cells[0].step,
        offset_ms=offset,
        offset_spread_ms=offset_spread,
        velocity=level,
        velocity_spread=level_spread,
        count=int(weights.sum()),
    )


def habits_of(feel: Feel) -> Floats:
    """A feel as the prior hears it: `feel_prior.habit_sums`, shape (QUANTITIES, 3, BAR, LANES)."""
    cells = feel.cells
    metre = Metre.parse(feel.metre)
    position = _positions(metre, np.array([_cell(cell.step, feel.steps_per_quarter) for cell in cells], int))
    means = [[cell.offset_ms for cell in cells], [cell.velocity for cell in cells]]
    spreads = [[cell.offset_spread_ms for cell in cells], [cell.velocity_spread for cell in cells]]
    lanes = np.array([LANE_OF[cell.voice] for cell in cells], int)
    return habit_sums(lanes, position, means, spreads, [cell.count for cell in cells])


def _cell(step: int, steps_per_quarter: int) -> int:
    """The nearest sixteenth; of two the earlier."""
    return math.ceil(4 * step / steps_per_quarter - 0.5)


def _positions(metre: Metre, cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sixteenth of a 4/4 bar, 0-15, that each sixteenth (from the start of a bar) is most like.

    A compound beat is taken for two quarters of which the second lacks its beat: strong, upbeat, upbeat.
    A long bar goes on with its second half.
    """
    bar = float(metre.bar_quarters) * 4
    within = np.floor(cells % bar + 1e-9).astype(np.int64)
    if metre.is_compound:
        within = 8 * (within // 6) + np.array([0, 1, 2, 3, 6, 7])[within % 6]
    return np.where(within < BAR, within, BAR // 2 + within % (BAR // 2))


class _Places:
    """The hits of a pattern on the prior's cells: a stream of sixteenths, read in windows of two bars."""

    def __init__(self, pattern: Pattern) -> None:
        per = pattern.steps_per_quarter
        self.metre = pattern.metre
        self.length = max(1, math.ceil(pattern.quarters * 4))
        # a last step just short of the end has its nearest sixteenth beyond it
        self.cell = np.minimum([_cell(hit.step, per) for hit in pattern.hits], self.length - 1)
        self.lane = np.array([LANE_OF[hit.voice] for hit in pattern.hits])
        self.on_sixteenth = np.array([4 * hit.step % per == 0 for hit in pattern.hits])
        # place within the quarter, in quarters
        self.phase = np.array([hit.step % per / per for hit in pattern.hits])

    def quantiles(self, prior: Prior, tempo: float, feel: Feel | None) -> Floats:
        """Of each of k hits, (QUANTITIES, k, levels); the mean where windows overlap, as a loop where it is short."""
        last = max(0, self.length - CELLS)
        starts = np.array([*range(0, last, BAR), last])
        stream = (starts[:, None] + np.arange(CELLS)) % self.length
        grid = np.zeros((self.length, LANES), np.bool_)
        grid[self.cell, self.lane] = True
        habits = habits_of(feel)[None].repeat(len(starts), axis=0) if feel else None
        speed = np.full(len(starts), tempo, np.float32)
        found = prior.quantiles(grid[stream], _positions(self.metre, stream), speed, habits)
        total = np.zeros((QUANTITIES, self.length, LANES, len(LEVELS)), np.float32)
        times = np.zeros(self.length, np.float32)
        for window, cells in enumerate(stream):
            for part in (slice(i, i + self.length) for i in range(0, CELLS, self.length)):
                total[:, cells[part]] += found[:, window, part]
                times[cells[part]] += 1
        return total[:, self.cell, self.lane] / times[self.cell, None]

    def draw(self, shared: Floats, rng: np.random.Generator) -> Array:
        """Levels 0-1 of the distributions, (QUANTITIES, k): alike within the take, a lane and a cell (a Gaussian copula)."""
        common = np.sqrt(shared.astype(float))
        own = np.sqrt(np.maximum(0, 1 - shared.sum(axis=1, dtype=float)))
        score = common[:, :1] * rng.standard_normal((QUANTITIES, 1))
        score = score + common[:, 1:2] * rng.standard_normal((QUANTITIES, LANES))[:, self.lane]
        score = score + common[:, 2:] * rng.standard_normal((QUANTITIES, self.length))[:, self.cell]
        score = score + own[:, None] * rng.standard_normal((QUANTITIES, len(self.cell)))
        normal = NormalDist()
        return np.array([[normal.cdf(z) for z in row] for row in score.tolist()])

    def take_off_swing(self, offset: Array) -> None:
        """Bring the mean of each kind of upbeat to that of the beats, in place."""
        beats = offset[self.phase == 0]
        level = beats.mean() if len(beats) else 0.0
        for phase in (0.25, 0.5, 0.75):
            upbeats = self.phase == phase
            if upbeats.any():
                offset[upbeats] += level - offset[upbeats].mean()

    def take_off_subdivision(self, offset: Array) -> None:
        """Off the sixteenths the prior's offset is mostly the way to the nearest one: only what all hits share stays."""
        known = offset[self.on_sixteenth]
        offset[~self.on_sixteenth] = known.mean() if len(known) else 0.0


def _swing_of(pattern: Pattern) -> tuple[float, float]:
    """The swing that the offsets of the hits show, of eighths and of sixteenths; straight within a percent."""
    per = pattern.steps_per_quarter
    if per % 2 or per % 3 == 0:
        return STRAIGHT, STRAIGHT
    played = [(hit.step % per / per, (hit.step % per + hit.offset) / per) for hit in pattern.hits]
    eighths = _heard([100 * onset for place, onset in played if place == 0.5])
    middle = eighths / 100
    sixteenths = [
        *(50 * onset / middle * 2 for place, onset in played if place == 0.25),
        *(100 * (onset - middle) / (1 - middle) for place, onset in played if place == 0.75),
    ]
    return eighths, _heard(sixteenths)


def _heard(percents: list[float]) -> float:
    if not percents:
        return STRAIGHT
    middle = float(np.clip(np.median(percents), 25, 90))
    return middle if abs(middle - STRAIGHT) > _SWING_HEARD else STRAIGHT


def _anchor(
    pattern: Pattern, feel: Feel, expected: Array, deviation: Array, quantiles: Floats, ms: float
) -> None:
    """Draw expectation and spread to those of the feel's places, the more the evener and oftener they are played.

    The weight is that of a mean under a normal prior, with its spread for the error. In place; `ms` to a sixteenth.
    """
    if Metre.parse(feel.metre).bar_quarters != pattern.metre.bar_quarters:
        return
    cells = {(cell.voice, cell.step / feel.steps_per_quarter): cell for cell in feel.cells}
    for index, hit in enumerate(pattern.hits):
        place = hit.step % pattern.steps_per_bar / pattern.steps_per_quarter
        if (cell := cells.get((hit.voice, place))) is None:
            continue
        for quantity, (mean, spread, unit) in enumerate(
            ((cell.offset_ms, cell.offset_spread_ms, ms), (cell.velocity, cell.velocity_spread, 1.0))
        ):
            half = _ANCHOR_SPREADS[quantity]
            weight = cell.count / (cell.count + _ANCHOR_HITS) * half**2 / (half**2 + spread**2)
            usual = float(quantiles[quantity, index, MEDIAN + 3] - quantiles[quantity, index, MEDIAN - 3]) / 1.683
            expected[quantity, index] += weight * (mean / unit - expected[quantity, index])
            deviation[quantity, index] *= 1 + weight * min(0.0, spread / unit / max(usual, 1e-6) - 1)


def _in_order(hits: Sequence[Hit], offsets: Array) -> list[Hit]:
    """The hits at these offsets, none before the start, each voice in the order of its steps."""
    earliest: dict[Voice, float] = {}
    out = []
    for hit, offset in zip(hits, offsets.tolist(), strict=True):
        onset = max(hit.step + offset, earliest.get(hit.voice, 0.0))
        earliest[hit.voice] = onset + _LEAST_GAP
        out.append(replace(hit, offset=onset - hit.step))
    return out


def _dynamics(hits: list[Hit], played: Array, amount: float, keep_accents: bool) -> Iterable[Hit]:
    """The hits as loud as `played`, by the amount."""
    given = np.array([hit.velocity for hit in hits], float)
    if keep_accents:
        for voice in {hit.voice for hit in hits}:
            of_voice = np.array([hit.voice is voice for hit in hits])
            played[of_voice] = _accents_kept(given[of_voice], played[of_voice])
    levels = np.clip(np.rint(given + amount * (played - given)), 1, 127).astype(int)
    return [replace(hit, velocity=level) for hit, level in zip(hits, levels.tolist(), strict=True)]


def _accents_kept(given: Array, played: Array) -> Array:
    """The played velocities of one voice in the order of the given ones, under the accents, which stay."""
    out = np.rint(played)
    accent = given >= np.median(given) + _ACCENT
    out[accent] = given[accent]
    rest = np.flatnonzero(~accent)
    # equals keep the played order among themselves
    ranked = rest[np.lexsort((played[rest], given[rest]))]
    out[ranked] = np.sort(out[rest])
    ceiling = 127.0
    for level in np.unique(given)[::-1]:
        group = given == level
        if not accent[group].any():
            out[group] = np.minimum(out[group], ceiling)
        ceiling = max(1.0, out[group].min() - 1)
    return out
