"""Clips and songs from the API that `mdg up` started: it has loaded already what a command would load for seconds.

It is asked only what it answers as the command itself would. Whatever else it says, the command does its work itself
and says what is wrong.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from mdg_core.settings import Settings
    from mdg_drummer.request import GenerationRequest, PlayedRequest, SongRequest

_T = TypeVar("_T")
_CONNECT_SECONDS, _ANSWER_SECONDS = 2.0, 30.0


def clips_of_running(request: GenerationRequest, settings: Settings) -> tuple[dict[str, Any], list[bytes]] | None:
    """The result of a request and its MIDI files; None where no stack of ours runs or it does not answer with clips.

    Not for requests that ask language models, whose progress the command shows, nor where another database is named.
    """
    if settings.llm.configured and request.provider != "template":
        return None
    return _asked_of_running(settings, lambda ask: _clips(ask, request))


def song_of_running(request: SongRequest, settings: Settings) -> dict[str, Any] | None:
    """The result of a request for a song; None as with `clips_of_running`."""
    return _asked_of_running(settings, lambda ask: _result(ask, "song", request, "sections"))


class _Ask(Protocol):
    def __call__(self, method: str, path: str, body: bytes | None = None) -> bytes | None:
        """The body of an answer 200; None of any other."""


def _asked_of_running(settings: Settings, what: Callable[[_Ask], _T | None]) -> _T | None:
    if settings.database_url is not None:
        return None
    url = _url(settings)
    if url is None:
        return None
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=_CONNECT_SECONDS)
    headers = {"X-API-Key": settings.api_keys[0].get_secret_value()} if settings.api_keys else {}

    def ask(method: str, path: str, body: bytes | None = None) -> bytes | None:
        sent = headers | ({"Content-Type": "application/json"} if body is not None else {})
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        data = answer.read()
        return data if answer.status == http.client.OK else None

    try:
        connection.connect()
        connection.sock.settimeout(_ANSWER_SECONDS)
        return what(ask)
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return None
    finally:
        connection.close()


def _url(settings: Settings) -> str | None:
    from mdg_cli.stack import state

    if not state.state_path(settings.home).is_file():
        return None
    running = state.running(settings.home)
    return running.urls.get("api") if running is not None and running.phase == "ready" else None


def _clips(ask: _Ask, request: GenerationRequest) -> tuple[dict[str, Any], list[bytes]] | None:
    """Raises OSError, HTTPException, and ValueError and KeyError for what is no answer of ours."""
    result = _result(ask, "generate", request, "variations")
    if result is None:
        return None
    midi = [ask("GET", variation["midi_url"]) for variation in result["variations"]]
    clips = [clip for clip in midi if clip is not None]
    return (result, clips) if len(clips) == len(midi) else None


def _result(ask: _Ask, path: str, request: PlayedRequest, part: str) -> dict[str, Any] | None:
    """The answer of POST `path` if it has a `part`; raises like `_clips`."""
    known = _object(ask("GET", f"/api/v1/research/{quote(request.artist, safe='')}"))
    if known is None or not known["exists"]:
        return None  # an unknown artist is the command's: it asks what was meant, and shows the research
    body = request.model_dump_json(exclude_none=True).encode()
    result = _object(ask("POST", f"/api/v1/{path}", body))
    return result if result is not None and part in result else None


def _object(answer: bytes | None) -> dict[str, Any] | None:
    told = json.loads(answer) if answer is not None else None
    return told if isinstance(told, dict) else None
