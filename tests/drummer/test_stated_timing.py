"""From the lag and the swing that the text of a groove states to the notes of clips."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from statistics import mean, pstdev

import pytest

from mdg_core.gridfile import parse_gridfile
from mdg_core.kit import Voice
from mdg_core.pattern import Pattern
from mdg_core.profile import Feel, VoiceTiming
from mdg_core.stepgrid import lanes_of
from mdg_drummer.bars import Grid
from mdg_drummer.feel import play
from mdg_drummer.feel_artist import back_off, stated_lags, swings_of
from mdg_drummer.feels import blended_feel, feel_for, with_swing
from mdg_drummer.request import GenerationRequest
from mdg_drummer.template import generate
from mdg_pipeline.build.feel import feels
from tests.drummer.people import PRIOR, library_of
from tests.drummer.profiles import profile, template
from tests.grids import takes_of

V = Voice
TEMPO = 90.0
TEXT = """style: hip-hop
tempo: 90
swing: 50 sixteenths, BD 60 sixteenths
lag: SN 15 ms, BD -10 ms
[nod]
CH 7.5.7.5.7.5.7.55|7.5.7.5.7.5.7.55
SN ....8.......8..2|....8..2....8...
BD 8..7...7.7......|8..7.....7.7....
[push]
CH 7.5.7.5.7.5.7.5.|7.5.7.5.7.557.5.
SN ....8.......8...|....8.......8..2
BD 8..7.7.....7....|8..7.....7.8....
"""


def feel_of(text: str) -> Feel:
    return feels(takes_of(text))[0]


def offsets_ms(pattern: Pattern, tempo: float) -> dict[Voice, dict[int, list[float]]]:
    """Of each voice, by the sixteenth of the quarter, the distances from the straight grid."""
    out: dict[Voice, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for hit in pattern.hits:
        if hit.step:  # a clip's first stroke cannot come early
            late = hit.offset / pattern.steps_per_quarter * 60000 / tempo
            out[hit.voice][hit.step % 4 * 4 // pattern.steps_per_quarter].append(late)
    return out


def played(feel: Feel) -> dict[Voice, dict[int, list[float]]]:
    """Those of 120 clips."""
    grooves = parse_gridfile(TEXT)
    templates = [template(g.title, lanes_of(g.pattern), style="hip-hop", tempo=90.0, weight=0.5) for g in grooves]
    library = library_of(profile("Nod", templates, tempos=(85, 90, 95), feel=[feel]))
    request = GenerationRequest(artist="Nod", tempo=90, bars=4, variations=8)
    out: dict[Voice, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for seed in range(15):
        for variation in generate(library, request, seed).variations:
            for voice, places in offsets_ms(variation.pattern, TEMPO).items():
                for place, found in places.items():
                    out[voice][place] += found
    return out


def test_a_feel_holds_what_its_grooves_state() -> None:
    feel = feel_of(TEXT)
    assert stated_lags(feel) == {V.KICK: -10.0, V.SNARE: 15.0, V.CLOSED_HAT: 0.0}
    assert swings_of(feel, V.KICK) == (50.0, 60.0)
    assert swings_of(feel, V.CLOSED_HAT) == (50.0, 50.0)
    assert feel.cells == []


def test_the_middle_of_several_grooves_counts() -> None:
    """By bars; a groove that swings as a whole swings its kick too."""
    lane = "BD x..x" + "." * 12
    one = f"[a]\nlag: BD 4 ms\nswing: 54 sixteenths, BD 62 sixteenths\n{lane}\n"
    two = f"[b]\nlag: BD 9 ms\nswing: 56 sixteenths\n{lane}|x...............\n"
    feel = feel_of(one + two)
    assert stated_lags(feel) == {V.KICK: 9.0}
    assert swings_of(feel, V.KICK) == (50.0, 56.0)
    assert feel_of(one + "[c]\nBD x...............").stated == [
        VoiceTiming(voice=V.KICK, lag_ms=4.0, swing_sixteenths=62.0)
    ]
    assert feel_of(f"[d]\nswing: 58 sixteenths\n{lane}").stated == []


def test_clips_lag_and_swing_lane_by_lane_as_stated() -> None:
    clips = played(feel_of(TEXT))
    on_beat = {voice: mean(places[0]) for voice, places in clips.items()}
    assert on_beat[V.SNARE] - on_beat[V.CLOSED_HAT] == pytest.approx(15, abs=4)
    assert on_beat[V.KICK] - on_beat[V.CLOSED_HAT] == pytest.approx(-10, abs=5)
    # 60 % of an eighth of 333 ms is 33 ms after its half
    assert mean(clips[V.KICK][3]) - on_beat[V.KICK] == pytest.approx(33, abs=6)
    assert mean(clips[V.CLOSED_HAT][3]) - on_beat[V.CLOSED_HAT] == pytest.approx(0, abs=6)
    # and people's looseness stays around it
    assert all(pstdev(clips[voice][0]) > 4 for voice in (V.SNARE, V.CLOSED_HAT))


def test_nothing_stated_leaves_the_feel_alone() -> None:
    feel = feel_of("[a]\nswing: 55 sixteenths\nBD x..x............\nSN ....x.......x...")
    assert feel.stated == []
    assert (feel.swing_sixteenths, swings_of(feel, V.SNARE)) == (55.0, (50.0, 55.0))


def test_humanising_with_the_feel_lags_too() -> None:
    (clip, _) = (groove.pattern for groove in parse_gridfile(TEXT))
    offsets, _ = play(clip, tempo=TEMPO, prior=PRIOR, feel=feel_of(TEXT), deterministic=True, own_swing=False)
    hits = (hit._replace(offset=late) for hit, late in zip(clip.hits, offsets.tolist(), strict=True))
    steps = replace(clip, hits=tuple(hits))
    late = {voice: mean(places[0]) for voice, places in offsets_ms(steps, TEMPO).items()}
    assert late[V.SNARE] - late[V.CLOSED_HAT] == pytest.approx(15, abs=5)


def test_a_swing_that_is_asked_for_is_that_of_all_voices_and_lags_stay() -> None:
    pattern = parse_gridfile(TEXT)[0].pattern
    feel, refusal = with_swing(feel_of(TEXT), pattern, 58)
    assert refusal is None
    assert {swings_of(feel, voice) for voice in (V.KICK, V.SNARE)} == {(50.0, 58.0)}
    assert stated_lags(feel)[V.SNARE] == 15.0


def test_triplet_grids_keep_the_lags_and_swing_in_their_steps() -> None:
    own = profile("Nod", [], feel=[feel_of(TEXT)])
    ternary = feel_for(own, Grid(parse_gridfile(TEXT)[0].pattern.metre, 3), "hip-hop")
    assert stated_lags(ternary)[V.SNARE] == 15.0
    assert swings_of(ternary, V.KICK) == (50.0, 50.0)


def test_a_style_fills_up_what_the_artist_does_not_state() -> None:
    artist = Feel(metre="4/4", steps_per_quarter=4, stated=[VoiceTiming(voice=V.SNARE, lag_ms=10)])
    style = artist.model_copy(
        update={"stated": [VoiceTiming(voice=V.SNARE, lag_ms=2), VoiceTiming(voice=V.KICK, lag_ms=3)]}
    )
    both = back_off(artist, style)
    assert both is not None
    assert stated_lags(both) == {V.SNARE: 10, V.KICK: 3}


def test_a_blend_lies_between_what_is_stated_and_the_grid() -> None:
    one = Feel(
        metre="4/4",
        steps_per_quarter=4,
        swing_sixteenths=52,
        stated=[VoiceTiming(voice=V.KICK, lag_ms=-8, swing_sixteenths=60)],
    )
    other = Feel(metre="4/4", steps_per_quarter=4, swing_sixteenths=56)
    between = blended_feel(one, other, 0.25)
    assert stated_lags(between) == {V.KICK: -6}
    assert swings_of(between, V.KICK) == (50.0, 59.0)
    assert swings_of(between, V.SNARE) == (50.0, 53.0)
    assert blended_feel(other, other, 0.5).stated == []
