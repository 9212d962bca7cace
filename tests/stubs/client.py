"""A web client that asks the stubs, for the tests of the sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mdg_core.settings import Settings
from mdg_core.store.connect import connect
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.lake import Lake
from tests.stubs.server import Stubs

CONTACT = "tests@example.org"
# pauses that keep a test short; the rest as it ships
_WEB = {
    "backoff_seconds": 0.01,
    "max_backoff_seconds": 0.05,
    "connect_timeout_seconds": 2,
    "read_timeout_seconds": 0.5,
    "request_timeout_seconds": 1,
    "circuit_failures": 1000,
}


def client_for(
    stubs: Stubs,
    database_url: str,
    home: Path,
    *,
    contact: str | None = CONTACT,
    web: dict[str, Any] | None = None,
    **of_each: Any,
) -> WebClient:
    """A client with an empty cache whose sources are the stubs, without pauses between requests.

    `web` goes over the section of the settings, `of_each` over the settings of every source.
    """
    with connect(database_url) as conn:
        for table in ("web_turn", "web_circuit", "web_page"):
            conn.execute(f"DELETE FROM {table}")
    settings = Settings.model_validate(
        {
            "home": home,
            "contact": contact,
            "web": {**_WEB, **(web or {})},
            "sources": _sources(stubs, of_each),
        }
    )
    return WebClient(settings, database_url, Lake(home / "lake"))


def _sources(stubs: Stubs, of_each: dict[str, Any]) -> dict[str, Any]:
    return {"links": {"min_interval_seconds": 0}, **stubs.settings(**{"min_interval_seconds": 0, **of_each})}
