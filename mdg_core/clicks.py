"""Clicks on the pitches that only GS and General MIDI 2 have for them: sticks (31), metronome (33) and its bell (34).

What belongs here: telling them, by when they are struck, from the snares and kicks that XG has there. What does not:
clicks on voices of a kit, and leaving a count-in out (`countin`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_CLICKS = (31, 33, 34)
_METRONOME = (33, 34)
_KICK, _SNARE = (35, 36), (38, 40)
_NEAR_BEAT = 0.1  # beats
_FEWEST, _MOST = 2, 24  # strokes of a count-in
_RUNS_THROUGH = 0.8  # share of the beats that a metronome clicks on, and of its clicks that lie on beats


def clicks_of(pitch: NDArray[np.int64], tick: NDArray[np.int64], quarter: int) -> tuple[NDArray[np.bool_], bool]:
    """Which notes are clicks, and whether they count in (else a metronome runs through the part).

    Clicks count in when they end before anything else begins, and lie on eighths at least. A metronome is struck on
    nearly every beat of a part that has its own kick and snare.
    """
    here = (pitch == _CLICKS[0]) | (pitch == _CLICKS[1]) | (pitch == _CLICKS[2])
    none = np.zeros(len(pitch), dtype=bool)
    if not here.any() or here.all():
        return none, False
    if tick[here].max() < tick[~here].min():
        eighths = 2 * (tick[here] - tick[~here].min()) / quarter
        placed = np.abs(eighths - np.rint(eighths)).max() <= 2 * _NEAR_BEAT
        return (here, True) if placed and _FEWEST <= int(here.sum()) <= _MOST else (none, False)
    metronome = np.isin(pitch, _METRONOME)
    own_kit = np.isin(pitch, _KICK).any() and np.isin(pitch, _SNARE).any()
    if not metronome.any() or not own_kit:
        return none, False
    beats = tick[metronome] / quarter
    on_beat = np.abs(beats - np.rint(beats)) <= _NEAR_BEAT
    clicked = len(np.unique(np.rint(beats[on_beat]))) / (1 + np.ptp(tick) // quarter)
    through = on_beat.mean() >= _RUNS_THROUGH and clicked >= _RUNS_THROUGH
    return (metronome, False) if through else (none, False)
