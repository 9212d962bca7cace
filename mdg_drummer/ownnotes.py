"""Notes that a client brings, of drums or of another part: what may come in, and its length in bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from mdg_core.kit import NoteMap, Voice
from mdg_core.together import any_of
from mdg_core.worded import Worded

MAX_NOTES = 4096
MAX_QUARTERS = 4096.0


class OwnNote(Worded):
    """One note of a clip, as the API itself gives them; further fields are left aside."""

    model_config = ConfigDict(frozen=True, json_schema_extra=any_of("pitch", "voice"))

    pitch: int | None = Field(default=None, ge=0, le=127)
    voice: Voice | None = Field(default=None, description="comes before what the drum map makes of the pitch")
    start: float = Field(ge=0, le=MAX_QUARTERS, allow_inf_nan=False, description="quarter notes from the clip's start")
    duration: float = Field(default=0.25, ge=0, le=MAX_QUARTERS, allow_inf_nan=False)
    velocity: int = Field(default=100, ge=1, le=127)

    @model_validator(mode="after")
    def _is_a_drum(self) -> OwnNote:
        if self.pitch is None and self.voice is None:
            raise ValueError("a note needs a pitch or a voice")
        return self

    def voice_in(self, note_map: NoteMap) -> Voice | None:
        """Which drum it is; None where the map has no voice at its pitch."""
        return self.voice or (note_map.reading.get(self.pitch) if self.pitch is not None else None)


_NUMBERS = ("pitch", "start", "duration", "velocity")


def _listed(value: Any) -> Any:
    """Notes out of numbers alone, 4 a note, and out of a single note: what Max makes of a list of one."""
    if isinstance(value, Mapping):
        return [value]
    if not isinstance(value, list) or not value or not all(type(number) in (int, float) for number in value):
        return value
    if len(value) % len(_NUMBERS):
        raise ValueError(f"{len(value)} numbers are no notes: give {', '.join(_NUMBERS)} of each")
    if len(value) > len(_NUMBERS) * MAX_NOTES:
        raise ValueError(f"{len(value) // len(_NUMBERS):,} notes; {MAX_NOTES:,} are the most")
    return [
        dict(zip(_NUMBERS, value[first : first + len(_NUMBERS)], strict=True))
        for first in range(0, len(value), len(_NUMBERS))
    ]


OwnNotes = Annotated[
    list[OwnNote],
    BeforeValidator(_listed),
    Field(
        min_length=1,
        max_length=MAX_NOTES,
        description="the notes of a clip; or numbers alone, pitch, start, duration, velocity of each",
    ),
]


def bars_of_notes(notes: Sequence[OwnNote], bar_quarters: float) -> int:
    """Whole bars from the start to the last note that begins, at least one; a hair before a bar line is beyond it."""
    last = max(note.start for note in notes)
    return max(1, int((last + 0.05) // bar_quarters) + 1) if last + 0.05 < MAX_QUARTERS else 1
