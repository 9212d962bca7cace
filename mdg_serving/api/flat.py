"""`?notes_flat=true` and `?flat=true`: results for readers whose dictionaries turn a list of one into that one (Max).

Notes are numbers alone, 4 a note; what could be a list of one thing is keyed by number or is text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import Query

NotesFlat = Annotated[
    bool,
    Query(
        title="Notes flat",
        description="give notes as numbers alone, [pitch, start, duration, velocity, ...], variations by their index "
        "(`clips`) and remarks as one text (`message`)",
    ),
]
_LEFT_OUT = ("variations", "sections", "notes", "llm", "midi")
_LONGEST_TEXT = 900  # characters; Max keeps texts of up to 1,000


Flat = Annotated[
    bool,
    Query(
        title="Flat",
        description="no lists: what would be one is an object by number, from 1, or one text",
    ),
]


def numbered(items: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """A list of objects as one object by number, from 1; lists of texts in them as one text."""
    return {str(number): {name: _one(value) for name, value in item.items()} for number, item in enumerate(items, 1)}


def _one(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def numbers_of(notes: Iterable[Mapping[str, Any]]) -> list[float]:
    """Pitch, start and duration in quarter notes, and velocity of each note, 4 numbers a note."""
    return [note[name] for note in notes for name in ("pitch", "start", "duration", "velocity")]


def flattened(result: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a generation or a song without lists but those of numbers."""
    plain = {name: value for name, value in result.items() if name not in _LEFT_OUT}
    if "based_on" in plain:
        plain["based_on"] = ", ".join(plain["based_on"])
    listed, name = ("sections", "sections") if "sections" in result else ("variations", "clips")
    parts = {str(part["index"]): _flat_part(part) for part in result[listed]}
    return plain | {"message": joined(result["notes"]), "count": len(parts), name: parts}


def _flat_part(part: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in part.items() if name not in ("notes", "grid")}
    return plain | {"notes_flat": numbers_of(part["notes"])}


def joined(remarks: Iterable[str]) -> str:
    """Remarks as one text that is not too long for Max."""
    text = "; ".join(remarks)
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 3] + "..."
