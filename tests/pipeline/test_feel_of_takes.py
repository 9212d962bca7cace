"""What the takes of an artist say together about how strokes are doubled."""

from __future__ import annotations

import pytest

from mdg_core.groove import Doubles
from mdg_pipeline.analyse.takes import Cell, TakeRow
from mdg_pipeline.build.feel import feels

PERFORMED = {"shows_timing": True, "shows_dynamics": True}


def take(number: int, strokes: int, share: float, **known: float) -> TakeRow:
    found = {"gap_ms": 40.0, "gap_std_ms": 0.0, "grace_share": 0.5, "velocity_ratio": 0.6} | known
    doubles = [Doubles(voice="snare", soft=True, strokes=strokes, share=share, **found)]
    return TakeRow(document=f"d{number}", item=0, title=f"take {number}", bars=8, doubles=doubles, **PERFORMED)


def test_takes_count_as_their_strokes() -> None:
    (found,) = feels([take(1, 100, 0.1, further=0.5), take(2, 300, 0.3, further=0.0)])[0].doubles
    assert (found.share, found.count) == (0.25, 400)
    assert found.further == pytest.approx(0.05)  # 10 of the 100 doubled strokes are ruffs' 5


def test_takes_that_differ_by_chance_alone_have_no_spread() -> None:
    assert feels([take(i, 25, share) for i, share in enumerate((0.16, 0.24) * 4)])[0].doubles[0].share_spread == 0


def test_takes_that_differ_have_their_own_spread() -> None:
    (found,) = feels([take(i, 1000, share) for i, share in enumerate((0.1, 0.3) * 4)])[0].doubles
    # the standard deviation of the eight shares, 0.107, less chance: 0.2 * 0.8 / 1000
    assert found.share_spread == pytest.approx((0.107**2 - 0.00016) ** 0.5, abs=0.001)


def test_one_take_has_no_spread() -> None:
    assert feels([take(1, 1000, 0.3)])[0].doubles[0].share_spread == 0


@pytest.mark.parametrize("lacking", ["shows_timing", "shows_dynamics", "follows_grid"])
def test_only_performances_have_a_feel(lacking: str) -> None:
    """A quantised file, one of one velocity, and one that is off its own tempo say nothing of timing and touch."""
    cells = [Cell("snare", 4, 12.0, 3.0, 90.0, 5.0, 10)]
    shown = {**PERFORMED, "follows_grid": True}
    heard = TakeRow("d1", 0, "take", bars=8, cells=cells, params={"swing_percent": 50.0}, **shown)
    assert [cell.offset_ms for cell in feels([heard])[0].cells] == [12.0]
    deaf = TakeRow("d2", 0, "take", bars=8, cells=cells, params={"swing_percent": 50.0}, **{**shown, lacking: False})
    assert not any(feel.cells for feel in feels([deaf]))
    assert [cell.offset_ms for cell in feels([heard, deaf])[0].cells] == [12.0]
