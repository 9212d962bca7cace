"""A song as JSON and as a MIDI file with markers, a track for each voice: what is stored of it."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from mdg_core.profile import StyleProfile
from mdg_drummer.bars import Grid
from mdg_drummer.request import PlayedRequest
from mdg_drummer.result import counted_in, listed, made_of, made_with, midi_of, named, notes_of
from mdg_drummer.song import Song
from mdg_drummer.stored import song_head


def song_result(
    generation_id: UUID, song: Song, profile: StyleProfile, request: PlayedRequest, seed: int
) -> tuple[dict[str, Any], bytes]:
    """What a client gets of a song, and the file that other files of it are made from (`stored`)."""
    metre = song.whole.metre
    count_in = metre.bar_quarters if request.count_in else 0
    url = f"/api/v1/generations/{generation_id}"
    result: dict[str, Any] = {
        **made_of(generation_id, profile, song.artists, request, seed),
        **made_with(song.prior),
        "name": named(song.artists, "song"),
        "provider": "template",
        "model": None,
        "tempo": song.tempo,
        "time_signature": str(metre),
        "bars": song.whole.bars,
        "count_in": float(count_in),
        "style": song.style,
        "cost_usd": 0.0,
        "notes": list(song.notes),
        "steps_per_quarter": song.whole.steps_per_quarter,
        "midi_url": f"{url}/song.mid",
        "sections": [
            {
                "index": place,
                "name": part.section.name,
                "kind": part.section.kind,
                "first_bar": part.first_bar + 1,
                "start": float(count_in + part.first_bar * metre.bar_quarters),
                "bars": part.section.bars,
                "based_on": part.lead,
                "strokes_a_bar": round(len(part.pattern.hits) / part.section.bars, 1),
                "midi_url": f"{url}/{place}.mid",
                "notes": listed(notes_of(part.pattern, request.note_map)),
            }
            for place, part in enumerate(song.parts, 1)
        ],
    }
    notes = notes_of(song.whole, request.note_map)
    if request.count_in:
        notes = counted_in(notes, Grid(metre, song.whole.steps_per_quarter), request.note_map)
    tracks = midi_of(notes, song_head(result), split=True)
    midi = tracks if request.split else midi_of(notes, song_head(result))
    return result | {"midi": base64.b64encode(midi).decode()}, tracks
