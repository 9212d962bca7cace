from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import dagster as dg
import numpy as np
import pytest

from mdg_cli.show_profile import profile_lines
from mdg_core.errors import MdgError
from mdg_core.profile import USABLE_CONFIDENCE, Artist, PlayedStyle, StyleProfile
from mdg_core.store import artists, neighbours, profiles, requests
from mdg_core.style_vector import SIZE, STYLE_VECTOR_VERSION
from mdg_pipeline.build import embed
from mdg_pipeline.build.embed import stored_embedding
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


def test_the_profile_is_published_before_the_embedding_is_made(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(text: str) -> list[float]:
        found = profiles.published(pipeline.conn, "example")
        assert found is not None, "it is published by now"
        raise MdgError("the model is not to be had")

    pipeline.write("Example/grooves.grid", GRID)
    monkeypatch.setattr(embed, "embed", refuse)
    request, result = pipeline.research("Example")
    assert request.status == "completed", "nobody waits for the embedding"
    assert "profile/embedding" not in materialised(result)
    assert neighbours.most_typical(pipeline.conn)[0].key == "example", "without any embedding"
    found = profiles.published(pipeline.conn, "example")
    assert found
    assert found.profile.playing
    assert (found.profile.playing.takes, found.profile.playing.performed) == (2, 0.0)


def test_artists_are_compared_by_their_playing_without_embeddings(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "embed", lambda text: 1 / 0)
    far = GRID.replace("CH  6.5.6.5.6.5.6.5.|6.5.6.5.6.5.6.5.", "RD  7..7..7.7..7..7.|7..7..7.7..7..7.")
    for name, grid in (("One", GRID), ("Two", MORE), ("Far", far)):
        pipeline.write(f"{name}/grooves.grid", grid)
        pipeline.research(name)
    found = neighbours.similar(pipeline.conn, "one")
    assert [item.key for item in found] == ["two", "far"]
    assert {item.basis for item in found} == {"archive"}, "grids are written, not played"
    assert all(item.few_takes for item in found)
    assert 0 <= found[1].similarity < found[0].similarity <= 1


def test_words_are_compared_only_where_there_is_no_playing(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "embed", lambda text: [float("reggae" in text), 1.0, *[0.0] * 382])
    pipeline.write("Played/grooves.grid", GRID)
    pipeline.write("Also Played/grooves.grid", MORE)
    pipeline.write("Told/about.md", "A reggae drummer, known for the one drop. Most songs are around 76 BPM.")
    pipeline.write("Told Too/about.md", "A reggae drummer, known for the one drop. Most songs are around 78 BPM.")
    for name in ("Played", "Also Played", "Told", "Told Too"):
        pipeline.research(name)
    found = [(item.key, item.basis) for item in neighbours.similar(pipeline.conn, "played")]
    assert found[0] == ("also-played", "archive")
    assert found[1:]
    assert {basis for _, basis in found[1:]} == {"words"}
    told = neighbours.similar(pipeline.conn, "told")
    assert {item.basis for item in told} == {"words"}
    assert told[0].key == "told-too"


def test_a_research_loads_no_model_before_it_is_published() -> None:
    code = (
        "import sys; import mdg_pipeline.definitions, mdg_pipeline.worker, mdg_pipeline.build.profile; "
        "print([m for m in ('torch', 'sentence_transformers', 'mdg_pipeline.build.embed') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_scale_is_that_of_the_known_artists_once_they_are_enough(pipeline: Pipeline) -> None:
    rng = np.random.default_rng(0)
    default = neighbours.scale_of(pipeline.conn).playing
    for number in range(10):
        key = artists.find_or_create(pipeline.conn, f"Artist {number}").key
        playing = PlayedStyle(
            version=STYLE_VECTOR_VERSION,
            mean=rng.normal(size=SIZE).tolist(),
            reliability=[0.8] * SIZE,
            takes=9,
            performed=1.0,
        )
        now = datetime(2026, 1, 1, tzinfo=UTC)
        profile = StyleProfile(
            artist=Artist(key=key, name=f"Artist {number}"),
            text_description="",
            quantitative_params={},
            playing=playing,
            confidence_score=0.5,
            confidence_parts={},
            sources_count={},
            created_at=now,
            updated_at=now,
        )
        assert np.array_equal(neighbours.scale_of(pipeline.conn).playing, default)
        with pipeline.conn.transaction():
            profiles.publish(pipeline.conn, profile, content_hash=key, built_from={})
        neighbours.rescale(pipeline.conn)
    scores = [item.similarity for n in range(10) for item in neighbours.similar(pipeline.conn, f"artist-{n}", limit=20)]
    assert len(scores) == 90
    assert np.quantile(scores, (0.25, 0.5, 0.75)) == pytest.approx((0.25, 0.5, 0.75), abs=0.05)
