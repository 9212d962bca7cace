"""The API against a real Postgres: answers, errors as problems, and what it leaves for the pipeline."""

from __future__ import annotations

import re
import threading
import time
from io import BytesIO
from typing import Any
from uuid import uuid4

import mido
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from mdg_core import likeness
from mdg_core.package import package_version
from mdg_core.settings import ResearchSettings, Settings
from mdg_core.store import generations, heartbeat, requests
from mdg_core.store.connect import Connection
from mdg_drummer.feel_prior import packaged_prior
from mdg_drummer.request import GenerationRequest
from mdg_serving.app import create_app
from mdg_serving.database import lend
from mdg_serving.generation import service
from mdg_serving.headers import wait_seconds
from mdg_serving.limits import MAX_BODY_BYTES
from tests.drummer.profiles import compound, jazz, rock
from tests.serving.asking import client_of
from tests.serving.conftest import Publish

API = "/api/v1"
JSON = {"Content-Type": "application/json"}


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert {"type", "title", "detail", "instance"} <= set(body)
    assert "Traceback" not in response.text
    return body


def until(condition: Any) -> Any:
    """The first true value, within ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_generate_and_fetch_the_files(client: TestClient, publish: Publish) -> None:
    publish(rock())
    body = {"artist": "rock DRUMMER", "bars": 4, "variations": 3, "seed": 7, "provider": "template"}
    answer = client.post(f"{API}/generate", json=body)
    assert answer.status_code == 200
    result = answer.json()
    assert (result["artist"], result["provider"], result["model"], result["cost_usd"]) == (
        "Rock Drummer", "template", None, 0,
    )  # fmt: skip
    assert (result["time_signature"], result["seed"], result["confidence"]) == ("4/4", 7, 0.7)
    origin = packaged_prior().origin
    assert result["prior"] == {"version": origin.version, "corpus": origin.corpus}
    assert result["package_version"] == package_version()
    assert result["tempo"] in (112, 120, 128)
    assert [v["index"] for v in result["variations"]] == [1, 2, 3]
    for variation in result["variations"]:
        file = client.get(variation["midi_url"])
        assert file.headers["content-type"] == "audio/midi"
        assert variation["name"] == f"Rock Drummer - groove {variation['index']}"
        assert f'filename="{variation["name"]}.mid"' in file.headers["content-disposition"]
        played = [m for m in mido.MidiFile(file=BytesIO(file.content)).tracks[1] if m.type == "note_on" and m.velocity]
        assert sorted(m.note for m in played) == sorted(n["pitch"] for n in variation["notes"])
    again = client.post(f"{API}/generate", json=body).json()
    first, second = (client.get(r["variations"][2]["midi_url"]).content for r in (result, again))
    assert first == second


def test_a_seed_is_drawn_and_reported(client: TestClient, publish: Publish) -> None:
    publish(rock())
    drawn = [client.post(f"{API}/generate", json={"artist": "Rock Drummer"}).json()["seed"] for _ in range(2)]
    assert drawn[0] != drawn[1]


def test_a_lock_over_http(client: TestClient, publish: Publish) -> None:
    publish(rock())
    first = client.post(f"{API}/generate", json={"artist": "Rock Drummer", "seed": 1}).json()
    lock = {"generation_id": first["generation_id"], "index": 1, "voices": ["kick"]}
    second = client.post(f"{API}/generate", json={"artist": "Rock Drummer", "seed": 2, "lock": lock}).json()

    def kicks(result: dict[str, Any]) -> list[dict[str, Any]]:
        return [note for note in result["variations"][0]["notes"] if note["voice"] == "kick"]

    assert [(k["start"], k["velocity"]) for k in kicks(second)] == [(k["start"], k["velocity"]) for k in kicks(first)]
    unknown = lock | {"generation_id": str(uuid4())}
    answer = client.post(f"{API}/generate", json={"artist": "Rock Drummer", "lock": unknown})
    assert "no finished generation" in problem(answer, 422)["detail"]
    other_metre = {"artist": "Rock Drummer", "lock": lock, "time_signature": "3/4"}
    assert "the locked voices are in 4/4" in problem(client.post(f"{API}/generate", json=other_metre), 422)["detail"]


def test_a_lock_of_the_clients_own_notes_and_options_by_voice(client: TestClient, publish: Publish) -> None:
    publish(rock())
    notes = [{"pitch": 37 if bar % 4 else 36, "start": bar + 0.01, "duration": 0.1, "velocity": 90} for bar in range(8)]
    body = {
        "artist": "Rock Drummer", "seed": 2, "bars": 2, "variations": 1, "lock": {"voices": ["kick"], "notes": notes},
        "density_of": {"hats": -1}, "drag": {"snare": 10}, "count_in": True, "split": True,
    }  # fmt: skip
    result = client.post(f"{API}/generate", json=body).json()
    kicks = [note["start"] for note in result["variations"][0]["notes"] if note["voice"] == "kick"]
    assert kicks == pytest.approx([4.01, 8.01], abs=0.002)
    wrong = body | {"lock": {"voices": ["ride"], "notes": notes}}
    assert "do not play ride" in problem(client.post(f"{API}/generate", json=wrong), 422)["detail"]


def test_an_unknown_artist_is_researched_and_gets_a_stand_in(
    client: TestClient, publish: Publish, conn: Connection
) -> None:
    publish(jazz())
    answer = client.post(f"{API}/generate", json={"artist": "Nobody Yet", "bars": 2})
    assert answer.status_code == 202
    body = answer.json()
    assert answer.headers["location"] == f"{API}/task/{body['task_id']}"
    assert "not running" in body["message"]
    stand_in = body["provisional"]
    assert (stand_in["provisional"], stand_in["based_on"]) == (True, ["Jazz Drummer"])
    assert stand_in["requested_artist"] == "Nobody Yet"
    assert client.get(stand_in["variations"][0]["midi_url"]).status_code == 200

    task = client.get(f"{API}/task/{body['task_id']}").json()
    assert (task["kind"], task["status"], task["stage"]) == ("generation", "researching", "research: queued")

    research = requests.latest(conn, "nobody-yet")
    assert research is not None
    assert str(research.id) == body["research_task_id"]
    requests.claim(conn, research.id, "run", 1)
    requests.report(conn, research.id, "run", stage="features", progress=50, message="listening")
    task = client.get(f"{API}/task/{body['task_id']}").json()
    assert (task["progress"], task["message"]) == (45, "listening")

    known = rock()
    publish(
        known.model_copy(update={"artist": known.artist.model_copy(update={"key": "nobody-yet", "name": "Nobody Yet"})})
    )
    requests.complete(conn, research.id, "run", message="published", result={})
    done = until(lambda: (t := client.get(f"{API}/task/{body['task_id']}").json())["status"] == "completed" and t)
    assert done["progress"] == 100
    assert done["result"]["artist"] == "Nobody Yet"


def test_an_unknown_artist_when_nobody_is_known(client: TestClient) -> None:
    body = client.post(f"{API}/generate", json={"artist": "Nobody Yet"}).json()
    assert body["provisional"] is None
    assert "no other artist can stand in" in body["message"]


def test_a_generation_whose_research_fails_fails_with_its_reason(client: TestClient, conn: Connection) -> None:
    body = client.post(f"{API}/generate", json={"artist": "Nobody Yet"}).json()
    research = requests.latest(conn, "nobody-yet")
    assert research is not None
    requests.fail(conn, research.id, attempt=1, error="the library holds no folder of this artist")
    task = until(lambda: (t := client.get(f"{API}/task/{body['task_id']}").json())["status"] == "failed" and t)
    assert "the library holds no folder of this artist" in task["error"]


def test_prefer_wait(client: TestClient, publish: Publish) -> None:
    publish(rock())
    answer = client.post(f"{API}/generate", json={"artist": "Rock Drummer"}, headers={"Prefer": "wait=0"})
    assert answer.status_code == 202
    done = until(lambda: (t := client.get(answer.headers["location"]).json())["status"] == "completed" and t)
    assert len(done["result"]["variations"]) == 4


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None), ("wait=10", 10), ("respond-async, wait=5", 5), ("respond-async", 0), ("wait=99999", 120),
        ("return=minimal", None), ("await=3", None), ('wait="7"; foo', 7),
    ],
)  # fmt: skip
def test_the_prefer_header(header: str | None, seconds: float | None) -> None:
    assert wait_seconds(header) == seconds


def test_a_task_that_its_worker_left_is_finished_by_the_next(
    client: TestClient, publish: Publish, conn: Connection
) -> None:
    publish(rock())
    task = service.submit(conn, GenerationRequest(artist="Rock Drummer", seed=3), claimed=True)
    assert generations.claim_next(conn) is None  # its worker is not yet taken for dead
    conn.execute("UPDATE generation SET claimed_at = now() - interval '1 hour' WHERE id = %s", (task.id,))
    until(lambda: client.get(f"{API}/task/{task.id}").json()["status"] == "completed")


def test_a_fault_of_ours_ends_the_task_and_says_nothing_of_itself(
    client: TestClient, publish: Publish, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(rock())

    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(service, "generate", broken)
    answer = client.post(f"{API}/generate", json={"artist": "Rock Drummer"})
    assert "secret" not in str(problem(answer, 500))
    assert generations.counts(conn) == {}  # nobody was told of a task
    later = client.post(f"{API}/generate", json={"artist": "Rock Drummer"}, headers={"Prefer": "wait=0"}).json()
    for _ in range(100):
        task = client.get(f"{API}/task/{later['task_id']}").json()
        if task["status"] == "failed":
            break
        time.sleep(0.05)
    assert (task["status"], "secret" in str(task)) == ("failed", False)


def test_a_profile_without_grooves_cannot_be_played(client: TestClient, publish: Publish) -> None:
    publish(rock().model_copy(update={"patterns": []}))
    assert (
        "mdg augment rock-drummer"
        in problem(client.post(f"{API}/generate", json={"artist": "Rock Drummer"}), 422)["detail"]
    )


def test_a_new_version_of_a_profile_is_used_at_once(client: TestClient, publish: Publish) -> None:
    publish(rock())
    assert client.post(f"{API}/generate", json={"artist": "Rock Drummer"}).json()["profile_version"] == 1
    publish(rock().model_copy(update={"confidence_score": 0.9}))
    result = client.post(f"{API}/generate", json={"artist": "Rock Drummer"}).json()
    assert (result["profile_version"], result["confidence"]) == (2, 0.9)


def test_validation_in_words(client: TestClient) -> None:
    body = problem(client.post(f"{API}/generate", json={"artist": "", "bars": 17, "what": 1}), 422)
    assert body["errors"] == [
        "artist: type an artist's or a band's name",
        "bars: Input should be less than or equal to 16, not 17",
        "what: there is no such field",
    ]
    broken = client.post(f"{API}/generate", content=b"{", headers={"content-type": "application/json"})
    assert problem(broken, 422)["errors"] == ["the body is not valid JSON"]
    empty = client.post(f"{API}/generate", headers=JSON)
    assert problem(empty, 422)["errors"] == ["the body: is missing"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000, b'{"artist": "X", "seed": ' + b"9" * 5000 + b"}", b'{"artist": "X", "tempo": NaN}',
        b'{"artist": "X", "tempo": 1e999}', b'{"artist": "\\ud800"}', b"\xff\xfe", b'"X"', b"null",
    ],
)  # fmt: skip
def test_hostile_bodies(client: TestClient, body: bytes) -> None:
    answer = client.post(f"{API}/generate", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code)


@pytest.mark.parametrize("name", ["", "a" * 300, "a\x00b", "../etc/passwd", "/"])
def test_names_that_are_none(client: TestClient, name: str) -> None:
    problem(client.post(f"{API}/research", json={"artist": name}), 422)


def test_bodies_are_capped(client: TestClient) -> None:
    too_much = b" " * (MAX_BODY_BYTES + 1)
    problem(client.post(f"{API}/generate", content=too_much, headers=JSON), 413)
    chunks = (too_much[i : i + 1000] for i in range(0, len(too_much), 1000))
    problem(client.post(f"{API}/research", content=chunks, headers={"content-type": "application/json"}), 413)


def test_routes_that_are_none(client: TestClient) -> None:
    problem(client.get("/api/v2/anything"), 404)
    answer = client.delete(f"{API}/generate")
    problem(answer, 405)
    assert answer.headers["allow"] == "POST"
    for path in (f"task/{uuid4()}", "task/no-id", f"generations/{uuid4()}/1.mid", "generations/x/1.mid"):
        problem(client.get(f"{API}/{path}"), 404)


def test_research(client: TestClient, conn: Connection) -> None:
    first = client.post(f"{API}/research", json={"artist": "Mötley Crüe", "depth": "quick"})
    assert first.status_code == 202
    body = first.json()
    assert (body["artist"], body["key"], body["created"]) == ("Mötley Crüe", "motley-crue", True)
    second = client.post(f"{API}/research", json={"artist": "motley crue"}).json()
    assert (second["task_id"], second["created"], second["artist"]) == (body["task_id"], False, "Mötley Crüe")
    task = client.get(f"{API}/task/{body['task_id']}").json()
    assert (task["kind"], task["status"], task["progress"]) == ("research", "queued", 0)
    assert "not running" in task["message"]
    heartbeat.beat(conn, heartbeat.PIPELINE)
    assert client.get(f"{API}/task/{body['task_id']}").json()["message"] == "waiting for its turn"
    problem(client.post(f"{API}/research", json={"artist": "X", "depth": "deep"}), 422)


@pytest.mark.parametrize(
    ("name", "path", "key"),
    [
        ("AC/DC", "AC%2FDC", "ac-dc"),
        ("AC/DC", "AC/DC", "ac-dc"),
        ("AC/DC", "ac-dc", "ac-dc"),
        ("The The", "The%20The", "the-the"),
        ("M.I.A.", "M.I.A.", "mia"),
        ("What?!", "What%3F!", "what"),
    ],
)
def test_names_in_paths(client: TestClient, name: str, path: str, key: str) -> None:
    client.post(f"{API}/research", json={"artist": name})
    status = client.get(f"{API}/research/{path}").json()
    assert (status["artist"], status["key"], status["status"]) == (name, key, "queued")


def test_a_name_in_another_script(client: TestClient, publish: Publish) -> None:
    key = client.post(f"{API}/research", json={"artist": "椎名林檎"}).json()["key"]
    for path in ("椎名林檎", key):
        assert client.get(f"{API}/research/{path}").json()["artist"] == "椎名林檎"


def test_the_states_of_research(client: TestClient, publish: Publish, conn: Connection) -> None:
    def status() -> dict[str, Any]:
        answer: dict[str, Any] = client.get(f"{API}/research/Rock Drummer").json()
        return answer

    assert (status()["exists"], status()["status"]) == (False, "none")
    task = client.post(f"{API}/research", json={"artist": "Rock Drummer"}).json()["task_id"]
    assert status()["status"] == "queued"
    requests.claim(conn, task, "run", 1)
    assert status()["status"] == "researching"
    requests.fail(conn, task, attempt=1, error="no source answered")
    assert (status()["status"], status()["message"]) == ("failed", "no source answered")
    publish(rock())
    conn.execute("UPDATE published_profile SET published_at = now() - interval '100 days'")
    old = status()
    assert (old["exists"], old["status"], old["confidence"]) == (True, "stale", 0.7)
    assert "the latest research failed: no source answered" in old["message"]


def test_a_fresh_profile_is_cached(settings: Settings, conn: Connection, publish: Publish) -> None:
    publish(rock())
    patient = settings.model_copy(update={"research": ResearchSettings(stale_after_days=10**5)})
    with client_of(create_app(patient)) as client:
        assert client.get(f"{API}/research/rock-drummer").json()["status"] == "cached"


def test_augment(client: TestClient, publish: Publish, conn: Connection) -> None:
    assert (
        "POST /api/v1/research"
        in problem(client.post(f"{API}/augment/Rock%20Drummer", headers={"X-MDG-Client": "test"}), 404)["detail"]
    )
    publish(rock())
    body = client.post(f"{API}/augment/Rock%20Drummer", headers={"X-MDG-Client": "test"}).json()
    assert client.get(f"{API}/task/{body['task_id']}").json()["kind"] == "augment"
    assert client.get(f"{API}/research/rock-drummer").json()["exists"] is True


def test_artists_and_profiles(client: TestClient, publish: Publish) -> None:
    publish(rock())
    publish(jazz())
    client.post(f"{API}/research", json={"artist": "AC/DC"})
    listed = client.get(f"{API}/artists").json()["artists"]
    assert [(a["name"], a["version"], a["status"]) for a in listed] == [
        ("AC/DC", None, "queued"),
        ("Jazz Drummer", 1, None),
        ("Rock Drummer", 1, None),
    ]
    assert [a["key"] for a in client.get(f"{API}/artists?q=DRUM&limit=1").json()["artists"]] == ["jazz-drummer"]
    assert client.get(f"{API}/artists?q=%00%25").json()["artists"] == []
    problem(client.get(f"{API}/artists?limit=0"), 422)
    profile = client.get(f"{API}/artists/rock%20drummer").json()
    assert profile["artist"]["name"] == "Rock Drummer"
    assert len(profile["patterns"]) == len(rock().patterns)
    assert "there is no profile of AC/DC yet" in problem(client.get(f"{API}/artists/AC%2FDC"), 404)["detail"]


def test_similar(client: TestClient, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    even = likeness.Scale(likeness.QUANTILES, likeness.QUANTILES)
    monkeypatch.setattr(likeness, "default_scale", lambda: even)
    publish(rock(), [1.0, 0.0] + [0.0] * 382)
    publish(jazz(), [0.0, 1.0] + [0.0] * 382)
    publish(compound(), [1.0, 1.0] + [0.0] * 382)
    found = client.get(f"{API}/similar/rock-drummer").json()["similar"]
    assert [a["name"] for a in found] == ["Ballad Drummer", "Jazz Drummer"]
    assert [a["similarity"] for a in found] == pytest.approx([0.5**0.5, 0.0], abs=1e-4)
    assert {(a["basis"], a["reason"], a["few_takes"]) for a in found} == {("words", None, False)}
    assert len(client.get(f"{API}/similar/rock-drummer?limit=1").json()["similar"]) == 1
    flat = client.get(f"{API}/similar/rock-drummer?limit=1&flat=true").json()
    assert (flat["count"], flat["similar"]["1"]["name"], flat["similar"]["1"]["because"]) == (1, "Ballad Drummer", "")
    assert "POST /api/v1/research" in problem(client.get(f"{API}/similar/Nobody"), 404)["detail"]


def test_health_and_metrics(client: TestClient, publish: Publish, conn: Connection) -> None:
    versions = {"version": package_version(), "api_version": "1"}
    assert client.get("/healthz").json() == {"status": "ok", **versions}
    assert client.get("/readyz").json() == {"status": "ready", "pipeline": "not running", **versions}
    heartbeat.beat(conn, heartbeat.PIPELINE)
    assert client.get("/readyz").json()["pipeline"] == "running"
    client.post(f"{API}/research", json={"artist": "AC/DC"})
    client.get(f"{API}/research/somebody")
    text = client.get("/metrics").text
    assert 'mdg_research_requests{status="queued"} 1.0' in text
    assert "somebody" not in text
    assert 'status="202"} 1.0' in text


def test_a_database_that_is_away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mdg_serving.database.WAIT_SECONDS", 0.2)
    away = settings.model_copy(update={"database_url": SecretStr("postgresql://mdg:secret@127.0.0.1:9/mdg")})
    with client_of(create_app(away)) as client:
        assert client.get("/healthz").status_code == 200
        for answer in (client.get("/readyz"), client.post(f"{API}/research", json={"artist": "X"})):
            assert "secret" not in str(problem(answer, 503))
            assert int(answer.headers["retry-after"]) > 0


def test_a_database_without_tables(client: TestClient, conn: Connection) -> None:
    conn.execute("ALTER TABLE research_request RENAME TO elsewhere")
    try:
        assert "mdg up" in problem(client.get("/readyz"), 503)["detail"]
    finally:
        conn.execute("ALTER TABLE elsewhere RENAME TO research_request")


def test_thirty_two_clients_at_once(client: TestClient, publish: Publish) -> None:
    publish(rock())
    answers: list[tuple[int, int]] = []

    def ask(seed: int) -> None:
        answer = client.post(f"{API}/generate", json={"artist": "Rock Drummer", "seed": seed, "variations": 1})
        answers.append((answer.status_code, answer.json().get("seed")))

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [(200, seed) for seed in range(32)]
    with lend(client.app.state.pool) as conn:  # type: ignore[attr-defined]
        assert generations.counts(conn) == {"completed": 32}


def test_the_openapi_document_declares_the_errors(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method in methods.values():
            declared = set(method["responses"])
            assert path == "/healthz" or "503" in declared, path
    assert {"200", "202", "413", "422", "503"} <= set(paths[f"{API}/generate"]["post"]["responses"])
    assert "404" in paths[f"{API}/similar/{{artist}}"]["get"]["responses"]


def test_the_docs_ask_no_other_server(client: TestClient) -> None:
    page = client.get("/docs").text
    scripts = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert scripts
    assert all(script.startswith("/") and client.get(script).status_code == 200 for script in scripts)
