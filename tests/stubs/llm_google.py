"""Google: POST /v1beta/models/{model}:generateContent and :streamGenerateContent, and GET /v1beta/models/{model}.

A stream is one JSON array, or events with alt=sse; enums are numbers where the client asks for enum-encoding=int.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.stubs.answers import Answer, Asked, json_answer
from tests.stubs.llm import UNKNOWN_MODEL, Charge, LlmService, Reply, pieces

_JSON = "application/json; charset=UTF-8"
# google.ai.generativelanguage.v1beta: Candidate.FinishReason
_STOPS = {
    "stop": ("STOP", 1),
    "length": ("MAX_TOKENS", 2),
    "context": ("MAX_TOKENS", 2),
    "refusal": ("SAFETY", 3),
    "filter": ("RECITATION", 4),
}
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_RPC = "type.googleapis.com/google.rpc."
_QUOTA_WORDS = "You exceeded your current quota, please check your plan and billing details."


class GoogleStub(LlmService):
    name = "google"
    model = "gemini-3.5-flash-lite"

    def error(self, asked: Asked, status: int, kind: str, headers: Mapping[str, str]) -> Answer:
        words, details = f"Something is wrong: {kind or status}", []
        if status == 429:
            words, details = _QUOTA_WORDS, _exhausted("PerDay" if kind == "quota" else "PerMinute")
        elif kind == "context":
            words = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
        return _error(asked, status, words, details, headers)

    def answer(self, asked: Asked) -> Answer:
        key = asked.headers.get("x-goog-api-key") or asked.query.get("key", "")
        if key != self.key:
            details = [{"@type": f"{_RPC}ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}]
            return _error(asked, 400, f"API key not valid ({key}). Please pass a valid API key.", details)
        model, _, action = asked.path.removeprefix("/v1beta/models/").partition(":")
        if model == UNKNOWN_MODEL or action not in ("", "generateContent", "streamGenerateContent"):
            return _error(asked, 404, f"models/{model} is not found for API version v1beta")
        if not action:
            return json_answer({"name": f"models/{model}", "version": "001", "displayName": model})
        body = json.loads(asked.body)
        config = body.get("generationConfig", {})
        reply = self.replied(body, config["maxOutputTokens"])
        system, *conversation = (_text(each) for each in (body["systemInstruction"], *body["contents"]))
        charge = self.charge(model, system, conversation, reply, writes_cache=False)
        as_number = "enum-encoding=int" in asked.query.get("$alt", "")
        chunks = list(_chunks(reply, charge, as_number))
        if action == "generateContent":
            return json_answer(_whole(reply, chunks))
        if asked.query.get("alt") == "sse":
            events = "".join(f"data: {json.dumps(chunk)}\r\n\r\n" for chunk in chunks)
            return Answer(events.encode(), 200, "text/event-stream")
        return Answer(
            ("[" + "\n,\r\n".join(json.dumps(each, indent=2) for each in chunks) + "\n]").encode(), 200, _JSON
        )


def _error(
    asked: Asked,
    status: int,
    message: str,
    details: list[dict[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    reason = _STATUSES.get(status, "UNKNOWN")
    error: dict[str, Any] = {"code": status, "message": message, "status": reason}
    body: Any = {"error": error | ({"details": details} if details else {})}
    if asked.path.endswith(":streamGenerateContent") and asked.query.get("alt") != "sse":
        body = [body]
    return Answer(json.dumps(body, indent=2).encode(), status, _JSON, headers or {})


def _exhausted(period: str) -> list[dict[str, Any]]:
    quota = f"GenerateRequests{period}PerProjectPerModel-FreeTier"
    return [
        {"@type": f"{_RPC}QuotaFailure", "violations": [{"quotaId": quota, "quotaValue": "20"}]},
        {"@type": f"{_RPC}RetryInfo", "retryDelay": "34.07s"},
    ]


def _text(content: dict[str, Any]) -> str:
    return "".join(part["text"] for part in content["parts"])


def _candidate(text: str, finish: Any = None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
    return candidate if finish is None else candidate | {"finishReason": finish}


def _chunks(reply: Reply, charge: Charge, as_number: bool) -> Iterator[dict[str, Any]]:
    usage = {"promptTokenCount": charge.input, "totalTokenCount": charge.input, "cachedContentTokenCount": 0}
    common = {"usageMetadata": usage, "modelVersion": charge.model}
    if reply.stop == "blocked":
        yield {"promptFeedback": {"blockReason": 1 if as_number else "SAFETY"}} | common
        return
    for piece in pieces(reply.text):
        yield {"candidates": [_candidate(piece)]} | common
    if reply.stop == "error":
        yield {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}
    if reply.stop in ("error", "nothing"):
        return
    usage = {
        "promptTokenCount": charge.input,
        "candidatesTokenCount": charge.output,
        "totalTokenCount": charge.input + charge.output,
        "cachedContentTokenCount": charge.cache_read,
    }
    finish = _STOPS[reply.stop][1 if as_number else 0]
    yield {"candidates": [_candidate("", finish)], "usageMetadata": usage, "modelVersion": charge.model}


def _whole(reply: Reply, chunks: list[dict[str, Any]]) -> dict[str, Any]:
    last = chunks[-1]
    if "candidates" in last:
        last["candidates"] = [_candidate(reply.text, last["candidates"][0].get("finishReason"))]
    return last
