"""How long the sources of a kind may take."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest

from mdg_core.settings import ResearchSettings, Settings
from mdg_core.store import artists, requests
from mdg_core.store.connect import Connection
from mdg_core.store.requests import Depth
from mdg_pipeline.collect import gather
from mdg_pipeline.collect.base import ArtistQuery, Collected
from mdg_pipeline.collect.gather import Wish, seconds_for
from mdg_pipeline.collect.sources import Asking, Source
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.documents import Outcome, RawKind
from mdg_pipeline.lake import Lake
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


def test_a_source_without_an_answer_in_time_is_named_also_when_asked_for_the_first_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    released = threading.Event()

    def ask_slow(_: Asking) -> Collected:
        released.wait(30)
        return Collected(Outcome("slow", "empty", "nothing"))

    prompt = Source("prompt", "midi", lambda _: Collected(Outcome("prompt", "empty", "nothing")))
    monkeypatch.setattr(gather, "of_kind", lambda _: [prompt, Source("slow", "midi", ask_slow)])
    monkeypatch.setattr(gather, "seconds_for", lambda *_: 0.2)
    monkeypatch.setattr(gather, "_GRACE_SECONDS", {"full": 0.2})
    settings, lake = Settings(home=tmp_path), Lake(tmp_path / "lake")
    client = WebClient(settings, "postgresql://unused", lake)
    with caplog.at_level(logging.WARNING):
        grown = gather.gather("midi", Wish(ArtistQuery("example", "Example")), settings, lake, client, lambda _: None)
    released.set()
    assert [part.outcome.status for part in grown.collected] == ["empty", "timed_out"]
    assert "again" in grown.collected[1].outcome.message
    (said,) = (record.getMessage() for record in caplog.records if record.name == gather.__name__)
    assert said.endswith("from slow")
