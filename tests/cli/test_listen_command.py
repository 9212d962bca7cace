"""`mdg listen`: what is heard in files, for a person and for a program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mdg_cli.main import app
from mdg_core.kit import Voice
from tests.core.takes import Planted, metre, on, rock_beat, smf, tempo, track

KEYS = {
    "file", "error", "kind", "tempo", "metres", "grid", "grid_fit", "shift_ms", "swing_eighths", "swing_sixteenths",
    "ghost_share", "hits", "unknown", "map", "warnings",
}  # fmt: skip
GRID = """\
tempo: 120
metre: 12/8
grid: 2

[Slow blues]
SN ...8.....8..|...8.....8..
BD 8.....8.....|8.....8.....

[Broken]
SN ..
"""


def listen(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["listen", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def heard(*arguments: str, code: int = 0) -> list[dict[str, object]]:
    files: list[dict[str, object]] = json.loads(listen("--json", *arguments, code=code))["files"]
    return files


@pytest.fixture
def beat(tmp_path: Path) -> str:
    path = tmp_path / "beat.mid"
    path.write_bytes(smf(track([(0, tempo(92)), (0, metre(4, 2)), *rock_beat(8)])))
    return str(path)


def test_a_program_gets_null_for_what_the_file_does_not_show(beat: str) -> None:
    (found,) = heard(beat)
    assert set(found) >= KEYS
    assert (found["tempo"], found["grid"], found["swing_eighths"], found["map"]) == (92.0, 4, 50.0, "gm")
    assert found["metres"] == [{"metre": "4/4", "bars": 8}]
    assert found["hits"] == {"kick": 16, "snare": 16, "closed_hat": 64}
    assert (found["ghost_share"], found["swing_sixteenths"], found["error"]) == (None, None, None)
    assert (found["shows_dynamics"], found["shows_timing"]) == (False, False)


def test_a_person_gets_the_main_groove_and_every_doubt(beat: str) -> None:
    output = listen(beat)
    assert "92 beats a minute" in output
    assert "8 bars of 4/4" in output
    assert "ghost notes  not shown by this file" in output
    assert "  snare       ....7.......7...|....7.......7..." in output


def test_strokes_that_count_in_are_no_hits(tmp_path: Path) -> None:
    clicked = Planted(bpm=100)
    for beat in range(36):
        clicked.add(beat, Voice.SIDE_STICK if beat < 4 else Voice.KICK if beat % 2 == 0 else Voice.SNARE)
    path = tmp_path / "clicked.mid"
    path.write_bytes(clicked.midi())
    assert heard(str(path))[0]["hits"] == {"kick": 16, "snare": 16}


def test_a_swung_performance_shows_swing_dynamics_and_timing(tmp_path: Path) -> None:
    planted = Planted(bpm=120, eighth_ratio=1.8, noise_ms=6, velocity_noise=8)
    for eighth in range(8 * 16):
        planted.add(eighth / 2, Voice.RIDE, 80)
        if eighth % 4 == 0:
            planted.add(eighth / 2, Voice.KICK)
        if eighth % 4 == 2:
            planted.add(eighth / 2, Voice.SNARE)
    path = tmp_path / "shuffle.mid"
    path.write_bytes(planted.midi())
    (found,) = heard(str(path))
    assert found["swing_eighths"] == pytest.approx(64.3, abs=1.5)
    assert (found["shows_dynamics"], found["shows_timing"]) == (True, True)
    assert "eighths      swing 6" in listen(str(path))


def test_a_grid_is_heard_groove_by_groove_and_a_bad_one_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "blues.grid"
    path.write_text(GRID)
    good, bad = heard(str(path), code=1)
    assert (good["kind"], good["tempo"], good["hits"]) == ("grid", 80.0, {"kick": 4, "snare": 4})
    assert "[Slow blues]" in str(good["file"])
    assert "line" in str(bad["error"])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing.mid", b"", "empty"),
        ("text.mid", b"this is no music", "text"),
        ("song.als", b"\x1f\x8b\x08", "gzip"),
    ],
)
def test_what_cannot_be_heard_says_why_and_the_rest_is_heard(
    tmp_path: Path, beat: str, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    bad, good = heard(str(path), beat, code=1)
    assert said in str(bad["error"])
    assert bad["tempo"] is None
    assert good["error"] is None


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    folder, missing = heard(str(tmp_path), str(tmp_path / "not there.mid"), code=1)
    assert "folder" in str(folder["error"])
    assert "No such file" in str(missing["error"])


def test_a_map_says_which_drum_a_pitch_is(tmp_path: Path) -> None:
    path = tmp_path / "own.mid"
    notes = [(at, on(60 if pitch[1] == 42 else pitch[1])) for at, pitch in rock_beat(4) if pitch[0] & 0xF0 == 0x90]
    path.write_bytes(smf(track(notes)))
    own = tmp_path / "own.map"
    own.write_text("based on: gm\n60 closed_hat\n")
    (found,) = heard(str(path), "--map", str(own))
    assert found["hits"] == {"kick": 8, "snare": 8, "closed_hat": 32}
    assert "nosuch" in str(CliRunner().invoke(app, ["listen", str(path), "--map", "nosuch"]).exception)


def test_escapes_in_a_name_are_shown_cleaned(tmp_path: Path, beat: str) -> None:
    path = tmp_path / "\x1b[31mred.mid"
    path.write_bytes(Path(beat).read_bytes())
    assert "\x1b" not in listen(str(path))


def test_a_metre_that_was_heard_is_not_also_called_assumed(tmp_path: Path) -> None:
    waltz = [(480 * i, on(36 if i % 3 == 0 else 38)) for i in range(48)] + [(240 * i, on(42)) for i in range(96)]
    (tmp_path / "waltz.mid").write_bytes(smf(track(sorted(waltz))))
    (tmp_path / "rock.mid").write_bytes(smf(track(rock_beat(8))))
    told = listen(str(tmp_path / "waltz.mid"))
    assert "of 3/4" in told
    assert "4/4 assumed" not in told
    assert "4/4 assumed" in listen(str(tmp_path / "rock.mid"))
