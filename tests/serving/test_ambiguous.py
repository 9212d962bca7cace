"""The API and a name that several artists have."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from mdg_core.store import artists, identities, requests
from mdg_core.store.connect import Connection
from mdg_core.store.identities import Identity, ListedCandidate

API = "/api/v1"
ONE, OTHER = "8e3fcd7d-bda1-4ca0-b987-b8528d2ee74e", "1d0c3b9a-2f77-4f0a-8b9c-3d4e5f607182"


@pytest.fixture
def question(conn: Connection) -> None:
    """It is known of Genesis that somebody must decide."""
    key = artists.find_or_create(conn, "Genesis").key
    listed = (ListedCandidate(ONE, "Genesis", "English rock band"), ListedCandidate(OTHER, "Genesis", "US rapper"))
    identities.save(conn, Identity(key, "Genesis", "typed", 0.7, candidates=listed))


@pytest.mark.usefixtures("question")
@pytest.mark.parametrize(
    ("path", "body"), [("/research", {"artist": "genesis"}), ("/generate", {"artist": "Genesis", "bars": 1})]
)
def test_a_known_question_is_answered_with_the_candidates(
    client: TestClient, conn: Connection, path: str, body: dict[str, Any]
) -> None:
    answer = client.post(API + path, json=body)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert [(item["mbid"], item["description"]) for item in problem["candidates"]] == [
        (ONE, "English rock band"),
        (OTHER, "US rapper"),
    ]
    assert "mbid" in problem["detail"]
    assert requests.latest(conn, "genesis") is None


@pytest.mark.usefixtures("question")
def test_a_decision_is_taken_and_the_open_request_answers_from_then_on(client: TestClient, conn: Connection) -> None:
    page = f"https://musicbrainz.org/artist/{OTHER}"
    decided = client.post(f"{API}/research", json={"artist": "Genesis", "mbid": page})
    assert decided.status_code == 202
    again = client.post(f"{API}/research", json={"artist": "Genesis"})
    assert (again.status_code, again.json()["task_id"]) == (202, decided.json()["task_id"])
    request = requests.latest(conn, "genesis")
    assert request
    assert request.mbid == OTHER
    requests.claim(conn, request.id, "run", 1)
    another = client.post(f"{API}/research", json={"artist": "Genesis", "mbid": ONE})
    assert another.status_code == 409
    assert "candidates" not in another.json()


def test_the_task_holds_the_candidates(client: TestClient, conn: Connection) -> None:
    task = client.post(f"{API}/research", json={"artist": "Genesis"}).json()["task_id"]
    request = requests.latest(conn, "genesis")
    assert request
    requests.fail(conn, request.id, attempt=1, error="which one?", result={"candidates": [{"mbid": ONE}]})
    answer = client.get(f"{API}/task/{task}").json()
    assert (answer["status"], answer["error"]) == ("failed", "which one?")
    assert answer["result"] == {"candidates": [{"mbid": ONE}]}


@pytest.mark.parametrize("mbid", ["x", "", "y" * 1000])
def test_what_is_no_mbid(client: TestClient, mbid: str) -> None:
    answer = client.post(f"{API}/research", json={"artist": "Genesis", "mbid": mbid})
    assert answer.status_code == 422
