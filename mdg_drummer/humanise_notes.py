"""A clip as notes, played as `humanise_file` plays a file: the device and the page send what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mdg_core import smf
from mdg_core.errors import UsageError
from mdg_core.filenotes import all_notes, track_shifts
from mdg_core.kit import NoteMap
from mdg_core.midi import ClipNote, write_midi
from mdg_core.pattern import Metre
from mdg_core.timemap import time_map
from mdg_drummer.ownnotes import OwnNote, bars_of_notes


class PlainNote(NamedTuple):
    """A note of any pitch, in quarter notes from the start."""

    pitch: int
    start: float
    duration: float
    velocity: int


def midi_of_notes(
    notes: Sequence[OwnNote], *, tempo: float, metre: Metre, bars: int | None, note_map: NoteMap
) -> bytes:
    """The notes as a MIDI file of whole bars; a note without a pitch gets that of its voice in the map.

    `bars`: None up to the last note. Raises UsageError for notes beyond the clip's end.
    """
    length = bars or bars_of_notes(notes, float(metre.bar_quarters))
    quarters = metre.bar_quarters * length
    late = [note for note in notes if note.start >= quarters]
    if late:
        raise UsageError(
            f"a note starts at {late[0].start:g}, and the clip of {length} bars ends at {float(quarters):g}"
        )
    clip = [ClipNote(_pitch_of(note, note_map), note.start, note.duration, note.velocity) for note in notes]
    return write_midi(clip, tempo=tempo, metre=metre, name="clip", quarters=quarters)


def notes_in(data: bytes) -> list[PlainNote]:
    """All notes of a MIDI file by time, drums or not. A note that is struck again ends there.

    Raises MidiError when the bytes are no MIDI file, hold no notes, or are beyond the caps.
    """
    file = smf.parse(data)
    warnings: list[str] = []
    shifts = track_shifts(file, warnings)
    notes = all_notes(file, shifts, warnings)
    notes = notes.where(np.lexsort((notes.pitch, notes.tick)))
    times = time_map(file, shifts, warnings)
    start, length = times.quarters(notes.tick), notes.length / times.ticks_per_quarter
    return [
        PlainNote(*note)
        for note in zip(notes.pitch.tolist(), start.tolist(), length.tolist(), notes.velocity.tolist(), strict=True)
    ]


def _pitch_of(note: OwnNote, note_map: NoteMap) -> int:
    if note.pitch is not None:
        return note.pitch
    assert note.voice is not None
    return note_map.writing[note.voice]
