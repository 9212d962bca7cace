"""Syncopation: notes on weak places whose strong neighbours stay silent.

- LHL, for one voice: Longuet-Higgins & Lee, "The rhythmic interpretation of monophonic music",
  Music Perception 1, 1984, in the form of Fitch & Rosenfeld, Music Perception 25, 2007.
- For the kit: Witek, Clarke, Wallentin, Kringelbach & Vuust, "Syncopation, body-movement and
  pleasure in groove music", PLoS ONE 9, 2014.

`describe` gives both as the mean a bar, so that takes of any length compare.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mdg_core.groove.frame import Frame
from mdg_core.kit import HATS, RIDES, Voice
from mdg_core.pattern import Metre

_SNARES = (Voice.SNARE, Voice.SIDE_STICK, Voice.CLAP)

# Witek et al.: how much a break of expectation weighs by what plays on the strong place after it
_AGAINST_NOTHING = 6
_AGAINST_HAT = 5
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
    rest, _ = _strongest_rests(steps, weights)
    excess = rest - weights[steps % len(weights)]
    return int(excess[excess > 0].sum())


def _strongest_rests(
    steps: NDArray[np.int64], weights: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Weight and step of the strongest rest between each note and the next (the first of equals).

    The weight is far below all others where there is no rest.
    """
    per_bar = len(weights)
    bar_end = (steps[-1] // per_bar + 1) * per_bar
    following = np.append(steps[1:], bar_end)
    following = np.minimum(following, steps + per_bar + 1)  # a whole bar of rest holds every weight
    span = int(bar_end) + 1
    # one number for "strong first, then early", so that one maximum over each gap finds both
    rank = np.tile(weights, span // per_bar + 1)[:span] * (span + 1) - np.arange(span)
    bounds = np.minimum(np.stack([steps + 1, following], axis=1).ravel(), span - 1)
    best = np.maximum.reduceat(rank, bounds)[::2]
    empty = following <= steps + 1
    weight = -((-best) // (span + 1))
    step = weight * (span + 1) - best
    return np.where(empty, -len(rank), weight), step


def kit_syncopation(frame: Frame) -> float:
    """Witek's index of kick and snare against each other and the hat, mean a bar.

    For every note N of kick or snare: the strongest place R before the same drum's next note, if it
    is at least as strong as N, counts R - N + I. I is 6 when nothing plays on R, 5 when only the
    hat or ride does, and when the other drum does 2 for the kick and 1 for the snare. The weights
    are the index's own: 0 the downbeat, -1 the other beats, -2 eighths, -3 sixteenths.
    """
    weights = _beat_weights(frame.metre, frame.steps_per_quarter)
    kick, snare, hat = (_played(frame, *voices) for voices in ((Voice.KICK,), _SNARES, (*HATS, *RIDES)))
    total = 0
    for drum, other, both in ((kick, snare, _KICK_AGAINST_BOTH), (snare, kick, _SNARE_AGAINST_BOTH)):
        steps = np.flatnonzero(drum)
        if not len(steps):
            continue
        rest, place = _strongest_rests(steps, weights)
        note = weights[steps % len(weights)]
        on_other, on_hat = other[place], hat[place]
        instrument = np.where(on_other, both, np.where(on_hat, _AGAINST_HAT, _AGAINST_NOTHING))
        total += int((rest - note + instrument)[rest >= note].sum())
    return total / max(frame.span_bars, 1.0)


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
