"""Claude, through the `anthropic` SDK. The SDK loads at the first call: it takes more than a second and 65 MB."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from mdg_core.settings import KEY_VARIABLES, AnthropicSettings
from mdg_llm.asking import Heard, another_kind, broken_off, room, tokens, turns, within
from mdg_llm.base import Answer, Failure, Progress, Prompt, ProviderError, ProviderName, Usage
from mdg_llm.services import Service, of_status

if TYPE_CHECKING:
    from anthropic import Anthropic


class AnthropicProvider:
    """`Provider` of Anthropic's messages; needs `settings.api_key`."""

    name: ProviderName = "anthropic"

    def __init__(self, settings: AnthropicSettings) -> None:
        self._settings = settings
        self._effort = settings.effort
        self._service = Service(self.name, "Anthropic", KEY_VARIABLES[self.name], settings.api_key, settings.model)

    @property
    def model(self) -> str:
        return self._settings.model

    def ask(self, prompt: Prompt, *, timeout: float, progress: Progress | None = None) -> Answer:
        def work(heard: Heard) -> Answer:
            from anthropic import BadRequestError

            try:
                return self._stream(prompt, heard, timeout)
            except BadRequestError as error:
                if self._effort is None or "effort" not in error.message:
                    raise
                self._effort = None  # older and smaller models know no effort
            return self._stream(prompt, heard, timeout)

        return within(timeout, self._service, work, self._translated, prompt, progress)

    def validate_credentials(self, *, timeout: float) -> None:
        def work(_heard: Heard) -> None:
            from mdg_llm.httpx_line import timeout as bounds

            found: Any = self._client.models.retrieve(self.model, timeout=bounds(timeout))
            if not getattr(found, "id", None):
                raise another_kind(self._service)

        within(timeout, self._service, work, self._translated)

    @cached_property
    def _client(self) -> Anthropic:
        from anthropic import Anthropic, DefaultHttpxClient

        from mdg_llm.httpx_line import client_options

        key = self._settings.api_key
        return Anthropic(
            api_key=key.get_secret_value() if key else "",
            base_url=self._settings.base_url,
            max_retries=0,
            http_client=DefaultHttpxClient(**client_options()),
        )

    def _stream(self, prompt: Prompt, heard: Heard, seconds: float) -> Answer:
        from anthropic import transform_schema

        from mdg_llm.httpx_line import timeout

        output: dict[str, Any] = {"format": {"type": "json_schema", "schema": transform_schema(prompt.schema)}}
        if self._effort is not None:
            output["effort"] = self._effort
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": room(prompt, self._settings.effort),
            "system": [{"type": "text", "text": prompt.system, "cache_control": {"type": "ephemeral"}}],
            "messages": [{"role": role, "content": text} for role, text in turns(prompt)],
            "output_config": output,
        }
        # the events themselves: messages.stream() would copy all that has come with each of them
        events: Any = self._client.messages.create(**body, stream=True, timeout=timeout(seconds))
        stopped: str | None = None
        with events:
            for event in events:
                match event.type:
                    case "message_start":
                        heard.model = event.message.model
                        heard.usage = _usage(event.message.usage, Usage())
                    case "content_block_delta" if event.delta.type == "text_delta":
                        heard.hear(event.delta.text)
                    case "message_delta":
                        stopped = event.delta.stop_reason
                        heard.usage = _usage(event.usage, heard.usage)
        return self._judged(stopped, heard)

    def _judged(self, stopped: str | None, heard: Heard) -> Answer:
        match stopped:
            case "end_turn" | "stop_sequence":
                return heard.answer(self._service)
            case "max_tokens":
                raise self._service.error(Failure.TRUNCATED)
            case "model_context_window_exceeded":
                raise self._service.error(Failure.TOO_LARGE)
            case "refusal":
                raise self._service.error(Failure.REFUSAL)
            case None:
                raise broken_off(self._service, heard)
            case other:
                raise self._service.error(Failure.SERVER, f"it stopped for the reason {other}")

    def _translated(self, error: Exception) -> ProviderError:
        from anthropic import APIStatusError

        from mdg_llm.httpx_line import translated

        if isinstance(error, APIStatusError):
            return of_status(self._service, error.status_code, error.response.headers, error.body)
        return translated(self._service, error)


def _usage(stated: Any, before: Usage) -> Usage:
    """The tokens so far: what is stated is of the whole message, and what is left out stays."""
    read, written = tokens(stated.cache_read_input_tokens), tokens(stated.cache_creation_input_tokens)
    fresh = tokens(stated.input_tokens)
    return Usage(
        input=max(before.input, fresh + read + written),
        output=max(before.output, tokens(stated.output_tokens)),
        cache_read=max(before.cache_read, read),
        cache_write=max(before.cache_write, written),
    )
