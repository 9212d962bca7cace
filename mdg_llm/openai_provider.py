"""OpenAI, and any server that speaks its chat completions, through the `openai` SDK.

The SDK loads at the first call: it takes half a second and 38 MB. Servers and models differ in the options they know:
an option that is refused is left out from then on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mdg_core.settings import KEY_VARIABLES, LocalSettings, OpenAISettings
from mdg_llm.asking import Heard, another_kind, broken_off, room, tokens, turns, within
from mdg_llm.base import Answer, Failure, Progress, Prompt, ProviderError, ProviderName, Usage
from mdg_llm.services import Service, of_status

if TYPE_CHECKING:
    from openai import OpenAI

_JSON_SCHEMA, _JSON_OBJECT = "json_schema", "json_object"
_OPTIONS = ("temperature", "reasoning_effort", "stream_options")


class OpenAIProvider:
    """`Provider` of OpenAI, or of a local server when it is given LocalSettings."""

    def __init__(self, settings: OpenAISettings | LocalSettings) -> None:
        self._settings = settings
        self._is_local = isinstance(settings, LocalSettings)
        self.name: ProviderName = "local" if self._is_local else "openai"
        label = "The local server" if self._is_local else "OpenAI"
        self._service = Service(self.name, label, KEY_VARIABLES.get(self.name, ""), settings.api_key, settings.model)
        self._refused: frozenset[str] = frozenset()  # options that this server or model does not take

    @property
    def model(self) -> str:
        return self._settings.model

    def ask(self, prompt: Prompt, *, timeout: float, progress: Progress | None = None) -> Answer:
        def work(heard: Heard) -> Answer:
            from openai import BadRequestError, UnprocessableEntityError

            refused = self._refused
            while True:
                try:
                    events = self._open(prompt, timeout, refused)
                except (BadRequestError, UnprocessableEntityError) as error:
                    refused |= self._blamed(error, refused)
                else:
                    self._refused = refused
                    return self._read(events, heard)

        return within(timeout, self._service, work, self._translated, prompt, progress)

    def validate_credentials(self, *, timeout: float) -> None:
        def work(_heard: Heard) -> None:
            from mdg_llm.httpx_line import timeout as bounds

            found: Any
            if self._is_local:  # not every local server answers for a single model
                found = self._client.models.list(timeout=bounds(timeout)).data
            else:
                found = getattr(self._client.models.retrieve(self.model, timeout=bounds(timeout)), "id", None)
            if not found:
                raise another_kind(self._service)

        within(timeout, self._service, work, self._translated)

    @cached_property
    def _client(self) -> OpenAI:
        from openai import DefaultHttpxClient, Omit, OpenAI

        from mdg_llm.httpx_line import client_options

        # without a key of its own, a local server must not get OpenAI's from the environment
        key = self._settings.api_key.get_secret_value() if self._settings.api_key else "none"
        elsewhere: Any = {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()} if self._is_local else None
        return OpenAI(
            api_key=key,
            base_url=self._settings.base_url,
            max_retries=0,
            default_headers=elsewhere,
            http_client=DefaultHttpxClient(**client_options()),
        )

    def _open(self, prompt: Prompt, seconds: float, refused: frozenset[str]) -> Any:
        from mdg_llm.httpx_line import timeout

        body = self._body(prompt, refused)
        return self._client.chat.completions.create(**body, stream=True, timeout=timeout(seconds))

    def _body(self, prompt: Prompt, refused: frozenset[str]) -> dict[str, Any]:
        system, answer_format = prompt.system, _format(prompt.schema, refused)
        if answer_format is None or answer_format["type"] != _JSON_SCHEMA:
            system += f"\n\nAnswer with one JSON object that fits this schema:\n{json.dumps(prompt.schema)}"
        effort = self._settings.effort if isinstance(self._settings, OpenAISettings) else None
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": system},
                *({"role": role, "content": text} for role, text in turns(prompt)),
            ],
            "max_tokens" if self._is_local else "max_completion_tokens": room(prompt, effort),
            "response_format": answer_format,
            "stream_options": {"include_usage": True},
            "temperature": self._settings.temperature,
            "reasoning_effort": effort,
        }
        return {name: value for name, value in body.items() if value is not None and name not in refused}

    def _blamed(self, error: Any, refused: frozenset[str]) -> frozenset[str]:
        """The option that the server does not take. Raises `error` when it is about something else."""
        said = f"{error.message} {error.param or ''}"
        for option in _OPTIONS:
            if option in said and option not in refused:
                return frozenset((option,))
        # local servers name it in many ways, or not at all
        about_format = "response_format" in said or "schema" in said.lower() or self._is_local
        if about_format and self._translated(error).failure is Failure.BAD_REQUEST:
            for answer_format in (_JSON_SCHEMA, _JSON_OBJECT):
                if answer_format not in refused:
                    return frozenset((answer_format,))
        raise error

    def _read(self, events: Any, heard: Heard) -> Answer:
        stopped: str | None = None
        declined: list[str] = []
        with events:
            for event in events:
                heard.model = event.model or heard.model
                if event.usage:
                    heard.usage = _usage(event.usage)
                for choice in event.choices[:1]:
                    heard.hear(choice.delta.content or "")
                    if choice.delta.refusal:
                        declined.append(choice.delta.refusal)
                    stopped = choice.finish_reason or stopped
        return self._judged(stopped, "".join(declined), heard)

    def _judged(self, stopped: str | None, declined: str, heard: Heard) -> Answer:
        if declined:
            raise self._service.error(Failure.REFUSAL, declined)
        match stopped:
            case "stop":
                return heard.answer(self._service)
            case "length":
                raise self._service.error(Failure.TRUNCATED)
            case "content_filter":
                raise self._service.error(Failure.REFUSAL, "its content filter stopped the answer")
            case None:
                raise broken_off(self._service, heard)
            case other:
                raise self._service.error(Failure.SERVER, f"it stopped for the reason {other}")

    def _translated(self, error: Exception) -> ProviderError:
        from openai import APIConnectionError, APIError, APIStatusError

        from mdg_llm.httpx_line import translated

        if isinstance(error, APIStatusError):
            return of_status(self._service, error.status_code, error.response.headers, error.body)
        if isinstance(error, APIError) and not isinstance(error, APIConnectionError):
            return of_status(self._service, 200, {}, error.body)  # told in mid-stream
        return translated(self._service, error)


def _format(schema: Mapping[str, Any], refused: frozenset[str]) -> dict[str, Any] | None:
    if _JSON_SCHEMA not in refused:
        described = {"name": "answer", "schema": schema, "strict": _is_strict(schema)}
        return {"type": _JSON_SCHEMA, "json_schema": described}
    return None if _JSON_OBJECT in refused else {"type": _JSON_OBJECT}


def _is_strict(schema: object) -> bool:
    """Whether OpenAI takes the schema as strict: every object closed, with all of its properties required."""
    if isinstance(schema, list):
        return all(_is_strict(each) for each in schema)
    if not isinstance(schema, Mapping):
        return True
    if schema.get("type") == "object" and (
        schema.get("additionalProperties") is not False
        or set(schema.get("required", ())) != set(schema.get("properties", ()))
    ):
        return False
    return all(_is_strict(each) for each in schema.values())


def _usage(stated: Any) -> Usage:
    cached = stated.prompt_tokens_details.cached_tokens if stated.prompt_tokens_details else 0
    return Usage(input=tokens(stated.prompt_tokens), output=tokens(stated.completion_tokens), cache_read=tokens(cached))
