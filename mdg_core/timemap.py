"""The tempo map and the metre map of a MIDI file.

Conventions: a *quarter* is a quarter note from the start of the file; a tempo is in quarters a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from mdg_core import smf
from mdg_core.pattern import Metre
from mdg_core.smf import MidiError, Smf

DEFAULT_BPM = 120.0
MAX_BPM = 1000.0
ASSUMED_METRE = Metre()
METRE_ASSUMED = f"no time signature given, {ASSUMED_METRE} assumed"
MICROSECONDS_PER_MINUTE = 60e6
MAX_METRE_CHANGES = 2_000

_LIKELY_BPM = (20, 400)
_LATE_START = 0.25  # quarters
_LATE_METRE = 8.0  # quarters, in which the first metre still counts for what is played before it
_Change = TypeVar("_Change")


class TempoChange(NamedTuple):
    quarters: float
    bpm: float  # quarter notes a minute


class MetreChange(NamedTuple):
    quarters: float
    metre: Metre


@dataclass(frozen=True, slots=True)
class TimeMap:
    """Ticks of a file as quarters and seconds."""

    ticks_per_quarter: float  # whole unless the file counts SMPTE frames
    tempo_ticks: NDArray[np.int64]  # of the tempo changes, the first 0
    micros: NDArray[np.float64]  # microseconds of a quarter from there on
    metres: tuple[MetreChange, ...]
    metre_stated: bool  # False where the file names no metre and 4/4 is assumed

    @property
    def tempos(self) -> tuple[TempoChange, ...]:
        changes = zip(self.tempo_ticks.tolist(), self.micros.tolist(), strict=True)
        return tuple(TempoChange(t / self.ticks_per_quarter, MICROSECONDS_PER_MINUTE / m) for t, m in changes)

    def quarters(self, tick: NDArray[np.int64]) -> NDArray[np.float64]:
        """Quarters from the start of the file."""
        return tick / self.ticks_per_quarter

    def seconds(self, tick: NDArray[np.int64]) -> NDArray[np.float64]:
        """Seconds from the start of the file, through the tempo changes."""
        per_tick = self.micros / 1e6 / self.ticks_per_quarter
        at_change = np.concatenate(([0.0], np.cumsum(np.diff(self.tempo_ticks) * per_tick[:-1])))
        segment = np.searchsorted(self.tempo_ticks, tick, side="right") - 1
        return at_change[segment] + (tick - self.tempo_ticks[segment]) * per_tick[segment]


def time_map(file: Smf, shifts: list[int], warnings: list[str], first_tick: int = 0) -> TimeMap:
    """Read the maps from the meta events of all tracks; `shifts` are added to the ticks of each track.

    `first_tick` is where the playing begins: a metre that is stated a bar or two later counts for it from the start.
    What is impossible is ignored, what is missing is 120 bpm and 4/4; both add to `warnings`.
    Raises MidiError when there are more than `MAX_METRE_CHANGES` changes of metre.
    """
    tempo_ticks, micros = _tempos(file, shifts, warnings)
    per_quarter = float(file.division)
    if file.division & 0x8000:  # SMPTE: ticks are parts of a second; the tempo only says how they are counted
        frames = 256 - (file.division >> 8)
        ticks_per_second = (30_000 / 1001 if frames == 29 else frames) * (file.division & 0xFF)
        tempo_ticks, micros = tempo_ticks[:1], micros[:1]
        per_quarter = float(ticks_per_second * micros[0] / 1e6)
        warnings.append("SMPTE time: quarters were counted at the first tempo")
    metres, stated = _metres(file, shifts, per_quarter, first_tick, warnings)
    return TimeMap(per_quarter, tempo_ticks, micros, metres, stated)


def _meta(file: Smf, shifts: list[int], kind: int) -> list[tuple[int, bytes]]:
    """(tick, payload) of one type of meta event in all tracks, by time; the last in the file comes last on a tick."""
    found = [
        (int(track.tick[event.index]) + shift, event.payload)
        for track, shift in zip(file.tracks, shifts, strict=True)
        for event in track.long
        if event.kind == kind and track.status[event.index] == smf.META
    ]
    return sorted(found, key=lambda item: item[0])


def _tempos(file: Smf, shifts: list[int], warnings: list[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    tempos: dict[int, float] = {}
    ignored = 0
    for tick, payload in _meta(file, shifts, smf.META_TEMPO):
        micros = int.from_bytes(payload[:3], "big")
        if len(payload) < 3 or micros * MAX_BPM < MICROSECONDS_PER_MINUTE:
            ignored += 1
        else:
            tempos[tick] = float(micros)
    if ignored:
        warnings.append(f"{ignored} impossible tempi were ignored")
    if not tempos:
        warnings.append(f"no tempo given, {DEFAULT_BPM:.0f} bpm assumed")
    _begin_at_start(tempos, file.division & 0x7FFF)
    tempos.setdefault(0, MICROSECONDS_PER_MINUTE / DEFAULT_BPM)
    ticks = sorted(tempos)
    values = np.array([tempos[tick] for tick in ticks])
    slowest, fastest = MICROSECONDS_PER_MINUTE / values.max(), MICROSECONDS_PER_MINUTE / values.min()
    if slowest < _LIKELY_BPM[0] or fastest > _LIKELY_BPM[1]:
        warnings.append(f"unlikely tempo: {slowest:.0f} to {fastest:.0f} bpm")
    return np.array(ticks), values


def _begin_at_start(changes: dict[int, _Change], per_quarter: float) -> None:
    """What stands first and a little after the start is meant from the start on: sequencers write it so late."""
    if changes and 0 < (first := min(changes)) <= _LATE_START * per_quarter:
        changes[0] = changes.pop(first)


def _metres(
    file: Smf, shifts: list[int], per_quarter: float, first_tick: int, warnings: list[str]
) -> tuple[tuple[MetreChange, ...], bool]:
    """The changes of metre, and whether the file states any."""
    changes: dict[int, Metre] = {}
    ignored = 0
    for tick, payload in _meta(file, shifts, smf.META_METRE):
        try:
            changes[tick] = Metre(payload[0], 2 ** payload[1])
        except (IndexError, ValueError):
            ignored += 1
    if ignored:
        warnings.append(f"{ignored} impossible time signatures were ignored")
    stated = bool(changes)
    if not stated:
        warnings.append(METRE_ASSUMED)
    _begin_at_start(changes, per_quarter)
    if changes and first_tick < min(changes) <= _LATE_METRE * per_quarter:
        changes[0] = changes.pop(min(changes))
        warnings.append(f"{changes[0]} is stated after the start; it was taken from the start on")
    changes.setdefault(0, ASSUMED_METRE)
    out: list[MetreChange] = []
    for tick in sorted(changes):
        if not out or out[-1].metre != changes[tick]:
            out.append(MetreChange(tick / per_quarter, changes[tick]))
    if len(out) > MAX_METRE_CHANGES:
        raise MidiError(f"the metre changes more than {MAX_METRE_CHANGES:,} times; the file is taken as damaged")
    return tuple(out), stated
