"""The kick on the accents of a riff, and which part of a file is the riff."""

from __future__ import annotations

from typing import Any

import pytest

from mdg_core.kit import Voice
from mdg_core.midi import ClipNote, MidiError, write_midi
from mdg_core.pattern import Metre
from mdg_core.riff import read_riff
from mdg_core.smf import META_TRACK_NAME, chunk, meta_event, track_chunk
from mdg_drummer.request import GenerationRequest
from mdg_drummer.template import generate
from tests.drummer.people import library_of
from tests.drummer.profiles import jazz, rock

V = Voice
Row = tuple[float, int, int]  # quarter, pitch, velocity


def part(name: str, channel: int, rows: list[Row], length: float = 0.4) -> bytes:
    events = [(0, meta_event(META_TRACK_NAME, name.encode()))]
    for start, pitch, velocity in rows:
        events.append((round(start * 480), bytes((0x90 | channel, pitch, velocity))))
        events.append((round((start + length) * 480), bytes((0x80 | channel, pitch, 0))))
    return track_chunk(sorted(events, key=lambda event: (event[0], event[1][0])))


def file_of(*parts: bytes, tempo: int = 500_000) -> bytes:
    numbers = b"".join(n.to_bytes(2, "big") for n in (1, len(parts) + 1, 480))
    conductor = track_chunk(
        [(0, meta_event(0x51, tempo.to_bytes(3, "big"))), (0, meta_event(0x58, bytes((7, 3, 24, 8))))]
    )
    return chunk(b"MThd", numbers) + conductor + b"".join(parts)


BASS = [(0.0, 40, 110), (0.75, 43, 70), (1.5, 40, 112), (2.5, 45, 80)]
LEAD = [(quarter / 2, 76, 90) for quarter in range(14)]
DRUMS = [(quarter / 2, 42, 90) for quarter in range(14)] + [(0.0, 36, 99), (1.0, 38, 99), (2.0, 36, 99), (3.0, 38, 99)]


def test_the_lowest_pitched_part_is_the_riff() -> None:
    riff = read_riff(file_of(part("Keys", 0, LEAD), part("Drums", 9, DRUMS), part("Bass", 1, BASS), tempo=600_000))
    assert (riff.name, riff.tempo, riff.metre) == ("Bass", pytest.approx(100), Metre(7, 8))
    assert list(zip(riff.start.tolist(), riff.pitch.tolist(), riff.velocity.tolist(), strict=True)) == BASS
    assert riff.length.tolist() == pytest.approx([0.4] * 4)


@pytest.mark.parametrize("name", ["Bass", ""])
def test_a_bass_on_the_pitches_of_a_kit_is_no_drums(name: str) -> None:
    line = [(beat * 0.5, pitch, 90) for beat, pitch in enumerate((36, 36, 38, 41, 43, 36, 38, 41, 36, 46, 45, 43) * 2)]
    assert len(read_riff(file_of(part(name, 0, line))).start) == 24


def test_of_a_chord_the_lowest_note_and_the_loudest_stroke() -> None:
    chords = [(beat, pitch, 60 + pitch) for beat in (0.0, 1.0) for pitch in (52, 45, 57)]
    riff = read_riff(file_of(part("Guitar", 2, chords)))
    assert (riff.pitch.tolist(), riff.velocity.tolist()) == ([45, 45], [117, 117])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (file_of(part("Drums", 9, DRUMS)), "nothing but drums"),
        (write_midi([ClipNote(36, 0, 1, 90)], tempo=99, metre=Metre(), name="x", quarters=4), "nothing but drums"),
        (file_of(part("Bass", 1, [])), "no notes"),
        (b"", "empty"),
        (b"hello there", "text, not MIDI"),
    ],
)
def test_files_without_a_riff(data: bytes, said: str) -> None:
    with pytest.raises(MidiError, match=said):
        read_riff(data)


def clips(known: Any, rows: list[Row], seed: int = 3, **options: Any) -> list[set[tuple[int, Voice]]]:
    notes = [{"start": start, "pitch": pitch, "velocity": velocity} for start, pitch, velocity in rows]
    fields = {"artist": "X", "variations": 3, "humanize": False, "follow": {"notes": notes, "bars": 1}} | options
    made = generate(library_of(known), GenerationRequest.model_validate(fields), seed)
    return [{(hit.step, hit.voice) for hit in v.pattern.hits} for v in made.variations]


def test_the_kick_plays_the_accents_that_the_artist_may_play() -> None:
    riff = [(0.0, 40, 120), (1.5, 40, 120), (2.0, 43, 60), (3.5, 40, 120)]
    for strokes in clips(rock(), riff, bars=4, density_of={"kick": 0}):
        kicks = [{step % 16 for step, voice in strokes if voice is V.KICK and step // 16 == bar} for bar in range(3)]
        assert all(bar <= {0, 6, 8, 14} for bar in kicks)
        assert all({0, 6} <= bar for bar in kicks)


def test_the_hands_stay_and_what_the_artist_never_does_is_left_out() -> None:
    odd = [(0.25, 40, 127), (1.0, 40, 127), (3.0, 40, 127)]
    plain = clips(rock(), [(0.0, 40, 90)], bars=3)
    followed = clips(rock(), odd, bars=3)
    for one, other in zip(plain, followed, strict=True):
        assert {s for s in one if s[1] is V.SNARE} == {s for s in other if s[1] is V.SNARE}
        kicks = [step for step, voice in other if voice is V.KICK]
        assert not any(step % 16 == 1 for step in kicks)
        # a fill, which ends the clip, has kicks on all beats
        assert not any(step % 16 in (4, 12) for step in kicks if step < 32)


def test_a_jazz_drummer_follows_on_triplets() -> None:
    assert all(clips(jazz(), [(0.0, 40, 100), (0.67, 45, 90), (3.0, 40, 100)], bars=2))
