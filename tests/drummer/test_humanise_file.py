"""The humaniser on a user's own files: pulse, order, dynamics, metres and length stay the user's."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from mdg_core import smf
from mdg_core.kit import Voice
from mdg_core.midi import ClipNote, Take, read_midi, write_midi
from mdg_core.pattern import Metre
from mdg_core.profile import Feel, FeelCell
from mdg_drummer.humanise_file import HumanisedBeforeError, humanise_file
from mdg_drummer.remark import remark_in
from tests.drummer.people import PRIOR

KICK, SNARE, HAT = 36, 38, 42
SEEDS = range(30)
TICKS = 480


def beat(
    bars: int = 8,
    loud: Callable[[float], float] = lambda at: 1.0,
    *,
    hats: tuple[int, int] = (80, 80),
    ghosts: bool = False,
) -> bytes:
    """Eighth hats (on and off the beat), kick on 1, 3 and 3+, snare on 2 and 4; `loud` of where in the clip, 0-1."""
    strokes = [(HAT, eighth / 2, hats[eighth % 2]) for eighth in range(8)]
    strokes += [(KICK, at, 100) for at in (0, 2, 2.5)] + [(SNARE, at, 110) for at in (1, 3)]
    if ghosts:
        strokes += [(SNARE, at, 35) for at in (1.75, 2.25)]
    notes = []
    for bar in range(bars):
        for pitch, at, velocity in strokes:
            level = round(velocity * loud((bar + at / 4) / bars))
            notes.append(ClipNote(pitch, 4 * bar + at, 0.1, min(127, max(1, level))))
    return write_midi(notes, tempo=100, metre=Metre(), name="beat", quarters=Fraction(4 * bars))


def by_pitch(take: Take) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pitches, ticks and velocities, stroke after stroke of each pitch: the humaniser keeps that order."""
    order = np.lexsort((take.onset_ticks, take.pitch))
    return take.pitch[order], take.onset_ticks[order], take.velocity[order]


def played(data: bytes, **settings: object) -> Take:
    return read_midi(humanise_file(data, prior=PRIOR, **settings).midi)  # type: ignore[arg-type]


def envelope(ticks: np.ndarray, velocity: np.ndarray) -> np.ndarray:
    bar = ticks // (4 * TICKS)
    return np.array([velocity[bar == number].mean() for number in range(bar.max() + 1)])


LOUDNESS: dict[str, Callable[[float], float]] = {
    "as written": lambda at: 1.0,
    "verse at half": lambda at: 0.5 if at < 0.5 else 1.0,
    "verse and chorus by turns": lambda at: 0.5 if at * 4 % 2 < 1 else 1.0,
    "crescendo": lambda at: 0.3 + 0.8 * at,
    "diminuendo": lambda at: 1.1 - 0.8 * at,
    "quiet": lambda at: 0.4,
    "loud": lambda at: 1.15,
}
BEATS = {"flat": {}, "accented hats": {"hats": (90, 65)}, "ghosts": {"ghosts": True}}


class TestDynamics:
    @pytest.mark.parametrize("loudness", LOUDNESS)
    @pytest.mark.parametrize("kind", BEATS)
    def test_the_envelope_and_the_level_of_each_voice_stay(self, kind: str, loudness: str) -> None:
        data = beat(8, LOUDNESS[loudness], **BEATS[kind])  # type: ignore[arg-type]
        pitch, ticks, given = by_pitch(read_midi(data))
        wanted = envelope(ticks, given)
        for seed in SEEDS:
            _, _, velocity = by_pitch(played(data, seed=seed))
            for voice in (KICK, SNARE, HAT):
                assert abs(velocity[pitch == voice].mean() - given[pitch == voice].mean()) <= 6
            if wanted.std() > 2:
                assert np.corrcoef(wanted, envelope(ticks, velocity))[0, 1] >= 0.95
            assert (velocity >= np.minimum(given, np.maximum(12, 0.34 * given))).all()

    @pytest.mark.parametrize("kind", ["accented hats", "ghosts"])
    def test_velocities_that_vary_are_given(self, kind: str) -> None:
        data = beat(4, **BEATS[kind])  # type: ignore[arg-type]
        pitch, _, given = by_pitch(read_midi(data))
        for seed in range(10):
            velocity = by_pitch(played(data, seed=seed))[2]
            assert 0.5 < np.abs(velocity - given).mean() < 3.9
            assert np.abs(velocity - given).max() <= 14
            assert velocity[given == 35].max(initial=0) < 50
        assert pitch.size

    def test_hats_written_at_65_and_90_stay_audible(self) -> None:
        data = beat(8, hats=(65, 90))
        for seed in SEEDS:
            assert played(data, seed=seed).velocity.min() > 45

    @pytest.mark.parametrize("level", [100, 127])
    def test_a_flat_clip_gets_accents_without_a_pile_at_the_top(self, level: int) -> None:
        notes = [ClipNote(HAT, eighth / 2, 0.1, level) for eighth in range(64)]
        data = write_midi(notes, tempo=100, metre=Metre(), name="", quarters=Fraction(32))
        velocity = played(data).velocity
        assert velocity.std() > 3
        assert (velocity == 127).mean() < 0.06
        assert abs(velocity.mean() - level) <= 6

    def test_no_amount_leaves_every_stroke_as_it_is(self) -> None:
        data = beat(4, LOUDNESS["crescendo"], ghosts=True)
        before, after = read_midi(data), played(data, timing=0, velocity=0)
        assert (before.onset_ticks == after.onset_ticks).all()
        assert (before.velocity == after.velocity).all()

    def test_half_the_amount_is_half_way(self) -> None:
        data = beat(4)
        whole, half = (by_pitch(played(data, seed=3, velocity=amount))[2] for amount in (1, 0.5))
        given = by_pitch(read_midi(data))[2]
        assert np.abs(half - (given + whole) / 2).max() <= 1

    @pytest.mark.parametrize("amounts", [{"timing": 1.1}, {"velocity": -0.1}])
    def test_amounts_are_0_to_1(self, amounts: dict[str, float]) -> None:
        with pytest.raises(ValueError, match="amounts"):
            humanise_file(beat(), prior=PRIOR, **amounts)  # type: ignore[arg-type]

    def test_kept_accents_are_the_backbeat_of_a_rock_beat(self) -> None:
        """The snare has one velocity: its median is no measure, the kit's softer strokes are."""
        data = beat(4)
        pitch, _, given = by_pitch(read_midi(data))
        for seed in range(10):
            velocity = by_pitch(played(data, seed=seed, keep_accents=True))[2]
            assert (velocity[pitch == SNARE] == 110).all()
            assert len(set(velocity[pitch == HAT].tolist())) > 5
        assert given.size

    def test_kept_accents_and_the_order_below_them(self) -> None:
        data = beat(4, hats=(90, 60), ghosts=True)
        pitch, _, given = by_pitch(read_midi(data))
        velocity = by_pitch(played(data, keep_accents=True))[2]
        snare = pitch == SNARE
        assert (velocity[snare & (given == 110)] == 110).all()
        assert velocity[snare & (given == 35)].max() < 110
        hats = pitch == HAT
        assert velocity[hats & (given == 60)].max() < velocity[hats & (given == 90)].min()

    def test_a_flam_keeps_its_proportion(self) -> None:
        notes = [ClipNote(SNARE, quarter, 0.05, 100) for quarter in range(8)]
        notes += [ClipNote(SNARE, quarter - 0.06, 0.05, 30) for quarter in range(1, 8)]
        data = write_midi(notes, tempo=100, metre=Metre(), name="", quarters=Fraction(8))
        before, after = read_midi(data), played(data)
        assert (np.diff(after.onset_ticks)[::2][:7] > 0).all()
        grace, main = after.velocity[1::2], after.velocity[2::2]
        assert len(after) == len(before)
        assert (grace < 0.5 * main).all()


def lean(pitch: int, ms: float) -> list[FeelCell]:
    voice = {KICK: Voice.KICK, SNARE: Voice.SNARE, HAT: Voice.CLOSED_HAT}[pitch]
    return [
        FeelCell(voice=voice, step=step, offset_ms=ms, offset_spread_ms=3, velocity=100, velocity_spread=4, count=2000)
        for step in range(16)
    ]


class TestTiming:
    @pytest.mark.parametrize("deterministic", [True, False])
    def test_the_pulse_stays_on_the_beat(self, deterministic: bool) -> None:
        data = beat(8)
        pitch, ticks, _ = by_pitch(read_midi(data))
        for seed in range(6):
            late = by_pitch(played(data, seed=seed, deterministic=deterministic))[1] - ticks
            assert abs(late[np.isin(pitch, (KICK, HAT))].mean()) < 3

    def test_an_artist_leans_voice_against_voice(self) -> None:
        cells = [*lean(KICK, -30), *lean(HAT, -30), *lean(SNARE, -5)]
        feel = Feel(metre="4/4", steps_per_quarter=4, cells=cells)
        data = beat(8)
        pitch, ticks, _ = by_pitch(read_midi(data))
        late = (by_pitch(played(data, feels=[feel]))[1] - ticks) * 60_000 / 100 / TICKS
        assert abs(late[np.isin(pitch, (KICK, HAT))].mean()) < 3
        assert late[pitch == SNARE].mean() == pytest.approx(25, abs=8)

    @pytest.mark.parametrize("seed", range(8))
    def test_a_loop_begins_on_its_first_stroke(self, seed: int) -> None:
        """Its first step moves as one; no stroke comes before the start, and the rest is not early for it."""
        take = played(beat(2), seed=seed)
        assert take.onset_ticks[0] >= 0
        first = take.onset_ticks[take.onset_ticks < 100]
        assert len(first) == 2
        assert first.min() < 100

    def test_order_and_length_stay(self) -> None:
        roll = [ClipNote(SNARE, step / 8, 0.05, 60 + step % 3 * 20) for step in range(64)]
        data = write_midi(roll, tempo=180, metre=Metre(), name="", quarters=Fraction(8))
        for seed in range(5):
            out = humanise_file(data, prior=PRIOR, seed=seed).midi
            assert len(read_midi(out)) == 64
            assert [int(track.tick[-1]) for track in smf.parse(out).tracks] == [8 * TICKS] * 2

    def test_triplets_in_a_straight_beat_keep_their_places(self) -> None:
        notes = [ClipNote(HAT, step / 4, 0.05, 80) for step in range(64) if step // 4 != 15]
        notes += [ClipNote(SNARE, 15 + third / 3, 0.05, 100) for third in range(3)]
        data = write_midi(notes, tempo=100, metre=Metre(), name="", quarters=Fraction(16))
        takes = [played(data, seed=seed) for seed in range(20)]
        middles = np.mean([take.onset_quarters[take.pitch == SNARE] for take in takes], axis=0)
        assert np.abs(middles - (15 + np.arange(3) / 3)).max() < 0.03

    def test_a_tempo_change_keeps_the_milliseconds(self) -> None:
        once, twice = (
            read_midi(humanise_file(with_metres([(4, 4, 0)], [(60, 0), (slow, 16)], 8), prior=PRIOR).midi)
            for slow in (60, 240)
        )
        late = [
            np.abs(take.onset_quarters * 2 - np.rint(take.onset_quarters * 2))[-16:].mean() for take in (once, twice)
        ]
        assert late[1] > 1.5 * late[0]


def with_metres(metres: list[tuple[int, int, int]], tempi: list[tuple[float, int]], bars_of_4: int) -> bytes:
    """Hats in eighths, kick and snare by turns in quarters; metres and tempi as (value, at quarter)."""
    conductor = [
        (at * TICKS, smf.meta_event(smf.META_METRE, bytes((n, d.bit_length() - 1, 24, 8)))) for n, d, at in metres
    ]
    conductor += [
        (at * TICKS, smf.meta_event(smf.META_TEMPO, round(60_000_000 / bpm).to_bytes(3, "big"))) for bpm, at in tempi
    ]
    end = (bars_of_4 * 4 * TICKS, smf.meta_event(smf.META_END, b""))
    drums = []
    for eighth in range(bars_of_4 * 8):
        tick = eighth * TICKS // 2
        for pitch in (HAT, *(() if eighth % 2 else ((KICK, SNARE)[eighth // 2 % 2],))):
            drums += [(tick, bytes((0x99, pitch, 90))), (tick + 60, bytes((0x89, pitch, 0)))]
    drums.sort()
    head = smf.chunk(b"MThd", b"\0\1\0\2" + TICKS.to_bytes(2, "big"))
    return head + smf.track_chunk([*sorted(conductor), end]) + smf.track_chunk([*drums, end])


def test_a_grid_of_few_ticks_is_told() -> None:
    coarse = beat(2).replace((480).to_bytes(2, "big"), (24).to_bytes(2, "big"), 1)
    assert "24 ticks a quarter" in humanise_file(coarse, prior=PRIOR).notes[-1]
    assert not humanise_file(coarse, prior=PRIOR, timing=0).notes


class TestMetres:
    @pytest.mark.parametrize(
        "metres",
        [
            [(4, 4, 0), (3, 4, 16), (4, 4, 28)],
            [(4, 4, 0), (2, 4, 16), (4, 4, 18)],
            [(7, 8, 0), (4, 4, 14)],
            [(4, 4, at) if at % 7 == 0 else (3, 4, at) for at in (0, 4, 7, 11, 14, 18, 21, 25)],
            [(5, 4, 0), (6, 8, 10), (4, 4, 16)],
        ],
    )
    def test_every_stretch_moves(self, metres: list[tuple[int, int, int]]) -> None:
        data = with_metres(metres, [(110, 0)], 8)
        pitch, ticks, _ = by_pitch(read_midi(data))
        stretch = np.searchsorted([at * TICKS for _, _, at in metres], ticks, side="right")
        moved = np.mean([by_pitch(played(data, seed=seed))[1] != ticks for seed in range(5)], axis=0)
        assert moved.mean() > 0.95
        for number in np.unique(stretch):
            assert moved[stretch == number].mean() > 0.8  # of a short one the first stroke may stay
        assert len(pitch)

    @pytest.mark.parametrize("seed", range(4))
    def test_a_click_throughout_stays(self, seed: int) -> None:
        clicks = [ClipNote(37, float(beat), 0.1, 90) for beat in range(16)]
        beat = [ClipNote((KICK, SNARE)[i % 2], float(i), 0.1, 100 + i % 3) for i in range(16)]
        hats = [ClipNote(HAT, i / 2, 0.1, 70 + i % 5) for i in range(32)]
        data = write_midi([*clicks, *beat, *hats], tempo=100, metre=Metre(), name="", quarters=Fraction(16))
        take = read_midi(humanise_file(data, prior=PRIOR, seed=seed).midi)
        assert take.onset_ticks[take.pitch == 37].tolist() == [480 * i for i in range(16)]
        assert take.velocity[take.pitch == 37].tolist() == [90] * 16
        assert (take.onset_ticks[take.pitch == HAT] % 240 != 0).any()

    def test_a_count_in_stays(self) -> None:
        notes = [ClipNote(37, quarter, 0.1, 90) for quarter in range(4)]
        notes += [
            ClipNote(note.pitch, note.start_quarters + 4, 0.1, note.velocity)
            for note in (
                *(ClipNote(HAT, eighth / 2, 0.1, 80) for eighth in range(32)),
                *(ClipNote(KICK, bar * 4 + at, 0.1, 100) for bar in range(4) for at in (0, 2)),
                *(ClipNote(SNARE, bar * 4 + at, 0.1, 110) for bar in range(4) for at in (1, 3)),
            )
        ]
        data = write_midi(notes, tempo=100, metre=Metre(), name="", quarters=Fraction(20))
        result = humanise_file(data, prior=PRIOR)
        take = read_midi(result.midi)
        assert take.onset_ticks[take.pitch == 37].tolist() == [0, 480, 960, 1440]
        assert take.velocity[take.pitch == 37].tolist() == [90] * 4
        assert result.notes == ("the first 4 strokes count in; they stay as they are",)


class TestRemark:
    def test_what_was_humanised_is_known_and_refused(self) -> None:
        first = humanise_file(beat(2), prior=PRIOR, seed=3, timing=0.5, like="Some One")
        assert first.notes == ()
        assert remark_in(smf.parse(first.midi)) == "seed 3, timing 0.5, velocity 1, like Some One"
        with pytest.raises(HumanisedBeforeError, match=r"seed 3, timing 0\.5"):
            humanise_file(first.midi, prior=PRIOR)
        second = humanise_file(first.midi, prior=PRIOR, seed=4, again=True)
        assert "moved further" in second.notes[0]
        assert second.midi != first.midi

    def test_other_texts_say_nothing(self) -> None:
        data = beat(2)
        assert remark_in(smf.parse(data)) is None
        take = read_midi(data)
        from mdg_core.retime import retime_midi

        text = retime_midi(data, take.onset_ticks, take.velocity, remark="humanised by hand")
        assert remark_in(smf.parse(text)) is None


def test_takes_of_a_person_keep_what_they_played(groove_corpus: Path) -> None:
    """Every thirtieth take, with its velocities: the envelope by bar, the level of each voice, the ghosts."""
    tried = 0
    for path in sorted(groove_corpus.glob("drummer[13578]/*/*_beat_4-4.mid"))[::30]:
        data = path.read_bytes()
        given = read_midi(data)
        if len(given) < 200:
            continue
        tried += 1
        out = humanise_file(data, prior=PRIOR, timing=0, seed=tried).midi
        after = read_midi(out)
        assert (after.onset_ticks == given.onset_ticks).all()
        assert np.abs(after.velocity - given.velocity).mean() < 3.9
        assert np.corrcoef(after.velocity, given.velocity)[0, 1] > 0.97
        bar = (given.onset_quarters // 4).astype(int)
        bars, count = np.unique(bar, return_counts=True)
        one, two = (np.bincount(bar, weights=take.velocity)[bars] / count for take in (given, after))
        assert np.corrcoef(one, two)[0, 1] >= 0.95
        ghosts = (given.voice_code == tuple(Voice).index(Voice.SNARE)) & (given.velocity < 50)
        assert (after.velocity[ghosts] <= 70).all()
    assert tried >= 5
