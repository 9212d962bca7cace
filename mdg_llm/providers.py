"""The providers that the settings name."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache

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

_SDKS: Mapping[ProviderName, str] = {
    "anthropic": "anthropic",
    "google": "google.generativeai",
    "openai": "openai",
    "local": "openai",
}


def configured(settings: LlmSettings) -> list[Provider]:
    """Those that can be asked, in the order of the settings; keep them, they remember their connections' clients."""
    return [_MAKERS[name](settings) for name in settings.configured]


@cache  # filters of warnings are the whole process's: touched once, not by each request
def load(name: ProviderName) -> None:
    """Load its SDK, for callers whose clock is for the service alone; what is not installed its adapter names."""
    with warnings.catch_warnings(), suppress(ImportError):
        warnings.simplefilter("ignore", FutureWarning)  # Google's SDK tells its end of life with every import
        importlib.import_module(_SDKS[name])
