"""StyleProfile: the contract between the pipeline, which writes it, and the serving layer, which reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mdg_core.kit import Voice
from mdg_core.pattern import Metre, Pattern
from mdg_core.stepgrid import parse_grid

SCHEMA_VERSION: Final = 1
EMBEDDING_DIMENSIONS = 384

USABLE_CONFIDENCE = 0.6
EXCELLENT_CONFIDENCE = 0.8

Role = Literal["groove", "fill", "intro", "outro"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(_Model):
    """What one document says of one parameter."""

    document: str  # id of a raw document
    source: str  # collector that found it: "library", "papers", ...
    title: str
    value: float
    weight: float = Field(gt=0)
    copies: list[str] = []  # addresses of documents that hold the same drums and are not counted again


class Mode(_Model):
    """One of several values about which the evidence gathers, e.g. the tempo of the slow songs."""

    value: float
    share: float = Field(gt=0, le=1)  # of the evidence's weight; the modes of a parameter sum to 1


class Parameter(_Model):
    """One number of a style. `value` is None where there is not enough evidence."""

    value: float | None
    unit: str
    spread: float | None = None  # standard deviation between documents, in `unit`; where there are modes, within one
    confidence: float = Field(ge=0, le=1)
    evidence: list[Evidence] = []
    evidence_count: int = 0  # all documents; `evidence` keeps what has the greatest weight
    modes: list[Mode] = []  # two or more, the greatest share first; none where the evidence has one centre
    conflicts: list[str] = []  # what other evidence says instead and is not counted in `value`, in words
    pinned: bool = False  # `value` is an operator's decision, the first of `evidence`; the documents stand behind it

    @property
    def decision(self) -> str:
        """That the value is pinned and why, in words; empty where it is measured."""
        return f"pinned by the operator: {self.evidence[0].title}" if self.pinned and self.evidence else ""


class FeelCell(_Model):
    """How one voice plays one place of the bar."""

    voice: Voice
    step: int = Field(ge=0)  # within the bar, on the feel's grid
    offset_ms: float  # mean, against the swung grid, late positive
    offset_spread_ms: float = Field(ge=0)
    velocity: float = Field(ge=1, le=127)
    velocity_spread: float = Field(ge=0)
    count: int = Field(ge=1)


class DoubledStrokes(_Model):
    """How the strokes of one drum are doubled to flams and drags (`mdg_core.groove.doubles`)."""

    voice: Voice
    soft: bool  # of the ghost notes, else of the accents
    share: float = Field(ge=0, le=1)
    share_spread: float = Field(0.0, ge=0, le=0.5)  # from one take to another
    further: float = Field(0.0, ge=0, le=8)  # mean strokes beyond the second, of the doubled
    gap_ms: float = Field(ge=0)  # mean distance of the two strokes
    gap_spread_ms: float = Field(ge=0)
    grace_share: float = Field(ge=0, le=1)  # of the doubled, those whose softer stroke comes first
    velocity_ratio: float = Field(ge=0, le=1)  # the softer stroke's velocity as a share of the louder one's
    count: int = Field(ge=1)  # strokes that were looked at


class VoiceTiming(_Model):
    """When a voice plays by the word of who wrote its grooves (`mdg_core.gridfile`); None: as the feel as a whole."""

    voice: Voice
    lag_ms: float | None = None  # mean, against the swung grid, late positive
    swing_eighths: float | None = None
    swing_sixteenths: float | None = None


class Feel(_Model):
    """Micro-timing and dynamics on one grid.

    A swing is the percent of the long note in a pair: 50 straight, 66.7 triplet. Where `stated` gives lags, a
    voice without one is on the grid.
    """

    style: str | None = None  # None: over all styles
    metre: str
    steps_per_quarter: int
    swing_eighths: float = 50.0
    swing_sixteenths: float = 50.0
    cells: list[FeelCell] = []
    doubles: list[DoubledStrokes] = []
    stated: list[VoiceTiming] = []

    @property
    def tells_timing(self) -> bool:
        """Whether anything is known of when the artist plays, measured or stated."""
        return bool(self.cells or self.stated)


class Performance(_Model):
    """Some bars as somebody played them: what an artist's timing and touch are drawn from.

    `steps`, `voice`, `offset_ms` and `velocity` have an item a stroke, in the order of the steps. Raises ValueError
    where their lengths differ or a stroke is of no voice of the kit.
    """

    document: str
    style: str
    tempo: float = Field(gt=0)  # quarter notes a minute
    metre: str
    steps_per_quarter: int = Field(ge=1, le=48)
    bars: int = Field(ge=1)
    swing_eighths: float = Field(50.0, gt=0, lt=100)  # of this take; percent of the long note
    swing_sixteenths: float = Field(50.0, gt=0, lt=100)
    shift_ms: float = 0.0  # by which the whole take lay late in its file
    weight: float = Field(1.0, gt=0, le=1)  # how far it is trusted
    kit: list[Voice]
    steps: list[Annotated[int, Field(ge=0)]]  # from the first of these bars
    voice: list[Annotated[int, Field(ge=0)]]  # which of the kit
    offset_ms: list[float]  # from the step of the grid that is not swung, late positive, the shift taken off
    velocity: list[Annotated[int, Field(ge=1, le=127)]]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if len({len(self.steps), len(self.voice), len(self.offset_ms), len(self.velocity)}) != 1:
            raise ValueError("the strokes of a performance need a step, a voice, an offset and a velocity each")
        if self.voice and max(self.voice) >= len(self.kit):
            raise ValueError("a stroke of a performance is of no voice of its kit")
        return self


BORROWED = "reference:"  # so begin the documents of grooves that stand in for an artist's own


class PatternTemplate(_Model):
    """A groove or fill of the artist in step-grid notation (`mdg_core.stepgrid`).

    `lanes` is what one drummer plays; `layers` is what sounded with it and is not the drummer's: the echoes of a delay
    ("echo"), a clap that doubles the snare ("clap"), percussion for which no hand is free ("percussion"). All lanes
    are of one length.
    """

    id: str
    name: str
    role: Role
    style: str
    metre: str
    steps_per_quarter: int
    bars: int
    tempo: float | None
    lanes: dict[Voice, str]
    layers: dict[str, dict[Voice, str]] = {}
    weight: float = Field(gt=0)  # share of the artist's evidence in this role, sums to 1 over a role
    documents: list[str]

    def pattern(self) -> Pattern:
        return parse_grid(self.lanes, Metre.parse(self.metre), self.steps_per_quarter)


class Passage(PatternTemplate):
    """Bars of one take in the order in which they were played: what the artist repeats, varies and turns, and where.

    The weights of all passages sum to 1.
    """

    fills: list[int] = []  # which of the bars are fills, counted from 0


class Artist(_Model):
    key: str
    name: str
    aliases: list[str] = []
    mbid: str | None = None
    drummers: list[str] = []
    genres: list[str] = []
    years: str | None = None


class StyleSummary(_Model):
    """The parameters within one style that the artist plays, by what folders and tags call the takes."""

    style: str
    documents: int
    share: float = Field(default=0.0, ge=0, le=1)  # of all takes, those of unknown style among them
    document_ids: list[str] = []  # the weightiest
    params: dict[str, Parameter]


class Statement(_Model):
    """A sentence that a document says of the playing."""

    document: str
    source: str
    title: str
    sentence: str


class Technique(_Model):
    """A way of playing that texts name, with the sentences that do."""

    name: str
    statements: list[Statement] = Field(min_length=1)


Relation = Literal["band of the drummer", "played with"]


class Collaborator(_Model):
    """Somebody with whom the artist or its drummers played."""

    name: str
    relation: Relation
    documents: int = Field(default=0, ge=0)  # articles that say so; 0: by MusicBrainz


class CurationNote(_Model):
    action: str
    note: str
    at: datetime


class PlayedStyle(_Model):
    """The style vector (`mdg_core.style_vector`) of an artist's takes, in deviations of the reference."""

    version: int  # of the columns
    mean: list[float | None]  # None: no take shows it
    reliability: list[float]  # 0-1, of each mean
    takes: int = Field(ge=1)
    performed: float = Field(ge=0, le=1)  # share of them, by weight, that was played and not written


class NearStyle(_Model):
    """A style whose reference grooves the artist's playing is near to (`mdg_core.likeness`)."""

    style: str
    distance: float = Field(ge=0)  # of the style vectors; takes of one style and one drummer lie some tenths apart


class StyleProfile(_Model):
    schema_version: Literal[1] = SCHEMA_VERSION
    artist: Artist
    text_description: str
    quantitative_params: dict[str, Parameter]
    styles: list[StyleSummary] = []
    feel: list[Feel] = []  # one per metre and grid, the most common first; then those of single styles
    performances: list[Performance] = []  # of the takes with timing and dynamics, to cover tempos and styles
    patterns: list[PatternTemplate] = []
    passages: list[Passage] = []  # none: built before there were any, or of takes of one bar
    near_styles: list[NearStyle] = []  # by the playing alone, the nearest first
    techniques: list[Technique] = []  # those that most documents name first
    collaborators: list[Collaborator] = []
    playing: PlayedStyle | None = None  # None: no take, or built before there were style vectors
    confidence_score: float = Field(ge=0, le=1)
    confidence_parts: dict[str, float]  # the factors of the formula, for `mdg profile` and the UI
    sources_count: dict[str, int]
    curation: list[CurationNote] = []
    created_at: datetime
    updated_at: datetime
    version: int = Field(default=1, ge=1)
