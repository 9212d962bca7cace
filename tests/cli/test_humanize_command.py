from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mdg_cli.main import app
from mdg_core.errors import UsageError
from mdg_core.midi import ClipNote, read_midi, write_midi
from mdg_core.pattern import Metre


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    notes = [ClipNote(42, step / 2, 0.1, 80) for step in range(16)]
    notes += [ClipNote(36, quarter, 0.1, 100) for quarter in (0, 2, 4, 6)]
    notes += [ClipNote(38, quarter, 0.1, 110) for quarter in (1, 3, 5, 7)]
    file = tmp_path / "beat one.mid"
    file.write_bytes(write_midi(notes, tempo=100, metre=Metre(), name="beat", quarters=Fraction(8)))
    return file


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["humanize", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_same_notes_played_by_a_person(clip: Path, tmp_path: Path) -> None:
    code, _, _ = run(clip, "--out", tmp_path / "out", "--seed", 3)
    assert code == 0
    before, after = read_midi(clip.read_bytes()), read_midi((tmp_path / "out" / clip.name).read_bytes())
    assert sorted(before.pitch) == sorted(after.pitch)
    for pitch in (36, 38, 42):
        there, here = (take.onset_quarters[take.pitch == pitch] for take in (before, after))
        assert len(there) == len(here)
        assert abs(there - here).max() < 0.15
    assert set(after.velocity) != set(before.velocity)
    assert after.tempos == before.tempos


def test_the_seed_decides(clip: Path, tmp_path: Path) -> None:
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        run(clip, "--out", tmp_path / folder, "--seed", seed)
    a, b, c = ((tmp_path / folder / clip.name).read_bytes() for folder in "abc")
    assert a == b
    assert a != c


def test_no_amount_changes_nothing(clip: Path, tmp_path: Path) -> None:
    run(clip, "--out", tmp_path / "out", "--timing", 0, "--velocity", 0)
    before, after = read_midi(clip.read_bytes()), read_midi((tmp_path / "out" / clip.name).read_bytes())
    assert (before.onset_ticks == after.onset_ticks).all()
    assert (before.velocity == after.velocity).all()


def test_a_broken_file_is_named_and_the_rest_is_played(clip: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mid"
    broken.write_bytes(b"error with file")
    code, out, _ = run(clip, broken, "--out", tmp_path / "out", "--json")
    assert code == 1
    answer = json.loads(out)
    assert list(answer["problems"]) == [str(broken)]
    assert answer["files"] == [str(tmp_path / "out" / clip.name)]


def test_no_result_overwrites_a_file(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="overwrite"):
        run(clip, "--out", tmp_path)
    with pytest.raises(UsageError, match="overwrite"):
        run(tmp_path, "--out", tmp_path)


def test_files_of_one_name_keep_their_folders_apart(clip: Path, tmp_path: Path) -> None:
    for folder in ("rock", "Rock again"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / clip.name).write_bytes(clip.read_bytes())
    out = tmp_path / "out"
    code, said, _ = run(tmp_path / "rock" / clip.name, tmp_path / "Rock again" / clip.name, "--out", out, "--json")
    assert code == 0
    expected = [out / folder / clip.name for folder in ("rock", "Rock again")]
    assert json.loads(said)["files"] == [str(path) for path in expected]
    assert all(path.is_file() for path in expected)


def test_a_folder_with_all_below_it(clip: Path, tmp_path: Path) -> None:
    """Results keep their paths; what is no MIDI is named; hidden files, links in a circle and old results are not."""
    loops = tmp_path / "loops"
    (loops / "a" / "deep").mkdir(parents=True)
    (loops / ".hidden").mkdir()
    for name in ("one.mid", "a/one.mid", "a/deep/without suffix", ".hidden/no.mid"):
        (loops / name).write_bytes(clip.read_bytes())
    (loops / "a" / "cover.jpg").write_bytes(b"\xff\xd8")
    (loops / "a" / "circle").symlink_to(loops)
    out = loops / "played"
    for _ in range(2):
        code, said, _ = run(loops, "--out", out, "--json")
        assert code == 0
        answer = json.loads(said)
        assert sorted(answer["files"]) == sorted(
            str(out / name) for name in ("one.mid", "a/one.mid", "a/deep/without suffix")
        )
        assert answer["problems"] == {}
        assert answer["notes"] == {str(loops / "a" / "cover.jpg"): ["no MIDI file; it was left out"]}


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    code, _, told = run(tmp_path / "nothing", "--out", tmp_path / "out")
    assert code == 1
    assert "no MIDI files" in told


def test_what_was_humanised_before_needs_again(clip: Path, tmp_path: Path) -> None:
    run(clip, "--out", tmp_path / "out", "--seed", 3)
    once = tmp_path / "out" / clip.name
    code, _, told = run(once, "--out", tmp_path / "twice")
    assert code == 1
    assert "humanised before (seed 3, timing 1, velocity 1)" in told
    assert not (tmp_path / "twice").exists()
    code, said, _ = run(once, "--out", tmp_path / "twice", "--again", "--json")
    assert code == 0
    assert "humanised before" in json.loads(said)["notes"][str(once)][0]


def test_a_score_is_refused(tmp_path: Path) -> None:
    score = tmp_path / "song.musicxml"
    score.write_text("<?xml version='1.0'?><score-partwise version='4.0'></score-partwise>")
    code, _, told = run(score, "--out", tmp_path / "out")
    assert code == 1
    assert "it is a score" in told


def test_amounts_are_0_to_1(clip: Path, tmp_path: Path) -> None:
    code, _, _ = run(clip, "--out", tmp_path / "out", "--timing", 2)
    assert code == 2


def test_a_map_of_ones_own_says_what_is_moved(clip: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.map"
    own.write_text("42 closed_hat\n36 kick\n")
    assert run(clip, "--out", tmp_path / "out", "--map", own)[0] == 0
    before, after = (read_midi(file.read_bytes()) for file in (clip, tmp_path / "out" / clip.name))
    snares = [take.onset_quarters[take.pitch == 38].tolist() for take in (before, after)]
    assert snares[0] == snares[1]  # the map does not name them


def test_a_broken_map_is_told_before_anything_is_written(clip: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.map"
    own.write_text("42 closed_hat\nbla\n")
    with pytest.raises(UsageError, match=r"mine\.map: line 2"):
        run(clip, "--out", tmp_path / "out", "--map", own)
