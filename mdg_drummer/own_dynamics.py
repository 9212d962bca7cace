"""What a user's own clip takes of the touch that people would play it with: the dynamics stay the user's.

A clip *varies* where its velocities were played or written stroke by stroke: then they are given, and each stroke
differs from its own only by what a person's repeated strokes of that role differ, softly for ghost notes. A clip is
*flat* where a voice has one level, whatever crescendo or section it goes through: there people's accents are played,
about the level that is given. Either way the level of each voice, and how it moves over the clip, is the user's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdg_drummer.feel_prior import LIMITS
from mdg_drummer.own_clip import OwnClip

# A jump is a change from one stroke of a voice to its next by more than this part of the louder; where jumps go up and
# down by turns in so many of the strokes, and so many times, velocities were set stroke by stroke. A crescendo has no
# turns, sections have few
_JUMP, _TURNS, _MIN_TURNS = 0.08, 0.1, 3
_WINDOW = 4.0  # quarters to either side within which the level of a voice is its own
_BAR = 2.0  # quarters to either side within which that of the kit is
_WINDOW_HITS = 2.0  # hits, at which half of what a window is louder is taken off
# Residual of a stroke about a given velocity: a part of it and a constant, up to a most; people who repeat a stroke
# differ more, but what they differ by is in the given velocities already
_RESIDUAL, _RESIDUAL_LEAST, _RESIDUAL_MOST, _FARTHEST_SCORE = 0.055, 0.5, 4.5, 2.2
_ARTIST_RESIDUAL = (0.6, 1.5)  # what an artist's evenness makes of it at most
_ARTIST_CONTRAST = (0.8, 1.25)  # and of the distance of accents to the level about them, as an exponent
_MIN_CONTRAST_HITS, _MIN_CONTRAST = 8, 0.03  # of a voice; spread of logarithms below which there is no contrast
_FULL = 127.0  # of the scale on which flat clips are moved: velocities in logits of it, which no stroke leaves
_LOUDEST, _SOFTEST = 122.0, 4.0  # where that scale is cut
_FARTHEST_LOGIT = 1.5
AUDIBLE, _AUDIBLE_SHARE = 12.0, 0.35  # a stroke stays above this, and above this part of what it was given
_ACCENT = 14.0  # velocity above the softer strokes about it: one level of the step grid
_SOFTER, _LOUD, _GHOST = 0.3, 0.85, 0.55  # quantiles of what is soft and loud; ghosts are below that part of the loud
_ACCENT_BLOCK = 16.0  # quarters in which accents are judged, with as much to either side

Array = NDArray[np.float64]


def touched(clip: OwnClip, amount: float, *, keep_accents: bool) -> NDArray[np.int64]:
    """The velocities of the hits, 1-127; `amount` 0 (as given) to 1 (as played).

    With `keep_accents` strokes at least 14 louder than the softer strokes of the whole kit about them stay as loud as
    they are, and so does the order of loudness within each voice.
    """
    given = clip.velocity
    played = given.copy()
    voices = [np.flatnonzero(clip.voice_code == code) for code in np.unique(clip.voice_code)]
    voices = [hits[np.argsort(clip.quarters[hits], kind="stable")] for hits in voices]
    turns = [_turns(given[hits]) for hits in voices]
    strokes = sum(max(0, len(hits) - 1) for hits in voices)
    varies = _many(sum(turns), strokes)
    own = [varies or _many(count, len(hits) - 1) for hits, count in zip(voices, turns, strict=True)]
    score = _about_levels(clip.score, clip.quarters, voices)
    moved = _logit(np.clip(clip.played, _SOFTEST, _LOUDEST))
    if flat := [hits for hits, is_given in zip(voices, own, strict=True) if not is_given]:
        moved = np.clip(_about_levels(moved, clip.quarters, flat), -_FARTHEST_LOGIT, _FARTHEST_LOGIT)
    for hits, is_given in zip(voices, own, strict=True):
        played[hits] = _about_given(clip, hits, score[hits]) if is_given else _about_level(given[hits], moved[hits])
    played = np.maximum(played, np.minimum(given, np.maximum(AUDIBLE, _AUDIBLE_SHARE * given)))
    played = np.clip(played, *LIMITS[1])
    if keep_accents:
        accent = accents(given, clip.quarters)
        for hits in voices:
            played[hits] = _accents_kept(given[hits], played[hits], accent[hits])
    # halves up, where rounding to even would make equals of two neighbours
    levels = np.clip(np.floor(given + amount * (played - given) + 0.5), *LIMITS[1])
    return np.asarray(levels, dtype=np.int64)


def accents(velocity: Array, quarters: Array) -> NDArray[np.bool_]:
    """Which strokes are accents of the kit as a whole: 14 louder than the softer third about them, ghosts left out."""
    out = np.zeros(len(velocity), dtype=bool)
    block = np.floor(quarters / _ACCENT_BLOCK).astype(np.int64)
    for number in np.unique(block):
        about = velocity[np.abs(block - number) <= 1]
        plain = about[about >= _GHOST * np.quantile(about, _LOUD)]
        here = block == number
        out[here] = velocity[here] >= np.quantile(plain, _SOFTER, method="lower") + _ACCENT
    return out


def _turns(velocity: Array) -> int:
    """How often the velocities of one voice, in order of time, jump up after a jump down or the other way."""
    change = np.diff(velocity)
    jump = np.sign(change[np.abs(change) > _JUMP * np.maximum(velocity[1:], velocity[:-1])])
    return int(np.count_nonzero(np.diff(jump)))


def _many(turns: int, strokes: int) -> bool:
    return turns >= _MIN_TURNS and turns >= _TURNS * strokes


def _about_given(clip: OwnClip, hits: NDArray[np.intp], score: Array) -> Array:
    """The hits of one voice, whose velocities are given: with an artist's contrast and a small residual."""
    given, quarters = clip.velocity[hits], clip.quarters[hits]
    level = _local_mean(given, quarters)
    usual, spread = clip.usual_spread[hits], clip.spread[hits]
    evenness = np.clip(np.median(spread) / max(float(np.median(usual)), 1e-6), *_ARTIST_RESIDUAL)
    size = np.minimum(_RESIDUAL_LEAST + _RESIDUAL * given, _RESIDUAL_MOST) * evenness
    residual = size * np.clip(score, -_FARTHEST_SCORE, _FARTHEST_SCORE)
    return np.asarray(level * (given / level) ** _contrast(clip, hits) + residual)


def _contrast(clip: OwnClip, hits: NDArray[np.intp]) -> float:
    """How much farther apart an artist's strokes of one voice are than those of people in general, as an exponent."""
    if len(hits) < _MIN_CONTRAST_HITS:
        return 1.0
    own, usual = (float(np.log(np.maximum(x[hits], 1.0)).std()) for x in (clip.expected, clip.usual))
    if min(own, usual) < _MIN_CONTRAST:
        return 1.0
    return float(np.clip(own / usual, *_ARTIST_CONTRAST))


def _about_levels(values: Array, quarters: Array, voices: list[NDArray[np.intp]]) -> Array:
    """The values of these voices less what is louder about each: the voice, then all of them in the bar about it.

    0 for the hits of other voices.
    """
    out = np.zeros(len(values))
    for hits in voices:
        out[hits] = _about_own_level(values[hits], quarters[hits])
    together = np.concatenate(voices)
    together = together[np.argsort(quarters[together], kind="stable")]
    out[together] -= _window_means(out[together], quarters[together], _BAR)[0]
    return out


def _about_level(given: Array, accent: Array) -> Array:
    """The hits of one voice at the level that is given, with the accents that people play.

    Moved in logits, so that neither end of the scale piles up; the mean is brought back to the given one.
    """
    level = np.minimum(given, _LOUDEST)
    moved = _logit(level) + accent
    low, high = -_FARTHEST_LOGIT, _FARTHEST_LOGIT
    for _ in range(24):
        middle = (low + high) / 2
        louder = _velocity(moved + middle).mean() > level.mean()
        low, high = (low, middle) if louder else (middle, high)
    return _velocity(moved + low)


def _logit(velocity: Array) -> Array:
    return np.asarray(np.log(velocity / (_FULL - velocity)))


def _velocity(logit: Array) -> Array:
    return np.asarray(_FULL / (1 + np.exp(-logit)))


def _about_own_level(values: Array, quarters: Array) -> Array:
    """The values of one voice less their mean, and less what they are louder about each: that level is the user's."""
    out = values - values.mean()
    mean, count = _window_means(out, quarters, _WINDOW)
    return np.asarray(out - count / (count + _WINDOW_HITS) * mean)


def _local_mean(values: Array, quarters: Array) -> Array:
    return _window_means(values, quarters, _WINDOW)[0]


def _window_means(values: Array, quarters: Array, reach: float) -> tuple[Array, Array]:
    """Mean of the values within `reach` quarters of each, and how many those are; quarters ascend."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    first = np.searchsorted(quarters, quarters - reach)
    last = np.searchsorted(quarters, quarters + reach, side="right")
    count = (last - first).astype(float)
    return (total[last] - total[first]) / count, count


def _accents_kept(given: Array, played: Array, accent: NDArray[np.bool_]) -> Array:
    """The played velocities of one voice in the order of the given ones, under the accents, which stay."""
    out = np.rint(played)
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
