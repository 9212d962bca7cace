"""What tests share: a state folder and an embedded Postgres for the session, emptied tables for each test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from mdg_core.settings import KEY_VARIABLES, LlmSettings, ServerSettings, Settings
from mdg_core.store import embedded
from mdg_core.store.connect import Connection, connect
from mdg_core.store.migrate import migrate
from mdg_llm.base import Prompt
from mdg_llm.providers import configured
from tests.stubs import drumming
from tests.stubs.llm import LlmService
from tests.stubs.llm_anthropic import AnthropicStub
from tests.stubs.llm_google import GoogleStub
from tests.stubs.llm_openai import LocalStub, OpenAIStub
from tests.stubs.server import Stubs

for variable in KEY_VARIABLES.values():
    os.environ.pop(variable, None)  # no test is to ask a service that somebody pays for

# how fast an example is made or tried says how busy the machine is, not whether the code is right
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

ROOT = Path(__file__).resolve().parent.parent
GROOVE = ROOT.parent / "shared" / "groove"


@pytest.fixture(scope="session")
def groove_corpus() -> Path:
    """The Groove MIDI Dataset, for those who have it beside the checkout."""
    if not GROOVE.is_dir():
        pytest.skip("the Groove MIDI Dataset is not beside the checkout (../shared/groove)")
    return GROOVE


@pytest.fixture(scope="session")
def _server() -> Iterator[Settings]:
    home = Path(tempfile.mkdtemp(prefix="mdg-test-"))
    home.chmod(0o755)  # when root runs the tests, Postgres runs as another user that must enter here
    settings = Settings(home=home, server=ServerSettings(database_port=0))
    if settings.database_url is not None:
        pytest.exit("unset DATABASE_URL: the tests empty the tables of the database they use")
    try:
        embedded.start(settings)
        yield settings
    finally:
        embedded.erase(settings)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def database_url(_server: Settings) -> str:
    """A migrated database of this test session."""
    url = embedded.url(_server)
    migrate(url)
    return url


@pytest.fixture
def conn(database_url: str) -> Iterator[Connection]:
    """A connection to empty tables."""
    with connect(database_url, name="mdg-test") as connection:
        connection.execute(
            "TRUNCATE artist, chore, heartbeat, idempotency_key, likeness_scale, api_key, rate_use CASCADE"
        )
        yield connection


Models = dict[str, LlmService]


@pytest.fixture(scope="session")
def _models() -> Iterator[Models]:
    services: list[LlmService] = [AnthropicStub(), GoogleStub(), OpenAIStub(), LocalStub()]
    with Stubs(*services) as stubs:
        for provider in configured(LlmSettings.model_validate(stubs.settings("llm"))):
            # the SDKs load here, so that no test's deadline goes to it
            provider.ask(Prompt("You are a drummer.", "Two bars.", {"type": "object"}, 400), timeout=60)
        yield {each.name: each for each in services}


@pytest.fixture
def models(_models: Models) -> Models:
    """A stub of each service of a language model, that answers with good clips."""
    for each in _models.values():
        each.forget()
        each.reply = drumming.clips
    return _models
