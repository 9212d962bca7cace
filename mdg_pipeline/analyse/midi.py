"""A MIDI file or a .grid file -> rows of takes: descriptors, micro-timing, and segments for the pattern library."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import PurePosixPath

from mdg_core.descriptors import values_of
from mdg_core.fingerprint import fingerprint
from mdg_core.gridfile import GridFileError, GridGroove, LaneTiming, read_gridfile
from mdg_core.groove import Described, GrooveFeatures, certainty_of, describe
from mdg_core.kit import NoteMap
from mdg_core.maps import GM
from mdg_core.midi import ClipNote, Take, read_midi, write_midi
from mdg_core.scores import MEDIA_TYPES, score_to_midi
from mdg_core.song.hearing import described
from mdg_core.song.passages import PASSAGE_BARS, passage
from mdg_core.song.segments import cuttings_of, segment
from mdg_core.style_vector import style_columns
from mdg_pipeline.analyse.doubts import DOUBTED, doubts
from mdg_pipeline.analyse.labels import labels_of
from mdg_pipeline.analyse.played import played_bars
from mdg_pipeline.analyse.styles import style_of
from mdg_pipeline.analyse.takes import Cell, TakeRow
from mdg_pipeline.collect.filetypes import GRID_MEDIA_TYPE
from mdg_pipeline.collect.library import SOURCE as LIBRARY
from mdg_pipeline.documents import Document

_SENTENCE_BARS = 4  # a written groove stays whole up to here; a longer one is cut to sentences
_GRID_TEMPO = 100.0  # for descriptors of a grid that names none; they do not depend on it
_NOTE_SHARE = 0.5
_WRITTEN_LEVELS = 3  # more of them state dynamics, for their writer chose each
_NAMED_BARS = 8  # a longer take is a song, whatever its title says
_SOLO = re.compile(r"(?<![a-z])solos?(?![a-z])", re.IGNORECASE)
_SCORE_SUFFIXES = {media_type: f".{name}" for name, media_type in MEDIA_TYPES.items()}


def take_rows_of(
    document: Document, data: bytes, *, note_map: NoteMap | None = None, names: Sequence[str] = ()
) -> list[TakeRow]:
    """The takes of a document: one per metre of a MIDI file or a score (`item` counts them), one per groove of a .grid.

    A take that does not follow its file's tempo has neither cells nor segments nor numbers that rest on its time.
    `note_map` says what the pitches of a MIDI file mean, `names` who the artist is; the folder of an operator's file
    says so too. Raises MdgError (MidiError, ScoreError, GridFileError) saying why it cannot be read.
    """
    if document.media_type == GRID_MEDIA_TYPE:
        return _grid_takes(document, data)
    if document.media_type in _SCORE_SUFFIXES:
        data = score_to_midi(data, _SCORE_SUFFIXES[document.media_type])
        return [_as_written(row) for row in _midi_takes(document, data, GM, names)]
    return _midi_takes(document, data, note_map, names)


def _as_written(take: TakeRow) -> TakeRow:
    """A page shows no micro-timing, and of the dynamics what is marked on it."""
    return replace(take, shows_timing=False, follows_grid=True, cells=[], played=[], shift_ms=0.0)


def _doubts(document: Document, data: bytes, names: Sequence[str]) -> list[str]:
    """Only of an operator's own files: other sources weigh titles and names where they find them."""
    if document.source != LIBRARY:
        return []
    folder, *within = PurePosixPath(document.uri).parts
    return doubts(data, (folder, *within[:-1], *names), document.title)


def _midi_takes(document: Document, data: bytes, note_map: NoteMap | None, names: Sequence[str]) -> list[TakeRow]:
    take = read_midi(data, note_map=note_map)
    doubted = _doubts(document, data, names)
    rows = [_row(document, item, take, part) for item, part in enumerate(described(take))]
    copy_of = fingerprint(take)
    return [
        replace(
            row,
            vouched=DOUBTED if doubted else 1.0,
            fingerprint=copy_of,
            warnings=[*doubted, *take.warnings, *row.warnings] if row.item == 0 else row.warnings,
        )
        for row in rows
    ]


def _row(document: Document, item: int, take: Take, part: Described) -> TakeRow:
    found = part.features
    style, role = labels_of(document)
    if found.bars > _NAMED_BARS:
        role = "groove"
    row = TakeRow(
        document=document.id,
        item=item,
        title=document.title,
        style=style,
        role=role,
        metre=found.metre,
        steps_per_quarter=part.pattern.steps_per_quarter,
        bars=max(1, round(found.bars)),
        shows_dynamics=found.shows_dynamics,
        follows_grid=found.follows_grid,
        grid_fit=round(found.grid_fit, 4),
        shift_ms=round(found.shift_ms, 2),
        certainty=certainty_of(take, found),
        params=values_of(found),
        style_columns=style_columns(found),
        warnings=[*found.notes, *found.doubts],
    )
    if not found.follows_grid:
        return row
    segments, passages = cuttings_of(
        part.pattern, found.fill_bars or (), role=role, titled_solo=bool(_SOLO.search(document.title))
    )
    return replace(
        row,
        tempo=round(found.tempo, 2),
        beats_per_minute=round(found.beats_per_minute, 2),
        shows_timing=found.shows_timing,
        cells=_cells(found),
        doubles=found.doubles,
        played=played_bars(part.pattern, tempo=found.tempo) if found.shows_timing and found.shows_dynamics else [],
        swing_eighths=round(found.swing_eighths.percent, 2) if found.swing_eighths else 50.0,
        swing_sixteenths=round(found.swing_sixteenths.percent, 2) if found.swing_sixteenths else 50.0,
        segments=segments,
        passages=passages,
    )


def _grid_takes(document: Document, data: bytes) -> list[TakeRow]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GridFileError("this is not UTF-8 text: save the file as plain text in UTF-8", line=1) from error
    grooves, errors = read_gridfile(text)
    apart = any(groove.role == "fill" for groove in grooves)
    rows = [_grid_take(document, index, groove, fills_apart=apart) for index, groove in enumerate(grooves)]
    if not grooves:
        raise errors[0]
    used = f"the other {len(grooves)} grooves were used" if len(grooves) > 1 else "the other groove was used"
    return rows + [
        TakeRow(document.id, len(grooves) + number, document.uri, error=f"{error}; {used}")
        for number, error in enumerate(errors)
    ]


def _grid_take(document: Document, index: int, groove: GridGroove, *, fills_apart: bool) -> TakeRow:
    """A written groove says where and how hard; of micro-timing what it states by lane, and it has no cells.

    `fills_apart`: where a file writes its fills apart, a groove without one does not say how often they come.
    """
    pattern = groove.pattern
    take = read_midi(_rendered(groove), note_map=GM)
    found = replace(describe(take), shows_dynamics=len({hit.velocity for hit in pattern.hits}) > _WRITTEN_LEVELS)
    named = _swings(groove)
    params = values_of(found) | named
    unknown = [] if groove.tempo else ["tempo"]  # a groove that names no tempo has none
    if fills_apart and not params.get("fill_share"):
        unknown.append("fill_share")
    for name in unknown:
        params.pop(name, None)
    lane_swings = {str(voice): swings for voice, lane in groove.lanes.items() if (swings := _swings(lane))}
    sentences = [(start, min(_SENTENCE_BARS, pattern.bars - start)) for start in range(0, pattern.bars, _SENTENCE_BARS)]
    return TakeRow(
        document=document.id,
        item=index,
        title=groove.title,
        style=style_of(groove.style or "") or groove.style or labels_of(document)[0],
        role=groove.role,
        tempo=groove.tempo,
        beats_per_minute=groove.tempo / pattern.metre.tempo_quarters if groove.tempo else None,
        metre=str(pattern.metre),
        steps_per_quarter=pattern.steps_per_quarter,
        bars=pattern.bars,
        shows_dynamics=found.shows_dynamics,
        fingerprint=fingerprint(take),
        params=params,
        style_columns=style_columns(found, {**named, **dict.fromkeys(unknown)}),
        lags={str(voice): lag for voice, lag in groove.lags.items()},
        lane_swings=lane_swings,
        segments=[segment(groove.role, start, pattern.bar_range(start, bars)) for start, bars in sentences],
        passages=[
            passage(start, pattern.bar_range(start, min(PASSAGE_BARS, pattern.bars - start)))
            for start in range(0, pattern.bars if groove.role == "groove" else 0, PASSAGE_BARS)
        ],
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
