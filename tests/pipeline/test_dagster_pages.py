"""Dagster's own pages in a browser, behind our guard, on a real stack: they do everything, and a page of another site
that the same browser shows does nothing."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from mdg_cli.stack import state
from mdg_core.settings import Settings
from mdg_core.store import curations, embedded, requests
from mdg_core.store.connect import connect
from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

pytest.importorskip("dagster_webserver")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt install chromium"),
]
PATIENCE_SECONDS = 120
ARTIST = "Clyde Stubblefield"
CATALOGUE = '{path: ["corpus", "catalogue"]}'
PIN = """\
ops:
  pin:
    config: {artist: Clyde Stubblefield, note: heard it, parameter: tempo_avg, value: 111}
"""


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """The addresses of a whole stack with one artist."""
    home = Path(tempfile.mkdtemp(prefix="mdg-pages-"))
    home.chmod(0o755)
    settings = Settings(home=home)
    environment = os.environ | {"MDG_HOME": str(home), "MDG_WEB__ENABLED": "false"}
    environment |= {f"MDG_SERVER__{name}_PORT": "0" for name in ("API", "DAGSTER", "CODE", "DATABASE")}

    def mdg(*arguments: str) -> None:
        command = [sys.executable, "-m", "mdg_cli.main", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    try:
        mdg("up", "--detach")
        mdg("research", ARTIST)
        current = state.running(home)
        assert current is not None
        yield current.urls | {"database": embedded.url(settings)}
    finally:
        mdg("down")
        embedded.erase(settings)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def page() -> Iterator[Page]:
    with playwright.sync_playwright() as driver:
        # root may not have Chromium's sandbox; what is shown here is ours
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        made = browser.new_page(viewport={"width": 1400, "height": 1000})
        made.set_default_timeout(1000 * PATIENCE_SECONDS)
        yield made
        browser.close()


def until(look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


def ask(dagster: str, query: str) -> Any:
    return httpx.post(f"{dagster}/graphql", json={"query": query}, timeout=30).raise_for_status().json()["data"]


def made(dagster: str) -> list[str]:
    """The times of the catalogue's materializations."""
    found = ask(dagster, f"{{ assetNodes(assetKeys: [{CATALOGUE}]) {{ assetMaterializations {{ timestamp }} }} }}")
    return [event["timestamp"] for node in found["assetNodes"] for event in node["assetMaterializations"]]


def test_a_job_is_launched_and_what_it_curates_is_kept(urls: dict[str, str], page: Page) -> None:
    dagster = urls["webserver"]
    place = f"{dagster}/locations/mdg_pipeline/jobs/curate_pin_parameter/playground/setup"
    page.goto(f"{place}?{urlencode({'config': PIN})}")
    page.get_by_role("button", name="Launch Run").click()
    page.wait_for_url("**/runs/*")
    run = page.url.rpartition("/")[2].partition("?")[0]
    query = f'{{ runOrError(runId: "{run}") {{ ... on Run {{ status }} }} }}'
    until(lambda: ask(dagster, query)["runOrError"]["status"] == "SUCCESS")
    with connect(urls["database"]) as conn:
        assert [row.action for row in curations.of_artist(conn, "clyde-stubblefield")] == ["pin"]


PAGE = """
<!doctype html><title>evil</title>
<img src="{dagster}/graphql?query=mutation%7BsetNuxSeen%7D">
<img src="{dagster}/graphql?query={wipe}">
<iframe name="hole"></iframe>
<form id="form" method="post" action="{api}/api/v1/augment/Clyde%20Stubblefield" target="hole"></form>
<script>
const plain = {{method: "POST", mode: "no-cors", headers: {{"Content-Type": "text/plain"}}}};
const tries = [
  fetch("{api}/api/v1/augment/Clyde%20Stubblefield", {{method: "POST", mode: "no-cors"}}),
  fetch("{api}/api/v1/research", {{...plain, body: '{{"artist": "Evil"}}'}}),
  fetch("{api}/api/v1/research", {{...plain, mode: "cors", headers: {{"Content-Type": "application/json"}},
    body: '{{"artist": "Evil"}}'}}),
  fetch("{dagster}/graphql", {{...plain, body: '{{"query": "mutation {{ setNuxSeen }}"}}'}}),
  fetch("{api}/api/v1/artists").then(answer => answer.text()).then(text => {{ window.read = text; }}),
  new Promise(done => {{
    const line = new WebSocket("{line}/graphql", "graphql-ws");
    line.onopen = () => {{ window.read = "a websocket"; }};
    line.onclose = done;
  }}),
];
document.getElementById("form").submit();
Promise.allSettled(tries).then(() => setTimeout(() => {{ window.done = true; }}, 1000));
</script>
"""


def test_a_page_of_another_site_does_nothing(urls: dict[str, str], page: Page) -> None:
    api, dagster = urls["api"], urls["webserver"]
    before = made(dagster)
    with connect(urls["database"]) as conn:
        asked = requests.counts(conn)
    wipe = f"mutation {{ wipeAssets(assetPartitionRanges: [{{assetKey: {CATALOGUE}}}]) {{ __typename }} }}"
    text = PAGE.format(api=api, dagster=dagster, line=dagster.replace("http", "ws"), wipe=quote(wipe)).encode()

    class Evil(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_arguments: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Evil) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        refused: list[int] = []

        def note(answer: Response) -> None:
            if site_of(answer.url) in (api, dagster):
                refused.append(answer.status)

        page.on("response", note)
        page.goto(f"http://localhost:{site.server_port}/")  # localhost and 127.0.0.1 are two sites to a browser
        page.wait_for_function("window.done")
        site.shutdown()
    assert page.evaluate("window.read") is None
    assert refused
    assert set(refused) <= {400, 403, 405, 415}, refused
    assert made(dagster) == before
    with connect(urls["database"]) as conn:
        assert requests.counts(conn) == asked


def test_an_asset_is_materialized_and_wiped(urls: dict[str, str], page: Page) -> None:
    dagster = urls["webserver"]
    before = set(made(dagster))
    page.goto(f"{dagster}/assets/corpus/catalogue")
    page.get_by_role("button", name="Materialize").first.click()
    until(lambda: set(made(dagster)) - before)
    page.locator("button:right-of(button:has-text('Materialize'))").first.click()
    page.get_by_text("Wipe materializations").click()
    page.get_by_role("dialog").get_by_role("button", name="Wipe").click()
    until(lambda: not made(dagster))


def site_of(url: str) -> str:
    return "/".join(url.split("/")[:3])
