"""A web page in the producer's browser against the API: it can send requests, and must not achieve anything."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from mdg_core.settings import Settings
from mdg_core.store import requests
from mdg_core.store.connect import Connection
from mdg_core.web.guard import CLIENT_HEADER
from mdg_serving.app import create_app
from tests.drummer.profiles import rock
from tests.serving.asking import client_of
from tests.serving.conftest import Publish

API = "/api/v1"
JSON = {"Content-Type": "application/json"}
EVIL = "https://evil.example"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("localhost:8711", 200), ("LOCALHOST", 200), ("localhost.", 200), ("127.0.0.1:8711", 200),
        ("[::1]:8711", 200), ("studio.local", 200), ("studio.local:8711", 200),
        ("evil.example", 400), ("localhost.evil.example", 400), ("127.0.0.1.evil.example", 400),
        ("evil.example:80", 400),
        ("localhost@evil.example", 400), ("evil.example#localhost", 400), ("evil.example/localhost", 400),
        ("0.0.0.0", 400), ("10.0.0.7", 400), ("2130706433", 400), ("[::ffff:7f00:2]", 400),
        ("localhost:x", 400), ("", 400),
    ],
)  # fmt: skip
def test_a_name_that_leads_here_is_none_of_ours(settings: Settings, conn: Connection, host: str, status: int) -> None:
    server = settings.server.model_copy(update={"allowed_hosts": ["studio.local"]})
    with client_of(create_app(settings.model_copy(update={"server": server}))) as client:
        for path in ("/healthz", f"{API}/artists"):
            answer = client.get(path, headers={"Host": host})
            assert answer.status_code == status, answer.text
        # a forwarded name does not count
        assert (
            client.get("/healthz", headers={"Host": "evil.example", "X-Forwarded-Host": "localhost"}).status_code == 400
        )


def test_the_address_that_was_connected_to_is_a_name(settings: Settings, conn: Connection) -> None:
    with client_of(create_app(settings), base_url="http://192.168.7.20:8711") as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/healthz", headers={"Host": "192.168.7.21:8711"}).status_code == 400


FORGED: list[dict[str, str]] = [
    {"Origin": EVIL},
    {"Origin": "null"},
    {"Origin": "file://"},
    {"Origin": "http://localhost:3000"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost@evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    {"Sec-Fetch-Site": "same-origin", "Origin": EVIL},
]


@pytest.mark.parametrize("headers", FORGED)
@pytest.mark.parametrize("path", ["research", "generate", "augment/Rock%20Drummer"])
def test_a_page_of_another_site_changes_nothing(
    client: TestClient, publish: Publish, conn: Connection, path: str, headers: dict[str, str]
) -> None:
    publish(rock())
    for allowed in (JSON, {CLIENT_HEADER: "x"}):
        answer = client.post(f"{API}/{path}", json={"artist": "Somebody New"}, headers=headers | allowed)
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
    assert requests.counts(conn) == {}


@pytest.mark.parametrize(
    "content_type",
    [
        None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "text/plain; a=application/json", "text/plain;application/json", "application/jsonx", ", application/json",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["research", "generate", "augment/Rock%20Drummer"])
def test_a_simple_request_changes_nothing(
    client: TestClient, publish: Publish, conn: Connection, path: str, content_type: str | None
) -> None:
    """What a form or a fetch can send without asking first, from a browser too old to say where it comes from."""
    publish(rock())
    headers = {"Content-Type": content_type} if content_type else {}
    answer = client.post(f"{API}/{path}", content=b'{"artist": "Somebody New"}', headers=headers)
    assert answer.status_code == 415, answer.text
    assert CLIENT_HEADER in answer.json()["detail"]
    assert requests.counts(conn) == {}


def test_a_preflight_is_granted_nothing(client: TestClient) -> None:
    asked = {"Origin": EVIL, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for headers in (asked, asked | {"Origin": "http://localhost:3000"}):
        answer = client.options(f"{API}/generate", headers=headers)
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_page_of_another_site_reads_nothing(client: TestClient) -> None:
    for headers in FORGED[:8]:
        assert client.get(f"{API}/artists", headers=headers).status_code == 403
    answer = client.get(f"{API}/artists")
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
    ],
)  # fmt: skip
def test_who_may_still_does(client: TestClient, headers: dict[str, Any]) -> None:
    assert client.get(f"{API}/artists", headers=headers).status_code == 200
    assert client.post(f"{API}/research", json={"artist": "Somebody New"}, headers=headers).status_code == 202
    plain = headers | {"Content-Type": "text/plain", CLIENT_HEADER: "max"}
    assert client.post(f"{API}/augment/Somebody", headers=plain).status_code == 404


def test_a_link_to_a_page_may_be_followed(client: TestClient) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/docs", headers=link).status_code == 200
    assert client.get("/docs", headers=link | {"Sec-Fetch-Dest": "iframe"}).status_code == 403
