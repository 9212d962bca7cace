"""An artist who is deleted or taken apart from another: what the pipeline does, and what a run at work cannot undo."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from mdg_core.store import artists, chores, curations, profiles, requests
from mdg_pipeline.chores import work_off
from mdg_pipeline.defs.sensors import research_requests
from mdg_pipeline.progress import ClaimLost, Reporter
from tests.pipeline.conftest import GRID, Pipeline
from tests.pipeline.test_curation import LOUD, curate


def rows_of(pipeline: Pipeline, key: str) -> list[Path]:
    return list((pipeline.lake.root / "tables").glob(f"*/{key}.parquet"))


def tick(pipeline: Pipeline) -> dg.SensorResult:
    context = dg.build_sensor_context(
        instance=pipeline.instance, resources={"research": pipeline.resource}, definitions=pipeline.defs
    )
    result = research_requests(context)
    assert isinstance(result, dg.SensorResult)
    return result


def test_a_deleted_artist_leaves_lake_and_partitions(pipeline: Pipeline) -> None:
    for name in ("Example", "Other"):
        pipeline.write(f"{name}/grooves.grid", GRID)
        pipeline.research(name)
    assert rows_of(pipeline, "example")
    artists.delete(pipeline.conn, "example")
    tick(pipeline)
    assert not rows_of(pipeline, "example")
    assert pipeline.instance.get_dynamic_partitions("artists") == ["other"]
    assert profiles.published(pipeline.conn, "other")
    assert chores.pending(pipeline.conn) == []
    pipeline.research("Example")
    assert profiles.published(pipeline.conn, "example")


def test_a_run_at_work_is_ended_first_and_brings_nothing_back(pipeline: Pipeline) -> None:
    key = artists.find_or_create(pipeline.conn, "Example").key
    request, _ = requests.submit(pipeline.conn, key)
    run = pipeline.instance.create_run_for_job(
        pipeline.defs.resolve_job_def("research"), tags={"dagster/partition": key}, status=dg.DagsterRunStatus.STARTED
    )
    requests.claim(pipeline.conn, request.id, run.run_id, 1)
    reporter = Reporter(pipeline.database_url, request.id, run.run_id)
    reporter.report("sources", "reading")
    artists.delete(pipeline.conn, key)
    with pytest.raises(ClaimLost):
        reporter.report("sources", "reading")
    with pytest.raises(ClaimLost), pipeline.conn.transaction():
        reporter.keep()
    artists.find_or_create(pipeline.conn, "Example")
    requests.submit(pipeline.conn, key)  # somebody asks again at once
    assert work_off(pipeline.conn, pipeline.lake, pipeline.instance) == {key}
    assert not tick(pipeline).run_requests
    pipeline.instance.report_run_canceled(run)
    assert [launch.partition_key for launch in tick(pipeline).run_requests or ()] == [key]


def test_unmerged_artists_have_their_own_documents_again(pipeline: Pipeline) -> None:
    pipeline.write("Example/grooves.grid", GRID)
    pipeline.write("The Example/own.grid", LOUD)
    for name in ("Example", "The Example"):
        pipeline.research(name)
    assert curate(pipeline, "curate_merge_artists", artist="The Example", into="Example").success
    pipeline.research("Example")
    assert len(pipeline.lake.documents("midi", "example")) == 2
    assert curate(pipeline, "curate_unmerge_artist", artist="The Example").success
    found = profiles.published(pipeline.conn, "the-example")
    assert found
    assert {pattern.name for pattern in found.profile.patterns} == {"Loud"}
    assert [launch.partition_key for launch in tick(pipeline).run_requests or ()] == ["example"]
    pipeline.research("Example")
    found = profiles.published(pipeline.conn, "example")
    assert found
    assert "Loud" not in {pattern.name for pattern in found.profile.patterns}
    assert [document.title for document in pipeline.lake.documents("midi", "example")] == ["grooves"]
    assert not curate(pipeline, "curate_unmerge_artist", artist="The Example").success
    assert [row.action for row in curations.of_artist(pipeline.conn, "example")] == ["merge", "unmerge"]
