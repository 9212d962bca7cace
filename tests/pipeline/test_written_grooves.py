"""What a .grid file says, as rows of takes and in the words of a profile."""

from __future__ import annotations

from mdg_core.kit import Voice
from mdg_core.profile import VoiceTiming
from mdg_pipeline.analyse.takes import from_row, to_row
from mdg_pipeline.build.describe import facts
from tests.grids import takes_of

BAR = "x...x...x...x..."
FILL = "[fill]\nrole: fill\nSN xxxxxxxxxxxxxxxx\n"


def test_a_written_groove_is_kept_in_sentences_of_four_bars() -> None:
    for bars, cut in {1: [1], 2: [2], 3: [3], 4: [4], 6: [4, 2], 8: [4, 4], 9: [4, 4, 1]}.items():
        (take,) = takes_of(f"[g]\nCH {BAR * bars}")
        assert [segment.bars for segment in take.segments] == cut
        assert [segment.first_bar for segment in take.segments] == [4 * index for index in range(len(cut))]


def test_grooves_whose_fills_are_written_apart_do_not_say_that_there_are_none() -> None:
    groove = f"[g]\nCH {BAR * 4}\n"
    assert takes_of(groove)[0].params["fill_share"] == 0
    assert "fill_share" not in takes_of(groove + FILL)[0].params


def test_a_fill_inside_a_groove_counts_wherever_others_are() -> None:
    groove = f"[g]\nCH {BAR * 7}{'.' * 16}\nSN {'.' * 112}{'x' * 16}\n"
    assert takes_of(groove + FILL)[0].params["fill_share"] == 0.125


def test_stated_timing_survives_the_table() -> None:
    (take,) = takes_of(f"[g]\nlag: SN 12 ms\nswing: 52 sixteenths, SN 60 sixteenths\nCH {BAR}\nSN {BAR}")
    assert take.lags == {"snare": 12.0, "closed_hat": 0.0}
    assert take.lane_swings == {"snare": {"swing_sixteenths": 60.0}}
    assert take.params["swing_sixteenths"] == 52.0
    assert from_row(to_row(take)) == take


def test_the_description_says_what_is_written_of_the_pocket() -> None:
    stated = [
        VoiceTiming(voice=Voice.KICK, lag_ms=-8, swing_sixteenths=60),
        VoiceTiming(voice=Voice.SNARE, lag_ms=16),
        VoiceTiming(voice=Voice.SIDE_STICK, lag_ms=16),
        VoiceTiming(voice=Voice.CLOSED_HAT, lag_ms=0, swing_sixteenths=51),
    ]
    assert facts({}, [], [], [], stated=stated) == [
        "Written grooves put the kick 8 ms ahead of the beat and the snare and side stick 16 ms behind the beat.",
        "Written grooves swing sixteenths on the kick (60 %).",
    ]
    assert facts({}, [], [], [], stated=stated[3:]) == []
