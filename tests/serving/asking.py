"""An API that asks stubs of language models, and what holds for every clip that it delivers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import mido
from fastapi import FastAPI
from starlette.testclient import TestClient

from mdg_core.settings import Settings
from mdg_serving.app import create_app
from tests.conftest import Models

GENERATE = "/api/v1/generate"


def llm_settings(models: Models, *names: str, of_each: dict[str, Any] | None = None, **llm: Any) -> dict[str, Any]:
    """The section `llm` that points at the stubs named (none: at all); `of_each` goes to each of their sections."""
    return {name: models[name].settings() | (of_each or {}) for name in names or models} | llm


def client_of(app: FastAPI, **how: Any) -> TestClient:
    """A client on this machine; errors inside are answers, as they are to a real client."""
    return TestClient(app, **{"base_url": "http://localhost", "raise_server_exceptions": False} | how)


@contextmanager
def asking(database_url: str, llm: dict[str, Any]) -> Iterator[TestClient]:
    """A client of an API with that section `llm`."""
    app = create_app(Settings.model_validate({"database_url": database_url, "llm": llm}))
    with client_of(app) as client:
        yield client


def generate(client: TestClient, wait: int = 60, **request: Any) -> dict[str, Any]:
    """The result of a request for one variation of two bars, unless it says otherwise; every clip is looked at."""
    body = {"artist": "Rock Drummer", "bars": 2, "variations": 1, "seed": 7, **request}
    answer = client.post(GENERATE, json=body, headers={"Prefer": f"wait={wait}"})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    assert len(result["variations"]) == body["variations"]
    for variation in result["variations"]:
        check_clip(result, variation, client.get(variation["midi_url"]).content)
    return result


def check_clip(result: dict[str, Any], variation: dict[str, Any], midi: bytes) -> None:
    """Notes that can be played, in order, within the clip; the file has the same ones and the clip's tempo."""
    upper, lower = map(int, result["time_signature"].split("/"))
    end = result["bars"] * upper * 4 / lower
    notes = variation["notes"]
    assert notes
    assert [note["start"] for note in notes] == sorted(note["start"] for note in notes)
    for note in notes:
        assert 35 <= note["pitch"] <= 81
        assert 1 <= note["velocity"] <= 127
        assert 0 <= note["start"] < end
        assert 0 < note["duration"] <= end - note["start"] + 1e-9
    assert len({(note["start"], note["pitch"]) for note in notes}) == len(notes)
    file = mido.MidiFile(file=BytesIO(midi))
    played = [message for track in file.tracks for message in track if message.type == "note_on" and message.velocity]
    assert sorted((m.note, m.velocity) for m in played) == sorted((n["pitch"], n["velocity"]) for n in notes)
    tempo = next(message.tempo for track in file.tracks for message in track if message.type == "set_tempo")
    assert abs(mido.tempo2bpm(tempo) - result["tempo"]) < 0.1
    assert variation["origin"] in ("llm", "template")


def origins(result: dict[str, Any]) -> list[str]:
    return [variation["origin"] for variation in result["variations"]]


def failures(result: dict[str, Any]) -> list[str | None]:
    """Of each call, in order."""
    return [call["failure"] for call in result["llm"]["calls"]]
