"""Syncopation: notes on weak places whose strong neighbours stay silent.

- LHL, for one voice: Longuet-Higgins & Lee, "The rhythmic interpretation of monophonic music",
  Music Perception 1, 1984, in the form of Fitch & Rosenfeld, Music Perception 25, 2007.
- For the kit: Witek, Clarke, Wallentin, Kringelbach & Vuust, "Syncopation, body-movement and
  pleasure in groove music", PLoS ONE 9, 2014.

`describe` gives both as the mean a bar, so that takes of any length compare.
"""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from mdg_core.groove.frame import Frame
from mdg_core.kit import HATS, RIDES, Voice
from mdg_core.pattern import Metre

STREAMS = ((Voice.KICK,), (Voice.SNARE, Voice.SIDE_STICK, Voice.CLAP), (*HATS, *RIDES))

# Witek et al.: instrumental weights, by how many streams play on the strong place
_AGAINST_NOTHING = 6
_AGAINST_ONE = 5
_KICK_AGAINST_BOTH, _SNARE_AGAINST_BOTH = 2, 1


@cache
def metric_weights(metre: Metre, steps_per_quarter: int) -> NDArray[np.int64]:
    """Weight of each step of a bar: 0 the downbeat, -1 the next level of the metre, and so on down.

    The levels are the bar, its half (for 2, 4, 8 beats), the beat, and the divisions of the beat
    down to the step, each in two, or in three in compound metres and triplet grids. For 4/4 in
    sixteenths: 0 -4 -3 -4 -2 -4 -3 -4 -1 -4 -3 -4 -2 -4 -3 -4.
    """
    per_bar = int(metre.bar_quarters * steps_per_quarter)
    beats, beat = _beats(metre, steps_per_quarter)
    lengths = [per_bar]
    while beats % 2 == 0 and beats > 2:
        beats //= 2
        lengths.append(beats * beat)
    lengths.append(beat)
    while lengths[-1] > 1:
        length = lengths[-1]
        lengths.append(length // 3 if length % 3 == 0 else length // 2 if length % 2 == 0 else 1)
    weights = np.full(per_bar, 1 - len(lengths), dtype=np.int64)
    for level in range(len(lengths) - 1, -1, -1):
        weights[:: lengths[level]] = -level
    return weights


def _beats(metre: Metre, steps_per_quarter: int) -> tuple[int, int]:
    """Beats in a bar and steps in a beat."""
    per_bar = int(metre.bar_quarters * steps_per_quarter)
    beats = metre.numerator // 3 if metre.is_compound else metre.numerator
    while per_bar % beats:  # a grid coarser than the unit of the metre
        beats //= 2
    return beats, per_bar // beats


def lhl(steps: NDArray[np.int64], weights: NDArray[np.int64]) -> int:
    """LHL syncopation of one voice: the sum over its notes of (strongest rest before the next note) - (note),
    where the rest is the stronger.

    `steps` are ascending and distinct, counted from a downbeat; `weights` are those of a bar. After
    the last note the rest of its bar is silent.
    """
    return lhl_of_groups(steps, np.zeros(len(steps), dtype=np.int64), weights)[0]


def lhl_of_groups(steps: NDArray[np.int64], group: NDArray[np.intp], weights: NDArray[np.int64]) -> list[int]:
    """`lhl` of each of the groups 0, 1 ... of notes, none of them empty; steps ascend within each."""
    order = np.argsort(group, kind="stable")
    steps, group = steps[order], group[order]
    following = (steps // len(weights) + 1) * len(weights)  # the end of the bar, for the last of a group
    same = group[1:] == group[:-1]
    following[:-1][same] = steps[1:][same]
    excess = _strongest_rest(steps, following, weights) - weights[steps % len(weights)]
    sums: list[int] = np.bincount(group, weights=np.maximum(excess, 0)).astype(np.int64).tolist()
    return sums


def _following(steps: NDArray[np.int64], events: NDArray[np.int64], per_bar: int) -> NDArray[np.int64]:
    """For each step the next event behind it; the end of the last bar where there is none."""
    bar_end = (max(steps[-1], events[-1]) // per_bar + 1) * per_bar
    return np.append(events, bar_end)[np.searchsorted(events, steps, side="right")]


def _strongest_rest(
    steps: NDArray[np.int64], following: NDArray[np.int64], weights: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Greatest weight strictly between each step and the one that follows it; far below all weights if none is."""
    gap = np.minimum(following - steps, len(weights) + 1)  # a whole bar holds every weight
    rests: NDArray[np.int64] = _rests(weights.tobytes())[steps % len(weights), gap - 1]
    return rests


@lru_cache(maxsize=64)
def _rests(weights: bytes) -> NDArray[np.int64]:
    """For each step of a bar (rows) the greatest weight of the steps behind it, of none to all of the bar (columns)."""
    of_bar = np.frombuffer(weights, dtype=np.int64)
    size = len(of_bar)
    behind = of_bar[(np.arange(size)[:, None] + 1 + np.arange(size)) % size]
    none = np.full((size, 1), np.iinfo(np.int64).min // 2)
    return np.concatenate((none, np.maximum.accumulate(behind, axis=1)), axis=1)


def kit_syncopation(frame: Frame) -> float:
    """`syncopation_points` of kick, snare and hat (or ride), mean a bar."""
    kick, snare, hat = (_played(frame, *voices) for voices in STREAMS)
    return syncopation_points(kick, snare, hat, frame.metre, frame.steps_per_quarter) / max(frame.span_bars, 1.0)


def syncopation_points(
    kick: NDArray[np.bool_], snare: NDArray[np.bool_], hat: NDArray[np.bool_], metre: Metre, steps_per_quarter: int
) -> int:
    """Witek's index of kick, snare and hat against each other, summed.

    Each says for every step from a downbeat on, and for one silent bar more, whether it is played.

    A note N of kick or snare is syncopated when no hit follows it before a rest R that is at least
    as strong, or when the next hit of the kit, X, is at least as strong and N's drum is not in it. It
    counts R - N + 6, or X - N + I, where I is 5 when one of the other two streams (the other drum; hat
    or ride) plays X, and when both do 2 for a kick and 1 for a snare. The weights are the index's
    own: 0 the downbeat, -1 the other beats, -2 eighths, -3 sixteenths.
    """
    weights = _beat_weights(metre, steps_per_quarter)
    events = np.flatnonzero(kick | snare | hat)
    total = 0
    for drum, other, both in ((kick, snare, _KICK_AGAINST_BOTH), (snare, kick, _SNARE_AGAINST_BOTH)):
        steps = np.flatnonzero(drum)
        if not len(steps):
            continue
        note = weights[steps % len(weights)]
        following = _following(steps, events, len(weights))
        rest = _strongest_rest(steps, following, weights)
        alone = rest >= note
        total += int((rest - note + _AGAINST_NOTHING)[alone].sum())
        strong = weights[following % len(weights)]
        against = ~alone & (strong >= note) & ~drum[following] & (other | hat)[following]
        instrument = np.where((other & hat)[following], both, _AGAINST_ONE)
        total += int((strong - note + instrument)[against].sum())
    return total


def _played(frame: Frame, *voices: Voice) -> NDArray[np.bool_]:
    """For every step of the take whether one of the voices plays."""
    played = np.zeros((frame.bars + 1) * frame.steps_per_bar, dtype=bool)
    played[frame.step[frame.of(*voices)]] = True
    return played


@cache
def _beat_weights(metre: Metre, steps_per_quarter: int) -> NDArray[np.int64]:
    """`metric_weights` with all beats but the first at one level, and nothing below -3."""
    weights = metric_weights(metre, steps_per_quarter).copy()
    _, beat = _beats(metre, steps_per_quarter)
    beat_level = int(weights[::beat].min())
    below = weights < 0
    weights[below] = np.clip(weights[below] - beat_level - 1, -3, -1)
    return weights
