"""What a file lets one hear of its drumming, told to a person or a program; what it cannot show is None.

What belongs here: one file -> one report. What does not: how it is measured (`groove`, `song`), how many files make an
artist (`mdg_pipeline.build`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from mdg_core.errors import MdgError
from mdg_core.gridfile import GridFileError, GridGroove, read_gridfile
from mdg_core.groove import Described, certainty_of
from mdg_core.kit import VOICES, NoteMap, Voice
from mdg_core.maps import GM
from mdg_core.midi import read_midi
from mdg_core.pattern import Metre
from mdg_core.scores import format_of, score_to_midi
from mdg_core.shown import shown
from mdg_core.song.hearing import described
from mdg_core.song.segments import cuttings_of
from mdg_core.stepgrid import draw, lanes_of, parse_grid
from mdg_core.stretches import prepared
from mdg_core.swing import Swing
from mdg_core.timemap import ASSUMED_METRE, METRE_ASSUMED

MAX_BYTES: Final = 20_000_000

FileKind = Literal["midi", "grid", "score"]


@dataclass(frozen=True, slots=True)
class MetreHeard:
    metre: str
    bars: int  # rounded


@dataclass(frozen=True, slots=True)
class GrooveHeard:
    """The bars that the file plays most, on their grid (`mdg_core.stepgrid`)."""

    metre: str
    bars: int
    steps_per_quarter: int
    lanes: dict[str, str]

    def drawn(self) -> str:
        """A count line, then a line a voice."""
        lanes = {Voice(voice): lane for voice, lane in self.lanes.items()}
        return draw(parse_grid(lanes, Metre.parse(self.metre), self.steps_per_quarter))


@dataclass(frozen=True, slots=True)
class Heard:
    """One file, or one groove of a .grid file. Without an error, None means that the file does not show it.

    Where the metre changes, the numbers are those of the main one, and `hits` are of all.
    """

    file: str
    error: str | None = None
    kind: FileKind | None = None
    tempo: float | None = None  # beats a minute: of dotted quarters in compound metres
    metres: list[MetreHeard] = field(default_factory=list)
    grid: int | None = None  # steps a quarter: 4 sixteenths, 3 triplets
    grid_fit: float | None = None  # 0-1: 1 lies on the grid, 0 no nearer than chance
    follows_grid: bool | None = None  # False: the playing does not keep to the file's tempo
    shift_ms: float | None = None  # by which all of it lies late (above 0) or early
    swing_eighths: float | None = None  # percent of the long note, 50 straight
    swing_sixteenths: float | None = None
    ghost_share: float | None = None  # of the snare's strokes, 0-1
    shows_dynamics: bool | None = None
    shows_timing: bool | None = None
    certainty: float | None = None  # 0-1, how sure the reading of drums and time is
    hits: dict[str, int] = field(default_factory=dict)  # by voice, without those that count in
    unknown: dict[str, int] = field(default_factory=dict)  # by pitch: notes that the map does not name
    map: str | None = None
    groove: GrooveHeard | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def counts_dotted_beats(self) -> bool:
        """Whether the tempo is that of dotted quarters: in a compound metre."""
        return bool(self.metres) and Metre.parse(self.metres[0].metre).is_compound

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def hear_file(path: Path, *, note_map: NoteMap | None = None) -> list[Heard]:
    """What a file holds: one report, of a .grid file one a groove. What cannot be read is a report with its error."""
    name = shown(str(path))
    try:
        if path.is_dir():
            raise MdgError("this is a folder: name the files in it")
        if path.stat().st_size > MAX_BYTES:
            raise MdgError(f"the file has more than {MAX_BYTES:,} bytes")
        data = path.read_bytes()
    except OSError as error:
        return [Heard(name, error=f"it cannot be read: {error.strerror}")]
    except MdgError as error:
        return [Heard(name, error=str(error))]
    return hear(data, name, suffix=path.suffix.lower(), note_map=note_map)


def hear(data: bytes, name: str, *, suffix: str = "", note_map: NoteMap | None = None) -> list[Heard]:
    """`hear_file` of bytes; `suffix` (lower case, with the dot) tells what they are where they do not say so."""
    try:
        if suffix == ".grid":
            return _grid(data, name)
        if format_of(suffix, data) is not None:
            return [_score(score_to_midi(data, suffix), name)]
        return [_midi(data, name, "midi", note_map)]
    except MdgError as error:
        return [Heard(name, error=str(error))]


def _midi(data: bytes, name: str, kind: FileKind, note_map: NoteMap | None) -> Heard:
    take = read_midi(data, note_map=note_map)
    parts = described(take)
    found = parts[0].features
    said = [text for part in parts for text in (*part.features.notes, *part.features.doubts)]
    heard = Heard(
        file=name,
        kind=kind,
        metres=_metres(parts),
        grid_fit=round(found.grid_fit, 3),
        follows_grid=found.follows_grid,
        shift_ms=round(found.shift_ms, 1),
        shows_dynamics=found.shows_dynamics,
        certainty=round(certainty_of(take, found), 2),
        hits={
            VOICES[code].value: count
            for code, count in sorted(Counter(prepared(take).take.voice_code.tolist()).items())
        },
        unknown={str(pitch): count for pitch, count in take.unknown_pitches.items()},
        map=take.note_map.name,
        warnings=[shown(text) for text in dict.fromkeys([*_still_true(take.warnings, parts), *said])],
    )
    if not found.follows_grid:  # what rests on a tempo that is not kept means nothing
        return heard
    return replace(
        heard,
        tempo=round(found.beats_per_minute, 2),
        grid=found.steps_per_quarter,
        swing_eighths=_percent(found.swing_eighths),
        swing_sixteenths=_percent(found.swing_sixteenths),
        ghost_share=_rounded(found.shown_ghost_share),
        shows_timing=found.shows_timing,
        groove=_groove(parts[0]),
    )


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _percent(swing: Swing | None) -> float | None:
    sure = swing.sure_percent if swing else None
    return None if sure is None else round(sure, 1)


def _still_true(warnings: Sequence[str], parts: Sequence[Described]) -> list[str]:
    """Without the metre that was assumed where the strokes told another."""
    assumed = all(part.features.metre == str(ASSUMED_METRE) for part in parts)
    return [text for text in warnings if assumed or text != METRE_ASSUMED]


def _metres(parts: Sequence[Described]) -> list[MetreHeard]:
    return [MetreHeard(part.features.metre, max(1, round(part.features.bars))) for part in parts]


def _groove(part: Described) -> GrooveHeard | None:
    segments, _ = cuttings_of(part.pattern, part.features.fill_bars or ())
    grooves = [segment for segment in segments if segment.role == "groove"]
    if not grooves:
        return None
    lead = max(grooves, key=lambda segment: (segment.count, -segment.first_bar))
    return GrooveHeard(part.features.metre, lead.bars, part.pattern.steps_per_quarter, lead.lanes)


def _score(data: bytes, name: str) -> Heard:
    """A page shows no micro-timing: it is on its grid because it was written there."""
    return replace(_midi(data, name, "score", GM), shows_timing=False, shift_ms=None, grid_fit=None)


def _grid(data: bytes, name: str) -> list[Heard]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GridFileError("this is not UTF-8 text: save the file as plain text in UTF-8", line=1) from error
    grooves, errors = read_gridfile(text)
    return [_written(groove, f"{name} [{shown(groove.title)}]") for groove in grooves] + [
        Heard(name, error=str(error)) for error in errors
    ]


def _written(groove: GridGroove, name: str) -> Heard:
    pattern = groove.pattern
    return Heard(
        file=name,
        kind="grid",
        tempo=round(groove.tempo / pattern.metre.tempo_quarters, 2) if groove.tempo else None,
        metres=[MetreHeard(str(pattern.metre), pattern.bars)],
        grid=pattern.steps_per_quarter,
        swing_eighths=groove.swing_eighths,
        swing_sixteenths=groove.swing_sixteenths,
        shows_dynamics=True,
        shows_timing=False,
        certainty=1.0,
        hits=_counted(np.array([VOICES.index(hit.voice) for hit in pattern.hits])),
        groove=GrooveHeard(
            str(pattern.metre),
            pattern.bars,
            pattern.steps_per_quarter,
            {str(voice): lane for voice, lane in lanes_of(pattern).items()},
        ),
    )


def _counted(codes: NDArray[np.int64]) -> dict[str, int]:
    """Strokes by voice; `codes` are indices into VOICES."""
    return {VOICES[code].value: count for code, count in sorted(Counter(codes.tolist()).items())}
