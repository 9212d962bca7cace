from __future__ import annotations

import subprocess
import sys

import pytest

from mdg_core.settings import Settings
from mdg_llm import prices
from mdg_llm.base import Prompt, ProviderName, Usage
from mdg_llm.prices import cost_usd, most_usd
from tests.llm.acting import PROMPT


def test_the_list_price_of_a_known_model() -> None:
    # claude-haiku-4-5, dollars per million: 1 in, 5 out, 0.10 read from the cache, 1.25 written to it
    usage = Usage(input=10_000, output=200, cache_read=6_000, cache_write=3_000)
    assert cost_usd("anthropic", usage, "claude-haiku-4-5") == pytest.approx(
        (1_000 * 1 + 6_000 * 0.10 + 3_000 * 1.25 + 200 * 5) / 1e6
    )


def test_the_reported_name_goes_first_and_the_configured_one_helps_out() -> None:
    usage = Usage(input=1000)
    assert cost_usd("anthropic", usage, "no-such-model", "claude-haiku-4-5") == pytest.approx(0.001)
    assert cost_usd("anthropic", usage, "claude-sonnet-4-5", "claude-haiku-4-5") == pytest.approx(0.003)


def test_google_reports_names_with_a_prefix() -> None:
    usage = Usage(input=1000, output=100)
    assert cost_usd("google", usage, "models/gemini-2.5-flash") == cost_usd("google", usage, "gemini-2.5-flash")
    assert cost_usd("google", usage, "models/gemini-2.5-flash") is not None


@pytest.mark.parametrize(
    ("model", "usage"),
    [
        ("no-such-model", Usage(input=1)),
        ("", Usage(input=1)),
        ("claude-haiku-4-5", Usage(input=-1)),
        ("claude-haiku-4-5", Usage(input=1, cache_read=2)),
        ("\ud800\x00", Usage(input=1)),
    ],
)
def test_what_has_no_price_is_none(model: str, usage: Usage) -> None:
    assert cost_usd("anthropic", usage, model) is None


def test_a_model_without_a_price_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        cost_usd("openai", Usage(input=1), "a-model-of-this-test")
    assert sum("a-model-of-this-test" in record.getMessage() for record in caplog.records) == 1


def test_a_local_model_is_free() -> None:
    assert cost_usd("local", Usage(input=10**6, output=10**6), "gpt-5") == 0.0
    assert most_usd("local", PROMPT, "gpt-5") == 0.0


@pytest.mark.parametrize("name", ["anthropic", "google", "openai"])
def test_the_models_of_the_settings_have_a_price(name: ProviderName) -> None:
    model = getattr(Settings.model_fields["llm"].default, name).model
    assert cost_usd(name, Usage(input=1000, output=100), model), f"the price of {model} is not in the list"


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "no-such-model"])
def test_no_call_costs_more_than_what_is_reserved_for_it(model: str) -> None:
    prompt = Prompt("s" * 3000, "グルーヴ" * 500, {"type": "object"}, 800, refused=(("9" * 4000, "why"),))
    # two characters of English or digits a token, and more than one a token for Japanese
    tokens = (3000 + 4000) // 2 + 4 * 500
    worst = cost_usd("anthropic", Usage(input=tokens, output=800, cache_write=tokens), "claude-haiku-4-5")
    assert worst is not None
    assert most_usd("anthropic", prompt, model) >= worst


def test_the_list_is_loaded_only_when_a_price_is_asked_for() -> None:
    code = f"import sys, {prices.__name__}, mdg_llm.manager; sys.exit('genai_prices' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
