"""The real adapters pointed at stubs, for the tests of the providers."""

from __future__ import annotations

from functools import cache
from typing import Any

from mdg_core.settings import AnthropicSettings, GoogleSettings, LocalSettings, OpenAISettings
from mdg_llm.anthropic_provider import AnthropicProvider
from mdg_llm.base import Prompt, Provider, ProviderError
from mdg_llm.google_provider import GoogleProvider
from mdg_llm.openai_provider import OpenAIProvider
from tests.stubs.llm import LlmService

NAMES = ("anthropic", "google", "openai", "local")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["plan", "rows"],
    "properties": {
        "plan": {"type": "string", "description": "at most six words"},
        "rows": {"type": "array", "items": {"type": "string"}},
    },
}
PROMPT = Prompt("You are a drummer.", "Four bars of rock.", SCHEMA, 400)
TEXT = '{"plan": "a straight beat [loud] {or not}", "rows": ["BD 9---|9---", "SD ----|9---"]}'
# enough for any answer of a stub; a call that should end by itself never waits for it
PATIENCE = 20.0


def provider(stub: LlmService, **settings: Any) -> Provider:
    """The adapter of the stub's service; `settings` go over those that point at the stub."""
    return _made(stub, **settings) if settings else _kept(stub)


@cache
def _kept(stub: LlmService) -> Provider:
    return _made(stub)  # once: half of a test's time goes to the TLS context of a new client


def _made(stub: LlmService, **settings: Any) -> Provider:
    given = stub.settings() | settings
    match stub.name:
        case "anthropic":
            return AnthropicProvider(AnthropicSettings(**given))
        case "google":
            return GoogleProvider(GoogleSettings(**given))
        case "openai":
            return OpenAIProvider(OpenAISettings(**given))
        case "local":
            return OpenAIProvider(LocalSettings(**given))
        case other:
            raise ValueError(other)


def failure_of(asked: Provider, prompt: Prompt = PROMPT, timeout: float = PATIENCE) -> ProviderError:
    """What the call raises."""
    try:
        answer = asked.ask(prompt, timeout=timeout)
    except ProviderError as error:
        return error
    raise AssertionError(f"no failure, but {answer}")
