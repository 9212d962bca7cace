"""What others' checkers say of the page: its types (TypeScript) and its use without sight or mouse (axe)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.serving.page.conftest import WEB

HERE = Path(__file__).parent
_AXE = "async () => (await axe.run()).violations.map(v => `${v.id}: ${v.nodes.map(n => n.target).join(', ')}`)"


@pytest.fixture(scope="session")
def checkers() -> Path:
    """The folder of the checkers' packages, installed as package-lock.json says."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm here: install Node.js to check the page's types and its accessibility")
    packages = HERE / "node_modules"
    if not (packages / "axe-core").is_dir() or not (packages / "typescript").is_dir():
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=HERE, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"the checkers of the page cannot be installed: {done.stderr.strip()[-200:]}")
    return packages


def test_the_types_hold(checkers: Path) -> None:
    command = ["node", str(checkers / "typescript/bin/tsc"), "--project", str(WEB / "jsconfig.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(checkers: Path, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    axe = (checkers / "axe-core/axe.min.js").read_text(encoding="utf-8")
    for artist in (None, "Rock Drummer"):
        if artist is not None:
            page.get_by_role("button", name=artist, exact=True).click()
            page.wait_for_selector(".card")
        page.evaluate(axe)
        assert page.evaluate(_AXE) == []
