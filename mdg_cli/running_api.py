"""Clips from the API that `mdg up` started: it has loaded already what a command would load for seconds.

It is asked only what it answers as the command itself would. Whatever else it says, the command does its work itself
and says what is wrong.
"""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from mdg_core.settings import Settings
    from mdg_drummer.request import GenerationRequest

_CONNECT_SECONDS, _ANSWER_SECONDS = 2.0, 30.0


def clips_of_running(request: GenerationRequest, settings: Settings) -> tuple[dict[str, Any], list[bytes]] | None:
    """The result of a request and its MIDI files; None where no stack of ours runs or it does not answer with clips.

    Not for requests that ask language models, whose progress the command shows, nor where another database is named.
    """
    if settings.database_url is not None or (settings.llm.configured and request.provider != "template"):
        return None
    url = _url(settings)
    if url is None:
        return None
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=_CONNECT_SECONDS)
    headers = {"X-API-Key": settings.api_keys[0].get_secret_value()} if settings.api_keys else {}
    try:
        connection.connect()
        connection.sock.settimeout(_ANSWER_SECONDS)
        return _clips(connection, request, headers)
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


def _clips(
    connection: http.client.HTTPConnection, request: GenerationRequest, headers: dict[str, str]
) -> tuple[dict[str, Any], list[bytes]] | None:
    """Raises OSError, HTTPException, and ValueError and KeyError for what is no answer of ours."""
    known = _json(connection, "GET", f"/api/v1/research/{quote(request.artist, safe='')}", headers)
    if known is None or not known["exists"]:
        return None  # an unknown artist is the command's: it asks what was meant, and shows the research
    body = request.model_dump_json(exclude_none=True).encode()
    result = _json(connection, "POST", "/api/v1/generate", headers, body)
    if result is None or "variations" not in result:
        return None
    midi = [_asked(connection, "GET", variation["midi_url"], headers) for variation in result["variations"]]
    clips = [clip for clip in midi if clip is not None]
    return (result, clips) if len(clips) == len(midi) else None


def _json(
    connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: bytes | None = None
) -> dict[str, Any] | None:
    found = _asked(connection, method, path, headers, body)
    told = json.loads(found) if found is not None else None
    return told if isinstance(told, dict) else None


def _asked(
    connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: bytes | None = None
) -> bytes | None:
    """The body of an answer 200; None of any other."""
    sent = headers | ({"Content-Type": "application/json"} if body is not None else {})
    connection.request(method, path, body, sent)
    answer = connection.getresponse()
    data = answer.read()
    return data if answer.status == http.client.OK else None
