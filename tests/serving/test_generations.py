"""Downloads: what files there are, what they are called, and the options."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import mido
import pytest
from starlette.testclient import TestClient

from mdg_core.kit import Voice
from mdg_core.maps import MAPS
from mdg_core.profile import StyleProfile
from mdg_core.store import artists, curations
from mdg_core.store.connect import Connection
from tests.drummer.profiles import jazz, rock
from tests.serving.conftest import Publish
from tests.serving.test_api import API, problem


def called(profile: StyleProfile, name: str, key: str) -> StyleProfile:
    return profile.model_copy(update={"artist": profile.artist.model_copy(update={"name": name, "key": key})})


def generated(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/generate", json={"artist": "Rock Drummer", "seed": 7, "variations": 2} | body)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


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


def names_of_tracks(data: bytes) -> list[str]:
    return [track.name for track in mido.MidiFile(file=BytesIO(data)).tracks]


def said_name(disposition: str) -> tuple[str, str]:
    """The name in ASCII and the one in UTF-8."""
    found = re.fullmatch(r"attachment; filename=\"([ -~]+)\"; filename\*=UTF-8''([!-~]+)", disposition)
    assert found, disposition
    return found[1], unquote(found[2])


@pytest.mark.parametrize(("count_in", "split"), [(False, False), (True, True)])
def test_a_clip_split_by_voice_and_not(client: TestClient, publish: Publish, count_in: bool, split: bool) -> None:
    publish(rock())
    url = generated(client, count_in=count_in, split=split)["variations"][0]["midi_url"]
    plain, apart = (client.get(f"{url}?split={wanted}").content for wanted in ("false", "true"))
    assert (apart if split else plain) == client.get(url).content
    assert names_of_tracks(plain)[1:] == ["Rock Drummer - groove 1"]
    assert {"kick", "snare"} <= set(names_of_tracks(apart)[1:])
    assert notes_in(apart) == notes_in(plain)


def test_a_clip_for_another_drum_map(client: TestClient, publish: Publish) -> None:
    publish(rock())
    variation = generated(client)["variations"][0]
    here = notes_in(client.get(f"{variation['midi_url']}?drum_map=addictive_drums_2").content)
    writing = MAPS["addictive_drums_2"].writing
    assert {pitch for _, pitch, _ in here} == {writing[Voice(note["voice"])] for note in variation["notes"]}
    wrong = client.get(f"{variation['midi_url']}?drum_map=tr808")
    assert "drum_map: is no drum map; use one of gm" in problem(wrong, 422)["detail"]


def test_a_clip_without_feel_stands_on_its_grid(client: TestClient, publish: Publish) -> None:
    publish(rock())
    result = generated(client, swing=60, count_in=True, drag={"snare": 20})
    variation = result["variations"][0]
    step = 480 // variation["steps_per_quarter"]
    straight = notes_in(client.get(f"{variation['midi_url']}?feel=false").content)
    assert not any(tick % step for tick, _, _ in straight)
    wanted = {(1920 + note["step"] * step, note["pitch"]) for note in variation["notes"] if note["step"] >= 0}
    assert {(tick, pitch) for tick, pitch, _ in straight if tick >= 1920} == wanted
    assert len([tick for tick, _, _ in straight if tick < 1920]) == 4


def test_all_files_in_a_zip(client: TestClient, publish: Publish) -> None:
    publish(rock())
    result = generated(client)
    answer = client.get(f"{API}/generations/{result['generation_id']}.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert said_name(answer.headers["content-disposition"]) == ("Rock Drummer - groove.zip",) * 2
    archive = zipfile.ZipFile(BytesIO(answer.content))
    assert archive.namelist() == ["Rock Drummer - groove 1.mid", "Rock Drummer - groove 2.mid"]
    for name, variation in zip(archive.namelist(), result["variations"], strict=True):
        assert archive.read(name) == client.get(variation["midi_url"]).content
    split = client.get(f"{API}/generations/{result['generation_id']}.zip?split=true&feel=false").content
    first = zipfile.ZipFile(BytesIO(split)).read("Rock Drummer - groove 1.mid")
    assert "kick" in names_of_tracks(first)
    assert split == client.get(f"{API}/generations/{result['generation_id']}.zip?split=true&feel=false").content


def test_a_song_in_a_zip(client: TestClient, publish: Publish) -> None:
    publish(rock())
    song = client.post(f"{API}/song", json={"artist": "Rock Drummer", "form": "verse 2, chorus 2", "seed": 1}).json()
    answer = client.get(f"{API}/generations/{song['generation_id']}.zip")
    assert said_name(answer.headers["content-disposition"])[1] == "Rock Drummer - song.zip"
    archive = zipfile.ZipFile(BytesIO(answer.content))
    assert archive.namelist() == [
        "Rock Drummer - song.mid", "Rock Drummer - 01 verse.mid", "Rock Drummer - 02 chorus.mid",
    ]  # fmt: skip
    on_grid = client.get(f"{song['midi_url']}?feel=false&split=true&drum_map=gs").content
    assert [message.text for message in mido.MidiFile(file=BytesIO(on_grid)).tracks[0] if message.type == "marker"] == [
        "verse", "chorus",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        ("椎名林檎", "ZhuiMingLinQin - groove 1.mid", "椎名林檎 - groove 1.mid"),
        ("AC/DC", "AC-DC - groove 1.mid", "AC-DC - groove 1.mid"),
        ('Mötley "Crüe"', "Motley -Crue- - groove 1.mid", "Mötley -Crüe- - groove 1.mid"),
        ("100% Drums", "100- Drums - groove 1.mid", "100% Drums - groove 1.mid"),
    ],
)
def test_files_are_called_by_the_artist(
    client: TestClient, publish: Publish, conn: Connection, name: str, plain: str, full: str
) -> None:
    key = artists.find_or_create(conn, name).key
    publish(called(rock(), name, key))
    variation = generated(client, artist=name)["variations"][0]
    assert variation["name"] == f"{name} - groove 1"
    found, in_utf8 = said_name(client.get(variation["midi_url"]).headers["content-disposition"])
    assert in_utf8 == full
    assert found == plain


@pytest.mark.parametrize(
    "path", ["{id}/3.mid", "{id}/0.mid", "{id}/song.mid", "{id}/1.txt", "no-id.zip", "{other}.zip", "{other}/1.mid"]
)
def test_files_that_are_none(client: TestClient, publish: Publish, path: str) -> None:
    publish(rock())
    made = generated(client)["generation_id"]
    problem(client.get(f"{API}/generations/{path.format(id=made, other=uuid4())}"), 404)


def test_a_generation_that_is_not_done_has_no_files(client: TestClient) -> None:
    waiting = client.post(f"{API}/generate", json={"artist": "Nobody Yet"}).json()["task_id"]
    problem(client.get(f"{API}/generations/{waiting}/1.mid"), 404)
    problem(client.get(f"{API}/generations/{waiting}.zip"), 404)


def test_the_name_of_a_merged_artist_plays_the_other(client: TestClient, publish: Publish, conn: Connection) -> None:
    publish(rock())
    publish(jazz())
    artists.find_or_create(conn, "Roc Drummer")
    with conn.transaction():
        curations.merge(conn, "roc-drummer", "rock-drummer", name="Roc Drummer", note="a slip")
    assert generated(client, artist="Roc Drummer")["variations"][0]["name"] == "Rock Drummer - groove 1"
    song = client.post(f"{API}/song", json={"artist": "roc drummer", "form": "verse 2"})
    assert song.json()["name"] == "Rock Drummer - song"
    blend = generated(client, artist="Jazz Drummer", blend={"artist": "Roc Drummer", "amount": 0.5})
    assert blend["variations"][0]["name"] == "Jazz Drummer and Rock Drummer - groove 1"
    later = client.post(f"{API}/generate", json={"artist": "Roc Drummer"}, headers={"Prefer": "wait=0"})
    assert later.json()["research_task_id"] is None
