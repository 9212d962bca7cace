"""A take made ready to be measured: its shift and its count-in taken off, its bar lines settled, cut by metre."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mdg_core.alignment import AUDIBLE_MS, aligned, halves_apart_ms
from mdg_core.bars import Bars, bars_of, in_force, main_metre
from mdg_core.countin import count_in_strokes, metronome_strokes
from mdg_core.downbeat import settled
from mdg_core.midi import MetreChange, Take, TempoChange
from mdg_core.pattern import Metre

MIN_BARS = 4  # of a metre other than the main one, for it to be described by itself
_MIN_SHARE = 0.2  # of the bars, from which single bars between others are a metre of the piece, not an arrangement's
_MIN_STROKES = 8
_HALVES_APART_MS = 30.0  # from here no shift holds for the whole of a take
_TOLD = 3  # metres that are left out, at most, in one note
_ANTICIPATION = 0.125  # quarters before a bar line in which a stroke is the next bar's


@dataclass(frozen=True, slots=True)
class Prepared:
    """A take in its own pulse, from its first groove on."""

    take: Take  # without the strokes that count in; onsets on the grid
    shift_ms: float  # that was taken off, late positive
    count_in: int  # strokes that were left out as such
    index: NDArray[np.int64]  # which hits of the whole take are left
    notes: tuple[str, ...]  # what else was changed, for the person
    doubts: tuple[str, ...]  # what was not clear; each lowers how sure the measures are

    @property
    def shift_note(self) -> str | None:
        """What is to be told of the shift."""
        if abs(self.shift_ms) < AUDIBLE_MS:
            return None
        return (
            f"all of it lies {abs(self.shift_ms):.0f} ms {'late' if self.shift_ms > 0 else 'early'}; that was taken off"
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """All bars of one metre of a take, put one after another as a take of their own.

    `bars` says which bars they are, counted from the start of the file from 0 in the metre map as it is settled.
    """

    take: Take
    metre: Metre
    bars: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive bars of one metre of a take, as a take of their own from their first bar line on."""

    take: Take
    index: NDArray[np.int64]  # which hits of the whole take


def prepared(take: Take) -> Prepared:
    """The take ready to be measured; a take that already is comes back as it is."""
    notes = []
    index = np.arange(len(take))
    click = metronome_strokes(take)
    if click is not None:
        notes.append(f"{np.count_nonzero(click)} strokes are a click on every beat; they were left out")
        take, index = take.only(~click), index[~click]
    apart = halves_apart_ms(take)
    take, shift, clear = aligned(take)
    take, found = settled(take)
    notes += found.notes
    doubts = list(found.doubts)
    if abs(shift) >= AUDIBLE_MS and not clear:
        doubts.append("how early or late all of it lies is not clear")
    if abs(apart) >= _HALVES_APART_MS:
        doubts.append(f"its second half lies {abs(apart):.0f} ms {'later' if apart > 0 else 'earlier'} than its first")
    strokes = count_in_strokes(take)
    if strokes:
        notes.append(f"the first {strokes} strokes count in; they were left out")
        take, index = take.only(np.s_[strokes:]), index[strokes:]
    return Prepared(take, shift, strokes, index, tuple(notes), tuple(doubts))


def stretches_of(take: Take) -> list[Stretch]:
    """The metres of a prepared take that have enough bars, the one with most hits first; at least that one.

    A metre counts from four bars on, of which two stand together or which are a fifth of the take: the single 2/4 that
    an arrangement puts in is none, and does not cut the metre around it either.
    """
    if len(take.metres) == 1:
        return [Stretch(take, take.metres[0].metre, ())]
    bars = bars_of(take)
    main = main_metre(take, bars)
    bar = in_force(bars.starts, take.onset_quarters)
    found = [_stretch(take, bars, bar, main)]
    played = np.arange(int(bar[0]), int(bar[-1]) + 1)
    for metre in dict.fromkeys(bars.metres):
        of_metre = bars.metre_starts(metre)[played]
        together = bool((of_metre[1:] & of_metre[:-1]).any())
        enough = of_metre.sum() >= MIN_BARS and (together or of_metre.mean() >= _MIN_SHARE)
        if metre != main and enough:
            other = _stretch(take, bars, bar, metre)
            if len(other.take) >= _MIN_STROKES:
                found.append(other)
    return found


def left_out_note(take: Take, stretches: list[Stretch]) -> str | None:
    """What is to be told of the bars between the first stroke and the last that are in none of the stretches."""
    if len(take.metres) == 1:
        return None
    bars = bars_of(take)
    bar = in_force(bars.starts, take.onset_quarters)
    kept = {stretch.metre for stretch in stretches}
    left = Counter(str(m) for m in bars.metres[int(bar[0]) : int(bar[-1]) + 1] if m not in kept)
    if not left:
        return None
    counted = [f"{count} {'bar' if count == 1 else 'bars'} of {metre}" for metre, count in left.most_common(_TOLD)]
    if len(left) > _TOLD:
        counted.append("others")
    verb = "is" if left.total() == 1 else "are"
    return f"{' and '.join(counted)} {verb} left out: too little to be a metre of the piece"


def runs_of(take: Take) -> list[Run]:
    """The take cut where its metre changes; every hit is in one run, whatever the length of that."""
    everything = np.arange(len(take))
    if len(take.metres) == 1:
        return [Run(take, everything)]
    bars = bars_of(take)
    own = _bar_meant(take, bars, in_force(bars.starts, take.onset_quarters))
    changed = np.array([True, *(a != b for a, b in pairwise(bars.metres))])
    lengths = np.array([float(metre.bar_quarters) for metre in bars.metres])
    changed[1:] |= np.abs(np.diff(bars.starts) - lengths[:-1]) > 1e-6  # a bar cut short by a new start of its metre
    begins = np.flatnonzero(changed)
    number = np.cumsum(changed)[own] - 1
    at = np.array([change.quarters for change in take.tempos])
    runs = []
    for run in np.unique(number).tolist():
        index = np.flatnonzero(number == run)
        start = float(bars.starts[begins[run]])
        tempo = take.tempos[max(0, int(np.searchsorted(at, start + 1e-9, side="right")) - 1)]
        part = take.only(index)
        part = replace(
            part,
            onset_quarters=part.onset_quarters - start,
            tempos=(tempo._replace(quarters=0.0),),
            metres=(MetreChange(0.0, bars.metres[begins[run]]),),
        )
        runs.append(Run(part, index))
    return runs


def _bar_meant(take: Take, bars: Bars, bar: NDArray[np.int64]) -> NDArray[np.int64]:
    """The bar of each hit; a stroke just before a bar line belongs to the bar that it anticipates."""
    ends = np.append(bars.starts[1:], np.inf)
    early = (ends[bar] - take.onset_quarters < _ANTICIPATION) & (bar + 1 < len(bars.starts))
    return np.where(early, bar + 1, bar)


def _stretch(take: Take, bars: Bars, bar: NDArray[np.int64], metre: Metre) -> Stretch:
    """The bars of a metre one after another, whole bars long; a bar that a change cuts short leaves a rest."""
    length = float(metre.bar_quarters)
    of_metre = bars.metre_starts(metre)
    own = _bar_meant(take, bars, bar)
    if not of_metre[own].any():
        own = bar
    which = np.flatnonzero(of_metre[own])
    number = np.cumsum(of_metre) - 1  # of each bar among those of this metre
    moved = number[own[which]] * length - bars.starts[own[which]]
    part = take.only(which)
    quarters = part.onset_quarters + moved
    tempos = _tempos_of(take.tempos, bars, of_metre, length)
    return Stretch(
        replace(
            part,
            onset_quarters=quarters,
            onset_seconds=_seconds(quarters, tempos),
            tempos=tempos,
            metres=(MetreChange(0.0, metre),),
        ),
        metre,
        tuple(np.flatnonzero(of_metre[: int(own.max()) + 1]).tolist()),
    )


def _tempos_of(
    tempos: tuple[TempoChange, ...], bars: Bars, of_metre: NDArray[np.bool_], length: float
) -> tuple[TempoChange, ...]:
    """The tempi in these bars, from the start of the first of them, as if they followed one another."""
    if len(tempos) == 1:
        return tempos
    at = np.array([change.quarters for change in tempos])
    tempo_at = in_force(at, bars.starts + 1e-9)
    ends = np.append(bars.starts[1:], np.inf)
    found: list[TempoChange] = []
    for number, bar in enumerate(np.flatnonzero(of_metre).tolist()):
        start = bars.starts[bar]
        inside = range(int(tempo_at[bar]), int(np.searchsorted(at, ends[bar])))
        found += [TempoChange(number * length + max(0.0, at[i] - start), tempos[i].bpm) for i in inside]
    changed = [True] + [a.bpm != b.bpm for a, b in pairwise(found)]
    return tuple(change for change, new in zip(found, changed, strict=True) if new)


def _seconds(quarters: NDArray[np.float64], tempos: tuple[TempoChange, ...]) -> NDArray[np.float64]:
    """Seconds from quarter 0, through the tempi."""
    at = np.array([change.quarters for change in tempos])
    per_quarter = 60 / np.array([change.bpm for change in tempos])
    until = np.concatenate(([0.0], np.cumsum(np.diff(at) * per_quarter[:-1])))
    segment = in_force(at, quarters)
    return np.asarray(until[segment] + (quarters - at[segment]) * per_quarter[segment])
