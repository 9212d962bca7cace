"""What the OpenAPI document says of generation is what is answered."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from mdg_serving.api import schemas
from tests.drummer.profiles import jazz, rock
from tests.serving.conftest import Publish
from tests.serving.test_api import API

POSTS = {f"{API}/generate", f"{API}/song"}
FILES = {f"{API}/generations/{{generation_id}}/{{part}}.mid", f"{API}/generations/{{generation_id}}.zip"}


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_errors_are_problems_alone(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_every_status_is_declared(document: dict[str, Any]) -> None:
    of_all = {"400", "401", "403", "422", "429", "503"}
    for path in POSTS:
        assert set(document["paths"][path]["post"]["responses"]) == of_all | {"200", "202", "409", "413", "415"}
    for path in FILES:
        assert set(document["paths"][path]["get"]["responses"]) == of_all | {"200", "404"}


def test_titles_are_words_and_texts_have_lengths(document: dict[str, Any]) -> None:
    parts = document["components"]["schemas"]
    for name in ("GenerationRequest", "SongRequest", "Lock", "Follow", "Blend", "SongResult", "SongSection"):
        fields = parts[name]["properties"]
        titles = [parts[name]["title"], *(field["title"] for field in fields.values() if "title" in field)]
        assert all(title[0].isupper() and "_" not in title for title in titles), titles
        assert not any("Id" in title.split() or "Url" in title.split() for title in titles)
    for name in ("GenerationRequest", "SongRequest"):
        assert parts[name]["examples"]
        for field, schema in parts[name]["properties"].items():
            texts = [s for s in [schema, *schema.get("anyOf", ())] if s.get("type") == "string" and "enum" not in s]
            assert all({"minLength", "maxLength"} <= set(text) for text in texts), field


@pytest.mark.parametrize(
    ("path", "flat", "model", "stand_in"),
    [
        ("generate", False, schemas.GenerationResult, schemas.ProvisionalResult),
        ("generate", True, schemas.FlatGenerationResult, schemas.FlatProvisionalResult),
        ("song", False, schemas.SongResult, schemas.ProvisionalSong),
        ("song", True, schemas.FlatSongResult, schemas.FlatProvisionalSong),
    ],
)
def test_answers_are_as_declared(
    client: TestClient, publish: Publish, path: str, flat: bool, model: Any, stand_in: Any
) -> None:
    publish(rock())
    publish(jazz())
    url = f"{API}/{path}?notes_flat={str(flat).lower()}"
    body = {"artist": "Rock Drummer", "count_in": True, "blend": {"artist": "Jazz Drummer", "amount": 0.3}}
    result = client.post(url, json=body).json()
    assert set(result) == set(model.model_fields)
    model.model_validate(result)
    provisional = client.post(url, json={"artist": "Nobody Yet"}).json()["provisional"]
    assert set(provisional) == set(stand_in.model_fields)
    stand_in.model_validate(provisional)
