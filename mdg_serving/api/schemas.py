"""What the API answers, for its OpenAPI document and its clients."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from mdg_core.artist import MAX_NAME_LENGTH
from mdg_core.store.requests import Depth, SourceKind, SourceStatus
from mdg_core.worded import Worded
from mdg_drummer.request import Section
from mdg_drummer.songform import MAX_SECTIONS, Kind

API_VERSION: Literal["1"] = "1"


# `parse_mbid` says in its own words what is none
Mbid = Annotated[
    str,
    Field(
        examples=["5b11f4ce-a62d-471e-81fc-a69a8278c7da"],
        json_schema_extra={"minLength": 4, "maxLength": 200, "format": "mbid"},
    ),
]


class ResearchBody(Worded):
    model_config = ConfigDict(extra="forbid")

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


class ResearchAccepted(Worded):
    task_id: str
    artist: str
    key: str
    created: bool = Field(description="false when the artist was being researched already")
    message: str


class ResearchStatus(Worded):
    artist: str
    key: str
    exists: bool = Field(description="a profile is published")
    status: Literal["none", "queued", "researching", "cached", "stale", "failed"]
    confidence: float | None
    updated_at: datetime | None
    message: str


class FlatTaskSource(Worded):
    """How asking one source goes, or went, with `notes_flat`."""

    kind: SourceKind
    source: str
    status: SourceStatus
    documents: int = Field(ge=0, description="how many were found")


class TaskSource(FlatTaskSource):
    """How asking one source goes, or went."""

    cause: str | None = Field(description="of a failure: a word that all sources share that failed alike")
    titles: list[str] = Field(description="of the first documents")
    message: str = Field(description="what came of it in a sentence; of a failure its reason and what follows")


class Task(Worded):
    task_id: str
    kind: Literal["research", "augment", "generation", "song"]
    artist_key: str
    research_task_id: str | None = Field(default=None, description="the research that a generation waits for")
    status: Literal["queued", "researching", "generating", "completed", "failed", "cancelled"]
    progress: int = Field(ge=0, le=100)
    stage: str
    message: str
    position: int | None = Field(ge=1, description="in the queue of researches; 1 is the next; null: not waiting")
    estimate_seconds: int | None = Field(
        ge=1,
        description="until the research has ended, by the median of past ones of its depth; null: nothing to go by",
    )
    sources: list[TaskSource] | dict[str, FlatTaskSource] = Field(
        description="of a research, in its order; empty before it begins; with `notes_flat` by their place, from 1"
    )
    error: str | None = Field(description="why it failed, in a sentence; `sources` and `result` have the details")
    result: dict[str, Any] | None

    def is_open(self) -> bool:
        return self.status in ("queued", "researching", "generating")


MidiUrl = Annotated[
    str,
    Field(
        description="the MIDI file; with `split`, `drum_map` and `feel` as queries",
        examples=["/api/v1/generations/1f0e2b1c-6f0b-4c55-9d55-0f6d5c2d6f3a/1.mid"],
    ),
]


class Note(Worded):
    pitch: int = Field(ge=0, le=127)
    start: float = Field(ge=0, description="quarter notes from the start of the clip")
    duration: float = Field(ge=0, description="quarter notes")
    velocity: int = Field(ge=1, le=127)
    voice: str
    step: int = Field(description="the step of the grid that the note plays; below 0 a click of the count-in")


class _Variation(Worded):
    index: int = Field(ge=1, le=8)
    name: str = Field(examples=["Elvin Jones - groove 1"])
    origin: Literal["template", "llm"]
    based_on: str = Field(description="the name of the groove that leads; of a language model's clip its plan")
    steps_per_quarter: int
    midi_url: MidiUrl
    novelty: float = Field(
        ge=0, le=1, description="mean over the bars of the share of hits that the nearest source bar has not"
    )
    distance: float | None = Field(description="hits a bar by which it differs from the nearest variation before it")


class ClipVariation(_Variation):
    notes: list[Note]
    grid: dict[str, str] = Field(description="voice -> digits, one a step, bars parted by |")


class FlatVariation(_Variation):
    notes_flat: list[float] = Field(description="pitch, start, duration, velocity of each note, in quarter notes")


class PriorUsed(Worded):
    version: str = Field(description="hash of the prior's file")
    corpus: str = Field(description="hash of the corpus that it was fitted on; empty where it is not known")


class BlendUsed(Worded):
    artist: str
    amount: float


class _Made(Worded):
    generation_id: str
    artist: str
    artist_key: str
    blend: BlendUsed | None = Field(default=None, description="the other artist and their share")
    provider: str
    model: str | None
    confidence: float = Field(ge=0, le=1)
    profile_version: int = Field(ge=1)
    tempo: float = Field(description="quarter notes a minute")
    time_signature: str = Field(examples=["4/4"])
    bars: int = Field(ge=1)
    count_in: float = Field(description="quarter notes of clicks before the clip; its notes start after them")
    style: str
    drum_map: str
    seed: int
    prior: PriorUsed | None = Field(default=None, description="how people play in general; null in older results")
    package_version: str | None = Field(default=None, description="of MidiDrumiGen; null where it is not installed")
    cost_usd: float | None = Field(description="of all calls, the refused ones too; null: a price is not known")


class _Generated(_Made):
    section: Section


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


class _Section(Worded):
    index: int = Field(ge=1, le=MAX_SECTIONS, description="its place in the song, from 1")
    name: str = Field(description="as the file's marker has it, numbered where it comes more than once")
    kind: Kind
    first_bar: int = Field(description="from 1, a count-in left out")
    start: float = Field(description="quarter notes from the start of the file, its count-in included")
    bars: int
    based_on: str = Field(description="the name of the groove that leads")
    strokes_a_bar: float
    midi_url: MidiUrl


class SongSection(_Section):
    notes: list[Note] = Field(description="from the start of the section")


class FlatSection(_Section):
    notes_flat: list[float] = Field(description="pitch, start, duration, velocity of each note, in quarter notes")


class _Song(_Made):
    name: str = Field(examples=["Elvin Jones - song"])
    steps_per_quarter: int
    midi_url: MidiUrl


class SongResult(_Song):
    notes: list[str] = Field(description="what was adapted, in words")
    sections: list[SongSection]
    midi: str = Field(description="the whole song in base64, a marker at the start of each section")


class FlatSongResult(_Song):
    """The result with `notes_flat=true`: no lists but those of numbers."""

    message: str = Field(description="what was adapted, in words; at most 900 characters")
    count: int = Field(description="how many sections there are")
    sections: dict[str, FlatSection] = Field(description="by their place, from 1")


class FlatProvisionalSong(FlatSongResult):
    provisional: Literal[True]
    based_on: str
    requested_artist: str


class ProvisionalSong(SongResult):
    provisional: Literal[True]
    based_on: list[str]
    requested_artist: str


class _Accepted(Worded):
    task_id: str
    research_task_id: str | None
    status: str
    message: str


class SongAccepted(_Accepted):
    provisional: ProvisionalSong | FlatProvisionalSong | None = Field(
        description="a song in the most typical of the known styles, when the artist is not known yet"
    )


class GenerationAccepted(_Accepted):
    provisional: ProvisionalResult | FlatProvisionalResult | None = Field(
        description="clips in the most typical of the known styles, when the artist is not known yet"
    )


class _Alike(Worded):
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
    reason: str | None = Field(
        description="what sets both apart from others alike, e.g. 'both play busy closed hats'; null where nothing does"
    )
    few_takes: bool = Field(
        description="one of the two has fewer than 4 takes: the comparison is a guess, and looks farther than it is"
    )


_CONNECTED = (
    "what else connects the two: a shared drummer, a band of the drummer, a collaborator; ranks as 0.05 more similarity"
)


class SimilarArtist(_Alike):
    because: list[str] = Field(description=_CONNECTED)


class FlatSimilarArtist(_Alike):
    because: str = Field(description=_CONNECTED)


class SimilarArtists(Worded):
    artist: str
    key: str
    similar: list[SimilarArtist]


class FlatSimilarArtists(Worded):
    """The result with `flat=true`: no lists."""

    artist: str
    key: str
    count: int = Field(description="how many artists there are")
    similar: dict[str, FlatSimilarArtist] = Field(description="by their rank, from 1")


class ListedArtist(Worded):
    """What is of the profile is null, or empty, before the first one."""

    key: str
    name: str = Field(description="as it is shown", examples=["Elvin Jones"])
    version: int | None = Field(description="of the profile")
    confidence: float | None = Field(ge=0, le=1, description="of the profile: 0.6 usable, 0.8 excellent")
    styles: list[str] = Field(description="that the artist plays, the most common first; at most 5")
    updated_at: datetime | None = Field(description="when this version of the profile came")
    status: Literal["queued", "researching", "completed", "failed", "cancelled"] | None = Field(
        description="of the latest research; null: none was asked for here"
    )


class ArtistList(Worded):
    artists: list[ListedArtist]
    next_cursor: str | None = Field(description="`cursor` of the next page; null on the last one")


class DeletedArtist(Worded):
    artist: str
    key: str
    profile_versions: int = Field(ge=0, description="how many were deleted")
    research_requests: int = Field(ge=0, description="how many were deleted")
    generations: int = Field(ge=0, description="how many were deleted, with their clips")
    message: str


class UnmergeBody(Worded):
    model_config = ConfigDict(extra="forbid")

    note: str = Field(
        min_length=1,
        max_length=500,
        pattern=r"\S",
        description="why; kept with the decision",
        examples=["another band of the same name"],
    )


class Unmerged(Worded):
    artist: str
    key: str
    left: str = Field(description="the key of the artist whose name it was")
    message: str


class Versions(Worded):
    version: str | None = Field(description="of MidiDrumiGen; null where it is not installed", examples=["0.1.0"])
    api_version: Literal["1"] = Field(default=API_VERSION, description="the number in /api/v1")


class Health(Versions):
    status: Literal["ok"] = "ok"


class Readiness(Versions):
    status: Literal["ready"] = "ready"
    pipeline: Literal["running", "not running"]
