"""The schedule that researches popular artists before anybody asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import yaml

from mdg_core.settings import Settings
from mdg_core.store import artists, profiles, requests
from mdg_core.store.artists import ArtistRow
from mdg_pipeline.ahead import PER_TICK, next_ones, popular_artists
from mdg_pipeline.defs import schedules
from mdg_pipeline.defs.jobs import RESEARCH_JOB
from mdg_pipeline.defs.schedules import popular_artists_ahead, runs_ahead
from mdg_pipeline.instance import prepare
from tests.pipeline.conftest import GRID, Pipeline

NOW = datetime(2026, 1, 31, tzinfo=UTC)
LISTED = [ArtistRow("one", "One"), ArtistRow("two", "Two"), ArtistRow("three", "Three"), ArtistRow("four", "Four")]


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.mark.parametrize(
    ("confirmed", "tried", "keys"),
    [
        ({}, set(), ["one", "two"]),
        ({"one": days_ago(3)}, set(), ["two", "three"]),
        ({"one": days_ago(40), "two": days_ago(50), "three": days_ago(29)}, set(), ["four", "two"]),
        ({"one": days_ago(40), "two": days_ago(50), "three": days_ago(60), "four": NOW}, {"three"}, ["two", "one"]),
        (dict.fromkeys(("one", "two", "three", "four"), NOW), set(), []),
        ({}, {"one", "two", "three", "four"}, []),
    ],
)
def test_unknown_artists_come_first_then_the_stalest(
    confirmed: dict[str, datetime], tried: set[str], keys: list[str]
) -> None:
    assert [artist.key for artist in next_ones(LISTED, confirmed, tried, older_than=days_ago(30), limit=2)] == keys


def test_the_list_has_artists_of_many_scripts_each_once() -> None:
    listed = popular_artists()
    assert 60 <= len(listed) <= 100
    assert len({artist.key for artist in listed}) == len(listed)
    assert {"椎名林檎", "Кино", "محمد منير", "Mötley Crüe", "AC/DC"} <= {artist.name for artist in listed}


def tick(pipeline: Pipeline) -> dg.SkipReason | list[dg.RunRequest]:
    return runs_ahead(pipeline.instance, pipeline.resource)


def test_a_tick_starts_few_runs_with_the_lowest_priority(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "popular_artists", lambda: LISTED)
    runs = tick(pipeline)
    assert isinstance(runs, list)
    assert [run.partition_key for run in runs] == ["one", "two"]
    assert len(runs) == PER_TICK
    assert {run.tags["dagster/priority"] for run in runs} == {"-10"}
    assert pipeline.instance.has_dynamic_partition("artists", "two")
    assert requests.list_open(pipeline.conn) == [], "the queue is people's"
    pipeline.write("One/grooves.grid", GRID)
    job = pipeline.defs.resolve_job_def(RESEARCH_JOB)
    for run in runs:
        job.execute_in_process(
            instance=pipeline.instance, partition_key=run.partition_key, tags=run.tags, raise_on_error=False
        )
    assert set(profiles.confirmed_at(pipeline.conn)) == {"one"}
    again = tick(pipeline)
    assert isinstance(again, list)
    assert [run.partition_key for run in again] == ["three", "four"], "nothing was found of two: not asked at each tick"


def test_people_go_first(pipeline: Pipeline) -> None:
    requests.submit(pipeline.conn, artists.find_or_create(pipeline.conn, "Somebody").key)
    skipped = tick(pipeline)
    assert isinstance(skipped, dg.SkipReason)
    assert "people go first" in (skipped.skip_message or "")


def test_it_is_off_until_it_is_switched_on() -> None:
    assert popular_artists_ahead.default_status == dg.DefaultScheduleStatus.STOPPED
    assert "popular_artists.txt" in (popular_artists_ahead.description or "")


def test_one_such_run_works_at_a_time(tmp_path: Path) -> None:
    prepare(Settings(home=tmp_path), "postgresql://u@h/db")
    config = yaml.safe_load((tmp_path / "dagster" / "dagster.yaml").read_text(encoding="utf-8"))
    assert {"key": "mdg/ahead", "limit": 1} in config["concurrency"]["runs"]["tag_concurrency_limits"]
