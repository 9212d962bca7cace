"""The humaniser: timing and dynamics as people, and as this artist, play them.

What belongs here: what is played of a pattern, and how much of it the result takes. What does not: the
general prior (`feel_prior`), its cells and swing (`feel_places`), the artist (`feel_artist`).

Swing and the humaniser
-----------------------
Swing belongs to the grid: the caller bends it with `swing_offset`, which goes into the offsets of the
hits, and the humaniser's offsets come on top, relative to the swung grid. Of other offsets in the input
only their swing is kept. People swing too, so the prior has swing in it; to keep it from being counted
twice, the mean offset of the eighth upbeats and of either sixteenth upbeat is brought to that of the beats
wherever somebody has decided on the swing: when the hits given are swung, or when there is a feel, which
states one (50 is straight). Only a straight pattern of nobody in particular is given the prior's own swing.

From the general to the artist
------------------------------
`back_off` joins an artist's feel with that of the style, the style counting as a few hits a place. The
prior hears the sums of the joined feel, drawn to nothing where evidence is thin. Where a place of the
bar is played so evenly that its mean says more than the prior can, the result is drawn to that mean.

Conventions: offsets in steps of the pattern, late positive; amounts 0-1; feels in ms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Pattern
from mdg_core.profile import Feel
from mdg_drummer.feel_artist import anchor, back_off, habits_of, with_lags
from mdg_drummer.feel_places import STRAIGHT, Places, levels_of, swing_of, swing_offset
from mdg_drummer.feel_prior import LIMITS, MEDIAN, QUANTITIES, Prior, load_prior, mean_of, value_at

__all__ = ["Prior", "back_off", "habits_of", "humanise", "load_prior", "play", "swing_offset"]

_TEMPI = (50.0, 290.0)  # beyond what the corpus holds, offsets keep the ms of its end
_ACCENT = 14  # velocity above the voice's median: one level of the step grid
_LEAST_GAP = 0.125  # steps between two hits of a voice
_SAME_PLACE = 1e-9  # steps

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
    decided = feel is not None or swing_of(pattern) != (STRAIGHT, STRAIGHT)
    played = play(
        pattern, tempo=tempo, feel=feel, prior=prior, seed=seed, deterministic=deterministic, own_swing=not decided
    )
    given = np.array([[hit.offset for hit in pattern.hits], [hit.velocity for hit in pattern.hits]])
    offsets = _in_order(pattern.hits, given[0] + timing * (played[0] - given[0]))
    if keep_accents:
        _keep_accents(pattern.hits, given[1], played[1])
    # halves up, where rounding to even would make equals of two neighbours
    levels = np.clip(np.floor(given[1] + velocity * (played[1] - given[1]) + 0.5), *LIMITS[1]).astype(int).tolist()
    changed = zip(pattern.hits, levels, offsets, strict=True)
    return replace(pattern, hits=tuple(Hit(hit.step, hit.voice, level, offset) for hit, level, offset in changed))


def play(
    pattern: Pattern,
    *,
    tempo: float,
    feel: Feel | None = None,
    prior: Prior | None = None,
    seed: int | None = 0,
    deterministic: bool = False,
    own_swing: bool = True,
) -> Array:
    """What `humanise` makes of each of k hits before it sees to amounts, accents, order and the pattern's start.

    `own_swing` keeps the swing that the prior has of itself, on top of that of the hits. Returns offsets in
    steps and velocities, shape (2, k). Raises ValueError unless the tempo is positive.
    """
    if not (tempo > 0 and math.isfinite(tempo)):
        raise ValueError(f"tempo must be positive, not {tempo}")
    if not pattern.hits:
        return np.zeros((QUANTITIES, 0))
    prior = prior or load_prior()
    places = Places(pattern)
    heard = float(np.clip(tempo, *_TEMPI))
    quantiles = places.quantiles(prior, heard, habits_of(feel) if feel else None)
    expected = np.stack([mean_of(quantiles[0]), quantiles[1, :, MEDIAN]]).astype(float)
    deviation = np.zeros_like(expected)
    if not deterministic:
        scores = places.draw(prior.shared, np.random.default_rng(seed))
        for quantity, limits in enumerate(LIMITS):
            levels = levels_of(scores[quantity])
            deviation[quantity] = value_at(quantiles[quantity], levels, limits) - expected[quantity]

    if not own_swing:
        places.take_off_swing(expected[0])
    places.take_off_subdivision(expected[0])
    if feel:
        expected[0] = with_lags(pattern, feel, expected[0] * 15000 / heard) * heard / 15000
        anchor(pattern, feel, expected, deviation, quantiles, tempo=heard)
    steps = pattern.steps_per_quarter / 4 * tempo / heard
    swing = swing_of(pattern)
    grid = np.array([swing_offset(hit.step, pattern.steps_per_quarter, *swing) for hit in pattern.hits])
    return np.stack([grid + (expected[0] + deviation[0]) * steps, np.clip(expected[1] + deviation[1], *LIMITS[1])])


def _in_order(hits: Sequence[Hit], offsets: Array) -> list[float]:
    """The offsets, made later where a hit would come before the start or overtake another of its voice.

    What was given before the start, or nearer to another than the least gap, may stay so.
    """
    before: dict[Voice, tuple[float, float]] = {}  # the last hit of each voice, as given and as played
    out = []
    for hit, offset in zip(hits, offsets.tolist(), strict=True):
        given, wanted = hit.step + hit.offset, hit.step + offset
        if hit.voice in before:
            last_given, last_played = before[hit.voice]
            earliest = last_played + (min(_LEAST_GAP, given - last_given) if given > last_given else _LEAST_GAP)
        else:
            earliest = min(0.0, given)
        # two sums that are one number need not be equal to the last bit
        late = wanted < earliest - _SAME_PLACE
        before[hit.voice] = given, earliest if late else wanted
        out.append(earliest - hit.step if late else offset)
    return out


def _keep_accents(hits: Sequence[Hit], given: Array, played: Array) -> None:
    """`_accents_kept` of every voice, in place in `played`."""
    for voice in {hit.voice for hit in hits}:
        of_voice = np.array([hit.voice is voice for hit in hits])
        played[of_voice] = _accents_kept(given[of_voice], played[of_voice])


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
