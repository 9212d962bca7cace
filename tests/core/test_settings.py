import os
from pathlib import Path

import pytest
import yaml

from mdg_core.errors import UsageError
from mdg_core.settings import (
    DEMO_LIBRARY,
    KEY_VARIABLES,
    PROJECT_ROOT,
    Settings,
    libraries_of,
    libraries_text,
    load_settings,
)

KEY = "a-key-of-twenty-characters-"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("MDG_") or name in ("DATABASE_URL", *KEY_VARIABLES.values()):
            monkeypatch.delenv(name)
    load_settings.cache_clear()


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MDG_HOME", str(tmp_path / "a b"))
    monkeypatch.setenv("MDG_SERVER__API_PORT", "9000")
    monkeypatch.setenv("MDG_API_KEYS", f"{KEY}1, {KEY}2")
    settings = load_settings()
    assert settings.home == tmp_path / "a b"
    assert settings.server.api_port == 9000
    assert [key.get_secret_value() for key in settings.api_keys] == [f"{KEY}1", f"{KEY}2"]
    assert KEY not in repr(settings)


def test_a_relative_folder_becomes_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDG_LIBRARY", "../groove")
    assert [folder.is_absolute() for folder in load_settings().library] == [True]


def test_the_library_is_one_folder_or_several_and_the_demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    odd = tmp_path / f"a{os.pathsep}b"
    odd.mkdir()
    for given, folders in (
        ("", []),
        ("/x", ["/x"]),
        (f"/x{os.pathsep}/y{os.pathsep}/x", ["/x", "/y"]),
        ('["/x", "/y z"]', ["/x", "/y z"]),
        (str(odd), [str(odd)]),
    ):
        load_settings.cache_clear()
        monkeypatch.setenv("MDG_LIBRARY", given)
        assert [str(folder) for folder in load_settings().library] == folders
        assert load_settings().libraries == (*load_settings().library, DEMO_LIBRARY)
    monkeypatch.setenv("MDG_DEMO_LIBRARY", "false")
    load_settings.cache_clear()
    assert load_settings().libraries == (odd,)


@pytest.mark.parametrize("names", [["/x"], ["/x", "/y z"], [f"/x{os.pathsep}y"], [], ["/caf\udce9"], [" /x"]])
def test_folders_as_text_read_back(names: list[str]) -> None:
    text = libraries_text([Path(name) for name in names])
    assert [str(folder) for folder in libraries_of(text)] == names
    assert text.encode("utf-8") is not None, "a database takes it"


def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDG_SERVER__API_PORT", "99999")
    with pytest.raises(UsageError, match=r"server\.api_port"):
        load_settings()


def test_the_example_holds_the_defaults() -> None:
    example = yaml.safe_load((PROJECT_ROOT / "config.example.yaml").read_text(encoding="utf-8"))
    defaults = Settings().model_dump(mode="json")
    assert example == {section: defaults[section] for section in example}
    assert set(example["server"]) == set(defaults["server"])
    assert set(example["research"]) == set(defaults["research"])


def test_the_home_of_the_user_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    monkeypatch.setenv("LIBRARY", "/somewhere")
    settings = load_settings()
    assert settings.home == PROJECT_ROOT / "data" / "state"
    assert settings.libraries == (PROJECT_ROOT / "data" / "library",)


@pytest.mark.parametrize(
    "value", ["nonsense", "mysql://u:secret@h/db", "postgresql://u:secret@h:0x1/db", "host=h password=secret"]
)
def test_a_wrong_database_address_is_refused_without_its_password(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DATABASE_URL", value)
    with pytest.raises(UsageError) as refused:
        load_settings()
    assert "database_url" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_hosting_providers_write_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@h/db")
    url = load_settings().database_url
    assert url
    assert url.get_secret_value() == "postgresql://u:p@h/db"
    load_settings.cache_clear()
    monkeypatch.setenv("DATABASE_URL", "")
    assert load_settings().database_url is None


def test_without_keys_no_model_is_asked() -> None:
    assert load_settings().llm.configured == []


def test_keys_go_without_a_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key-a")
    monkeypatch.setenv("GOOGLE_API_KEY", " key-g ")
    llm = load_settings().llm
    assert llm.configured == ["anthropic", "google"]
    assert llm.anthropic.api_key
    assert llm.anthropic.api_key.get_secret_value() == "key-a"
    assert llm.google.api_key
    assert llm.google.api_key.get_secret_value() == "key-g"
    assert llm.google.model == Settings.model_fields["llm"].default.google.model
    assert "key-" not in repr(llm)


def test_an_empty_key_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "  ")
    monkeypatch.setenv("MDG_LLM__GOOGLE__API_KEY", "")
    assert load_settings().llm.configured == []


def test_our_own_variable_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-another-tool")
    monkeypatch.setenv("MDG_LLM__OPENAI__API_KEY", "key-of-ours")
    key = load_settings().llm.openai.api_key
    assert key
    assert key.get_secret_value() == "key-of-ours"


def test_a_local_server_needs_its_address_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDG_LLM__LOCAL__BASE_URL", "http://127.0.0.1:11434/v1/")
    monkeypatch.setenv("MDG_LLM__LOCAL__MODEL", "qwen3:8b")
    monkeypatch.setenv("OPENAI_API_KEY", "key-o")
    monkeypatch.setenv("MDG_LLM__ORDER", '["local", "openai"]')
    llm = load_settings().llm
    assert llm.configured == ["local", "openai"]
    assert llm.local.base_url == "http://127.0.0.1:11434/v1"
    assert llm.local.timeout_seconds == Settings.model_fields["llm"].default.local.timeout_seconds


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("ANTHROPIC_API_KEY", "se cret", r"llm\.anthropic\.api_key"),
        ("GOOGLE_API_KEY", "se\ncret", r"llm\.google\.api_key"),
        ("OPENAI_API_KEY", "secrét", r"llm\.openai\.api_key"),
        ("MDG_LLM__OPENAI__BASE_URL", "file:///etc/secret", r"llm\.openai\.base_url"),
        ("MDG_LLM__OPENAI__TEMPERATURE", "3", r"llm\.openai\.temperature"),
        ("MDG_LLM__ANTHROPIC__TEMPERATURE", "1", r"llm\.anthropic\.temperature"),
        ("MDG_LLM__GOOGLE__MODEL", "a model?", r"llm\.google\.model"),
        ("MDG_LLM__ORDER", '["openai", "openai"]', r"llm\.order.*twice"),
        ("MDG_LLM__DAILY_BUDGET_USD", "-1", r"llm\.daily_budget_usd"),
    ],
)
def test_a_wrong_value_of_the_models_is_named_without_it(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, named: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError, match=named) as refused:
        load_settings()
    assert "cret" not in str(refused.value)
