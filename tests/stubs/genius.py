"""Genius's API, as far as credits go: search and songs. Without a token it answers 401."""

from __future__ import annotations

from typing import Any

from tests.stubs.answers import Answer, Asked, json_answer
from tests.stubs.service import Service

TOKEN = "a-token"


class Genius(Service):
    name = "genius"

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return json_answer({"error": "invalid_token", "error_description": "The access token is invalid"}, 401)
        if asked.path == "/search":
            return _good({"hits": [_hit(song) for song in SONGS if asked.query["q"].casefold() in song["found by"]]})
        song = next((song for song in SONGS if asked.path == f"/songs/{song['id']}"), None)
        if song is None:
            return json_answer({"meta": {"status": 404, "message": "Not found"}}, 404)
        credit = [{"label": label, "artists": [_person(name) for name in names]} for label, names in song["credits"]]
        return _good({"song": {**_result(song), "custom_performances": [*credit, {"label": None, "artists": None}]}})


def _good(response: dict[str, Any]) -> Answer:
    return json_answer({"meta": {"status": 200}, "response": response})


def _hit(song: dict[str, Any]) -> dict[str, Any]:
    return {"highlights": [], "index": "song", "type": "song", "result": _result(song)}


def _result(song: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": song["id"],
        "title": song["title"],
        "lyrics_state": "complete",
        "primary_artist": _person(song["by"]),
    }


def _person(name: str) -> dict[str, Any]:
    return {"id": len(name), "name": name, "api_path": "/artists/1"}


SONGS: list[dict[str, Any]] = [
    {
        "id": 101,
        "title": "Airbag",
        "by": "Radiohead",
        "found by": "radiohead",
        "credits": [("Drums", ["Philip\u200b Selway"]), ("Drum Programming", ["Nigel Godrich"])],
    },
    {
        "id": 102,
        "title": "Lotus Flower",
        "by": "Radiohead",
        "found by": "radiohead",
        "credits": [("Drums & Percussion", ["Phil Selway", "Clive Deamer"]), ("Drum Technician", ["A Technician"])],
    },
    {
        "id": 103,
        "title": "Creep (Radiohead cover)",
        "by": "Somebody Else",
        "found by": "radiohead",
        "credits": [("Drums", ["A Stranger"])],
    },
    {
        "id": 104,
        "title": "Crazy in Love",
        "by": "Beyoncé",
        "found by": "beyoncé",
        "credits": [("Drums", ["Session Player"])],
    },
    {"id": 105, "title": "Workinonit", "by": "J Dilla", "found by": "j dilla", "credits": [("Producer", ["J Dilla"])]},
]
