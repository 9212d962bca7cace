"""Whole songs: the form as it is typed, and sections that belong together, differ, come back and end."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import mido
import numpy as np
import pytest

from mdg_core.errors import UsageError
from mdg_core.kit import CYMBALS, Voice
from mdg_core.maps import MAPS
from mdg_core.profile import StyleProfile
from mdg_drummer.request import GenerationRequest, SongRequest
from mdg_drummer.result import notes_of
from mdg_drummer.song import Song, SongPart, make_song
from mdg_drummer.songfile import song_result
from mdg_drummer.songform import DEFAULT_FORM, MAX_SECTIONS, MAX_SONG_BARS, parse_form
from mdg_drummer.stored import Written, section_file, song_file
from tests.drummer.people import PRIOR, library_of
from tests.drummer.profiles import ALL, rock

FORM = "intro 2, verse 8, pre 4, chorus 8, verse 8, chorus 8, outro 2"


def song_of(make: Callable[[], StyleProfile] = rock, form: str = FORM, seed: int = 7, **options: object) -> Song:
    request = GenerationRequest.model_validate({"artist": "X"} | options)
    return make_song(library_of(make()), request, parse_form(form), seed)


def part_of(song: Song, name: str) -> SongPart:
    return next(part for part in song.parts if part.section.name == name)


def strokes(part: SongPart) -> set[tuple[int, Voice]]:
    return {(hit.step, hit.voice) for hit in part.pattern.hits}


def level(part: SongPart) -> float:
    """Of the accents."""
    return float(np.percentile([hit.velocity for hit in part.pattern.hits], 75))


def test_a_form_is_read_as_people_write_it() -> None:
    sections = parse_form(" Intro 2,verse8, Pre-Chorus 4 bars; chorus 8, VERSE 8,\nrefrain 8, ending 2,")
    assert [s.name for s in sections] == ["intro", "verse 1", "pre", "chorus 1", "verse 2", "chorus 2", "outro"]
    assert [s.bars for s in sections] == [2, 8, 4, 8, 8, 8, 2]
    assert parse_form("default") == parse_form(DEFAULT_FORM)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("", "the form is empty"),
        ("verse", "section 1 of the form, 'verse': say how many bars, as in 'verse 8'"),
        ("intro 2, vers 8", "section 2 of the form, 'vers 8': 'vers' is no section; use intro, verse"),
        ("intro 2,, verse 8", "section 2 of the form is empty"),
        ("verse 0", "at least one bar"),
        ("verse 8 8", "say how many bars"),
        ("8 verse", "is no section"),
        ("verse -4", "verse -"),
        ("verse 401", f"{MAX_SONG_BARS} are the most"),
        ("verse 999999", f"{MAX_SONG_BARS} are the most"),
        (", ".join(["verse 1"] * 65), f"{MAX_SECTIONS} are the most"),
        ("verse 1, " * 1000, "longer than"),
    ],
)
def test_a_form_that_cannot_be_read_says_where(form: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_form(form)
    assert said in str(caught.value)


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("form", [FORM, "verse 1", "chorus 17, bridge 3", "intro 1, outro 1", "outro 9, outro 3"])
def test_every_artist_plays_every_form(make: Callable[[], StyleProfile], form: str) -> None:
    song = song_of(make, form)
    assert song.whole.bars == sum(part.section.bars for part in song.parts)
    assert all(part.pattern.hits for part in song.parts)
    assert song == song_of(make, form)


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("metre", ["9/32", "23/32", "5/16", "32/8"])
def test_every_artist_plays_in_odd_metres(make: Callable[[], StyleProfile], metre: str) -> None:
    song = song_of(make, "intro 4, verse 2, outro 2", seed=17592186044416, time_signature=metre)
    assert str(song.whole.metre) == metre


def test_the_result_says_what_it_was_made_with() -> None:
    request = GenerationRequest(artist="A")
    song = make_song(library_of(rock()), request, parse_form("verse 4"), 3)
    result, _ = song_result(uuid4(), song, rock(), request, 3)
    assert result["seed"] == 3
    assert result["prior"] == {"version": PRIOR.origin.version, "corpus": PRIOR.origin.corpus}
    assert "package_version" in result


def test_the_longest_song() -> None:
    assert song_of(form=", ".join(["verse 6"] * 62 + ["chorus 14", "chorus 14"])).whole.bars == MAX_SONG_BARS


@pytest.mark.parametrize("seed", range(6))
def test_the_chorus_is_louder_and_on_a_wider_cymbal(seed: int) -> None:
    song = song_of(seed=seed)
    verse, chorus = part_of(song, "verse 1"), part_of(song, "chorus 1")
    assert level(chorus) > 1.05 * level(verse)
    hands = [sum(hit.voice is Voice.CLOSED_HAT for hit in part.pattern.hits) for part in (verse, chorus)]
    assert hands[1] < hands[0]


@pytest.mark.parametrize("name", ["verse", "chorus"])
def test_what_comes_again_is_recognised_and_not_the_same(name: str) -> None:
    song = song_of()
    first, second, other = (part_of(song, n) for n in (f"{name} 1", f"{name} 2", "pre"))
    assert strokes(first) != strokes(second)
    shared = len(strokes(first) & strokes(second)) / len(strokes(first) | strokes(second))
    assert shared > 0.7
    assert shared > len(strokes(first) & strokes(other)) / len(strokes(first) | strokes(other))


@pytest.mark.parametrize("seed", range(6))
def test_fills_lead_in_crashes_arrive_and_the_end_ends(seed: int) -> None:
    song = song_of(seed=seed)
    chorus = part_of(song, "chorus 1")
    first = {hit.voice for hit in chorus.pattern.hits if hit.step == 0}
    assert first & set(CYMBALS)
    assert Voice.KICK in first
    before = part_of(song, "pre").pattern
    size = before.steps_per_bar
    usual = {(hit.step % size, hit.voice) for hit in before.hits if hit.step < 3 * size}
    filled = [hit for hit in before.hits if hit.step >= 3 * size and (hit.step % size, hit.voice) not in usual]
    assert len(filled) >= 3
    assert all(hit.step % size < size / 2 for hit in song.whole.bar(song.whole.bars - 1).hits)


def test_a_song_without_an_outro_ends_too() -> None:
    last = song_of(form="verse 4, chorus 4").whole.bar(7)
    assert {hit.step for hit in last.hits} == {0}


def test_the_file_has_markers_and_the_sections_files() -> None:
    request = SongRequest(artist="X", form=FORM, count_in=True)
    result, _ = song_result(uuid4(), song_of(count_in=True), rock(), request, 7)
    file = mido.MidiFile(file=BytesIO(base64.b64decode(result["midi"])))
    now, markers = 0, []
    for message in file.tracks[0]:
        now += message.time
        if message.type == "marker":
            markers.append((now // 1920, message.text))
    assert markers == [
        (0, "count-in"), (1, "intro"), (3, "verse 1"), (11, "pre"), (15, "chorus 1"), (23, "verse 2"), (31, "chorus 2"),
        (39, "outro"),
    ]  # fmt: skip
    assert sum(message.time for message in file.tracks[1]) == 41 * 1920
    assert [(s["name"], s["start"], s["bars"]) for s in result["sections"]][:3] == [
        ("intro", 4, 2), ("verse 1", 12, 8), ("pre", 44, 4),
    ]  # fmt: skip
    section = mido.MidiFile(file=BytesIO(section_file(result, 4, Written(split=True))))
    assert sum(m.time for m in section.tracks[0]) == 8 * 1920
    assert section.tracks[0].name == "Rock Drummer - 04 chorus 1"


def notes_in(data: bytes) -> list[tuple[int, int, int]]:
    """Tick, pitch and velocity of each note."""
    found = []
    for track in mido.MidiFile(file=BytesIO(data)).tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity:
                found.append((now, message.note, message.velocity))
    return sorted(found)


@pytest.mark.parametrize("options", [{}, {"count_in": True, "split": True}, {"drum_map": "ableton", "count_in": True}])
def test_a_stored_song_gives_its_files_again(options: dict[str, Any]) -> None:
    request = SongRequest.model_validate({"artist": "X", "form": FORM, **options})
    song = song_of(**options)
    result, tracks = song_result(uuid4(), song, rock(), request, 7)
    result = json.loads(json.dumps(result))
    midi = base64.b64decode(result["midi"])
    assert song_file(result, tracks, Written(split=request.split)) == midi
    assert notes_in(song_file(result, tracks, Written(split=not request.split))) == notes_in(midi)
    assert len(notes_in(midi)) >= sum(len(s["notes"]) for s in result["sections"])
    for place, part in enumerate(song.parts, 1):
        own = [(n.note.tick, n.note.pitch, n.note.velocity) for n in notes_of(part.pattern, request.note_map)]
        assert notes_in(section_file(result, place, Written())) == sorted(own)


def test_a_song_on_the_grid_and_for_another_drum_map() -> None:
    request = SongRequest(artist="X", form=FORM, count_in=True)
    result, tracks = song_result(uuid4(), song_of(count_in=True), rock(), request, 7)
    played, straight = (notes_in(song_file(result, tracks, Written(feel=feel))) for feel in (True, False))
    step = 480 // result["steps_per_quarter"]
    assert any(tick % step for tick, _, _ in played)
    assert not any(tick % step for tick, _, _ in straight)
    other = notes_in(song_file(result, tracks, Written(note_map=MAPS["roland_td"])))
    assert {pitch for _, pitch, _ in other} <= set(MAPS["roland_td"].writing.values())
    assert [(tick, velocity) for tick, _, velocity in other] == [(tick, velocity) for tick, _, velocity in played]
