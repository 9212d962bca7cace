from __future__ import annotations

from typing import Any

import dagster as dg
import pytest

from mdg_cli.show_profile import evidence_lines
from mdg_core.pins import PINNABLE
from mdg_core.profile import StyleProfile
from mdg_core.store import artists, curations, profiles, requests
from mdg_pipeline.build.show import parameters_table
from mdg_pipeline.curation import in_force
from mdg_pipeline.defs.curation import JOBS
from tests.pipeline.conftest import GRID, Pipeline

LOUD = "[Loud]\ntempo: 108\nSN  9999999999999999\nBD  9.9.9.9.9.9.9.9.\n"


def curate(pipeline: Pipeline, job: str, **config: Any) -> dg.ExecuteInProcessResult:
    definition = pipeline.defs.resolve_job_def(job)
    (op,) = definition.nodes
    return definition.execute_in_process(
        instance=pipeline.instance,
        run_config={"ops": {op.name: {"config": {"note": "because", **config}}}},
        raise_on_error=False,
    )


def profile_of(pipeline: Pipeline, key: str) -> StyleProfile:
    found = profiles.published(pipeline.conn, key)
    assert found
    return found.profile


def grooves_of(pipeline: Pipeline) -> set[str]:
    return {pattern.name for pattern in profile_of(pipeline, "example").patterns}


@pytest.fixture
def known(pipeline: Pipeline) -> Pipeline:
    pipeline.write("Example/grooves.grid", GRID)
    pipeline.write("Example/loud.grid", LOUD)
    pipeline.research("Example")
    return pipeline


def test_an_excluded_document_stays_out_through_every_refresh(known: Pipeline) -> None:
    assert curate(known, "curate_exclude_document", artist="Example", document="Example/loud.grid").success
    request, _ = known.research("Example")
    assert "nothing new" not in request.message
    assert "Loud" not in grooves_of(known)
    known.write("Example/more.grid", GRID.replace("[Pocket]", "[More]"))
    known.research("Example", "augment")
    assert "Loud" not in grooves_of(known)
    assert [note.note for note in profile_of(known, "example").curation] == ["because"]
    curate(known, "curate_exclude_document", artist="Example", document="Example/loud.grid", include_again=True)
    known.research("Example")
    assert "Loud" in grooves_of(known)


def test_a_pin_holds_and_can_be_taken_away(known: Pipeline) -> None:
    assert curate(known, "curate_pin_parameter", artist="Example", parameter="swing_percent", value=58.0).success
    known.research("Example")
    swing = profile_of(known, "example").quantitative_params["swing_percent"]
    assert (swing.value, swing.confidence, swing.evidence[0].source) == (58.0, 1.0, "operator")
    curate(known, "curate_pin_parameter", artist="Example", parameter="swing_percent")
    known.research("Example")
    assert profile_of(known, "example").quantitative_params["swing_percent"].value != 58.0


def test_an_address_is_read_until_it_is_taken_back(known: Pipeline) -> None:
    def addresses() -> tuple[str, ...]:
        return in_force(curations.of_artist(known.conn, "example")).urls

    good, mistyped = "https://example.org/drums", "https://example.org/drmus"
    for url in (mistyped, good):
        assert curate(known, "curate_add_url", artist="Example", url=url).success
    assert addresses() == (mistyped, good)
    assert curate(known, "curate_add_url", artist="Example", url=mistyped, read_no_more=True).success
    assert addresses() == (good,)
    assert not curate(known, "curate_add_url", artist="Example", url="ftp://example.org/x").success
    assert addresses() == (good,)


def test_an_unknown_parameter_is_refused(known: Pipeline) -> None:
    assert not curate(known, "curate_pin_parameter", artist="Example", parameter="coolness", value=1.0).success
    assert curations.of_artist(known.conn, "example") == []


def test_a_file_joins_the_documents(known: Pipeline) -> None:
    extra = known.library / "extra.grid"
    # drums of its own: the same under another title count once
    extra.write_text(
        GRID.replace("[Pocket]", "[Extra]").replace("BD  8.......7.7.....|", "BD  8..7..8...7.7...|"), "utf-8"
    )
    assert curate(known, "curate_add_file", artist="Example", path=str(extra)).success
    extra.unlink()
    known.research("Example")
    assert any(d.source == "operator" for d in known.lake.documents("midi", "example"))
    assert "Extra" in {pattern.name for pattern in profile_of(known, "example").patterns} | {
        item.title for item in profile_of(known, "example").quantitative_params["tempo_avg"].evidence
    }


def test_only_files_of_the_library_folders_are_read(known: Pipeline) -> None:
    outside = known.library.parent / "outside.grid"
    outside.write_text(GRID.replace("[Pocket]", "[Outside]"), "utf-8")
    (known.library / "link.grid").symlink_to(outside)
    for path in (outside, known.library / "link.grid", known.library / ".." / "outside.grid", "/etc/passwd"):
        assert not curate(known, "curate_add_file", artist="Example", path=str(path)).success
    assert curations.of_artist(known.conn, "example") == []


def test_merged_artists_are_one(known: Pipeline) -> None:
    known.write("The Example/own.grid", LOUD.replace("108", "104"))
    known.research("The Example")
    assert curate(known, "curate_merge_artists", artist="The Example", into="Example").success
    known.research("Example")
    assert artists.find_or_create(known.conn, "the example").key == "example"
    found = profiles.published(known.conn, "the-example")
    assert found
    assert found.profile.artist.key == "example"
    assert len(known.lake.documents("midi", "example")) == 3
    assert [row.name for row in artists.listed(known.conn)] == ["Example"]


def test_the_drummers_are_as_said(known: Pipeline) -> None:
    curate(known, "curate_set_drummers", artist="Example", drummers=["A. Drummer"])
    known.research("Example")
    assert profile_of(known, "example").artist.drummers == ["A. Drummer"]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_the_launchpad_shows_a_form_that_is_refused_as_it_stands(job: dg.JobDefinition, known: Pipeline) -> None:
    (op,) = job.nodes
    shown = job.run_config
    assert shown is not None
    assert {"artist", "note"} <= set(shown["ops"][op.name]["config"])
    definition = known.defs.resolve_job_def(job.name)
    assert not definition.execute_in_process(instance=known.instance, raise_on_error=False).success
    assert curations.of_artist(known.conn, "example") == []


def test_every_decision_asks_for_a_rebuild(known: Pipeline) -> None:
    curate(known, "curate_pin_parameter", artist="Example", parameter="density", value=12.0)
    assert [request.artist_key for request in requests.list_open(known.conn)] == ["example"]


@pytest.mark.parametrize(
    ("parameter", "value", "said"),
    [
        ("tempo_mode", 1000.0, "tempo_mode can be pinned from 20 to 999 BPM, not to 1000"),
        ("swing_percent", 76.0, "swing_percent can be pinned from 50 to 75 %, not to 76"),
        ("crash_after_fill", 13.0, "crash_after_fill can be pinned from 0 to 1 of fills, not to 13"),
        ("velocity_mean", 0.0, "velocity_mean can be pinned from 1 to 127 MIDI velocity, not to 0"),
        ("density", float("nan"), "density can be pinned from 0 to 200 strokes a bar, not to nan"),
        ("density", float("inf"), "density can be pinned from 0 to 200 strokes a bar, not to inf"),
        ("tempo_max", 89.0, "tempo_max cannot be 89: tempo_mode is pinned at 90, and must not be more"),
        ("tempo_min", 91.0, "tempo_min cannot be 91: tempo_mode is pinned at 90, and must not be less"),
        ("coolness", 1.0, "'coolness' is no parameter"),
    ],
)
def test_a_pin_that_cannot_be_is_refused_in_a_sentence(
    known: Pipeline, parameter: str, value: float, said: str
) -> None:
    assert curate(known, "curate_pin_parameter", artist="Example", parameter="tempo_mode", value=90.0).success
    result = curate(known, "curate_pin_parameter", artist="Example", parameter=parameter, value=value)
    assert not result.success
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert said in str(failed.step_failure_data)
    assert [row.subject for row in curations.of_artist(known.conn, "example")] == ["tempo_mode"]


def test_measured_tempos_make_room_for_pinned_ones(known: Pipeline) -> None:
    assert curate(known, "curate_pin_parameter", artist="Example", parameter="tempo_min", value=130.0).success
    assert curate(known, "curate_pin_parameter", artist="Example", parameter="swing_sixteenths", value=60.0).success
    known.research("Example")
    params = profile_of(known, "example").quantitative_params
    low, mode, average, high = (params[f"tempo_{end}"] for end in ("min", "mode", "avg", "max"))
    assert (low.value, low.pinned, low.decision) == (130.0, True, "pinned by the operator: because")
    assert len(low.evidence) > 1
    assert [(item.value, item.pinned) for item in (mode, average, high)] == [(130.0, False)] * 3
    assert params["swing_sixteenths"].value == 60.0  # nothing is known of it
    assert "pinned by the operator: because" in "\n".join(evidence_lines(profile_of(known, "example")))
    assert "pinned by the operator: because" in parameters_table(profile_of(known, "example"))


def test_the_form_says_which_pins_steer_clips(known: Pipeline) -> None:
    said = known.defs.resolve_job_def("curate_pin_parameter").description or ""
    steering, silent = said.split("These do not")
    assert all(name in steering for name, item in PINNABLE.items() if item.steers)
    assert "bar_distance" in silent
