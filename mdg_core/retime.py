"""A user's own MIDI file with its drums played at other times and velocities."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mdg_core import smf
from mdg_core.drumnotes import drum_notes
from mdg_core.kit import NoteMap
from mdg_core.smf import Track


def retime_midi(
    data: bytes,
    onset_ticks: ArrayLike,
    velocities: ArrayLike,
    *,
    note_map: NoteMap | None = None,
    remark: str = "",
) -> bytes:
    """The same file with its drums played at other times and velocities; every other event stays.

    Parameters
    ----------
    data
        A file that `read_midi` reads.
    onset_ticks, velocities
        The new onset (in ticks of the file) and velocity (1-127) of each hit of
        `read_midi(data, note_map=note_map)`, in the order of that take. A note-off moves with its
        note, but never into the next note of its pitch. Every track keeps its length: a note that would start at its
        end or behind it starts on the last tick before, and a note-off stands at the end at the latest.
    remark
        What is written at the start of the first track as a text event; "" for nothing.

    Returns
    -------
    bytes
        A Standard MIDI File with the header of `data`, without a RIFF wrapper.

    Raises
    ------
    MidiError
        As `read_midi`.
    ValueError
        The lengths differ from the take's, an onset is negative or beyond a file's range, or a velocity is
        out of range.
    """
    file = smf.parse(data)
    drums = drum_notes(file, note_map)
    notes = drums.notes
    last = drums.last_of_each
    hit: NDArray[np.int64] = np.cumsum(last) - last  # hit of the take for each note; what stood twice moves together
    new_tick = np.asarray(onset_ticks, dtype=np.int64)
    new_velocity = np.asarray(velocities, dtype=np.int64)
    if new_tick.shape != (int(last.sum()),) or new_velocity.shape != new_tick.shape:
        raise ValueError(f"the take has {int(last.sum())} hits; {new_tick.size} onsets, {new_velocity.size} velocities")
    if (new_tick < 0).any() or (new_velocity < 1).any() or (new_velocity > 127).any():
        raise ValueError("onsets must not be negative and velocities within 1-127")
    out = smf.chunk(b"MThd", b"".join(
        value.to_bytes(2, "big") for value in (file.format, len(file.tracks), file.division)
    ))  # fmt: skip
    for index, track in enumerate(file.tracks):
        mine = notes.track == index
        target = np.maximum(new_tick[hit[mine]] - drums.shifts[index], 0)
        text = remark if index == 0 else ""
        out += _retimed_track(file.data, track, notes.event[mine], target, new_velocity[hit[mine]], text)
    return out


def _retimed_track(
    data: bytes,
    track: Track,
    events: NDArray[np.int64],
    onset: NDArray[np.int64],
    velocity: NDArray[np.int64],
    remark: str,
) -> bytes:
    played: list[int] = track.tick.tolist()
    end = max(played, default=0)
    before_end = np.maximum(track.tick[events], end - 1)  # a note that was given at the end stays there at the latest
    onset = np.minimum(onset, before_end)
    ticks = list(played)
    messages = _messages(data, track)
    rank = [1] * len(ticks)
    moved: dict[int, tuple[int, int]] = {
        e: (t, v) for e, t, v in zip(events.tolist(), onset.tolist(), velocity.tolist(), strict=True)
    }
    offs, following = _partners(messages, moved)
    for event, (tick, level) in moved.items():
        status, pitch, _ = messages[event]
        messages[event] = bytes((status, pitch, level))
        stays = all(moved[e][0] == played[e] for e in (event, following.get(event, event)))
        if event in offs and not stays:
            off = offs[event]
            ticks[off] += tick - played[event]
            following_tick = moved[following[event]][0] if event in following else ticks[off]
            if (ticks[off], off) > (following_tick, following.get(event, off)):
                ticks[off] = max(tick, following_tick)
                rank[off] = 0 if following_tick > tick else 1  # before the note that starts there
            ticks[off] = min(ticks[off], end)
    for event, (tick, _) in moved.items():
        ticks[event] = tick
    order = sorted(range(len(ticks)), key=lambda i: (ticks[i], rank[i], i))
    last = smf.meta_event(smf.META_END, b"")
    timed = [(ticks[i], messages[i]) for i in order if messages[i] != last]
    if remark:
        timed.insert(0, (0, smf.meta_event(smf.META_TEXT, remark.encode("utf-8"))))
    return smf.track_chunk([*timed, (end, last)])


def _messages(data: bytes, track: Track) -> list[bytes]:
    """The events of a track as bytes with their status, data bytes cut to 127."""
    long = {event.index: event for event in track.long}
    out: list[bytes] = []
    for index, (status, start) in enumerate(zip(track.status.tolist(), track.start.tolist(), strict=True)):
        if index in long:
            event = long[index]
            head = bytes((smf.META, event.kind)) if status == smf.META else bytes((status,))
            out.append(head + smf.variable_length(len(event.payload)) + event.payload)
        else:
            raw = data[start : start + smf.data_bytes(status)]
            out.append(bytes((status, *(min(byte, 127) for byte in raw))))
    return out


def _partners(messages: list[bytes], moved: dict[int, tuple[int, int]]) -> tuple[dict[int, int], dict[int, int]]:
    """Of each moved note-on, the event of its note-off (first in, first out) and of the next note of its pitch."""
    offs: dict[int, int] = {}
    following: dict[int, int] = {}
    sounding: dict[tuple[int, int], list[int]] = {}
    previous: dict[tuple[int, int], int] = {}
    for index, message in enumerate(messages):
        kind = message[0] & 0xF0
        if kind not in (0x80, 0x90):
            continue
        key = (message[0] & 0x0F, message[1])
        if index in moved:
            sounding.setdefault(key, []).append(index)
            if key in previous:
                following[previous[key]] = index
            previous[key] = index
        elif (kind == 0x80 or message[2] == 0) and sounding.get(key):
            offs[sounding[key].pop(0)] = index
    return offs, following
