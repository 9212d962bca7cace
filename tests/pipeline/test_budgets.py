"""How long the sources of a kind may take."""

from __future__ import annotations

import pytest

from mdg_core.settings import ResearchSettings
from mdg_core.store import artists, requests
from mdg_core.store.connect import Connection
from mdg_core.store.requests import Depth
from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.collect.gather import Wish, seconds_for
from mdg_pipeline.documents import RawKind
from mdg_pipeline.progress import Reporter


@pytest.mark.parametrize(
    ("kind", "depth", "waited", "seconds"),
    [
        ("papers", "full", 0, 300),
        ("articles", "full", 1000, 300),
        ("audio", "full", 0, 480),
        ("midi", "full", 0, 120),
        ("papers", "quick", 0, 15),
        ("midi", "quick", 6, 12),
        ("midi", "quick", 12, 6),  # MusicBrainz was silent
        ("midi", "quick", 500, 5),  # the request waited for `mdg up`
    ],
)
def test_a_quick_research_has_what_is_left_of_its_time(
    kind: RawKind, depth: Depth, waited: float, seconds: float
) -> None:
    wish = Wish(ArtistQuery("example", "Example"), depth=depth, waited=waited)
    assert seconds_for(kind, wish, ResearchSettings()) == seconds


def test_a_run_knows_how_long_ago_it_was_asked_for(conn: Connection, database_url: str) -> None:
    request, _ = requests.submit(conn, artists.find_or_create(conn, "Example").key)
    conn.execute("UPDATE research_request SET created_at = now() - interval '1 hour'")
    reporter = Reporter(database_url, request.id, "a-run")
    assert reporter.waited() == pytest.approx(3600, abs=60)
    assert Reporter(database_url, None, "a-run").waited() == 0
