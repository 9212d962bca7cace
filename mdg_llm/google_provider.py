"""Gemini, through the `google-generativeai` SDK over REST. It loads at the first call: a second and 68 MB.

The SDK's own `configure` holds one key for the whole process, and its response object joins all that has come with
each chunk; so the clients that it wraps are made and read here.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from mdg_core.settings import KEY_VARIABLES, GoogleSettings
from mdg_llm.asking import Heard, another_kind, broken_off, room, tokens, turns, within
from mdg_llm.base import Answer, Failure, Progress, Prompt, ProviderError, ProviderName, Usage
from mdg_llm.services import Service

_ROLES = {"user": "user", "assistant": "model"}
_REFUSALS = ("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY")


class GoogleProvider:
    """`Provider` of Google's generateContent; needs `settings.api_key`."""

    name: ProviderName = "google"

    def __init__(self, settings: GoogleSettings) -> None:
        self._settings = settings
        self._service = Service(self.name, "Google", KEY_VARIABLES[self.name], settings.api_key, settings.model)

    @property
    def model(self) -> str:
        return self._settings.model

    def ask(self, prompt: Prompt, *, timeout: float, progress: Progress | None = None) -> Answer:
        def work(heard: Heard) -> Answer:
            return self._stream(prompt, heard, timeout)

        return within(timeout, self._service, work, self._translated, prompt, progress)

    def validate_credentials(self, *, timeout: float) -> None:
        def work(_heard: Heard) -> None:
            found = self._client("ModelServiceClient").get_model(name=self._model_name, retry=None, timeout=timeout)
            if not found.name:
                raise another_kind(self._service)

        within(timeout, self._service, work, self._translated)

    @property
    def _model_name(self) -> str:
        return self.model if "/" in self.model else f"models/{self.model}"

    @cached_property
    def _sdk(self) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # the SDK's end of life, with every import
            import google.generativeai
        return google.generativeai

    @cached_property
    def _generative_client(self) -> Any:
        return self._client("GenerativeServiceClient")

    def _client(self, kind: str) -> Any:
        _ = self._sdk
        from google.ai import generativelanguage

        from mdg_llm.requests_line import bind

        key = self._settings.api_key
        client = getattr(generativelanguage, kind)(
            client_options={
                "api_key": key.get_secret_value() if key else "",
                "api_endpoint": self._settings.base_url,
            },
            transport="rest",
        )
        bind(client.transport._session)
        return client

    def _stream(self, prompt: Prompt, heard: Heard, seconds: float) -> Answer:
        protos = self._sdk.protos
        config: dict[str, Any] = {
            "max_output_tokens": room(prompt),
            "response_mime_type": "application/json",
            "response_schema": _schema(prompt.schema),
        }
        if self._settings.temperature is not None:
            config["temperature"] = self._settings.temperature
        request = protos.GenerateContentRequest(
            model=self._model_name,
            system_instruction=_content(prompt.system),
            contents=[_content(text, _ROLES[role]) for role, text in turns(prompt)],
            generation_config=config,
        )
        stopped, blocked = "", ""
        for chunk in self._generative_client.stream_generate_content(request, retry=None, timeout=seconds):
            heard.model = chunk.model_version or heard.model
            heard.usage = _usage(chunk.usage_metadata, heard.usage)
            blocked = blocked or _name(chunk.prompt_feedback.block_reason)
            if chunk.candidates:
                heard.hear("".join(part.text for part in chunk.candidates[0].content.parts))
                stopped = _name(chunk.candidates[0].finish_reason) or stopped
        return self._judged(stopped, blocked, heard)

    def _judged(self, stopped: str, blocked: str, heard: Heard) -> Answer:
        if blocked:
            raise self._service.error(Failure.REFUSAL, f"it blocked the prompt ({blocked})")
        if stopped == "STOP":
            return heard.answer(self._service)
        if stopped == "MAX_TOKENS":
            raise self._service.error(Failure.TRUNCATED)
        if stopped in _REFUSALS:
            raise self._service.error(Failure.REFUSAL, f"its filter stopped the answer ({stopped})")
        if not stopped:
            raise broken_off(self._service, heard)
        raise self._service.error(Failure.SERVER, f"it stopped for the reason {stopped}")

    def _translated(self, error: Exception) -> ProviderError:
        from mdg_llm.requests_line import translated

        return translated(self._service, error)


def _content(text: str, role: str = "user") -> dict[str, Any]:
    return {"role": role, "parts": [{"text": text}]}


def _name(reason: Any) -> str:
    """The name of an enum's value, empty for its zero; newer values than the SDK's have only a number."""
    return getattr(reason, "name", str(reason)) if reason else ""


def _usage(stated: Any, before: Usage) -> Usage:
    """The tokens so far; those of the model's thoughts, which this SDK does not know, are in the total alone."""
    prompt, total = tokens(stated.prompt_token_count), tokens(stated.total_token_count)
    output = max(tokens(stated.candidates_token_count), total - prompt)
    return Usage(
        input=max(before.input, prompt),
        output=max(before.output, output),
        cache_read=max(before.cache_read, tokens(stated.cached_content_token_count)),
    )


def _schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON schema in the part of OpenAPI's that the SDK knows; what it cannot say is left out."""
    kind = schema.get("type", "string")
    kinds = kind if isinstance(kind, list) else [kind]
    result: dict[str, Any] = {"type_": next(each for each in kinds if each != "null").upper()}
    if "null" in kinds:
        result["nullable"] = True
    if "description" in schema:
        result["description"] = schema["description"]
    if "enum" in schema and result["type_"] == "STRING":
        result["enum"] = list(schema["enum"])
    if "items" in schema:
        result["items"] = _schema(schema["items"])
    for name, ours in (("minItems", "min_items"), ("maxItems", "max_items")):
        if name in schema:
            result[ours] = schema[name]
    if "properties" in schema:
        result["properties"] = {name: _schema(each) for name, each in schema["properties"].items()}
    if "required" in schema:
        result["required"] = list(schema["required"])
    return result
