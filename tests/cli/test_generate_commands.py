"""`mdg generate`, `mdg similar` and `mdg artists` on a real database: files, words, exit codes."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import mido
import pytest
import typer
from typer.testing import CliRunner, Result

from mdg_cli import generate_commands
from mdg_cli.generate_commands import write_all
from mdg_core.errors import MdgError, UsageError
from mdg_core.settings import load_settings
from mdg_core.store import artists, profiles, requests
from mdg_core.store.connect import Connection
from tests.drummer.profiles import jazz, rock

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, conn: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run a command on the tests' database, in which a rock and a jazz drummer are known."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    load_settings.cache_clear()
    for place, profile in enumerate((rock(), jazz())):
        artists.find_or_create(conn, profile.artist.name)
        with conn.transaction():
            vector = [float(place == axis) or 0.1 for axis in range(384)]
            profiles.publish(conn, profile, content_hash=profile.artist.key, built_from={})
            profiles.store_embedding(conn, profile.artist.key, vector)
    app = typer.Typer()
    generate_commands.register(app)
    yield lambda *arguments: CliRunner().invoke(app, [str(a) for a in arguments])
    load_settings.cache_clear()


def test_generate_writes_files_and_says_where(run: Run, tmp_path: Path) -> None:
    result = run("generate", "rock drummer", "--bars", 8, "--variations", 2, "--seed", 7, "--out", tmp_path / "new")
    assert result.exit_code == 0, result.output
    files = sorted((tmp_path / "new").iterdir())
    assert [file.name for file in files] == ["rock-drummer-7-1.mid", "rock-drummer-7-2.mid"]
    assert all(str(file) in result.output for file in files)
    assert re.search("8 bars of 4/4 at (112|120|128) bpm, seed 7", result.output)
    assert "kick" in result.output
    assert "confidence 0.70, profile version 1" in result.output
    assert mido.MidiFile(files[0]).type == 1


def test_generate_json_is_the_result_and_the_files(run: Run, tmp_path: Path) -> None:
    options = (
        "--seed",
        3,
        "--time-signature",
        "7/8",
        "--tempo",
        200,
        "--section",
        "fill",
        "--no-humanize",
        "--swing",
        60,
    )
    result = run("generate", "Rock Drummer", *options, "--drum-map", "ableton", "--out", tmp_path, "--json")
    body = json.loads(result.output)
    assert (body["time_signature"], body["tempo"], body["section"]) == ("7/8", 200, "fill")
    assert any("outside the tempos" in note for note in body["notes"])
    assert [Path(file).name for file in body["files"]] == [f"rock-drummer-3-{n}.mid" for n in (1, 2, 3, 4)]
    pitches = {m.note for m in mido.MidiFile(body["files"][0]).tracks[1] if m.type == "note_on"}
    assert pitches == {note["pitch"] for note in body["variations"][0]["notes"]}


def test_a_blend_names_both(run: Run, tmp_path: Path) -> None:
    result = run("generate", "Rock Drummer", "--blend", "Jazz Drummer:0.4", "--seed", 3, "--out", tmp_path, "--json")
    body = json.loads(result.output)
    assert (body["artist"], body["blend"]) == ("Rock Drummer", {"artist": "Jazz Drummer", "amount": 0.4})
    assert body["variations"][0]["name"].endswith("inspired by Rock Drummer and Jazz Drummer")


def test_the_command_and_the_service_give_the_same_bytes_each_time(run: Run, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        run("generate", "Rock Drummer", "--seed", 5, "--out", tmp_path / folder)
    for name in os.listdir(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["Rock Drummer", "--bars", 0], "bars: Input should be greater than or equal to 1, not 0"),
        (["Rock Drummer", "--bars", 17], "bars: Input should be less than or equal to 16, not 17"),
        (["Rock Drummer", "--variations", 9], "variations"),
        (["Rock Drummer", "--time-signature", "4/5"], "not a time signature"),
        (["Rock Drummer", "--provider", "openai"], "the provider openai is not set up"),
        (["Rock Drummer", "--drum-map", "x"], "no drum map"),
        (["Rock Drummer", "--style", "polka"], "Rock Drummer is not known to play polka; known are rock"),
        (["Rock Drummer", "--feel", "wobbly"], "'straight', 'swung' or 'triplet'"),
        (["Rock Drummer", "--syncopation", 2], "syncopation: Input should be less than or equal to 1"),
        (["Rock Drummer", "--blend", "Jazz Drummer:lots"], "a share between 0 and 1, as in NAME:0.4"),
        (["Rock Drummer", "--blend", "Jazz Drummer:1.5"], "blend.amount: Input should be less than 1"),
        (["Rock Drummer", "--blend", "Nobody:0.5"], 'No profile for Nobody yet: run `mdg research "Nobody"`'),
        ([""], "type an artist's or a band's name"),
        (["a" * 300], "at most 200 characters"),
        (["a\x07b"], "control characters"),
        (["../../etc/passwd"], "looks like a file path"),
    ],
)
def test_wrong_usage(run: Run, tmp_path: Path, options: list[Any], said: str) -> None:
    result = run("generate", *options, "--out", tmp_path / "out")
    assert isinstance(result.exception, UsageError)  # the program's main function turns it into exit status 2
    assert said in str(result.exception)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("options", [["--bars", "many"], ["--nonsense"]])
def test_typer_refuses_the_rest(run: Run, options: list[str]) -> None:
    assert run("generate", "Rock Drummer", *options).exit_code == 2


def test_an_artist_without_a_profile(run: Run, tmp_path: Path) -> None:
    for command in (["generate", "AC/DC", "--out", str(tmp_path / "out")], ["similar", "AC/DC"]):
        result = run(*command)
        assert isinstance(result.exception, MdgError)
        assert not isinstance(result.exception, UsageError)
        assert str(result.exception) == 'No profile for AC/DC yet: run `mdg research "AC/DC"`'
    assert not (tmp_path / "out").exists()


def test_similar(run: Run) -> None:
    output = run("similar", "rock drummer").output
    assert "Jazz Drummer  (confidence 0.70)  by the words of texts" in output
    body = json.loads(run("similar", "rock drummer", "--json").output)
    assert (body["key"], [a["key"] for a in body["similar"]]) == ("rock-drummer", ["jazz-drummer"])


def test_artists(run: Run, conn: Connection) -> None:
    requests.submit(conn, artists.find_or_create(conn, "椎名林檎").key)
    output = run("artists").output
    assert "Rock Drummer  [rock-drummer]  version 1, confidence 0.70" in output
    assert "no profile yet (queued)" in output
    assert [a["name"] for a in json.loads(run("artists", "JAZZ", "--json").output)["artists"]] == ["Jazz Drummer"]
    assert "no artist found" in run("artists", "nobody").output


def test_a_file_in_the_way_of_the_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(MdgError, match="--out"):
        write_all(tmp_path / "out", {"a.mid": b"1"})
    assert (tmp_path / "out").read_text() == "mine"


def test_a_disk_that_fills_up_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.mid").write_bytes(b"old")
    synced: list[int] = []

    def full(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MdgError, match="No space left on device"):
        write_all(tmp_path, {"a.mid": b"new", "b.mid": b"new"})
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.mid", b"old")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(MdgError, match="make it writable"):
        write_all(tmp_path, {"a.mid": b"1"})


def test_files_are_readable_midi(tmp_path: Path, run: Run) -> None:
    run("generate", "Jazz Drummer", "--seed", 1, "--variations", 1, "--out", tmp_path)
    file = mido.MidiFile(file=BytesIO((tmp_path / "jazz-drummer-1-1.mid").read_bytes()))
    assert file.tracks[1].name == "swing groove 1, inspired by Jazz Drummer"
