"""What a profile says, and what it leaves unsaid for want of evidence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mdg_core.likeness import clear_style, near_styles, reference_styles
from mdg_core.profile import EXCELLENT_CONFIDENCE, USABLE_CONFIDENCE, NearStyle, StyleSummary
from mdg_pipeline.analyse.labels import is_tag_list, labels_of
from mdg_pipeline.build.aggregate import Observation
from mdg_pipeline.build.confidence import Bars, confidence
from mdg_pipeline.build.describe import facts
from mdg_pipeline.build.precedence import swing
from mdg_pipeline.build.techniques import techniques
from mdg_pipeline.build.tempo import tempo_parameters
from mdg_pipeline.documents import Document
from mdg_pipeline.outcome import grouped_warnings


def document(uri: str, source: str = "library") -> Document:
    return Document(uri, source, "midi", uri, uri, "audio/midi", 1, 1.0, "", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "title",
    [
        "Funk 49",
        "Disco 2000",
        "Swing 2",
        "01 - Blues",
        "Reggae Woman",
        "Rock Around the Clock",
        "Jazz",
        "Soul Man",
        "Disco Inferno",
        "Punk Prayer",
        "Fill My Cup",
        "Intro to Love",
    ],
)
def test_a_song_title_is_no_style_and_no_role(title: str) -> None:
    assert labels_of(document(f"Somebody/{title}.mid")) == ("unknown", "groove")


@pytest.mark.parametrize(
    ("uri", "style", "role"),
    [
        ("Somebody/1_funk_80_beat_4-4.mid", "funk", "groove"),
        ("Somebody/3_jazz-swing_120_fill_4-4.mid", "jazz", "fill"),
        ("Somebody/Shuffle Groove 2.mid", "shuffle", "groove"),
        ("Somebody/bossa nova 140bpm.mid", "bossa nova", "groove"),
        ("Somebody/drum n bass loop 3.mid", "drum and bass", "groove"),
        ("Somebody/reggae/Some Title.mid", "reggae", "groove"),
        ("Somebody/funk/fills/Some Title.mid", "funk", "fill"),
        ("Funk Brothers/Some Title.mid", "unknown", "groove"),
        ("Somebody/Disco Inferno/Some Title.mid", "unknown", "groove"),
        ("Somebody/Swing Life Away (1998)/Some Title.mid", "unknown", "groove"),
        ("Somebody/jazz brushes/Some Title.mid", "jazz", "groove"),
    ],
)
def test_folders_and_tags_say_style_and_role(uri: str, style: str, role: str) -> None:
    assert labels_of(document(uri)) == (style, role)


def test_names_of_an_archive_say_nothing() -> None:
    assert labels_of(document("bitmidi/funk 2.mid", source="bitmidi")) == ("unknown", "groove")
    assert not is_tag_list("Funk 2")
    assert is_tag_list("Funk Groove 2")


def summaries(**shares: float) -> list[StyleSummary]:
    return [StyleSummary(style=name, documents=1, share=share, params={}) for name, share in shares.items()]


def test_mostly_means_more_than_half_of_all_takes() -> None:
    assert facts({}, summaries(unknown=0.94, reggae=0.06), [], []) == ["Some of the takes are labelled reggae."]
    assert facts({}, summaries(funk=0.6, unknown=0.3, soul=0.1), [], []) == ["Plays mostly funk, and also soul."]
    assert facts({}, summaries(funk=0.5, unknown=0.5), [], [])[0].startswith("Some of the takes")
    assert facts({}, summaries(unknown=0.99, reggae=0.01), [], []) == []


def told(*values: float) -> list[Observation]:
    return [Observation(f"d{n}", "bitmidi", "midi", f"{n}", value, 8.0) for n, value in enumerate(values)]


def test_a_third_of_shuffles_is_kept_and_said() -> None:
    parameter = swing(told(*[50.0] * 20, *[66.0, 67.0, 66.5, 67.5, 64.0] * 2), tolerance=5.0)
    assert parameter.value == 50.0
    assert [(round(mode.value), round(mode.share, 2)) for mode in parameter.modes] == [(50, 0.67), (66, 0.33)]
    assert parameter.evidence_count == 30, "none is an outlier because it swings"
    (said,) = facts({"swing_percent": parameter}, [], [], [])
    assert said == "Eighth notes are straight in 67% of the playing and swing hard in 33% of the playing (swing 66 %)."


def test_a_single_shuffle_is_no_mode() -> None:
    assert swing(told(*[50.0] * 30, 67.0), tolerance=5.0).modes == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([50.0] * 9, "Time is straight (50 %)."),
        ([*[50.0] * 8, 67.0], "Time is mostly straight (50 %)."),
        ([*[50.0] * 60, 67.0], "Time is straight (50 %)."),
        ([66.0] * 9, "Eighth notes swing hard (66 %)."),
        ([*[66.0] * 8, 50.0], "Eighth notes mostly swing hard (66 %)."),
    ],
)
def test_a_few_songs_of_the_other_kind_of_swing_are_not_talked_over(values: list[float], said: str) -> None:
    assert facts({"swing_percent": swing(told(*values), tolerance=5.0)}, [], [], []) == [said]


def test_excellent_needs_performances() -> None:
    flat = Bars(strokes=5000)
    played = Bars(strokes=100, dynamics=100, timing=100)
    agreements = dict.fromkeys("abcdef", 0.85)

    def score(bars: Bars, quality: float = 1.0) -> float:
        return confidence(bars=bars, kinds=1, agreements=agreements, quality=quality)["score"]

    assert USABLE_CONFIDENCE <= score(flat) < EXCELLENT_CONFIDENCE
    assert score(flat, quality=0.5) < USABLE_CONFIDENCE
    assert score(played) >= EXCELLENT_CONFIDENCE
    assert confidence(bars=flat, kinds=4, agreements=dict.fromkeys("ab", 1.0), quality=1.0)["score"] < 0.85


def test_each_technique_has_its_sentences() -> None:
    documents = {name: document(name, "articles") for name in ("a", "b")}
    rows = [
        {"kind": "term", "name": "ghost notes", "document": "a", "excerpt": "He is known for ghost notes."},
        {"kind": "term", "name": "ghost notes", "document": "b", "excerpt": "The ghost notes are everywhere."},
        {"kind": "term", "name": "brushes", "document": "b", "excerpt": "She plays brushes."},
        {"kind": "tempo", "name": "bpm", "document": "b", "excerpt": "At 90 bpm."},
    ]
    found = techniques(rows, documents)
    assert [(item.name, len(item.statements)) for item in found] == [("ghost notes", 2), ("brushes", 1)]
    assert found[1].statements[0].sentence == "She plays brushes."


def test_the_same_doubt_of_many_files_is_one_line() -> None:
    takes = [(f"song {n}", ["no tempo given, 120 bpm assumed"]) for n in range(5)] + [("other", ["cut off"])]
    assert grouped_warnings(takes) == [
        "song 0, song 1, song 2 and 2 more: no tempo given, 120 bpm assumed",
        "other: cut off",
    ]


def test_a_style_by_the_playing_is_said_only_where_it_is_clearly_the_nearest() -> None:
    clear = [NearStyle(style="funk", distance=0.5), NearStyle(style="soul", distance=0.64)]
    assert clear_style(clear) == "funk"
    assert clear_style([clear[0], NearStyle(style="soul", distance=0.57)]) is None
    assert clear_style(clear[:1]) is None
    assert facts({}, [], [], [], near="funk") == ["The strokes are nearest to reference grooves of funk."]


def test_each_reference_style_is_nearest_to_itself() -> None:
    styles = reference_styles()
    assert len(styles) >= 30
    for name in ("funk", "jazz swing", "reggae", "trap"):
        near = near_styles(styles[name].model_copy(update={"takes": 8}))
        assert near[0] == NearStyle(style=name, distance=0.0)
    assert near_styles(styles["funk"].model_copy(update={"takes": 2})) == [], "few takes look far from everybody"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([96, 101, 106, 111, 116, 121, 126, 131, 136], "Tempos lie between 96 and 136 BPM."),
        ([80, 118, 119, 120, 120, 121, 122, 160], "Tempos lie between 80 and 160 BPM, most often around 120."),
        ([100, 101, 102], "Tempo is around 101 BPM."),
    ],
)
def test_most_often_is_said_of_a_tempo_that_the_files_gather_about(values: list[float], said: str) -> None:
    assert facts(tempo_parameters(told(*values), tolerance=30.0), [], [], []) == [said]
