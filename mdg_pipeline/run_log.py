"""MDG_HOME/logs/runs.log: what runs of Dagster say, with the request that each works for as task_id.

Dagster makes the handler in the process of each run, by dagster.yaml (`mdg_pipeline.instance`); it gets what assets log
by `context.log` and what our modules log.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from mdg_core.home import make_folder
from mdg_core.logfiles import appending, rotate
from mdg_core.logs import JsonLines
from mdg_pipeline.progress import ARTIST_TAG, REQUEST_TAG

# ours, whose lines belong to a run's
LOGGERS = ("mdg_core", "mdg_llm", "mdg_drummer", "mdg_pipeline")
_TAGS = {"task_id": REQUEST_TAG, "artist": ARTIST_TAG}


def path_of(home: Path) -> Path:
    return home / "logs" / "runs.log"


class RunLog(logging.Handler):
    """Appends each record as a line of JSON; several runs write to the file at once."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.setFormatter(OfRuns())
        file = Path(path)
        make_folder(file.parent)
        rotate(file)
        self._file = appending(file)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._file.write(f"{self.format(record)}\n".encode())
            self._file.flush()
        except (OSError, ValueError):  # a full disk, a file closed at the end of the run
            self.handleError(record)

    def close(self) -> None:
        self._file.close()
        super().close()


class OfRuns(JsonLines):
    """Dagster writes run and step into the message; here they are keys."""

    def format(self, record: logging.LogRecord) -> str:
        meta: dict[str, Any] | None = record.__dict__.get("dagster_meta")
        if meta is None:
            return super().format(record)
        own = logging.LogRecord(
            record.name, record.levelno, record.pathname, record.lineno, meta["orig_message"], None, record.exc_info
        )
        own.created = record.created
        tags = meta.get("job_tags") or {}
        whose = {name: tags.get(tag) for name, tag in _TAGS.items()} | {
            name: meta.get(name) for name in ("run_id", "job_name", "step_key")
        }
        own.__dict__.update({name: value for name, value in whose.items() if value})
        return super().format(own)
