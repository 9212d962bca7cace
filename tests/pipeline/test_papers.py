"""Papers as documents, the plan of queries, and the three sources against services that answer as they do."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mdg_core.settings import Settings
from mdg_pipeline.collect import arxiv, crossref, semantic_scholar
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.papers_common import (
    TOPICS,
    Ask,
    Found,
    Paper,
    citation_step,
    clean,
    clean_abstract,
    clean_doi,
    deduplicated,
    encode,
    gather,
    paper_text,
    plan,
    read,
)
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.collect.web.errors import BadAnswer, Throttled
from mdg_pipeline.documents import OutcomeStatus, content_id
from tests.stubs import faults
from tests.stubs.answers import Answer, json_answer
from tests.stubs.arxiv import Arxiv
from tests.stubs.client import client_for
from tests.stubs.crossref import CrossRef
from tests.stubs.semantic_scholar import SemanticScholar
from tests.stubs.server import Stubs
from tests.stubs.service import Exchange, Service

Collect = Callable[[ArtistQuery, Effort, WebClient], Collected]
SOURCES: list[tuple[str, Collect]] = [
    ("semantic_scholar", semantic_scholar.collect),
    ("arxiv", arxiv.collect),
    ("crossref", crossref.collect),
]
NOW = datetime(2026, 4, 12, tzinfo=UTC)
MESHUGGAH = ArtistQuery("meshuggah", "Meshuggah", drummers=("Tomas Haake",))
RUSH = ArtistQuery("rush", "Rush", drummers=("Neil Peart",))
TOOL = ArtistQuery("tool", "Tool", drummers=("Danny Carey",))
DILLA = ArtistQuery("j-dilla", "J Dilla")
NOBODY = ArtistQuery("zzyzx-nine", "Zzyzx Nonesuch")


@pytest.fixture(scope="module")
def running() -> Iterator[Stubs]:
    with Stubs(SemanticScholar(), Arxiv(), CrossRef()) as services:
        yield services


@pytest.fixture
def stubs(running: Stubs) -> Stubs:
    for service in running.values():
        service.forget()
    return running


@pytest.fixture
def client(stubs: Stubs, database_url: str, tmp_path: Path) -> WebClient:
    return client_for(stubs, database_url, tmp_path)


def _effort(depth: Any = "full", round_: int = 0, seconds: float = 60) -> Effort:
    return Effort(depth, round_, time.monotonic() + seconds)


def _titles(collected: Collected) -> set[str]:
    return {document.title for document, _ in collected.files}


def _replace(change: Callable[[Any], Any]) -> faults.Fault:
    """The right JSON answer, changed."""

    def fault(exchange: Exchange) -> None:
        exchange.send(json_answer(change(json.loads(exchange.right_answer().body))))

    return fault


# ---- a paper as a document


PAPER = Paper("Grooves", "https://example.org/1", "CC0", ("A. Author",), 2019, "10.5555/x", "V", "An abstract.", 57)


def test_the_same_paper_is_the_same_document() -> None:
    data = encode(PAPER)
    assert read(data) == Paper(
        **{**{name: getattr(PAPER, name) for name in PAPER.__dataclass_fields__}, "citations": 50}
    )
    assert set(json.loads(data)) == {
        *("title", "authors", "year", "doi", "venue", "abstract", "citations", "url", "licence")
    }
    more_cited = Paper(**{**{name: getattr(PAPER, name) for name in PAPER.__dataclass_fields__}, "citations": 99})
    assert encode(more_cited) == data
    assert paper_text(data) == "Grooves.\n\nAn abstract."


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b'{"title": "x"}', b'{"x": 1, "authors": []}', b"\xff"])
def test_what_is_no_paper_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(data)


@pytest.mark.parametrize(
    ("count", "step"), [(-1, 0), (0, 0), (1, 1), (2, 2), (4, 2), (5, 5), (9, 5), (10, 10), (57, 50), (999, 500)]
)
def test_citations_are_kept_in_steps(count: int, step: int) -> None:
    assert citation_step(count) == step


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<i>Groove</i> &amp; <sub>swing</sub>", "Groove & swing"),
        ("  two\n lines\t", "two lines"),
        ("null\x00byte\x1b[31m", "null byte [31m"),
        ("a < b and c > d", "a d"),
        (None, ""),
        (17, ""),
        (["x"], ""),
        ("x" * 600, "x" * 499 + "…"),
    ],
)
def test_text_of_a_service_is_cleaned(raw: Any, shown: str) -> None:
    assert clean(raw) == shown


def test_an_abstract_loses_its_heading_and_its_length() -> None:
    assert clean_abstract("<jats:title>Abstract</jats:title><jats:p>We drum.</jats:p>") == "We drum."
    assert clean_abstract("Abstraction in drumming") == "Abstraction in drumming"
    assert len(clean_abstract("word " * 100_000)) == 4000


@pytest.mark.parametrize(
    ("raw", "doi"),
    [
        ("10.5555/ABC.1", "10.5555/abc.1"),
        ("https://doi.org/10.5555/ABC.1", "10.5555/abc.1"),
        ("doi:10.48550/arXiv.2101.00001", "10.48550/arxiv.2101.00001"),
        ("11.5555/x", None),
        ("", None),
        (None, None),
    ],
)
def test_a_doi_has_one_form(raw: Any, doi: str | None) -> None:
    assert clean_doi(raw) == doi


# ---- the plan


def test_quick_depth_is_one_query() -> None:
    assert plan(MESHUGGAH, _effort("quick")) == [Ask("Meshuggah", "drumming", 0)]


def test_each_round_asks_something_that_no_other_did() -> None:
    rounds = [plan(MESHUGGAH, _effort(round_=number)) for number in range(6)]
    asked = [ask for each in rounds for ask in each]
    assert len(asked) == len(set(asked))
    assert set(rounds[0]) == {Ask(name, topic, 0) for name in ("Meshuggah", "Tomas Haake") for topic in TOPICS[0]}
    assert Ask("Tomas Haake", TOPICS[1][0], 0) in rounds[1]
    assert Ask("Tomas Haake", TOPICS[0][0], 1) in rounds[1]
    quick = [plan(MESHUGGAH, _effort("quick", number))[0] for number in range(6)]
    assert len(set(quick)) == 6


# ---- gathering


def _paper(number: int, **values: Any) -> Paper:
    return Paper(f"Drum solos of Tomas Haake, part {number:03d}", f"https://example.org/{number}", "CC0", **values)


def test_the_best_are_kept_and_each_once() -> None:
    papers = [_paper(number, citations=number, doi=f"10.5555/{number}") for number in range(60)]
    papers.append(_paper(3, doi="10.5555/3", abstract="With drums.", citations=3))
    found = gather("x", MESHUGGAH, _effort(), lambda _: Found(papers, False, NOW))
    assert len(found.files) == 25
    kept = {read(data).doi: read(data) for _, data in found.files}
    assert "10.5555/59" in kept
    assert "10.5555/0" not in kept
    assert found.outcome.status == "ok"
    assert len(gather("x", MESHUGGAH, _effort("quick"), lambda _: Found(papers, False, NOW)).files) == 5


def test_what_was_found_before_a_failure_is_kept() -> None:
    answers = iter([Found([_paper(1)], True, NOW)])

    def ask(_: Ask) -> Found:
        try:
            return next(answers)
        except StopIteration:
            raise Throttled("x asks for fewer requests", code=429) from None

    found = gather("x", MESHUGGAH, _effort(), ask)
    assert (len(found.files), found.outcome.status) == (1, "throttled")
    assert "1 papers about the artist among 1 found; then x asks" in found.outcome.message
    assert not found.exhausted


def test_one_spoiled_answer_does_not_end_the_source() -> None:
    def ask(wanted: Ask) -> Found:
        if wanted.name == "Meshuggah":
            raise BadAnswer("x answers with JSON that cannot be read")
        return Found([_paper(1)], False, NOW)

    found = gather("x", MESHUGGAH, _effort(), ask)
    assert (len(found.files), found.outcome.status) == (1, "ok")
    assert found.problems


def test_time_that_runs_out_is_said() -> None:
    found = gather("x", MESHUGGAH, _effort(seconds=0.5), lambda _: Found([_paper(1)], False, NOW))
    assert found.files == []
    assert "for lack of time" in found.problems[0]


def test_a_word_that_no_result_has_in_lower_case_is_a_name() -> None:
    query = ArtistQuery("radiohead", "Radiohead")
    title = Paper("Radiohead and the Resistant Concept Album", "https://example.org/r", "CC0")
    others = [_paper(number) for number in range(12)]
    assert _titles(gather("x", query, _effort(), lambda _: Found([title, *others], False, NOW))) == {title.title}
    others.append(Paper("A radiohead for the millimetre band", "https://example.org/5g", "CC0"))
    assert gather("x", query, _effort(), lambda _: Found([title, *others], False, NOW)).files == []


# ---- across the sources


def _collected(source: str, *papers: Paper) -> Collected:
    return gather(source, MESHUGGAH, _effort(), lambda _: Found(list(papers), False, NOW))


def test_a_paper_is_kept_once_across_the_sources() -> None:
    first = _collected("a", _paper(1, doi="10.5555/1"), _paper(2, doi="10.5555/2"), _paper(4))
    second = _collected("b", _paper(1, doi="10.5555/1", abstract="With drums."), _paper(2, doi="10.5555/2"), _paper(3))
    third = _collected("c", Paper("Drum Solos of Tomas Haake: Part 004", "https://example.org/other", "CC0"))
    kept = deduplicated([first, second, third])
    assert [sorted(document.title[-3:] for document, _ in part.files) for part in kept] == [
        ["002", "004"],
        ["001", "003"],
        [],
    ]
    # a later round: another source had it before
    known = [document for document, _ in kept[1].files]
    assert [document.title[-3:] for document, _ in deduplicated([third, first], known)[1].files] == ["002"]
    assert deduplicated([second], known)[0].files == second.files[:]


# ---- the services


@pytest.mark.parametrize(("source", "collect"), SOURCES)
def test_papers_about_the_artist_come_as_documents(client: WebClient, source: str, collect: Collect) -> None:
    found = collect(MESHUGGAH, _effort(), client)
    assert found.outcome.status == "ok"
    assert "Metric displacement in the drumming of Tomas Haake" in _titles(found)
    for document, data in found.files:
        assert (document.id, document.size_bytes) == (content_id(data), len(data))
        assert (document.source, document.kind, document.media_type) == (source, "papers", "application/json")
        assert 0 < document.trust <= 0.8
    [(document, data)] = [each for each in found.files if each[0].title.startswith("Metric")]
    paper = read(data)
    assert document.uri == "https://doi.org/10.5555/stub.0001"
    assert (paper.year, paper.doi) == (2012, "10.5555/stub.0001")
    assert paper.authors == ("A. Author", "B. Writer")
    assert ("85 and 127 BPM" in paper_text(data)) is (source != "crossref")


@pytest.mark.parametrize(("source", "collect"), SOURCES)
def test_homonyms_stay_out(client: WebClient, source: str, collect: Collect) -> None:
    for query in (RUSH, TOOL):
        for title in _titles(collect(query, _effort(), client)):
            assert not any(word in title for word in ("crowd", "Woodpeckers", "wear", "Chimpanzees"))
    assert "Evacuation dynamics of a crowd in the evening rush" in [
        title for title in _everything(client, source) if "rush" in title
    ]


def _everything(client: WebClient, source: str) -> list[str]:
    """The titles that the service knows."""
    kinds: dict[str, type[SemanticScholar | Arxiv | CrossRef]] = {
        "semantic_scholar": SemanticScholar,
        "arxiv": Arxiv,
        "crossref": CrossRef,
    }
    return [paper.title for paper in kinds[source]().papers if source in paper.at]


@pytest.mark.parametrize(("source", "collect"), SOURCES)
def test_an_artist_nobody_wrote_about(client: WebClient, source: str, collect: Collect) -> None:
    found = collect(NOBODY, _effort("quick"), client)
    assert (found.outcome.status, found.files) == ("empty", [])


@pytest.mark.parametrize(("source", "collect"), SOURCES)
def test_a_second_research_asks_nothing_and_finds_the_same(
    client: WebClient, stubs: Stubs, source: str, collect: Collect
) -> None:
    first = collect(DILLA, _effort(), client)
    asked = len(stubs[source].asked)
    again = collect(DILLA, _effort(), client)
    assert [document.id for document, _ in again.files] == [document.id for document, _ in first.files]
    assert len(stubs[source].asked) == asked


@pytest.mark.parametrize(("source", "collect"), SOURCES)
def test_a_source_that_is_off(stubs: Stubs, database_url: str, tmp_path: Path, source: str, collect: Collect) -> None:
    found = collect(DILLA, _effort(), client_for(stubs, database_url, tmp_path, enabled=False))
    assert found.outcome.status == "disabled"
    assert stubs[source].asked_in_all == []


FAILURES: list[tuple[faults.Fault, set[OutcomeStatus]]] = [
    (faults.status(400, '{"error": "Unrecognized or unsupported fields: [x]"}'), {"unreachable"}),
    (faults.status(403, '{"message": "Forbidden"}'), {"blocked"}),
    (faults.status(404, "Resource not found."), {"empty"}),
    (faults.status(429, "Too Many Requests"), {"throttled"}),
    (faults.status(503), {"throttled"}),
    (faults.status(500), {"unreachable"}),
    (faults.rate_exceeded, {"throttled"}),
    (faults.captcha, {"blocked"}),
    (faults.truncated, {"unreachable"}),
    (faults.reset, {"unreachable"}),
    (faults.silence, {"timed_out"}),
    (faults.big_body(50), {"unreachable"}),
    (faults.redirect_to("http://10.0.0.1/"), {"blocked"}),
    (faults.redirect_loop, {"unreachable"}),
]


@pytest.mark.parametrize(("source", "collect"), SOURCES)
@pytest.mark.parametrize(("fault", "statuses"), FAILURES)
def test_each_failure_is_an_outcome_and_no_crash(
    client: WebClient,
    stubs: Stubs,
    source: str,
    collect: Collect,
    fault: faults.Fault,
    statuses: set[OutcomeStatus],
) -> None:
    stubs[source].fail(fault)
    found = collect(DILLA, _effort("quick"), client)
    assert found.files == []
    assert found.outcome.status in statuses
    assert found.outcome.message


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: {},
        lambda answer: {**answer, "data": None},
        lambda answer: {**answer, "data": {"paperId": "x"}},
        lambda answer: {**answer, "data": [None, 1, "x", [], {}, {"title": None}, {"title": 5, "paperId": []}]},
        lambda answer: {**answer, "data": [dict.fromkeys(row) for row in answer["data"]]},
        lambda answer: {**answer, "data": [{"paperId": "a1", "title": "About J Dilla's drums", "authors": [None, {}]}]},
        lambda answer: {**answer, "next": "soon"},
        lambda answer: [answer],
        lambda answer: "x",
    ],
)
def test_shapes_that_semantic_scholar_never_promised(client: WebClient, stubs: Stubs, change: Any) -> None:
    stubs["semantic_scholar"].fail(_replace(change))
    found = semantic_scholar.collect(DILLA, _effort("quick"), client)
    assert found.outcome.status in ("ok", "empty", "unreachable")


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: {},
        lambda answer: {**answer, "message": None},
        lambda answer: {**answer, "message": []},
        lambda answer: {**answer, "status": "failed", "message": [{"message": "no"}]},
        lambda answer: {**answer, "message": {**answer["message"], "items": None}},
        lambda answer: {**answer, "message": {**answer["message"], "items": [None, 1, {}, {"title": "x"}]}},
        lambda answer: _items(answer, title=[], author="x"),
        lambda answer: _items(answer, title=[None]),
        lambda answer: _items(answer, issued={"date-parts": [[None]]}, author=[None, {"family": 3}, {"name": "Group"}]),
        lambda answer: _items(answer, issued=None, abstract=["x"], **{"container-title": None}),
        lambda answer: _items(answer, DOI=None),
    ],
)
def test_shapes_that_crossref_never_promised(client: WebClient, stubs: Stubs, change: Any) -> None:
    stubs["crossref"].fail(_replace(change))
    found = crossref.collect(DILLA, _effort("quick"), client)
    assert found.outcome.status in ("ok", "empty", "unreachable")


def _items(answer: Any, **values: Any) -> Any:
    return {
        **answer,
        "message": {**answer["message"], "items": [{**item, **values} for item in answer["message"]["items"]]},
    }


BOMB = b"""<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><feed xmlns="http://www.w3.org/2005/Atom"><title>&c;</title></feed>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>&x;</title></entry></feed>"""


@pytest.mark.parametrize(
    "body",
    [
        *(
            BOMB,
            EXTERNAL,
            b"",
            b"<feed/>",
            b"<html><body>x</body></html>",
            b"<feed xmlns='http://www.w3.org/2005/Atom'>",
        ),
        *(b"<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed>", b"\xff\xfe<", b"<a>" * 5000),
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>J Dilla drums</title><id>ftp://x</id></entry></feed>",
    ],
)
def test_feeds_that_are_none(client: WebClient, stubs: Stubs, body: bytes) -> None:
    stubs["arxiv"].fail(lambda exchange: exchange.send(Answer(body, content_type="application/atom+xml")))
    found = arxiv.collect(DILLA, _effort("quick"), client)
    assert found.files == []
    assert found.outcome.status in ("empty", "unreachable")


def test_arxivs_feed_of_an_error_is_told(client: WebClient, stubs: Stubs) -> None:
    service = stubs["arxiv"]
    assert isinstance(service, Arxiv)
    service.fail(lambda exchange: exchange.send(_malformed(service, exchange)))
    found = arxiv.collect(DILLA, _effort("quick"), client)
    assert "malformed query" in found.outcome.message


def _malformed(service: Service, exchange: Exchange) -> Answer:
    asked = exchange.asked
    return service.answer(type(asked)(asked.method, asked.path, {"search_query": 'all:"x'}, asked.headers, asked.at))


def test_a_name_with_quotes_is_a_query_that_arxiv_can_read(client: WebClient, stubs: Stubs) -> None:
    arxiv.collect(ArtistQuery("x", '"Weird Al" (and) Co'), _effort("quick"), client)
    [asked] = stubs["arxiv"].asked
    assert asked.query["search_query"].startswith('all:"Weird Al and Co" AND (all:drum OR ')


def test_the_key_goes_in_its_header(stubs: Stubs, database_url: str, tmp_path: Path) -> None:
    SemanticScholar.key, kept = "right", SemanticScholar.key
    try:
        for key, status in (("right", "ok"), ("wrong", "blocked")):
            client = client_for(stubs, database_url, tmp_path, api_key=key)
            assert semantic_scholar.collect(DILLA, _effort("quick"), client).outcome.status == status
            assert "right" not in repr(client.settings)
    finally:
        SemanticScholar.key = kept


def test_an_augmentation_asks_on(client: WebClient, stubs: Stubs) -> None:
    for number in range(3):
        semantic_scholar.collect(MESHUGGAH, _effort(round_=number), client)
    asked = [(each.query["query"], each.query["offset"]) for each in stubs["semantic_scholar"].asked]
    assert len(asked) == len(set(asked))
    assert ("Meshuggah drumming", "100") in asked
    assert semantic_scholar.collect(MESHUGGAH, _effort(round_=2), client).exhausted


def test_the_sources_ask_where_the_settings_say() -> None:
    sources = Settings(sources={"arxiv": {"base_url": "http://127.0.0.1:9/api/"}}).sources  # type: ignore[arg-type]
    assert sources.arxiv.base_url == "http://127.0.0.1:9/api"
    assert sources.arxiv.min_interval_seconds == 3
    assert sources.crossref.max_concurrent == 3
