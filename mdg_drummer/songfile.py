"""A song as a MIDI file with markers, as a file for each section, and as JSON."""

from __future__ import annotations

from typing import Any

from mdg_core.kit import NoteMap
from mdg_core.midi import CLIP_TICKS_PER_QUARTER, write_tracks
from mdg_core.profile import StyleProfile
from mdg_drummer.request import GenerationRequest
from mdg_drummer.result import counted_in, made_with, midi_of, notes_of, split_by_voice
from mdg_drummer.song import Song


def song_name(song: Song) -> str:
    """Names are protected and styles are not: see `result.clip_name`."""
    style = "" if song.style in ("", "unknown") else f"{song.style} "
    return f"{style}song, inspired by {' and '.join(song.artists)}"


def song_midi(song: Song, note_map: NoteMap, *, count_in: bool, split: bool) -> bytes:
    """The whole song, a marker at the start of each section; `count_in` and `split` as of a clip."""
    notes = notes_of(song.whole, note_map)
    bar = round(song.whole.metre.bar_quarters * CLIP_TICKS_PER_QUARTER)
    if count_in:
        notes = counted_in(notes, song.whole, note_map)
    name = song_name(song)
    markers = [((part.first_bar + count_in) * bar, part.section.name) for part in song.parts]
    return write_tracks(
        split_by_voice(notes) if split else [(name, [played.note for played in notes])],
        tempo=song.tempo,
        metre=song.whole.metre,
        name=name,
        quarters=song.whole.quarters + (song.whole.metre.bar_quarters if count_in else 0),
        markers=[(0, "count-in"), *markers] if count_in else markers,
    )


def section_files(song: Song, note_map: NoteMap, *, split: bool) -> dict[str, bytes]:
    """A MIDI file for each section, by its place and name like `03-chorus-1`."""
    files = {}
    for place, part in enumerate(song.parts, 1):
        notes = notes_of(part.pattern, note_map)
        name = f"{part.section.name}, {song_name(song)}"
        data = midi_of(notes, part.pattern, tempo=song.tempo, name=name, split=split)
        files[f"{place:02d}-{part.section.name.replace(' ', '-')}"] = data
    return files


def song_result(song: Song, profile: StyleProfile, request: GenerationRequest, seed: int) -> dict[str, Any]:
    """What a client gets of a song beside its files."""
    return {
        "artist": profile.artist.name,
        "artist_key": profile.artist.key,
        "blend": {"artist": song.artists[1], "amount": request.blend.amount} if request.blend else None,
        "provider": "template",
        "confidence": profile.confidence_score,
        "profile_version": profile.version,
        "tempo": song.tempo,
        "time_signature": str(song.whole.metre),
        "bars": song.whole.bars,
        "style": song.style,
        "seed": seed,
        **made_with(song.prior),
        "notes": list(song.notes),
        "sections": [
            {
                "name": part.section.name,
                "kind": part.section.kind,
                "first_bar": part.first_bar + 1,
                "bars": part.section.bars,
                "based_on": part.lead,
                "strokes_a_bar": round(len(part.pattern.hits) / part.section.bars, 1),
            }
            for part in song.parts
        ],
    }
