"""The style vector of a take, and how artists are compared by it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mdg_core import likeness
from mdg_core.groove import GrooveFeatures, describe
from mdg_core.kit import Voice
from mdg_core.likeness import TakeStyle, artist_style
from mdg_core.maps import GM
from mdg_core.midi import ClipNote, read_midi, write_midi
from mdg_core.pattern import Metre
from mdg_core.profile import PlayedStyle
from mdg_core.style_vector import COLUMNS, SIZE, STYLE_VECTOR_VERSION, WEIGHTS, style_columns

INDEX = {column.name: index for index, column in enumerate(COLUMNS)}


def played(
    seed: int, *, hats: int = 8, kick: float = 0.3, flat: bool = False, quantised: bool = False
) -> GrooveFeatures:
    """Eight bars with a backbeat, so many hats a bar, and a kick on so many of the sixteenths."""
    rng = np.random.default_rng(seed)
    notes = []
    for place in range(128):
        struck = [Voice.CLOSED_HAT] if place % (16 // hats) == 0 else []
        struck += [Voice.SNARE] if place % 8 == 4 else []
        struck += [Voice.KICK] if place % 16 == 0 or rng.random() < kick else []
        for voice in struck:
            late = 0.0 if quantised else float(rng.normal(0.01, 0.01))
            loud = 100 if flat else int(np.clip(rng.normal(85, 12), 20, 127))
            notes.append(ClipNote(GM.writing[voice], max(0.0, place / 4 + late), 0.1, loud))
    return describe(read_midi(write_midi(notes, tempo=100, metre=Metre(4, 4), name="", quarters=Fraction(32))))


def style(seed: int, takes: int = 5, **playing: float | bool) -> PlayedStyle:
    heard = [played(100 * seed + take, **playing) for take in range(takes)]  # type: ignore[arg-type]
    found = artist_style(
        [TakeStyle(style_columns(take), take.bars, take.shows_dynamics and take.shows_timing) for take in heard]
    )
    assert found is not None
    return found


def test_columns_are_declared_once_with_a_place_in_the_database() -> None:
    assert len(INDEX) == SIZE == len(WEIGHTS) == 49, "the database column has 49 places"
    assert (WEIGHTS > 0).all()
    assert likeness.reference().mean.shape == (SIZE,), "fitted on these columns"


def test_what_a_take_does_not_show_is_unknown() -> None:
    shown = style_columns(played(1))
    bare = style_columns(played(1, flat=True, quantised=True))
    loose = style_columns(replace(played(1), follows_grid=False))
    for name, index in INDEX.items():
        block = COLUMNS[index].block
        assert bare[index] is None or block not in ("velocity", "feel"), name
        assert (loose[index] is None) or block in ("strokes", "velocity"), name
        assert shown[index] is not None or name in {
            "backbeat_accent", "ghost_share", "swing_percent", "swing_sixteenths", "fill_share",
        }, name  # fmt: skip
    assert bare[INDEX["closed_hat_strokes"]] == pytest.approx(shown[INDEX["closed_hat_strokes"]], rel=0.02)


def test_the_numbers_are_those_of_the_playing() -> None:
    columns = style_columns(played(2, hats=16, kick=0.0, quantised=True))
    assert columns[INDEX["closed_hat_strokes"]] == pytest.approx(np.log1p(16), rel=0.02)
    assert columns[INDEX["kick_strokes"]] == pytest.approx(np.log1p(1), rel=0.05)
    assert columns[INDEX["mid_beat"]] == pytest.approx(1, abs=0.05), "a backbeat in every bar"
    assert columns[INDEX["low_downbeat"]] == pytest.approx(1, abs=0.05)
    assert columns[INDEX["low_upbeat"]] == 0
    assert columns[INDEX["tempo"]] == pytest.approx(np.log2(100), abs=0.01)
    stated = style_columns(played(2), {"tempo": None, "swing_percent": 66.0})
    assert (stated[INDEX["tempo"]], stated[INDEX["swing_percent"]]) == (None, 66.0)


def test_an_artist_is_nearest_to_its_own_other_takes() -> None:
    busy, busy_too, sparse = style(1, hats=16, kick=0.5), style(2, hats=16, kick=0.5), style(3, hats=4, kick=0.05)
    near, far = likeness.distances(busy, [busy_too, sparse])
    assert near < far / 2
    assert likeness.distances(busy, [busy])[0] == 0
    assert likeness.distances(busy_too, [busy])[0] == near


def test_a_flat_and_quantised_half_still_finds_its_own() -> None:
    busy, sparse = style(1, hats=16, kick=0.5), style(3, hats=4, kick=0.05)
    bare = style(2, hats=16, kick=0.5, flat=True, quantised=True)
    near, far = likeness.distances(bare, [busy, sparse])
    assert near < far
    assert likeness.basis_of(bare, busy) == "archive"
    assert likeness.basis_of(sparse, busy) == "played"
    assert all(bare.mean[INDEX[name]] is None for name in ("velocity_mean", "kick_lean")), "masked, not zero"


def test_the_typical_artist_is_not_everybodys_neighbour() -> None:
    against = likeness.reference()

    def lying(deviations: float) -> PlayedStyle:
        mean = against.artist_mean + deviations * against.artist_deviation
        return PlayedStyle(
            version=STYLE_VECTOR_VERSION, mean=mean.tolist(), reliability=[0.95] * SIZE, takes=40, performed=1.0
        )

    unusual, unusual_too, typical, plain = lying(2.0), lying(3.0), lying(0.0), lying(1.0)
    near, far = likeness.distances(unusual, [unusual_too, plain])
    assert near < far, "the same difference, further from the mean of artists"
    assert likeness.distances(typical, [typical])[0] == 0
    assert likeness.distances(typical, [unusual])[0] == likeness.distances(unusual, [typical])[0]


def test_nothing_shared_is_unknown_and_not_alike() -> None:
    one, other = style(1), style(2)
    half = SIZE // 2
    left = other.model_copy(update={"mean": [*other.mean[:half], *[None] * (SIZE - half)],
                                    "reliability": [*other.reliability[:half], *[0.0] * (SIZE - half)]})  # fmt: skip
    right = one.model_copy(update={"mean": [*[None] * half, *one.mean[half:]],
                                   "reliability": [*[0.0] * half, *one.reliability[half:]]})  # fmt: skip
    assert np.isnan(likeness.distances(left, [right])[0])
    assert len(likeness.pair_distances([left, right])) == 0
    assert artist_style([]) is None
    assert artist_style([TakeStyle([], 4.0, True)]) is None, "a take that was read before there were columns"


def test_more_takes_are_more_reliable() -> None:
    few, many = style(1, takes=1), style(1, takes=8)
    strokes = INDEX["kick_strokes"]
    assert few.reliability[strokes] == pytest.approx(1 / 3, abs=1e-3)
    assert many.reliability[strokes] == pytest.approx(0.8, abs=1e-3)
    assert likeness.reason(few, few) is None, "one take is no reason"


def test_a_reason_names_what_sets_both_apart() -> None:
    busy, busy_too, sparse = style(1, hats=16, kick=0.5), style(2, hats=16, kick=0.5), style(3, hats=4, kick=0.05)
    said = likeness.reason(busy, busy_too)
    assert said is not None
    assert said.startswith("both ")
    assert said.count(" and ") <= 3
    assert likeness.reason(busy, busy_too) == likeness.reason(busy_too, busy)
    assert "busy" not in (likeness.reason(busy, sparse) or "")


def test_the_score_is_the_share_of_pairs_that_are_not_nearer() -> None:
    scale = np.linspace(1, 2, 21)
    assert likeness.score(1.5, scale) == pytest.approx(0.5)
    assert likeness.score(1.25, scale) == pytest.approx(0.75)
    assert likeness.score(0, scale) == 1
    assert 0.95 < likeness.score(0.5, scale) < 1
    assert likeness.score(9, scale) == 0


def test_strangers_spread_over_their_own_scale() -> None:
    rng = np.random.default_rng(0)
    artists = [style(n, takes=4, hats=int(rng.choice([4, 8, 16])), kick=float(rng.uniform(0, 0.6))) for n in range(12)]
    apart = likeness.pair_distances(artists)
    scale = np.array(likeness.quantiles_of(apart))
    scores = [likeness.score(float(distance), scale) for distance in apart]
    assert np.quantile(scores, (0.25, 0.5, 0.75)) == pytest.approx((0.25, 0.5, 0.75), abs=0.03)


def without(style: PlayedStyle, *blocks: str) -> PlayedStyle:
    gone = [column.block in blocks for column in COLUMNS]
    return style.model_copy(
        update={
            "mean": [None if lacks else mean for lacks, mean in zip(gone, style.mean, strict=True)],
            "reliability": [0.0 if lacks else r for lacks, r in zip(gone, style.reliability, strict=True)],
        }
    )


def test_strokes_a_bar_are_no_reason_where_no_tempo_is_kept() -> None:
    busy, busy_too = style(1, hats=16, kick=0.5), style(2, hats=16, kick=0.5)
    adrift = without(busy, "velocity", "profile", "form", "feel", "tempo")
    assert likeness.reason(adrift, busy_too) is None
    assert not np.isnan(likeness.distances(adrift, [busy_too])[0]), "the voices' strokes still compare"
    adrift.reliability[INDEX["low_downbeat"]] = 0.7
    assert "busy" in (likeness.reason(adrift, busy_too) or "")
