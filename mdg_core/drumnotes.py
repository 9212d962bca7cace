"""The notes of a MIDI file that are drums.

What belongs here: which tracks and channels hold drums, and which note map they speak. What does
not: when the notes sound (`timemap`, `midi`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mdg_core import smf
from mdg_core.kit import VOICES, NoteMap, detect_map
from mdg_core.smf import MidiError, Smf

MAX_NOTES = 200_000
DRUM_CHANNEL = 9  # channel 10 as people count

_HELD_QUARTERS = 0.4  # a shorter note says nothing of being held
_DRUM_NAME = re.compile(
    r"(?<![a-z])(drums?|drumset|drum ?kit|drs?|perc(ussion)?|kit|beat|batteri[ae]|battery|bateria|schlagzeug|"
    r"kick|snare|hi-?hats?|toms?|cymbals?)(?![a-z])",
    re.IGNORECASE,
)
_NOT_DRUMS = re.compile(r"steel|melodic|synth", re.IGNORECASE)
_BACKBONE = (35, 36, 37, 38, 39, 40, 42, 44, 46)  # kick, snare, hat: what most hits of any kit are


class Notes(NamedTuple):
    """Notes of a file, parallel; `tick` counts from the start of the file."""

    track: NDArray[np.int64]
    event: NDArray[np.int64]  # index into the track's arrays
    channel: NDArray[np.int64]
    tick: NDArray[np.int64]
    pitch: NDArray[np.int64]
    velocity: NDArray[np.int64]
    length: NDArray[np.int64]  # ticks to the next event of this pitch, on or off

    def where(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Notes:
        return Notes(*(column[which] for column in self))


@dataclass(frozen=True, slots=True)
class DrumNotes:
    """The drums of a file whose pitches the note map names, sorted by tick, pitch and velocity."""

    notes: Notes
    note_map: NoteMap
    unknown_pitches: dict[int, int]  # pitch -> count of the drum notes that were left out
    shifts: list[int]  # ticks by which the file puts each track later (format 2)
    warnings: list[str]


def drum_notes(file: Smf, note_map: NoteMap | None) -> DrumNotes:
    """Find the drums of a parsed file; `note_map` None means `kit.detect_map`.

    Raises MidiError when there are no notes, no drums, none of known pitch, or more than `MAX_NOTES` notes.
    """
    warnings = list(file.warnings)
    shifts = track_shifts(file, warnings)
    held = _HELD_QUARTERS * (file.division & 0x7FFF)
    notes = _drums(_all_notes(file, shifts, warnings), track_names(file), held, warnings)
    counts = Counter(notes.pitch.tolist())
    chosen = note_map or detect_map(counts, hat_positions=_has_hat_positions(file))
    known = codes(chosen)[notes.pitch] >= 0
    unknown = {pitch: count for pitch, count in sorted(counts.items()) if pitch not in chosen.reading}
    if unknown:
        warnings.append(f"{sum(unknown.values())} notes on {len(unknown)} pitches that {chosen.name} does not name")
    if not known.any():
        raise MidiError(f"none of the {len(known)} drum notes has a pitch of a kit ({chosen.name}); choose another map")
    order = np.lexsort((notes.velocity, notes.pitch, notes.tick))
    return DrumNotes(notes.where(order[known[order]]), chosen, unknown, shifts, warnings)


@cache
def codes(note_map: NoteMap) -> NDArray[np.int64]:
    """Pitch -> index into VOICES, -1 where the map has no voice."""
    table = np.full(128, -1, dtype=np.int64)
    for pitch, voice in note_map.reading.items():
        table[pitch] = VOICES.index(voice)
    return table


def last_of_each(notes: Notes) -> NDArray[np.bool_]:
    """Of notes on one tick and pitch, sorted by velocity, the last."""
    last = np.ones(len(notes.tick), dtype=bool)
    last[:-1] = (notes.tick[1:] != notes.tick[:-1]) | (notes.pitch[1:] != notes.pitch[:-1])
    return last


def _has_hat_positions(file: Smf) -> bool:
    """Whether controller 4 moves on the drum channel, as a hi-hat pedal of an electronic kit makes it do."""
    for track in file.tracks:
        starts = track.start[track.status == 0xB0 | DRUM_CHANNEL].tolist()
        if any(file.data[start] == 4 for start in starts):
            return True
    return False


def track_shifts(file: Smf, warnings: list[str]) -> list[int]:
    """Ticks to add to each track: the tracks of format 2 are patterns that follow each other."""
    if file.format != 2 or len(file.tracks) == 1:
        return [0] * len(file.tracks)
    warnings.append("format 2: its patterns were put one after another")
    lengths = [int(track.tick[-1]) if len(track.tick) else 0 for track in file.tracks]
    return [sum(lengths[:i]) for i in range(len(lengths))]


def _all_notes(file: Smf, shifts: list[int], warnings: list[str]) -> Notes:
    """Every note-on of the file with a velocity above 0, track by track."""
    buffer = np.frombuffer(file.data, dtype=np.uint8)
    parts: list[Notes] = []
    count = 0
    clipped = False
    for index, track in enumerate(file.tracks):
        events = np.flatnonzero((track.status & 0xE0) == 0x80)  # note-off 0x8n and note-on 0x9n
        if not len(events):
            continue
        status, start, tick = track.status[events], track.start[events], track.tick[events] + shifts[index]
        pitch = buffer[start].astype(np.int64)
        velocity = buffer[start + 1].astype(np.int64)
        if max(pitch.max(), velocity.max()) > 127:
            clipped = True
            pitch, velocity = np.minimum(pitch, 127), np.minimum(velocity, 127)
        channel = status & 0x0F
        on = (status >= 0x90) & (velocity > 0)
        length = _lengths(channel * 128 + pitch, tick)
        fields = (np.full(len(events), index), events, channel, tick, pitch, velocity, length)
        parts.append(Notes(*(field[on] for field in fields)))
        count += len(parts[-1].tick)
        if count > MAX_NOTES:
            raise MidiError(f"the file has more than {MAX_NOTES:,} notes; it is too long to be drums")
    if clipped:
        warnings.append("data bytes above 127 were cut to 127")
    if not count:
        raise MidiError("the file has no notes")
    return parts[0] if len(parts) == 1 else Notes(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _lengths(key: NDArray[np.int64], tick: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ticks from each event to the next with the same key; 0 where none follows."""
    order = np.argsort(key, kind="stable")
    lengths = np.zeros(len(key), dtype=np.int64)
    same = key[order][1:] == key[order][:-1]
    lengths[order[:-1]] = np.where(same, np.diff(tick[order]), 0)
    return lengths


def track_names(file: Smf) -> list[str]:
    names = []
    for track in file.tracks:
        texts = {event.kind: event.payload for event in reversed(track.long)}
        payload = texts.get(smf.META_TRACK_NAME, b"") or texts.get(smf.META_INSTRUMENT, b"")
        names.append(_text(payload[:200]))
    return names


def _text(payload: bytes) -> str:
    try:
        return payload.decode("utf-8").strip("\0 ")
    except UnicodeDecodeError:
        return payload.decode("latin-1").strip("\0 ")


def _drums(notes: Notes, names: list[str], held: float, warnings: list[str]) -> Notes:
    """The notes that are drums; `held` is the length in ticks from which one is held, not struck. Raises MidiError."""
    group = notes.track * 16 + notes.channel
    groups = np.unique(group)
    if len(groups) == 1 and groups[0] % 16 == DRUM_CHANNEL and _backbone_share(notes.pitch) >= 0.5:
        return notes
    named = [len(names) > 1 and bool(_DRUM_NAME.search(n)) and not _NOT_DRUMS.search(n) for n in names]
    chosen: list[int] = []
    for code in groups.tolist():
        part = notes.where(group == code)
        if code % 16 == DRUM_CHANNEL:
            if named[code // 16] or not _is_melody(part, held):
                chosen.append(code)
            else:
                warnings.append(f"channel 10 of track {code // 16 + 1} reads as a melody and was left out")
        elif named[code // 16] and _kit_share(part.pitch) >= 0.5:
            chosen.append(code)
            warnings.append(f"drums on channel {code % 16 + 1} of track {code // 16 + 1}, by its name")
    if not chosen:
        chosen = [code for code in groups.tolist() if _is_kit(notes.where(group == code), held)]
        warnings += [f"drums on channel {c % 16 + 1} of track {c // 16 + 1}, by their pitches" for c in chosen]
    if not chosen:
        raise MidiError(
            f"no drums among the {len(notes.tick)} notes; put them on channel 10 or name their track 'Drums'"
        )
    if len(chosen) > 1:
        warnings.append(f"{len(chosen)} drum parts were merged")
    return notes.where(np.isin(group, chosen))


def _backbone_share(pitch: NDArray[np.int64]) -> float:
    return float(np.isin(pitch, _BACKBONE).mean())


def _kit_share(pitch: NDArray[np.int64]) -> float:
    return float((((pitch >= 35) & (pitch <= 81)) | (pitch == 22) | (pitch == 26)).mean())


def _sustained_share(notes: Notes, held: float) -> float:
    """Share of notes that are held and last until the next onset, as sung lines do and strokes rarely."""
    onsets = np.unique(notes.tick)
    following = np.searchsorted(onsets, notes.tick, side="right")
    inner = following < len(onsets)
    if not inner.any():
        return 0.0
    gap = onsets[following[inner]] - notes.tick[inner]
    return float((notes.length[inner] >= np.maximum(0.8 * gap, held)).mean())


def _together_share(notes: Notes) -> float:
    """How much of the playing falls on an onset that another note has: limbs coincide, a line does not."""
    return 1 - len(np.unique(notes.tick)) / len(notes.tick)


def _is_melody(notes: Notes, held: float) -> bool:
    """A line or chords on the drum channel: enough notes off a kit's backbone, over many pitches, and held."""
    if len(notes.tick) < 16 or len(np.unique(notes.pitch)) < 6 or _backbone_share(notes.pitch) >= 0.5:
        return False
    if _kit_share(notes.pitch) < 0.5:
        return True
    above_kit = float((notes.pitch >= 60).mean())
    return _sustained_share(notes, held) > 0.5 and (_together_share(notes) < 0.1 or above_kit > 0.3)


def _is_kit(notes: Notes, held: float) -> bool:
    """Drums on a channel that does not say so: kick and snare or hat carry it, and notes coincide or stay short."""
    pitches = set(notes.pitch.tolist())
    carries = bool(pitches & {35, 36}) and bool(pitches & {38, 40, 42, 44, 46})
    played = _together_share(notes) > 0.1 or _sustained_share(notes, held) < 0.5
    return carries and played and _backbone_share(notes.pitch) >= 0.6
