"""POST /humanize: files and notes in, the same out, played."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import mido
import pytest
from starlette.testclient import TestClient

from mdg_core.midi import ClipNote, write_midi
from mdg_core.pattern import Metre
from mdg_drummer.humanise_notes import notes_in
from tests.drummer.profiles import rock
from tests.serving.conftest import Publish
from tests.serving.test_api import problem

URL = "/api/v1/humanize"
# kick and snare on the beats, hats in eighths, one cowbell-less tambourine note that stays with its pitch
GROOVE = [
    *({"pitch": 42, "start": step / 2, "duration": 0.25, "velocity": 80} for step in range(16)),
    *({"pitch": 38 if beat % 2 else 36, "start": float(beat), "duration": 0.25, "velocity": 110} for beat in range(8)),
]


def file_of(notes: list[dict[str, Any]]) -> str:
    clip = [ClipNote(n["pitch"], n["start"], n["duration"], n["velocity"]) for n in notes]
    return base64.b64encode(write_midi(clip, tempo=100, metre=Metre(), name="mine", quarters=8)).decode()


def test_notes_come_back_played(client: TestClient) -> None:
    answer = client.post(URL, json={"notes": GROOVE, "bars": 2, "tempo": 100, "seed": 4})
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert (result["artist"], result["seed"]) == (None, 4)
    assert sorted(n["pitch"] for n in result["notes"]) == sorted(n["pitch"] for n in GROOVE)
    asked = sorted((n["pitch"], n["start"]) for n in GROOVE)
    played = sorted((n["pitch"], n["start"]) for n in result["notes"])
    moved = [abs(after - before) for (_, before), (_, after) in zip(asked, played, strict=True)]
    assert 0 < max(moved) < 0.2
    assert all(0 <= n["start"] < 8 and n["duration"] > 0 and 1 <= n["velocity"] <= 127 for n in result["notes"])
    file = mido.MidiFile(file=BytesIO(base64.b64decode(result["midi"])))
    assert sum(m.type == "note_on" and m.velocity > 0 for track in file.tracks for m in track) == len(GROOVE)
    assert client.post(URL, json={"notes": GROOVE, "bars": 2, "tempo": 100, "seed": 4}).json() == result


def test_a_file_like_an_artist(client: TestClient, publish: Publish) -> None:
    publish(rock())
    result = client.post(URL, json={"midi": file_of(GROOVE), "artist": "rock drummer"}).json()
    assert (result["artist"], result["artist_key"], result["profile_version"]) == ("Rock Drummer", "rock-drummer", 1)
    again = client.post(URL, json={"midi": result["midi"]})
    assert "humanised before" in problem(again, 422)["detail"]
    assert client.post(URL, json={"midi": result["midi"], "again": True}).status_code == 200


def test_amounts_of_nothing_leave_it_as_it_is(client: TestClient) -> None:
    body = {"notes": GROOVE, "timing_amount": 0, "velocity_amount": 0}
    result = client.post(URL, json=body).json()
    keys = ("pitch", "start", "velocity")
    assert sorted(tuple(n[k] for k in keys) for n in result["notes"]) == sorted(
        tuple(n[k] for k in keys) for n in GROOVE
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "give midi or notes"),
        ({"midi": "AAAA", "notes": GROOVE}, "give midi or notes"),
        ({"midi": "not base64!"}, "is not base64"),
        ({"midi": base64.b64encode(b"RIFFxxxx").decode()}, "MIDI"),
        ({"midi": base64.b64encode(b"<html>").decode()}, "no MIDI file"),
        ({"midi": file_of(GROOVE), "tempo": 90}, "brings its tempo"),
        ({"notes": GROOVE, "bars": 1}, "the clip of 1 bars ends at 4"),
        ({"notes": [{"pitch": 1, "start": 0}]}, "pitch"),
    ],
)
def test_what_cannot_be_played(client: TestClient, body: dict[str, Any], said: str) -> None:
    assert said in problem(client.post(URL, json=body), 422)["detail"]


def test_an_unknown_artist(client: TestClient) -> None:
    assert "no profile" in problem(client.post(URL, json={"notes": GROOVE, "artist": "Nobody"}), 404)["detail"]


def test_notes_of_voices_and_of_pitches_that_are_no_drums(client: TestClient) -> None:
    notes = [*GROOVE, {"voice": "crash", "start": 0}]
    result = client.post(URL, json={"notes": notes, "drum_map": "gm"}).json()
    assert 49 in {n["pitch"] for n in result["notes"]}


def test_the_notes_of_a_file_are_all_there() -> None:
    assert [(n.pitch, n.start) for n in notes_in(base64.b64decode(file_of(GROOVE)))][:2] == [(36, 0.0), (42, 0.0)]
