"""`mdg generate`, `mdg similar` and `mdg artists` on a real database: files, words, exit codes."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mido
import pytest
import typer
from typer.testing import CliRunner, Result

from mdg_cli import generate_commands, unknown_artist
from mdg_cli.generate_commands import write_all
from mdg_core.errors import MdgError, UsageError
from mdg_core.midi import ClipNote, write_midi
from mdg_core.pattern import Metre
from mdg_core.settings import Settings, load_settings
from mdg_core.store import artists, profiles, requests
from mdg_core.store.connect import Connection
from mdg_serving.app import create_app
from tests.drummer.profiles import compound, jazz, rock
from tests.serving.asking import client_of

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
    assert [clip_of(file.name) for file in files] == ["rock-drummer-7-1", "rock-drummer-7-2"]
    assert all(str(file) in result.output for file in files)
    assert re.search("8 bars of 4/4 at (112|120|128) bpm, seed 7", result.output)
    assert "kick" in result.output
    assert "confidence 0.70, profile version 1" in result.output
    assert mido.MidiFile(files[0]).type == 1


def clip_of(name: str) -> str:
    """Artist, seed and number out of a file's name, which ends in a mark of the content."""
    found = re.fullmatch(r"(.+)-[0-9a-f]{6}\.mid", name)
    assert found
    return found[1]


def test_one_seed_and_other_options_overwrite_nothing(run: Run, tmp_path: Path) -> None:
    usual = ["generate", "Rock Drummer", "--seed", 7, "--variations", 2, "--out", tmp_path]
    for options in ([], ["--density", -1], ["--section", "fill"], []):
        assert run(*usual, *options).exit_code == 0
    assert len(list(tmp_path.iterdir())) == 6  # the first and the last request are the same


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
    assert [clip_of(Path(file).name) for file in body["files"]] == [f"rock-drummer-3-{n}" for n in (1, 2, 3, 4)]
    pitches = {m.note for m in mido.MidiFile(body["files"][0]).tracks[1] if m.type == "note_on"}
    assert pitches == {note["pitch"] for note in body["variations"][0]["notes"]}


def test_a_blend_names_both(run: Run, tmp_path: Path) -> None:
    result = run("generate", "Rock Drummer", "--blend", "Jazz Drummer:0.4", "--seed", 3, "--out", tmp_path, "--json")
    body = json.loads(result.output)
    assert (body["artist"], body["blend"]) == ("Rock Drummer", {"artist": "Jazz Drummer", "amount": 0.4})
    assert body["variations"][0]["name"] == "Rock Drummer and Jazz Drummer - groove 1"


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
        (["Rock Drummer", "--blend", "Jazz Drummer:1.5"], "blend.amount: Input should be less than or equal to 0.99"),
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


def test_an_artist_without_a_profile_is_like_nobody(run: Run) -> None:
    result = run("similar", "AC/DC")
    assert isinstance(result.exception, MdgError)
    assert not isinstance(result.exception, UsageError)
    assert str(result.exception) == 'No profile for AC/DC yet: run `mdg research "AC/DC"`'


def test_an_unknown_artist_is_researched(
    run: Run, conn: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def researched(_conn: Connection, name: str, *_: Any, **__: Any) -> None:
        artists.find_or_create(conn, name)
        known = compound()
        with conn.transaction():
            named = known.model_copy(update={"artist": known.artist.model_copy(update={"name": name, "key": "ac-dc"})})
            profiles.publish(conn, named, content_hash="x", built_from={})

    monkeypatch.setattr(unknown_artist, "researched", researched)
    body = json.loads(run("generate", "AC/DC", "--seed", 1, "--out", tmp_path, "--json").output)
    assert (body["artist"], body["time_signature"]) == ("AC/DC", "6/8")
    assert "provisional" not in body


@pytest.mark.parametrize(
    ("options", "style"),
    [([], "rock"), (["--style", "bossa nova"], "bossa nova"), (["--time-signature", "12/8"], None)],
)
def test_a_reference_style_stands_in_where_research_finds_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], style: str | None
) -> None:
    monkeypatch.setattr(unknown_artist, "researched", lambda *_, **__: "no network")
    usual = ["generate", "AC/DC", "--seed", 1, "--out", tmp_path]
    body = json.loads(run(*usual, *options, "--json").output)
    assert (body["provisional"], body["requested_artist"], body["confidence"]) == (True, "AC/DC", 0)
    assert style is None or body["based_on"] == [style]
    assert "no network" in body["notes"][0]
    assert "AC/DC" not in body["variations"][0]["name"]
    assert Path(body["files"][0]).name.startswith(f"reference-{body['based_on'][0].replace(' ', '-')}-1-1-")
    assert "note: provisional, in the reference style" in run(*usual, *options).output
    song = json.loads(run(*usual, *options, "--form", "verse 2, chorus 2", "--json").output)
    assert song["provisional"]


@pytest.mark.parametrize("typed", [["Rok", "Drummer"], ["rock drumer"], ["Jaz Drummer"]])
def test_a_slip_is_answered_with_the_name_that_was_meant(run: Run, tmp_path: Path, typed: list[str]) -> None:
    result = run("generate", *typed, "--out", tmp_path / "out")
    assert isinstance(result.exception, UsageError)
    assert re.search("did you mean (Rock|Jazz) Drummer", str(result.exception))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("answer", "artist"), [(True, "Rock Drummer"), (False, None)])
def test_at_a_terminal_a_slip_is_asked_about(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bool, artist: str | None
) -> None:
    monkeypatch.setattr(unknown_artist, "_is_asked", lambda quiet: True)
    monkeypatch.setattr(unknown_artist, "researched", lambda *_, **__: "no network")
    monkeypatch.setattr(typer, "confirm", lambda text, **_: answer)
    result = run("generate", "Rok", "Drummer", "--seed", 1, "--out", tmp_path / "out")
    if artist:
        assert f"{artist} - groove" in mido.MidiFile(next((tmp_path / "out").iterdir())).tracks[1].name
    else:
        assert "no network" in str(result.exception)


def test_names_that_are_no_slips() -> None:
    names = ["Elvin Jones", "John Bonham", "Prince Paul", "Clyde Stubblefield"]
    meant = [unknown_artist.nearest_name(typed, names) for typed in ("Elvn Jones", "Jon Bonham", "clyde stubblefeild")]
    assert meant == ["Elvin Jones", "John Bonham", "Clyde Stubblefield"]
    for typed in ("Prince", "Elvis", "Quincy Jones", "Norah Jones", "Tony Allen", "Elvin Jones"):
        assert unknown_artist.nearest_name(typed, names) is None


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
    file = mido.MidiFile(next(tmp_path.glob("jazz-drummer-1-1-*.mid")))
    assert file.tracks[1].name == "Jazz Drummer - groove 1"


def own_clip(path: Path, tempo: float = 93.0) -> list[tuple[int, int, int]]:
    """A two-bar clip in 7/8 with late strokes, and its kicks as (tick, pitch, velocity)."""
    rows = [
        (11, 36, 99),
        (480, 38, 110),
        (733, 36, 64),
        (1200, 36, 71),
        (1680, 36, 101),
        (2170, 38, 90),
        (2890, 36, 80),
    ]
    rows += [(tick, 42, 70) for tick in range(0, 3360, 240)]
    notes = [ClipNote(pitch, tick / 480, 0.1, velocity) for tick, pitch, velocity in rows]
    path.write_bytes(write_midi(notes, tempo=tempo, metre=Metre(7, 8), name="mine", quarters=7))
    return [row for row in rows if row[1] == 36]


def ticks_of(file: Path, pitch: int) -> list[tuple[int, int, int]]:
    out, now = [], 0
    for message in mido.MidiFile(file).tracks[1]:
        now += message.time
        if message.type == "note_on" and message.note == pitch:
            out.append((now, message.note, message.velocity))
    return out


def test_voices_of_a_file_are_kept(run: Run, tmp_path: Path) -> None:
    kicks = own_clip(tmp_path / "mine.mid")
    source = ["--lock", "kick", "--from", tmp_path / "mine.mid", "--seed", 1, "--variations", 2]
    body = json.loads(run("generate", "Rock Drummer", *source, "--out", tmp_path / "out", "--json").output)
    assert (body["tempo"], body["time_signature"], body["bars"]) == (pytest.approx(93, abs=0.01), "7/8", 2)
    for file in body["files"]:
        assert ticks_of(Path(file), 36) == kicks
    again = ["--lock", "kick", "--from", f"{body['generation_id']}:2", "--seed", 8, "--variations", 1, "--bars", 2]
    second = json.loads(run("generate", "Jazz Drummer", *again, "--out", tmp_path / "out", "--json").output)
    assert ticks_of(Path(second["files"][0]), 36) == kicks


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--lock", "kick"], "--lock kick needs --from"),
        (["--from", "x.mid"], "name them, as in --lock kick,snare --from FILE"),
        (["--lock", "gong", "--from", "x.mid"], "'gong' is no voice; use hats, rides"),
        (["--lock", "kick", "--from", "nowhere.mid"], "nowhere.mid is no file, nor the id of a generation"),
        (["--lock", "kick", "--from", "00000000-0000-0000-0000-000000000001"], "no finished generation"),
        (["--density", "snare=lots"], "write it like 0.3 or snare=-0.5,hats=0.3"),
        (["--density", "0.1,0.2"], "write it like"),
        (["--drag", "12"], "say of which voice, like snare=12,kick=-5"),
        (["--drag", "snare=99"], "less than or equal to 60"),
        (["--swing-of", "eighths"], "give swing too"),
    ],
)
def test_options_by_voice_that_are_wrong(run: Run, tmp_path: Path, options: list[str], said: str) -> None:
    result = run("generate", "Rock Drummer", *options, "--out", tmp_path / "out")
    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)


def test_options_by_voice(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.map").write_text("based on: gm\n60 kick\nwrite kick 60\n")
    options = ["--density", "0.2,snare=-0.5", "--drag", "snare=12", "--swing", 58, "--swing-of", "sixteenths"]
    options += ["--count-in", "--split", "--drum-map", tmp_path / "mine.map", "--variations", 1]
    body = json.loads(run("generate", "Rock", "Drummer", *options, "--out", tmp_path / "o", "--json").output)
    assert body["artist"] == "Rock Drummer"
    assert "kick" in {track.name for track in mido.MidiFile(body["files"][0]).tracks}
    assert 60 in {note["pitch"] for note in body["variations"][0]["notes"]}


def test_a_song(run: Run, tmp_path: Path) -> None:
    form = ["--form", "intro 2, verse 4, chorus 4, outro 2", "--seed", 4, "--out", tmp_path]
    output = run("generate", "Rock Drummer", *form).output
    assert "Rock Drummer - song: 12 bars of 4/4" in output
    assert re.search(r"^   7  chorus +4 bars", output, re.MULTILINE)
    assert [clip_of(file.name) for file in tmp_path.iterdir()] == ["rock-drummer-4-song"]
    body = json.loads(run("generate", "Rock Drummer", *form, "--split-sections", "--json").output)
    assert [clip_of(Path(file).name) for file in body["files"]] == [
        f"rock-drummer-4-{name}" for name in ("song", "01-intro", "02-verse", "03-chorus", "04-outro")
    ]
    assert len(list(tmp_path.iterdir())) == 5
    assert body["name"] == "Rock Drummer - song"
    assert "midi" not in body


def test_the_command_and_the_api_make_the_same_song(run: Run, tmp_path: Path, database_url: str) -> None:
    form = "verse 2, chorus 2"
    run("generate", "Rock Drummer", "--form", form, "--split-sections", "--seed", 4, "--out", tmp_path, "--split")
    with client_of(create_app(Settings.model_validate({"database_url": database_url}))) as client:
        asked = {"artist": "Rock Drummer", "form": form, "seed": 4, "split": True}
        song = client.post("/api/v1/song", json=asked).json()
        urls = [song["midi_url"], *(section["midi_url"] for section in song["sections"])]
        wanted = sorted(client.get(url).content for url in urls)
    assert sorted(path.read_bytes() for path in tmp_path.iterdir()) == wanted


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--form", "vers 8"], "'vers' is no section"),
        (["--form", "default", "--bars", "8"], "--bars does not go with --form"),
        (["--form", "default", "--variations", "2"], "--variations does not go with --form"),
        (["--form", "default", "--section", "fill"], "--section does not go with --form"),
        (["--split-sections"], "--split-sections needs --form"),
    ],
)
def test_a_song_that_cannot_be_asked(run: Run, tmp_path: Path, options: list[str], said: str) -> None:
    result = run("generate", "Rock Drummer", *options, "--out", tmp_path / "out")
    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_the_kick_follows_a_file(run: Run, tmp_path: Path) -> None:
    bass = mido.MidiFile(ticks_per_beat=480)
    track = bass.add_track("Bass")
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(84)))
    track.append(mido.MetaMessage("time_signature", numerator=3, denominator=4))
    for _ in range(6):
        track.append(mido.Message("note_on", note=33, velocity=100, time=0))
        track.append(mido.Message("note_off", note=33, time=720))
    bass.save(tmp_path / "bass.mid")
    follow = ["--follow", tmp_path / "bass.mid", "--seed", 2, "--out", tmp_path / "out", "--json"]
    body = json.loads(run("generate", "Rock Drummer", *follow).output)
    assert (body["tempo"], body["time_signature"], body["bars"]) == (pytest.approx(84, abs=0.01), "3/4", 3)
    own_clip(tmp_path / "drums.mid")
    refused = run("generate", "Rock Drummer", "--follow", tmp_path / "drums.mid", "--out", tmp_path / "out")
    assert "nothing but drums is in the file" in str(refused.exception)
