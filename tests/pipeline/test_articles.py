"""The sources of articles against services that answer as they do, failures included."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mdg_pipeline.analyse.text.documents import EXCERPTS_MEDIA_TYPE, excerpt_text
from mdg_pipeline.collect import drummerworld, pitchfork, rolling_stone, web_page, wikipedia
from mdg_pipeline.collect.articles_common import folded, names
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.documents import OutcomeStatus, content_id
from tests.pipeline.test_text_documents import pdf_of
from tests.stubs import faults
from tests.stubs.answers import Answer, Asked, html_answer, json_answer, text_answer
from tests.stubs.client import client_for
from tests.stubs.drummerworld import Drummerworld
from tests.stubs.pitchfork import Pitchfork
from tests.stubs.rolling_stone import RollingStone
from tests.stubs.server import Stubs
from tests.stubs.service import Exchange, Service
from tests.stubs.wikipedia import PAGES, StubPage, Wikipedia

Collect = Callable[[ArtistQuery, Effort, WebClient], Collected]
SOURCES: dict[str, Collect] = {
    "wikipedia": wikipedia.collect,
    "pitchfork": pitchfork.collect,
    "rolling_stone": rolling_stone.collect,
    "drummerworld": drummerworld.collect,
}
LEVER = ArtistQuery("lever", "Lever", drummers=("Dana Whitlock",))
GRADY = ArtistQuery("otis-grady", "Otis Grady")
NOBODY = ArtistQuery("zzyzx-nine", "Zzyzx Nonesuch")
each_source = pytest.mark.parametrize("source", SOURCES)


class Site(Service):
    """Somebody's site with pages of all kinds."""

    name = "site"
    robots = "User-agent: *\nDisallow: /private/\n"

    def __init__(self) -> None:
        super().__init__()
        text = "Whitlock plays a shuffle on the snare drum at 94 BPM, with brushes and a lot of patience."
        latin = f"<html><meta charset=iso-8859-1><body><p>Grätz: {text}</p></body></html>".encode("latin-1")
        self.pages = {
            "/page": html_answer(f"<html><head><title>On Lever</title></head><body><p>{text}</p></body></html>"),
            "/latin": Answer(latin, content_type="text/html; charset=utf-8"),
            "/text": text_answer(text),
            "/paper": Answer(pdf_of("Whitlock plays a shuffle at 94 BPM."), content_type="application/pdf"),
            "/broken": Answer(b"%PDF-1.4 nothing", content_type="application/pdf"),
            "/image": Answer(b"\x89PNG", content_type="image/png"),
            "/nothing": html_answer("<html><body><p>The weather in Hull was fine all week.</p></body></html>"),
            "/deep": html_answer("<div>" * 200_000 + "drums"),
        }

    def answer(self, asked: Asked) -> Answer:
        return self.pages.get(asked.path, html_answer("not found", 404))


@pytest.fixture(scope="module")
def running() -> Iterator[Stubs]:
    with Stubs(Wikipedia(), Pitchfork(), RollingStone(), Drummerworld()) as services:
        yield services


@pytest.fixture
def stubs(running: Stubs) -> Stubs:
    for service in running.values():
        service.forget()
    return running


@pytest.fixture
def client(stubs: Stubs, database_url: str, tmp_path: Path) -> WebClient:
    return client_for(stubs, database_url, tmp_path, web={"allow_private_addresses": ["127.0.0.1"]})


@pytest.fixture(scope="module")
def site() -> Iterator[Service]:
    with Stubs(Site()) as services:
        yield services["site"]


def effort(depth: Any = "full", turn: int = 0, seconds: float = 30) -> Effort:
    return Effort(depth, turn, time.monotonic() + seconds)


def excerpts(found: Collected) -> str:
    return "\n".join(excerpt_text(data) for _, data in found.files)


def titles(found: Collected) -> list[str]:
    return [document.title for document, _ in found.files]


@each_source
def test_documents_are_small_excerpts_with_their_source(source: str, client: WebClient) -> None:
    found = SOURCES[source](LEVER, effort(), client)
    assert found.outcome.status == "ok", found.outcome
    for document, data in found.files:
        assert document.id == content_id(data)
        assert document.kind == "articles"
        assert document.source == source
        assert document.media_type == EXCERPTS_MEDIA_TYPE
        assert len(data) == document.size_bytes < 5000
        assert document.uri.startswith("http")
        assert document.licence == json.loads(data)["licence"]
        assert excerpt_text(data)


@each_source
def test_the_same_pages_give_the_same_documents(source: str, client: WebClient) -> None:
    first, second = (SOURCES[source](LEVER, effort(), client) for _ in range(2))
    assert [d.id for d, _ in first.files] == [d.id for d, _ in second.files]


@each_source
def test_of_an_unknown_artist_nothing_is_found(source: str, client: WebClient) -> None:
    found = SOURCES[source](NOBODY, effort(), client)
    assert found.outcome.status == "empty", found.outcome
    assert not found.files


FAILURES: list[tuple[faults.Fault, OutcomeStatus]] = [
    (faults.status(403), "blocked"),
    (faults.captcha, "blocked"),
    (faults.status(429, retry_after="3600"), "throttled"),
    (faults.status(503), "throttled"),
    (faults.status(500), "unreachable"),
    (faults.reset, "unreachable"),
    (faults.cut_off, "unreachable"),
    (faults.redirect_loop, "unreachable"),
    (faults.big_body(50), "unreachable"),
    (faults.silence, "timed_out"),
    (faults.slow_drip(0.2), "timed_out"),
]


@each_source
@pytest.mark.parametrize(("fault", "status"), FAILURES)
def test_a_failing_service_is_the_outcome(
    source: str, fault: faults.Fault, status: OutcomeStatus, client: WebClient, stubs: Stubs
) -> None:
    stubs[source].fail(fault)
    found = SOURCES[source](LEVER, effort(seconds=8), client)
    assert found.outcome.status == status, found.outcome
    assert found.outcome.message
    assert not found.files
    assert not found.exhausted


@each_source
def test_a_compressed_answer_is_read(source: str, client: WebClient, stubs: Stubs) -> None:
    stubs[source].fail(faults.gzipped)
    assert SOURCES[source](LEVER, effort(), client).outcome.status == "ok"


@each_source
def test_without_time_nothing_is_asked(source: str, client: WebClient, stubs: Stubs) -> None:
    started = time.monotonic()
    found = SOURCES[source](LEVER, effort(seconds=0), client)
    assert found.outcome.status in ("empty", "throttled", "timed_out")
    assert not found.files
    assert not found.exhausted
    assert not stubs[source].asked
    assert time.monotonic() - started < 5


@each_source
def test_a_source_that_is_switched_off_says_so(source: str, stubs: Stubs, database_url: str, tmp_path: Path) -> None:
    off = client_for(stubs, database_url, tmp_path, enabled=False)
    assert SOURCES[source](LEVER, effort(), off).outcome.status == "disabled"
    assert not stubs[source].asked


@each_source
def test_what_was_found_before_a_failure_is_kept(source: str, client: WebClient, stubs: Stubs) -> None:
    def fail_later(exchange: Exchange) -> None:
        """Right answers until something has been found, then none."""
        if len(stubs[source].asked) < 5:
            exchange.send(exchange.right_answer())
        else:
            faults.status(403)(exchange)

    stubs[source].fail(fail_later)
    query = ArtistQuery("lever", "Lever", drummers=("Dana Whitlock", "Otis Grady", "Pia Moss", "Ann Lee", "Bo Fox"))
    found = SOURCES[source](query, effort(), client)
    assert found.outcome.status in ("blocked", "ok")
    assert found.files
    if found.outcome.status == "blocked":
        assert "articles on the drumming" in found.outcome.message


# Wikipedia


def test_wikipedia_reads_the_band_the_drummer_and_songs_with_a_tempo(client: WebClient) -> None:
    found = wikipedia.collect(LEVER, effort(), client)
    assert titles(found) == ["Lever (band) (Wikipedia)", "Dana Whitlock (Wikipedia)", "Latch (song) (Wikipedia)"]
    text = excerpts(found)
    assert "behind the beat" in text
    assert "tempo of 104 beats per minute" in text
    assert "Nora Finch" in text
    assert all(document.licence.startswith("CC BY-SA") and document.trust == 0.7 for document, _ in found.files)


@pytest.mark.parametrize("unwanted", ["simple machine", "300 BPM", "299 BPM", "louder style", "tuned down", "– drums"])
def test_wikipedia_leaves_out_what_is_not_the_artists_drumming(unwanted: str, client: WebClient) -> None:
    assert unwanted not in excerpts(wikipedia.collect(LEVER, effort(), client))


def test_wikipedia_in_quick_depth_reads_the_band_and_the_drummer_alone(client: WebClient, stubs: Stubs) -> None:
    found = wikipedia.collect(LEVER, effort("quick"), client)
    assert len(found.files) == 2
    assert not found.exhausted
    assert not any("beats per minute" in asked.query.get("srsearch", "") for asked in stubs["wikipedia"].asked)


def test_wikipedia_passes_over_homonyms_and_lists_of_meanings(stubs: Stubs, database_url: str, tmp_path: Path) -> None:
    alone = tuple(page for page in PAGES if page.title != "Lever (band)")
    with Stubs(Wikipedia(alone)) as others:
        found = wikipedia.collect(ArtistQuery("lever", "Lever"), effort(), client_for(others, database_url, tmp_path))
    assert "Lever" not in {document.title.removesuffix(" (Wikipedia)") for document, _ in found.files}


def test_wikipedia_follows_a_redirect_of_titles(client: WebClient) -> None:
    found = wikipedia.collect(ArtistQuery("x", "Whitlock, Dana", ("Dana Whitlock",)), effort("quick"), client)
    assert titles(found) == ["Dana Whitlock (Wikipedia)"]


def test_wikipedia_needs_a_contact(stubs: Stubs, database_url: str, tmp_path: Path) -> None:
    found = wikipedia.collect(LEVER, effort(), client_for(stubs, database_url, tmp_path, contact=None))
    assert found.outcome.status == "disabled"
    assert "MDG_CONTACT" in found.outcome.message


def test_wikipedia_ends_after_the_songs_that_there_are(client: WebClient) -> None:
    assert wikipedia.collect(LEVER, effort(turn=2), client).exhausted


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        {"query": None},
        {"query": {"search": "x", "pages": []}},
        {"query": {"search": [1, {"title": 7}, {"title": "Lever (band)"}], "pages": {"1": 3}}},
        {"query": {"search": [{"title": "Lever (band)"}], "pages": {"1": {"title": 3, "extract": {}}}}},
        {"error": {"code": "internal_api_error", "info": "x"}},
    ],
)
def test_wikipedia_answers_of_another_form_are_no_crash(content: Any, client: WebClient, stubs: Stubs) -> None:
    stubs["wikipedia"].fail(lambda exchange: exchange.send(json_answer(content)))
    found = wikipedia.collect(LEVER, effort(), client)
    assert found.outcome.status in ("empty", "unreachable")
    assert not found.files


def test_wikipedia_that_refuses_the_rate_is_throttled(client: WebClient, stubs: Stubs) -> None:
    stubs["wikipedia"].fail(lambda exchange: exchange.send(json_answer({"error": {"code": "ratelimited"}})))
    assert wikipedia.collect(LEVER, effort(), client).outcome.status == "throttled"


def test_wikipedia_with_json_cut_in_half_says_so(client: WebClient, stubs: Stubs) -> None:
    stubs["wikipedia"].fail(faults.truncated)
    assert wikipedia.collect(LEVER, effort(), client).outcome.status == "unreachable"


def test_wikipedia_text_of_a_hostile_page_is_bounded(database_url: str, tmp_path: Path) -> None:
    hostile = StubPage(
        "Lever (band)", "Lever are a rock band.\n\n" + "Fenn likes Bob, " * 60_000 + "\x00<script>drums</script>"
    )
    with Stubs(Wikipedia((hostile,))) as others:
        found = wikipedia.collect(LEVER, effort("quick"), client_for(others, database_url, tmp_path))
    assert found.outcome.status == "empty"


# Pitchfork


def test_pitchfork_reads_reviews_in_every_markup_and_of_this_artist_alone(client: WebClient, stubs: Stubs) -> None:
    found = pitchfork.collect(LEVER, effort(), client)
    text = excerpts(found)
    assert "cracks like kindling" in text  # JSON-LD
    assert "brushes on half of the songs" in text  # body__inner-container
    assert "linear pattern" in text  # neither
    assert "gated snare" not in text
    assert "99 BPM" not in text
    assert not any("leverage" in asked.path for asked in stubs["pitchfork"].asked)


def test_pitchfork_with_another_markup_is_empty_with_a_warning(client: WebClient, stubs: Stubs) -> None:
    service = stubs["pitchfork"]
    assert isinstance(service, Pitchfork)
    service.changed = True
    try:
        found = pitchfork.collect(LEVER, effort(), client)
    finally:
        service.changed = False
    assert found.outcome.status == "empty"
    assert "markup may have changed" in found.outcome.message


def test_pitchfork_without_a_result_is_empty_without_a_warning(client: WebClient) -> None:
    assert not pitchfork.collect(NOBODY, effort(), client).problems


@pytest.mark.parametrize(
    "script", ["{", "[" * 50_000, '{"@type": "Review", "reviewBody": 7}', '[1, null, {"@graph": [3]}]', "null"]
)
def test_pitchfork_with_broken_json_ld_is_read_by_its_markup(script: str, client: WebClient, stubs: Stubs) -> None:
    body = '<div class="body__inner-container"><p>Lever: Whitlock plays a shuffle on the snare drum.</p></div>'
    page = f'<html><script type="application/ld+json">{script}</script><body>{body}</body></html>'
    stubs["pitchfork"].fail(lambda exchange: exchange.send(html_answer(page)), path="/reviews/")
    assert "a shuffle on the snare" in excerpts(pitchfork.collect(LEVER, effort(), client))


# Rolling Stone


def test_rolling_stone_reads_what_the_feed_names_and_only_the_artists_part(client: WebClient, stubs: Stubs) -> None:
    found = rolling_stone.collect(LEVER, effort(), client)
    text = excerpts(found)
    assert "1966 Ludwig" in text
    assert "double-kick" not in text
    assert {asked.path for asked in stubs["rolling_stone"].asked} == {
        "/feed/",
        "/music/feed/",
        "/music/music-news/lever-tour-1234/",
        "/music/music-lists/100-greatest-drummers-of-all-time-77933/",
    }


def test_rolling_stone_takes_the_artists_entry_of_a_list(client: WebClient) -> None:
    text = excerpts(rolling_stone.collect(GRADY, effort(), client))
    assert "feathered the bass drum" in text
    assert "temple blocks" not in text
    assert "96 BPM" not in text


def test_a_feed_with_nested_entities_does_no_harm(client: WebClient, stubs: Stubs) -> None:
    service = stubs["rolling_stone"]
    assert isinstance(service, RollingStone)
    service.bomb = True
    try:
        found = rolling_stone.collect(LEVER, effort(), client)
    finally:
        service.bomb = False
    assert found.outcome.status in ("ok", "empty", "unreachable")


@pytest.mark.parametrize("body", ["<html>no feed</html>", "", "<rss><channel>", "not even XML"])
def test_a_feed_of_another_form_is_no_crash(body: str, client: WebClient, stubs: Stubs) -> None:
    answer = Answer(body.encode(), content_type="application/rss+xml")
    stubs["rolling_stone"].fail(lambda exchange: exchange.send(answer))
    found = rolling_stone.collect(LEVER, effort(), client)
    assert found.outcome.status in ("empty", "unreachable")


# Drummerworld


def test_drummerworld_has_a_page_a_drummer(client: WebClient, stubs: Stubs) -> None:
    text = excerpts(drummerworld.collect(LEVER, effort(), client))
    assert "swung sixteenths" in text
    assert "Sabian" in text
    assert "born in Hull" not in text
    assert [asked.path for asked in stubs["drummerworld"].asked] == [
        "/drummers/Dana_Whitlock.html",
        "/drummers/Lever.html",
    ]


@pytest.mark.parametrize(
    ("name", "page"), [("Björn Åkesson", "Bjorn_Akesson"), ("J.D. Beck", "J.D._Beck"), ("Mötley Crüe", "Motley_Crue")]
)
def test_drummerworld_names_pages_by_first_and_last_name(name: str, page: str) -> None:
    assert drummerworld.page_name(name) == page


# addresses of the operator's own


def read(urls: list[str], client: WebClient) -> Collected:
    return web_page.collect(LEVER, effort(), client, tuple(urls))


@pytest.mark.parametrize("path", ["/page", "/latin", "/text", "/paper"])
def test_a_page_of_the_operators_is_read(path: str, client: WebClient, site: Service) -> None:
    found = read([f"{site.root}{path}"], client)
    assert found.outcome.status == "ok", found.outcome
    assert "a shuffle" in excerpts(found)
    assert found.files[0][0].trust == 0.8
    assert "\ufffd" not in excerpts(found)


@pytest.mark.parametrize("path", ["/missing", "/broken", "/image", "/nothing", "/deep", "/private/x"])
def test_a_page_that_gives_nothing_is_named_and_costs_the_others_nothing(
    path: str, client: WebClient, site: Service
) -> None:
    found = read([f"{site.root}{path}", f"{site.root}/page"], client)
    assert found.outcome.status == "ok"
    assert len(found.files) == 1
    assert any(path in problem for problem in found.problems)


def test_an_address_in_a_private_network_is_not_asked(
    stubs: Stubs, database_url: str, tmp_path: Path, site: Service
) -> None:
    found = read([f"{site.root}/page"], client_for(stubs, database_url, tmp_path))
    assert found.outcome.status == "blocked"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/y", "http://", "nonsense", "http://user:pw@example.org/"]
)
def test_what_is_no_web_address_is_refused(url: str, client: WebClient) -> None:
    assert read([url], client).outcome.status == "blocked"


def test_without_addresses_there_is_nothing_to_do(client: WebClient) -> None:
    assert web_page.collect(LEVER, effort(), client).outcome.status == "empty"


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("A song by AC/DC.", "AC/DC", True),
        ("Mötley Crüe live", "Motley Crue", True),
        ("Leverage", "Lever", False),
        ("Simon & Garfunkel", "Simon and Garfunkel", True),
        ("anything", "", False),
    ],
)
def test_names_are_found_as_whole_words(text: str, name: str, found: bool) -> None:
    assert names(text, name) is found
    assert folded("D’Angelo") == "dangelo"
