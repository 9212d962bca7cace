"""The drums of a MIDI file with their voices.

What belongs here: bringing together which notes are drums (`drumparts`) and what their pitches mean (`mapchoice`). What
does not: when the notes sound (`timemap`, `midi`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mdg_core.clicks import clicks_of
from mdg_core.distinct import distinct
from mdg_core.drumparts import DRUM_CHANNEL, Parts, drum_parts, lane_codes
from mdg_core.filenotes import Notes, all_notes, track_names, track_shifts
from mdg_core.kit import HATS, RIDES, VOICES, NoteMap, Voice
from mdg_core.mapchoice import Hints, Reading, choose_map
from mdg_core.maps import GM
from mdg_core.smf import MidiError, Smf

_TIMEKEEPERS = [VOICES.index(voice) for voice in (*HATS, *RIDES)]
_STICKS = VOICES.index(Voice.SIDE_STICK)  # what a drummer counts in on
_METRONOME_LEFT_OUT = "a metronome on pitches 33 and 34 was left out"
_DOUBTED_LANES = 0.5  # how sure a reading is in which a track could be another drum
_HAT_PEDAL = 4  # the controller
_TOLD_PITCHES = 8  # a warning names so many at most


@dataclass(frozen=True, slots=True)
class DrumNotes:
    """The drums of a file whose voice is known, sorted by tick, pitch, voice and velocity."""

    notes: Notes
    voice_code: NDArray[np.int64]  # of each note, index into VOICES
    note_map: NoteMap
    unknown_pitches: dict[int, int]  # pitch -> count of the drum notes that were left out
    shifts: list[int]  # ticks by which the file puts each track later (format 2)
    certainty: float  # 0-1, that these are drums and that their voices are right
    warnings: list[str]

    @property
    def last_of_each(self) -> NDArray[np.bool_]:
        """Of notes on one tick, pitch and voice, the last, which is the loudest."""
        last = np.ones(len(self.voice_code), dtype=bool)
        tick, pitch, code = self.notes.tick, self.notes.pitch, self.voice_code
        last[:-1] = (tick[1:] != tick[:-1]) | (pitch[1:] != pitch[:-1]) | (code[1:] != code[:-1])
        return last


def drum_notes(file: Smf, note_map: NoteMap | None) -> DrumNotes:
    """Find the drums of a parsed file; `note_map` None means `mapchoice.choose_map`.

    Raises MidiError when there are no notes, no drums, none of known pitch, or more than `filenotes.MAX_NOTES` notes.
    """
    warnings = list(file.warnings)
    shifts = track_shifts(file, warnings)
    everything = all_notes(file, shifts, warnings)
    parts = drum_parts(file, everything, track_names(file), warnings)
    notes = everything if parts.chosen.all() else everything.where(parts.chosen)
    clicks, count_in = (np.zeros(len(notes.tick), dtype=bool), False) if note_map else _clicks(file, notes, parts)
    strokes_only = notes.where(~clicks) if clicks.any() else notes
    reading = Reading(note_map, 1.0) if note_map else _reading(file, strokes_only, parts)
    chosen = reading.note_map
    warnings += reading.warnings
    voice_code = _voice_codes(chosen, notes, warnings)
    doubts: list[str] = []
    if parts.lanes:
        by_name, doubts = lane_codes(parts, notes, voice_code, codes(GM)[notes.pitch])
        said = _said(note_map, notes)
        voice_code, doubts = np.where(said, voice_code, by_name), [] if said.all() else doubts
        warnings += doubts
    if clicks.any():
        voice_code = np.where(clicks, _STICKS if count_in else -1, voice_code)
        warnings.append("pitches 31, 33 and 34 click before the drums" if count_in else _METRONOME_LEFT_OUT)
    known = voice_code >= 0
    counts = Counter(notes.pitch[~known & ~clicks].tolist())
    silent = chosen.silent | chosen.holds.keys()
    unknown = {pitch: count for pitch, count in sorted(counts.items()) if pitch not in silent}
    if not known.any():
        raise MidiError(
            f"none of the {len(known)} drum notes has a pitch of a kit ({chosen.name}); choose another map, "
            "or write a map of your own"
        )
    strokes = int(known.sum()) + sum(unknown.values())
    if unknown:
        warnings.append(_told(unknown, strokes, chosen))
    kept = np.flatnonzero(known)
    rank = ((notes.tick * 128 + notes.pitch) * len(VOICES) + voice_code) * 128 + notes.velocity
    kept = kept[np.argsort(rank[kept], kind="stable")]
    sure = min(parts.certainty, reading.certainty, *([_DOUBTED_LANES] if doubts else []))
    certainty = sure * (1 - sum(unknown.values()) / strokes)
    return DrumNotes(notes.where(kept), voice_code[kept], chosen, unknown, shifts, round(certainty, 3), warnings)


@cache
def codes(note_map: NoteMap) -> NDArray[np.int64]:
    """Pitch -> index into VOICES, -1 where the map has no voice."""
    table = np.full(128, -1, dtype=np.int64)
    for pitch, voice in note_map.reading.items():
        table[pitch] = VOICES.index(voice)
    return table


def _said(note_map: NoteMap | None, notes: Notes) -> NDArray[np.bool_]:
    """Which notes a person's map speaks for, whatever their tracks are named; none where all lie on one pitch, as
    samplers put them."""
    if note_map is None or len(distinct(notes.pitch)) == 1:
        return np.zeros(len(notes.pitch), dtype=bool)
    return np.isin(notes.pitch, [*note_map.reading, *note_map.silent, *note_map.holds])


def _reading(file: Smf, notes: Notes, parts: Parts) -> Reading:
    """The map of the notes that no track's name explains; GM when there are none."""
    if parts.lanes:
        named = np.isin(notes.track * 16 + notes.channel, list(parts.lanes))
        if named.all():
            return Reading(GM, 1.0)
        notes = notes.where(~named)
    hints = Hints(parts.samplers, parts.declared, _hat_positions(file))
    return choose_map(notes.pitch, notes.tick, max(1, file.division & 0x7FFF), hints)


def _clicks(file: Smf, notes: Notes, parts: Parts) -> tuple[NDArray[np.bool_], bool]:
    """As `clicks_of`, among the notes that no track's name explains; XG has other drums on those pitches."""
    clicks = np.zeros(len(notes.tick), dtype=bool)
    if parts.declared == "xg":
        return clicks, False
    if not parts.lanes:
        return clicks_of(notes.pitch, notes.tick, max(1, file.division & 0x7FFF))
    unnamed = ~np.isin(notes.track * 16 + notes.channel, list(parts.lanes))
    if not unnamed.any():
        return clicks, False
    clicks[unnamed], count_in = clicks_of(notes.pitch[unnamed], notes.tick[unnamed], max(1, file.division & 0x7FFF))
    return clicks, count_in


def _hat_positions(file: Smf) -> int:
    """How many positions of a hi-hat pedal (controller 4) the drum channel gives, as an electronic kit does."""
    buffer = np.frombuffer(file.data, dtype=np.uint8)
    moves = [track.start[track.status == 0xB0 | DRUM_CHANNEL] for track in file.tracks]
    starts = np.concatenate(moves)
    return len(np.unique(buffer[starts[buffer[starts] == _HAT_PEDAL] + 1]))


def _voice_codes(note_map: NoteMap, notes: Notes, warnings: list[str]) -> NDArray[np.int64]:
    """The voice of each note by its pitch and by the markers that are held over it."""
    plain = codes(note_map)[notes.pitch]
    if not note_map.holds:
        return plain
    marked = plain.copy()
    for marker, (pitch, voice) in note_map.holds.items():
        here = notes.pitch == marker
        for start, length in zip(notes.tick[here].tolist(), notes.length[here].tolist(), strict=True):
            held = (notes.pitch == pitch) & (notes.tick >= start) & (notes.tick < start + length)
            marked[held] = VOICES.index(voice)
    if np.isin(plain, _TIMEKEEPERS).any() and not np.isin(marked, _TIMEKEEPERS).any():
        warnings.append("markers make toms of every hi-hat and ride; they were left out of account")
        return plain
    return marked


def _told(unknown: dict[int, int], strokes: int, note_map: NoteMap) -> str:
    count = sum(unknown.values())
    pitches = ", ".join(map(str, list(unknown)[:_TOLD_PITCHES])) + (" ..." if len(unknown) > _TOLD_PITCHES else "")
    part = f"{100 * count / strokes:.0f} %" if count >= 0.005 * strokes else "under 1 %"
    return f"{part} of the notes ({count} notes on pitch {pitches}) are not named by the map {note_map.name}"
