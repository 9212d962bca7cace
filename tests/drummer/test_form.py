"""Whole grooves in the artist's form: what is repeated, exchanged, filled and left out, as rules over many seeds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest

from mdg_core.errors import UsageError
from mdg_core.kit import Voice
from mdg_core.pattern import Metre
from mdg_core.profile import Parameter, Passage, PatternTemplate, StyleProfile
from mdg_core.stepgrid import parse_grid
from mdg_drummer.adapt import adapt, adapted_grid, groups
from mdg_drummer.bars import CYMBALS, GHOST_VELOCITY, TIMEKEEPERS, TOMS, Bar, Grid, bars_of
from mdg_drummer.density import with_density
from mdg_drummer.exchange import MOST_EQUAL, renewed
from mdg_drummer.fills import is_fill, likeness, revoice, share_that_come_again
from mdg_drummer.form import groove_bars, repeats_of
from mdg_drummer.library import Groove
from mdg_drummer.limbs import clashes, made_whole
from mdg_drummer.named_style import of_style
from mdg_drummer.novelty import cells_of
from mdg_drummer.request import GenerationRequest
from mdg_drummer.subdivide import in_feel
from mdg_drummer.template import Clips, generate
from mdg_drummer.vocabulary import vocabulary
from tests.drummer.people import library_of
from tests.drummer.profiles import Lanes, compound, jazz, profile, rock, sparse, template

V = Voice
FOUR = Grid(Metre(4, 4), 4)
A, ANSWERED = "8..7..8...7.....", "8..7..8...7...7."


def bars_from(lanes: Lanes, metre: str = "4/4", per: int = 4) -> list[Bar]:
    return bars_of(parse_grid(lanes, Metre.parse(metre), per))


def passage(name: str, lanes: Lanes, *, fills: Sequence[int] = (), tempo: float = 100.0, take: str = "t1") -> Passage:
    bars = next(iter(lanes.values())).count("|") + 1
    return Passage(
        id=name, name=name, role="groove", style="rock", metre="4/4", steps_per_quarter=4, bars=bars, tempo=tempo,
        lanes=lanes, fills=list(fills), weight=1.0, documents=[take],
    )  # fmt: skip


def repeating() -> StyleProfile:
    """A take of eight bars, A A A B A A A fill, in pairs as a research cuts it; another take to exchange limbs with."""
    hats = "8.6.8.6.8.6.8.6."
    snare = "....9..2....9..."
    take = {
        V.CLOSED_HAT: "|".join([hats] * 7 + ["8.6.8.6........."]),
        V.SNARE: "|".join([snare] * 7 + ["....9...99998899"]),
        V.KICK: "|".join([A, A, A, ANSWERED, A, A, A, "8..7..8.8...8..."]),
    }
    other = {
        V.CLOSED_HAT: "|".join([hats, "8.6.8.6.8.668.6."]),
        V.SNARE: "|".join(["....9..2.2..9...", "....9.......9..2"]),
        V.KICK: "|".join(["8..7....8.7.....", "8.....8.8.7....."]),
    }
    pairs = [
        _taken(template("one", {v: "|".join(lane.split("|")[:2]) for v, lane in take.items()}, tempo=100.0), "t1"),
        _taken(template("two", other, tempo=100.0), "t2"),
        _taken(template("roll", {v: lane.split("|")[7] for v, lane in take.items()}, role="fill", tempo=100.0), "t1"),
    ]
    known = profile("Repeater", pairs, tempos=(90, 100, 110))
    both = [passage("take", take, fills=[7]), passage("other", other, take="t2")]
    return known.model_copy(update={"passages": both})


def _taken(item: PatternTemplate, take: str) -> PatternTemplate:
    return item.model_copy(update={"documents": [take]})


def clips_of(known: StyleProfile, seed: int, **options: object) -> Clips:
    request = GenerationRequest.model_validate({"artist": "Anybody", "humanize": False, **options})
    return generate(library_of(known), request, seed)


def test_what_the_artist_repeats_is_repeated() -> None:
    """Of A A A B the clip makes X X X Y: the same limb is exchanged wherever the bar comes round."""
    found = 0
    for seed in range(12):
        for clip in clips_of(repeating(), seed, bars=4).variations:
            if clip.lead == "take":
                bars = cells_of(clip.pattern)
                assert bars[0] == bars[1] == bars[2] or bars[1] == bars[2]  # a landing changes the first
                found += 1
    assert found > 10


def test_a_quarter_of_the_bars_at_most_is_a_source() -> None:
    for make in (repeating, rock, jazz, compound, sparse):
        known = library_of(make())
        for seed in range(4):
            for clip in clips_of(make(), seed, bars=8).variations:
                copied = [cells in known.sources.bars for cells in cells_of(clip.pattern)]
                assert sum(copied) <= MOST_EQUAL * len(copied)


def test_exchanges_leave_what_makes_the_groove() -> None:
    library = library_of(repeating())
    lead = library.passages[0]
    words = vocabulary((bar, 1.0) for passage in library.passages for bar in passage.bars)
    figures = [(bar, 1.0) for passage in library.passages for bar in groove_bars(passage)]
    own = groove_bars(lead)
    for seed in range(30):
        new = renewed(own, figures, lambda bar: bar in own, words, FOUR, random.Random(seed))
        assert all({(0, V.KICK), (4, V.SNARE), (12, V.SNARE)} <= bar.keys() for bar in new)
        assert all({(step, V.CLOSED_HAT) for step in range(0, 16, 4)} <= bar.keys() for bar in new)
        assert clashes(new)[0] == 0
        assert [new[0] == bar for bar in new] == [own[0] == bar for bar in own]


def test_strokes_that_come_are_as_loud_as_the_limb_is_here() -> None:
    grid = Grid(Metre(), 4)
    soft: Bar = {(0, Voice.KICK): 60, (4, Voice.SNARE): 100, (8, Voice.KICK): 50, (12, Voice.SNARE): 100}
    loud = {cell: 120 if cell[1] is Voice.KICK else v for cell, v in soft.items()} | {(10, Voice.KICK): 120}
    words = vocabulary([(soft, 1.0), (loud, 1.0)])
    seen = []
    for seed in range(40):
        (bar,) = renewed([soft], [(loud, 1.0)], lambda bar: False, words, grid, random.Random(seed))
        seen += [bar[10, Voice.KICK]] if (10, Voice.KICK) in bar else []
    assert seen
    assert min(seen) == 60


def test_no_kick_on_one_comes_where_the_groove_has_none() -> None:
    grid = Grid(Metre(), 4)
    late: Bar = {(2, Voice.KICK): 90, (4, Voice.SNARE): 100, (12, Voice.SNARE): 100}
    early = late | {(0, Voice.KICK): 90, (10, Voice.KICK): 90}
    words = vocabulary([(late, 1.0)])
    bars = [
        renewed([late], [(early, 1.0)], lambda bar: False, words, grid, random.Random(seed))[0] for seed in range(40)
    ]
    assert any((10, Voice.KICK) in bar for bar in bars)
    assert not any((0, Voice.KICK) in bar for bar in bars)


def test_a_limb_that_most_bars_have_is_in_every_bar() -> None:
    lead = bars_from(
        {V.RIDE: "8.8.8.8.8.8.8.8.|8.8.8.8.8.8.8.8.", V.KICK: "8...8...|8......."[:8] * 2 + "|" + "8" + "." * 15}
    )
    bare: Bar = {(4, V.SNARE): 110}
    whole = made_whole([bare, lead[0]], lead)
    assert whole[1] == lead[0]
    assert {voice for _, voice in whole[0]} == {V.SNARE, V.RIDE, V.KICK}
    assert made_whole([bare], [bare]) == [bare]


def test_a_kick_that_is_brought_leaves_the_snare_free() -> None:
    lead = bars_from({V.KICK: "8...8...8.......", V.CLOSED_HAT: "8.8.8.8.8.8.8.8."})
    whole = made_whole([{(4, V.SNARE): 30, (0, V.CLOSED_HAT): 80}], lead)[0]
    assert (4, V.KICK) not in whole
    assert {(0, V.KICK), (8, V.KICK)} <= whole.keys()


@pytest.mark.parametrize("make", [repeating, rock, jazz, compound])
def test_no_clip_lacks_what_its_source_has(make: object) -> None:
    known = make()  # type: ignore[operator]
    for seed in range(6):
        for clip in clips_of(known, seed, bars=4).variations:
            bars = bars_of(clip.pattern)
            for voices in ((V.KICK,), (V.SNARE,), (*TIMEKEEPERS, *CYMBALS)):
                assert sum(any(v in voices for _, v in bar) for bar in bars) > len(bars) / 2


def test_bars_of_a_fill_give_way_to_the_groove() -> None:
    lead = library_of(repeating()).passages[0]
    plain = groove_bars(lead)
    assert plain[7] == lead.bars[5]
    assert plain[:7] == list(lead.bars[:7])
    assert repeats_of([lead]) == pytest.approx(5 / 6)


def test_a_fill_ends_the_last_bar_and_lands_on_the_first() -> None:
    known = rock()
    for seed in range(6):
        for clip in clips_of(known, seed, bars=4, section="fill").variations:
            bars = bars_of(clip.pattern)
            assert {(0, V.CRASH), (0, V.KICK)} <= bars[0].keys()
            assert not any(voice in TOMS for bar in bars[:3] for _, voice in bar)


def test_what_stands_before_a_fill_stays_on_its_drum() -> None:
    bar = bars_from({V.SNARE: "..2.9..2999999.9"})[0]
    for seed in range(40):
        moved = revoice(bar, FOUR, (V.SNARE, V.HIGH_TOM, V.FLOOR_TOM), 8, random.Random(seed))
        assert {(2, V.SNARE), (4, V.SNARE), (7, V.SNARE)} <= moved.keys()


def test_no_fill_is_a_bar_of_the_artists_as_a_whole() -> None:
    known = library_of(repeating())
    for seed in range(10):
        for clip in clips_of(repeating(), seed, bars=4, section="fill").variations:
            assert cells_of(clip.pattern)[3] not in known.sources.bars


def test_a_fill_of_another_tempo_or_style_does_not_serve() -> None:
    fast = template("Fast", rock().patterns[3].lanes, role="fill", tempo=220.0)
    other = template("Other", rock().patterns[3].lanes, role="fill", style="jazz")
    grooves = [item for item in rock().patterns if item.role == "groove"]
    for fill in (fast, other):
        known = profile("Rock", [*grooves, fill.model_copy(update={"documents": ["another"]})])
        assert any("plain ones were played" in note for note in clips_of(known, 1, section="fill").notes)


def test_density_thins_ghosts_before_it_takes_them_all() -> None:
    bar = bars_from({V.CLOSED_HAT: "8.6.8.6.8.6.8.6.", V.SNARE: "..2.9..2.2.29..2", V.KICK: "8.....7.8......."})[0]
    words = vocabulary([(bar, 1.0)])

    def ghosts(density: float) -> int:
        left = with_density(bar, words, FOUR, density)
        assert {(4, V.SNARE), (12, V.SNARE)} <= left.keys()
        return sum(v is V.SNARE and velocity < GHOST_VELOCITY for (_, v), velocity in left.items())

    counts = [ghosts(density / 20) for density in range(0, -21, -1)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 5
    assert counts[-1] == 0
    assert 0 < ghosts(-0.4) < 5


def test_soft_backbeats_stay_when_it_thins_out() -> None:
    bar = bars_from({V.CLOSED_HAT: "4.3.4.3.4.3.4.3.", V.SNARE: "....4..1....4...", V.KICK: "4.......4......."})[0]
    assert {(4, V.SNARE), (12, V.SNARE)} <= with_density(bar, vocabulary([(bar, 1.0)]), FOUR, -1.0).keys()


def test_density_grows_by_whole_figures() -> None:
    """The artist's other kick figure comes as a whole: never a half of it."""
    plain, busy = bars_from(
        {V.CLOSED_HAT: "8.8.8.8.8.8.8.8.|8.8.8.8.8.8.8.8.", V.KICK: "8.......8.......|8.77....8......."}
    )
    words = vocabulary([(plain, 1.0), (busy, 1.0)])
    for amount in range(1, 21):
        grown = with_density(plain, words, FOUR, amount / 20).keys()
        assert ((2, V.KICK) in grown) == ((3, V.KICK) in grown)
    assert (2, V.KICK) in with_density(plain, words, FOUR, 0.5)


def test_an_odd_metre_can_be_counted() -> None:
    assert [groups(Metre(*metre)) for metre in ((7, 8), (5, 8), (11, 8), (4, 4), (6, 8))] == [
        [2, 2, 3],
        [2, 3],
        [2, 2, 2, 2, 3],
        [],
        [],
    ]
    displaced = bars_from({V.CLOSED_HAT: "8.8.8.8.8.8.8.8.", V.SNARE: "......9.....9...", V.KICK: "..8.......8....."})[
        0
    ]
    bar, grid = adapt(displaced, FOUR, Metre(7, 8)), adapted_grid(FOUR, Metre(7, 8))
    assert grid.steps == 14
    assert (0, V.KICK) in bar
    assert all(any((step, voice) in bar for voice in (V.KICK, V.SNARE)) for step in (0, 4, 8))


def test_twelve_eight_keeps_the_tempo_of_the_beat() -> None:
    """The tempo of a clip is in quarters, of which a beat of 12/8 has one and a half."""
    assert {clips_of(rock(), seed, time_signature="12/8").tempo for seed in range(8)} <= {168.0, 180.0, 192.0}
    assert {clips_of(compound(), seed, time_signature="4/4").tempo for seed in range(8)} <= {44.0, 46.7}
    assert {clips_of(compound(), seed).tempo for seed in range(8)} == {66.0, 70.0}


def test_an_unasked_tempo_lies_where_the_style_gathers() -> None:
    usual = [template(f"U{i}", rock().patterns[i].lanes, tempo=100.0 + i, weight=0.2) for i in range(3)]
    odd = template("Odd", rock().patterns[0].lanes, tempo=180.0, weight=0.4)
    known = profile("Steady", [*usual, odd], tempos=(90, 101, 190))
    tempos = [clips_of(known, seed, variations=1).tempo for seed in range(60)]
    assert sum(tempo == 180 for tempo in tempos) < 6


def test_a_roll_of_triplets_becomes_sixteenths() -> None:
    grid = Grid(Metre(), 3)
    lanes: Lanes = {V.SNARE: "865...8.....", V.RIDE: "8.68.68.68.6"}
    groove = Groove("g", "g", "groove", "", grid, tuple(bars_from(lanes, per=3)), None, 1.0)
    carried = in_feel([groove], "straight", [])[0]
    assert sorted(step for step, voice in carried.bars[0] if voice is V.SNARE) == [0, 1, 2, 3, 8]
    assert sorted(step for step, voice in carried.bars[0] if voice is V.RIDE) == [0, 2, 4, 6, 8, 10, 12, 14]


def test_a_style_is_found_by_the_words_of_the_library() -> None:
    hop = template("Half-time shuffle", rock().patterns[0].lanes, style="hip-hop")
    library = library_of(profile("Both", [*rock().patterns, hop]))
    assert [g.name for g in of_style(library, "Hip Hop")] == ["Half-time shuffle"]
    assert [g.name for g in of_style(library, "shuffle")] == ["Half-time shuffle"]
    with pytest.raises(UsageError, match="did you mean shuffle"):
        of_style(library, "shufle")


def test_a_single_groove_says_that_it_is_all() -> None:
    assert any("one groove is all that is known" in note for note in clips_of(sparse(), 1).notes)
    assert not any("one groove is all" in note for note in clips_of(rock(), 1).notes)


def with_fills(*lanes: Lanes) -> StyleProfile:
    """The repeating artist who fills each phrase, with these fills alone."""
    known = repeating()
    fills = [template(f"fill {i}", bar, role="fill", tempo=100.0) for i, bar in enumerate(lanes)]
    grooves = [item for item in known.patterns if item.role == "groove"]
    params = known.quantitative_params | {"fill_share": Parameter(value=0.9, unit="share", confidence=1.0)}
    return known.model_copy(update={"patterns": [*grooves, *fills], "quantitative_params": params})


ROLL: Lanes = {V.SNARE: "........99998899", V.KICK: "8..............."}
ROUND: Lanes = {V.SNARE: "........99......", V.HIGH_TOM: "..........88....", V.FLOOR_TOM: "............9989"}


@pytest.mark.parametrize("bars", [8, 16])
def test_a_fill_does_not_come_again_in_a_clip_of_one_who_does_not_repeat_it(bars: int) -> None:
    """Two fills, or one with other drums of the kit: what ends the second phrase is not what ended the first."""
    seen = 0
    for known in (with_fills(ROLL, ROUND), with_fills(ROUND)):
        library = library_of(known)
        for seed in range(8):
            for clip in clips_of(known, seed, bars=bars).variations:
                found = bars_of(clip.pattern)
                usual = {cell: sum(cell in bar for bar in found) / bars for bar in found for cell in bar}
                fills = [bar for bar in found if is_fill(bar, usual)]
                seen += len(fills) > 1
                for first, second in pairwise(fills):
                    assert likeness(first, second, usual) < 0.75, (library.profile.artist.name, seed)
    assert seen > 20


def test_how_often_an_artist_repeats_a_fill_is_heard_in_the_passages() -> None:
    hats, snare = "8.6.8.6.8.6.8.6.", "....9.......9..."
    plain = {V.CLOSED_HAT: hats, V.SNARE: snare, V.HIGH_TOM: "." * 16}
    roll = {V.CLOSED_HAT: "8.6.8.6.........", V.SNARE: "....9...99998899", V.HIGH_TOM: "." * 16}
    toms = {V.CLOSED_HAT: "8.6.8.6.........", V.SNARE: "....9...........", V.HIGH_TOM: "........99998899"}

    def share(second: Lanes) -> float:
        order = [plain, plain, plain, roll, plain, plain, plain, second]
        lanes = {voice: "|".join(bar[voice] for bar in order) for voice in plain}
        known = repeating().model_copy(update={"passages": [passage("take", lanes, fills=[3, 7])]})
        return share_that_come_again(library_of(known).passages)

    assert share(roll) == 1
    assert share(toms) == 0
    assert share_that_come_again(library_of(repeating()).passages) == 0  # one fill says nothing


def test_clips_that_share_a_groove_are_said() -> None:
    clips = clips_of(repeating(), 1, bars=4, variations=6)
    assert len({clip.lead for clip in clips.variations}) < 6
    assert any("2 grooves are all that is known" in note for note in clips.notes)
    assert not any("all that is known" in note for note in clips_of(repeating(), 1, bars=4, variations=2).notes)
