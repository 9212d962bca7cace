"""MIDI files as the archives hold them: good ones, and what else stands there under .mid."""

from __future__ import annotations

from fractions import Fraction

from mdg_core.midi import ClipNote, write_midi
from mdg_core.pattern import Metre

NOT_A_FILE = b"error with file"
RAR = b"Rar!\x1a\x07\x00" + bytes(64)


def drum_file(number: int, bars: int = 4) -> bytes:
    """A rock beat that is another file for each number."""
    notes = [
        ClipNote(pitch, bar * 4 + beat, 0.25, 70 + (number * 7 + bar) % 50)
        for bar in range(bars)
        for pitch, beats in ((42, (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5)), (38, (1, 3)), (36, (0, 2)))
        for beat in beats
    ]
    return write_midi(
        notes, tempo=80 + number % 80, metre=Metre(4, 4), name=f"file {number}", quarters=Fraction(bars * 4)
    )


def in_riff(data: bytes) -> bytes:
    """The file in a RIFF/RMID wrapper."""
    chunk = b"RMIDdata" + len(data).to_bytes(4, "little") + data
    return b"RIFF" + len(chunk).to_bytes(4, "little") + chunk
