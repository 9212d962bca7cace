"""Dagster's own web server behind our guard: attacks fail, its pages go on working. No stub: the real application."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("dagster_webserver")

import dagster as dg
from dagster._core.test_utils import instance_for_test
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from mdg_core.settings import Settings
from mdg_core.store import keys
from mdg_core.store.connect import Connection
from mdg_core.web import keyring
from mdg_pipeline.webserver import guarded

ADD = 'mutation M { addDynamicPartition(partitionKey: "evil", partitionsDefName: "artist", repositorySelector: {repositoryName: "r", repositoryLocationName: "l"}) { __typename } }'  # noqa: E501
SHUT = 'mutation Shut { shutdownRepositoryLocation(repositoryLocationName: "x") { __typename } }'
ASK = "query Ask { version }"
EVIL = "https://evil.example"
OWN = "http://localhost:8712"
LINE = "ws://localhost:8712/graphql"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with instance_for_test(temp_dir=str(tmp_path_factory.mktemp("dagster"))) as made:
        yield made


@pytest.fixture(scope="module")
def dagster(instance: dg.DagsterInstance) -> Iterator[Starlette]:
    target = InProcessWorkspaceLoadTarget([])
    with WorkspaceProcessContext(instance, workspace_load_target=target, version="test") as context:
        yield create_app_from_workspace_process_context(context)


@pytest.fixture
def client(dagster: Starlette, settings: Settings) -> Iterator[TestClient]:
    with TestClient(guarded(dagster, settings), base_url=OWN, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path, database_url: str, conn: Connection) -> Settings:
    return Settings(home=tmp_path, database_url=database_url)


@pytest.mark.parametrize(
    "query",
    [
        SHUT, ADD, f"{ASK} {SHUT}", f"{SHUT} {ASK}", f"# query\n{SHUT}", f"\ufeff,,,{SHUT}",
        "fragment F on Mutation { __typename } mutation { ...F }", "subscription { __typename }",
        'query A { version } mutation B { setNuxSeen }', "mutation{setNuxSeen}", '"""query""" mutation { setNuxSeen }',
        "mutation @include(if: true) { setNuxSeen }", "muta\\u0074ion { setNuxSeen }", "{" * 5000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/graphql", "/%67raphql", "/graphql/", "//graphql"])
def test_nothing_is_changed_by_get(client: TestClient, query: str, path: str) -> None:
    for method in ("GET", "HEAD"):
        for name in (None, "Ask", "M", "Shut", "A"):
            asked = {"query": query} | ({"operationName": name} if name else {})
            answer = client.request(method, path, params=asked)
            assert answer.status_code in (400, 404, 405) or "text/html" in answer.headers["content-type"]
            assert "setNuxSeen" not in answer.text or answer.status_code in (400, 405)


def test_of_two_queries_both_count(client: TestClient) -> None:
    for pair in ([("query", SHUT), ("query", ASK)], [("query", ASK), ("query", SHUT)]):
        assert client.get("/graphql", params=pair).status_code == 405


def test_a_query_by_get_is_answered(client: TestClient) -> None:
    answer = client.get("/graphql", params={"query": ASK})
    assert answer.json() == {"data": {"version": "test"}}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL}, {"Origin": "null"}, {"Origin": "http://localhost:8711"}, {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example:8712"},
    ],
)  # fmt: skip
def test_a_page_of_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    for answer in (
        client.post("/graphql", json={"query": "mutation { setNuxSeen }"}, headers=headers),
        client.get("/graphql", params={"query": ASK}, headers=headers),
        client.post("/report_asset_materialization/x", json={}, headers=headers),
    ):
        assert answer.status_code in (400, 403)
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(LINE, ["graphql-ws"], headers=headers):
        pass


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:8712", "0.0.0.0", "10.0.0.7",
        "2130706433", "localhost@evil.example", "",
    ],
)  # fmt: skip
def test_a_name_that_leads_here_is_none_of_ours(client: TestClient, host: str) -> None:
    """DNS rebinding: the page's own name comes to point at this machine, and its requests are same-origin."""
    rebound = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    for answer in (
        client.get("/", headers=rebound),
        client.get("/graphql", params={"query": ASK}, headers=rebound),
        client.post("/graphql", json={"query": "mutation { setNuxSeen }"}, headers=rebound),
    ):
        assert answer.status_code == 400
        assert "setNuxSeen" not in answer.text
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(LINE, ["graphql-ws"], headers=rebound):
        pass


@pytest.mark.parametrize(
    "content_type",
    [
        None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "text/plain; charset=application/json", "application/graphql", "text/plain;application/json",
    ],
)  # fmt: skip
def test_a_simple_post_is_refused(client: TestClient, instance: dg.DagsterInstance, content_type: str | None) -> None:
    """Dagster looks for application/json anywhere in the content type, and else takes the query of the address."""
    headers = {"Content-Type": content_type} if content_type else {}
    body = json.dumps({"query": "mutation { setNuxSeen }"})
    for params in ({}, {"query": "mutation { setNuxSeen }"}):
        assert client.post("/graphql", params=params, content=body, headers=headers).status_code == 415
    assert client.post("/report_asset_materialization/evil", content="{}", headers=headers).status_code == 415
    assert instance.get_latest_materialization_event(dg.AssetKey("evil")) is None


def test_its_own_page_does_everything(client: TestClient, instance: dg.DagsterInstance) -> None:
    own = {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}
    page = client.get("/", headers={"Sec-Fetch-Site": "none"})
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
    assert page.headers["x-frame-options"] == "SAMEORIGIN"
    answer = client.post("/graphql", json={"query": "mutation { setNuxSeen }"}, headers=own)
    assert answer.status_code == 200
    assert answer.json() == {"data": {"setNuxSeen": True}}
    reported = client.post("/report_asset_materialization/ours", json={}, headers=own)
    assert reported.status_code == 200
    assert instance.get_latest_materialization_event(dg.AssetKey("ours")) is not None
    with client.websocket_connect(LINE, ["graphql-ws"], headers={"Origin": OWN}) as line:
        line.send_json({"type": "connection_init"})
        assert line.receive_json()["type"] == "connection_ack"


def test_a_link_into_its_pages_may_be_followed(client: TestClient) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/runs", headers=link).status_code == 200
    assert client.get("/graphql", params={"query": SHUT}, headers=link | {"Accept": "text/html"}).status_code == 405


def test_beyond_this_machine_it_asks_for_an_admin_key(
    client: TestClient, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "FRESH_SECONDS", 0.0)
    client.base_url = "http://192.168.7.20:8712"  # type: ignore[assignment]
    assert client.get("/server_info").status_code == 401
    small, great = keys.add(conn, "laptop", "generate"), keys.add(conn, "desk", "admin")
    answer = client.get("/server_info")
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert client.get("/server_info", auth=("anybody", small)).status_code == 403
    assert client.get("/server_info", auth=("anybody", "")).status_code == 401
    assert client.get("/server_info", auth=("anybody", great)).status_code == 200
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/graphql", ["graphql-ws"]):
        pass
