"""Every setting of the project: environment over config.yaml over the defaults here.

MDG_HOME holds the state (database, lake, logs). A checkout keeps it in its own data/state; an installed
package keeps it under the working directory.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
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


class ResearchSettings(_Section):
    max_concurrent_runs: int = Field(default=2, ge=1, le=64)
    max_attempts: int = Field(default=3, ge=1, le=10)
    # a run whose process has not reported for this long is taken for dead
    heartbeat_timeout_seconds: float = Field(default=20, gt=5)
    max_file_bytes: int = Field(default=10_000_000, gt=0)
    max_files_per_artist: int = Field(default=20_000, gt=0)
    # a profile older than this shows as stale
    stale_after_days: int = Field(default=30, ge=1)


class GenerationSettings(_Section):
    wait_seconds: float = Field(default=25, ge=0, le=120)


class Settings(BaseSettings):
    """MDG_HOME is `home`, MDG_SERVER__API_PORT is `server.api_port`, and so on; DATABASE_URL goes without the prefix."""

    model_config = SettingsConfigDict(env_prefix="MDG_", env_nested_delimiter="__", extra="forbid")

    home: Path = PROJECT_ROOT / "data" / "state"
    library: Path = PROJECT_ROOT / "data" / "library"
    database_url: SecretStr | None = Field(default=None, validation_alias=AliasChoices("database_url", "DATABASE_URL"))
    contact: str | None = None
    api_keys: Annotated[list[SecretStr], NoDecode] = []
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    research: ResearchSettings = ResearchSettings()
    generation: GenerationSettings = GenerationSettings()

    @field_validator("api_keys", mode="before")
    @classmethod
    def _comma_separated(cls, value: Any) -> Any:
        return [key.strip() for key in value.split(",") if key.strip()] if isinstance(value, str) else value

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
