"""Where the bar lines are and which metre it is, where the file does not say or its strokes say otherwise.

A metre that the file states is believed, and doubted where the bars come round clearly in another length. A 4/4 whose
backbeat stands on 1 and 3 with the kick on 2 and 4 has its bar lines a beat off: they are moved. A file that states no
metre is heard in the length in which kick and snare come round, or where they are too few all voices, where that is
clear, and from the place on where kick, crash and backbeat begin the bar. What is not clear is told as a doubt and left
as written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import CYMBALS, RIDES, VOICES, Voice
from mdg_core.midi import MetreChange, Take
from mdg_core.pattern import Metre

FOUR = Metre(4, 4)
METRE_UNKNOWN = "no metre is stated and its strokes do not say which it is"
_THREE = Metre(3, 4)
# a bar of one beat, or of two bars, is how sequencers and converters write what is 4/4
_ODD_WRITINGS = (Metre(1, 4), Metre(1, 2), Metre(1, 1), Metre(2, 1), Metre(8, 4), Metre(16, 4), Metre(16, 8))
# eighths in which strokes can come round, and what that is: in quarters, and in dotted ones
_SIMPLE = {
    6: _THREE,
    7: Metre(7, 8),
    9: Metre(9, 8),
    10: Metre(5, 4),
    11: Metre(11, 8),
    12: _THREE,
    14: Metre(7, 4),
}
_COMPOUND = {6: Metre(6, 8), 12: Metre(12, 8)}

_MIN_EIGHTHS = 29  # of music, below which neither metre nor bar line is questioned
_MIN_TURNS = 4  # bars of a length, below which nothing is said of it
_MIN_STROKES = 6  # of kick and of snare on the eighths
_LOUD = 0.6  # of the snare's 85th percentile; softer strokes are no backbeat
_BACKBEAT = 0.9  # share of the loud snares, and of the kicks, that must be a beat off
_STEADY = 0.7  # share of the beats in question that the snare plays
_NEAR_EIGHTH = 0.13  # quarters
_CLEAR, _DOUBTFUL = 0.25, 0.1  # by which strokes another length apart must be more alike than bars of the metre apart
_ALIKE = 0.6  # how alike they must be at that
# by which all voices together must speak for a length: of the shipped grooves all in 3/4 do by .14 and more, those in
# 4/4 for theirs by .2, but for two that have the same strokes on each beat
_CLEAR_OF_ALL = 0.1
_CLEAR_OF_ALL_IN_FEW = 0.25  # likewise for another metre than 4/4 in less than `_MIN_EIGHTHS`
_TURNS_OF_ALL = 2
_BAR, _TWO_BARS = 8, 15  # eighths: a bar of four, and two but for their last stroke
_BORNE_OUT = 0.5  # how alike the bars of a metre that is not stated must be
_AS_ALIKE = 0.08  # a shorter length is preferred that comes so near to the best
_DOTTED = 0.25  # by which more of kick and snare must stand on dotted quarters than on quarters
_ON_QUARTERS, _BY_QUARTERS = 0.9, 0.2  # share of kick and snare that stand on quarters in three, or by how much more
_BEGINS, _CLEARLY_BEGINS = 0.6, 1.05  # by which another place must look more like the first of the bar
_MIN_CRASHES = 2

_LANE = np.full(len(VOICES), -1)
_LANE[[VOICES.index(Voice.KICK)]] = 0
_LANE[[VOICES.index(voice) for voice in (Voice.SNARE, Voice.SIDE_STICK, Voice.CLAP)]] = 1
_LANE[[VOICES.index(voice) for voice in CYMBALS]] = 2
_LANE[[VOICES.index(Voice.PEDAL_HAT)]] = 3
_IS_RIDE = np.array([voice in RIDES for voice in VOICES])


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
    stated = take.metre_stated and not odd
    lanes = _lanes(take)
    eighths = _if_enough(lanes)
    other, by = (None, 0.0) if eighths is None else _other_metre(eighths, metre)
    unknown = False
    if not stated:
        of_all, by_all, clear = _metre_of_all(take)
        if by >= _CLEAR:
            unknown = by_all <= -_CLEAR_OF_ALL
        elif by_all >= clear and (eighths is None or other == of_all):
            other, by = of_all, _CLEAR
        else:
            unknown = by_all >= clear or (eighths is None and by_all > -_CLEAR_OF_ALL)
    if other is not None and not stated and not unknown and by >= _CLEAR:
        begins = _begins(lanes, round(2 * other.bar_quarters))
        pickup = float(np.argmax(begins)) / 2
        told_apart = not other.is_compound and (other != _THREE or _is_on_quarters(lanes))
        said = (*notes, f"no metre is stated; its strokes say {other}")
        return Downbeat(other, pickup, said, () if told_apart else (METRE_UNKNOWN,))
    doubts: tuple[str, ...] = ()
    if unknown:
        doubts = (METRE_UNKNOWN,)
    elif other is not None and (by >= _CLEAR or not stated):
        how = f"{metre} is stated, but it" if stated else "the metre is not stated and"
        doubts = (f"{how} could be {other}",)
    elif eighths is not None and not stated and _of_metre(eighths, metre) < _BORNE_OUT:
        doubts = (f"no metre is stated and its strokes do not bear {metre} out",)
    if eighths is None:
        return Downbeat(metre, 0.0, notes, doubts)
    if metre != FOUR:
        return Downbeat(metre, 0.0, notes, doubts)
    if _is_a_beat_off(eighths[:, ::2]):
        pickup = float(_first_of(eighths[:, ::2]))
        moved = f"the backbeat stands on 1 and 3; the bar line was moved to beat {pickup + 1:.0f}"
        return Downbeat(metre, pickup, (*notes, moved), (*doubts, "where the bar begins was heard, not read"))
    return _begun(eighths, Downbeat(metre, 0.0, notes, doubts), stated=stated)


def _begun(eighths: NDArray[np.float64], found: Downbeat, *, stated: bool) -> Downbeat:
    """A 4/4 from the place on that begins its bars: moved where no metre is stated, else doubted."""
    begins = _begins(eighths, 8)
    place = int(np.argmax(begins))
    by = begins[place] - begins[0]
    if by < _BEGINS or (stated and by < _CLEARLY_BEGINS):
        return found
    if stated:
        return replace(found, doubts=(*found.doubts, f"the bar could begin on beat {place / 2 + 1:g}"))
    if by < _CLEARLY_BEGINS:
        return replace(
            found, doubts=(*found.doubts, f"no metre is stated and the bar could begin on beat {place / 2 + 1:g}")
        )
    moved = f"no metre is stated; the bar line was moved to beat {place / 2 + 1:g}"
    return replace(
        found,
        pickup=place / 2,
        notes=(*found.notes, moved),
        doubts=(*found.doubts, "where the bar begins was heard, not read"),
    )


def _lanes(take: Take) -> NDArray[np.float64]:
    """Kick, loud snare and cymbal strokes (rows) on each eighth (columns, from the start of the file), as 0 or 1.
    Where hardly a snare plays, the pedalled hat stands for it."""
    lane = _LANE[take.voice_code]
    snare = take.velocity[lane == 1]
    if len(snare) < _MIN_STROKES:
        lane = np.where(lane == 3, 1, np.where(lane == 1, -1, lane))
        snare = take.velocity[lane == 1]
    loud = _LOUD * np.sort(snare)[len(snare) * 85 // 100] if len(snare) else 0.0
    used = (lane >= 0) & (lane < 3) & ((lane != 1) | (take.velocity >= loud))
    return _on_eighths(take.onset_quarters, lane, used, rows=3)


def _on_eighths(
    onset: NDArray[np.float64], lane: NDArray[np.int64], used: NDArray[np.bool_], *, rows: int
) -> NDArray[np.float64]:
    """Which eighths (columns, an even number of them) the used strokes of each lane (rows) stand on, as 0 or 1."""
    eighth = np.rint(2 * onset).astype(np.int64)
    used = used & (np.abs(onset - eighth / 2) < _NEAR_EIGHTH) & (eighth >= 0)
    out = np.zeros((rows, max(int(eighth[-1]), 0) + 2 & ~1))
    out[lane[used], eighth[used]] = 1.0
    return out


def _if_enough(lanes: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The lanes where they are long enough and hold enough kicks and snares to say anything."""
    struck = np.flatnonzero(lanes.any(axis=0))
    long = len(struck) and struck[-1] - struck[0] >= _MIN_EIGHTHS - 1
    return lanes if long and (lanes[:2].sum(axis=1) >= _MIN_STROKES).all() else None


def _metre_of_all(take: Take) -> tuple[Metre | None, float, float]:
    """The metre other than 4/4 in which the strokes of all voices come round best, by how much more alike they are
    there than in four (below 0: in four), and what that must be to be clear. One bar of four is taken for that."""
    used = np.ones(len(take), dtype=bool)
    pattern = _on_eighths(take.onset_quarters, take.voice_code, used, rows=len(VOICES))
    length = pattern.shape[1] - int(np.argmax(pattern.any(axis=0)))
    if length < _TWO_BARS:
        return None, -1.0 if length <= _BAR else 0.0, _CLEAR_OF_ALL
    pattern = pattern[pattern.any(axis=1)]
    lags = [lag for lag in _SIMPLE if lag % 4]  # 12 is three half bars of four
    alike = dict(zip(lags, _likenesses(pattern, lags, _TURNS_OF_ALL), strict=True))
    best = max(alike.values())
    lag = min(lag for lag, likeness in alike.items() if likeness >= best - _AS_ALIKE)
    of_four = max(_likenesses(pattern, (4, 8, 16), _TURNS_OF_ALL))
    return _SIMPLE[lag], alike[lag] - of_four, _CLEAR_OF_ALL if length >= _MIN_EIGHTHS else _CLEAR_OF_ALL_IN_FEW


def _other_metre(eighths: NDArray[np.float64], metre: Metre) -> tuple[Metre | None, float]:
    """Another metre in which the strokes come round, and by how much more alike they are there; None where there is
    none."""
    bar = _eighths_of(metre)
    of_metre = _of_metre(eighths, metre)
    if metre == _THREE and _is_dotted(eighths):
        return _COMPOUND[6], _CLEAR
    if of_metre > 1 - _DOUBTFUL:
        return None, 0.0
    lags = [lag for lag in (*_SIMPLE, 8) if bar % lag]
    alike = dict(zip(lags, _likenesses(eighths[:2], lags), strict=True))
    best = max(alike.values())
    lag = min(lag for lag, likeness in alike.items() if likeness >= best - _AS_ALIKE)
    by = alike[lag] - of_metre
    if by < _DOUBTFUL or alike[lag] < _ALIKE:
        return None, 0.0
    compound = lag in _COMPOUND and _is_dotted(eighths)
    return (FOUR if lag == 8 else _COMPOUND[lag] if compound else _SIMPLE[lag]), by


def _of_metre(eighths: NDArray[np.float64], metre: Metre) -> float:
    """How alike bars of the metre are, half of them, or two together."""
    bar = _eighths_of(metre)
    return max(_likenesses(eighths[:2], (bar, 2 * bar, *([bar // 2] if bar % 2 == 0 else []))))


def _eighths_of(metre: Metre) -> int:
    """In a bar; one in a bar that is shorter."""
    return max(1, round(2 * metre.bar_quarters))


def _likenesses(pattern: NDArray[np.float64], lags: Sequence[int], turns: int = _MIN_TURNS) -> list[float]:
    """Of each lag the correlation of what stands on the eighths (0 or 1) with that `lag` eighths later, over those that
    have a stroke; 0 where it has not so many turns of that length."""
    start = int(pattern.any(axis=0).argmax())
    size = pattern.shape[1] - start
    bits = np.packbits(pattern[:, start:] > 0, axis=1, bitorder="little")
    rows = [int.from_bytes(row.tobytes(), "little") for row in bits]  # a bit an eighth, from the first stroke on
    struck = reduce(or_, rows, 0)
    out = []
    for lag in lags:
        early = (1 << max(size - lag, 0)) - 1
        if size < turns * lag or ((struck & early) | struck >> lag).bit_count() < _MIN_STROKES:
            out.append(0.0)
            continue
        again = sum((row & row >> lag).bit_count() for row in rows)
        before = sum((row & early).bit_count() for row in rows)
        behind = sum((row >> lag).bit_count() for row in rows)
        out.append(again / math.sqrt(before * behind + 1e-9))
    return out


def _is_dotted(eighths: NDArray[np.float64]) -> bool:
    """Whether kick and snare stand on dotted quarters from the first stroke on rather than on quarters."""
    quarters, dotted = _on_quarters_and_dotted(eighths)
    return dotted >= quarters + _DOTTED


def _is_on_quarters(eighths: NDArray[np.float64]) -> bool:
    """Whether they stand on quarters rather than on dotted ones."""
    quarters, dotted = _on_quarters_and_dotted(eighths)
    return quarters >= min(_ON_QUARTERS, dotted + _BY_QUARTERS)


def _on_quarters_and_dotted(eighths: NDArray[np.float64]) -> tuple[float, float]:
    """Shares of the eighths with kick or snare, counted from the first of them; 0 where there is none."""
    struck = np.flatnonzero(eighths[:2].any(axis=0))
    if not len(struck):
        return 0.0, 0.0
    struck -= struck[0]
    return float((struck % 2 == 0).mean()), float((struck % 3 == 0).mean())


def _is_a_beat_off(beats: NDArray[np.float64]) -> bool:
    """Whether the snare plays nearly every first and third beat and no other, and the kick the second and fourth."""
    kick, snare = beats[:2, int(np.argmax(beats.any(axis=0))) // 2 * 2 :]
    return bool(
        snare[::2].sum() >= _BACKBEAT * snare.sum()
        and kick[1::2].sum() >= _BACKBEAT * kick.sum()
        and snare[::2].mean() >= _STEADY  # one snare a bar is a half-time feel, or none at all
    )


def _first_of(beats: NDArray[np.float64]) -> int:
    """Which of the second and fourth beat begins the bar."""
    begins = _begins(np.repeat(beats, 2, axis=1) * (np.arange(2 * beats.shape[1]) % 2 == 0), 8)
    return 1 if begins[2] >= begins[6] else 3


def _begins(eighths: NDArray[np.float64], bar: int) -> NDArray[np.float64]:
    """How much each eighth of a bar of so many looks like its first: by the cymbals, the kick, the first stroke, and in
    four by the backbeat behind it."""
    kick, snare, cymbal = (np.bincount(np.flatnonzero(row) % bar, minlength=bar) for row in eighths)
    struck = np.flatnonzero(eighths.any(axis=0))
    bars = max(1.0, (struck[-1] - struck[0] + 1) / bar)
    score = (kick - snare) / bars
    if cymbal.sum() >= _MIN_CRASHES:
        score = score + cymbal / cymbal.sum()
    score[struck[0] % bar] += 0.5 if bar != 8 else 0.25
    if bar == 8:
        backbeat = np.roll(snare, -2) + np.roll(snare, -6)
        score = score + backbeat / max(snare.sum(), 1)
    return np.asarray(score)
