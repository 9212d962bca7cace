"""The part of a MIDI file that a drummer would play along with: its lowest pitched part, with tempo and metre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_core import smf
from mdg_core.drumparts import DRUM_CHANNEL, drum_parts
from mdg_core.filenotes import Notes, all_notes, track_names, track_shifts
from mdg_core.midi import MAX_QUARTERS, MidiError
from mdg_core.pattern import Metre
from mdg_core.timemap import MetreChange, TempoChange, time_map

_A_PART = 0.1  # of the notes of the busiest part, from which one counts
_LEAST = 2  # notes
_SURE = 0.7  # that notes off the drum channel are drums


@dataclass(frozen=True, slots=True, eq=False)
class Riff:
    """n notes of one part, by time; of a chord the lowest, as loud as its loudest."""

    name: str
    start: NDArray[np.float64]  # quarters from the start of the file
    length: NDArray[np.float64]  # quarters
    pitch: NDArray[np.int64]
    velocity: NDArray[np.int64]
    tempos: tuple[TempoChange, ...]
    metres: tuple[MetreChange, ...]

    @property
    def tempo(self) -> float:
        """Quarters a minute where the part begins."""
        begun = [change.bpm for change in self.tempos if change.quarters <= self.start[0]]
        return begun[-1] if begun else self.tempos[0].bpm

    @property
    def metre(self) -> Metre:
        return self.metres[0].metre


def read_riff(data: bytes) -> Riff:
    """The lowest of the pitched parts of a file.

    Raises MidiError when the bytes are no MIDI file, hold no notes or nothing but drums, or are beyond the caps.
    """
    file = smf.parse(data)
    warnings: list[str] = []
    shifts = track_shifts(file, warnings)
    notes = all_notes(file, shifts, warnings)
    names = track_names(file)
    pitched = notes.where(~_drums(file, notes, names))
    if len(pitched.tick) < _LEAST:
        raise MidiError("nothing but drums is in the file: bring the riff or bass part that the kick is to follow")
    times = time_map(file, shifts, warnings)
    group = pitched.track * 16 + pitched.channel
    parts = {code: pitched.where(group == code) for code in np.unique(group).tolist()}
    enough = max(_LEAST, _A_PART * max(len(part.tick) for part in parts.values()))
    counted = [code for code, part in parts.items() if len(part.tick) >= enough]
    code = min(counted, key=lambda code: float(np.median(parts[code].pitch)))
    part = parts[code]
    order = np.lexsort((part.pitch, part.tick))
    part = part.where(order)
    first = np.flatnonzero(np.diff(part.tick, prepend=-1))
    start = times.quarters(part.tick[first])
    if start[-1] > MAX_QUARTERS:
        raise MidiError(f"the part lasts {start[-1]:,.0f} quarter notes; more than {MAX_QUARTERS:,} is damage")
    return Riff(
        name=names[code // 16],
        start=start,
        length=times.quarters(part.length[first]),
        pitch=part.pitch[first],
        velocity=np.maximum.reduceat(part.velocity, first),
        tempos=times.tempos,
        metres=times.metres,
    )


def _drums(file: smf.Smf, notes: Notes, names: list[str]) -> NDArray[np.bool_]:
    """Which notes are drums; a lone part off the drum channel only where that is sure."""
    nothing = np.zeros(len(notes.tick), dtype=bool)
    try:
        parts = drum_parts(file, notes, names, [])
    except MidiError:
        return nothing
    if parts.certainty < _SURE and not (notes.channel[parts.chosen] == DRUM_CHANNEL).any():
        return nothing
    return parts.chosen
