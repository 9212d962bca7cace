"""The profile carries a bounded set of the artist's performances, stroke by stroke."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_pipeline.analyse.played import BARS, played_bars
from mdg_pipeline.analyse.takes import TakeRow, from_row, to_row
from mdg_pipeline.build.performances import MOST, performances


def pattern(bars: int, per_bar: int = 8) -> Pattern:
    hits = [
        Hit(bar * 16 + 16 * i // per_bar, Voice.CLOSED_HAT, 80 + bar % 40, 0.1)
        for bar in range(bars)
        for i in range(per_bar)
    ]
    return Pattern(Metre(), bars, 4, tuple(hits))


def take(document: str, *, bars: int = 4, tempo: float = 120.0, style: str = "rock", timing: bool = True) -> TakeRow:
    return TakeRow(
        document,
        0,
        document,
        style=style,
        tempo=tempo,
        bars=bars,
        shows_timing=timing,
        shows_dynamics=True,
        shift_ms=3.0,
        played=played_bars(pattern(bars), tempo=tempo),
        swing_eighths=57.0,
    )


def test_a_take_gives_excerpts_from_its_beginning_on() -> None:
    short, long = played_bars(pattern(3), tempo=120), played_bars(pattern(100), tempo=120)
    assert [part.bars for part in short] == [3]
    assert [part.bars for part in long] == [BARS] * 4
    assert long[0].velocity[0] == 80
    assert long[0].offset_ms[0] == pytest.approx(0.1 * 125)
    assert len({part.velocity[0] for part in long}) > 1


def test_a_rest_before_the_first_bar_is_left_out_and_dense_playing_is_cut() -> None:
    late = Pattern(Metre(), 6, 4, tuple(hit._replace(step=hit.step + 32) for hit in pattern(4).hits))
    assert played_bars(late, tempo=120)[0].bars == 4
    dense = [Hit(step, voice, 80) for step in range(16 * 16) for voice in (Voice.KICK, Voice.SNARE, Voice.RIDE)]
    assert len(played_bars(Pattern(Metre(), 16, 4, tuple(dense)), tempo=120)[0].steps) <= 480


def test_rows_keep_what_was_played() -> None:
    row = take("a")
    assert from_row(to_row(row)) == row


def test_only_performances_count_and_they_are_bounded() -> None:
    machine = take("m", timing=False)
    off = replace(take("o"), follows_grid=False)
    found = performances([(machine, 1.0), (off, 1.0), (take("a"), 1.0), (take("b", bars=64), 0.5)])
    assert {part.document for part in found} == {"a", "b"}
    assert len(found) == 5
    assert found[0].document == "a"
    assert (found[0].shift_ms, found[0].swing_eighths, found[0].weight) == (3.0, 57.0, 1.0)
    assert len(performances([(take(f"t{i}", bars=64), 1.0) for i in range(30)])) == MOST
    assert performances([]) == []


def test_tempos_and_styles_are_covered_before_more_of_the_same() -> None:
    many = [(take(f"rock{i}", tempo=120 + i % 3), 1.0) for i in range(60)]
    rare = [(take("ballad", tempo=60, style="ballad"), 1.0), (take("fast", tempo=220, style="punk"), 1.0)]
    chosen = [part.document for part in performances([*many, *rare])[:4]]
    assert {"ballad", "fast"} <= set(chosen)
