"""OpenAI's chat completions, as JSON and as a stream, and its models; the same as a local server speaks them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.stubs.answers import Answer, Asked, json_answer
from tests.stubs.llm import UNKNOWN_MODEL, Charge, LlmService, Reply, pieces

_STOPS = {
    "stop": "stop",
    "length": "length",
    "context": "length",
    "refusal": "stop",
    "filter": "content_filter",
    "blocked": "content_filter",
}
_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded", 404: "model_not_found"}
# code and words by the kinds that tests name
_KINDS = {
    "quota": ("insufficient_quota", "You exceeded your current quota, please check your plan and billing details."),
    "context": ("context_length_exceeded", "This model's maximum context length is 128000 tokens."),
    "filter": ("content_filter", "The prompt was filtered."),
}


class OpenAIStub(LlmService):
    """`unknown_options`: parameters that this model does not take."""

    name = "openai"
    base_path = "/v1"
    model = "gpt-6-luna"

    def __init__(self, *, unknown_options: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.unknown_options = unknown_options

    def error(self, asked: Asked, status: int, kind: str, headers: Mapping[str, str]) -> Answer:
        code, words = _KINDS.get(kind, (_CODES.get(status), f"Something is wrong: {kind or status}"))
        return json_answer(_error(words, code), status, headers)

    def answer(self, asked: Asked) -> Answer:
        key = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self.key and key != self.key:
            return json_answer(_error(f"Incorrect API key provided: {key}.", "invalid_api_key"), 401)
        path = asked.path.removeprefix(self.base_path)
        if path == "/models":
            return json_answer({"object": "list", "data": [_model(self.model)]})
        if path == f"/models/{UNKNOWN_MODEL}":
            return json_answer(_error(f"The model '{UNKNOWN_MODEL}' does not exist", "model_not_found"), 404)
        if path.startswith("/models/"):
            return json_answer(_model(path.removeprefix("/models/")))
        if asked.method != "POST" or path != "/chat/completions":
            return json_answer(_error("Unknown request URL"), 404)
        return self._completion(json.loads(asked.body))

    def _completion(self, body: dict[str, Any]) -> Answer:
        if body["model"] == UNKNOWN_MODEL:
            return json_answer(_error(f"The model '{UNKNOWN_MODEL}' does not exist", "model_not_found"), 404)
        if problem := self.problem(body):
            return problem
        system, *conversation = (each["content"] for each in body["messages"])
        reply = self.replied(body, body.get("max_completion_tokens") or body["max_tokens"])
        charge = self.charge(body["model"], system, conversation, reply, writes_cache=False)
        if body.get("stream"):
            with_usage = body.get("stream_options", {}).get("include_usage", False)
            events = "".join(f"data: {json.dumps(event)}\n\n" for event in _events(reply, charge, with_usage))
            return Answer(f"{events}data: [DONE]\n\n".encode(), 200, "text/event-stream; charset=utf-8")
        return json_answer(_envelope(charge, "chat.completion", [_whole(reply)]) | {"usage": _usage(charge)})

    def problem(self, body: dict[str, Any]) -> Answer | None:
        for option in ("max_tokens", *self.unknown_options):
            if option in body:
                words = f"Unsupported parameter: '{option}' is not supported with this model."
                return json_answer(_error(words, "unsupported_parameter", option), 400)
        described = body.get("response_format", {}).get("json_schema", {})
        if described.get("strict") and not _closed(described["schema"]):
            words = "Invalid schema for response_format 'answer': 'additionalProperties' is required to be false."
            return json_answer(_error(words, None, "response_format"), 400)
        return None


class LocalStub(OpenAIStub):
    """An OpenAI-compatible server: `formats` are the response formats that it knows; it asks for no key."""

    name = "local"
    key = ""
    model = "gpt-oss:20b"

    def __init__(self, *, formats: tuple[str, ...] = ("json_schema", "json_object")) -> None:
        super().__init__()
        self.formats = formats

    def problem(self, body: dict[str, Any]) -> Answer | None:
        wanted = body.get("response_format", {}).get("type")
        if wanted is not None and wanted not in self.formats:
            return json_answer({"error": 'invalid format: expected "json" or nothing'}, 400)
        return None


def _error(message: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    kind = "insufficient_quota" if code == "insufficient_quota" else "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_790_000_000, "owned_by": "stub"}


def _closed(schema: Any) -> bool:
    if isinstance(schema, dict):
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
            return False
        return all(_closed(value) for value in schema.values())
    return all(map(_closed, schema)) if isinstance(schema, list) else True


def _envelope(charge: Charge, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-stub",
        "object": kind,
        "created": 1_790_000_000,
        "model": charge.model,
        "choices": choices,
    }


def _whole(reply: Reply) -> dict[str, Any]:
    refused = reply.stop == "refusal"
    message = {
        "role": "assistant",
        "content": None if refused else reply.text,
        "refusal": reply.text if refused else None,
    }
    return {"index": 0, "message": message, "finish_reason": _STOPS[reply.stop], "logprobs": None}


def _usage(charge: Charge) -> dict[str, Any]:
    return {
        "prompt_tokens": charge.input,
        "completion_tokens": charge.output,
        "total_tokens": charge.input + charge.output,
        "prompt_tokens_details": {"cached_tokens": charge.cache_read},
    }


def _events(reply: Reply, charge: Charge, with_usage: bool) -> Iterator[dict[str, Any]]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _envelope(charge, "chat.completion.chunk", [choice]) | {"usage": None}

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    for piece in pieces(reply.text):
        yield chunk({"refusal" if reply.stop == "refusal" else "content": piece})
    if reply.stop == "error":
        yield {"error": {"message": "The server had an error", "type": "server_error", "code": None, "param": None}}
    if reply.stop in ("error", "nothing"):
        return
    yield chunk({}, _STOPS[reply.stop])
    if with_usage:
        yield _envelope(charge, "chat.completion.chunk", []) | {"usage": _usage(charge)}
