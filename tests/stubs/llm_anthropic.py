"""Anthropic: POST /v1/messages, as JSON and as a stream of events, and GET /v1/models/{id}."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.stubs.answers import Answer, Asked, json_answer
from tests.stubs.llm import UNKNOWN_MODEL, Charge, LlmService, Reply, pieces

_STOPS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "refusal": "refusal",
    "filter": "refusal",
    "blocked": "refusal",
    "context": "model_context_window_exceeded",
}
# the types of errors by status, and by the kinds that tests name
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    413: "request_too_large",
    422: "invalid_request_error",
    429: "rate_limit_error",
    500: "api_error",
    503: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_WORDS = {
    "quota": "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade.",
    "context": "prompt is too long: 250000 tokens > 200000 maximum",
    "effort": "output_config.effort: This model does not support the effort parameter.",
}
_FIELDS = {"model", "max_tokens", "messages", "system", "output_config", "stream"}


class AnthropicStub(LlmService):
    name = "anthropic"
    model = "claude-haiku-5-5"

    def __init__(self, *, knows_effort: bool = True) -> None:
        super().__init__()
        self.knows_effort = knows_effort

    def error(self, asked: Asked, status: int, kind: str, headers: Mapping[str, str]) -> Answer:
        return json_answer(_error(status, _WORDS.get(kind, f"Something is wrong: {kind or status}")), status, headers)

    def answer(self, asked: Asked) -> Answer:
        key = asked.headers.get("x-api-key") or asked.headers.get("authorization", "").removeprefix("Bearer ")
        if key != self.key:
            return json_answer(_error(401, f"invalid x-api-key {key}"), 401)
        if asked.method == "GET" and asked.path.startswith("/v1/models/"):
            model = asked.path.removeprefix("/v1/models/")
            if model == UNKNOWN_MODEL:
                return json_answer(_error(404, f"model: {model}"), 404)
            created = "2026-01-01T00:00:00Z"
            return json_answer({"type": "model", "id": model, "display_name": model, "created_at": created})
        if asked.method != "POST" or asked.path != "/v1/messages":
            return json_answer(_error(404, "Not found"), 404)
        return self._message(asked)

    def _message(self, asked: Asked) -> Answer:
        body = json.loads(asked.body)
        if problem := self._problem(asked, body):
            return json_answer(_error(400, problem), 400)
        if body["model"] == UNKNOWN_MODEL:
            return json_answer(_error(404, f"model: {UNKNOWN_MODEL}"), 404)
        reply = self.replied(body, body["max_tokens"])
        system = "".join(block["text"] for block in body["system"])
        caches = any("cache_control" in block for block in body["system"])
        charge = self.charge(
            body["model"], system, [each["content"] for each in body["messages"]], reply, writes_cache=caches
        )
        if body.get("stream"):
            events = "".join(
                f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in _events(reply, charge)
            )
            return Answer(events.encode(), 200, "text/event-stream; charset=utf-8")
        message = _message(charge)
        message["content"] = [{"type": "text", "text": reply.text}]
        message["stop_reason"] = _STOPS[reply.stop]
        return json_answer(message)

    def _problem(self, asked: Asked, body: dict[str, Any]) -> str:
        if "anthropic-version" not in asked.headers:
            return "anthropic-version: header is required"
        if unknown := set(body) - _FIELDS:
            return f"{min(unknown)}: Extra inputs are not permitted"
        if "effort" in body.get("output_config", {}) and not self.knows_effort:
            return _WORDS["effort"]
        texts = [each["content"] for each in body["messages"]] + [block["text"] for block in body["system"]]
        if not all(text.strip() for text in texts):
            return "messages: text content blocks must be non-empty"
        if body["messages"][-1]["role"] != "user":
            return "This model does not support assistant message prefill."
        return ""


def _error(status: int, message: str) -> dict[str, Any]:
    kind = _TYPES.get(status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_stub"}


def _message(charge: Charge, output: int | None = None) -> dict[str, Any]:
    usage = {
        "input_tokens": charge.input - charge.cache_read - charge.cache_write,
        "cache_creation_input_tokens": charge.cache_write,
        "cache_read_input_tokens": charge.cache_read,
        "output_tokens": charge.output if output is None else output,
    }
    return {
        "id": "msg_stub",
        "type": "message",
        "role": "assistant",
        "model": charge.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }


def _events(reply: Reply, charge: Charge) -> Iterator[dict[str, Any]]:
    yield {"type": "message_start", "message": _message(charge, output=1)}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    yield {"type": "ping"}
    for piece in pieces(reply.text):
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
    if reply.stop == "error":
        yield {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    if reply.stop in ("error", "nothing"):
        return
    yield {"type": "content_block_stop", "index": 0}
    delta = {"stop_reason": _STOPS[reply.stop], "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": charge.output}}
    yield {"type": "message_stop"}
