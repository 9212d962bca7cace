"""What of the kept answers goes, and that documents never do."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mdg_core.settings import Settings
from mdg_core.store import web
from mdg_core.store.connect import Connection
from mdg_pipeline.collect.web.prune import UNUSED_SECONDS, Pruned, prune
from mdg_pipeline.documents import Document
from mdg_pipeline.lake import Lake
from tests.pipeline.conftest import GRID, Pipeline


@pytest.fixture
def lake(tmp_path: Path, conn: Connection) -> Lake:
    conn.execute("TRUNCATE web_page")
    return Lake(tmp_path / "lake")


def settings(**research: float) -> Settings:
    return Settings.model_validate({"research": research})


def path_of(lake: Lake, blob: str) -> Path:
    return lake.root / "blobs" / blob[:2] / blob


def keep(conn: Connection, lake: Lake, url: str, body: bytes, *, days: float) -> str:
    """A page checked so many days ago, whose file is as old; its blob."""
    blob, at = lake.put_blob(body), datetime.now(UTC) - timedelta(days=days)
    os.utime(path_of(lake, blob), (at.timestamp(), at.timestamp()))
    key = web.page_key("wikipedia", url)
    page = web.CachedPage(key, "wikipedia", url, url, 200, "text/html", {}, None, None, blob, at, at)
    web.keep_page(conn, page)
    return blob


def urls(conn: Connection) -> set[str]:
    return {row["url"] for row in conn.execute("SELECT url FROM web_page").fetchall()}


def test_pages_too_old_to_be_of_use_go(conn: Connection, lake: Lake) -> None:
    old, young = (keep(conn, lake, f"http://x/{days}", b"%d" % days, days=days) for days in (91, 89))
    assert prune(conn, lake, settings(page_cache_days=90)) == Pruned(1, 1, 2, 1, 2)
    assert urls(conn) == {"http://x/89"}
    assert not path_of(lake, old).exists()
    assert path_of(lake, young).exists()
    assert prune(conn, lake, settings(page_cache_days=90)) == Pruned(0, 0, 0, 1, 2)


def test_an_answer_that_counts_as_fresh_stays(conn: Connection, lake: Lake) -> None:
    keep(conn, lake, "http://x/a", b"a", days=5)
    configured = settings(page_cache_days=1)
    configured.web.cache_hours = 24 * 7
    assert prune(conn, lake, configured).pages == 0


def test_beyond_the_size_the_oldest_go(conn: Connection, lake: Lake) -> None:
    for days in (2, 3, 4, 5):
        keep(conn, lake, f"http://x/{days}", bytes([days]) * 400_000, days=days)
    pruned = prune(conn, lake, settings(page_cache_megabytes=1))
    assert urls(conn) == {"http://x/2", "http://x/3"}
    assert (pruned.pages, pruned.freed_bytes, pruned.kept_bytes) == (2, 800_000, 800_000)


def test_documents_are_never_lost(conn: Connection, lake: Lake) -> None:
    """Not even superseded ones; and the answer that one came from stays, so that it is not asked for again."""
    blob = keep(conn, lake, "http://x/song.mid", b"MThd", days=400)
    at = datetime.now(UTC)
    document = Document(blob, "bitmidi", "midi", "http://x/song.mid", "song", "audio/midi", 4, 0.7, "", at, True)
    lake.write_documents("midi", "example", [document])
    keep(conn, lake, "http://x/page", b"page", days=400)
    assert prune(conn, lake, settings(page_cache_days=1, page_cache_megabytes=0)).pages == 1
    assert lake.get_blob(blob) == b"MThd"
    assert urls(conn) == {"http://x/song.mid"}


def test_files_that_nothing_names_go_when_they_are_old(conn: Connection, lake: Lake) -> None:
    orphan, fresh = lake.put_blob(b"orphan"), lake.put_blob(b"its row is under way")
    past = time.time() - UNUSED_SECONDS - 60
    os.utime(path_of(lake, orphan), (past, past))
    assert prune(conn, lake, settings()).blobs == 1
    assert list(lake.blobs()) == [fresh]


def test_bytes_that_are_stored_again_count_as_new(lake: Lake) -> None:
    blob = lake.put_blob(b"again")
    os.utime(path_of(lake, blob), (1, 1))
    lake.put_blob(b"again")
    assert lake.drop_blob(blob, unused_seconds=UNUSED_SECONDS) == 0
    os.utime(path_of(lake, blob), (1, 1))
    assert lake.drop_blob(blob, unused_seconds=UNUSED_SECONDS) == 5
    assert lake.drop_blob(blob, unused_seconds=UNUSED_SECONDS) == 0


def test_bytes_that_are_stored_while_they_are_dropped_stay(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = lake.put_blob(b"again")
    os.utime(path_of(lake, blob), (1, 1))
    replace = os.replace

    def stored_just_before(source: Path, target: Path) -> None:
        if Path(target).name.endswith(".dropped"):
            os.utime(source)
        replace(source, target)

    monkeypatch.setattr("mdg_pipeline.lake.os.replace", stored_just_before)
    assert lake.drop_blob(blob, unused_seconds=UNUSED_SECONDS) == 0
    assert lake.get_blob(blob) == b"again"


def test_the_job_prunes_and_says_what(pipeline: Pipeline) -> None:
    pipeline.conn.execute("TRUNCATE web_page")
    pipeline.write("Example/grooves.grid", GRID)
    pipeline.research("Example")
    keep(pipeline.conn, pipeline.lake, "http://x/old", b"old", days=200)
    result = pipeline.defs.resolve_job_def("prune_page_cache").execute_in_process(instance=pipeline.instance)
    assert result.success
    assert urls(pipeline.conn) == set()
    assert len(pipeline.lake.documents("midi", "example")) == 1
    request, _ = pipeline.research("Example")
    assert "nothing new" in request.message
