"""What a person asks for: the body of POST /generate and the options of `mdg generate`."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from mdg_core import bounds
from mdg_core.artist import MAX_NAME_LENGTH, clean_name
from mdg_core.errors import UsageError
from mdg_core.kit import NoteMap, Voice
from mdg_core.maps import MAPS, MAX_CHARACTERS, parse_map
from mdg_core.pattern import Metre
from mdg_core.together import needs, one_of
from mdg_drummer.kitwords import GROUPS, by_voice
from mdg_drummer.ownnotes import MAX_NOTES, OwnNote

MAX_SEED = 2**53 - 1  # the largest integer that JSON readers agree on
MAX_BAR_QUARTERS = 16
MAX_BARS = 16
MAX_RIFF_BARS = 64
MAX_DRAG_MS = 60.0

Section = Literal["groove", "fill", "intro", "outro"]
Subdivision = Literal["straight", "swung", "triplet"]
Swung = Literal["eighths", "sixteenths"]
Provider = Literal["auto", "template", "anthropic", "google", "openai", "local"]


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
    Field(
        min_length=3,
        max_length=10,
        description=f"with bars of 1 to {MAX_BAR_QUARTERS} quarter notes",
        examples=["4/4", "6/8"],
        json_schema_extra={"format": "time-signature"},
    ),
    AfterValidator(_metre),
]
DrumMapText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_CHARACTERS,
        description=f"one of {', '.join(MAPS)}, or the lines of a note map of one's own",
        examples=["ableton"],
        json_schema_extra={"format": "drum-map"},
    ),
    AfterValidator(_drum_map),
]
Tempo = Annotated[float, Field(ge=bounds.TEMPO[0], le=bounds.TEMPO[1], description="quarter notes a minute")]


def note_map_of(drum_map: str) -> NoteMap:
    """The map of a `DrumMapText`."""
    return MAPS.get(drum_map) or parse_map(drum_map)


class Lock(BaseModel):
    """Voices that stay as they are in a variation of an earlier generation, or in notes of the client's own."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=one_of("generation_id", "notes"))

    generation_id: UUID | None = None
    index: int = Field(default=1, ge=1, le=8, description="the variation of the generation, 1-8")
    notes: list[OwnNote] | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_NOTES,
        description="a clip of the client's own; its pitches are those of the drum map, its metre is the request's "
        "time signature, 4/4 where none is given",
    )
    bars: int | None = Field(default=None, ge=1, le=MAX_BARS, description="of the notes; null: up to the last one")
    voices: Annotated[list[Voice], Field(min_length=1, max_length=len(Voice))]

    @model_validator(mode="after")
    def _from_one(self) -> Self:
        if (self.generation_id is None) == (self.notes is None):
            raise ValueError("give generation_id or notes, one of the two")
        return self


class Follow(BaseModel):
    """A riff or bass part of the client's whose accents the kick plays; it goes round where the clip is longer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    notes: list[OwnNote] = Field(min_length=1, max_length=MAX_NOTES, description="its metre is the request's, or 4/4")
    bars: int | None = Field(default=None, ge=1, le=MAX_RIFF_BARS, description="its length; null: up to its last note")


class Blend(BaseModel):
    """Another artist to draw patterns and feel from, in proportion."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    artist: ArtistName
    amount: float = Field(gt=0, lt=1, description="the other artist's share; the rest is the first one's")


class GenerationRequest(BaseModel):
    """One request for clips. What is null is taken from the artist's profile."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"artist": "Elvin Jones", "bars": 4, "variations": 2, "seed": 7}],
            **needs("swing_of", "swing"),
        },
    )

    artist: ArtistName
    bars: int = Field(default=4, ge=1, le=MAX_BARS)
    tempo: Tempo | None = None
    time_signature: MetreText | None = None
    variations: int = Field(default=4, ge=1, le=8)
    provider: Provider = Field(
        default="auto", description="auto: the language models that are set up, then templates; or one of them alone"
    )
    seed: int | None = Field(default=None, ge=0, le=MAX_SEED, description="null: one is drawn and reported")
    humanize: bool = Field(default=True, description="play with the artist's timing and touch; else on the swung grid")
    timing_amount: float = Field(default=1.0, ge=0, le=1)
    velocity_amount: float = Field(default=1.0, ge=0, le=1)
    swing: float | None = Field(
        default=None, ge=bounds.SWING[0], le=bounds.SWING[1], description="percent of the long note of a pair"
    )
    swing_of: Swung | None = Field(default=None, description="what `swing` swings; null: what this groove would swing")
    style: str | None = Field(default=None, max_length=60, description="one of the styles of the profile")
    feel: Subdivision | None = Field(default=None, description="how the beat is divided; null as the artist plays")
    blend: Blend | None = None
    density: float | None = Field(default=None, ge=-1, le=1, description="-1 sparse, 0 as the artist plays, 1 busy")
    density_of: dict[Voice, Annotated[float, Field(ge=-1, le=1)]] = Field(
        default={}, description=f"by voice or group ({', '.join(GROUPS)}), beside `density`"
    )
    syncopation: float | None = Field(default=None, ge=-1, le=1, description="-1 on the beats, 0 as it is, 1 off them")
    section: Section = "groove"
    lock: Lock | None = None
    follow: Follow | None = None
    drag: dict[Voice, Annotated[float, Field(ge=-MAX_DRAG_MS, le=MAX_DRAG_MS)]] = Field(
        default={},
        description="by voice or group: ms later (below 0 earlier) than the feel has it",
    )
    count_in: bool = Field(default=False, description="a bar of clicks on the beats first; the notes begin after it")
    split: bool = Field(default=False, description="a track for each voice in the MIDI file")
    drum_map: DrumMapText = "gm"

    @field_validator("density_of", "drag", mode="before")
    @classmethod
    def _by_voice(cls, value: Any) -> Any:
        return by_voice(value) if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _swings(self) -> Self:
        if self.swing_of and self.swing is None:
            raise ValueError("swing_of says what swings: give swing too")
        return self

    @property
    def note_map(self) -> NoteMap:
        """What the clip's pitches are written by."""
        return note_map_of(self.drum_map)

    @property
    def metre(self) -> Metre | None:
        return Metre.parse(self.time_signature) if self.time_signature else None
