from pathlib import Path

import pytest
import yaml

from mdg_core.errors import UsageError
from mdg_core.settings import PROJECT_ROOT, Settings, load_settings


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MDG_HOME", "MDG_LIBRARY", "DATABASE_URL", "MDG_API_KEYS", "MDG_SERVER__API_PORT"):
        monkeypatch.delenv(name, raising=False)
    load_settings.cache_clear()


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MDG_HOME", str(tmp_path / "a b"))
    monkeypatch.setenv("MDG_SERVER__API_PORT", "9000")
    monkeypatch.setenv("MDG_API_KEYS", "key-1, key-2")
    settings = load_settings()
    assert settings.home == tmp_path / "a b"
    assert settings.server.api_port == 9000
    assert [key.get_secret_value() for key in settings.api_keys] == ["key-1", "key-2"]
    assert "key-1" not in repr(settings)


def test_a_relative_folder_becomes_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDG_LIBRARY", "../groove")
    assert load_settings().library.is_absolute()


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
    assert settings.library == PROJECT_ROOT / "data" / "library"


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
