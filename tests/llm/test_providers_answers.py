"""What is asked of each service in its own way, and what its answer becomes; the real SDKs against the stubs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mdg_core.settings import LlmSettings
from mdg_llm.base import Failure, Prompt, ProviderError, Usage
from mdg_llm.google_provider import _schema
from mdg_llm.providers import configured
from tests.llm.providers import NAMES, PATIENCE, PROMPT, SCHEMA, TEXT, failure_of, provider
from tests.stubs import faults
from tests.stubs.llm import KEY, UNKNOWN_MODEL, LlmService, Reply, fenced, in_prose
from tests.stubs.llm_anthropic import AnthropicStub
from tests.stubs.llm_openai import LocalStub, OpenAIStub
from tests.stubs.server import Stubs


@pytest.mark.parametrize("text", [TEXT, fenced(TEXT), in_prose(TEXT), TEXT[:30], "", 'Wîrbel 🥁 \\ " \n {'])
def test_the_text_comes_as_it_was_said(stub: LlmService, text: str) -> None:
    stub.say(Reply(text))
    answer = provider(stub).ask(PROMPT, timeout=PATIENCE)
    assert answer.text == text
    assert answer.model == stub.settings()["model"]


def test_tokens_are_those_that_the_service_counts(stub: LlmService) -> None:
    asked = provider(stub)
    stub.reply = lambda body: TEXT
    usages = [asked.ask(PROMPT, timeout=PATIENCE).usage for _ in range(3)]
    assert usages == [Usage(each.input, each.output, each.cache_read, each.cache_write) for each in stub.charged]
    assert usages[0].cache_read == 0
    assert usages[1].cache_read > 0  # the system text is the same
    assert all(usage.input >= usage.cache_read + usage.cache_write for usage in usages)


def test_progress_counts_characters(stub: LlmService) -> None:
    told: list[int] = []
    stub.say(Reply(TEXT))
    provider(stub).ask(PROMPT, timeout=PATIENCE, progress=told.append)
    assert len(told) > 3
    assert told == sorted(set(told))
    assert told[-1] == len(TEXT)


REFUSED = replace(PROMPT, refused=(("half a clip", "two bars are missing"), (" \n", "it was empty")))


def _conversation(stub: LlmService) -> list[tuple[str, str]]:
    body = stub.body()
    match stub.name:
        case "google":
            return [(each["role"], each["parts"][0]["text"]) for each in body["contents"]]
        case "anthropic":
            return [(each["role"], each["content"]) for each in body["messages"]]
        case _:
            return [(each["role"], each["content"]) for each in body["messages"][1:]]


def test_refused_answers_go_back_with_their_reasons(stub: LlmService) -> None:
    provider(stub).ask(REFUSED, timeout=PATIENCE)
    (_, request), (role, answer), (_, reason), (_, empty), (_, last) = _conversation(stub)
    assert request == PROMPT.user
    assert role == ("model" if stub.name == "google" else "assistant")
    assert answer == "half a clip"
    assert "two bars are missing" in reason
    assert empty.strip()  # no service takes an empty turn
    assert "it was empty" in last


def test_anthropic_is_asked_in_its_way(stubs: dict[str, LlmService]) -> None:
    stub = stubs["anthropic"]
    provider(stub, effort="medium").ask(PROMPT, timeout=PATIENCE)
    body = stub.body()
    assert body["output_config"]["effort"] == "medium"
    assert body["output_config"]["format"]["type"] == "json_schema"
    assert body["output_config"]["format"]["schema"]["required"] == ["plan", "rows"]
    assert body["system"] == [{"type": "text", "text": PROMPT.system, "cache_control": {"type": "ephemeral"}}]
    assert body["max_tokens"] > PROMPT.max_tokens  # its thoughts count as well
    assert not {"temperature", "top_p", "top_k"} & set(body)


def test_google_is_asked_in_its_way(stubs: dict[str, LlmService]) -> None:
    stub = stubs["google"]
    provider(stub, temperature=0.5).ask(PROMPT, timeout=PATIENCE)
    config = stub.body()["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert config["temperature"] == 0.5
    assert config["responseSchema"]["required"] == ["plan", "rows"]
    assert set(config["responseSchema"]["properties"]) == {"plan", "rows"}
    assert "key" not in stub.asked[-1].query  # addresses reach logs
    assert stub.body()["systemInstruction"]["parts"] == [{"text": PROMPT.system}]


def test_google_knows_part_of_a_schema() -> None:
    nested = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "role": {"type": "string", "enum": ["fill", "groove"], "pattern": "^[a-z]+$"},
            "bars": {"type": "array", "minItems": 1, "maxItems": 4, "items": {"type": ["integer", "null"]}},
        },
        "required": ["role"],
    }
    assert _schema(nested) == {
        "type_": "OBJECT",
        "properties": {
            "role": {"type_": "STRING", "enum": ["fill", "groove"]},
            "bars": {
                "type_": "ARRAY",
                "min_items": 1,
                "max_items": 4,
                "items": {"type_": "INTEGER", "nullable": True},
            },
        },
        "required": ["role"],
    }


def test_openai_is_asked_in_its_way(stubs: dict[str, LlmService]) -> None:
    stub = stubs["openai"]
    provider(stub, temperature=0.5, effort=None).ask(PROMPT, timeout=PATIENCE)
    body = stub.body()
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert body["temperature"] == 0.5
    assert body["max_completion_tokens"] > PROMPT.max_tokens
    assert not {"max_tokens", "reasoning_effort"} & set(body)


@pytest.mark.parametrize(
    "open_schema",
    [
        {**SCHEMA, "required": ["plan"]},
        {**SCHEMA, "additionalProperties": True},
        {**SCHEMA, "properties": {**SCHEMA["properties"], "plan": {"type": "object", "properties": {}}}},
    ],
)
def test_an_open_schema_is_not_called_strict(stubs: dict[str, LlmService], open_schema: dict[str, Any]) -> None:
    stub = stubs["openai"]
    provider(stub).ask(replace(PROMPT, schema=open_schema), timeout=PATIENCE)
    assert stub.body()["response_format"]["json_schema"]["strict"] is False


def test_a_local_server_gets_nothing_of_openai(stubs: dict[str, LlmService], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "of-openai-alone")
    stub = stubs["local"]
    provider(stub).ask(PROMPT, timeout=PATIENCE)
    provider(stub).validate_credentials(timeout=PATIENCE)
    assert "of-openai-alone" not in str([asked.headers for asked in stub.asked])
    provider(stub, api_key="of-its-own").ask(PROMPT, timeout=PATIENCE)
    assert stub.asked[-1].headers["authorization"] == "Bearer of-its-own"


@pytest.mark.parametrize(
    ("formats", "tries"), [(("json_schema", "json_object"), 1), (("json_object",), 2), ((), 3)], ids=str
)
def test_a_local_server_may_know_less(formats: tuple[str, ...], tries: int) -> None:
    stub = LocalStub(formats=formats)
    stub.reply = lambda body: TEXT
    with Stubs(stub):
        asked = provider(stub)
        assert asked.ask(PROMPT, timeout=PATIENCE).text == TEXT
        assert len(stub.asked) == tries
        assert asked.ask(PROMPT, timeout=PATIENCE).text == TEXT
        assert len(stub.asked) == tries + 1  # what it does not know is remembered
        assert ('"rows"' in stub.body()["messages"][0]["content"]) == (tries > 1)  # the schema, in words


def test_a_request_that_is_wrong_otherwise_stays_wrong(stubs: dict[str, LlmService]) -> None:
    stub = stubs["local"]
    asked = provider(stub, model=UNKNOWN_MODEL)
    assert failure_of(asked).failure is Failure.BAD_REQUEST
    assert len(stub.asked) == 1


@pytest.mark.parametrize("options", [("temperature",), ("reasoning_effort",), ("temperature", "reasoning_effort")])
def test_openai_models_may_not_take_an_option(options: tuple[str, ...]) -> None:
    stub = OpenAIStub(unknown_options=options)
    stub.reply = lambda body: TEXT
    with Stubs(stub):
        asked = provider(stub, temperature=1)
        for tries in (len(options) + 1, 1):
            stub.forget()
            assert asked.ask(PROMPT, timeout=PATIENCE).text == TEXT
            assert len(stub.asked) == tries


def test_claude_models_may_know_no_effort() -> None:
    stub = AnthropicStub(knows_effort=False)
    stub.reply = lambda body: TEXT
    with Stubs(stub):
        asked = provider(stub)
        for tries in (2, 1):
            stub.forget()
            assert asked.ask(PROMPT, timeout=PATIENCE).text == TEXT
            assert len(stub.asked) == tries


def test_two_keys_in_one_process(stubs: dict[str, LlmService]) -> None:
    stub = stubs["google"]
    right, wrong = provider(stub), provider(stub, api_key="AIza-another")
    assert failure_of(wrong).failure is Failure.AUTH
    assert right.ask(PROMPT, timeout=PATIENCE).text
    assert failure_of(wrong).failure is Failure.AUTH


def test_good_credentials_cost_nothing(stub: LlmService) -> None:
    provider(stub).validate_credentials(timeout=PATIENCE)
    assert len(stub.asked) == 1
    assert not stub.charged


@pytest.mark.parametrize("name", ["anthropic", "google", "openai"])
@pytest.mark.parametrize(
    ("settings", "failure"),
    [({"api_key": "sk-wrong-1"}, Failure.AUTH), ({"model": UNKNOWN_MODEL}, Failure.BAD_REQUEST)],
)
def test_bad_credentials_say_what_to_do(
    stubs: dict[str, LlmService], name: str, settings: dict[str, str], failure: Failure
) -> None:
    with pytest.raises(ProviderError, match=rf"llm\.{name}\.(api_key|model)") as refused:
        provider(stubs[name], **settings).validate_credentials(timeout=PATIENCE)
    assert refused.value.failure is failure


@pytest.mark.parametrize("fault", [faults.html_page(), faults.says("{}"), faults.says("")])
def test_a_page_is_no_proof_of_credentials(stub: LlmService, fault: faults.Fault) -> None:
    stub.fail(fault)
    with pytest.raises(ProviderError) as refused:
        provider(stub).validate_credentials(timeout=PATIENCE)
    assert refused.value.failure is Failure.SERVER


def test_the_settings_make_the_providers(stubs: dict[str, LlmService]) -> None:
    sections = {name: stub.settings() for name, stub in stubs.items()}
    settings = LlmSettings(order=["local", "google", "openai", "anthropic"], **sections)  # type: ignore[arg-type]
    made = configured(settings)
    assert [each.name for each in made] == ["local", "google", "openai", "anthropic"]
    assert [each.ask(PROMPT, timeout=PATIENCE).model for each in made] == [each.model for each in made]


def test_the_stubs_tell_another_process_where_they_are() -> None:
    with Stubs(OpenAIStub(), LocalStub()) as running:
        environment = running.environment()
        assert running.settings() == {}  # they are no sources
    assert environment["MDG_LLM__OPENAI__API_KEY"] == KEY
    assert environment["MDG_LLM__LOCAL__BASE_URL"].startswith("http://127.0.0.1:")
    assert not any("SOURCES" in name for name in environment)


def test_the_stubs_answer_without_a_stream_too(stubs: dict[str, LlmService]) -> None:
    """What the adapters do not use, others may."""
    import requests

    for name in NAMES:
        stubs[name].say(Reply(TEXT))
        provider(stubs[name]).ask(PROMPT, timeout=PATIENCE)
        asked = stubs[name].asked[-1]
        body = stubs[name].body()
        body.pop("stream", None)
        stubs[name].say(Reply(TEXT))
        headers = {each: asked.headers[each] for each in asked.headers if each not in ("content-length", "host")}
        address = stubs[name].root + asked.path.replace("streamGenerateContent", "generateContent")
        whole = requests.post(address, json=body, headers=headers, timeout=PATIENCE).json()
        match name:
            case "anthropic":
                assert whole["content"][0]["text"] == TEXT
            case "google":
                assert whole["candidates"][0]["content"]["parts"][0]["text"] == TEXT
            case _:
                assert whole["choices"][0]["message"]["content"] == TEXT
        assert len({(each.input, each.output) for each in stubs[name].charged}) == 1


def test_a_long_answer_ends_where_its_tokens_do(stub: LlmService) -> None:
    stub.reply = lambda body: "x" * 400_000
    error = failure_of(provider(stub), Prompt("s", "u", SCHEMA, 10))
    stub.reply = lambda body: TEXT
    assert error.failure is Failure.TRUNCATED
    assert error.usage.output == stub.charged[-1].output > 10
