from __future__ import annotations

import hashlib
import io
import math
import subprocess
import sys
import zipfile
from dataclasses import replace
from importlib import resources
from typing import Any

import numpy as np
import pytest

from mdg_core.errors import MdgError
from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.profile import Feel, FeelCell
from mdg_core.stepgrid import parse_grid
from mdg_drummer import feel_prior
from mdg_drummer.feel import back_off, habits_of, play, playing_of, swing_decided, swing_offset
from mdg_drummer.feel_places import whole_scores
from mdg_drummer.feel_prior import (
    BAR,
    CELLS,
    INPUTS,
    LANES,
    LEVELS,
    QUANTITIES,
    Layer,
    Prior,
    features,
    mean_of,
    value_at,
)
from tests.drummer.people import PRIOR

LOUD_BACKBEAT = {
    Voice.CLOSED_HAT: "8.5.8.5.8.5.8.5.|8.5.8.5.8.5.8.5.",
    Voice.SNARE: "....9..2.2..9..2|....9..2.2..9..2",
    Voice.KICK: "9.....7...9.....|9.....7...9.....",
}


@pytest.fixture
def rock() -> Pattern:
    return parse_grid(LOUD_BACKBEAT, Metre(), 4)


def places(pattern: Pattern) -> list[tuple[int, Voice]]:
    return [(hit.step, hit.voice) for hit in pattern.hits]


def offsets(pattern: Pattern) -> np.ndarray:
    return np.array([hit.offset for hit in pattern.hits])


def velocities(pattern: Pattern, voice: Voice) -> list[int]:
    return [hit.velocity for hit in pattern.hits if hit.voice is voice]


def backbeats_of(pattern: Pattern) -> list[Hit]:
    return [hit for hit in pattern.hits if hit.voice is Voice.SNARE and hit.step % 16 in (4, 12)]


def cell(voice: Voice, step: int, **values: float) -> FeelCell:
    usual = {"offset_ms": 0.0, "offset_spread_ms": 5.0, "velocity": 80.0, "velocity_spread": 5.0, "count": 100}
    return FeelCell(voice=voice, step=step, **(usual | values))  # type: ignore[arg-type]


def flat_prior(timing: float, velocity: float, spread: float = 0.0) -> Prior:
    """A prior that says the same everywhere: quantiles about these means, `spread` units to either side."""
    hidden = 1
    layer = Layer(
        np.zeros((4, INPUTS, 3), np.float32),
        np.zeros((4, hidden, 3), np.float32),
        np.zeros((4, 1, 3), np.float32),
        np.zeros((4, 1, 3), np.float32),
    )
    levels = np.tile(np.linspace(-spread, spread, len(LEVELS)), LANES)
    bias = np.stack([timing / 0.2 + levels, (velocity - 70) / 30 + levels])[:, None].astype(np.float32)
    nets = feel_prior.Nets((layer,), np.zeros((2, 2 * hidden, LANES * len(LEVELS)), np.float32), bias)
    return Prior(nets, nets, np.zeros((2, 3), np.float32))


def as_played(pattern: Pattern, *, feel: Feel | None = None, **settings: Any) -> Pattern:
    """The pattern with what `play` makes of its hits; with the prior's own swing where nobody decided on one."""
    own_swing = not swing_decided(pattern, feel)
    found = play(pattern, feel=feel, own_swing=own_swing, **({"prior": PRIOR} | settings))
    hits = zip(pattern.hits, *found.tolist(), strict=True)
    return replace(pattern, hits=tuple(Hit(h.step, h.voice, round(level), late) for h, late, level in hits))


class TestPlay:
    def test_same_hits_new_timing_and_dynamics(self, rock: Pattern) -> None:
        played = as_played(rock, tempo=100)
        assert places(played) == places(rock)
        assert np.abs(offsets(played)).max() > 0.02
        assert [h.velocity for h in played.hits] != [h.velocity for h in rock.hits]

    def test_a_seed_repeats_and_another_differs(self, rock: Pattern) -> None:
        assert as_played(rock, tempo=100, seed=3) == as_played(rock, tempo=100, seed=3)
        assert as_played(rock, tempo=100, seed=3) != as_played(rock, tempo=100, seed=4)
        assert as_played(rock, tempo=100, seed=None) != as_played(rock, tempo=100, seed=None)

    def test_deterministic_plays_mean_offset_and_median_velocity(self, rock: Pattern) -> None:
        prior = flat_prior(0.1, 90.0, spread=0.3)
        played = as_played(rock, tempo=100, prior=prior, deterministic=True)
        assert np.allclose(offsets(played), 0.1, atol=1e-3)
        assert {hit.velocity for hit in played.hits} == {90}
        assert played == as_played(rock, tempo=100, prior=prior, deterministic=True, seed=9)

    def test_drawn_offsets_spread_as_the_prior_says(self) -> None:
        prior = flat_prior(0.0, 64.0, spread=1.0)
        hats = Pattern(Metre(), 16, 4, tuple(Hit(s, Voice.CLOSED_HAT, 64) for s in range(256)))
        drawn = np.concatenate([offsets(as_played(hats, tempo=100, prior=prior, seed=s)) for s in range(4)])
        quantiles = np.quantile(drawn, LEVELS)
        assert np.allclose(quantiles, 0.2 * np.linspace(-1, 1, len(LEVELS)), atol=0.03)

    def test_a_take_drifts_together(self, rock: Pattern) -> None:
        plain = flat_prior(0.0, 64.0, spread=1.0)
        together = replace(plain, shared=np.array([[1.0, 0, 0], [0, 1.0, 0]], np.float32))
        played = as_played(rock, tempo=100, prior=together, seed=1)
        assert np.ptp(offsets(played)[3:]) < 1e-3
        for voice in (Voice.KICK, Voice.SNARE):
            assert len(set(velocities(played, voice))) == 1
        assert velocities(played, Voice.KICK)[0] != velocities(played, Voice.SNARE)[0]
        assert np.ptp(offsets(as_played(rock, tempo=100, prior=plain, seed=1))) > 0.1

    def test_long_takes_are_read_in_parts(self) -> None:
        """600 bars, more windows than go through the nets at once: the middle is played like that of a short take."""
        bars = [[Hit(16 * bar + s, Voice.SNARE, 80) for s in (4, 12)] for bar in range(600)]
        long = Pattern(Metre(), 600, 4, tuple(hit for bar in bars for hit in bar))
        short = Pattern(Metre(), 6, 4, tuple(hit for bar in bars[:6] for hit in bar))
        ours, theirs = (offsets(as_played(p, tempo=100, deterministic=True)) for p in (long, short))
        assert np.allclose(ours[4:-4].reshape(-1, 2), theirs[4:6], atol=1e-4)

    def test_an_empty_pattern_stays(self) -> None:
        empty = Pattern(Metre(), 2, 4, ())
        assert as_played(empty, tempo=100) == empty

    @pytest.mark.parametrize("tempo", [0, -120, math.nan, math.inf])
    def test_refuses_tempos_out_of_range(self, rock: Pattern, tempo: float) -> None:
        with pytest.raises(ValueError, match="tempo"):
            play(rock, tempo=tempo, prior=PRIOR)

    def test_parts_of_one_take_have_its_lean_in_common(self, rock: Pattern) -> None:
        together = replace(flat_prior(0.0, 64.0, spread=1.0), shared=np.array([[1.0, 0, 0], [0, 1.0, 0]], np.float32))
        rng = np.random.default_rng(1)
        whole = whole_scores(rng)
        one, two = (playing_of(rock, tempo=100, prior=together, rng=rng, whole=whole) for _ in range(2))
        assert np.allclose(one.late, two.late)
        assert np.allclose(one.velocity, two.velocity)


class TestGrids:
    @pytest.mark.parametrize(
        ("metre", "steps", "bars"),
        [
            ("4/4", 3, 1),
            ("4/4", 6, 2),
            ("4/4", 8, 16),
            ("3/4", 4, 1),
            ("6/8", 4, 4),
            ("7/8", 4, 3),
            ("12/8", 2, 1),
            ("5/4", 3, 3),
            ("7/8", 8, 1),
            ("5/16", 4, 1),
            ("1/32", 8, 1),
            ("4/4", 12, 2),
            ("4/4", 1, 1),
        ],
    )
    def test_any_grid_any_voice(self, metre: str, steps: int, bars: int) -> None:
        where = Metre.parse(metre)
        length = int(where.bar_quarters * steps * bars)
        voices = list(Voice)
        pattern = Pattern(where, bars, steps, tuple(Hit(s, voices[s % len(voices)], 80) for s in range(length)))
        played = as_played(pattern, tempo=130)
        assert places(played) == places(pattern)
        # offsets stay within half a sixteenth and what its deviation adds off the sixteenths
        assert np.abs(offsets(played)).max() <= steps / 4

    def test_offsets_are_in_steps_of_the_pattern(self) -> None:
        prior = flat_prior(0.1, 80)
        for steps in (2, 4, 8):
            pattern = Pattern(Metre(), 1, steps, (Hit(steps, Voice.KICK, 80),))
            (hit,) = as_played(pattern, tempo=120, prior=prior).hits
            assert hit.offset == pytest.approx(0.1 * steps / 4, abs=1e-3)

    def test_triplets_are_not_pulled_to_the_sixteenths(self) -> None:
        shuffle = parse_grid({Voice.RIDE: "6.46.46.46.4"}, Metre(), 3)
        found = [offsets(as_played(shuffle, tempo=120, deterministic=True))[i] for i in (1, 3, 5)]
        # the nearest sixteenth is a quarter of a triplet away; human lateness is a tenth of it
        assert np.abs(found).max() < 0.12

    def test_a_sixteenth_is_the_same_on_a_finer_grid(self, rock: Pattern) -> None:
        finer = Pattern(Metre(), 2, 8, tuple(hit._replace(step=2 * hit.step) for hit in rock.hits))
        coarse = as_played(rock, tempo=100, deterministic=True)
        assert np.allclose(offsets(as_played(finer, tempo=100, deterministic=True)), 2 * offsets(coarse), atol=1e-5)

    def test_slower_than_the_corpus_keeps_the_milliseconds(self, rock: Pattern) -> None:
        at_50, at_25 = (offsets(as_played(rock, tempo=t, deterministic=True)) for t in (50, 25))
        assert np.allclose(at_25, at_50 / 2)


class TestSwing:
    def test_percent_of_the_long_note(self) -> None:
        assert swing_offset(2, 4, 50, 50) == 0
        assert swing_offset(2, 4, 200 / 3) == pytest.approx(4 * 2 / 3 - 2)
        assert swing_offset(1, 4, 50, 60) == pytest.approx(2 * 0.6 - 1)
        assert swing_offset(3, 4, 50, 60) == pytest.approx(2 * 0.6 - 1)
        assert swing_offset(2, 4, 50, 60) == 0

    def test_sixteenths_lie_within_the_swung_eighths(self) -> None:
        # the first eighth is 60 % of the quarter, its middle at 30 %, with a swing of 60 at 36 %
        assert swing_offset(1, 4, 60, 50) == pytest.approx(4 * 0.30 - 1)
        assert swing_offset(1, 4, 60, 60) == pytest.approx(4 * 0.36 - 1)
        assert swing_offset(3, 4, 60, 60) == pytest.approx(4 * (0.6 + 0.4 * 0.6) - 3)
        assert [swing_offset(s, 4, 60, 60) for s in (0, 4, 8)] == [0, 0, 0]

    def test_triplet_grids_hold_their_swing(self) -> None:
        assert [swing_offset(s, 3, 66.7) for s in range(3)] == [0, 0, 0]

    def test_refuses_what_is_no_percent(self) -> None:
        with pytest.raises(ValueError, match="percent"):
            swing_offset(1, 4, 0)

    def swung(self, percent: float) -> Pattern:
        hits = (Hit(s, Voice.RIDE, 80, swing_offset(s, 4, percent)) for s in range(0, 32, 2))
        return Pattern(Metre(), 2, 4, tuple(hits))

    def test_swing_is_not_counted_twice(self) -> None:
        """The ride of a jazz pattern: what the prior swings of itself does not come on top of the grid's swing."""
        played = offsets(as_played(self.swung(62), tempo=140, deterministic=True))
        beats, upbeats = played[::2], played[1::2]
        assert upbeats[1:].mean() - beats[1:].mean() == pytest.approx(swing_offset(2, 4, 62), abs=0.02)

    def test_who_is_late_throughout_does_not_swing(self) -> None:
        late = Pattern(Metre(), 2, 4, tuple(Hit(s, Voice.RIDE, 80, 0.2) for s in range(0, 32, 2)))
        played = as_played(late, tempo=120, prior=flat_prior(0.05, 80))
        assert np.allclose(offsets(played), 0.05, atol=1e-3)

    def test_offsets_come_on_top_of_the_swung_grid(self) -> None:
        given = self.swung(60)
        played = as_played(given, tempo=120, prior=flat_prior(0.1, 80))
        assert np.allclose(offsets(played) - offsets(given), 0.1, atol=1e-3)

    @pytest.mark.parametrize("stated", [50, 60])
    def test_a_feel_states_the_swing_and_leaves_it_to_the_grid(self, stated: float) -> None:
        swinger = Feel(metre="4/4", steps_per_quarter=4, swing_eighths=stated)
        played = offsets(as_played(self.swung(50), tempo=120, feel=swinger, deterministic=True))
        assert played[2::2].mean() == pytest.approx(played[1::2].mean(), abs=0.02)


class TestFeel:
    def test_an_even_player_is_followed(self, rock: Pattern) -> None:
        habit = {"offset_ms": 25, "offset_spread_ms": 3, "velocity": 110, "velocity_spread": 2}
        late = [cell(Voice.SNARE, s, **habit) for s in (4, 12)]
        feel = Feel(metre="4/4", steps_per_quarter=4, cells=late)
        backbeats = backbeats_of(as_played(rock, tempo=100, feel=feel))
        assert np.mean([hit.offset * 150 for hit in backbeats]) == pytest.approx(25, abs=6)
        assert np.mean([hit.velocity for hit in backbeats]) == pytest.approx(110, abs=9)

    def test_a_machine_is_followed_to_its_grid(self) -> None:
        exactly = {"offset_spread_ms": 0, "velocity": 100, "velocity_spread": 0, "count": 5000}
        exact = [cell(Voice.CLOSED_HAT, s, **exactly) for s in range(16)]
        hats = Pattern(Metre(), 2, 4, tuple(Hit(s, Voice.CLOSED_HAT, 60) for s in range(32)))
        played = as_played(hats, tempo=120, feel=Feel(metre="4/4", steps_per_quarter=4, cells=exact))
        assert np.abs(offsets(played) * 125).max() < 1.0
        assert set(velocities(played, Voice.CLOSED_HAT)) <= {99, 100, 101}

    def test_thin_evidence_falls_back(self, rock: Pattern) -> None:
        def distance(count: int) -> float:
            cells = [cell(Voice.SNARE, s, velocity=20, velocity_spread=5, count=count) for s in (4, 12)]
            feel = Feel(metre="4/4", steps_per_quarter=4, cells=cells)
            played = as_played(rock, tempo=100, feel=feel, deterministic=True)
            return float(np.mean([h.velocity for h in backbeats_of(played)]))

        assert distance(1) > distance(10) + 3 > distance(1000) + 6

    def test_a_louder_artist_is_played_louder(self, rock: Pattern) -> None:
        def mean(level: float) -> float:
            cells = [
                cell(voice, s, velocity=level, velocity_spread=20, offset_spread_ms=25, count=40)
                for voice in (Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT)
                for s in range(16)
            ]
            played = as_played(rock, tempo=100, feel=Feel(metre="4/4", steps_per_quarter=4, cells=cells))
            return float(np.mean([hit.velocity for hit in played.hits]))

        assert mean(95) > mean(55) + 15

    def test_back_off_fills_thin_places_from_the_style(self) -> None:
        kicks = [cell(Voice.KICK, 0, velocity=100, count=20)]
        artist = Feel(metre="4/4", steps_per_quarter=4, swing_eighths=58, cells=kicks)
        style = Feel(
            metre="4/4",
            steps_per_quarter=4,
            swing_eighths=50,
            cells=[cell(Voice.KICK, 0, velocity=60, count=900), cell(Voice.SNARE, 4, velocity=90, count=900)],
        )
        both = back_off(artist, style)
        assert both is not None
        assert both.swing_eighths == 58
        kick, snare = both.cells
        # 20 hits of the artist's and 20 of the style's: half way, spread by the distance between them
        assert kick.velocity == pytest.approx(80)
        assert kick.velocity_spread == pytest.approx(math.hypot(5, 20))
        assert (kick.count, snare.count, snare.velocity) == (40, 20, 90)

    def test_back_off_with_one_of_them(self) -> None:
        feel = Feel(metre="4/4", steps_per_quarter=4, cells=[cell(Voice.KICK, 0)])
        other = Feel(metre="6/8", steps_per_quarter=4, cells=[cell(Voice.KICK, 0, velocity=10)])
        assert back_off(feel, None) is back_off(None, feel) is feel
        assert back_off(None, None) is None
        assert back_off(feel, other) is feel

    def test_habits_are_sums_that_add_up(self) -> None:
        cells = [cell(Voice.SNARE, 4, offset_ms=10, offset_spread_ms=3, velocity=90, velocity_spread=4, count=50)]
        cells.append(cell(Voice.SIDE_STICK, 4, offset_spread_ms=0, velocity=40, velocity_spread=0, count=10))
        cells.append(cell(Voice.SNARE, 6, count=7))
        habits = habits_of(Feel(metre="4/4", steps_per_quarter=4, cells=cells))
        assert habits.shape == (QUANTITIES, 3, BAR, LANES)
        assert habits[0, :, 4, 1].tolist() == [60, 500, 50 * (100 + 9)]
        assert habits[1, :, 4, 1].tolist() == [60, 50 * 90 + 10 * 40, 50 * (90**2 + 16) + 10 * 1600]
        assert habits[0, :, 6].sum() == 0  # an upbeat's timing may be swing
        assert habits[1, 0, 6, 1] == 7


class TestPrior:
    def test_ships_small_and_with_its_attribution(self) -> None:
        data = resources.files("mdg_drummer").joinpath("data")
        assert len(data.joinpath("human_prior.npz").read_bytes()) < 1_000_000
        attribution = data.joinpath("human_prior.txt").read_text()
        for word in ("Groove MIDI Dataset v1.0.0", "Google LLC", "CC BY 4.0", "Gillick"):
            assert word in attribution

    def test_runs_on_numpy_alone(self) -> None:
        code = (
            "import sys; from mdg_drummer.feel import play; from mdg_drummer.feel_prior import packaged_prior;"
            "from mdg_core.kit import Voice; from mdg_core.pattern import *; hits = (Hit(0, Voice.KICK, 80),);"
            "play(Pattern(Metre(), 1, 4, hits), tempo=100, prior=packaged_prior());"
            "print([m for m in ('torch', 'scipy', 'sklearn', 'pandas') if m in sys.modules])"
        )
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert found.stdout.strip() == "[]"

    def test_one_layer_by_hand(self) -> None:
        """A gated recurrent unit, h' = (1 - z) n + z h with n = tanh(W x + b + r (U h + c)), both ways."""
        rng = np.random.default_rng(0)
        w, u = rng.normal(size=(4, 3, 6)).astype(np.float32), rng.normal(size=(4, 2, 6)).astype(np.float32)
        b, c = (rng.normal(size=(4, 1, 6)).astype(np.float32) for _ in range(2))
        x = rng.normal(size=(2, 5, 1, 3)).astype(np.float32)
        found = Layer(w, u, b, c)(x)
        for quantity in range(2):
            for way in range(2):
                d, state = 2 * quantity + way, np.zeros(2)
                for t in range(5)[:: -1 if way else 1]:
                    i, r = x[quantity, t, 0] @ w[d] + b[d, 0], state @ u[d] + c[d, 0]
                    reset, update = (1 / (1 + np.exp(-(i + r)[k : k + 2])) for k in (0, 2))
                    new = np.tanh(i[4:] + reset * r[4:])
                    state = (1 - update) * new + update * state
                    assert np.allclose(found[quantity, t, 0, 2 * way : 2 * way + 2], state, atol=1e-5)

    def test_quantiles_ascend_within_limits(self) -> None:
        rng = np.random.default_rng(1)
        hits = rng.random((3, CELLS, LANES)) < 0.3
        positions = np.tile(np.arange(CELLS) % BAR, (3, 1))
        found = PRIOR.quantiles(hits, positions, np.array([60, 120, 240], np.float32))
        assert found.shape == (QUANTITIES, 3, CELLS, LANES, len(LEVELS))
        assert not found[:, ~hits].any()
        found = found[:, hits]
        assert (np.diff(found, axis=-1) >= 0).all()
        assert np.abs(found[0]).max() <= 0.5
        assert found[1].min() >= 1
        assert found[1].max() <= 127

    def test_features_tell_the_habits(self) -> None:
        habits = feel_prior.habit_sums([0], [4], [[10.0], [100.0]], [[3.0], [5.0]], [20])[None]
        nothing, positions = np.zeros((1, CELLS, LANES), bool), np.arange(CELLS)[None] % BAR
        x = features(nothing, positions, np.array([110], np.float32), habits)
        assert x.shape == (QUANTITIES, CELLS, 1, INPUTS)
        lane = x[1, 4, 0, -4 * LANES :].reshape(4, LANES)
        # 20 hits against as many pseudo-counts: half of (100 - 70) / 30 and of 5 / 30
        assert np.allclose(lane[:, 0], [0.5, 0.5 * 5 / 30, 0.5, 0.0], atol=1e-4)
        assert not lane[:, 1:].any()
        assert np.allclose(x[0, 4, 0, -4 * LANES :].reshape(4, LANES)[:, 0], [0.25, 0.5 * 3 / 20, 0.5, 0], atol=1e-4)

    def test_mean_and_draws_of_quantiles(self) -> None:
        straight = LEVELS[None].astype(np.float32)  # of the uniform distribution on 0-1
        assert mean_of(straight)[0] == pytest.approx(0.5, abs=1e-3)
        levels = np.array([0.003, 0.05, 0.33, 0.5, 0.97, 0.999])
        drawn = value_at(np.tile(straight, (6, 1)), levels, (-9, 9))
        assert np.allclose(drawn[1:5], levels[1:5], atol=1e-6)
        assert drawn[0] < 0.01
        assert 0.99 < drawn[5] < 1.1
        assert value_at(straight, np.array([1e-12]), (-0.01, 1))[0] == -0.01

    def test_says_where_it_comes_from(self) -> None:
        data = resources.files("mdg_drummer").joinpath("data/human_prior.npz").read_bytes()
        origin = feel_prior.unpack(data).origin
        assert origin.version == hashlib.sha256(data).hexdigest()[:12]
        assert len(origin.corpus) == 64
        assert origin.command.startswith("python -m mdg_pipeline.fit groove --out human_prior.npz")
        arrays = {name: array for name, array in np.load(io.BytesIO(data)).items() if name != "origin.json"}
        assert feel_prior.pack(arrays, corpus=origin.corpus, command=origin.command) == data
        other = feel_prior.unpack(feel_prior.pack(arrays, corpus="abc", command="fit")).origin
        assert (other.corpus, other.command) == ("abc", "fit")
        assert other.version != origin.version

    def test_a_file_without_an_origin_has_a_version(self) -> None:
        data = resources.files("mdg_drummer").joinpath("data/human_prior.npz").read_bytes()
        file = io.BytesIO()
        np.savez(file, **{name: array for name, array in np.load(io.BytesIO(data)).items() if name != "origin.json"})
        origin = feel_prior.unpack(file.getvalue()).origin
        assert (len(origin.version), origin.corpus, origin.command) == (12, "", "")

    @pytest.mark.parametrize("damage", ["cut", "text", "shape", "nan", "missing", "huge", "pickle", "origin"])
    def test_refuses_a_damaged_file(self, damage: str, tmp_path: object) -> None:
        data = resources.files("mdg_drummer").joinpath("data/human_prior.npz").read_bytes()
        arrays = {name: array for name, array in np.load(io.BytesIO(data)).items() if name != "origin.json"}
        if damage == "cut":
            data = data[: len(data) // 2]
        elif damage == "text":
            data = b"no prior at all"
        elif damage == "huge":
            data = bytes(feel_prior.MAX_PRIOR_BYTES + 1)
        elif damage == "origin":
            file = io.BytesIO(data)
            with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr("origin.json", "[1, 2]")
            data = file.getvalue()
        elif damage == "pickle":
            file = io.BytesIO()
            np.savez(file, head=np.array([object()]))
            data = file.getvalue()
        else:
            if damage == "shape":
                arrays["head"] = arrays["head"][:, :-1]
            elif damage == "nan":
                arrays["head"][0, 0, 0] = np.nan
            else:
                del arrays["w_in_1"]
            data = feel_prior.pack(arrays)
        with pytest.raises(MdgError, match="prior"):
            feel_prior.unpack(data)
