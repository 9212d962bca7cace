"""Where the bar lines are and which metre it is, where the file does not say or its strokes say otherwise.

A metre that the file states is believed. A 4/4 whose backbeat stands on 1 and 3 with the kick on 2 and 4 has its bar
lines a beat off: they are moved. A file that states no metre is heard in three where its beats come round after three
and not after four. What is not clear is told as a doubt and left as written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import CYMBALS, VOICES, Voice
from mdg_core.midi import MetreChange, Take
from mdg_core.pattern import Metre

FOUR, THREE = Metre(4, 4), Metre(3, 4)
# a bar of one beat, or of two bars, is how sequencers and converters write what is 4/4
_ODD_WRITINGS = (Metre(1, 4), Metre(1, 2), Metre(1, 1), Metre(2, 1), Metre(8, 4), Metre(16, 4), Metre(16, 8))

_MIN_BEATS = 15  # of music, below which neither metre nor bar line is questioned
_MIN_STROKES = 6  # of kick and of snare on the beats
_LOUD = 0.6  # of the snare's 85th percentile; softer strokes are no backbeat
_BACKBEAT = 0.9  # share of the loud snares, and of the kicks, that must be a beat off
_STEADY = 0.7  # share of the beats in question that the snare plays
_NEAR_BEAT = 0.13  # quarters
_CLEAR, _DOUBTFUL = 0.25, 0.1  # by which beats three apart must be more alike than beats four or two apart

_LANE = np.full(len(VOICES), -1)
_LANE[[VOICES.index(Voice.KICK)]] = 0
_LANE[[VOICES.index(voice) for voice in (Voice.SNARE, Voice.SIDE_STICK, Voice.CLAP)]] = 1
_LANE[[VOICES.index(voice) for voice in CYMBALS]] = 2


@dataclass(frozen=True, slots=True)
class Downbeat:
    """What is to be done with the bar lines of a take."""

    metre: Metre  # of the take from here on, where it is one metre throughout
    pickup: float  # quarters from the first bar line to the first that is meant
    notes: tuple[str, ...] = ()  # what was changed
    doubts: tuple[str, ...] = ()


def settled(take: Take) -> tuple[Take, Downbeat]:
    """The take in the metre and on the bar lines that are meant; its onsets count from a bar line as before."""
    found = downbeat(take)
    if len(take.metres) > 1 or (found.metre == take.metres[0].metre and not found.pickup):
        return take, found
    length = float(found.metre.bar_quarters)
    later = (length - found.pickup) % length  # so that the file's start is within the first bar
    return (
        replace(
            take,
            onset_quarters=take.onset_quarters + later,
            tempos=(take.tempos[0], *(c._replace(quarters=c.quarters + later) for c in take.tempos[1:])),
            metres=(MetreChange(0.0, found.metre),),
        ),
        found,
    )


def downbeat(take: Take) -> Downbeat:
    """The metre and the first bar line of a take in one metre; others stay as they are written."""
    written = take.metres[0].metre
    if len(take.metres) > 1:
        return Downbeat(written, 0.0)
    odd = written in _ODD_WRITINGS
    metre = FOUR if odd else written
    notes = (f"the file writes {written}; it is read as 4/4",) if odd else ()
    if metre != FOUR:
        return Downbeat(metre, 0.0, notes)
    beats = _beats(take)
    if beats is None:
        return Downbeat(metre, 0.0, notes)
    stated = take.metre_stated and not odd
    three = 0.0 if stated else _likeness(beats, 3) - max(_likeness(beats, 4), _likeness(beats, 2))
    if three >= _CLEAR:
        return Downbeat(THREE, float(_first_of(beats, 3)), (*notes, "no metre is stated; its beats say 3/4"))
    doubts = ("the metre is not stated and could be 3/4",) if three >= _DOUBTFUL else ()
    if _is_a_beat_off(beats):
        pickup = float(_first_of(beats, 4, odd_only=True))
        moved = f"the backbeat stands on 1 and 3; the bar line was moved to beat {pickup + 1:.0f}"
        return Downbeat(metre, pickup, (*notes, moved), (*doubts, "where the bar begins was heard, not read"))
    return Downbeat(metre, 0.0, notes, doubts)


def _beats(take: Take) -> NDArray[np.float64] | None:
    """Kick, loud snare and cymbal strokes (rows) on each quarter (columns, from the start of the file), as 0 or 1;
    None with too few of them to say anything."""
    lane = _LANE[take.voice_code]
    if take.onset_quarters[-1] - take.onset_quarters[0] < _MIN_BEATS - 1.5:
        return None
    snare = take.velocity[lane == 1]
    loud = _LOUD * np.sort(snare)[len(snare) * 85 // 100] if len(snare) else 0.0
    quarter = np.rint(take.onset_quarters).astype(np.int64)
    near = np.abs(take.onset_quarters - quarter) < _NEAR_BEAT
    used = near & (lane >= 0) & ((lane != 1) | (take.velocity >= loud)) & (quarter >= 0)
    out = np.zeros((3, int(quarter[-1]) + 1))
    out[lane[used], quarter[used]] = 1.0
    return out if (out[:2].sum(axis=1) >= _MIN_STROKES).all() else None


def _likeness(beats: NDArray[np.float64], lag: int) -> float:
    """Correlation of kick and snare on the beats with those `lag` beats later, over the beats that have a stroke."""
    pattern = beats[:2]
    start = int(np.argmax(pattern.any(axis=0)))
    early, late = pattern[:, start:-lag], pattern[:, start + lag :]
    both = np.flatnonzero(early.any(axis=0) | late.any(axis=0))
    if len(both) < _MIN_STROKES:
        return 0.0
    early, late = early[:, both], late[:, both]
    return float((early * late).sum() / np.sqrt((early**2).sum() * (late**2).sum() + 1e-9))


def _is_a_beat_off(beats: NDArray[np.float64]) -> bool:
    """Whether the snare plays nearly every first and third beat and no other, and the kick the second and fourth."""
    kick, snare = beats[:2, int(np.argmax(beats.any(axis=0))) // 2 * 2 :]
    return bool(
        snare[::2].sum() >= _BACKBEAT * snare.sum()
        and kick[1::2].sum() >= _BACKBEAT * kick.sum()
        and snare[::2].mean() >= _STEADY  # one snare a bar is a half-time feel, or none at all
    )


def _first_of(beats: NDArray[np.float64], period: int, *, odd_only: bool = False) -> int:
    """Which beat of the period begins the bar: the one with the cymbals and kicks, and with the first stroke."""
    kick, snare, cymbal = beats
    score = np.zeros(period)
    for place in range(period):
        here = np.s_[place::period]
        score[place] = (kick[here].sum() - snare[here].sum()) / max(kick.sum(), 1) + cymbal[here].sum() / max(
            cymbal.sum(), 1
        )
    score[int(np.argmax(beats.any(axis=0))) % period] += 0.5
    if odd_only:
        score[::2] = -np.inf
    return int(np.argmax(score))
