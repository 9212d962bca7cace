"""The texts of requests that are more than texts: names, time signatures, note maps, forms.

A schema cannot say all that these take: its `format` (artist-name, drum-map, song-form) stands for their validators.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from mdg_core import bounds
from mdg_core.artist import MAX_NAME_LENGTH, clean_name
from mdg_core.errors import UsageError
from mdg_core.kit import NoteMap
from mdg_core.maps import MAPS, MAX_CHARACTERS, parse_map
from mdg_core.pattern import Metre
from mdg_drummer.songform import KINDS, MAX_FORM_CHARACTERS, MAX_SECTIONS, MAX_SONG_BARS, parse_form

MAX_BAR_QUARTERS = 16


def _cleaned(name: str) -> str:
    try:
        return clean_name(name)
    except UsageError as error:
        raise ValueError(str(error)) from error


def _metre(value: str) -> str:
    metre = Metre.parse(value)
    if not 1 <= metre.bar_quarters <= MAX_BAR_QUARTERS:
        raise ValueError(f"a bar of {metre} is not between 1 and {MAX_BAR_QUARTERS} quarter notes long")
    return str(metre)


def _metre_pattern() -> str:
    """The time signatures that `_metre` takes, as a regular expression."""
    of_lower = []
    for lower in (1, 2, 4, 8, 16, 32):
        upper = [str(n) for n in range(1, 33) if 1 <= Metre(n, lower).bar_quarters <= MAX_BAR_QUARTERS]
        of_lower.append(f"({'|'.join(upper)})/{lower}")
    return f"^({'|'.join(of_lower)})$"


def _drum_map(value: str) -> str:
    if value in MAPS:
        return value
    if "\n" not in value:
        raise ValueError(f"{value[:40]!r} is no drum map; use one of {', '.join(MAPS)}")
    try:
        parse_map(value)
    except UsageError as error:
        raise ValueError(f"the map cannot be read: {error}") from error
    return value


def _form(value: str) -> str:
    try:
        parse_form(value)
    except UsageError as error:
        raise ValueError(str(error)) from error
    return value


ArtistName = Annotated[
    str,
    AfterValidator(_cleaned),
    Field(
        description="any artist's or band's name, or its key",
        examples=["Elvin Jones"],
        # `clean_name` says it in its own words
        json_schema_extra={"minLength": 1, "maxLength": MAX_NAME_LENGTH, "format": "artist-name"},
    ),
]
MetreText = Annotated[
    str,
    Field(min_length=3, max_length=10, examples=["4/4", "6/8"], json_schema_extra={"pattern": _metre_pattern()}),
    AfterValidator(_metre),
]
DrumMapText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_CHARACTERS,
        examples=["ableton"],
        json_schema_extra={"format": "drum-map"},
        description=f"one of {', '.join(MAPS)}, or the lines of a note map of one's own",
    ),
    AfterValidator(_drum_map),
]
FormText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_FORM_CHARACTERS,
        description=f"sections and their bars; {', '.join(KINDS)}; at most {MAX_SECTIONS} and {MAX_SONG_BARS} bars",
        examples=["intro 2, verse 8, pre 4, chorus 8, outro 2", "default"],
        json_schema_extra={"format": "song-form"},
    ),
    AfterValidator(_form),
]
Tempo = Annotated[
    float, Field(ge=bounds.TEMPO[0], le=bounds.TEMPO[1], description="quarter notes a minute", examples=[96])
]


def note_map_of(drum_map: str) -> NoteMap:
    """The map of a `DrumMapText`."""
    return MAPS.get(drum_map) or parse_map(drum_map)
