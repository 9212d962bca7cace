"""Answers of language models, good and hostile: a valid clip or a reason, and nothing else."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdg_core.kit import Voice
from mdg_core.maps import GM
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_drummer.bars import Bar, Grid, bars_of, pattern_of
from mdg_drummer.lock import Locked
from mdg_drummer.novelty import mean_bar_distance, novelty, sources_of
from mdg_drummer.playable import playable
from mdg_drummer.template import LEAST_DISTANCE
from mdg_drummer.written import json_text
from mdg_drummer.written.answer import MAX_PLAN, Idea, Wanted, read_answer
from mdg_drummer.written.digits import read_rows, write_rows
from mdg_llm.failures import InvalidAnswer
from tests.drummer.people import library_of
from tests.drummer.profiles import rock

V = Voice
GRID = Grid(Metre(), 4)
ROWS = ("BD 9000000090090000|=", "SN 0000900002009002|0000900002009246", "CH 8050705080507050|80507050")
OTHER_ROWS = ("BD 9009009000900090|=1", "SN 0000900000009000|=", "RD 8050805080508050|=")
WANTED = Wanted(GRID, 2, 1, 120.0, sources_of([]))


def answer(*clips: object, **extra: object) -> str:
    return json.dumps({"clips": [{"plan": "Late kick", "rows": rows} for rows in clips], **extra})


def read(text: str, **options: Any) -> list[Idea]:
    return read_answer(text, replace(WANTED, **options))


def one(*rows: str, **options: object) -> Idea:
    (idea,) = read(answer(list(rows)), **options)
    return idea


def refusal(text: str, **options: object) -> str:
    with pytest.raises(InvalidAnswer) as caught:
        read(text, **options)
    return str(caught.value)


def lanes(idea: Idea) -> list[str]:
    return write_rows(idea.bars, GRID)


def test_a_row_is_read_digit_by_digit() -> None:
    idea = one("BD 9000|=", "SN 0|0000500000000001")
    assert idea.bars == ({(0, V.KICK): 127}, {(0, V.KICK): 127, (4, V.SNARE): 71, (15, V.SNARE): 14})
    assert (idea.plan, idea.repairs) == ("Late kick", ())


def test_a_bar_may_name_an_earlier_bar() -> None:
    idea = one("BD 9000|90009000|=1|=", bars=4)
    assert [len(bar) for bar in idea.bars] == [1, 2, 1, 1]
    for row in ("BD =|9000", "BD 9000|=2", "BD 9000|=0", "BD 9000|=9"):
        assert "names no earlier bar" in refusal(answer([row]))


@given(st.data())
def test_what_is_written_is_read_again(data: st.DataObject) -> None:
    metre, per = data.draw(st.sampled_from([("4/4", 4), ("4/4", 3), ("6/8", 4), ("7/8", 2), ("5/8", 6), ("2/2", 8)]))
    grid = Grid(Metre.parse(metre), per)
    cells = st.dictionaries(
        st.tuples(st.integers(0, grid.steps - 1), st.sampled_from(Voice)),
        st.sampled_from([14, 28, 42, 56, 71, 85, 99, 113, 127]),
        max_size=12,
    )
    different: list[Bar] = data.draw(st.lists(cells, min_size=1, max_size=3))
    bars = data.draw(st.lists(st.sampled_from(different), min_size=1, max_size=6))
    repairs: dict[str, None] = {}
    assert read_rows(write_rows(bars, grid), grid, len(bars), repairs) == bars
    assert not repairs


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("BD 900000009009000|=", "BD, bar 1 has 15 digits; a bar has 16"),
        ("BD 90000000900900001|=", "BD, bar 1 has 17 digits"),
        ("BD 90000|=", "BD, bar 1 has 5 digits"),
        ("BD 00000|9000", "BD, bar 1 has 5 digits"),
        ("BD 9000", "BD has 1 bars; write 2"),
        ("BD 9000|=|=", "BD has 3 bars"),
        ("BD 9000|", "BD has 1 bars"),
        ("BD |", "BD has 1 bars"),
        ("BD", "BD has 1 bars"),
        ("BD 9000a|=", "not a bar"),
        ("BD 9000|=¹", "not a bar"),
        ("BD 9000|٩000", "not a bar"),
        ("XX 9000|=", "begins with 'XX'"),
        ("ride cymbal 9000|=", "not a bar"),
        ("bass drum 9000|=", "begin it with the two letters"),
        ("", "begins with ''"),
    ],
)
def test_a_row_that_cannot_be_sure_is_refused(row: str, reason: str) -> None:
    assert reason in refusal(answer([row, *ROWS[1:]]))


def test_a_refused_text_is_quoted_short_and_plain() -> None:
    reason = refusal(answer(["\u202eBD\x1b[31m" + "x" * 500 + " 9000|="]))
    assert len(reason) < 200
    assert reason.isprintable()
    assert reason.replace("…", "").isascii()


@pytest.mark.parametrize(
    ("row", "repair"),
    [
        ("BD 9000 0000 9009 0000|=", "spaces"),
        ("kick 9000000090090000|=", None),
        ("BD: 9000000090090000|=", None),
        ("BD 9000000090090000|=|", None),
        ("bd X..../...X..X".replace("/", "") + "....|=", "other signs"),
        ("BD 9000000090090000000|=", "rests beyond the end"),
        ("BD 90000000900900009000000090090000", "bar lines"),
        ("BD 9000|0000|9009|0000|9000|0000|9009|0000", "bar lines"),
    ],
)
def test_what_is_certain_is_repaired(row: str, repair: str | None) -> None:
    idea = one(row, *ROWS[1:])
    assert lanes(idea) == lanes(one(*ROWS))
    assert len(idea.repairs) == (repair is not None)
    assert repair is None or repair in idea.repairs[0]


def test_two_rows_of_a_voice_are_refused() -> None:
    assert "two rows of BD" in refusal(answer([*ROWS, "kick 9000|="]))


def test_json_is_found_in_fences_and_prose() -> None:
    body = answer(list(ROWS))
    expected = read(body)
    for text in (
        f"```json\n{body}\n```",
        f'Here {{roughly}} is [1] "my" answer:\n{body}\nEnjoy {{it}}!',
        f"\ufeff  {body}",
        json.dumps([{"plan": "Late kick", "rows": ROWS}]),
        json.dumps({"plan": "Late kick", "rows": ROWS}),
        json.dumps({"variations": [{"plan": "Late kick", "rows": ROWS}]}),
        answer(list(ROWS), comment="x", clips_wanted=[1]),
    ):
        assert read(text) == expected


def test_the_whole_clips_of_a_broken_answer_are_kept() -> None:
    text = answer(list(ROWS), list(OTHER_ROWS))
    cut = text[: text.index("RD")]
    assert len(read(text, variations=2)) == 2
    assert read(cut, variations=2) == read(answer(list(ROWS)))
    assert "not complete" in refusal(text[: text.index("CH")])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no clips"),
        ("I cannot help with that.", "no clips"),
        ("<html><body>502</body></html>", "no clips"),
        ("null", "no clips"),
        ('{"clips": []}', "no clips"),
        ('{"clips": 3}', "no clips"),
        ('{"clips": [null, 1, "x", []]}', "no clips"),
        ('{"clips": [{"plan": "x", "plan": "y", "rows": ["BD 9000|9000"]}]}', "a key twice"),
        ('{"clips": [{"rows": ["BD 9000|="], "tempo": NaN}]}', "NaN is no number"),
        ('{"clips": [{"rows": ["BD 9000|="], "tempo": -Infinity}]}', "-Infinity is no number"),
        ('{"clips": [{"rows": ["BD 9000|="],}]}', "not valid JSON"),
        ('{"clips": [{"rows": "BD 9000|="}]}', "rows must be a list of texts"),
        ('{"clips": [{"rows": [9000]}]}', "rows must be a list of texts"),
        ('{"clips": [{"rows": null}]}', "rows must be a list of texts"),
        ('{"clips": [{"rows": []}]}', "silent"),
        ('{"clips": [{"notes": {}}]}', "rows must be a list of texts"),
        ("[" * 100_000, "nested deeper"),
        ('{"a":' * 30_000, "nested deeper"),
        ('{"clips": ' + "[" * 13 + "]" * 13 + "}", "nested deeper"),
        ("x" * 200_001, "200000 are the most"),
        ('{"' + '\\"' * 99_000 + "\\", "not complete"),
        ("{" + '""' * 99_000, "not complete"),
        ('{"a":1e5000' + "0" * 5000 + "}", "no clips"),
        ('{"a":' + "9" * 5000 + "}", "not valid JSON"),
    ],
)
def test_what_is_no_answer_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert reason in refusal(text)


def test_reading_takes_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Brackets from which reading is tried are counted, so that prose full of them costs no more."""
    calls: list[int] = []
    end_of = json_text._end_of

    def counted(text: str, start: int) -> int | None:
        calls.append(start)
        return end_of(text, start)

    monkeypatch.setattr(json_text, "_end_of", counted)
    refusal("{x} " * 40_000)
    assert len(calls) <= 40


def test_too_many_rows_and_too_long_ones_are_refused() -> None:
    assert "rows are too many" in refusal(answer(["BD 9000|="] * 61))
    assert "at most 8000 characters" in refusal(answer(["BD " + "0" * 8000]))


def test_bad_clips_do_not_spoil_good_ones() -> None:
    text = answer(["BD 9|="], list(ROWS), ["SN 0|0"], list(OTHER_ROWS))
    assert [lanes(idea) for idea in read(text, variations=4)] == [lanes(one(*ROWS)), lanes(one(*OTHER_ROWS))]
    reason = refusal(answer(["BD 9|="], ["SN 0|0"]))
    assert "clip 1: BD, bar 1" in reason
    assert "clip 2: it is silent" in reason


def test_a_reason_is_short() -> None:
    assert len(refusal(answer(*[["BD 9|="]] * 100))) == 600


def test_no_more_clips_than_asked_for() -> None:
    assert len(read(answer(list(ROWS), list(OTHER_ROWS)), variations=1)) == 1


def test_silence_is_refused() -> None:
    assert "silent" in refusal(answer(["BD 9000|0"]))  # one stroke in two bars
    assert "silent" in refusal(answer(["BD 0|0", "SN 0|="]))


def test_a_wall_of_strokes_is_refused() -> None:
    wall = "9" * 16
    assert "every voice plays on every step" in refusal(answer([f"BD {wall}|=", f"SN {wall}|="]))
    # one voice may: a roll
    assert len(one(f"SN {wall}|=").bars[0]) == 16


def test_what_cannot_be_played_is_left_out_or_refused() -> None:
    idea = one(*ROWS, "OH 0|9000")
    assert any("cannot be played together" in repair for repair in idea.repairs)
    assert (0, V.OPEN_HAT) in idea.bars[1]
    assert (0, V.CLOSED_HAT) not in idea.bars[1]
    fast = ("CH 8888888888888888|=", "BD 9000|=")
    assert "cannot be played by two hands and two feet at 240 bpm" in refusal(answer(list(fast)), tempo=240.0)
    assert one(*fast).repairs == ()


def test_a_copy_is_refused() -> None:
    library = library_of(rock())
    template = rock().patterns[0].pattern()
    rows = write_rows(bars_of(template), GRID)
    assert "copies" in refusal(answer(rows), sources=library.sources)
    softer = [row.replace("9", "7") for row in rows]
    assert "copies" in refusal(answer(softer), sources=library.sources)
    assert read(answer(rows))  # no copy where it is no source
    bars = bars_of(template)
    changed = [bars[0] | {(3, V.KICK): 99, (11, V.KICK): 99}, bars[1] | {(7, V.SNARE): 28, (3, V.KICK): 99}]
    assert read(answer(write_rows(changed, GRID)), sources=library.sources)


def test_clips_that_are_alike_are_one() -> None:
    nearly = [ROWS[0], ROWS[1].replace("246", "240"), ROWS[2]]
    assert len(read(answer(list(ROWS), nearly), variations=2)) == 1
    assert len(read(answer(list(ROWS), list(OTHER_ROWS)), variations=2)) == 2


def locked_hat() -> Locked:
    hits = tuple(Hit(step, V.CLOSED_HAT, 90) for step in range(0, 64, 3))
    return Locked(Pattern(Metre(), 2, 8, hits), 120.0)


def test_rows_of_locked_voices_are_left_out() -> None:
    idea = one(*ROWS, locked=locked_hat())
    assert {voice for bar in idea.bars for _, voice in bar} == {V.KICK, V.SNARE}
    assert idea.repairs == ("rows of locked voices were left out",)
    assert lanes(idea) == lanes(one(*ROWS[:2]))


def test_strokes_give_way_to_locked_ones() -> None:
    """An open hat where the locked hat is closed, on a grid that is twice as fine."""
    idea = one(*ROWS[:2], "OH 9000|0", locked=locked_hat())
    assert lanes(idea) == lanes(one(*ROWS[:2]))
    assert "silent" in refusal(answer([ROWS[2]]), locked=locked_hat())


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("  a\x1b[31m b\u202e\n c\u2028d ", "a [31m b c d"),
        ("x" * 5000, "x" * MAX_PLAN),
        (None, ""),
        (["x"], ""),
        ("\ud800", ""),
    ],
)
def test_a_plan_is_one_line_of_plain_text(plan: object, expected: str) -> None:
    (idea,) = read(json.dumps({"clips": [{"plan": plan, "rows": ROWS}]}))
    assert idea.plan == expected


def note(pitch: object = 36, velocity: object = 100, time: object = 0) -> dict[str, object]:
    return {"pitch": pitch, "velocity": velocity, "time": time, "duration": 60}


BEAT = [note(), note(38, 90, 480), note(36, 100, 960), note(38, 90, 1440), note(36, 100, 1920), note(42, 60, 2160)]


def notes(*extra: dict[str, object]) -> str:
    return json.dumps({"notes": [*BEAT, *extra]})


def test_note_json_is_brought_to_the_grid() -> None:
    played = [note(36, 100, 4), note(38, 90, 470), note(42, 55, 1555), note(36, 101, 1925)]
    (idea,) = read(json.dumps({"variations": [{"notes": played}]}))
    assert idea.bars == (
        {(0, V.KICK): 100, (4, V.SNARE): 90, (13, V.CLOSED_HAT): 55},
        {(0, V.KICK): 101},
    )
    assert idea.repairs == ()


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (note(time=-1), "outside the clip"),
        (note(time=3840), "outside the clip"),
        (note(time=1e300), "write a number"),
        (note(time="soon"), "write a number"),
        (note(time=None), "write a number"),
        (note(time=True), "write a number"),
        (note(time=[1]), "write a number"),
        (note(34), "pitch 34 is no drum"),
        (note(82), "pitch 82 is no drum"),
        (note(38.5), "pitch 38.5 is no drum"),
        (note(velocity=-1), "velocity -1"),
        (note(velocity=0.8), "velocity 0.8"),
        ({"pitch": 36}, "velocity is 'None'"),
    ],
)
def test_a_note_that_is_none_is_refused(extra: dict[str, object], reason: str) -> None:
    assert reason in refusal(notes(extra))


@pytest.mark.parametrize(
    ("extra", "repair", "added"),
    [
        (note("42", "60", "240"), "numbers written as text", {(2, V.CLOSED_HAT): 60}),
        (note(42, 1000, 240), "velocities above 127", {(2, V.CLOSED_HAT): 127}),
        (note(42, 0, 240), "notes of velocity 0", {}),
        (note(35, 20, 0), "the louder was kept", {}),
    ],
)
def test_notes_are_repaired_where_it_is_certain(extra: dict[str, object], repair: str, added: Bar) -> None:
    (plain,) = read(notes())
    (idea,) = read(notes(extra))
    assert idea.bars[0] == plain.bars[0] | added
    assert len(idea.repairs) == 1
    assert repair in idea.repairs[0]


def test_notes_on_another_grid_are_refused() -> None:
    triplets = [note(38, 90, 160 * place) for place in range(24)]
    assert "multiples of 120 ticks" in refusal(json.dumps({"notes": triplets}))
    assert read(json.dumps({"notes": triplets}), grid=Grid(Metre(), 3))


def test_ten_thousand_notes_are_refused() -> None:
    text = json.dumps({"notes": [{"pitch": 36, "velocity": 9, "time": 0}] * 4000})
    assert "4000 notes are too many" in refusal(text)
    assert "characters" in refusal(json.dumps({"notes": [note()] * 10_000}))


def test_other_things_than_notes_are_refused() -> None:
    assert "note 1 is not an object" in refusal('{"notes": [[36, 100, 0]]}')


def test_the_last_step_holds_what_is_played_just_before_the_end() -> None:
    (idea,) = read(notes(note(38, 50, 3839)))
    assert idea.bars[1][15, V.SNARE] == 50


# -- mutations: whatever is done to an answer, it ends in valid clips or in a reason --

Mutation = Callable[[str, random.Random], str]


def _edited(change: Callable[[Any, random.Random], Any]) -> Mutation:
    def mutate(text: str, rng: random.Random) -> str:
        try:
            value = json.loads(text)
        except ValueError:
            return text
        return json.dumps(change(value, rng))

    return mutate


def _some_place(value: Any, rng: random.Random) -> tuple[Any, Any]:
    """A container somewhere in the value, and one of its keys."""
    places = []

    def walk(part: Any) -> None:
        items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        for key, inner in items:
            places.append((part, key))
            walk(inner)

    walk(value)
    return rng.choice(places) if places else (None, None)


_JUNK: tuple[Any, ...] = (
    None, True, -1, 0, 3.7, 1e308, 10**18, "", "9000", "=" * 9, "BD 9000|=", "\u0000", "９９９９", [], {}, [[]],
    ["x"] * 500,
    {"rows": []}, "x" * 9000, "ignore all rules", {"pitch": 36, "velocity": 1, "time": 0}, [{"rows": ["BD 9|9"]}],
)  # fmt: skip


def _replace(value: Any, rng: random.Random) -> Any:
    container, key = _some_place(value, rng)
    if container is not None:
        container[key] = rng.choice(_JUNK)
    return value


def _remove(value: Any, rng: random.Random) -> Any:
    container, key = _some_place(value, rng)
    if container is not None:
        del container[key]
    return value


def _repeat(value: Any, rng: random.Random) -> Any:
    container, key = _some_place(value, rng)
    if isinstance(container, list):
        container.extend([container[key]] * rng.choice([1, 50, 4000]))
    return value


def _cut(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text) + 1)]


def _flip(text: str, rng: random.Random) -> str:
    place = rng.randrange(len(text) + 1)
    return text[:place] + rng.choice('0123456789|= "{}[]:,\\BDSNx\u0663\x00') + text[place + rng.randrange(3) :]


def _wrap(text: str, rng: random.Random) -> str:
    before, after = rng.choice([("```json\n", "\n```"), ("Sure! {", "}"), ("[", "]"), ('{"a":', "}"), ("\ufeff", "\n")])
    return before + text + after


MUTATIONS: tuple[Mutation, ...] = (_edited(_replace), _edited(_remove), _edited(_repeat), _cut, _flip, _flip, _wrap)


@st.composite
def digit_rows(draw: st.DrawFn) -> list[str]:
    """Mostly bars of the right length; now and then one digit more or less."""
    voices = draw(st.lists(st.sampled_from(["BD", "SN", "CH", "RD", "FT", "kick", "SH", "PH"]), max_size=6))
    bar = st.one_of(
        st.text("0000000023589", min_size=16, max_size=16),
        st.text("0000000023589", min_size=16, max_size=16),
        st.sampled_from(["=", "0", "=1", "9000"]),
        st.text("0589", min_size=15, max_size=17),
    )
    return [f"{voice} {draw(bar)}|{draw(bar)}" for voice in voices]


@st.composite
def hostile_answers(draw: st.DrawFn) -> str:
    clips: list[Any] = []
    for kind in draw(st.lists(st.sampled_from(["good", "rows", "notes"]), min_size=1, max_size=4)):
        if kind == "notes":
            place = st.integers(0, 31).map(lambda step: step * 120)
            made = st.builds(note, st.integers(34, 82), st.integers(0, 130), place)
            clips.append({"notes": draw(st.lists(made, max_size=20))})
        else:
            rows = list(draw(st.sampled_from([ROWS, OTHER_ROWS]))) if kind == "good" else draw(digit_rows())
            clips.append({"plan": draw(st.text(max_size=20)), "rows": rows})
    text = json.dumps({draw(st.sampled_from(["clips", "variations"])): clips})
    rng = random.Random(draw(st.integers(0, 2**32)))
    for mutation in draw(st.lists(st.sampled_from(MUTATIONS), max_size=4)):
        text = mutation(text, rng)
    return text


def check(ideas: list[Idea], wanted: Wanted) -> None:
    assert 1 <= len(ideas) <= wanted.variations
    grids = [pattern_of(idea.bars, wanted.grid) for idea in ideas]  # raises for a step or a velocity out of range
    for idea, grid in zip(ideas, grids, strict=True):
        assert grid.bars == wanted.bars
        assert len(grid.hits) >= wanted.bars
        assert all(35 <= GM.writing[hit.voice] <= 81 for hit in grid.hits)
        assert all(playable(bar, wanted.grid, wanted.tempo) == bar for bar in idea.bars)
        assert novelty(grid, wanted.sources).mean() > 0
        assert len(idea.plan) <= MAX_PLAN
        assert not idea.plan or idea.plan.isprintable()
    for index, grid in enumerate(grids):
        assert all(mean_bar_distance(grid, other) >= LEAST_DISTANCE for other in grids[:index])


SEEN = {"valid": 0, "refused": 0}


@settings(max_examples=600, deadline=None)
@given(hostile_answers())
def test_every_answer_ends_in_valid_clips_or_in_a_reason(text: str) -> None:
    wanted = replace(WANTED, variations=3, sources=library_of(rock()).sources)
    try:
        ideas = read_answer(text, wanted)
    except InvalidAnswer as error:
        SEEN["refused"] += 1
        reason = str(error)
    else:
        SEEN["valid"] += 1
        check(ideas, wanted)
        assert read_answer(text, wanted) == ideas
        return
    assert 0 < len(reason) < 1000
    assert reason.isprintable()


def test_the_mutations_made_both() -> None:
    """Else they prove nothing; it runs after them."""
    if sum(SEEN.values()) >= 500:
        assert min(SEEN.values()) >= 50


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('{}[]":,\\ 0189=|BDclipsrowsnotes\n'), max_size=300))
def test_texts_of_nothing_but_signs_end_in_a_reason(text: str) -> None:
    with pytest.raises(InvalidAnswer):
        read(text)
