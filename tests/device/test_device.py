"""The device: its build, its checker, and the built device without Live, in Node."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import get_args

import pytest

from ableton.builder.__main__ import build
from ableton.builder.controls import CONTROLS, DRUM_MAPS
from mdg_core.maps import MAPS
from mdg_drummer.kitwords import all_called
from mdg_drummer.request import Provider, Section, Subdivision, Swung
from tests.device.conftest import ABLETON

# waits for what does not answer, as people do: half a minute in all
_SLOW = {"transports.test.mjs": [pytest.mark.slow]}
SUITES = [
    pytest.param(name, marks=_SLOW.get(name, ()))
    for name in sorted(path.name for path in (ABLETON / "tests").glob("*.test.mjs"))
]


def test_a_build_has_the_bytes_that_are_committed(tmp_path: Path) -> None:
    for path in build(tmp_path):
        assert path.read_bytes() == (ABLETON / path.relative_to(tmp_path)).read_bytes(), f"{path.name}: run make device"


def test_the_maps_to_choose_from_are_there() -> None:
    assert set(DRUM_MAPS) <= set(MAPS)
    assert len({control.title for control in CONTROLS if control.name}) == sum(bool(c.name) for c in CONTROLS)


def test_the_words_of_the_device_are_those_of_the_api() -> None:
    state = (ABLETON / "src" / "device" / "state.js").read_text(encoding="utf-8")
    for name, words in (("SECTIONS", Section), ("SWUNG", Swung), ("FEELS", Subdivision), ("PROVIDERS", Provider)):
        listed = re.search(rf"var {name} = (\[.*?\]);", state, re.DOTALL)
        assert listed is not None
        assert [word for word in json.loads(listed[1]) if word] == list(get_args(words))
    kept = re.findall(r'keep_\w+: "([a-z_, ]+)"', state)
    voices = [all_called(words.split(",")) for words in kept]
    assert len(kept) == 5
    assert len({voice for each in voices for voice in each}) == sum(map(len, voices)), "no voice is kept by two buttons"


@pytest.mark.timeout(900)  # real timers on a machine that does other things as well
@pytest.mark.parametrize("suite", SUITES)
def test_in_node(suite: str, node: str, request: pytest.FixtureRequest) -> None:
    needed = {"checker.test.mjs": "acorn", "session.test.mjs": "api"}.get(suite)
    url = request.getfixturevalue(needed) if needed else None
    command = [node, "--test", "--test-reporter=spec", f"tests/{suite}"]
    environment = os.environ | ({"MDG_TEST_API": url} if url else {})
    run = subprocess.run(command, cwd=ABLETON, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
