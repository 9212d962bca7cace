"""The providers that the settings name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mdg_core.settings import LlmSettings
from mdg_llm.anthropic_provider import AnthropicProvider
from mdg_llm.base import Provider, ProviderName
from mdg_llm.google_provider import GoogleProvider
from mdg_llm.openai_provider import OpenAIProvider

_MAKERS: Mapping[ProviderName, Callable[[LlmSettings], Provider]] = {
    "anthropic": lambda settings: AnthropicProvider(settings.anthropic),
    "google": lambda settings: GoogleProvider(settings.google),
    "openai": lambda settings: OpenAIProvider(settings.openai),
    "local": lambda settings: OpenAIProvider(settings.local),
}


def configured(settings: LlmSettings) -> list[Provider]:
    """Those that can be asked, in the order of the settings; keep them, they remember their connections' clients."""
    return [_MAKERS[name](settings) for name in settings.configured]
