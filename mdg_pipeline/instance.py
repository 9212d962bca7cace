"""The Dagster instance: its dagster.yaml under MDG_HOME, and the environment that every Dagster process gets."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from mdg_core.home import write_whole
from mdg_core.settings import Settings, libraries_text
from mdg_pipeline.progress import AHEAD_TAG, ARTIST_TAG
from mdg_pipeline.run_log import LOGGERS, path_of


def prepare(settings: Settings, database_url: str) -> dict[str, str]:
    """Write dagster.yaml if it differs; return DAGSTER_HOME and the rest for child processes."""
    home = settings.home / "dagster"
    config = _dagster_yaml(settings)
    path = home / "dagster.yaml"
    if not path.exists() or path.read_text(encoding="utf-8") != config:
        write_whole(path, config.encode())
    return {
        "DAGSTER_HOME": str(home),
        "DAGSTER_PG_URL": storage_url(database_url),
        "DATABASE_URL": database_url,
        "MDG_HOME": str(settings.home),
        "MDG_LIBRARY": libraries_text(settings.libraries),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }


def storage_url(database_url: str) -> str:
    """The same server for Dagster's own tables, in their own schema, by the driver that dagster-postgres speaks."""
    _, _, rest = database_url.partition("://")
    separator = "&" if "?" in rest else "?"
    return f"postgresql+psycopg2://{rest}{separator}options={quote('-c search_path=dagster')}"


def _dagster_yaml(settings: Settings) -> str:
    runs = settings.research.max_concurrent_runs
    return f"""\
# Written by mdg; change config.yaml instead.
telemetry: {{enabled: false}}
nux: {{enabled: false}}
storage: {{postgres: {{postgres_url: {{env: DAGSTER_PG_URL}}}}}}
local_artifact_storage:
  module: dagster._core.storage.root
  class: LocalArtifactStorage
  config: {{base_dir: {_quoted(settings.home / "dagster")}}}
concurrency:
  runs:
    max_concurrent_runs: {runs}
    tag_concurrency_limits:
      - {{key: {ARTIST_TAG}, limit: 1, value: {{applyLimitPerUniqueValue: true}}}}
      - {{key: {AHEAD_TAG}, limit: 1}}
run_queue: {{dequeue_interval_seconds: 1}}
run_retries: {{enabled: false}}
run_monitoring:
  enabled: true
  start_timeout_seconds: 180
  max_runtime_seconds: 7200
  free_slots_after_run_end_seconds: 60
python_logs:
  managed_python_loggers: [{", ".join(LOGGERS)}]
  python_log_level: INFO
  dagster_handler_config:
    handlers:
      runs: {{class: mdg_pipeline.run_log.RunLog, level: INFO, path: {_quoted(path_of(settings.home))}}}
retention: {{sensor: {{purge_after_days: {{skipped: 1, success: 30, failure: 30}}}}}}
"""


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
