"""The web client against a service that fails in every way on record."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from mdg_core.store.connect import connect
from mdg_pipeline.collect.web import transport
from mdg_pipeline.collect.web.client import ANYTHING, HTML, WebClient
from mdg_pipeline.collect.web.errors import (
    BadAnswer,
    Blocked,
    Disabled,
    Ended,
    Throttled,
    TimedOut,
    TooLarge,
    Unreachable,
    WebError,
)
from mdg_pipeline.collect.web.page import Page
from tests.pipeline.http_echo import Echo
from tests.stubs import faults
from tests.stubs.client import client_for
from tests.stubs.server import Stubs

SOURCE = Echo.name


@pytest.fixture
def stubs() -> Iterator[Stubs]:
    with Stubs(Echo()) as running:
        yield running


@pytest.fixture
def echo(stubs: Stubs) -> Echo:
    service = stubs[SOURCE]
    assert isinstance(service, Echo)
    return service


@pytest.fixture
def make(stubs: Stubs, database_url: str, tmp_path: Path) -> Callable[..., WebClient]:
    """Clients that ask the echo; each call empties cache, turns and circuits."""
    return lambda **wishes: client_for(stubs, database_url, tmp_path, **wishes)


@pytest.fixture
def client(make: Callable[..., WebClient]) -> WebClient:
    return make()


def _get(client: WebClient, url: str, *args: Any, seconds: float = 20, **wishes: Any) -> Page:
    return client.get(SOURCE, url, *args, deadline=time.monotonic() + seconds, **wishes)


# ---- identity, addresses, redirects


def test_it_says_who_asks(client: WebClient, echo: Echo) -> None:
    page = _get(client, echo.root + "/json", {"q": "AC/DC & more", "n": 2})
    assert page.ok
    assert b'"AC/DC & more"' in page.body
    [asked] = echo.asked
    assert asked.headers["user-agent"].startswith("MidiDrumiGen/")
    assert "(mailto:tests@example.org)" in asked.headers["user-agent"]
    assert asked.headers["accept-encoding"] == "gzip"


def test_a_source_that_wants_a_contact_is_not_asked_without_one(make: Callable[..., WebClient]) -> None:
    client = make(contact=None)
    with pytest.raises(Disabled, match="MDG_CONTACT"):
        client.source("musicbrainz")
    assert client.source(SOURCE).enabled


def test_a_source_that_is_off_is_not_asked(make: Callable[..., WebClient], echo: Echo) -> None:
    with pytest.raises(Disabled, match=r"sources\.pitchfork\.enabled"):
        _get(make(enabled=False), echo.root + "/json")
    assert echo.asked_in_all == []


def test_redirects_are_followed_to_the_end_of_their_cap(client: WebClient, echo: Echo) -> None:
    page = _get(client, echo.root + "/elsewhere")
    assert page.final_url == echo.root + "/json?from=elsewhere"
    assert page.url == echo.root + "/elsewhere"
    echo.forget()
    echo.fail(faults.redirect_loop, path="/loop")
    with pytest.raises(BadAnswer, match="more than 5 times"):
        _get(client, echo.root + "/loop")
    assert len(echo.asked) == 6


def test_a_cookie_wall_is_passed(client: WebClient, echo: Echo) -> None:
    assert _get(client, echo.root + "/cookie").ok
    assert echo.asked[1].headers["cookie"] == "turn=1"


@pytest.mark.parametrize(
    "target",
    [
        *(
            "http://10.0.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
        ),
        *("http://localhost/", "http://127.0.0.1:1/", "http://2130706433/", "http://0x7f.1/", "file:///etc/passwd"),
        *("ftp://example.org/", "http://user:secret@example.org/"),
    ],
)
def test_a_redirect_to_a_place_of_ones_own_is_refused(client: WebClient, echo: Echo, target: str) -> None:
    echo.fail(faults.redirect_to(target), path="/json")
    with pytest.raises(Blocked):
        _get(client, echo.root + "/json", robots=False)
    assert len(echo.asked) == 1


def test_a_found_link_into_the_private_network_is_refused(client: WebClient, echo: Echo) -> None:
    with Stubs(Echo()) as others, pytest.raises(Blocked, match="not a public address"):
        _get(client, others[SOURCE].root + "/json", robots=False)
    assert others[SOURCE].asked_in_all == []


def test_the_operators_own_links_may_name_a_private_host(make: Callable[..., WebClient], echo: Echo) -> None:
    allowed = make(web={"allow_private_addresses": [f"127.0.0.1:{echo.port}"]})
    deadline = time.monotonic() + 10
    assert allowed.get("links", echo.root + "/json", deadline=deadline).ok
    with pytest.raises(Blocked):
        make().get("links", echo.root + "/json", deadline=deadline, robots=False)
    # a host that is allowed as the operator's own link is not where others may redirect to
    echo.fail(faults.redirect_to(echo.root + "/other"), path="/json")
    with pytest.raises(Blocked):
        allowed.get("links", echo.root + "/json?again", deadline=deadline, robots=False)


def test_a_name_is_resolved_once_and_connected_where_it_was_checked(
    make: Callable[..., WebClient], echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the second answer would lead into the private network."""
    real, answers = socket.getaddrinfo, iter(["8.8.8.8", "127.0.0.1"])
    connected = []

    def rebinding(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        return real(next(answers) if host == "rebind.example" else host, port, *args, **kwargs)

    def connect_to(address: tuple[str, int], **_: Any) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    client = make(web={"backoff_seconds": 0})
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(transport.socket, "create_connection", connect_to)
    with pytest.raises(Blocked, match=r"127\.0\.0\.1"):  # of the second try, which resolves again
        _get(client, f"http://rebind.example:{echo.port}/json", robots=False)
    assert connected == [("8.8.8.8", echo.port)]


def test_keys_do_not_travel_to_another_host(client: WebClient, echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    with Stubs(Echo()) as others:
        other = others[SOURCE]
        echo.fail(faults.redirect_to(f"{other.root}/json"), path="/start")
        # the stubs are in the private network: let this redirect through
        monkeypatch.setattr(WebClient, "_may_be_private", lambda *_, **__: True)
        secrets = {"x-api-key": "secret", "Authorization": "Bearer secret"}
        assert _get(client, echo.root + "/start", None, secrets, robots=False).ok
    assert echo.asked[0].headers["x-api-key"] == "secret"
    assert "x-api-key" not in other.asked[0].headers
    assert "authorization" not in other.asked[0].headers


# ---- failures of a service


@pytest.mark.parametrize(
    ("fault", "error", "attempts"),
    [
        (faults.status(401), Blocked, 1),
        (faults.status(403, "Please respect our robot policy"), Blocked, 1),
        (faults.status(429, "slow down"), Throttled, 4),
        (faults.status(503), Throttled, 4),
        (faults.status(500), Unreachable, 2),
        (faults.rate_exceeded, Throttled, 4),
        (faults.captcha, Blocked, 1),
        (faults.truncated, BadAnswer, 2),
        (faults.cut_off, Unreachable, 3),
        (faults.reset, Unreachable, 3),
        (faults.says("hello"), BadAnswer, 2),
        (faults.big_body(50), TooLarge, 1),
        (faults.big_body(50, stated=False), TooLarge, 1),
        (faults.gzip_bomb(500), TooLarge, 1),
    ],
)
def test_each_failure_has_its_outcome(
    make: Callable[..., WebClient], echo: Echo, fault: faults.Fault, error: type[WebError], attempts: int
) -> None:
    client = make(web={"request_timeout_seconds": 10})
    echo.fail(fault)
    with pytest.raises(error) as raised:
        _get(client, echo.root + "/json", robots=False)
    assert len(echo.asked) == attempts
    assert raised.value.outcome(SOURCE).status == error.status


@pytest.mark.parametrize("fault", [faults.silence, faults.slow_drip(0.1), faults.slow_head(0.1)])
def test_a_slow_service_is_cut_off(make: Callable[..., WebClient], echo: Echo, fault: faults.Fault) -> None:
    client = make(web={"request_timeout_seconds": 0.4, "read_timeout_seconds": 0.3})
    echo.fail(fault)
    with pytest.raises(TimedOut):
        _get(client, echo.root + "/json", robots=False)
    assert len(echo.asked) == 2


def test_the_deadline_cuts_before_any_other_bound(make: Callable[..., WebClient], echo: Echo) -> None:
    client = make(web={"request_timeout_seconds": 600, "read_timeout_seconds": 600})
    echo.fail(faults.silence)
    began = time.monotonic()
    with pytest.raises(WebError):
        _get(client, echo.root + "/json", robots=False, seconds=0.4)
    assert time.monotonic() - began < 30


def test_a_client_that_is_stopped_ends_what_it_asks_and_asks_no_more(
    make: Callable[..., WebClient], echo: Echo, database_url: str
) -> None:
    client = make(web={"request_timeout_seconds": 600, "read_timeout_seconds": 600, "circuit_failures": 1})
    echo.fail(faults.silence)
    ended: list[WebError] = []

    def ask() -> None:
        with pytest.raises(Ended) as raised:
            _get(client, echo.root + "/json", robots=False, seconds=600)
        ended.append(raised.value)

    asking = threading.Thread(target=ask)
    asking.start()
    while not echo.asked:
        time.sleep(0.01)
    client.stop()
    asking.join(60)
    assert len(ended) == 1
    with pytest.raises(Ended):
        _get(client, echo.root + "/json", robots=False)
    assert len(echo.asked) == 1
    with connect(database_url) as conn:
        assert conn.execute("SELECT 1 FROM web_circuit WHERE failures > 0").fetchone() is None, "it is not the host's"


def test_a_bomb_never_fills_the_memory(client: WebClient, echo: Echo) -> None:
    echo.fail(faults.gzip_bomb(500))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            _get(client, echo.root + "/json", robots=False, max_bytes=1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000  # the stub's own 10 MB block and its 500 KB body are in it


def test_a_passing_failure_is_passed(client: WebClient, echo: Echo) -> None:
    for fault in (faults.truncated, faults.reset, faults.status(503)):  # tried twice, three times, four times
        echo.fail(fault, times=1)
    assert _get(client, echo.root + "/json", robots=False).ok
    assert len(echo.asked) == 4


def test_what_answers_the_question_is_given_back(client: WebClient, echo: Echo) -> None:
    assert _get(client, echo.root + "/gone").status == 404
    echo.fail(faults.status(400, "no such field"))
    assert _get(client, echo.root + "/json").body == b"no such field"


def test_another_type_is_no_answer(client: WebClient, echo: Echo) -> None:
    assert _get(client, echo.root + "/page", accept=HTML).content_type == "text/html"
    with pytest.raises(BadAnswer, match="text/html"):
        _get(client, echo.root + "/page?json")
    assert _get(client, echo.root + "/page?any", accept=ANYTHING).ok


def test_gzip_is_unpacked(client: WebClient, echo: Echo) -> None:
    echo.fail(faults.gzipped)
    assert _get(client, echo.root + "/json").body.startswith(b'{"path": "/json"')


# ---- retry-after, circuits


def test_retry_after_beyond_the_deadline_ends_at_once_and_holds_for_all(
    make: Callable[..., WebClient], echo: Echo, database_url: str
) -> None:
    client = make()
    echo.fail(faults.status(429, "slow down", retry_after="3600"), times=1)
    with pytest.raises(Throttled) as raised:
        _get(client, echo.root + "/json", robots=False)
    assert raised.value.retry_at is not None
    assert "it will be tried again after" in str(raised.value)
    other = WebClient(client.settings, database_url, client.lake)
    with pytest.raises(Throttled, match=r"status 429"):
        _get(other, echo.root + "/json?other", robots=False)
    assert len(echo.asked) == 1
    with connect(database_url) as conn:  # an hour later
        conn.execute("UPDATE web_turn SET held_until = held_until - interval '1 hour'")
    assert _get(other, echo.root + "/json?other", robots=False).ok


def test_a_short_retry_after_is_waited_for(client: WebClient, echo: Echo) -> None:
    echo.fail(faults.status(503, retry_after="1"), times=1)
    assert _get(client, echo.root + "/json", robots=False).ok
    assert echo.smallest_gap() >= 1


def test_a_host_that_keeps_failing_is_left_alone_and_tried_by_one(
    make: Callable[..., WebClient], echo: Echo, database_url: str
) -> None:
    client = make(web={"circuit_failures": 3, "circuit_pause_seconds": 60, "max_circuit_pause_seconds": 100})
    pauses = []

    def fail() -> WebError:
        with pytest.raises(WebError) as raised:
            _get(client, echo.root + "/json", robots=False)
        return raised.value

    def pass_time(conn: Any) -> None:
        row = conn.execute("SELECT extract(epoch FROM open_until - now())::float8 AS s FROM web_circuit").fetchone()
        pauses.append(row["s"])
        conn.execute("UPDATE web_circuit SET open_until = now() - interval '1 s'")

    echo.fail(faults.reset)
    with connect(database_url) as conn:
        error = fail()
        assert len(echo.asked) == 3
        assert error.retry_at is not None  # it opened
        assert "left alone" in str(fail())
        assert len(echo.asked) == 3
        for asked in (4, 5):  # each probe is one request, without retries
            pass_time(conn)
            fail()
            assert len(echo.asked) == asked
        pass_time(conn)
        assert pauses == [pytest.approx(60, abs=5), pytest.approx(100, abs=5), pytest.approx(100, abs=5)]
        echo.heal()
        assert _get(client, echo.root + "/json", robots=False).ok
        assert conn.execute("SELECT count(*) AS n FROM web_circuit").fetchone() == {"n": 0}


def test_while_one_tries_the_host_the_others_wait(
    make: Callable[..., WebClient], echo: Echo, database_url: str
) -> None:
    client = make(max_concurrent=8, web={"circuit_failures": 3})
    echo.fail(faults.reset, times=3)
    with pytest.raises(Unreachable):
        _get(client, echo.root + "/json", robots=False)
    with connect(database_url) as conn:
        conn.execute("UPDATE web_circuit SET open_until = now() - interval '1 s'")
    echo.forget()
    echo.fail(faults.delayed(0.3), times=1)
    results: list[object] = []

    def ask(number: int) -> None:
        try:
            results.append(_get(client, f"{echo.root}/json?{number}", robots=False))
        except WebError as error:
            results.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [result for result in results if isinstance(result, Unreachable)]
    assert len(refused) + len(echo.asked) == 4
    assert refused  # those that came while the probe was under way


def test_a_bad_answer_does_not_speak_against_the_host(make: Callable[..., WebClient], echo: Echo) -> None:
    client = make(web={"circuit_failures": 1})
    echo.fail(faults.truncated)
    for number in range(3):
        with pytest.raises(BadAnswer):
            _get(client, f"{echo.root}/json?{number}", robots=False)
    echo.heal()
    assert _get(client, echo.root + "/json", robots=False).ok


# ---- the cache


def test_what_is_fresh_is_not_asked_for_again(client: WebClient, echo: Echo, database_url: str) -> None:
    first = _get(client, echo.root + "/versioned", robots=False)
    again = _get(WebClient(client.settings, database_url, client.lake), echo.root + "/versioned", robots=False)
    assert (again.body, again.status, again.fetched_at) == (first.body, first.status, first.fetched_at)
    assert (first.from_cache, again.from_cache) == (False, True)
    assert len(echo.asked) == 1


def test_what_is_older_is_asked_for_if_it_has_changed(client: WebClient, echo: Echo, database_url: str) -> None:
    first = _get(client, echo.root + "/versioned")
    _age(database_url, hours=25)
    same = _get(client, echo.root + "/versioned")
    assert same.from_cache
    assert same.body == first.body
    assert echo.asked[-1].headers["if-none-match"] == '"1"'
    _get(client, echo.root + "/versioned")  # confirmed: fresh again
    assert len(echo.asked) == 2
    _age(database_url, hours=25)
    echo.version = 2
    assert _get(client, echo.root + "/versioned").body == b'{"version": 2}'


def test_not_found_is_kept_for_less_time(client: WebClient, echo: Echo, database_url: str) -> None:
    for _ in range(2):
        assert _get(client, echo.root + "/gone").status == 404
    assert len(echo.asked) == 1
    _age(database_url, hours=7)
    assert _get(client, echo.root + "/gone").status == 404
    assert len(echo.asked) == 2
    assert "if-none-match" not in echo.asked[-1].headers


@pytest.mark.parametrize("fault", [faults.status(500), faults.status(404), faults.truncated, faults.captcha])
def test_a_failure_leaves_the_good_answer(
    client: WebClient, echo: Echo, database_url: str, fault: faults.Fault
) -> None:
    _get(client, echo.root + "/versioned", robots=False)
    _age(database_url, hours=25)
    echo.version = 2
    echo.fail(fault)
    with suppress(WebError):
        assert _get(client, echo.root + "/versioned", robots=False).status == 404
    _age(database_url, hours=-25)
    assert _get(client, echo.root + "/versioned", robots=False).body == b'{"version": 1}'


def test_what_the_source_cannot_use_is_not_kept(client: WebClient, echo: Echo) -> None:
    def refuse(page: Page) -> None:
        raise BadAnswer("no feed")

    with pytest.raises(BadAnswer):
        _get(client, echo.root + "/json", check=refuse)
    assert not _get(client, echo.root + "/json").from_cache


def test_a_lost_blob_is_fetched_again(client: WebClient, echo: Echo) -> None:
    _get(client, echo.root + "/json", robots=False)
    for blob in (client.lake.root / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    assert not _get(client, echo.root + "/json", robots=False).from_cache


def test_the_cache_can_be_passed_by(client: WebClient, echo: Echo) -> None:
    _get(client, echo.root + "/versioned", robots=False)
    page = _get(client, echo.root + "/versioned", robots=False, cached=False)
    assert not page.from_cache
    assert "if-none-match" not in echo.asked[-1].headers


def _age(database_url: str, *, hours: float) -> None:
    with connect(database_url) as conn:
        conn.execute("UPDATE web_page SET checked_at = checked_at - make_interval(mins => %s)", (int(hours * 60),))


# ---- robots.txt


def test_robots_txt_is_obeyed_and_asked_for_once(client: WebClient, echo: Echo) -> None:
    for path in ("/private/page", "/uploads/1.mid"):
        with pytest.raises(Blocked, match=r"robots\.txt"):
            _get(client, echo.root + path)
    assert _get(client, echo.root + "/public").ok
    assert [asked.path for asked in echo.asked_in_all] == ["/robots.txt", "/public"]
    assert _get(client, echo.root + "/uploads/1.mid", robots=False).ok


def test_a_redirect_does_not_lead_round_robots_txt(client: WebClient, echo: Echo) -> None:
    echo.fail(faults.redirect_to("/private/page"), path="/json")
    with pytest.raises(Blocked, match=r"robots\.txt"):
        _get(client, echo.root + "/json")


@pytest.mark.parametrize(("fault", "allowed"), [(faults.status(404), True), (faults.status(403), True)])
def test_a_site_without_rules_allows_all(client: WebClient, echo: Echo, fault: faults.Fault, allowed: bool) -> None:
    echo.fail(fault, path="/robots.txt")
    assert _get(client, echo.root + "/private/page").ok is allowed


def test_rules_that_cannot_be_read_allow_nothing(client: WebClient, echo: Echo) -> None:
    echo.fail(faults.status(502), path="/robots.txt")
    with pytest.raises(Unreachable):
        _get(client, echo.root + "/json")
    assert echo.asked == []


def test_the_crawl_delay_is_kept(client: WebClient, echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Echo, "robots", "User-agent: *\nCrawl-delay: 0.4\n")
    for number in range(3):
        _get(client, f"{echo.root}/json?{number}")
    times = [asked.at for asked in echo.asked]
    assert min(times[1] - times[0], times[2] - times[1]) >= 0.4


# ---- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of our own for localhost, with its key in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(folder / "key"), "-out", str(folder / "crt")]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no openssl to make a certificate with")
    made.write_bytes((folder / "key").read_bytes() + (folder / "crt").read_bytes())
    return made


@pytest.fixture
def tls_echo(certificate: Path) -> Iterator[Echo]:
    service = Echo()
    stubs = Stubs(service)
    server: HTTPServer = stubs._servers[0]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    yield service
    stubs.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(make: Callable[..., WebClient], tls_echo: Echo) -> None:
    client = make(base_url=f"https://localhost:{tls_echo.port}")
    with pytest.raises(Unreachable, match="TLS"):
        _get(client, f"https://localhost:{tls_echo.port}/json", robots=False)
    assert tls_echo.asked == []


def test_a_drip_under_tls_is_cut_off(
    make: Callable[..., WebClient], tls_echo: Echo, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(certificate))
    base = f"https://localhost:{tls_echo.port}"
    client = make(base_url=base, web={"request_timeout_seconds": 0.4, "read_timeout_seconds": 0.3})
    assert _get(client, base + "/json", robots=False).ok
    tls_echo.fail(faults.slow_drip(0.1))
    with pytest.raises(TimedOut, match="in full"):
        _get(client, base + "/json?slow", robots=False)
    tls_echo.heal()
    tls_echo.fail(faults.redirect_to(f"http://localhost:{tls_echo.port}/json"))
    with pytest.raises(Blocked, match="unencrypted"):
        _get(client, base + "/json?down", robots=False)
