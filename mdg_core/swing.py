"""Swing: the ratio of long to short in a pair of notes, at the level of eighths and of sixteenths.

The *beat-upbeat ratio* is the time from a beat to its upbeat over the time from the upbeat to the
next beat: 1 is straight, 2 a triplet shuffle (Friberg & Sundström, "Swing ratios and ensemble
timing in jazz performance", Music Perception 19, 2002; Corcoran & Frieler, "Playing it straight",
Music Perception 38, 2021). The *percent* of drum machines is the share of the long note,
100 * ratio / (1 + ratio): 50 is straight, 66.7 a triplet shuffle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import VOICES
from mdg_core.middle import middle

MIN_PAIRS = 8  # long-short pairs below which no ratio is given

# of a ratio that is claimed; of the Groove MIDI Dataset 1 of 123 takes with a swing of eighths has more, and 22 of 125
# of sixteenths, which are few there or loose
_LARGEST_ERROR = 0.07
_TOGETHER = 0.06  # quarters between voices that are struck at once
_BEAT_WINDOW = 0.16  # quarters about a beat where its note may be
_UPBEAT_RANGE = (0.4, 0.8)  # of the beat; ratios of 0.67 to 4; where their middle is looked for
_UPBEAT_WINDOW = 0.2  # about that, in which they are taken together
_NEIGHBOURS = 2  # beats to both sides, with which a beat can be taken together
_BETWEEN_UPBEAT_AND_LAST_SIXTEENTH = 0.625
_TWO_MODES = 0.15  # distance from which upbeats and last sixteenths are two kinds of note, not one with a spread
_SIXTEENTH_RANGE = (0.38, 0.82)  # of the eighth; where the second sixteenth of a pair is looked for
_SIXTEENTH_WINDOW = 0.16  # about their median, in which they are taken together
_DOTTED = 0.745  # of the eighth; from here on they are thirty-seconds before the next eighth, not swung sixteenths
_GRACE = 0.115  # quarters; a stroke so soon before the next of its voice is its grace note
_A_MODE = 0.55  # share of them in the middle half of the window; strokes thrown in by chance have a half
_VALLEY_WIDTH, _VALLEY = 0.06, 0.7  # of the eighth to both sides, and the share of the mode's strokes that lie there
SHUFFLE_PERCENT = 60.0  # a ratio of 1.5: from here a pair is heard and notated as a triplet shuffle


@dataclass(frozen=True, slots=True)
class Swing:
    """How long and short notes alternate at one level."""

    ratio: float  # long over short, 1 straight
    percent: float  # share of the long note, 50 straight
    pairs: int  # long-short pairs that it was measured on
    spread: float = 0.0  # of the place of the short note, as a share of the pair

    @property
    def error(self) -> float:
        """Standard error of the ratio, from the spread of the pairs; hard swing needs more of them than light swing."""
        return self.spread / math.sqrt(self.pairs) * (1 + self.ratio) ** 2

    @property
    def sure_percent(self) -> float | None:
        """The percent, None where there are too few pairs, or too loose ones, to say the ratio to about a tenth."""
        return self.percent if self.error <= _LARGEST_ERROR else None


def eighth_swing(cymbals: NDArray[np.float64], steps_per_quarter: int) -> Swing | None:
    """Swing of the eighths of a hat or ride, from its onsets in quarters (any order); None with too few pairs.

    The upbeat of a beat is the only note between it and the next beat, the middle one of three, and
    on a triplet grid the second of two. A cymbal that plays the beats and their last sixteenths and
    nothing else counts as a hard shuffle (Ben Riley's ride has a ratio of 2.8).
    """
    return _swing(_upbeats(cymbals, two=steps_per_quarter == 3)[1])


def upbeats(cymbals: NDArray[np.float64], steps_per_quarter: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The beats that `eighth_swing` finds an upbeat for, in quarters and ascending, and its place, 0 to 1."""
    at, place = _upbeats(cymbals, two=steps_per_quarter == 3)
    kept = _is_upbeat(place)
    order = np.argsort(at[kept], kind="stable")
    return at[kept][order], place[kept][order]


def sixteenth_swing(onset: NDArray[np.float64], voice: NDArray[np.int64], upbeat: float = 0.5) -> Swing | None:
    """Swing of the sixteenths of all voices; None with too few between the eighths, or none that keep a place.

    Each stroke between two eighths is placed between them, as its own voice plays the eighths where it does so often
    enough: a snare that lies late with its backbeats does not swing for it. `onset` is in quarters, ascending, `voice`
    indices into VOICES, `upbeat` where in the quarter the eighth is played.
    """
    order = np.argsort(voice, kind="stable")
    onset, voice = onset[order], voice[order]
    gap = np.diff(onset, append=np.inf)
    own = np.append(voice[1:] != voice[:-1], True) | (gap > _GRACE)
    onset, voice = onset[own], voice[own]
    phase = onset - np.floor(onset + _BEAT_WINDOW / 2)
    second = phase >= upbeat - _BEAT_WINDOW / 2
    place = np.where(second, (phase - upbeat) / (1 - upbeat), phase / upbeat)
    on_eighth = (place < _BEAT_WINDOW) & (place > -_BEAT_WINDOW)
    if len(place) - np.count_nonzero(on_eighth) < MIN_PAIRS:
        return None
    place = place - _lateness(place[on_eighth], voice[on_eighth])[voice]
    low, high = _SIXTEENTH_RANGE
    near = place[(place > low) & (place < high)]
    for _ in range(2):  # a window about the strokes themselves: cut off on one side they would seem to swing
        if len(near) < MIN_PAIRS:
            return None
        centre = middle(near)
        near = place[np.abs(place - centre) <= _SIXTEENTH_WINDOW]
    close = np.abs(near - centre) <= _SIXTEENTH_WINDOW / 2
    if close.mean() < _A_MODE or centre >= _DOTTED or not _is_apart(place, centre):
        return None
    return mean_swing(near)


def _is_apart(place: NDArray[np.float64], centre: float) -> bool:
    """Whether the strokes about `centre` are a mode of their own: fewer lie halfway to the eighth that is nearer.

    Eighths that are played loosely thin out steadily to both sides, and so have more strokes there.
    """
    halfway = (centre + round(centre)) / 2
    strokes, between = (
        np.count_nonzero(np.abs(distance - np.rint(distance)) <= _VALLEY_WIDTH)
        for distance in (place - centre, place - halfway)
    )
    return bool(between <= _VALLEY * strokes)


def _lateness(place: NDArray[np.float64], voice: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of each voice on the eighths; of all together where a voice has too few."""
    counts = np.bincount(voice, minlength=len(VOICES))
    out = np.full(len(counts), middle(place) if len(place) else 0.0)
    for code in np.flatnonzero(counts >= MIN_PAIRS):
        own = place[voice == code]
        out[code] = own[_is_no_outlier(own)].mean()
    return out


def merged(onset: NDArray[np.float64], voice: NDArray[np.int64]) -> NDArray[np.float64]:
    """Onsets of what is struck together as one, at its mean (quarters, ascending), without what each voice is early or
    late on the beats: else the swing would depend on which of them plays the upbeat."""
    distance = onset - np.rint(onset)
    near = np.abs(distance) < _BEAT_WINDOW
    onset = np.sort(onset - _lateness(distance[near], voice[near])[voice])
    group = np.append(0, np.cumsum(np.diff(onset) > _TOGETHER))
    return np.asarray(np.bincount(group, weights=onset) / np.bincount(group))


def _upbeats(cymbals: NDArray[np.float64], *, two: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each beat with an upbeat, and the place of that between it (0) and the next (1), both of which are played.

    Beats stand where they are played or where they and their neighbours are on average, whichever leaves the upbeats
    nearer to one another: most people play an upbeat after the beat as it came, a stroke that jitters by itself does
    not (of 65 takes of the Groove MIDI Dataset a fifth have steadier upbeats after the mean of five beats).
    """
    onset = np.sort(cymbals)
    onset = onset[np.append(True, onset[1:] > onset[:-1])[: len(onset)]]
    beat = np.rint(onset)
    distance = onset - beat
    near = np.abs(distance) < _BEAT_WINDOW
    # what the beats are early or late together is no matter of swing
    shift = middle(distance[near]) if near.any() else 0.0
    beat = np.rint(onset - shift)
    near = np.abs(onset - shift - beat) < _BEAT_WINDOW
    at = np.flatnonzero(near)
    if (beat[at[1:]] == beat[at[:-1]]).any():  # a swung last sixteenth is near, the beat nearer
        order = np.lexsort((np.abs(onset - shift - beat)[at], beat[at]))
        at = at[order[np.diff(beat[at[order]], prepend=-np.inf) > 0]]
    beat, played = beat[at], onset[at]
    pairs = np.flatnonzero(beat[1:] == beat[:-1] + 1)
    between = at[pairs + 1] - at[pairs] - 1
    upbeat_of = {1: 1, 3: 2} | ({2: 2} if two else {})  # notes between two beats -> which of them is the upbeat
    which = np.zeros(4, dtype=np.int64)
    which[list(upbeat_of)] = list(upbeat_of.values())
    which = which[np.minimum(between, 4) % 4]
    pairs, which = pairs[which > 0], which[which > 0]
    upbeat = onset[at[pairs] + which]
    late = np.append(0.0, np.cumsum(played - beat))
    first, last = np.searchsorted(beat, beat - _NEIGHBOURS), np.searchsorted(beat, beat + _NEIGHBOURS, side="right")
    steady = beat + (late[last] - late[first]) / (last - first)
    places = [(upbeat - start[pairs]) / (start[pairs + 1] - start[pairs]) for start in (played, steady)]
    return played[pairs], min(places, key=_scatter)


def _scatter(place: NDArray[np.float64]) -> float:
    near = place[_is_upbeat(place)]
    return float(near.std()) if len(near) else 0.0


def _is_upbeat(place: NDArray[np.float64]) -> NDArray[np.bool_]:
    low, high = _UPBEAT_RANGE
    return (place > low) & (place < high)


def _swing(place: NDArray[np.float64]) -> Swing | None:
    near = place[_is_upbeat(place)]
    early = near < _BETWEEN_UPBEAT_AND_LAST_SIXTEENTH
    if not early.all() and early.sum() >= 0.25 * len(near):
        late = near[~early].mean() - near[early].mean() > _TWO_MODES
        if late:  # the later notes are sixteenths, not upbeats
            near = place = near[early]
    near = about_their_middle(place, near)
    if len(near) < MIN_PAIRS:
        return None
    return mean_swing(near)


def about_their_middle(place: NDArray[np.float64], near: NDArray[np.float64]) -> NDArray[np.float64]:
    """Those of the places that lie about the middle of `near`, as far to one side as to the other.

    A range that is not their own cuts off one side of places that scatter, and draws their mean to the other.
    """
    for _ in range(2):
        if not len(near):
            break
        near = place[np.abs(place - middle(near)) <= _UPBEAT_WINDOW]
    return near


def mean_swing(place: NDArray[np.float64]) -> Swing:
    """Of places between two beats; the mean without outliers is as robust as a median here, and of less spread."""
    kept = place[_is_no_outlier(place)]
    mean = float(kept.mean())
    return Swing(ratio=mean / (1 - mean), percent=100 * mean, pairs=len(place), spread=float(kept.std()))


def _is_no_outlier(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    deviation = np.abs(values - middle(values))
    return deviation <= 4 * middle(deviation) + 1e-9


def swung_positions(
    steps_per_quarter: int, eighths_percent: float | None = None, sixteenths_percent: float | None = None
) -> NDArray[np.float64]:
    """Where in the quarter each of its steps is played, 0 to 1, under swing (percent of the long note).

    On a triplet grid (3) the upbeat is the third step and a percent of None means an even triplet.
    On sixteenth triplets (6) a shuffled eighth is the fifth step, and otherwise the long-short pairs
    are sixteenths on the third and sixth. Elsewhere the eighth is moved first, then the sixteenths
    within each eighth, then finer steps evenly between.
    """
    positions = np.arange(steps_per_quarter) / steps_per_quarter
    if steps_per_quarter == 3:
        if eighths_percent is not None:
            positions[2] = eighths_percent / 100
        return positions
    if steps_per_quarter == 6 and eighths_percent is not None and eighths_percent >= SHUFFLE_PERCENT:
        positions[4] = eighths_percent / 100
        return positions
    upbeat = (50.0 if eighths_percent is None else eighths_percent) / 100
    default = 200 / 3 if steps_per_quarter == 6 else 50.0
    sixteenth = (default if sixteenths_percent is None else sixteenths_percent) / 100
    notated = np.array([0, default / 200, 0.5, 0.5 + default / 200, 1])
    played = np.array([0, upbeat * sixteenth, upbeat, upbeat + (1 - upbeat) * sixteenth, 1])
    return np.asarray(np.interp(positions, notated, played))
