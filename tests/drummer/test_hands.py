"""Clips take timing and touch from the artist's performances: planted takes, and what clips made of them show."""

from __future__ import annotations

import numpy as np
import pytest

from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.profile import Feel, Performance, StyleProfile, Technique
from mdg_drummer.blend import blended
from mdg_drummer.hands import hands_of, joined, lean_of
from mdg_drummer.player import Player, player_of
from mdg_drummer.playing import Part, play
from mdg_drummer.request import GenerationRequest
from mdg_drummer.template import Clips, generate
from tests.drummer.people import PRIOR, library_of
from tests.drummer.profiles import rock

V = Voice
BEAT = {V.CLOSED_HAT: range(0, 16, 2), V.SNARE: (4, 12), V.KICK: (0, 6, 8)}
LEVELS = {V.CLOSED_HAT: 80, V.SNARE: 112, V.KICK: 104}
FEEL = Feel(metre="4/4", steps_per_quarter=4)


def performance(
    seed: int,
    *,
    lean: dict[Voice, float] | None = None,
    step_ms: float = 0.0,
    drift_ms: float = 0.0,
    limb_ms: float = 0.0,
    swing: float = 50.0,
    ceiling: int = 127,
    anchored: bool = False,
    tempo: float = 120.0,
    bars: int = 8,
) -> Performance:
    """Eight bars of rock: offsets of which the parts are known."""
    rng = np.random.default_rng(seed)
    strokes = sorted((bar * 16 + step, voice) for bar in range(bars) for voice, at in BEAT.items() for step in at)
    shared, slow = step_ms * rng.standard_normal(16 * bars), drift_ms * rng.standard_normal(bars)
    late = []
    for step, voice in strokes:
        swung = (swing - 50) / 100 * 2 * 60_000 / tempo / 2 if step % 4 == 2 else 0.0
        fell = shared[step] + slow[step // 16] + limb_ms * rng.standard_normal() + swung
        late.append(0.0 if anchored and step == 0 else (lean or {}).get(voice, 0.0) + fell)
    kit = list(BEAT)
    return Performance(
        document=f"take {seed}",
        style="rock",
        tempo=tempo,
        metre="4/4",
        steps_per_quarter=4,
        bars=bars,
        swing_eighths=swing,
        kit=kit,
        steps=[step for step, _ in strokes],
        voice=[kit.index(voice) for _, voice in strokes],
        offset_ms=late,
        velocity=[min(ceiling, int(LEVELS[voice] + rng.integers(-6, 7))) for _, voice in strokes],
    )


def groove(bars: int = 4) -> Pattern:
    hits = [Hit(b * 16 + s, v, LEVELS[v]) for b in range(bars) for v, at in BEAT.items() for s in at]
    return Pattern(Metre(), bars, 4, tuple(hits))


def clips(takes: list[Performance], count: int = 40, pattern: Pattern | None = None) -> list[Pattern]:
    player = Player(PRIOR, hands_of(takes))
    parts = [Part(pattern or groove(), FEEL, "rock", seed) for seed in range(count)]
    return play(parts, player, GenerationRequest(artist="A"), tempo=120)


def late_ms(pattern: Pattern, voice: Voice) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Without the first step, which begins the clip."""
    return np.array([hit.offset * 125 for hit in pattern.hits if hit.voice is voice and hit.step])


def test_the_lean_of_each_voice_is_the_artists() -> None:
    lean = {V.SNARE: 14.0, V.KICK: 3.0, V.CLOSED_HAT: 1.0}
    played = clips([performance(seed, lean=lean, limb_ms=3) for seed in range(24)])
    for voice, ms in lean.items():
        assert np.mean(np.concatenate([late_ms(p, voice) for p in played])) == pytest.approx(ms, abs=1)


@pytest.mark.parametrize("ms", [4.0, 16.0])
def test_clips_are_as_loose_as_the_takes(ms: float) -> None:
    played = clips([performance(seed, step_ms=ms) for seed in range(24)])
    assert np.concatenate([late_ms(p, V.CLOSED_HAT) for p in played]).std() == pytest.approx(ms, rel=0.15)


def test_limbs_of_a_step_fall_together() -> None:
    """In takes whose limbs are never apart they are never apart in clips; where they are, as far."""
    together = clips([performance(seed, step_ms=15) for seed in range(24)])
    apart = clips([performance(seed, limb_ms=8) for seed in range(24)])
    assert np.median(_from_hat(together)) < 1
    assert np.median(_from_hat(apart)) == pytest.approx(0.6745 * 8 * np.sqrt(2), rel=0.2)


def _from_hat(played: list[Pattern]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    out = []
    for pattern in played:
        hats = {hit.step: hit.offset for hit in pattern.hits if hit.voice is V.CLOSED_HAT}
        out += [abs(hit.offset - hats[hit.step]) * 125 for hit in pattern.hits if hit.voice in (V.KICK, V.SNARE)]
    return np.array(out)


def test_bars_drift_as_takes_do() -> None:
    def drift(patterns: list[Pattern]) -> float:
        bars = [[np.mean([h.offset * 125 for h in p.bar(b).hits if h.step]) for b in range(p.bars)] for p in patterns]
        return float(np.abs(np.diff(bars, axis=1)).mean())

    drifting = drift(clips([performance(seed, drift_ms=12) for seed in range(24)]))
    alike = 12 * np.sqrt(2) * np.sqrt(2 / np.pi)
    assert drifting > 0.6 * alike
    assert drift(clips([performance(seed, limb_ms=3) for seed in range(24)])) < 0.25 * drifting


def test_a_ceiling_is_kept_and_loudness_varies_as_the_artists() -> None:
    played = clips([performance(seed, ceiling=108) for seed in range(24)])
    snare = np.array([hit.velocity for p in played for hit in p.hits if hit.voice is V.SNARE])
    assert snare.max() == 108
    assert (snare == 108).mean() > 0.5
    hats = np.array([hit.velocity for p in played for hit in p.hits if hit.voice is V.CLOSED_HAT])
    assert hats.std() == pytest.approx(np.sqrt((13**2 - 1) / 12), rel=0.15)


def test_a_ghost_note_is_not_played_as_a_backbeat() -> None:
    ghosts = Pattern(Metre(), 1, 4, (*groove(1).hits, Hit(10, V.SNARE, 28)))
    played = clips([performance(seed) for seed in range(24)], pattern=ghosts)
    assert max(hit.velocity for p in played for hit in p.hits if hit.step == 10 and hit.voice is V.SNARE) < 60


def test_a_voice_nobody_heard_of_the_artist_falls_with_the_others() -> None:
    with_cowbell = Pattern(Metre(), 1, 4, (*groove(1).hits, Hit(4, V.COWBELL, 90)))
    for pattern in clips([performance(seed, step_ms=20) for seed in range(24)], pattern=with_cowbell):
        at = {hit.voice: hit.offset * 125 for hit in pattern.hits if hit.step == 4}
        assert abs(at[V.COWBELL] - at[V.SNARE]) < 8


def test_clips_begin_as_takes_do() -> None:
    """On the grid where takes do; nothing lies before the start and the rest of the clip is not moved by chance."""
    anchored = clips([performance(seed, step_ms=12, anchored=True) for seed in range(24)])
    assert all(min(hit.offset for hit in p.hits if hit.step == 0) == pytest.approx(0, abs=1e-9) for p in anchored)
    loose = clips([performance(seed, step_ms=12) for seed in range(24)])
    assert all(hit.step + hit.offset >= 0 for p in loose for hit in p.hits)
    assert np.mean(np.concatenate([late_ms(p, V.CLOSED_HAT) for p in loose])) == pytest.approx(0, abs=2)


def test_a_clip_of_takes_that_wander_begins_where_a_step_is_on_the_grid() -> None:
    """The first step is hardly moved, and the bars after the first lie where those of the takes do."""
    lean = dict.fromkeys(BEAT, -8.0)
    played = clips([performance(seed, step_ms=12, lean=lean) for seed in range(24)])
    first = [min(hit.offset * 125 for hit in p.hits if hit.step == 0) for p in played]
    assert 0 <= min(first) <= max(first) < 10
    assert np.mean([hit.offset * 125 for p in played for hit in p.hits if hit.step >= 16]) == pytest.approx(-8, abs=2.5)


def test_a_clip_that_is_early_throughout_is_moved_as_a_whole() -> None:
    """The first downbeat does not stand on the grid while all others come before it."""
    played = clips([performance(seed, lean={V.KICK: -20.0}) for seed in range(24)])
    for pattern in played:
        kicks = [hit.offset * 125 for hit in pattern.hits if hit.voice is V.KICK]
        assert max(kicks) - min(kicks) < 4
        assert late_ms(pattern, V.SNARE).mean() == pytest.approx(20, abs=3)


def test_a_clip_swings_as_the_takes_unless_somebody_decided() -> None:
    takes = [performance(seed, swing=60) for seed in range(24)]
    upbeats = [hit.offset for p in clips(takes) for hit in p.hits if hit.step % 4 == 2]
    assert np.mean(upbeats) == pytest.approx(0.4, abs=0.01)
    part = Part(groove(), FEEL, "rock", 1, swing_is_decided=True)
    straight = play([part], Player(PRIOR, hands_of(takes)), GenerationRequest(artist="A"), tempo=120)[0]
    assert np.mean([hit.offset for hit in straight.hits if hit.step % 4 == 2]) == pytest.approx(0, abs=0.01)


def test_few_takes_are_blurred_and_very_few_do_not_decide() -> None:
    exact = {hit.offset for p in clips([performance(seed) for seed in range(24)]) for hit in p.hits}
    assert max(map(abs, exact)) < 0.01
    few = clips([performance(seed, bars=2) for seed in range(6)])
    assert np.concatenate([late_ms(p, V.CLOSED_HAT) for p in few]).std() == pytest.approx(3, rel=0.2)
    hands = hands_of([performance(seed, bars=2) for seed in range(3)])
    assert hands is not None
    assert not hands.decide


def test_the_same_seed_gives_the_same_clip_whatever_is_played_with_it() -> None:
    takes = [performance(seed, step_ms=10) for seed in range(24)]
    assert clips(takes, 5) == clips(takes, 9)[:5]
    assert len({p.hits for p in clips(takes, 5)}) == 5


def test_lean_comes_from_takes_near_in_tempo() -> None:
    slow = [performance(seed, lean={V.SNARE: 30.0}, tempo=70) for seed in range(10)]
    fast = [performance(seed, lean={V.SNARE: 0.0}, tempo=160) for seed in range(10, 20)]
    hands = hands_of([*slow, *fast])
    assert hands is not None
    at = np.array([hands.column_of[V.SNARE]]), np.array([1]), np.array([24])
    found = [float(lean_of(hands, tempo).of(*at)[0]) for tempo in (70, 160)]
    assert found[0] > 20
    assert found[1] < 10


def test_a_blend_takes_strokes_of_both_by_share() -> None:
    one = hands_of([performance(seed, lean={V.SNARE: 24.0}) for seed in range(24)])
    other = hands_of([performance(seed) for seed in range(24, 48)])

    def snare(amount: float) -> float:
        player = Player(PRIOR, joined(one, other, amount))
        parts = [Part(groove(), FEEL, "rock", seed) for seed in range(40)]
        played = play(parts, player, GenerationRequest(artist="A"), tempo=120)
        return float(np.concatenate([late_ms(p, V.SNARE) for p in played]).mean())

    assert snare(0.1) > snare(0.5) > snare(0.9)
    assert joined(one, None, 0.5) is None


def known(*performances: Performance, techniques: tuple[str, ...] = ()) -> StyleProfile:
    said = {"document": "d", "source": "articles", "title": "t", "sentence": "s"}
    named = [Technique.model_validate({"name": name, "statements": [said]}) for name in techniques]
    return rock().model_copy(update={"performances": list(performances), "techniques": named, "feel": []})


def made(profile: StyleProfile, seed: int = 1) -> Clips:
    request = GenerationRequest(artist="A", bars=4, variations=4, seed=seed, provider="template")
    return generate(library_of(profile), request, seed)


def test_words_move_the_snare_where_there_are_no_takes() -> None:
    def snare(*techniques: str) -> float:
        profile = known(techniques=techniques)
        return float(
            np.mean(
                [
                    hit.offset * 15000 / found.tempo
                    for seed in range(20)
                    for found in [made(profile, seed)]
                    for variation in found.variations
                    for hit in variation.pattern.hits
                    if hit.voice is V.SNARE and hit.step
                ]
            )
        )

    plain = snare()
    assert snare("behind the beat") - plain == pytest.approx(10, abs=1.5)
    assert snare("ahead of the beat") - plain == pytest.approx(-9.6, abs=1.5)
    takes = [performance(seed) for seed in range(24)]
    assert player_of(known(*takes, techniques=("behind the beat",)), PRIOR).hands is not None


def test_people_in_general_neither_rush_nor_wobble() -> None:
    """Without anything known the corpus's latency is in no clip, and limbs lie as near as in real takes."""
    parts = [Part(groove(), FEEL, "rock", seed) for seed in range(60)]
    played = play(parts, Player(PRIOR), GenerationRequest(artist="A"), tempo=120)
    every = [hit.offset * 125 for p in played for hit in p.hits if hit.step]
    assert np.mean(every) == pytest.approx(0, abs=2)
    assert 5 < np.std(every) < 14
    assert 2 < np.median(_from_hat(played)) < 9


def test_clips_of_a_profile_and_of_a_blend_are_played_from_its_takes() -> None:
    takes = [performance(seed, lean={V.SNARE: 18.0}, ceiling=100) for seed in range(24)]
    one = library_of(known(*takes))
    request = GenerationRequest(artist="A", bars=4, variations=4, seed=3, provider="template")
    for library in (one, blended(one, library_of(known(*takes)), 0.5)):
        strokes = [hit for v in generate(library, request, 3).variations for hit in v.pattern.hits if hit.step]
        snare = [hit.velocity for hit in strokes if hit.voice is V.SNARE and hit.velocity > 90]
        assert max(snare) <= 100


def test_a_performance_is_whole() -> None:
    whole = performance(1).model_dump()
    with pytest.raises(ValueError, match="a step, a voice"):
        Performance.model_validate(whole | {"velocity": [100]})
    with pytest.raises(ValueError, match="no voice of its kit"):
        Performance.model_validate(whole | {"kit": ["kick"]})
