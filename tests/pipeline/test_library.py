"""The operator's own files: which are taken, as what, what is said of the others, and what leaves with its file."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import dagster as dg
import pytest

from mdg_core.midi import ClipNote, write_midi
from mdg_core.pattern import Metre
from mdg_core.store import profiles
from mdg_pipeline.analyse import tables
from mdg_pipeline.collect import library
from mdg_pipeline.collect.base import Collected
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.documents import Document, RawKind, merge
from mdg_pipeline.progress import LIBRARY_TAG
from tests.pipeline.conftest import GRID, Pipeline

ARTIST = "Elvin Jones"
KEY = "elvin-jones"


def clip(*, tempo: float = 100, bars: int = 4, velocity: int = 90, late: float = 0.0) -> bytes:
    """Eighth hats, kick on 1 and 3, snare on 2 and 4; `late` in quarters."""
    notes = []
    for step in range(bars * 8):
        notes.append(ClipNote(42, step / 2 + late, 0.1, 70 if step % 2 else 60))
        if step % 2 == 0:
            notes.append(ClipNote(38 if step % 4 else 36, step / 2 + late, 0.1, velocity))
    return write_midi(notes, tempo=tempo, metre=Metre(4, 4), name="Drums", quarters=bars * 4 + 1)


def put(root: Path, name: str | bytes, data: bytes = b"something") -> Path:
    path = Path(os.fsdecode(os.path.join(os.fsencode(root), os.fsencode(name))))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def collect(*roots: Path, kind: RawKind = "midi", max_files: int = 1000) -> Collected:
    return library.collect(roots, KEY, kind, max_file_bytes=100_000, max_files=max_files)


def uris(found: Collected) -> list[str]:
    return [document.uri for document, _ in found.files]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("notes.md", "text/markdown"),
        ("notes.txt", "text/plain"),
        ("deep/er/Interview.HTML", "text/html"),
        ("saved page.htm", "text/html"),
        ("paper.pdf", "application/pdf"),
    ],
)
def test_texts_of_any_kind_are_articles(tmp_path: Path, name: str, media_type: str) -> None:
    file = put(tmp_path / ARTIST, name, b"%PDF-1.7 or anything else")
    put(tmp_path / ARTIST, "cover.jpg")
    found = collect(tmp_path, kind="articles")
    [(document, data)] = found.files
    assert (document.media_type, document.kind, document.trust) == (media_type, "articles", 1.0)
    assert document.uri == f"{ARTIST}/{name}"
    assert data == file.read_bytes()
    assert collect(tmp_path).files == []


@pytest.mark.parametrize("name", ["a.mid", "a.MIDI", "a.kar", "a.rmi", "a.smf", "a", "a.dat", "a.txt"])
def test_midi_is_known_by_its_bytes(tmp_path: Path, name: str) -> None:
    put(tmp_path / ARTIST, name, clip())
    wrapped = b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + clip(bars=2)
    put(tmp_path / ARTIST, f"w{name}", wrapped)
    found = collect(tmp_path)
    assert {document.media_type for document, _ in found.files} == {"audio/midi"}
    assert len(found.files) == 2
    assert found.problems == []


@pytest.mark.parametrize(
    ("name", "head", "said"),
    [
        ("take.als", b"\x1f\x8b", "Ableton Live set is not read; export"),
        ("take.wav", b"RIFF\0\0\0\0WAVE", "audio is not analysed yet"),
        ("notes.docx", b"PK\x03\x04", "save it as .txt or .pdf"),
        ("all.zip", b"PK\x03\x04", "unpack it"),
        ("what", b"PK\x03\x04", "unpack it"),
        ("photo.JPG", b"\xff\xd8", "a picture is not read"),
        ("what.ever", b"\x00", "what is read: MIDI"),
        ("data.xml", b"<note/>", "what is read: MIDI"),
        ("Song.logicx/Alternatives/000/ProjectData", b"\x00", "a Logic project is not read"),
    ],
)
def test_what_is_not_read_is_named_with_what_to_do(tmp_path: Path, name: str, head: bytes, said: str) -> None:
    put(tmp_path / ARTIST, name, head)
    found = collect(tmp_path)
    assert (found.files, len(found.problems)) == ([], 1)
    assert said in found.problems[0]
    assert found.problems[0].startswith(f"{ARTIST}/{name.split('/', maxsplit=1)[0]}: ")
    assert collect(tmp_path, kind="articles").problems == [], "it is told once"


def test_many_alike_are_one_line_and_litter_is_none(tmp_path: Path) -> None:
    for number in range(500):
        put(tmp_path / ARTIST, f"{number:03}.wav")
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._take.mid"):
        put(tmp_path / ARTIST, name)
    (line,) = collect(tmp_path).problems
    assert line.startswith(f"{ARTIST}/000.wav, {ARTIST}/001.wav, {ARTIST}/002.wav and 497 more: audio is not")


def test_odd_names_are_read_shown_clean_and_kept_apart(tmp_path: Path) -> None:
    names = [b"caf\xe9.mid", "café.mid".encode(), b"a\x1b[31mb\n.mid", "x\u202egnp.mid".encode(), b"caf\\xe9.mid"]
    for number, name in enumerate(names):
        put(tmp_path / ARTIST, name, clip(bars=number + 1))
    found = uris(collect(tmp_path))
    assert len(set(found)) == len(names)
    assert all(uri.isprintable() and uri.encode() for uri in found)
    assert {f"{ARTIST}/caf\\xe9.mid", f"{ARTIST}/café.mid", f"{ARTIST}/a\\x1b[31mb\\x0a.mid"} <= set(found)


def test_an_artists_folder_in_an_old_code_page_is_found(tmp_path: Path) -> None:
    put(tmp_path, b"Mot\xf6rhead/a.mid", clip())
    found = library.collect([tmp_path], "motorhead", "midi", max_file_bytes=100_000, max_files=10)
    assert uris(found) == ["Mot\\xf6rhead/a.mid"]


def test_several_libraries_are_one_and_a_missing_one_costs_only_itself(tmp_path: Path) -> None:
    one, two, gone = tmp_path / "one", tmp_path / "two", tmp_path / "gone"
    put(one / ARTIST, "a.mid", clip())
    put(two / "elvin jones", "b.mid", clip(bars=3))
    found = collect(one, gone, two)
    assert uris(found) == [f"{ARTIST}/a.mid", "elvin jones/b.mid"]
    assert found.outcome.status == "unreachable"
    assert str(gone) in found.outcome.message
    assert found.mirrored == (str(one), str(two))
    assert collect(one, two).outcome.status == "ok"


def _known(found: Collected, before: list[Document] | None = None) -> list[Document]:
    mirrored = {(found.outcome.source, root) for root in found.mirrored}
    return merge(before or [], [document for document, _ in found.files], mirrored)


def _counting(documents: list[Document]) -> list[str]:
    return sorted(document.uri for document in documents if not document.superseded)


def test_what_is_deleted_moved_or_out_of_reach(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    first, second = put(one / ARTIST, "a.mid", clip()), put(one / ARTIST, "b.mid", clip(bars=3))
    put(two / ARTIST, "c.mid", clip(bars=2))
    known = _known(collect(one, two))
    second.rename(second.with_name("renamed.mid"))
    known = _known(collect(one, two), known)
    assert _counting(known) == [f"{ARTIST}/a.mid", f"{ARTIST}/c.mid", f"{ARTIST}/renamed.mid"]
    assert len(known) == 3, "a renamed file is one document"
    first.unlink()
    known = _known(collect(one, two), known)
    assert _counting(known) == [f"{ARTIST}/c.mid", f"{ARTIST}/renamed.mid"]
    two.rename(tmp_path / "unplugged")
    assert _counting(_known(collect(one, two), known)) == _counting(known)
    two.mkdir()
    assert _counting(_known(collect(one, two), known)) == _counting(known), "an empty folder is a disk not mounted"
    assert _counting(_known(collect(one), known)) == _counting(known), "a folder that is not asked takes nothing"
    assert _counting(_known(collect(one, max_files=0), known)) == _counting(known), "not wholly read"


def test_what_an_operator_added_stays(tmp_path: Path) -> None:
    file = put(tmp_path / ARTIST, "a.mid", clip())
    put(tmp_path / ARTIST, "b.mid", clip(bars=2))
    added, _ = library.document_of(file, max_bytes=100_000, source="operator")
    known = _known(collect(tmp_path), [added])
    file.unlink()
    assert [d.source for d in _known(collect(tmp_path), known) if not d.superseded].count("operator") == 1


def _patterns(pipeline: Pipeline) -> list[tuple[str, dict[str, str]]]:
    takes = tables.takes(pipeline.lake, "funk-person")
    return [(take.title, part.lanes) for take in takes for part in take.segments]


def test_a_research_mirrors_the_folder_and_says_what_it_did_not_use(pipeline: Pipeline) -> None:
    pipeline.write("Funk Person/live.grid", GRID + "\n[Broken]\nSN x...q\n")
    pipeline.write("Funk Person/one.mid", clip(bars=16))
    copy = clip(bars=16).replace(b"Drums", b"DRUMS")
    pipeline.write("Funk Person/the same again.mid", copy)
    pipeline.write("Funk Person/take.als", b"\x1f\x8b")
    karaoke = clip(bars=8, velocity=110)
    tag = b"\0\xff\x01\x08@TAfrica\0\xff\x01\x06@TToto"
    start = karaoke.index(b"MTrk")
    size = int.from_bytes(karaoke[start + 4 : start + 8], "big") + len(tag)
    karaoke = karaoke[: start + 4] + size.to_bytes(4, "big") + tag + karaoke[start + 8 :]
    pipeline.write("Funk Person/Good Foot.kar", karaoke)
    request, _ = pipeline.research("Funk Person")
    assert request.status == "completed"
    assert request.result is not None
    said = "\n".join(request.result["warnings"] + request.result["notes"])
    assert "take.als: an Ableton Live set is not read" in said
    assert "Funk Person/live.grid: line 16: " in said
    assert "the other 2 grooves were used" in said
    assert "the same again.mid: the same drums as Funk Person/one.mid, counted once" in said
    found = profiles.published(pipeline.conn, "funk-person")
    assert found is not None
    behind = found.profile.quantitative_params["density"].evidence
    assert [copy for item in behind for copy in item.copies] == ["Funk Person/the same again.mid"]
    assert "Good Foot.kar: its own text names 'Toto' and 'Africa', not this artist: it counts half" in said

    (pipeline.library / "Funk Person/one.mid").unlink()
    request, _ = pipeline.research("Funk Person")
    assert request.status == "completed"
    assert request.result is not None
    said = "\n".join(request.result["warnings"] + request.result["notes"])
    assert "Funk Person/one.mid: no longer in the library, so it no longer counts" in said
    assert "same drums" not in said

    pipeline.write("Funk Person/kit.map", "36 cowbell\n38 snare\n42 shaker\n")
    pipeline.write("Funk Person/sub/broken.map", "what\n")
    request, _ = pipeline.research("Funk Person")
    lanes = {lane for _, pattern in _patterns(pipeline) for lane in pattern}
    assert {"cowbell", "shaker"} <= lanes, "the map that lies beside the files holds"
    assert "broken.map: line 1" in "\n".join((request.result or {})["warnings"])

    for file in (pipeline.library / "Funk Person").rglob("*.*"):
        file.unlink()
    request, _ = pipeline.research("Funk Person")
    assert request.status == "failed"
    assert "not enough evidence" in (request.error or "")


def test_a_request_names_only_folders_of_the_operator(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    for folder in (own / "sub", other):
        folder.mkdir(parents=True)
    (own / "link").symlink_to(other)
    research = Research(home=str(tmp_path / "state"), library=str(own))

    def asked(folder: Path | str) -> tuple[Path, ...]:
        run = SimpleNamespace(run=SimpleNamespace(tags={LIBRARY_TAG: str(folder)}))
        return research.settings_for(cast(dg.AssetExecutionContext, run)).libraries

    assert asked(own) == (own,)
    assert asked(own / "sub") == (own / "sub",)
    for folder in (other, "/", "/etc", own / ".." / "other", own / "link", tmp_path, f"{own}{os.pathsep}{other}"):
        with pytest.raises(dg.Failure, match="none of the operator's folders"):
            asked(folder)
