from __future__ import annotations

import dagster as dg
import pytest

from mdg_cli.show_profile import profile_lines
from mdg_core.profile import USABLE_CONFIDENCE
from mdg_core.store import artists, profiles, requests
from mdg_pipeline.build.profile import stored_embedding
from mdg_pipeline.corpus import catalogue_rows
from mdg_pipeline.defs.sensors import research_requests
from tests.pipeline.conftest import GRID, Pipeline, materialised

RAW = {"raw/articles", "raw/audio", "raw/midi", "raw/papers"}
DOWNSTREAM = {
    "features/audio",
    "features/midi",
    "features/text",
    "profile/style_profile",
    "profile/embedding",
    "serving/published_profile",
}
MORE = GRID.replace("[Pocket]", "[Other pocket]").replace("8..7....7.7.....", "8.7...7...7....7").replace("100", "108")


def test_a_name_becomes_a_published_profile(pipeline: Pipeline) -> None:
    pipeline.write("The Example/deep/er/grooves.grid", GRID)
    pipeline.write("The Example/about.md", "The grooves sit at around 98 BPM. The snare is full of ghost notes.")
    request, result = pipeline.research("the example")
    assert result.success
    assert (request.status, request.progress, request.error) == ("completed", 100, None)
    assert set(materialised(result)) == RAW | DOWNSTREAM | {"identity"}
    found = profiles.published(pipeline.conn, "the-example")
    assert found
    profile = found.profile
    assert profile.quantitative_params["tempo_mode"].value == pytest.approx(100, abs=2)
    titles = {item.title for item in profile.quantitative_params["tempo_avg"].evidence}
    assert {"Pocket", "Turn"} <= titles
    assert any("98 BPM" in title for title in titles), "the sentence is the evidence"
    assert "ghost notes" in profile.text_description
    assert {pattern.role for pattern in profile.patterns} == {"groove", "fill"}
    assert 0 < profile.confidence_score < 1


def test_nothing_new_computes_nothing_downstream(pipeline: Pipeline) -> None:
    pipeline.write("Example/grooves.grid", GRID)
    _, first = pipeline.research("Example")
    before = profiles.published(pipeline.conn, "example")
    request, second = pipeline.research("Example")
    assert set(materialised(second)) == RAW | {"identity"}
    assert {name: version for name, version in materialised(first).items() if name in RAW} == {
        name: version for name, version in materialised(second).items() if name in RAW
    }
    assert request.status == "completed"
    assert "nothing new" in request.message
    after = profiles.published(pipeline.conn, "example")
    assert before
    assert after
    assert after.profile == before.profile
    assert after.confirmed_at > before.confirmed_at, "it is as good as new"


def test_a_new_file_grows_the_set_and_rebuilds_once(pipeline: Pipeline) -> None:
    pipeline.write("Example/grooves.grid", GRID)
    pipeline.research("Example")
    before = profiles.published(pipeline.conn, "example")
    pipeline.write("Example/more.grid", MORE)
    request, result = pipeline.research("Example", "augment")
    after = profiles.published(pipeline.conn, "example")
    assert before
    assert after
    assert set(materialised(result)) >= DOWNSTREAM
    assert len(pipeline.lake.documents("midi", "example")) == 2
    assert after.profile.version == before.profile.version + 1
    assert after.profile.confidence_score > before.profile.confidence_score
    assert request.result
    assert request.result["profile_version"] == 2
    assert request.result["changes"]["documents of midi"] == [1, 2]
    assert "changed: documents of midi 1 to 2, " in request.message
    assert "tempo_avg" in request.result["changes"]


def test_documents_outlive_the_source(pipeline: Pipeline) -> None:
    file = pipeline.write("Example/grooves.grid", GRID)
    pipeline.research("Example")
    file.unlink()
    file.parent.rmdir()
    pipeline.library.rmdir()
    request, result = pipeline.research("Example")
    assert result.success, "a source that cannot be reached fails a check, never the run"
    assert request.status == "completed"
    assert len(pipeline.lake.documents("midi", "example")) == 1
    failed = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert {check.asset_key.to_user_string() for check in failed} == {"raw/midi", "raw/articles"}


def test_broken_files_are_named_and_the_rest_is_used(pipeline: Pipeline) -> None:
    pipeline.write("Example/grooves.grid", GRID)
    pipeline.write("Example/broken.mid", b"error with file")
    pipeline.write("Example/worse.grid", "[Pocket]\nXX zz\n")
    pipeline.write("Example/empty.mid", b"")
    request, result = pipeline.research("Example")
    assert request.status == "completed"
    assert request.result
    warnings = "\n".join(request.result["warnings"])
    for name in ("broken.mid", "worse.grid", "empty.mid"):
        assert name in warnings
    readable = [c for c in result.get_asset_check_evaluations() if c.check_name == "documents_readable"]
    assert {check.asset_key.path[-1]: check.passed for check in readable} == {"midi": False, "text": True}


def test_without_any_evidence_there_is_no_profile(pipeline: Pipeline) -> None:
    request, result = pipeline.research("Nobody Knows")
    assert result.success
    assert request.status == "failed"
    assert request.error
    assert "not enough evidence" in request.error
    assert "MDG_LIBRARY" in request.error
    assert profiles.published(pipeline.conn, "nobody-knows") is None


def test_a_run_without_the_claim_does_nothing(pipeline: Pipeline) -> None:
    pipeline.write("Example/grooves.grid", GRID)
    pipeline.conn.execute("INSERT INTO artist (key, name) VALUES ('example', 'Example')")
    request, _ = requests.submit(pipeline.conn, "example")
    requests.claim(pipeline.conn, request.id, "another-run", 1)
    _, result = pipeline.research("Example")
    assert materialised(result) == {}


def test_a_failed_step_tells_the_request(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.write("Example/grooves.grid", GRID)
    monkeypatch.setattr("mdg_pipeline.defs.profile.build_profile", lambda *_: 1 / 0)
    request, result = pipeline.research("Example")
    assert not result.success
    assert request.status == "failed"
    assert "ZeroDivisionError" in (request.error or "")
    monkeypatch.undo()
    request, result = pipeline.research("Example")
    assert request.status == "completed", "the next research goes on from what was kept"


def test_pressing_materialize_computes_without_a_request(pipeline: Pipeline) -> None:
    pipeline.write("Example/grooves.grid", GRID)
    pipeline.research("Example")
    job = pipeline.defs.resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(
        instance=pipeline.instance,
        partition_key="example",
        asset_selection=[dg.AssetKey(["features", "midi"]), dg.AssetKey(["profile", "style_profile"])],
    )
    assert set(materialised(result)) == {"features/midi", "profile/style_profile"}


def test_the_sensor_makes_partitions_and_one_run_a_request(pipeline: Pipeline) -> None:
    names = ["AC/DC", "Mötley Crüe", "椎名林檎", "The The", "Beyoncé"]
    keys = []
    for name in names:
        keys.append(artists.find_or_create(pipeline.conn, name).key)
        requests.submit(pipeline.conn, keys[-1])
        requests.submit(pipeline.conn, keys[-1])
    evaluated, again = (
        research_requests(dg.build_sensor_context(instance=pipeline.instance), research=pipeline.resource)
        for _ in range(2)
    )
    assert isinstance(evaluated, dg.SensorResult)
    assert isinstance(again, dg.SensorResult)
    assert sorted(run.partition_key or "" for run in evaluated.run_requests or []) == sorted(keys)
    assert [run.run_key for run in again.run_requests or []] == [run.run_key for run in evaluated.run_requests or []]
    assert {key for request in evaluated.dynamic_partitions_requests or [] for key in request.partition_keys} == set(
        keys
    )


def test_duckdb_sees_all_artists(pipeline: Pipeline) -> None:
    assert catalogue_rows(pipeline.lake) == ([], [])
    pipeline.write("One/grooves.grid", GRID)
    pipeline.write("Two/grooves.grid", MORE)
    pipeline.research("One")
    pipeline.research("Two")
    columns, rows = catalogue_rows(pipeline.lake)
    assert [row[columns.index("artist_key")] for row in rows] == ["one", "two"]
    assert [row[columns.index("takes")] for row in rows] == [2, 2]


def test_words_alone_give_reference_grooves_and_low_confidence(pipeline: Pipeline) -> None:
    pipeline.write("Example/about.md", "A reggae drummer, known for the one drop. Most songs are around 76 BPM.")
    request, _ = pipeline.research("Example")
    assert request.status == "completed"
    found = profiles.published(pipeline.conn, "example")
    assert found
    assert {pattern.style for pattern in found.profile.patterns} == {"reggae"}
    assert all(pattern.name.startswith("reference:") for pattern in found.profile.patterns)
    assert found.profile.confidence_score < USABLE_CONFIDENCE
    assert found.profile.quantitative_params["density"].value is None
    assert "stand in" in found.profile.text_description


def test_a_full_research_follows_a_quick_one(pipeline: Pipeline) -> None:
    pipeline.write("Example/grooves.grid", GRID)
    request, _ = pipeline.research("Example", depth="quick")
    assert request.status == "completed"
    assert [(r.artist_key, r.depth) for r in requests.list_open(pipeline.conn)] == [("example", "full")]
    request, _ = pipeline.research("Example")
    assert request.depth == "full"
    assert requests.list_open(pipeline.conn) == []


def test_words_give_swing_and_collaborators_where_nothing_better_is_there(pipeline: Pipeline) -> None:
    pipeline.write("Example/about.md", "Example plays swung sixteenths. Example has played drums with Nora Finch.")
    pipeline.research("Example")
    found = profiles.published(pipeline.conn, "example")
    assert found
    swing = found.profile.quantitative_params["swing_sixteenths"]
    assert (swing.value, swing.evidence_count, swing.conflicts) == (60.0, 1, [])
    assert 0 < swing.confidence < 0.25
    assert "swung sixteenths" in swing.evidence[0].title
    assert found.profile.quantitative_params["swing_percent"].value is None
    assert [item.name for item in found.profile.collaborators] == ["Nora Finch"]
    assert "Nora" not in stored_embedding(pipeline.lake, "example", found.profile).text, "style is no matter of names"


def test_slow_and_fast_songs_show_as_two_tempi(pipeline: Pipeline) -> None:
    for tempo in (70, 72, 74, 142, 144, 146):
        pipeline.write(f"Example/{tempo}.grid", GRID.replace("tempo: 100", f"tempo: {tempo}"))
    pipeline.research("Example")
    found = profiles.published(pipeline.conn, "example")
    assert found
    assert [mode.value for mode in found.profile.quantitative_params["tempo_mode"].modes] in ([144, 72], [72, 144])
    assert "most often around" in found.profile.text_description
    assert "72 and 144" in found.profile.text_description or "144 and 72" in found.profile.text_description
    assert "modes " in "\n".join(profile_lines(found.profile))
