"""Every setting of the project: environment over config.yaml over the defaults here.

MDG_HOME holds the state (database, lake, logs). A checkout keeps it in its own data/state; an installed
package keeps it under the working directory.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from mdg_core.errors import UsageError

_PACKAGE_PARENT = Path(__file__).resolve().parent.parent
PROJECT_ROOT = _PACKAGE_PARENT if (_PACKAGE_PARENT / "workspace.yaml").is_file() else Path.cwd()
DEMO_LIBRARY = PROJECT_ROOT / "data" / "library"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Sections(_Section):
    """Sections whose defaults differ from each other: what is given for one goes over its own defaults."""

    @model_validator(mode="before")
    @classmethod
    def _over_the_defaults(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {
            name: {**cls.model_fields[name].default.model_dump(), **value}
            if name in cls.model_fields and isinstance(value, dict)
            else value
            for name, value in given.items()
        }


def _checked_web_address(value: str) -> str:
    if value and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).hostname):
        raise ValueError("must be an http:// or https:// address")
    return value.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_checked_web_address)]


class ServerSettings(_Section):
    """Where `mdg up` listens. Port 0 takes a free one."""

    host: str = "127.0.0.1"
    # of Dagster's pages alone: whoever reaches them can run anything, so elsewhere they ask for a key of scope admin
    dagster_host: str = "127.0.0.1"
    # further names by which clients ask for these servers, such as studio.local; loopback names need not be listed
    allowed_hosts: list[str] = []
    api_port: int = Field(default=8711, ge=0, le=65535)
    # processes of the API; 0: as many as there are cores
    api_workers: int = Field(default=0, ge=0, le=64)
    dagster_port: int = Field(default=8712, ge=0, le=65535)
    code_port: int = Field(default=8713, ge=0, le=65535)  # on Windows; elsewhere a Unix socket is used
    database_port: int = Field(default=8714, ge=0, le=65535)


class LimitSettings(_Section):
    """Requests an hour that the API takes from one key, or without keys from one address; 0: any number."""

    generation: int = Field(default=100, ge=0, le=10**9)
    research: int = Field(default=100, ge=0, le=10**9)
    reads: int = Field(default=50_000, ge=0, le=10**9)
    # research requests of one key that may be open at once
    open_research: int = Field(default=20, ge=1, le=10_000)
    # streams of events of one key or address that may be open at once, in each process
    open_streams: int = Field(default=20, ge=1, le=10_000)


class DatabaseSettings(_Section):
    # where the embedded Postgres keeps its files; None: MDG_HOME/postgres
    data_dir: Path | None = None
    # the user that runs Postgres when mdg itself runs as root
    run_as: str = "nobody"


class BudgetSettings(_Section):
    """Seconds that a full research gives to all sources of one kind."""

    papers: float = Field(default=300, gt=0)
    articles: float = Field(default=300, gt=0)
    audio: float = Field(default=480, gt=0)
    midi: float = Field(default=120, gt=0)


class ResearchSettings(_Section):
    max_concurrent_runs: int = Field(default=2, ge=1, le=64)
    max_attempts: int = Field(default=3, ge=1, le=10)
    # a run whose process has not reported for this long is taken for dead
    heartbeat_timeout_seconds: float = Field(default=20, gt=5)
    max_file_bytes: int = Field(default=10_000_000, gt=0)
    max_files_per_artist: int = Field(default=20_000, gt=0)
    # a profile older than this shows as stale
    stale_after_days: int = Field(default=30, ge=1)
    # answers of web sources that are kept: those older, and the oldest beyond the size, are removed once a day
    page_cache_days: int = Field(default=90, ge=1)
    page_cache_megabytes: int = Field(default=2000, ge=0)
    # a language model, where one is set up, words the descriptions of profiles anew
    wording: bool = True
    # a quick research in all; a full one by kind
    quick_seconds: float = Field(default=15, gt=0)
    budget_seconds: BudgetSettings = BudgetSettings()


class SourceSettings(_Section):
    """How one web source is asked; the interval and the number at once hold across processes and machines."""

    enabled: bool = True
    base_url: WebAddress  # empty: addresses that the operator adds
    api_key: SecretStr | None = None
    min_interval_seconds: float = Field(default=1, ge=0, le=3600)
    max_concurrent: int = Field(default=1, ge=1, le=16)


class BitMidiSettings(SourceSettings):
    # the site's robots.txt forbids downloads: only for who has the site's leave
    download: bool = False


class SourcesSettings(_Sections):
    """The web sources of the research."""

    semantic_scholar: SourceSettings = SourceSettings(base_url="https://api.semanticscholar.org/graph/v1")
    arxiv: SourceSettings = SourceSettings(base_url="https://export.arxiv.org/api", min_interval_seconds=3)
    crossref: SourceSettings = SourceSettings(
        base_url="https://api.crossref.org", min_interval_seconds=0.2, max_concurrent=3
    )
    musicbrainz: SourceSettings = SourceSettings(base_url="https://musicbrainz.org/ws/2")
    wikipedia: SourceSettings = SourceSettings(base_url="https://en.wikipedia.org/w", min_interval_seconds=0.5)
    genius: SourceSettings = SourceSettings(base_url="https://api.genius.com")
    pitchfork: SourceSettings = SourceSettings(base_url="https://pitchfork.com", min_interval_seconds=2)
    rolling_stone: SourceSettings = SourceSettings(base_url="https://www.rollingstone.com", min_interval_seconds=2)
    drummerworld: SourceSettings = SourceSettings(base_url="https://www.drummerworld.com", min_interval_seconds=2)
    bitmidi: BitMidiSettings = BitMidiSettings(base_url="https://bitmidi.com")
    freemidi: SourceSettings = SourceSettings(base_url="https://freemidi.org", min_interval_seconds=2)
    links: SourceSettings = SourceSettings(base_url="", min_interval_seconds=2)


class WebSettings(_Section):
    """What holds for every web source."""

    # off: research uses the library and what is known already
    enabled: bool = True

    # an answer younger than this is not asked for again; an older one only when it has changed
    cache_hours: float = Field(default=24, ge=0)
    # the same for "not found"
    negative_cache_hours: float = Field(default=6, ge=0)
    connect_timeout_seconds: float = Field(default=10, gt=0)
    read_timeout_seconds: float = Field(default=20, gt=0)
    # for one request in all, however slowly it drips
    request_timeout_seconds: float = Field(default=60, gt=0)
    max_bytes: int = Field(default=10_000_000, gt=0)
    backoff_seconds: float = Field(default=1, ge=0)
    max_backoff_seconds: float = Field(default=30, ge=0)
    # so many failures in a row, and a host is left alone for the pause, which doubles each time
    circuit_failures: int = Field(default=5, ge=1)
    circuit_pause_seconds: float = Field(default=60, gt=0)
    max_circuit_pause_seconds: float = Field(default=3600, gt=0)
    # hosts (host or host:port) in a private network that links of the operator's own may point to
    allow_private_addresses: list[str] = []


class GenerationSettings(_Section):
    wait_seconds: float = Field(default=25, ge=0, le=120)


ProviderName = Literal["anthropic", "google", "openai", "local"]
Effort = Literal["low", "medium", "high"]


class ProviderSettings(_Section):
    """One language model of one service; without a key, or a local server's address, it is left out."""

    api_key: SecretStr | None = None
    base_url: WebAddress
    model: str = Field(min_length=1, max_length=200, pattern=r"^[\w.:/@+-]+$")
    # for one call in all
    timeout_seconds: float = Field(default=45, gt=0, le=600)

    @field_validator("api_key", mode="before")
    @classmethod
    def _fits_a_header(cls, value: Any) -> Any:
        """Empty means unset. The key is not repeated in the error."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        text = text.strip() if isinstance(text, str) else text
        if isinstance(text, str) and not (text.isascii() and text.isprintable() and " " not in text):
            raise ValueError("must be a key in plain ASCII without spaces")
        return text or None


class AnthropicSettings(ProviderSettings):
    # how much the model thinks; None: as the model does by itself. The service takes no temperature
    effort: Effort | None = "low"


class GoogleSettings(ProviderSettings):
    temperature: float | None = Field(default=None, ge=0, le=2)  # None: the model's own


class OpenAISettings(ProviderSettings):
    temperature: float | None = Field(default=None, ge=0, le=2)
    effort: Effort | None = "low"


class LocalSettings(ProviderSettings):
    """Any server that speaks OpenAI's chat completions: Ollama, llama.cpp, vLLM; most need no key."""

    temperature: float | None = Field(default=None, ge=0, le=2)


class LlmSettings(_Sections):
    """The language models, in the order in which they are asked."""

    order: list[ProviderName] = ["anthropic", "google", "openai", "local"]
    # for all providers together; then the templates take over
    deadline_seconds: float = Field(default=120, gt=0, le=600)
    # None: no limit
    daily_budget_usd: float | None = Field(default=5, ge=0)
    anthropic: AnthropicSettings = AnthropicSettings(base_url="https://api.anthropic.com", model="claude-haiku-5-5")
    google: GoogleSettings = GoogleSettings(
        base_url="https://generativelanguage.googleapis.com", model="gemini-3.5-flash-lite"
    )
    openai: OpenAISettings = OpenAISettings(base_url="https://api.openai.com/v1", model="gpt-6-luna")
    local: LocalSettings = LocalSettings(base_url="", model="gpt-oss:20b", timeout_seconds=90)

    @field_validator("order")
    @classmethod
    def _each_once(cls, value: list[ProviderName]) -> list[ProviderName]:
        if len(set(value)) != len(value):
            raise ValueError("names a provider twice")
        return value

    @property
    def configured(self) -> list[ProviderName]:
        """The providers that can be asked, in their order: those with a key, and a local server with an address."""
        return [name for name in self.order if self._can_be_asked(name)]

    def _can_be_asked(self, name: ProviderName) -> bool:
        of_it: ProviderSettings = getattr(self, name)
        return bool(of_it.base_url) and (name == "local" or of_it.api_key is not None)


# of a key of this API: what can be guessed by trying is no key
MIN_KEY_LENGTH = 20

# where each service's own tools look for its key
KEY_VARIABLES: dict[ProviderName, str] = {
    "anthropic": "ANTHROPIC_API_KEY",
    "google": "GOOGLE_API_KEY",
    "openai": "OPENAI_API_KEY",
}


def libraries_of(text: str) -> list[Path]:
    """The folders that a text names: one, several parted as in PATH (`os.pathsep`), or a JSON list of them.

    A folder whose own name holds the separator is taken as one when it is there.
    """
    text = text.strip()
    if text.startswith("["):
        return [Path(part) for part in json.loads(text)]
    if Path(text).expanduser().is_dir():
        return [Path(text)] if text else []
    return [Path(part.strip()) for part in text.split(os.pathsep) if part.strip()]


def libraries_text(folders: Sequence[Path]) -> str:
    """The folders as one text, which is always valid Unicode, that `libraries_of` reads back."""
    names = [str(folder) for folder in folders]
    plain = all(name.isprintable() and name == name.strip() and os.pathsep not in name for name in names)
    return os.pathsep.join(names) if plain else json.dumps(names)


class Settings(BaseSettings):
    """MDG_HOME is `home`, MDG_SERVER__API_PORT `server.api_port`, and so on.

    DATABASE_URL and the keys of the language models (`KEY_VARIABLES`) go without the prefix.
    """

    model_config = SettingsConfigDict(
        env_prefix="MDG_", env_nested_delimiter="__", extra="forbid", hide_input_in_errors=True
    )

    home: Path = PROJECT_ROOT / "data" / "state"
    # the user's own folders; `libraries` are all that are read
    library: Annotated[tuple[Path, ...], NoDecode] = ()
    demo_library: bool = True
    database_url: SecretStr | None = Field(default=None, validation_alias=AliasChoices("database_url", "DATABASE_URL"))
    contact: str | None = None
    api_keys: Annotated[list[SecretStr], NoDecode] = []
    server: ServerSettings = ServerSettings()
    limits: LimitSettings = LimitSettings()
    database: DatabaseSettings = DatabaseSettings()
    research: ResearchSettings = ResearchSettings()
    sources: SourcesSettings = SourcesSettings()
    web: WebSettings = WebSettings()
    generation: GenerationSettings = GenerationSettings()
    llm: LlmSettings = LlmSettings()

    @field_validator("database_url", mode="before")
    @classmethod
    def _postgres_address(cls, value: Any) -> Any:
        """Empty means unset. The address is not repeated in the error: it holds a password."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text is None or not str(text).strip():
            return None
        try:
            parts = urlsplit(str(text).strip())
            known = (
                parts.scheme in ("postgres", "postgresql") and parts.port != 0 and bool(parts.hostname or parts.query)
            )
        except ValueError:
            known = False
        if not known:
            raise ValueError("must look like postgresql://user:password@host:5432/database")
        return str(text).strip().replace("postgres://", "postgresql://", 1)

    @field_validator("api_keys", mode="before")
    @classmethod
    def _comma_separated(cls, value: Any) -> Any:
        """A variable that is set means that keys are wanted: one that holds none is refused, and never open to all."""
        if isinstance(value, str):
            value = [key.strip() for key in value.split(",")]
            if not any(value):
                raise ValueError("is set and holds no key: give one (mdg keys add makes good ones), or unset it")
        return value

    @field_validator("api_keys")
    @classmethod
    def _hard_to_guess(cls, value: list[SecretStr]) -> list[SecretStr]:
        """The key is not repeated in the error."""
        for key in value:
            text = key.get_secret_value()
            if len(text) < MIN_KEY_LENGTH or not (text.isascii() and text.isprintable() and " " not in text):
                raise ValueError(f"each key has {MIN_KEY_LENGTH} or more characters of plain ASCII without spaces")
        return value

    @field_validator("contact")
    @classmethod
    def _fits_a_header(cls, value: str | None) -> str | None:
        if value is not None and not (value.isascii() and value.isprintable() and value.strip()):
            raise ValueError("must be an e-mail or web address in plain ASCII")
        return value

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("library", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        if isinstance(value, str):
            return libraries_of(value)
        return [] if value is None else [value] if isinstance(value, Path) else value

    @field_validator("library")
    @classmethod
    def _each_absolute(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(dict.fromkeys(folder.expanduser().absolute() for folder in value))

    @property
    def libraries(self) -> tuple[Path, ...]:
        """The user's own folders, then the demo library unless it is switched off or not installed."""
        demo = self.demo_library and (DEMO_LIBRARY.is_dir() or not self.library)
        return tuple(dict.fromkeys((*self.library, DEMO_LIBRARY))) if demo else self.library

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (
            init_settings,
            env_settings,
            InitSettingsSource(settings_cls, init_kwargs={"llm": _keys_of_the_environment()}),
            YamlConfigSettingsSource(settings_cls, yaml_file=PROJECT_ROOT / "config.yaml"),
        )


def _keys_of_the_environment() -> dict[str, dict[str, str]]:
    return {name: {"api_key": key} for name, variable in KEY_VARIABLES.items() if (key := os.environ.get(variable))}


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process. Raises UsageError naming each value that cannot be used."""
    try:
        return Settings()
    except yaml.YAMLError as error:
        raise UsageError(f"config.yaml is not valid YAML: {error}") from error
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors())
        raise UsageError(f"a setting cannot be used: {problems} (see config.example.yaml)") from error
