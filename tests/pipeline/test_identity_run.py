"""The first step of a research, as a run does it: the question who is meant ends it, the answer lets it go on."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest

from mdg_core.store import artists, identities, profiles, requests
from mdg_pipeline.defs.jobs import RESEARCH_JOB
from tests.pipeline.conftest import GRID, Pipeline, materialised
from tests.stubs import faults
from tests.stubs.musicbrainz import MusicBrainz, mbid
from tests.stubs.server import Stubs


@pytest.fixture
def service(_no_web: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[MusicBrainz]:
    """MusicBrainz alone, for an operator who has set a contact; the other sources are switched off."""
    service = MusicBrainz()
    with Stubs(service) as stubs:
        for name, value in stubs.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("MDG_WEB__ENABLED", "true")
        monkeypatch.setenv("MDG_CONTACT", "tests@example.org")
        monkeypatch.setenv("MDG_SOURCES__MUSICBRAINZ__MIN_INTERVAL_SECONDS", "0")
        monkeypatch.setenv("MDG_WEB__BACKOFF_SECONDS", "0.01")
        for other in ("SEMANTIC_SCHOLAR", "ARXIV", "CROSSREF", "WIKIPEDIA", "PITCHFORK", "ROLLING_STONE"):
            monkeypatch.setenv(f"MDG_SOURCES__{other}__ENABLED", "false")
        for other in ("DRUMMERWORLD", "BITMIDI", "FREEMIDI", "LINKS"):
            monkeypatch.setenv(f"MDG_SOURCES__{other}__ENABLED", "false")
        yield service


@pytest.fixture(autouse=True)
def _no_pauses(pipeline: Pipeline) -> None:
    pipeline.conn.execute("TRUNCATE web_turn, web_circuit, web_page")


def checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {
        check.asset_key.to_user_string(): check.passed
        for check in result.get_asset_check_evaluations()
        if check.check_name == "sources_answered"
    }


def test_the_question_ends_the_research_and_the_decision_lets_it_go_on(
    pipeline: Pipeline, service: MusicBrainz
) -> None:
    pipeline.write("Genesis/grooves.grid", GRID)
    request, result = pipeline.research("Genesis")
    assert not result.success, "the Dagster UI shows that somebody must decide"
    assert materialised(result) == {}
    assert request.status == "failed"
    assert request.result
    candidates = request.result["candidates"]
    assert candidates[0] == {
        "mbid": mbid("genesis-uk"),
        "name": "Genesis",
        "description": "English rock band; group from United Kingdom; 1967–2022; progressive rock, rock, pop rock",
    }
    assert f'mdg research "Genesis" --mbid {mbid("genesis-uk")}' in (request.error or "")
    assert all(candidate["mbid"] in (request.error or "") for candidate in candidates)

    key = artists.find_or_create(pipeline.conn, "Genesis").key
    requests.submit(pipeline.conn, key, mbid=mbid("genesis-uk"))
    request, result = pipeline.research("Genesis")
    assert request.status == "completed"
    assert profiles.published(pipeline.conn, "genesis")
    found = identities.get(pipeline.conn, "genesis")
    assert found
    assert (found.mbid, found.decided_by) == (mbid("genesis-uk"), "operator")


def test_the_run_shows_who_it_is_and_who_drums(pipeline: Pipeline, service: MusicBrainz) -> None:
    pipeline.write("Radiohead/grooves.grid", GRID)
    request, result = pipeline.research("radiohead")
    assert request.status == "completed"
    event = result.asset_materializations_for_node("identity")[0]
    assert event.metadata["artist"].value == "Radiohead"
    assert event.metadata["certainty"].value == 1.0
    table = event.metadata["drummers"].value
    assert [record.data["name"] for record in table.records] == ["Philip Selway", "Clive Deamer"]
    assert "Philip Selway" in [row["name"] for row in pipeline.conn.execute(_DRUMMERS).fetchall()]
    assert checks(result)["identity"]
    rows = pipeline.lake.read_table("outcomes_identity", "radiohead")
    assert [(row["source"], row["status"]) for row in rows] == [("musicbrainz", "ok"), ("genius", "disabled")]
    version = materialised(result)["identity"]
    asked = len(service.asked)
    _, again = pipeline.research("radiohead")
    assert materialised(again)["identity"] == version
    assert len(service.asked) == asked, "what is in the cache is not asked for again"


_DRUMMERS = "SELECT jsonb_array_elements(drummers) ->> 'name' AS name FROM artist_identity"


def test_the_research_goes_on_while_musicbrainz_is_down(pipeline: Pipeline, service: MusicBrainz) -> None:
    pipeline.write("Radiohead/grooves.grid", GRID)
    service.fail(faults.status(500))
    request, result = pipeline.research("Radiohead")
    assert request.status == "completed"
    assert not checks(result)["identity"]
    found = identities.get(pipeline.conn, "radiohead")
    assert found
    assert (found.source, found.certainty) == ("typed", identities.UNCHECKED)
    service.heal()
    pipeline.conn.execute("TRUNCATE web_turn, web_circuit")
    _, result = pipeline.research("Radiohead")
    assert checks(result)["identity"]
    found = identities.get(pipeline.conn, "radiohead")
    assert found
    assert found.mbid == mbid("radiohead")


def test_an_id_that_does_not_exist_ends_the_research(pipeline: Pipeline, service: MusicBrainz) -> None:
    key = artists.find_or_create(pipeline.conn, "Genesis").key
    requests.submit(pipeline.conn, key, mbid=mbid("nobody"))
    request, _ = pipeline.research("Genesis")
    assert request.status == "failed"
    assert "has no artist with the id" in (request.error or "")
    assert identities.get(pipeline.conn, "genesis") is None


def test_pressing_materialize_shows_the_question(pipeline: Pipeline, service: MusicBrainz) -> None:
    artists.find_or_create(pipeline.conn, "Genesis")
    pipeline.instance.add_dynamic_partitions("artists", ["genesis"])
    with pytest.raises(dg.Failure, match="Say which one is meant"):
        pipeline.defs.resolve_job_def(RESEARCH_JOB).execute_in_process(
            instance=pipeline.instance, partition_key="genesis"
        )


def test_a_decision_joins_a_request_that_waits_and_not_one_at_work(pipeline: Pipeline) -> None:
    conn = pipeline.conn
    key = artists.find_or_create(conn, "Genesis").key
    waiting, _ = requests.submit(conn, key)
    joined, created = requests.submit(conn, key, mbid=mbid("genesis-uk"))
    assert (joined.id, created, joined.mbid) == (waiting.id, False, mbid("genesis-uk"))
    assert requests.submit(conn, key)[0].mbid == mbid("genesis-uk"), "a wish without a decision takes none away"
    requests.claim(conn, waiting.id, "run", 1)
    assert requests.submit(conn, key, mbid=mbid("genesis-uk"))[0].id == waiting.id
    with pytest.raises(requests.MeansAnother):
        requests.submit(conn, key, mbid=mbid("genesis-rap"))
