"""`mdg research` and `mdg profile` as a user runs them: a state folder of its own, no stack running."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdg_core.settings import Settings
from mdg_core.store import embedded
from tests.conftest import ROOT
from tests.pipeline.conftest import GRID


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("a home")
    (folder / "library" / "Mötley Crüe").mkdir(parents=True)
    (folder / "library" / "Mötley Crüe" / "live.grid").write_text(GRID, encoding="utf-8")
    yield folder
    embedded.erase(Settings(home=folder / "state"))


def mdg(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MDG_")}
    environment |= {
        "MDG_HOME": str(home / "state"),
        "MDG_LIBRARY": str(home / "library"),
        "MDG_SERVER__DATABASE_PORT": "0",
        "MDG_WEB__ENABLED": "false",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, "-m", "mdg_cli.main", *arguments],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_from_a_name_to_a_profile_and_back(home: Path) -> None:
    before = mdg(home, "profile", "Mötley Crüe")
    assert before.returncode == 1
    assert "mdg research" in before.stderr
    asked = mdg(home, "research", "motley crue", "--json")
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    assert (answer["status"], answer["key"]) == ("completed", "motley-crue")
    shown = mdg(home, "profile", "MÖTLEY CRÜE", "--evidence")
    assert shown.returncode == 0
    assert "Pocket" in shown.stdout
    assert not embedded.is_running(Settings(home=home / "state")), "what a command started it stops"


def test_an_artist_without_a_folder_fails_with_what_to_do(home: Path) -> None:
    result = mdg(home, "research", "AC/DC")
    assert result.returncode == 1
    assert "not enough evidence" in result.stderr
    assert "MDG_LIBRARY" in result.stderr
    assert "Traceback" not in result.stderr


def test_augment_needs_a_profile(home: Path) -> None:
    result = mdg(home, "augment", "Unheard Of")
    assert result.returncode == 1
    assert "mdg research" in result.stderr


@pytest.mark.parametrize("name", ["", "x" * 300, "a\x1bb", "../../etc/passwd"])
def test_what_is_no_name_is_wrong_usage(home: Path, name: str) -> None:
    result = mdg(home, "research", name)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_a_waiting_request_says_that_it_waits(home: Path) -> None:
    result = mdg(home, "research", "Waiting", "--no-wait")
    assert result.returncode == 0
    assert "mdg up" in result.stdout


def test_a_research_is_cancelled_by_name(home: Path) -> None:
    assert mdg(home, "research", "Not Now", "--no-wait").returncode == 0
    assert "cancelled" in mdg(home, "research", "not now", "--cancel").stdout
    again = mdg(home, "research", "Not Now", "--cancel")
    assert again.returncode == 1
    assert "no research of Not Now is under way" in again.stderr


def test_depth_has_two_values(home: Path) -> None:
    assert mdg(home, "research", "Rush", "--depth", "deep").returncode == 2
