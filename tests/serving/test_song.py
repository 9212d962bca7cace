"""POST /song: a whole song, its sections, and what it shares with POST /generate."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import mido
import pytest
from starlette.testclient import TestClient

from mdg_core.store import generations, requests
from mdg_core.store.connect import Connection
from mdg_serving.forms import FORM
from tests.drummer.profiles import jazz, rock
from tests.serving.conftest import Publish
from tests.serving.test_api import API, problem, until
from tests.serving.test_forms import lists

SONG = f"{API}/song"
BODY = {"artist": "Rock Drummer", "form": "intro 2, verse 4, chorus 4, verse 4, outro 2", "seed": 7}


def markers(data: bytes) -> list[tuple[float, str]]:
    """Quarter note and text of each marker."""
    now, found = 0, []
    file = mido.MidiFile(file=BytesIO(data))
    for message in file.tracks[0]:
        now += message.time
        if message.type == "marker":
            found.append((now / file.ticks_per_beat, message.text))
    return found


def test_a_song_in_one_file_and_by_its_sections(client: TestClient, publish: Publish) -> None:
    publish(rock())
    answer = client.post(SONG, json=BODY | {"count_in": True})
    assert answer.status_code == 200, answer.text
    song = answer.json()
    assert (song["name"], song["bars"], song["count_in"], song["provider"]) == (
        "Rock Drummer - song", 16, 4, "template",
    )  # fmt: skip
    assert [(s["index"], s["name"], s["start"], s["bars"]) for s in song["sections"]] == [
        (1, "intro", 4, 2), (2, "verse 1", 12, 4), (3, "chorus", 28, 4), (4, "verse 2", 44, 4), (5, "outro", 60, 2),
    ]  # fmt: skip
    midi = base64.b64decode(song["midi"])
    assert markers(midi) == [(0, "count-in"), *((s["start"], s["name"]) for s in song["sections"])]
    assert client.get(song["midi_url"]).content == midi
    for section in song["sections"]:
        file = mido.MidiFile(file=BytesIO(client.get(section["midi_url"]).content))
        played = [m for m in file.tracks[1] if m.type == "note_on" and m.velocity]
        assert sorted(m.note for m in played) == sorted(note["pitch"] for note in section["notes"])
        assert all(0 <= note["start"] < 4 * section["bars"] for note in section["notes"])
    again = client.post(SONG, json=BODY | {"count_in": True}).json()
    assert again["midi"] == song["midi"]


def test_a_song_as_a_form_and_as_numbers(client: TestClient, publish: Publish) -> None:
    publish(rock())
    headers = {"X-MDG-Client": "test", "Content-Type": FORM}
    full = client.post(SONG, json=BODY | {"drag": {"snare": 5}}).json()
    sent = urlencode(BODY | {"drag": json.dumps({"snare": 5})})
    flat = client.post(f"{SONG}?notes_flat=true", content=sent, headers=headers).json()
    assert (flat["count"], list(flat["sections"]), "midi" in flat) == (5, ["1", "2", "3", "4", "5"], False)
    first = flat["sections"]["1"]["notes_flat"]
    assert [first[i : i + 4] for i in range(0, len(first), 4)] == [
        [note["pitch"], note["start"], note["duration"], note["velocity"]] for note in full["sections"][0]["notes"]
    ]
    assert all(len(found) >= 4 and all(isinstance(n, int | float) for n in found) for found in lists(flat))


def test_a_song_that_is_waited_for_as_a_task(client: TestClient, publish: Publish) -> None:
    publish(rock())
    answer = client.post(SONG, json=BODY, headers={"Prefer": "wait=0"})
    assert answer.status_code == 202
    where = answer.headers["location"]
    done = until(lambda: (t := client.get(where).json())["status"] == "completed" and t)
    assert (done["kind"], len(done["result"]["sections"])) == ("song", 5)
    assert client.get(f"{where}?notes_flat=true").json()["result"]["count"] == 5
    assert client.get(done["result"]["midi_url"]).content == base64.b64decode(done["result"]["midi"])


def test_an_unknown_artist_is_researched_and_another_plays_meanwhile(
    client: TestClient, publish: Publish, conn: Connection
) -> None:
    publish(jazz())
    answer = client.post(SONG, json=BODY | {"artist": "Nobody Yet"})
    assert answer.status_code == 202
    body = answer.json()
    stand_in = body["provisional"]
    assert (stand_in["based_on"], stand_in["requested_artist"]) == (["Jazz Drummer"], "Nobody Yet")
    assert client.get(stand_in["midi_url"]).content == base64.b64decode(stand_in["midi"])
    research = requests.latest(conn, "nobody-yet")
    assert research is not None
    requests.fail(conn, research.id, attempt=1, error="no source answered")
    task = until(lambda: (t := client.get(f"{API}/task/{body['task_id']}").json())["status"] == "failed" and t)
    assert "no source answered" in task["error"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"form": "vers 8"}, "'vers' is no section"),
        ({"form": "verse 401"}, "400 are the most"),
        ({"form": ""}, "form"),
        ({"form": "verse 8", "bars": 8}, "bars: there is no such field"),
        ({"form": "verse 8", "lock": {"voices": ["kick"]}}, "lock: there is no such field"),
        ({"style": "polka"}, "is not known to play polka"),
        ({"blend": {"artist": "Nobody Yet", "amount": 0.5}}, "No profile for Nobody Yet"),
    ],
)
def test_songs_that_cannot_be_made(client: TestClient, publish: Publish, body: dict[str, Any], said: str) -> None:
    publish(rock())
    assert said in problem(client.post(SONG, json={"artist": "Rock Drummer"} | body), 422)["detail"]


def test_a_profile_without_grooves_plays_no_song(client: TestClient, publish: Publish) -> None:
    publish(rock().model_copy(update={"patterns": []}))
    assert "mdg augment rock-drummer" in problem(client.post(SONG, json=BODY), 422)["detail"]


def test_the_default_form(client: TestClient, publish: Publish) -> None:
    publish(rock())
    assert client.post(SONG, json={"artist": "Rock Drummer"}).json()["bars"] == 64


def test_a_song_keeps_no_voices(client: TestClient, publish: Publish) -> None:
    publish(rock())
    song = client.post(SONG, json=BODY).json()
    lock = {"generation_id": song["generation_id"], "voices": ["kick"]}
    answer = client.post(f"{API}/generate", json={"artist": "Rock Drummer", "lock": lock})
    assert "no finished generation of clips" in problem(answer, 422)["detail"]


def test_what_is_stored_of_a_song(client: TestClient, publish: Publish, conn: Connection) -> None:
    publish(rock())
    client.post(SONG, json=BODY)
    assert generations.counts(conn) == {"completed": 1}
