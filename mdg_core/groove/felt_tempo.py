"""The tempo that is felt, where a song is written in half or double its note values.

The rule needs the whole figure, never the tempo alone: a slow ballad in sixteenths has its backbeat on 2 and 4 and
stays at 60, a half-time feel at 140 stays at 140.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mdg_core.distinct import distinct
from mdg_core.groove.dynamics import loud_snares
from mdg_core.groove.frame import Frame
from mdg_core.kit import HATS, RIDES, Voice
from mdg_core.midi import MetreChange, Take, TempoChange

ALTERNATES = "kick and snare alternate in eighths; the tempo could be the one that is written"
HALF_TIME = "a half-time feel at the tempo that is written is as likely"

_MIN_BARS = 2.0
_MIN_STROKES = 4  # of the backbeat
_BACKBEAT = 0.85  # share of the loud snares that stand where the figure has them
_KICKS = 0.6  # share of the kicks on the beats of the figure
_BUSY_KICKS = 0.4  # likewise, where the kick plays nearly all those beats and others besides
_HALF_BPM = (40.0, 85.0)  # beats a minute as written, within which a song can be meant at double: 80 to 170
_DOUBLE_BPM = (190.0, 400.0)  # and at half: 95 to 200
_HALF_TIME_BPM = 200.0  # up to here the same figure is a half-time feel as well
_LEAST_DIVISION = 0.5  # of the upbeats, that the time-keeper must play for its sixteenths to be eighths


@dataclass(frozen=True, slots=True)
class FeltTempo:
    """What the strokes say of the note values; shares of 0 to 1, 0 where there are none or the tempo is out of
    question."""

    factor: float  # felt beats to a written one: 2, 1 or 0.5
    off_beat_snares: float  # of the loud snares, on the eighths between the beats
    third_beat_snares: float  # on the third beat of four
    on_beat_kicks: float  # of the kicks, on the beats
    odd_beat_kicks: float  # on the first and third beat
    kicked_beats: float  # of the figure's own kick beats, those that have a kick
    divided: float  # of the written eighths, those that the time-keeper divides
    finest: float  # share of all strokes that lie between the written eighths
    plays_half_time_as_fast: bool = False  # a half-time feel is played at the tempo that is written, too

    @property
    def alternates(self) -> bool:
        """Whether kick and snare play each eighth in turn and nothing stands between, as quarters at double do."""
        shares = (self.off_beat_snares, self.on_beat_kicks, self.kicked_beats, 1 - self.finest)
        return min(shares) >= _BACKBEAT

    @property
    def doubt(self) -> str | None:
        """What is not clear of it."""
        if self.factor > 1 and self.divided < _LEAST_DIVISION:
            return ALTERNATES
        return HALF_TIME if self.plays_half_time_as_fast else None

    def note(self, written_bpm: float) -> str | None:
        """What is to be told of it."""
        if self.factor == 1:
            return None
        how = "half" if self.factor > 1 else "double"
        return f"written at {how} tempo: {written_bpm:.0f} read as {written_bpm * self.factor:.0f}"


AS_WRITTEN = FeltTempo(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def felt_tempo(frame: Frame, written_bpm: float) -> FeltTempo:
    """Decide whether the beat is written in other note values than it is felt in; `written_bpm` is in quarters.

    At half tempo: at 40 to 85 bpm, the backbeat on every eighth between the beats and on no beat, the kick on the
    beats, and a time-keeper that divides the eighths, or nothing but kick and snare on each eighth in turn. At double
    tempo: at 190 bpm or more in four, the backbeat on the third beat and on no other, the kicks on the first and third,
    and hardly a stroke between the beats' eighths.
    A kick that plays nearly all of its beats may play more besides.
    """
    slow = _HALF_BPM[0] <= written_bpm <= _HALF_BPM[1]
    fast = _DOUBLE_BPM[0] <= written_bpm <= _DOUBLE_BPM[1]
    simple = not frame.metre.is_compound and frame.metre.denominator == 4
    if not (slow or fast) or not simple or frame.span_bars < _MIN_BARS:
        return AS_WRITTEN
    quarter = frame.steps_per_quarter
    in_bar = frame.in_bar
    snare = loud_snares(frame)
    kick = frame.of(Voice.KICK)
    off_beat = in_bar % quarter == quarter // 2 if quarter % 2 == 0 else np.zeros(len(in_bar), dtype=bool)
    on_beat = in_bar % quarter == 0
    odd_beat = in_bar % (2 * quarter) == 0
    third = in_bar == 2 * quarter
    between = ~(on_beat | off_beat)
    keeps = frame.of(*HATS, *RIDES)
    eighths = len(distinct(frame.step[keeps & (on_beat | off_beat)]))
    divided = len(distinct(frame.step[keeps & between]))
    written_beats = (frame.bars - frame.first_bar) * (frame.steps_per_bar // quarter)
    # the kicks' own beats: at half tempo every beat, at double the first of each bar
    own = frame.step[kick & (in_bar % quarter == 0 if slow else in_bar == 0)]
    beats = written_beats if slow else frame.bars - frame.first_bar
    found = FeltTempo(
        factor=1.0,
        off_beat_snares=_share(off_beat[snare]),
        third_beat_snares=_share(third[snare]),
        on_beat_kicks=_share(on_beat[kick]),
        odd_beat_kicks=_share(odd_beat[kick]),
        kicked_beats=len(distinct(own)) / beats,
        divided=divided / max(eighths, written_beats),  # hats between the eighths alone divide them too
        finest=_share(between),
    )
    if np.count_nonzero(snare) < _MIN_STROKES or not kick.any():
        return found
    kicks = _BUSY_KICKS if found.kicked_beats >= _BACKBEAT else _KICKS
    at_half = (
        slow
        and found.off_beat_snares >= _BACKBEAT
        and found.on_beat_kicks >= kicks
        and (found.divided >= _LEAST_DIVISION or found.alternates)
    )
    at_double = (
        fast
        and frame.metre.numerator == 4
        and found.third_beat_snares >= _BACKBEAT
        and found.odd_beat_kicks >= kicks
        and found.finest <= 1 - _BACKBEAT
    )
    factor = 2.0 if at_half else 0.5 if at_double else 1.0
    return replace(found, factor=factor, plays_half_time_as_fast=at_double and written_bpm <= _HALF_TIME_BPM)


def rewritten(take: Take, factor: float) -> Take:
    """The same playing in other note values: `factor` quarters for each that was written, in the same metres."""
    return replace(
        take,
        onset_quarters=take.onset_quarters * factor,
        tempos=tuple(TempoChange(change.quarters * factor, change.bpm * factor) for change in take.tempos),
        metres=tuple(MetreChange(change.quarters * factor, change.metre) for change in take.metres),
        ticks_per_quarter=max(1, round(take.ticks_per_quarter / factor)),
    )


def _share(which: NDArray[np.bool_]) -> float:
    return float(which.mean()) if len(which) else 0.0
