"""Forms in place of JSON, and results without lists: what Max can send and read."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from mdg_core.errors import UsageError
from mdg_serving.forms import FORM, fields_of
from mdg_serving.limits import MAX_BODY_BYTES
from tests.drummer.profiles import jazz, rock
from tests.serving.conftest import Publish
from tests.serving.test_api import API, problem

CLIENT = {"X-MDG-Client": "test", "Content-Type": FORM}


def post(client: TestClient, path: str, **fields: Any) -> Any:
    return client.post(f"{API}{path}", content=urlencode(fields), headers=CLIENT)


def test_a_form_is_the_json_that_it_stands_for(client: TestClient, publish: Publish) -> None:
    publish(rock())
    body = {"artist": "Rock Drummer", "bars": 2, "variations": 2, "seed": 7, "humanize": False, "density": 0.5}
    of_json = client.post(f"{API}/generate", json=body).json()
    of_form = post(client, "/generate", **body, tempo="", drag=json.dumps({"snare": 5}), swing="").json()
    assert [v["grid"] for v in of_form["variations"]] == [v["grid"] for v in of_json["variations"]]
    wrong = problem(post(client, "/generate", artist="Rock Drummer", bars="many"), 422)
    assert "bars" in wrong["detail"]
    assert "errors" not in wrong  # a list of one


def test_a_form_needs_the_header_that_pages_cannot_send(client: TestClient) -> None:
    answer = client.post(f"{API}/generate", content="artist=x", headers={"Content-Type": FORM})
    assert problem(answer, 415)


def test_names_of_digits_stay_names(client: TestClient) -> None:
    answer = post(client, "/research", artist="311")
    assert (answer.status_code, answer.json()["artist"]) == (202, "311")


def test_a_form_that_is_too_large(client: TestClient) -> None:
    assert problem(post(client, "/generate", artist="x" * (MAX_BODY_BYTES + 1)), 413)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (b"artist=a&artist=b", "artist: is given twice"),
        (b"notes=[1", "notes: is not valid JSON"),
        (b"notes=" + b"[" * 100_000, "notes: is not valid JSON"),
        (b"artist=\xff", "cannot be read"),
        (b"&".join(b"f%d=1" % n for n in range(200)), "cannot be read"),
    ],
)
def test_forms_that_cannot_be_read(form: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        fields_of(form)


def lists(value: Any) -> list[list[Any]]:
    """All lists within an answer."""
    if isinstance(value, dict):
        return [found for inner in value.values() for found in lists(inner)]
    return [value, *(found for inner in value for found in lists(inner))] if isinstance(value, list) else []


def test_flat_results_have_lists_of_numbers_alone(client: TestClient, publish: Publish) -> None:
    publish(rock())
    body = {"artist": "Rock Drummer", "bars": 2, "variations": 1, "seed": 7}
    flat = client.post(f"{API}/generate?notes_flat=true", json=body).json()
    full = client.post(f"{API}/generate", json=body).json()
    assert (flat["count"], list(flat["clips"])) == (1, ["1"])
    numbers = flat["clips"]["1"]["notes_flat"]
    assert [numbers[i : i + 4] for i in range(0, len(numbers), 4)] == [
        [note["pitch"], note["start"], note["duration"], note["velocity"]] for note in full["variations"][0]["notes"]
    ]
    assert all(len(found) >= 4 and all(isinstance(n, int | float) for n in found) for found in lists(flat))
    task = client.get(f"{API}/task/{flat['generation_id']}?notes_flat=true").json()
    assert task["result"]["clips"] == flat["clips"]


def test_a_lock_as_max_sends_it(client: TestClient, publish: Publish) -> None:
    publish(rock())
    lock = {"voices": "kick,hats", "drum_map": "ableton", "bars": 1, "notes": [36, 0.51, 0.1, 90, 42, 0, 0.1, 60]}
    answer = post(client, "/generate", artist="Rock Drummer", bars=2, variations=1, seed=3, lock=json.dumps(lock))
    assert answer.status_code == 200, answer.text
    notes = answer.json()["variations"][0]["notes"]
    kept = [(n["voice"], n["start"], n["velocity"]) for n in notes if n["voice"] == "kick" or "_hat" in n["voice"]]
    assert sorted(kept, key=lambda note: note[1]) == [
        ("closed_hat", 0, 60), ("kick", pytest.approx(0.51, abs=0.002), 90),
        ("closed_hat", 4, 60), ("kick", pytest.approx(4.51, abs=0.002), 90),
    ]  # fmt: skip
    single = {"voices": "kick", "notes": {"pitch": 36, "start": 0.5}}
    answer = post(client, "/generate", artist="Rock Drummer", bars=1, variations=1, lock=json.dumps(single))
    assert [n["start"] for n in answer.json()["variations"][0]["notes"] if n["voice"] == "kick"] == [0.5]
    uneven = lock | {"notes": [36, 0, 1]}
    assert "3 numbers are no notes" in str(problem(post(client, "/generate", artist="x", lock=json.dumps(uneven)), 422))


def test_a_flat_stand_in(client: TestClient, publish: Publish) -> None:
    publish(jazz())
    body = {"artist": "Nobody Yet", "variations": 1}
    answer = client.post(f"{API}/generate?notes_flat=true", json=body).json()
    assert answer["provisional"]["based_on"] == "Jazz Drummer"
    assert all(isinstance(n, int | float) for found in lists(answer) for n in found)


def test_flat_notes_of_humanize(client: TestClient) -> None:
    notes = [{"pitch": 42, "start": n / 2} for n in range(8)] + [{"pitch": 38, "start": 1}, {"pitch": 36, "start": 0}]
    flat = client.post(f"{API}/humanize?notes_flat=true", json={"notes": notes}).json()
    assert len(flat["notes_flat"]) == 4 * len(notes)
    assert isinstance(flat["message"], str)
