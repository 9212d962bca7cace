"""A MIDI file or a .grid file -> rows of takes: descriptors, micro-timing, and segments for the pattern library."""

from __future__ import annotations

from fractions import Fraction

from mdg_core.descriptors import values_of
from mdg_core.gridfile import GridFileError, GridGroove, LaneTiming, parse_gridfile
from mdg_core.groove import GrooveFeatures, describe
from mdg_core.kit import GM
from mdg_core.midi import ClipNote, read_midi, write_midi
from mdg_core.pattern import Pattern
from mdg_core.profile import Role
from mdg_core.quantise import quantise
from mdg_pipeline.analyse.labels import labels_of
from mdg_pipeline.analyse.styles import style_of
from mdg_pipeline.analyse.takes import Cell, TakeRow, TakeSegment, segment
from mdg_pipeline.collect.library import GRID_MEDIA_TYPE
from mdg_pipeline.documents import Document

SEGMENT_BARS = 2
_MAX_SEGMENTS = 64  # of one take, spread over it
_SENTENCE_BARS = 4  # a written groove stays whole up to here; a longer one is cut to sentences
_GRID_TEMPO = 100.0  # for descriptors of a grid that names none; they do not depend on it
_NOTE_SHARE = 0.5


def take_rows_of(document: Document, data: bytes) -> list[TakeRow]:
    """The takes of a document: one of a MIDI file, one per groove of a .grid file.

    Raises MdgError (MidiError, GridFileError) saying why it cannot be read.
    """
    if document.media_type == GRID_MEDIA_TYPE:
        return _grid_takes(document, data)
    take = read_midi(data)
    found = describe(take)
    style, role = labels_of(document)
    pattern = quantise(take)
    return [
        TakeRow(
            document=document.id,
            item=0,
            title=document.title,
            style=style,
            role=role,
            tempo=round(found.tempo, 2),
            metre=found.metre,
            steps_per_quarter=pattern.steps_per_quarter,
            bars=max(1, round(found.bars)),
            shows_dynamics=found.shows_dynamics,
            shows_timing=found.shows_timing,
            follows_grid=found.follows_grid,
            grid_fit=round(found.grid_fit, 4),
            shift_ms=round(found.shift_ms, 2),
            certainty=take.certainty,
            params=values_of(found),
            cells=_cells(found) if pattern.steps_per_quarter == found.steps_per_quarter else [],
            doubles=found.doubles,
            segments=_segments(pattern, found, role),
            warnings=list(take.warnings),
        )
    ]


def _grid_takes(document: Document, data: bytes) -> list[TakeRow]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GridFileError("this is not UTF-8 text: save the file as plain text in UTF-8", line=1) from error
    grooves = parse_gridfile(text)
    apart = any(groove.role == "fill" for groove in grooves)
    return [_grid_take(document, index, groove, fills_apart=apart) for index, groove in enumerate(grooves)]


def _grid_take(document: Document, index: int, groove: GridGroove, *, fills_apart: bool) -> TakeRow:
    """A written groove says where and how hard; of micro-timing what it states by lane, and it has no cells.

    `fills_apart`: where a file writes its fills apart, a groove without one does not say how often they come.
    """
    pattern = groove.pattern
    found = describe(read_midi(_rendered(groove)))
    params = values_of(found)
    if fills_apart and not params.get("fill_share"):
        params.pop("fill_share", None)
    lane_swings = {str(voice): swings for voice, lane in groove.lanes.items() if (swings := _swings(lane))}
    sentences = [(start, min(_SENTENCE_BARS, pattern.bars - start)) for start in range(0, pattern.bars, _SENTENCE_BARS)]
    return TakeRow(
        document=document.id,
        item=index,
        title=groove.title,
        style=style_of(groove.style or "") or groove.style or labels_of(document)[0],
        role=groove.role,
        tempo=groove.tempo,
        metre=str(pattern.metre),
        steps_per_quarter=pattern.steps_per_quarter,
        bars=pattern.bars,
        shows_dynamics=found.shows_dynamics,
        params=params | _swings(groove),
        lags={str(voice): lag for voice, lag in groove.lags.items()},
        lane_swings=lane_swings,
        segments=[segment(groove.role, start, pattern.bar_range(start, bars)) for start, bars in sentences],
    )


def _swings(stated: GridGroove | LaneTiming) -> dict[str, float]:
    """The stated swings by their descriptors."""
    swings = {"swing_percent": stated.swing_eighths, "swing_sixteenths": stated.swing_sixteenths}
    return {name: value for name, value in swings.items() if value is not None}


def _rendered(groove: GridGroove) -> bytes:
    pitches = GM.writing
    step = 1 / groove.pattern.steps_per_quarter
    notes = [
        ClipNote(pitches[hit.voice], hit.step * step, step * _NOTE_SHARE, hit.velocity) for hit in groove.pattern.hits
    ]
    return write_midi(
        notes,
        tempo=groove.tempo or _GRID_TEMPO,
        metre=groove.pattern.metre,
        name=groove.title,
        quarters=Fraction(groove.pattern.quarters),
    )


def _cells(found: GrooveFeatures) -> list[Cell]:
    return [
        Cell(
            voice=cell.voice,
            step=cell.step,
            offset_ms=round(cell.offset_ms, 2),
            offset_spread_ms=round(cell.offset_std_ms or 0.0, 2),
            velocity=round(cell.velocity, 1),
            velocity_spread=round(cell.velocity_std or 0.0, 1),
            count=cell.count,
        )
        for cell in found.cells
    ]


def _segments(pattern: Pattern, found: GrooveFeatures, role: Role) -> list[TakeSegment]:
    """Pairs of bars of the groove, single bars of its fills; a take that is a fill is one as a whole."""
    per_bar = pattern.steps_per_bar
    played = {hit.step // per_bar for hit in pattern.hits}
    if role != "groove":
        first, last = min(played), min(max(played), min(played) + SEGMENT_BARS - 1)
        return [segment(role, first, pattern.bar_range(first, last - first + 1))]
    fills = set(found.fill_bars or []) & played
    out = [segment("fill", bar, pattern.bar(bar)) for bar in sorted(fills)]
    bar = min(played)
    while bar < pattern.bars:
        pair = {bar, bar + 1}
        if pair <= played and not pair & fills:
            out.append(segment("groove", bar, pattern.bar_range(bar, SEGMENT_BARS)))
            bar += SEGMENT_BARS
        else:
            if bar in played and bar not in fills and pattern.bars == 1:
                out.append(segment("groove", bar, pattern.bar(bar)))
            bar += 1
    return out if len(out) <= _MAX_SEGMENTS else [out[i * len(out) // _MAX_SEGMENTS] for i in range(_MAX_SEGMENTS)]
