"""What a file says of itself, copies of one performance, and the note maps that lie beside files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from mdg_core import smf
from mdg_core.fingerprint import fingerprint, same_drums
from mdg_core.midi import read_midi
from mdg_pipeline.analyse.doubts import doubts
from mdg_pipeline.analyse.map_files import MapFiles
from mdg_pipeline.analyse.midi import take_rows_of
from mdg_pipeline.analyse.same_drums import counted_once
from mdg_pipeline.build.profile import tempo_observations
from mdg_pipeline.collect.filetypes import MAP_MEDIA_TYPE
from mdg_pipeline.documents import Document, content_id

_RNG = np.random.default_rng(5)
HITS = [
    (step / 2 + float(_RNG.normal(0, 0.02)) + 0.5, pitch, int(_RNG.integers(50, 110)))
    for step in range(64)
    for pitch in ((42, 36) if step % 4 == 0 else (42, 38) if step % 4 == 2 else (42,))
]


def file_of(
    hits: Sequence[tuple[float, int, int]] = HITS,
    *,
    division: int = 480,
    tempo: float = 100,
    written_at: float | None = None,
    late: float = 0,
    length: float = 0.1,
    texts: Sequence[tuple[int, str]] = (),
) -> bytes:
    """A MIDI file; `written_at` codes the same seconds at another tempo."""
    shown_tempo = written_at or tempo
    scale = shown_tempo / tempo * division
    events = []
    for quarter, pitch, velocity in hits:
        tick = round((quarter + late) * scale)
        events.append((tick, bytes((0x99, pitch, velocity))))
        events.append((tick + max(1, round(length * scale)), bytes((0x89, pitch, 0))))
    events.sort(key=lambda event: event[0])
    head = [(0, smf.meta_event(kind, text.encode())) for kind, text in texts]
    head.append((0, smf.meta_event(smf.META_TEMPO, round(60e6 / shown_tempo).to_bytes(3, "big"))))
    header = (0).to_bytes(2, "big") + (1).to_bytes(2, "big") + division.to_bytes(2, "big")
    return smf.chunk(b"MThd", header) + smf.track_chunk([*head, *events])


def document(uri: str, data: bytes, *, media_type: str = "audio/midi", trust: float = 1.0) -> Document:
    title = uri.rpartition("/")[2].rpartition(".")[0]
    now = datetime.now(UTC)
    return Document(content_id(data), "library", "midi", uri, title, media_type, len(data), trust, "", now)


@pytest.mark.parametrize(
    "copy",
    [
        file_of(division=96),
        file_of(division=960, late=3.25),
        file_of(written_at=173),
        file_of(tempo=101.5),
        file_of(length=0.4, texts=[(1, "another text"), (3, "Drumz")]),
        b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + file_of(),
    ],
    ids=["division", "shift", "tempo map", "tempo", "texts", "container"],
)
def test_the_same_drums_are_known_in_other_bytes(copy: bytes) -> None:
    assert copy != file_of()
    assert same_drums(fingerprint(read_midi(file_of())), fingerprint(read_midi(copy)))


@pytest.mark.parametrize(
    "other",
    [
        file_of([(q, p, max(1, v - 25)) for q, p, v in HITS]),
        file_of([(q + (0.04 if p == 38 else 0), p, v) for q, p, v in HITS]),
        file_of(HITS[:-1]),
        file_of([(q, 46 if p == 42 and 20 < q < 21 else p, v) for q, p, v in HITS]),
    ],
    ids=["softer", "snare later", "a stroke less", "a hat open"],
)
def test_other_drums_are_other_drums(other: bytes) -> None:
    assert not same_drums(fingerprint(read_midi(file_of())), fingerprint(read_midi(other)))


def test_of_copies_the_most_trusted_counts() -> None:
    files = {"A/copy.mid": (file_of(division=96), 0.4), "A/b.mid": (file_of(), 1.0), "A/c.mid": (file_of(HITS[:90]), 1)}
    documents = [document(uri, data, trust=trust) for uri, (data, trust) in files.items()]
    takes = [row for found in documents for row in take_rows_of(found, files[found.uri][0])]
    found = counted_once(takes, {found.id: found for found in documents})
    assert [take.title for take in found.takes] == ["b", "c"]
    assert found.copies == {"A/copy.mid": "A/b.mid"}
    assert found.retimed == {}


def test_a_copy_at_another_tempo_counts_once_and_keeps_its_tempo() -> None:
    files = {"A/b.mid": file_of(), "A/slow.mid": file_of(tempo=90), "A/slow2.mid": file_of(tempo=90.5)}
    documents = {found.id: found for found in (document(uri, data) for uri, data in files.items())}
    takes = [row for found in documents.values() for row in take_rows_of(found, files[found.uri])]
    found = counted_once(takes, documents)
    assert [take.title for take in found.takes] == ["b"]
    told = tempo_observations(found, documents)
    assert [round(item.value) for item in told] == [100, 90]
    whole = tempo_observations(replace(found, retimed={}), documents)
    assert sum(item.weight for item in told) == pytest.approx(sum(item.weight for item in whole))


@pytest.mark.parametrize(
    ("texts", "title", "said"),
    [
        ([(1, "@TAfrica"), (1, "@TToto")], "Kashmir", "'Toto' and 'Africa'"),
        ([(1, "@TToto - Africa")], "Kashmir", "'Toto' and 'Africa'"),
        ([(3, "Toto - Africa")], "01", "'Toto' and 'Africa'"),
        ([(1, "Africa, by Toto")], "01", "'Toto'"),
        ([(3, "Led Zeppelin - Black Dog")], "Kashmir", "another song, 'Black Dog'"),
        ([(1, "@TBlack Dog"), (1, "@TLed Zeppelin")], "Kashmir", "another song, 'Black Dog'"),
        ([(3, "Led Zeppelin - Kashmir")], "kashmir (live)", None),
        ([(3, "Kashmir - Led Zeppelin")], "Kashmir", None),
        ([(1, "@TKashmir"), (1, "@TSequenced by Bob")], "Kashmir", None),
        ([(1, "@TBlack Dog"), (1, "@TThe Led Zeppelin")], "take 3", None),
        ([(1, "Sequenced by Joe Doe"), (2, "Copyright - Some Publisher"), (3, "Drums - Left")], "Kashmir", None),
        ([(3, "Rock Beat 3")], "Kashmir", None),
        ([(1, "@TBlack Dog")], "b2", None),
        ([(3, "Toto - Africa")], "Toto - Africa", None),
        ([], "Kashmir", None),
    ],
)
def test_texts_that_name_somebody_else_are_a_doubt(texts: list[tuple[int, str]], title: str, said: str | None) -> None:
    found = doubts(file_of(texts=texts), ["John Bonham", "Led Zeppelin"], title)
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


def test_a_doubted_file_is_kept_and_counts_half() -> None:
    data = file_of(texts=[(1, "@TAfrica"), (1, "@TToto")])
    (take,) = take_rows_of(document("John Bonham/Kashmir.kar", data), data)
    assert (take.error, take.vouched) == (None, 0.5)
    assert "Toto" in take.warnings[0]
    (take,) = take_rows_of(document("Toto/Africa.kar", data), data)
    assert take.vouched == 1.0
    assert not any("names" in warning for warning in take.warnings)


def test_the_nearest_map_above_a_file_holds() -> None:
    near, far = (document(uri, uri.encode(), media_type=MAP_MEDIA_TYPE) for uri in ("A/x/kit.map", "A/kit.map"))
    maps = MapFiles.of([near, far])
    assert maps.nearest(document("A/x/y/a.mid", b"1")) == near
    assert maps.nearest(document("A/z/a.mid", b"1")) == far
    assert maps.nearest(document("B/a.mid", b"1")) is None
    below = document("A/x/y/a.mid", b"1")
    changed = MapFiles.of([replace(near, id="0" * 64), far])
    assert maps.version_for(below) != changed.version_for(below), "a changed map makes what was read with it stale"
