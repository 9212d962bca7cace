"""A research that is cancelled ends wherever it is, and leaves the profile that there was."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from mdg_core.store import artists, profiles, requests
from mdg_core.store.connect import connect
from mdg_pipeline import outcome
from mdg_pipeline.collect import gather
from mdg_pipeline.collect.base import Collected
from mdg_pipeline.collect.sources import Asking, Source
from mdg_pipeline.defs import features, raw
from mdg_pipeline.defs.jobs import RESEARCH_JOB
from mdg_pipeline.defs.sensors import research_requests, run_tags
from mdg_pipeline.documents import Outcome, RawKind
from tests.pipeline.conftest import GRID, Pipeline


def run_of(pipeline: Pipeline, request: requests.ResearchRequest) -> dg.DagsterRun:
    assert request.run_id
    run = pipeline.instance.get_run_by_id(request.run_id)
    assert run
    return run


def before(step: Callable[..., Any], pipeline: Pipeline) -> Callable[..., Any]:
    """The step, and just before it somebody cancels what is open."""

    def cancelling(*given: Any, **named: Any) -> Any:
        with connect(pipeline.database_url) as conn:
            for request in requests.list_open(conn):
                requests.cancel(conn, request.id)
        return step(*given, **named)

    return cancelling


def test_while_the_sources_are_asked(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, done = threading.Event(), threading.Event()

    def slow(_asking: Asking) -> Collected:
        asked.set()
        done.wait(60)
        return Collected(Outcome("slow", "empty"))

    def one(kind: RawKind) -> list[Source]:
        return [Source("slow", kind, slow)]

    def cancel() -> None:
        asked.wait(60)
        with connect(pipeline.database_url) as conn:
            request = requests.list_open(conn)[0]
            told = request.by_source()
            seen.extend((kind, each.source, each.status) for kind, each in told if kind != "identity")
            requests.cancel(conn, request.id)
        done.set()

    seen: list[tuple[str, str, str]] = []
    for module in (raw, gather):
        monkeypatch.setattr(module, "of_kind", one)
    somebody = threading.Thread(target=cancel)
    somebody.start()
    request, result = pipeline.research("Queen")
    somebody.join()
    assert seen == [(kind, "slow", "asking") for kind in ("papers", "articles", "audio", "midi")]
    assert (request.status, request.error) == ("cancelled", None)
    assert not result.success
    assert run_of(pipeline, request).status == dg.DagsterRunStatus.CANCELED


@pytest.mark.parametrize(
    ("module", "step"), [(features, "has_evidence"), (outcome, "published"), (profiles, "publish")]
)
def test_the_profile_that_there_was_stays(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, module: Any, step: str
) -> None:
    pipeline.write("Queen/grooves.grid", GRID)
    pipeline.research("Queen")
    known = profiles.published(pipeline.conn, "queen")
    pipeline.write("Queen/more.grid", GRID.replace("tempo: 100", "tempo: 180"))
    monkeypatch.setattr(module, step, before(getattr(module, step), pipeline))
    request, _ = pipeline.research("Queen")
    assert request.status == "cancelled"
    assert run_of(pipeline, request).status == dg.DagsterRunStatus.CANCELED
    assert known
    assert profiles.published(pipeline.conn, "queen") == known
    monkeypatch.undo()
    monkeypatch.setenv("MDG_WEB__ENABLED", "false")
    monkeypatch.setenv("MDG_DEMO_LIBRARY", "false")
    again, _ = pipeline.research("Queen")
    assert again.status == "completed"
    after = profiles.published(pipeline.conn, "queen")
    assert after
    assert after.profile.version == known.profile.version + 1


def test_a_request_that_was_cancelled_in_the_queue_is_not_begun(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = artists.find_or_create(pipeline.conn, "Queen").key
    request, _ = requests.submit(pipeline.conn, key)
    requests.cancel(pipeline.conn, request.id)
    pipeline.instance.add_dynamic_partitions("artists", [key])
    pipeline.defs.resolve_job_def(RESEARCH_JOB).execute_in_process(
        instance=pipeline.instance, partition_key=key, tags=run_tags(request), raise_on_error=False
    )
    ended = requests.get(pipeline.conn, request.id)
    assert ended
    assert (ended.status, ended.run_id) == ("cancelled", None)


def test_the_sensor_ends_the_runs_of_cancelled_requests(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []
    monkeypatch.setattr(type(pipeline.instance.run_coordinator), "cancel_run", lambda _, run_id: ended.append(run_id))
    runs = {}
    for name in ("Queen", "Rush"):
        request, _ = requests.submit(pipeline.conn, artists.find_or_create(pipeline.conn, name).key)
        tags = run_tags(request)
        runs[name] = create_run_for_test(pipeline.instance, RESEARCH_JOB, status=dg.DagsterRunStatus.STARTED, tags=tags)
    gone = requests.latest(pipeline.conn, "queen")
    assert gone
    requests.cancel(pipeline.conn, gone.id)
    research_requests(dg.build_sensor_context(instance=pipeline.instance), research=pipeline.resource)
    assert ended == [runs["Queen"].run_id]


def test_a_run_that_was_cancelled_in_dagster_cancels_its_request(pipeline: Pipeline) -> None:
    request, _ = requests.submit(pipeline.conn, artists.find_or_create(pipeline.conn, "Queen").key)
    tags = run_tags(request)
    create_run_for_test(pipeline.instance, RESEARCH_JOB, status=dg.DagsterRunStatus.CANCELED, tags=tags)
    research_requests(dg.build_sensor_context(instance=pipeline.instance), research=pipeline.resource)
    ended = requests.get(pipeline.conn, request.id)
    assert ended
    assert ended.status == "cancelled"
    assert "Dagster" in ended.message


def test_a_request_whose_runner_is_gone_goes_back_to_the_queue(pipeline: Pipeline) -> None:
    request, _ = requests.submit(pipeline.conn, artists.find_or_create(pipeline.conn, "Queen").key)
    tags = run_tags(request)
    run = create_run_for_test(pipeline.instance, RESEARCH_JOB, status=dg.DagsterRunStatus.STARTED, tags=tags)
    requests.claim(pipeline.conn, request.id, run.run_id, 1)
    pipeline.conn.execute("UPDATE research_request SET heartbeat_at = now() - interval '1 minute'")
    sensor = lambda: research_requests(dg.build_sensor_context(instance=pipeline.instance), research=pipeline.resource)  # noqa: E731
    sensor()
    back = requests.get(pipeline.conn, request.id)
    assert back
    assert (back.status, back.attempt, back.started_at) == ("queued", 2, None)
    ended = pipeline.instance.get_run_by_id(run.run_id)
    assert ended
    assert ended.status == dg.DagsterRunStatus.FAILURE
    launched = sensor()
    assert isinstance(launched, dg.SensorResult)
    assert [each.run_key for each in launched.run_requests or ()] == [f"{request.id}:2"]
