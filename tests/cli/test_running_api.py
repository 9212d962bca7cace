"""`mdg generate` beside a stack that runs: it asks the API, and does its work itself wherever that cannot."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from mdg_cli import running_api
from mdg_core.settings import Settings
from mdg_drummer.request import GenerationRequest, SongRequest

CLIP = b"MThd clip"


class Api(ThreadingHTTPServer):
    """Answers like the API; `answers` maps the beginning of a path to a status and a body."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str, dict[str, Any], str | None]] = []
        self.answers: dict[str, tuple[int, bytes]] = {
            "/api/v1/research/": (200, b'{"exists": true}'),
            "/api/v1/generate": (200, json.dumps({"variations": [{"midi_url": "/api/v1/x/1.mid"}]}).encode()),
            "/api/v1/song": (200, json.dumps({"sections": [], "midi": "TVRoZA=="}).encode()),
            "/api/v1/x/": (200, CLIP),
        }


class _Handler(BaseHTTPRequestHandler):
    server: Api
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else {}
        self.server.asked.append((self.command, self.path, body, self.headers.get("X-API-Key")))
        status, data = next(found for start, found in self.server.answers.items() if self.path.startswith(start))
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = _answer

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    with Api() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setattr(running_api, "_url", lambda settings: f"http://127.0.0.1:{server.server_port}")
        yield server
        server.shutdown()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=None, api_keys=[SecretStr("k" * 40)])


def asked(settings: Settings, **options: Any) -> tuple[dict[str, Any], list[bytes]] | None:
    request = GenerationRequest(**{"artist": "AC/DC", "seed": 3, "provider": "template"} | options)
    return running_api.clips_of_running(request, settings)


def test_the_running_api_answers(api: Api, settings: Settings) -> None:
    found = asked(settings, density_of={"snare": -0.5}, blend={"artist": "Other", "amount": 0.4})
    assert found is not None
    assert found[1] == [CLIP]
    (_, known, _, key), (method, _, body, _), _ = api.asked
    assert known == "/api/v1/research/AC%2FDC"
    assert key == "k" * 40
    assert (method, body["seed"], body["density_of"]) == ("POST", 3, {"snare": -0.5})
    assert GenerationRequest.model_validate(body).blend is not None


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/api/v1/research/", (200, b'{"exists": false}')),
        ("/api/v1/research/", (401, b"{}")),
        ("/api/v1/research/", (200, b"no json")),
        ("/api/v1/research/", (200, b"[]")),
        ("/api/v1/generate", (202, b'{"task_id": "1"}')),
        ("/api/v1/generate", (422, b'{"detail": "no"}')),
        ("/api/v1/generate", (200, b"{}")),
        ("/api/v1/x/", (404, b"")),
    ],
)
def test_the_command_does_it_itself_where_the_api_does_not_answer_with_clips(
    api: Api, settings: Settings, path: str, answer: tuple[int, bytes]
) -> None:
    api.answers[path] = answer
    assert asked(settings) is None


def test_a_song_of_the_running_api(api: Api, settings: Settings) -> None:
    request = SongRequest(artist="AC/DC", form="verse 8", seed=3, split=True)
    found = running_api.song_of_running(request, settings)
    assert found is not None
    (_, known, _, _), (method, path, body, key) = api.asked
    assert (known, method, path, key) == ("/api/v1/research/AC%2FDC", "POST", "/api/v1/song", "k" * 40)
    assert SongRequest.model_validate(body) == request
    api.answers["/api/v1/song"] = (202, b'{"task_id": "1"}')
    assert running_api.song_of_running(request, settings) is None


def test_nobody_is_asked_without_a_stack_of_ours(tmp_path: Path) -> None:
    assert asked(Settings(home=tmp_path, database_url=None)) is None
    (tmp_path / "stack.json").write_text("{}")
    assert asked(Settings(home=tmp_path, database_url=None)) is None


def test_another_database_and_language_models_are_the_commands_own(api: Api, settings: Settings) -> None:
    assert asked(settings.model_copy(update={"database_url": "postgresql://elsewhere/db"})) is None
    keyed = settings.llm.anthropic.model_copy(update={"api_key": SecretStr("key")})
    with_model = settings.model_copy(update={"llm": settings.llm.model_copy(update={"anthropic": keyed})})
    assert asked(with_model, provider="auto") is None
    assert not api.asked
    assert asked(with_model, provider="template") is not None


def test_a_stack_that_does_not_listen_is_not_waited_for(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with Api() as gone:
        port = gone.server_port
    monkeypatch.setattr(running_api, "_url", lambda settings: f"http://127.0.0.1:{port}")
    assert asked(settings) is None
