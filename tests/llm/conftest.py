"""The stubs of the language models, one of each for the session, healed before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.llm.providers import NAMES, PATIENCE, PROMPT, provider
from tests.stubs.llm import LlmService, as_asked
from tests.stubs.llm_anthropic import AnthropicStub
from tests.stubs.llm_google import GoogleStub
from tests.stubs.llm_openai import LocalStub, OpenAIStub
from tests.stubs.server import Stubs


@pytest.fixture(scope="session")
def _stubs() -> Iterator[dict[str, LlmService]]:
    services: list[LlmService] = [AnthropicStub(), GoogleStub(), OpenAIStub(), LocalStub()]
    with Stubs(*services):
        for each in services:  # the SDKs load here, so that no test's time goes to it
            provider(each).ask(PROMPT, timeout=PATIENCE)
        yield {each.name: each for each in services}


@pytest.fixture
def stubs(_stubs: dict[str, LlmService]) -> dict[str, LlmService]:
    for each in _stubs.values():
        each.forget()
        each.reply = as_asked
    return _stubs


@pytest.fixture(params=NAMES)
def stub(request: pytest.FixtureRequest, stubs: dict[str, LlmService]) -> LlmService:
    """Each service in turn."""
    return stubs[request.param]
