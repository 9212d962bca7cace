"""Every setting of the project: environment over config.yaml over the defaults here.

MDG_HOME holds the state (database, lake, logs). A checkout keeps it in its own data/state; an installed
package keeps it under the working directory.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import yaml
from pydantic import (
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
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from mdg_core.errors import UsageError

_PACKAGE_PARENT = Path(__file__).resolve().parent.parent
PROJECT_ROOT = _PACKAGE_PARENT if (_PACKAGE_PARENT / "workspace.yaml").is_file() else Path.cwd()


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ServerSettings(_Section):
    """Where `mdg up` listens. Port 0 takes a free one."""

    host: str = "127.0.0.1"
    api_port: int = Field(default=8711, ge=0, le=65535)
    dagster_port: int = Field(default=8712, ge=0, le=65535)
    code_port: int = Field(default=8713, ge=0, le=65535)
    database_port: int = Field(default=8714, ge=0, le=65535)


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
    # a quick research in all; a full one by kind
    quick_seconds: float = Field(default=15, gt=0)
    budget_seconds: BudgetSettings = BudgetSettings()


class SourceSettings(_Section):
    """How one web source is asked; the interval and the number at once hold across processes and machines."""

    enabled: bool = True
    base_url: str  # empty: addresses that the operator adds
    api_key: SecretStr | None = None
    min_interval_seconds: float = Field(default=1, ge=0, le=3600)
    max_concurrent: int = Field(default=1, ge=1, le=16)

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).hostname):
            raise ValueError("must be an http:// or https:// address")
        return value.rstrip("/")


class BitMidiSettings(SourceSettings):
    # the site's robots.txt forbids downloads: only for who has the site's leave
    download: bool = False


class SourcesSettings(_Section):
    """The web sources of the research. What is given for one goes over its own defaults."""

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


class Settings(BaseSettings):
    """MDG_HOME is `home`, MDG_SERVER__API_PORT `server.api_port`, and so on; DATABASE_URL goes without the prefix."""

    model_config = SettingsConfigDict(env_prefix="MDG_", env_nested_delimiter="__", extra="forbid")

    home: Path = PROJECT_ROOT / "data" / "state"
    library: Path = PROJECT_ROOT / "data" / "library"
    database_url: SecretStr | None = Field(default=None, validation_alias=AliasChoices("database_url", "DATABASE_URL"))
    contact: str | None = None
    api_keys: Annotated[list[SecretStr], NoDecode] = []
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    research: ResearchSettings = ResearchSettings()
    sources: SourcesSettings = SourcesSettings()
    web: WebSettings = WebSettings()
    generation: GenerationSettings = GenerationSettings()

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
        return [key.strip() for key in value.split(",") if key.strip()] if isinstance(value, str) else value

    @field_validator("contact")
    @classmethod
    def _fits_a_header(cls, value: str | None) -> str | None:
        if value is not None and not (value.isascii() and value.isprintable() and value.strip()):
            raise ValueError("must be an e-mail or web address in plain ASCII")
        return value

    @field_validator("home", "library")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

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
            YamlConfigSettingsSource(settings_cls, yaml_file=PROJECT_ROOT / "config.yaml"),
        )


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
