"""The player's constants against the corpus that they were fitted on."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.habits import Habit, habits, table

GROOVE = Path(__file__).resolve().parents[3] / "shared" / "groove"
# how these were measured when they were set is not known any more; `benchmarks.habits` prints how far apart they are
APART = {"doubling._CLOSER", "form.USUAL_REPEATS", "plan._USUAL_CRASH", "plan._BUSIER mean"}


def test_a_constant_holds_within_its_tolerance() -> None:
    assert Habit("a", 1.0, 1.1, 0.1000001).holds
    assert not Habit("a", 1.0, 1.2, 0.1).holds
    assert "apart" in table([Habit("a", 1.0, 1.2, 0.1)])[-1]


@pytest.mark.slow
@pytest.mark.skipif(not GROOVE.is_dir(), reason="the Groove MIDI Dataset is not here")
def test_the_constants_are_those_of_the_corpus() -> None:
    found = habits(GROOVE)
    assert len(found) == 11
    assert {habit.name for habit in found if not habit.holds} <= APART, "\n".join(table(found))
