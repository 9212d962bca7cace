"""One row per take: what `features/midi` stores and the profile is built from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mdg_core.fingerprint import Fingerprint
from mdg_core.groove import Doubles
from mdg_core.kit import Voice
from mdg_core.pattern import Metre, Pattern
from mdg_core.profile import Role
from mdg_core.song.passages import TakePassage
from mdg_core.song.segments import TakeSegment
from mdg_core.stepgrid import parse_grid

_COLUMNS = (
    "document",
    "item",
    "title",
    "style",
    "role",
    "tempo",
    "metre",
    "steps_per_quarter",
    "bars",
    "error",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """How the take plays one voice at one place of the bar."""

    voice: str
    step: int
    offset_ms: float
    offset_spread_ms: float
    velocity: float
    velocity_spread: float
    count: int


@dataclass(frozen=True, slots=True)
class PlayedBars:
    """Some bars stroke by stroke, as in `mdg_core.profile.Performance`."""

    bars: int
    kit: list[str]
    steps: list[int]
    voice: list[int]
    offset_ms: list[float]
    velocity: list[int]


@dataclass(frozen=True, slots=True)
class TakeRow:
    """A take, or the reason (`error`) why a document gave none."""

    document: str
    item: int  # several grooves can be in one document
    title: str
    style: str = "unknown"
    role: Role = "groove"
    tempo: float | None = None  # quarter notes a minute
    beats_per_minute: float | None = None  # the same in beats: of dotted quarters in compound metres
    metre: str = "4/4"
    steps_per_quarter: int = 4
    bars: int = 0
    shows_dynamics: bool = False  # what the take cannot show is not claimed of it
    shows_timing: bool = False
    follows_grid: bool = True
    grid_fit: float = 1.0
    shift_ms: float = 0.0
    certainty: float = 1.0  # 0-1, of the reading (`mdg_core.midi.Take`)
    vouched: float = 1.0  # 0-1, of the document's trust: less where its own texts name somebody else
    fingerprint: Fingerprint | None = None
    params: dict[str, float] = field(default_factory=dict)  # by the names of `mdg_core.descriptors`
    style_columns: list[float | None] = field(default_factory=list)  # `mdg_core.style_vector`
    cells: list[Cell] = field(default_factory=list)
    doubles: list[Doubles] = field(default_factory=list)
    lags: dict[str, float] = field(default_factory=dict)  # by voice, ms: what the text of a groove states
    lane_swings: dict[str, dict[str, float]] = field(default_factory=dict)  # by voice, then by descriptor: the same
    segments: list[TakeSegment] = field(default_factory=list)
    passages: list[TakePassage] = field(default_factory=list)
    played: list[PlayedBars] = field(default_factory=list)  # of a performance alone
    swing_eighths: float = 50.0
    swing_sixteenths: float = 50.0
    warnings: list[str] = field(default_factory=list)
    error: str | None = None

    def patterns(self) -> list[tuple[TakeSegment, Pattern]]:
        return [(segment, self._parsed(segment.lanes)) for segment in self.segments]

    def sequences(self) -> list[tuple[TakePassage, Pattern]]:
        return [(passage, self._parsed(passage.lanes)) for passage in self.passages]

    def _parsed(self, lanes: Mapping[str, str]) -> Pattern:
        named = {Voice(voice): lane for voice, lane in lanes.items()}
        return parse_grid(named, Metre.parse(self.metre), self.steps_per_quarter)


def to_row(take: TakeRow) -> dict[str, Any]:
    """Scalars as columns for DuckDB, the rest as JSON."""
    row = asdict(take)
    nested = {name: value for name, value in row.items() if name not in _COLUMNS}
    row = {name: value for name, value in row.items() if name in _COLUMNS}
    return row | {"detail": json.dumps(nested, sort_keys=True)}


def from_row(row: dict[str, Any]) -> TakeRow:
    columns = {name: value for name, value in row.items() if name not in ("detail", "code_version")}
    detail = json.loads(row["detail"])
    detail["cells"] = [Cell(**cell) for cell in detail["cells"]]
    detail["doubles"] = [Doubles(**double) for double in detail["doubles"]]
    detail["segments"] = [TakeSegment(**part) for part in detail["segments"]]
    detail["passages"] = [TakePassage(**part) for part in detail["passages"]]
    detail["played"] = [PlayedBars(**part) for part in detail["played"]]
    if given := detail["fingerprint"]:
        detail["fingerprint"] = Fingerprint(**{name: tuple(values) for name, values in given.items()})
    return TakeRow(**columns, **detail)
