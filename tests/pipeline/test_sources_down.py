"""Research while sources are down: it ends, keeps what it had, and names who failed and when they are tried again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mdg_cli.show_profile import failure_lines
from mdg_core.store import profiles, requests
from mdg_pipeline.documents import RAW_KINDS
from tests.pipeline.conftest import GRID, Pipeline
from tests.stubs import faults
from tests.stubs.server import Stubs

WEB = {
    "semantic_scholar",
    "arxiv",
    "crossref",
    "wikipedia",
    "pitchfork",
    "rolling_stone",
    "drummerworld",
    "bitmidi",
    "freemidi",
}


@pytest.fixture
def stubs(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    """Every service, and a research with a few seconds for all of them."""
    pipeline.conn.execute("TRUNCATE web_turn, web_circuit, web_page")
    with Stubs() as stubs:
        environment = stubs.environment() | {"MDG_WEB__ENABLED": "true", "MDG_CONTACT": "tests@example.org"}
        environment |= {f"MDG_SOURCES__{name.upper()}__MIN_INTERVAL_SECONDS": "0" for name in (*WEB, "musicbrainz")}
        environment |= {f"MDG_RESEARCH__BUDGET_SECONDS__{kind.upper()}": "3" for kind in RAW_KINDS}
        environment |= {"MDG_WEB__BACKOFF_SECONDS": "0.01", "MDG_WEB__READ_TIMEOUT_SECONDS": "0.3"}
        environment |= {"MDG_WEB__REQUEST_TIMEOUT_SECONDS": "1", "MDG_WEB__MAX_BACKOFF_SECONDS": "0.05"}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield stubs


def failed_sources(request: requests.ResearchRequest) -> dict[str, str]:
    assert request.result
    return {row["source"]: row["message"] for row in request.result["failed_sources"]}


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (faults.status(503), "asked for fewer requests"),
        (faults.silence, "gave no answer in time"),
        (faults.status(403), "refused to answer"),
    ],
)
def test_with_every_source_down_it_ends_and_says_who_failed(
    pipeline: Pipeline, stubs: Stubs, fault: faults.Fault, cause: str
) -> None:
    for service in stubs.values():
        service.fail(fault)
    request, result = pipeline.research("Queen")
    assert result.success
    assert request.status == "failed"
    assert request.error
    failed = failed_sources(request)
    assert set(failed) == WEB | {"musicbrainz"}
    assert all("again" in message for message in failed.values()), "it says when"
    assert f"10 sources {cause}; the others had nothing" in request.error
    assert "offline" not in request.error
    assert "\n" not in request.error
    shown = {(kind, each.source): each for kind, each in request.by_source()}
    assert {source for (_, source), each in shown.items() if each.status == "failed"} == set(failed)
    assert all(each.message == failed[source] for (_, source), each in shown.items() if each.status == "failed")
    assert shown["midi", "library"].status == "empty", "and who had nothing"
    assert profiles.published(pipeline.conn, "queen") is None


def test_what_was_known_stays_while_every_source_is_down(pipeline: Pipeline, stubs: Stubs) -> None:
    pipeline.write("Queen/grooves.grid", GRID)
    pipeline.research("Queen")
    before = profiles.published(pipeline.conn, "queen")
    files = {document.id for document in pipeline.lake.documents("midi", "queen")}
    pipeline.conn.execute("TRUNCATE web_page")
    for service in stubs.values():
        service.fail(faults.status(503))
    request, _ = pipeline.research("Queen")
    assert request.status == "completed"
    assert "nothing new" in request.message
    assert set(failed_sources(request)) == WEB | {"musicbrainz"}
    assert "10 sources asked for fewer requests" in request.message
    after = profiles.published(pipeline.conn, "queen")
    assert before
    assert after
    assert after.profile == before.profile
    assert {document.id for document in pipeline.lake.documents("midi", "queen")} == files
    lines = "\n".join(failure_lines(requests.latest(pipeline.conn, "queen")))
    assert all(name in lines for name in WEB), "mdg profile shows them"


@pytest.mark.parametrize("down", ["musicbrainz", "bitmidi"])
def test_with_one_source_down_the_profile_is_built_from_the_rest(pipeline: Pipeline, stubs: Stubs, down: str) -> None:
    stubs[down].fail(faults.silence)
    request, _ = pipeline.research("Queen")
    assert request.status == "completed"
    assert set(failed_sources(request)) == {down}
    assert "1 source failed" in request.message
    assert down in request.message
    found = profiles.published(pipeline.conn, "queen")
    assert found
    assert found.profile.sources_count["midi"] > 0


def test_a_pause_that_the_service_asks_for_is_passed_on(pipeline: Pipeline, stubs: Stubs) -> None:
    stubs["crossref"].fail(faults.status(429, retry_after="7200"))
    request, _ = pipeline.research("Queen")
    message = failed_sources(request)["crossref"]
    assert "it will be tried again after" in message
    assert message in request.message


def test_when_all_answer_nothing_is_said_of_failures(pipeline: Pipeline, stubs: Stubs) -> None:
    request, _ = pipeline.research("Queen")
    assert failed_sources(request) == {}
    assert "failed" not in request.message
    assert failure_lines(request) == []
    assert failure_lines(None) == []


def test_a_machine_that_is_offline_is_told_so(
    pipeline: Pipeline, stubs: Stubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for port, name in enumerate((*WEB, "musicbrainz"), 9):
        monkeypatch.setenv(f"MDG_SOURCES__{name.upper()}__BASE_URL", f"http://127.0.0.{port}:9")
    request, _ = pipeline.research("Queen")
    assert request.error
    assert "10 sources could not be reached: you seem to be offline; the others had nothing" in request.error
