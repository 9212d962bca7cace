"""How often a service is asked, by several processes at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from mdg_core.store import web
from mdg_core.store.connect import connect
from mdg_pipeline.collect.web.errors import NoTurn
from tests.pipeline.http_echo import Echo
from tests.stubs import faults, load
from tests.stubs.client import client_for
from tests.stubs.crossref import CrossRef
from tests.stubs.server import Stubs

SOURCE = Echo.name


@pytest.fixture
def stubs() -> Iterator[Stubs]:
    with Stubs(Echo(), CrossRef()) as running:
        yield running


def _wait_until(true: object) -> None:
    assert callable(true)
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_four_processes_keep_the_rule_together(stubs: Stubs, database_url: str, tmp_path: Path) -> None:
    client = client_for(stubs, database_url, tmp_path, min_interval_seconds=0.2)
    echo = stubs[SOURCE]
    echo.fail(faults.status(503), times=2)  # failed attempts and retries count
    urls = [[f"{echo.root}/json?{process}-{number}" for number in range(3)] for process in range(4)]
    load.finish([load.start(client, {SOURCE: each}, seconds=60) for each in urls])
    assert len(echo.asked) == 14
    assert echo.smallest_gap() >= 0.2
    assert echo.most_at_once == 1


def test_no_more_at_once_than_the_rule_has_places(stubs: Stubs, database_url: str, tmp_path: Path) -> None:
    client = client_for(stubs, database_url, tmp_path, max_concurrent=3)
    crossref = stubs["crossref"]
    crossref.fail(faults.delayed(0.2))

    def ask(number: int) -> int:
        deadline = time.monotonic() + 30
        return client.get("crossref", f"{crossref.root}/works?query={number}", deadline=deadline, robots=False).status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {200}
    assert crossref.most_at_once == 3

    # CrossRef's public pool, of those who name no contact, has one
    client = client_for(stubs, database_url, tmp_path, contact=None, max_concurrent=3)
    crossref.forget()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(10, 14)))
    assert crossref.most_at_once == 1


def test_a_killed_process_gives_its_place_back(stubs: Stubs, database_url: str, tmp_path: Path) -> None:
    client = client_for(
        stubs, database_url, tmp_path, web={"read_timeout_seconds": 600, "request_timeout_seconds": 600}
    )
    echo = stubs[SOURCE]
    echo.fail(faults.silence, times=1)
    process = load.start(client, {SOURCE: [echo.root + "/json"]}, seconds=600)
    _wait_until(lambda: echo.asked)
    process.kill()
    process.join()
    assert client.get(SOURCE, echo.root + "/json", deadline=time.monotonic() + 20, robots=False).ok


def test_a_killed_run_asks_for_nothing_that_it_had(stubs: Stubs, database_url: str, tmp_path: Path) -> None:
    client = client_for(stubs, database_url, tmp_path, min_interval_seconds=0.05)
    echo = stubs[SOURCE]
    urls = [f"{echo.root}/json?{number}" for number in range(12)]
    process = load.start(client, {SOURCE: urls}, seconds=60)
    _wait_until(lambda: len(echo.asked) >= 4)
    process.kill()
    process.join()
    before = len(echo.asked)
    with connect(database_url) as conn:
        row = conn.execute("SELECT count(*) AS kept FROM web_page").fetchone()
    assert row is not None
    assert row["kept"] >= before - 1  # the one under way may be lost
    load.finish([load.start(client, {SOURCE: urls}, seconds=60)])
    assert len(echo.asked) == before + 12 - row["kept"]


def test_a_turn_beyond_the_deadline_is_refused_and_not_taken(stubs: Stubs, database_url: str, tmp_path: Path) -> None:
    client = client_for(stubs, database_url, tmp_path)
    with connect(database_url) as conn:
        web.reserve_turn(conn, SOURCE, interval=500, patience=0)
        before = conn.execute("SELECT next_slot FROM web_turn").fetchall()
        with pytest.raises(NoTurn, match="it will be tried again after"):
            client.get(SOURCE, stubs[SOURCE].root + "/json", deadline=time.monotonic() + 20, robots=False)
        assert conn.execute("SELECT next_slot FROM web_turn").fetchall() == before
    assert stubs[SOURCE].asked == []


def test_turns_reserved_at_the_same_time_are_apart(stubs: Stubs, database_url: str, tmp_path: Path) -> None:
    client_for(stubs, database_url, tmp_path)
    moments = []
    lock = threading.Lock()

    def reserve() -> None:
        with connect(database_url) as conn:
            for _ in range(10):
                wait, taken = web.reserve_turn(conn, "x", interval=3, patience=1000)
                assert taken
                with lock:
                    moments.append(wait.until)

    threads = [threading.Thread(target=reserve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moments.sort()
    gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(moments)]
    assert len(gaps) == 39
    assert set(gaps) == {3.0}


def test_a_request_that_began_late_moves_the_next_one(database_url: str) -> None:
    with connect(database_url) as conn:
        conn.execute("TRUNCATE web_turn")
        for _ in range(2):
            web.reserve_turn(conn, "x", interval=3, patience=10)
        conn.execute("UPDATE web_turn SET last_request = now() - interval '1 s'")
        wait = web.begin_request(conn, "x", interval=3)
        assert wait is not None
        assert wait.seconds == pytest.approx(2, abs=0.5)
        conn.execute("UPDATE web_turn SET last_request = now() - interval '3 s'")
        assert web.begin_request(conn, "x", interval=3) is None
        web.hold(conn, "x", seconds=50, because="the service asks for it")
        conn.execute("UPDATE web_turn SET last_request = '-infinity'")
        wait = web.begin_request(conn, "x", interval=3)
        assert wait is not None
        assert wait.because == "the service asks for it"
        assert wait.seconds == pytest.approx(50, abs=2)
