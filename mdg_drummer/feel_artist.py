"""What an artist's feel adds to how people play in general.

What belongs here: joining feels as evidence thins, a feel as the human prior hears it, following a player who
is more even than the prior, lag and swing that are stated of a voice. What does not: the pattern's grid
(`feel_places`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import Voice
from mdg_core.pattern import Metre, Pattern
from mdg_core.profile import Feel, FeelCell
from mdg_drummer.feel_places import cell_of, positions_of
from mdg_drummer.feel_prior import LANE_OF, MEDIAN, Floats, habit_sums

Array = NDArray[np.float64]

_DEVIATIONS_20_TO_80 = 1.683  # from the 20th to the 80th percentile of a normal distribution
_STYLE_HITS = 20  # a style counts at most as so many hits of the artist's at a place
_ANCHOR_HITS = 5.0
_ANCHOR_SPREADS = (10.0, 6.0)  # ms and velocity: spread at which a place's mean has half its weight


def back_off(artist: Feel | None, style: Feel | None) -> Feel | None:
    """The artist's feel, filled up with the style's where evidence is thin.

    At each place of the bar the style counts as at most 20 hits of the artist's. The swing is the
    artist's, and so are the doubled strokes of the drums that the artist is known to double and what is stated
    of voices; the style's are those of other drums. A style in another metre or on another grid adds nothing.
    """
    if artist is None or style is None:
        return artist or style
    if (artist.metre, artist.steps_per_quarter) != (style.metre, style.steps_per_quarter):
        return artist
    cells = {(cell.voice, cell.step): [cell] for cell in artist.cells}
    for cell in style.cells:
        few = cell.model_copy(update={"count": min(cell.count, _STYLE_HITS)})
        cells.setdefault((cell.voice, cell.step), []).append(few)
    doubles = {(found.voice, found.soft): found for found in (*style.doubles, *artist.doubles)}
    stated = {timing.voice: timing for timing in (*style.stated, *artist.stated)}
    pooled = [_pooled(group) for group in cells.values()]
    return artist.model_copy(
        update={"cells": pooled, "doubles": list(doubles.values()), "stated": list(stated.values())}
    )


def _pooled(cells: Sequence[FeelCell]) -> FeelCell:
    """One place of the bar out of several reports of it, as if of all their hits."""
    if len(cells) == 1:
        return cells[0]
    count = sum(cell.count for cell in cells)

    def moments(parts: Sequence[tuple[int, float, float]]) -> tuple[float, float]:
        centre = sum(hits * mean for hits, mean, _ in parts) / count
        return centre, math.sqrt(sum(hits * (spread**2 + (mean - centre) ** 2) for hits, mean, spread in parts) / count)

    offset, offset_spread = moments([(cell.count, cell.offset_ms, cell.offset_spread_ms) for cell in cells])
    level, level_spread = moments([(cell.count, cell.velocity, cell.velocity_spread) for cell in cells])
    return FeelCell(
        voice=cells[0].voice,
        step=cells[0].step,
        offset_ms=offset,
        offset_spread_ms=offset_spread,
        velocity=level,
        velocity_spread=level_spread,
        count=count,
    )


def habits_of(feel: Feel) -> Floats:
    """A feel as the prior hears it: `feel_prior.habit_sums`, shape (QUANTITIES, 3, BAR, LANES)."""
    cells = feel.cells
    metre = Metre.parse(feel.metre)
    position = positions_of(metre, np.array([cell_of(cell.step, feel.steps_per_quarter) for cell in cells], int))
    means = [[cell.offset_ms for cell in cells], [cell.velocity for cell in cells]]
    spreads = [[cell.offset_spread_ms for cell in cells], [cell.velocity_spread for cell in cells]]
    lanes = np.array([LANE_OF[cell.voice] for cell in cells], int)
    return habit_sums(lanes, position, means, spreads, [cell.count for cell in cells])


def usual_spread(quantiles: Floats) -> Array:
    """The standard deviation of each distribution of which the last axis holds the quantiles at `LEVELS`."""
    spread = (quantiles[..., MEDIAN + 3] - quantiles[..., MEDIAN - 3]) / _DEVIATIONS_20_TO_80
    return np.asarray(spread, dtype=float)


def swings_of(feel: Feel, voice: Voice) -> tuple[float, float]:
    """The swing of eighths and of sixteenths of one voice: its own where it is stated, else that of the feel."""
    own = next((timing for timing in feel.stated if timing.voice is voice), None)
    eighths, sixteenths = (own.swing_eighths, own.swing_sixteenths) if own else (None, None)
    return (
        feel.swing_eighths if eighths is None else eighths,
        feel.swing_sixteenths if sixteenths is None else sixteenths,
    )


def stated_lags(feel: Feel) -> dict[Voice, float]:
    """In ms, late positive, by voice; where there is any, a voice that is missing is on the grid."""
    return {timing.voice: timing.lag_ms for timing in feel.stated if timing.lag_ms is not None}


def with_lags(pattern: Pattern, feel: Feel, expected: Array) -> Array:
    """Mean offsets of the k hits in ms, (k,), the mean of each voice brought to its stated lag; else as they are.

    Within a voice, the places of the bar keep their distances, and what is drawn about the means stays the prior's.
    """
    lags = stated_lags(feel)
    if not lags:
        return expected
    out = expected.copy()
    voices = np.array([hit.voice for hit in pattern.hits])
    for voice in set(voices.tolist()):
        at = voices == voice
        out[at] += lags.get(voice, 0.0) - out[at].mean()
    return out


def anchor(pattern: Pattern, feel: Feel, expected: Array, deviation: Array, usual: Array, *, tempo: float) -> None:
    """Draw expectation and spread to those of the feel's places, the more the evener and oftener they are played.

    The weight is that of a mean under a normal prior, with its spread for the error. Shapes (QUANTITIES, k); `usual`
    is the spread of each hit's distribution. In place.
    """
    if Metre.parse(feel.metre).bar_quarters != pattern.metre.bar_quarters:
        return
    steps_per_bar = pattern.steps_per_bar
    cells = {(cell.voice, cell.step / feel.steps_per_quarter): cell for cell in feel.cells}
    known = [cells.get((h.voice, h.step % steps_per_bar / pattern.steps_per_quarter)) for h in pattern.hits]
    at = [index for index, cell in enumerate(known) if cell]
    habit = np.array(
        [(c.count, c.offset_ms, c.velocity, c.offset_spread_ms, c.velocity_spread) for c in known if c], float
    ).reshape(-1, 5)
    count, mean, spread = habit[:, 0], habit[:, 1:3].T, habit[:, 3:].T
    trusted = np.array(_ANCHOR_SPREADS)[:, None] ** 2
    weight = count / (count + _ANCHOR_HITS) * trusted / (trusted + spread**2)
    unit = np.array([[15000 / tempo], [1.0]])
    expected[:, at] += weight * (mean / unit - expected[:, at])
    evener = 1 + weight * np.minimum(0, spread / unit / np.maximum(usual[:, at], 1e-6) - 1)
    deviation[:, at] *= evener
    usual[:, at] *= evener
