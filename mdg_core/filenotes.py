"""The notes of a MIDI file, all of them, as parallel arrays, and the names of its tracks.

What belongs here: note-ons with their lengths. What does not: which of them are drums (`drumparts`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mdg_core import smf
from mdg_core.partnames import decoded
from mdg_core.smf import MidiError, Smf

MAX_NOTES = 200_000


class Notes(NamedTuple):
    """Notes of a file, parallel; `tick` counts from the start of the file."""

    track: NDArray[np.int64]
    event: NDArray[np.int64]  # index into the track's arrays
    channel: NDArray[np.int64]
    tick: NDArray[np.int64]
    pitch: NDArray[np.int64]
    velocity: NDArray[np.int64]
    length: NDArray[np.int64]  # ticks to the next event of this pitch, on or off

    def where(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Notes:
        return Notes(*(column[which] for column in self))


def track_shifts(file: Smf, warnings: list[str]) -> list[int]:
    """Ticks to add to each track: the tracks of format 2 are patterns that follow each other."""
    if file.format != 2 or len(file.tracks) == 1:
        return [0] * len(file.tracks)
    warnings.append("format 2: its patterns were put one after another")
    lengths = [int(track.tick[-1]) if len(track.tick) else 0 for track in file.tracks]
    return [sum(lengths[:i]) for i in range(len(lengths))]


def all_notes(file: Smf, shifts: list[int], warnings: list[str]) -> Notes:
    """Every note-on of the file with a velocity above 0, track by track."""
    buffer = np.frombuffer(file.data, dtype=np.uint8)
    parts: list[Notes] = []
    count = 0
    clipped = False
    for index, track in enumerate(file.tracks):
        events = np.flatnonzero((track.status & 0xE0) == 0x80)  # note-off 0x8n and note-on 0x9n
        if not len(events):
            continue
        status, start, tick = track.status[events], track.start[events], track.tick[events] + shifts[index]
        pitch = buffer[start].astype(np.int64)
        velocity = buffer[start + 1].astype(np.int64)
        if max(pitch.max(), velocity.max()) > 127:
            clipped = True
            pitch, velocity = np.minimum(pitch, 127), np.minimum(velocity, 127)
        channel = status & 0x0F
        on = (status >= 0x90) & (velocity > 0)
        length = _lengths(channel * 128 + pitch, tick)
        fields = (np.full(len(events), index), events, channel, tick, pitch, velocity, length)
        parts.append(Notes(*(field[on] for field in fields)))
        count += len(parts[-1].tick)
        if count > MAX_NOTES:
            raise MidiError(f"the file has more than {MAX_NOTES:,} notes; it is too long to be drums")
    if clipped:
        warnings.append("data bytes above 127 were cut to 127")
    if not count:
        raise MidiError("the file has no notes; export or download it again")
    return parts[0] if len(parts) == 1 else Notes(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _lengths(key: NDArray[np.int64], tick: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ticks from each event to the next with the same key; 0 where none follows."""
    order = np.argsort(key, kind="stable")
    lengths = np.zeros(len(key), dtype=np.int64)
    same = key[order][1:] == key[order][:-1]
    lengths[order[:-1]] = np.where(same, np.diff(tick[order]), 0)
    return lengths


def track_names(file: Smf) -> list[str]:
    """The name of each track, else that of its instrument, "" where it has neither."""
    names = []
    for track in file.tracks:
        texts = {event.kind: event.payload for event in reversed(track.long)}
        names.append(decoded(texts.get(smf.META_TRACK_NAME, b"") or texts.get(smf.META_INSTRUMENT, b"")))
    return names
