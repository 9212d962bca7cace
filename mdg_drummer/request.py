"""What a person asks for: the bodies of POST /generate and POST /song, and the options of `mdg generate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue, field_validator, model_validator

from mdg_core import bounds
from mdg_core.kit import NoteMap, Voice
from mdg_core.pattern import Metre
from mdg_core.together import needs, needs_none, one_of
from mdg_core.worded import Worded
from mdg_drummer.fields import ArtistName, DrumMapText, FormText, MetreText, Tempo, note_map_of
from mdg_drummer.kitwords import GROUPS, all_called, by_voice
from mdg_drummer.ownnotes import OwnNotes
from mdg_drummer.songform import FormSection, parse_form

MAX_SEED = 2**53 - 1  # the largest integer that JSON readers agree on
MAX_BARS = 16
MAX_RIFF_BARS = 64
MAX_DRAG_MS = 60.0

Section = Literal["groove", "fill", "intro", "outro"]
Subdivision = Literal["straight", "swung", "triplet"]
Swung = Literal["eighths", "sixteenths"]
Provider = Literal["auto", "template", "anthropic", "google", "openai", "local"]


def _stated(example: dict[str, JsonValue]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example], **needs("swing_of", "swing")})


class Lock(Worded):
    """Voices that stay as they are in a variation of an earlier generation, or in notes of the client's own."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra=one_of("generation_id", "notes") | needs_none("generation_id", "drum_map"),
    )

    generation_id: UUID | None = None
    index: int = Field(default=1, ge=1, le=8, description="the variation of the generation, 1-8")
    notes: OwnNotes | None = Field(
        default=None,
        description="a clip of the client's own; its metre is the request's time signature, 4/4 where none is given",
    )
    drum_map: DrumMapText | None = Field(default=None, description="of the notes' pitches; null: the request's")
    bars: int | None = Field(default=None, ge=1, le=MAX_BARS, description="of the notes; null: up to the last one")
    voices: Annotated[list[Voice], Field(min_length=1, max_length=len(Voice))] = Field(
        description=f"a group ({', '.join(GROUPS)}) stands for its voices; a text with commas for a list"
    )

    @field_validator("voices", mode="before")
    @classmethod
    def _called(cls, value: Any) -> Any:
        words = value.split(",") if isinstance(value, str) else value
        return all_called(words) if isinstance(words, list) and all(isinstance(word, str) for word in words) else words

    @model_validator(mode="after")
    def _from_one(self) -> Self:
        if (self.generation_id is None) == (self.notes is None):
            raise ValueError("give generation_id or notes, one of the two")
        if self.drum_map is not None and self.notes is None:
            raise ValueError("drum_map says what the pitches of notes are: give it with notes")
        return self

    def note_map(self, of_request: NoteMap) -> NoteMap:
        """What the pitches of the notes mean."""
        return note_map_of(self.drum_map) if self.drum_map is not None else of_request


class Follow(Worded):
    """A riff or bass part of the client's whose accents the kick plays; it goes round where the clip is longer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    notes: OwnNotes = Field(description="its metre is the request's, or 4/4")
    bars: int | None = Field(default=None, ge=1, le=MAX_RIFF_BARS, description="its length; null: up to its last note")


class Blend(Worded):
    """Another artist to draw patterns and feel from, in proportion."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    artist: ArtistName
    amount: float = Field(ge=0.01, le=0.99, description="the other artist's share; the rest is the first one's")


class PlayedRequest(Worded):
    """What clips and songs are asked for by alike. What is null is taken from the artist's profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    artist: ArtistName
    tempo: Tempo | None = None
    time_signature: MetreText | None = None
    seed: int | None = Field(default=None, ge=0, le=MAX_SEED, description="null: one is drawn and reported")
    humanize: bool = Field(default=True, description="play with the artist's timing and touch; else on the swung grid")
    timing_amount: float = Field(default=1.0, ge=0, le=1, description="how much of the timing")
    velocity_amount: float = Field(default=1.0, ge=0, le=1, description="how much of the touch")
    swing: float | None = Field(
        default=None, ge=bounds.SWING[0], le=bounds.SWING[1], description="percent of the long note of a pair"
    )
    swing_of: Swung | None = Field(default=None, description="what `swing` swings; null: what this groove would swing")
    style: str | None = Field(
        default=None, min_length=1, max_length=60, description="one of the styles of the profile", examples=["jazz"]
    )
    feel: Subdivision | None = Field(default=None, description="how the beat is divided; null as the artist plays")
    blend: Blend | None = None
    density: float | None = Field(default=None, ge=-1, le=1, description="-1 sparse, 0 as the artist plays, 1 busy")
    density_of: dict[Voice, Annotated[float, Field(ge=-1, le=1)]] = Field(
        default={}, description=f"by voice or group ({', '.join(GROUPS)}), beside `density`"
    )
    syncopation: float | None = Field(default=None, ge=-1, le=1, description="-1 on the beats, 0 as it is, 1 off them")
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


class GenerationRequest(PlayedRequest):
    """One request for clips."""

    model_config = _stated({"artist": "Elvin Jones", "bars": 4, "variations": 2, "seed": 7})

    bars: int = Field(default=4, ge=1, le=MAX_BARS)
    variations: int = Field(default=4, ge=1, le=8)
    provider: Provider = Field(
        default="auto", description="auto: the language models that are set up, then templates; or one of them alone"
    )
    section: Section = "groove"
    lock: Lock | None = None


class SongRequest(PlayedRequest):
    """One request for a song, which templates play."""

    model_config = _stated({"artist": "Elvin Jones", "form": "intro 2, verse 8, chorus 8, outro 2", "seed": 7})

    form: FormText = "default"

    @property
    def sections(self) -> tuple[FormSection, ...]:
        return parse_form(self.form)


Asked = GenerationRequest | SongRequest


def stored_request(body: Mapping[str, Any]) -> Asked:
    """The request that was stored as `body`."""
    return SongRequest.model_validate(body) if "form" in body else GenerationRequest.model_validate(body)
