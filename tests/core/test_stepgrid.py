from __future__ import annotations

import pytest

from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.stepgrid import count_line, draw, lanes_of, level_of, parse_grid, parse_lane, velocity_of

FOUR_FOUR = Metre(4, 4)


def test_levels_and_shorthand() -> None:
    assert parse_lane(". - 0 1 9 | o x X") == [0, 0, 0, 1, 9, 3, 6, 9]


@pytest.mark.parametrize("bad", ["y", "²", "٣", "#"])
def test_a_strange_character_is_named(bad: str) -> None:
    with pytest.raises(ValueError, match="is no step") as error:
        parse_lane(f"..{bad}.")
    assert repr(bad) in str(error.value)


def test_levels_span_the_midi_velocities_and_come_back() -> None:
    assert [velocity_of(level) for level in range(1, 10)] == [14, 28, 42, 56, 71, 85, 99, 113, 127]
    assert [level_of(velocity_of(level)) for level in range(1, 10)] == list(range(1, 10))
    assert (level_of(1), level_of(127)) == (1, 9)


def test_a_grid_of_two_bars() -> None:
    pattern = parse_grid({Voice.KICK: "9... .... | .... ...5", Voice.SNARE: ".... 6...|.... 6..."}, Metre(2, 4), 4)
    assert (pattern.bars, pattern.steps) == (2, 16)
    assert pattern.hits == (
        Hit(0, Voice.KICK, 127),
        Hit(4, Voice.SNARE, 85),
        Hit(12, Voice.SNARE, 85),
        Hit(15, Voice.KICK, 71),
    )


@pytest.mark.parametrize(
    ("lane", "metre", "per_quarter", "complaint"),
    [
        ("9...9.|..9...9...", FOUR_FOUR, 4, "has 6 steps; a bar of 4/4 has 16"),
        ("9...", FOUR_FOUR, 4, "has 4 steps"),
        ("", FOUR_FOUR, 4, "of one length"),
        ("9......", Metre(5, 8), 3, "do not divide a bar of 5/8"),
        ("9", Metre(1, 32), 4, "do not divide a bar of 1/32"),
        ("9", FOUR_FOUR, 0, "do not divide"),
    ],
)
def test_lanes_that_do_not_fit_are_refused(lane: str, metre: Metre, per_quarter: int, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_grid({Voice.SNARE: lane}, metre, per_quarter)


def test_lanes_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"one length; these have \[16, 32\]"):
        parse_grid({Voice.KICK: "x..............." * 2, Voice.SNARE: "x..............."}, FOUR_FOUR, 4)


def test_an_error_quotes_a_long_lane_in_part_only() -> None:
    with pytest.raises(ValueError, match="100001 steps") as error:
        parse_grid({Voice.KICK: "x" * 100_001}, FOUR_FOUR, 4)
    assert len(str(error.value)) < 200


def test_lanes_come_back_as_they_were() -> None:
    lanes = {Voice.KICK: "9.....|..3...", Voice.RIDE: "5.55.5|5.55.5"}
    assert lanes_of(parse_grid(lanes, Metre(6, 8), 2)) == lanes


@pytest.mark.parametrize(
    ("metre", "per_quarter", "expected"),
    [
        (FOUR_FOUR, 4, "1...2...3...4..."),
        (FOUR_FOUR, 3, "1..2..3..4.."),
        (Metre(12, 8), 2, "1..2..3..4.."),
        (Metre(7, 8), 4, "1.2.3.4.5.6.7."),
        (Metre(12, 4), 1, "123456789012"),
        (Metre(7, 8), 6, "1..2..3..4..5..6..7.."),
        (Metre(4, 8), 1, "13"),
    ],
)
def test_the_count_line_names_the_beats_of_the_metre(metre: Metre, per_quarter: int, expected: str) -> None:
    assert count_line(Pattern(metre, 1, per_quarter, ())) == expected
    assert count_line(Pattern(metre, 2, per_quarter, ())) == f"{expected}|{expected}"


def test_draw_puts_cymbals_on_top_and_the_kick_below() -> None:
    pattern = parse_grid(
        {Voice.KICK: "9......." * 2, Voice.SNARE: "....9..." * 2, Voice.CLOSED_HAT: "6.6.6.6." * 2}, FOUR_FOUR, 4
    )
    assert draw(pattern).splitlines() == [
        "            1...2...3...4...",
        "closed_hat  6.6.6.6.6.6.6.6.",
        "snare       ....9.......9...",
        "kick        9.......9.......",
    ]
