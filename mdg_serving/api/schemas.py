"""What the API answers, for its OpenAPI document and its clients."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from mdg_core.artist import MAX_NAME_LENGTH
from mdg_core.store.requests import Depth

API_VERSION: Literal["1"] = "1"


# `parse_mbid` says in its own words what is none
Mbid = Annotated[
    str,
    Field(
        examples=["5b11f4ce-a62d-471e-81fc-a69a8278c7da"],
        json_schema_extra={"minLength": 4, "maxLength": 200, "format": "mbid"},
    ),
]


class ResearchBody(BaseModel):
    model_config = {"extra": "forbid"}

    artist: str = Field(
        description="any artist's or band's name",
        examples=["Elvin Jones"],
        json_schema_extra={"minLength": 1, "maxLength": MAX_NAME_LENGTH, "format": "artist-name"},
    )
    depth: Depth = Field(default="full", description="quick: a usable profile soon; full: all that the sources have")
    mbid: Mbid | None = Field(
        default=None,
        description="which artist of that name is meant: a MusicBrainz artist id, or none for none of the candidates",
    )


class ResearchAccepted(BaseModel):
    task_id: str
    artist: str
    key: str
    created: bool = Field(description="false when the artist was being researched already")
    message: str


class ResearchStatus(BaseModel):
    artist: str
    key: str
    exists: bool = Field(description="a profile is published")
    status: Literal["none", "queued", "researching", "cached", "stale", "failed"]
    confidence: float | None
    updated_at: datetime | None
    message: str


class Task(BaseModel):
    task_id: str
    kind: Literal["research", "augment", "generation"]
    artist_key: str
    status: Literal["queued", "researching", "generating", "completed", "failed"]
    progress: int = Field(ge=0, le=100)
    stage: str
    message: str
    error: str | None
    result: dict[str, Any] | None


class Note(BaseModel):
    pitch: int
    start: float = Field(description="quarter notes from the start of the clip")
    duration: float
    velocity: int
    voice: str
    step: int = Field(description="the step of the grid that the note plays; below 0 a click of the count-in")


class _Variation(BaseModel):
    index: int
    name: str
    origin: Literal["template", "llm"]
    based_on: str = Field(description="the name of the groove that leads; of a language model's clip its plan")
    steps_per_quarter: int
    midi_url: str
    novelty: float = Field(description="mean over the bars of the share of hits that the nearest source bar has not")
    distance: float | None = Field(description="hits a bar by which it differs from the nearest variation before it")


class ClipVariation(_Variation):
    notes: list[Note]
    grid: dict[str, str] = Field(description="voice -> digits, one a step, bars parted by |")


class FlatVariation(_Variation):
    notes_flat: list[float] = Field(description="pitch, start, duration, velocity of each note, in quarter notes")


class PriorUsed(BaseModel):
    version: str = Field(description="hash of the prior's file")
    corpus: str = Field(description="hash of the corpus that it was fitted on; empty where it is not known")


class _Generated(BaseModel):
    generation_id: str
    artist: str
    artist_key: str
    provider: str
    model: str | None
    confidence: float
    profile_version: int
    tempo: float
    time_signature: str
    bars: int
    count_in: float = Field(description="quarter notes of clicks before the clip; its notes start after them")
    section: str
    style: str
    drum_map: str
    seed: int
    prior: PriorUsed | None = Field(default=None, description="how people play in general; null in older results")
    package_version: str | None = Field(default=None, description="of MidiDrumiGen; null where it is not installed")
    cost_usd: float | None = Field(description="of all calls, the refused ones too; null: a price is not known")


class GenerationResult(_Generated):
    llm: dict[str, Any] | None = Field(description="every call of a language model, and who was not asked and why")
    notes: list[str] = Field(description="what was adapted, in words")
    variations: list[ClipVariation]


class FlatGenerationResult(_Generated):
    """The result with `notes_flat=true`: no lists but those of numbers."""

    message: str = Field(description="what was adapted, in words; at most 900 characters")
    count: int = Field(description="how many clips there are")
    clips: dict[str, FlatVariation] = Field(description="by the variation's index, from 1")


class FlatProvisionalResult(FlatGenerationResult):
    provisional: Literal[True]
    based_on: str
    requested_artist: str


class ProvisionalResult(GenerationResult):
    provisional: Literal[True]
    based_on: list[str]
    requested_artist: str


class GenerationAccepted(BaseModel):
    task_id: str
    research_task_id: str | None
    status: str
    message: str
    provisional: ProvisionalResult | FlatProvisionalResult | None = Field(
        description="clips in the most typical of the known styles, when the artist is not known yet"
    )


class SimilarArtist(BaseModel):
    key: str
    name: str
    similarity: float = Field(
        ge=0,
        le=1,
        description="how alike they play: 1 less the share of all pairs of artists that are nearer, so that strangers "
        "spread over the whole range; of the basis below alone",
    )
    basis: Literal["played", "archive", "words"] = Field(
        description="what was compared: performances with dynamics and timing; files at least one side of which is "
        "written or sequenced; texts, where one side has no playing"
    )
    confidence: float
    because: list[str] = Field(
        description="what else connects the two: a shared drummer, a band of the drummer, a collaborator; "
        "ranks as 0.05 more similarity"
    )
    reason: str | None = Field(
        description="what sets both apart from others alike, e.g. 'both play busy closed hats'; null where nothing does"
    )
    few_takes: bool = Field(
        description="one of the two has fewer than 4 takes: the comparison is a guess, and looks farther than it is"
    )


class SimilarArtists(BaseModel):
    artist: str
    key: str
    similar: list[SimilarArtist]


class ListedArtist(BaseModel):
    """What is of the profile is null, or empty, before the first one."""

    key: str
    name: str = Field(description="as it is shown", examples=["Elvin Jones"])
    version: int | None = Field(description="of the profile")
    confidence: float | None = Field(ge=0, le=1, description="of the profile: 0.6 usable, 0.8 excellent")
    styles: list[str] = Field(description="that the artist plays, the most common first; at most 5")
    updated_at: datetime | None = Field(description="when this version of the profile came")
    status: Literal["queued", "researching", "completed", "failed"] | None = Field(
        description="of the latest research; null: none was asked for here"
    )


class ArtistList(BaseModel):
    artists: list[ListedArtist]
    next_cursor: str | None = Field(description="`cursor` of the next page; null on the last one")


class DeletedArtist(BaseModel):
    artist: str
    key: str
    profile_versions: int = Field(ge=0, description="how many were deleted")
    research_requests: int = Field(ge=0, description="how many were deleted")
    generations: int = Field(ge=0, description="how many were deleted, with their clips")
    message: str


class UnmergeBody(BaseModel):
    model_config = {"extra": "forbid"}

    note: str = Field(
        min_length=1,
        max_length=500,
        pattern=r"\S",
        description="why; kept with the decision",
        examples=["another band of the same name"],
    )


class Unmerged(BaseModel):
    artist: str
    key: str
    left: str = Field(description="the key of the artist whose name it was")
    message: str


class Versions(BaseModel):
    version: str | None = Field(description="of MidiDrumiGen; null where it is not installed", examples=["0.1.0"])
    api_version: Literal["1"] = Field(default=API_VERSION, description="the number in /api/v1")


class Health(Versions):
    status: Literal["ok"] = "ok"


class Readiness(Versions):
    status: Literal["ready"] = "ready"
    pipeline: Literal["running", "not running"]
