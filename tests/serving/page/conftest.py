"""The page in a headless Chromium, on the real API over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from mdg_core.settings import Settings
from mdg_core.store.connect import Connection
from mdg_serving.app import create_app
from tests.drummer.profiles import jazz, rock
from tests.serving.conftest import Publish
from tests.serving.live import served

WEB = Path(__file__).parents[3] / "mdg_serving" / "web"
WAIT_MS = 15_000


# by module: as long as Playwright runs, its loop is that of the thread, and other tests can have none of their own
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        pytest.skip("no Chromium here: install the system's package to test the page")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        )
        yield browser
        browser.close()


@pytest.fixture
def address(settings: Settings, conn: Connection, publish: Publish) -> Iterator[str]:
    """Of an API that knows two artists."""
    publish(rock())
    publish(jazz())
    with served(create_app(settings)) as url:
        yield url


@dataclass
class Seen:
    """What the page did besides what it shows."""

    errors: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def page(browser: Browser, address: str, seen: Seen) -> Iterator[Page]:
    """The page as it opens on a first visit."""
    with browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address) as context:
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: seen.errors.append(error.message))
        page.on("request", lambda request: seen.urls.append(request.url))
        page.goto("/")
        page.wait_for_selector(".chip")
        yield page
