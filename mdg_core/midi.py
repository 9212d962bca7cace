"""Takes from MIDI files, and clips into them.

What belongs here: the drums of a file with their times, and writing a clip. What does not: bytes and
chunks (`smf`), which notes are drums (`drumnotes`), the grid (`quantise`), what the playing is like
(`groove`), moving the drums of a user's own file (`retime`).

Conventions: a *quarter* is a quarter note from the start of the file; ticks are the file's own;
velocities are 1-127; the names carry the unit of every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mdg_core import smf
from mdg_core.drumnotes import drum_notes
from mdg_core.drumparts import DRUM_CHANNEL
from mdg_core.filenotes import track_names
from mdg_core.kit import VOICES, NoteMap, Voice
from mdg_core.pattern import Metre
from mdg_core.smf import MidiError
from mdg_core.timemap import MAX_BPM, MICROSECONDS_PER_MINUTE, MetreChange, TempoChange, time_map

__all__ = ["ClipNote", "MetreChange", "MidiError", "Take", "TempoChange", "read_midi", "write_midi"]

MAX_QUARTERS = 20_000
CLIP_TICKS_PER_QUARTER = 480
_META_MARKER = 0x06


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """The drums of one file: n hits, sorted by onset and then pitch, as parallel arrays.

    Only hits whose pitch the note map knows are there; the others are counted in `unknown_pitches`.
    """

    name: str
    onset_ticks: NDArray[np.int64]
    onset_quarters: NDArray[np.float64]
    onset_seconds: NDArray[np.float64]
    pitch: NDArray[np.int64]
    velocity: NDArray[np.int64]
    voice_code: NDArray[np.int64]  # index into tuple(Voice)
    tempos: tuple[TempoChange, ...]  # the first at quarter 0
    metres: tuple[MetreChange, ...]  # the first at quarter 0
    ticks_per_quarter: int
    note_map: NoteMap
    unknown_pitches: dict[int, int]
    warnings: tuple[str, ...]
    metre_stated: bool = True  # False where the file names no metre and 4/4 was assumed
    certainty: float = 1.0  # 0-1, how sure it is that these are drums and which drum each pitch is

    @property
    def voice(self) -> tuple[Voice, ...]:
        """The voice of each hit."""
        return tuple(VOICES[code] for code in self.voice_code.tolist())

    def __len__(self) -> int:
        return len(self.onset_ticks)

    def only(self, which: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Take:
        """The take with some of its hits, in their order."""
        return replace(
            self,
            onset_ticks=self.onset_ticks[which],
            onset_quarters=self.onset_quarters[which],
            onset_seconds=self.onset_seconds[which],
            pitch=self.pitch[which],
            velocity=self.velocity[which],
            voice_code=self.voice_code[which],
        )


def read_midi(data: bytes, *, note_map: NoteMap | None = None) -> Take:
    """The drums of a MIDI file.

    Drums are what stands on channel 10 unless it reads as a melody, what a bank or a system-exclusive message makes
    drums, tracks named for drums or for one drum, and, where none of these is there, a channel that plays a kit's
    pitches as a kit does (`drumparts`). Several of them are merged.

    Parameters
    ----------
    data
        The bytes of the file, at most `smf.MAX_BYTES`.
    note_map
        What its pitches mean; by default found with `mapchoice.choose_map`.

    Raises
    ------
    MidiError
        The bytes are no MIDI file, hold no drums, or are beyond the caps of notes and length.
    """
    file = smf.parse(data)
    drums = drum_notes(file, note_map)
    warnings = drums.warnings
    last = drums.last_of_each
    if doubled := int(len(last) - np.count_nonzero(last)):
        warnings.append(f"{doubled} notes stood twice on one tick and pitch; the louder was kept")
    notes = drums.notes.where(last)
    times = time_map(file, drums.shifts, warnings, int(notes.tick[0]))
    quarters = times.quarters(notes.tick)
    if quarters[-1] > MAX_QUARTERS:
        raise MidiError(f"the drums last {quarters[-1]:,.0f} quarter notes; more than {MAX_QUARTERS:,} is damage")
    return Take(
        name=next((name for name in track_names(file) if name), ""),
        onset_ticks=notes.tick,
        onset_quarters=quarters,
        onset_seconds=times.seconds(notes.tick),
        pitch=notes.pitch,
        velocity=notes.velocity,
        voice_code=drums.voice_code[last],
        tempos=times.tempos,
        metres=times.metres,
        ticks_per_quarter=max(1, round(times.ticks_per_quarter)),
        note_map=drums.note_map,
        unknown_pitches=drums.unknown_pitches,
        warnings=tuple(warnings),
        certainty=drums.certainty,
        metre_stated=times.metre_stated,
    )


class ClipNote(NamedTuple):
    pitch: int  # 0-127
    start_quarters: float  # from the clip's start, not negative
    duration_quarters: float
    velocity: int  # 1-127


class TickNote(NamedTuple):
    """A note in ticks, `CLIP_TICKS_PER_QUARTER` of them a quarter."""

    tick: int
    pitch: int
    length: int
    velocity: int


def write_midi(
    notes: Sequence[ClipNote], *, tempo: float, metre: Metre, name: str, quarters: Fraction | float
) -> bytes:
    """A clip as a Standard MIDI File of format 1: 480 ticks a quarter, drums on channel 10.

    The same clip always gives the same bytes. Times are rounded to the nearest tick; a note that
    reaches into the next of its pitch is shortened, of two on one tick the louder stays, and what
    reaches beyond the clip's end is cut there.

    Parameters
    ----------
    tempo
        Quarter notes a minute, 4 to 1000.
    quarters
        Length of the clip; the file ends there, also when the last notes end earlier.

    Raises
    ------
    ValueError
        A note starts before 0 or not before the clip's end, or a pitch, velocity, tempo or length is out of range.
    """
    _check(tempo, quarters)
    end = round(quarters * CLIP_TICKS_PER_QUARTER)
    apart: list[TickNote] = []
    for pitch, starts in _starts_by_pitch(notes, quarters, end).items():
        times = sorted(starts)
        for start, following in zip(times, [*times[1:], end], strict=True):
            velocity, length = starts[start]
            apart.append(TickNote(start, pitch, min(length, following - start), velocity))
    return write_ticks(apart, tempo=tempo, metre=metre, name=name, quarters=quarters)


def write_ticks(
    notes: Iterable[TickNote], *, tempo: float, metre: Metre, name: str, quarters: Fraction | float
) -> bytes:
    """`write_midi` of notes that lie within the clip and apart from the others of their pitch.

    Raises ValueError for a tempo or length out of range.
    """
    return write_tracks([(name, notes)], tempo=tempo, metre=metre, name=name, quarters=quarters)


def write_tracks(
    tracks: Sequence[tuple[str, Iterable[TickNote]]],
    *,
    tempo: float,
    metre: Metre,
    name: str,
    quarters: Fraction | float,
    markers: Sequence[tuple[int, str]] = (),
    text: str = "",
) -> bytes:
    """`write_ticks` with several named tracks; in the first one markers (tick, text) and, unless empty, a text.

    Raises ValueError for a tempo or length out of range.
    """
    _check(tempo, quarters)
    end = round(quarters * CLIP_TICKS_PER_QUARTER)
    conductor = [
        (0, _text_event(smf.META_TRACK_NAME, name)),
        *([(0, _text_event(smf.META_TEXT, text))] if text else []),
        (0, smf.meta_event(smf.META_TEMPO, round(MICROSECONDS_PER_MINUTE / tempo).to_bytes(3, "big"))),
        (0, smf.meta_event(smf.META_METRE, bytes((metre.numerator, metre.denominator.bit_length() - 1, 24, 8)))),
        *((tick, _text_event(_META_MARKER, text)) for tick, text in sorted(markers)),
        (end, smf.meta_event(smf.META_END, b"")),
    ]
    header = b"".join(number.to_bytes(2, "big") for number in (1, 1 + len(tracks), CLIP_TICKS_PER_QUARTER))
    chunks = [smf.track_chunk(_drum_track(title, notes, end)) for title, notes in tracks]
    return smf.chunk(b"MThd", header) + smf.track_chunk(conductor) + b"".join(chunks)


def _drum_track(title: str, notes: Iterable[TickNote], end: int) -> list[tuple[int, bytes]]:
    messages = [(end, smf.meta_event(smf.META_END, b""))]
    for tick, pitch, length, velocity in notes:
        messages.append((tick, bytes((0x90 | DRUM_CHANNEL, pitch, velocity))))
        messages.append((tick + length, bytes((0x80 | DRUM_CHANNEL, pitch, 0))))
    # offs before ons on one tick, and the end of the track after both
    messages.sort()
    return [(0, _text_event(smf.META_TRACK_NAME, title)), *messages]


def _text_event(kind: int, text: str) -> bytes:
    return smf.meta_event(kind, text.encode("utf-8")[:200].decode("utf-8", "ignore").encode("utf-8"))


def _check(tempo: float, quarters: Fraction | float) -> None:
    """Raises ValueError."""
    if not 4 <= tempo <= MAX_BPM:
        raise ValueError(f"a tempo of {tempo} bpm cannot be written; it must be within 4 and {MAX_BPM:.0f}")
    if not 0 < quarters <= MAX_QUARTERS:
        raise ValueError(f"a clip of {float(quarters)} quarter notes cannot be written")


def _starts_by_pitch(
    notes: Sequence[ClipNote], quarters: Fraction | float, end: int
) -> dict[int, dict[int, tuple[int, int]]]:
    """pitch -> start tick -> (velocity, length in ticks, at least 1); raises ValueError."""
    out: dict[int, dict[int, tuple[int, int]]] = {}
    for note in notes:
        if not 0 <= note.start_quarters < quarters:
            raise ValueError(f"a note at {note.start_quarters} lies outside a clip of {float(quarters)} quarter notes")
        if not (0 <= note.pitch <= 127 and 1 <= note.velocity <= 127 and note.duration_quarters >= 0):
            raise ValueError(f"not a MIDI note: {note}")
        start = min(round(note.start_quarters * CLIP_TICKS_PER_QUARTER), end - 1)
        length = min(max(1, round(note.duration_quarters * CLIP_TICKS_PER_QUARTER)), end)
        starts = out.setdefault(note.pitch, {})
        starts[start] = max(starts.get(start, (0, 0)), (note.velocity, length))
    return out
