"""What our processes log: an object of JSON a line in files, words on a terminal.

Each line says when (UTC), how grave, which module, what happened, and whose work it was: `about` names the request,
task or run for all that is logged within it. Dagster's own processes write the same keys (--log-format json).
"""

from __future__ import annotations

import json
import logging
import logging.config
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

_OURS = ("mdg_core", "mdg_llm", "mdg_drummer", "mdg_pipeline", "mdg_serving", "uvicorn")
# what every record has; the rest is what `extra` gave
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "color_message"}
_about: ContextVar[Mapping[str, str]] = ContextVar("about", default={})  # noqa: B039  never changed in place


@contextmanager
def about(**whose: str) -> Iterator[None]:
    """Name whose work it is (request_id, task_id, ...) in all that this thread or task logs within the context."""
    before = _about.set({**_about.get(), **whose})
    try:
        yield
    finally:
        _about.reset(before)


def is_about(**whose: str) -> None:
    """The same for the rest of the context, as that of one request, which ends with it."""
    _about.set({**_about.get(), **whose})


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **details(record),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


class Words(logging.Formatter):
    """A record as a person reads it: 08:00:01 warning: the database does not answer (request_id=4f)."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        more = ", ".join(f"{name}={value}" for name, value in details(record).items())
        said = f"{when} {record.levelname.lower()}: {record.getMessage()}" + (f" ({more})" if more else "")
        return f"{said}\n{self.formatException(record.exc_info)}" if record.exc_info else said


def details(record: logging.LogRecord) -> dict[str, Any]:
    """Whose work it was, and what the call gave as `extra`."""
    given = {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
    return {**_about.get(), **given}


def formatter() -> logging.Formatter:
    """By where the lines go: standard error."""
    return Words() if sys.stderr.isatty() else JsonLines()


def configuration() -> dict[str, Any]:
    """For logging.config.dictConfig, and for uvicorn, which hands it on to its processes."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "mdg_core.logs.formatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {name: {"level": "INFO"} for name in _OURS},
    }


def configure() -> None:
    """For a process that is a program of ours; what it does not catch is logged as well."""
    logging.config.dictConfig(configuration())
    sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    if issubclass(kind, Exception):
        logging.getLogger(__name__).critical("%s: %s", kind.__name__, error, exc_info=(kind, error, trace))
    else:
        sys.__excepthook__(kind, error, trace)
