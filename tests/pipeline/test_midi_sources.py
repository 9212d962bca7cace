"""BitMIDI, FreeMIDI and MuseScore against stubs that answer, and fail, as the sites do."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from mdg_core.midi import read_midi
from mdg_pipeline.collect import bitmidi, freemidi, musescore
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.documents import OutcomeStatus
from tests.stubs import faults
from tests.stubs.bitmidi import WRONG_FILES, BitMidi
from tests.stubs.client import client_for
from tests.stubs.faults import Fault
from tests.stubs.freemidi import FreeMidi, Markup
from tests.stubs.midi_bytes import NOT_A_FILE, RAR, drum_file
from tests.stubs.server import Stubs
from tests.stubs.service import Service

QUEEN = ArtistQuery("queen", "Queen")
LEGEND = ArtistQuery("john-legend", "John Legend")

Run = Callable[..., tuple[Collected, Service]]


def effort(depth: Literal["quick", "full"] = "full", round: int = 0, seconds: float = 20) -> Effort:
    return Effort(depth, round, time.monotonic() + seconds)


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """Asks a source once: `fails` are the faults to switch on, by path."""

    def collect(
        service: Service,
        query: ArtistQuery = QUEEN,
        *,
        fails: dict[str, Fault] | None = None,
        efforts: tuple[Effort, ...] | None = None,
        **settings: Any,
    ) -> tuple[Collected, Service]:
        source = {"bitmidi": bitmidi, "freemidi": freemidi}[service.name]
        with Stubs(service) as stubs:
            for path, fault in (fails or {}).items():
                service.fail(fault, path=path)
            client = client_for(stubs, database_url, tmp_path, **settings)
            for each in efforts or (effort(),):
                found = source.collect(query, each, client)
        return found, service

    return collect


def titles(found: Collected) -> set[str]:
    return {document.title for document, _ in found.files}


def paths(service: Service) -> list[str]:
    return [asked.path for asked in service.asked]


# ---- BitMIDI


def test_bitmidi_counts_the_artists_files_and_fetches_none(run: Run) -> None:
    found, service = run(BitMidi())
    assert found.files == []
    assert found.outcome.status == "empty"
    assert "6 matching files found among 9 results" in found.outcome.message
    assert "sources.bitmidi.download" in found.outcome.message
    assert set(paths(service)) == {"/api/midi/search"}
    assert found.exhausted


def test_bitmidi_fetches_with_leave(run: Run) -> None:
    found, service = run(BitMidi(), download=True)
    assert found.outcome.status == "ok"
    assert titles(found) == {
        "Queen - Bohemian Rhapsody",
        "Queen - Dont Stop Me Now",
        "Queen - We Will Rock You",
        "Queen - Another One Bites The Dust",
        "Queen - Innuendo",
    }
    for document, data in found.files:
        assert len(read_midi(data)) > 0
        assert (document.source, document.kind, document.media_type) == ("bitmidi", "midi", "audio/midi")
        assert document.uri.startswith(service.root)
        assert 0.25 <= document.trust <= 0.5
        assert document.size_bytes == len(data)
        assert "permission" in document.licence
    assert len(found.files) == 6  # two of them are one song, in different files


def test_bitmidi_survives_505_strangers(run: Run) -> None:
    found, service = run(BitMidi(), LEGEND)
    assert "2 matching files found among 152 results" in found.outcome.message
    assert [asked.query["page"] for asked in service.asked] == ["0", "1", "2", "3"]
    assert all(asked.query["pageSize"] == "50" for asked in service.asked)
    assert found.exhausted


def test_bitmidi_quick_depth_asks_once_and_a_further_round_asks_for_further_pages_alone(run: Run) -> None:
    found, service = run(BitMidi(), LEGEND, efforts=(effort("quick"),))
    assert [asked.query["page"] for asked in service.asked] == ["0"]
    assert not found.exhausted
    found, service = run(BitMidi(), LEGEND, efforts=(effort("quick"), effort("quick", round=1)))
    assert [asked.query["page"] for asked in service.asked] == ["0", "1"]


def test_bitmidi_asks_for_other_names_and_takes_each_file_once(run: Run) -> None:
    names = ("Shiina Ringo", "椎名 林檎", "Ringo Sheena")
    found, service = run(BitMidi(), ArtistQuery("x", "椎名林檎", names))
    assert "2 matching files" in found.outcome.message
    assert [asked.query["q"] for asked in service.asked] == ["椎名林檎", "Shiina Ringo", "椎名 林檎"]


def test_bitmidi_keeps_drums_only_and_each_content_once(run: Run) -> None:
    found, _ = run(BitMidi(files=WRONG_FILES), download=True)
    # 1 is a text, 2 an archive, 3 cut off; 8 is wrapped, 9 the bare file of 8, 4 is good
    assert {document.uri.rpartition("/")[2] for document, _ in found.files} == {
        "another-one-bites-the-dust-queen-mid",
        "queen-innuendo-mid",
        "bohemian-rhapsody-queen-k-mid",
    }
    assert len(found.problems) == 3
    assert any("Queen - Bohemian Rhapsody.mid" in problem for problem in found.problems)
    assert "3 could not be taken" in found.outcome.message
    same = BitMidi(files={1: drum_file(9)})
    found, _ = run(same, download=True)
    assert len({document.id for document, _ in found.files}) == len(found.files) == 5


def test_bitmidi_asks_for_no_file_twice(run: Run) -> None:
    found, service = run(BitMidi(), download=True, efforts=(effort(), effort(), effort(round=1)))
    assert len(found.files) == 6
    assert len(paths(service)) == len(set(paths(service))) == 7


def test_bitmidi_fetches_a_portion_a_round(run: Run) -> None:
    def fetched(service: Service) -> int:
        return sum(path.startswith("/uploads/") for path in paths(service))

    found, service = run(BitMidi(), download=True, efforts=(effort("quick"),))
    assert len(found.files) == fetched(service) == 4
    assert not found.exhausted
    found, service = run(BitMidi(), download=True, efforts=(effort("quick"), effort("quick", round=1)))
    assert len(found.files) == fetched(service) == 6
    assert found.exhausted


def test_bitmidi_names_files_that_are_too_large_or_gone(run: Run) -> None:
    fails = {"/uploads/1.": faults.big_body(3), "/uploads/2.": faults.status(404)}
    found, _ = run(BitMidi(), download=True, fails=fails)
    assert len(found.files) == 4
    assert len(found.problems) == 2
    assert found.outcome.status == "ok"


def test_bitmidi_stops_where_files_are_refused(run: Run) -> None:
    found, service = run(BitMidi(), download=True, fails={"/uploads/": faults.status(403)})
    assert found.outcome.status == "blocked"
    assert sum(path.startswith("/uploads/") for path in paths(service)) == 1
    assert "6 matching files" in found.outcome.message


def test_bitmidi_keeps_what_came_before_the_failure(run: Run) -> None:
    found, _ = run(BitMidi(), LEGEND, fails={"/api": faults.gzipped})
    assert "2 matching" in found.outcome.message
    service = BitMidi(("Queen - One.mid", *(f"Queen Latifah - Song {number}.mid" for number in range(60))))
    service.fail(faults.gzipped, times=1, path="/api")
    service.fail(faults.status(503), path="/api")
    found, _ = run(service, download=True)
    assert titles(found) == {"Queen - One"}
    assert found.outcome.status == "throttled"
    assert not found.exhausted


BAD_JSON = '{"result": {"query": {}, "results": {"1": "Queen - One"}, "total": 1}}'


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (faults.status(429, "slow down"), "throttled"),
        (faults.status(503), "throttled"),
        (faults.rate_exceeded, "throttled"),
        (faults.status(403), "blocked"),
        (faults.captcha, "blocked"),
        (faults.status(500), "unreachable"),
        (faults.status(404, '{"error": {"message": "gone", "code": "NOT_FOUND", "status": 404}}'), "unreachable"),
        (faults.truncated, "unreachable"),
        (faults.cut_off, "unreachable"),
        (faults.reset, "unreachable"),
        (faults.redirect_loop, "unreachable"),
        (faults.says(BAD_JSON), "unreachable"),
        (faults.big_body(50), "unreachable"),
        (faults.slow_drip(), "timed_out"),
        (faults.silence, "timed_out"),
    ],
)
def test_bitmidi_says_how_the_search_failed(run: Run, fault: Fault, status: OutcomeStatus) -> None:
    found, _ = run(BitMidi(), fails={"/api": fault}, efforts=(effort(seconds=4),))
    assert found.outcome.status == status
    assert found.files == []
    assert found.outcome.message


def test_bitmidi_of_another_shape_is_a_problem_and_no_crash(run: Run) -> None:
    class Reshaped(BitMidi):
        def answer(self, asked: Any) -> Any:
            from tests.stubs.answers import json_answer

            rows: list[Any] = [
                None,
                {"id": "1", "name": "Queen - One"},
                {"id": 2, "name": "Queen - Two", "url": "//evil.example/x", "downloadUrl": "/uploads/2.mid"},
                {"id": 3, "name": "Queen - Three", "url": "/three", "downloadUrl": "http://evil.example/3.mid"},
                {"id": 4, "name": "Queen - Four", "url": "/four", "downloadUrl": "/uploads/4.mid", "alternateNames": 7},
            ]
            return json_answer({"result": {"results": rows, "total": 5, "pageTotal": "many"}})

    found, _ = run(Reshaped())
    assert "1 matching files found among 1 results" in found.outcome.message
    assert any("4 results without" in problem for problem in found.problems)


def test_bitmidi_that_is_off_is_not_asked(run: Run) -> None:
    found, service = run(BitMidi(), enabled=False)
    assert found.outcome.status == "disabled"
    assert service.asked_in_all == []


# ---- FreeMIDI

ALL_OF_QUEEN = {
    "Queen - Bohemian Rhapsody",
    "Queen - Innuendo",
    "Queen - We Will Rock You",
    "Queen - Radio Ga Ga",
    "Queen - Hammer To Fall",
    "Queen - One Vision",
    "Queen - Killer",
}


@pytest.mark.parametrize("markup", ["old", "new"])
def test_freemidi_finds_the_songs_in_each_markup(run: Run, markup: Markup) -> None:
    found, service = run(FreeMidi(markup))
    assert found.outcome.status == "ok", found
    assert len(found.files) == 7
    assert {"/getter-301", "/getter-201"}.isdisjoint(paths(service))  # Dancing Queen, Queensryche
    for document, data in found.files:
        assert document.media_type == "audio/midi"
        assert document.uri.startswith(f"{service.root}/download3-")
        assert document.trust > 0.4
        assert len(read_midi(data)) > 0


def test_freemidi_opens_the_songs_page_first_and_brings_its_cookie(run: Run) -> None:
    _, service = run(FreeMidi())
    for number in (101, 104):
        [page] = [i for i, path in enumerate(paths(service)) if path.startswith(f"/download3-{number}-")]
        [file] = [i for i, path in enumerate(paths(service)) if path == f"/getter-{number}"]
        assert page < file
        asked = service.asked[file]
        assert "PHPSESSID=" in asked.headers["cookie"]
        assert asked.headers["referer"] == service.root + service.asked[page].path


def test_freemidi_follows_the_pages_of_the_artist_alone(run: Run) -> None:
    _, service = run(FreeMidi(), fails={"/search": only_one_result})
    artist = [asked for asked in service.asked if asked.path.startswith("/artist-")]
    assert {asked.path for asked in artist} == {"/artist-12-queen"}
    assert [asked.query.get("page") for asked in artist] == [None, "1", "2", "3"]


def only_one_result(exchange: Any) -> None:
    from tests.stubs.answers import html_answer

    exchange.send(html_answer('<div class="card-body"><a href="artist-12-queen">Queen</a></div>'))


def test_freemidi_quick_depth_reads_one_page_of_the_artist_and_fetches_few(run: Run) -> None:
    found, service = run(FreeMidi(), efforts=(effort("quick"),))
    assert sum(path.startswith("/artist-") for path in paths(service)) == 1
    assert len(found.files) == 4
    assert not found.exhausted


def test_freemidi_asks_for_no_file_twice(run: Run) -> None:
    found, service = run(FreeMidi(), efforts=(effort(), effort(), effort(round=1)))
    assert len(found.files) == 7
    songs = [path for path in paths(service) if path.startswith(("/getter", "/download3"))]
    assert len(songs) == len(set(songs)) == 14


def test_freemidi_tries_a_spoiled_file_again_when_the_answer_is_old(run: Run) -> None:
    class Healing(FreeMidi):
        def _file(self, number: int, asked: Any) -> Any:
            answer = super()._file(number, asked)
            self.files.pop(number, None)
            return answer

    spoiled = {101: NOT_A_FILE}
    found, _ = run(Healing(files=dict(spoiled)), efforts=(effort(), effort()))
    assert len(found.files) == 6
    found, service = run(Healing(files=dict(spoiled)), efforts=(effort(), effort()), web={"cache_hours": 0})
    assert len(found.files) == 7
    assert paths(service).count("/getter-101") == 2
    assert paths(service).count("/getter-102") == 1


def test_freemidi_names_what_is_no_drum_file(run: Run) -> None:
    found, _ = run(FreeMidi(files={101: NOT_A_FILE, 102: RAR, 103: b"<html>error</html>"}))
    assert len(found.files) == 4
    assert len(found.problems) == 3
    assert any("Bohemian Rhapsody" in problem for problem in found.problems)
    assert "3 could not be taken" in found.outcome.message
    assert found.outcome.status == "ok"


def test_freemidi_gives_up_where_the_getter_refuses(run: Run) -> None:
    class Forgetful(FreeMidi):
        sessions = "OTHER"  # what is set is not what is asked for

        def _file(self, number: int, asked: Any) -> Any:
            return super()._file(number, type(asked)(asked.method, asked.path, {}, {}, asked.at))

    found, service = run(Forgetful())
    assert found.outcome.status == "unreachable"
    assert found.files == []
    assert sum(path.startswith("/download3") for path in paths(service)) == 3


def test_freemidi_with_a_changed_markup_is_empty_with_a_warning(run: Run) -> None:
    found, _ = run(FreeMidi("changed"))
    assert found.outcome.status == "empty"
    assert "markup may have changed" in found.outcome.message


def test_freemidi_without_results_is_empty_without_a_warning(run: Run) -> None:
    found, _ = run(FreeMidi(), ArtistQuery("nobody", "Nobody Anywhere"))
    assert found.outcome.status == "empty"
    assert "markup" not in found.outcome.message
    assert found.exhausted


def test_freemidi_believes_the_artist_and_not_the_title(run: Run) -> None:
    found, _ = run(FreeMidi(), ArtistQuery("kiss", "Kiss"))
    assert found.outcome.status == "empty"
    assert "0 matching files" in found.outcome.message


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (faults.status(429), "throttled"),
        (faults.status(403), "blocked"),
        (faults.captcha, "blocked"),
        (faults.status(502), "unreachable"),
        (faults.cut_off, "unreachable"),
        (faults.big_body(50), "unreachable"),
        (faults.says("error with file"), "unreachable"),
        (faults.silence, "timed_out"),
    ],
)
def test_freemidi_says_how_the_search_failed(run: Run, fault: Fault, status: OutcomeStatus) -> None:
    found, service = run(FreeMidi(), fails={"/search": fault}, efforts=(effort(seconds=4),))
    assert found.outcome.status == status
    assert found.files == []
    assert set(paths(service)) == {"/search"}


def test_freemidi_takes_hostile_html(run: Run) -> None:
    nested = "<div>" * 5000 + '<a href="download3-101-x">' + "<b>" * 5000
    links = '<a href="javascript:download3-1-x">q</a><a href="http://evil.example/download3-102-queen">Queen - x</a>'
    found, service = run(FreeMidi(), fails={"/search": lambda exchange: send_html(exchange, links + nested)})
    assert found.outcome.status == "ok"
    assert [document.uri for document, _ in found.files] == [f"{service.root}/download3-102-queen"]


def send_html(exchange: Any, text: str) -> None:
    from tests.stubs.answers import html_answer

    exchange.send(html_answer(text))


# ---- time, and MuseScore


@pytest.mark.parametrize("service", [BitMidi, FreeMidi])
def test_without_time_nothing_is_asked(run: Run, service: type[Service]) -> None:
    settings = {"download": True} if service is BitMidi else {}
    found, asked = run(service(), efforts=(effort(seconds=0),), **settings)
    assert found.files == []
    assert asked.asked == []
    assert found.outcome.message
    assert not found.exhausted


def test_musescore_is_a_link(database_url: str, tmp_path: Path) -> None:
    with Stubs(BitMidi()) as stubs:
        client: WebClient = client_for(stubs, database_url, tmp_path)
        found = musescore.collect(ArtistQuery("x", "Simon & Garfunkel"), effort(), client)
    assert "https://musescore.com/sheetmusic?text=Simon+%26+Garfunkel+drums" in found.outcome.message
    assert found.outcome.status == "empty"
    assert found.exhausted
