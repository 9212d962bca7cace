"""The signature patterns that a language model is shown, and that its clips must not copy."""

from __future__ import annotations

from collections.abc import Sequence

from mdg_drummer.library import Groove
from mdg_drummer.plan import Plan, on_grid
from mdg_drummer.request import Section

_MOST = 4
_MOST_BARS = 4  # of one example


def examples_of(plan: Plan, section: Section) -> list[Groove]:
    """Up to four on the plan's grid: of the section's role first, then grooves; the artists of a blend in turn."""
    parts = {"fill": plan.fills, "intro": plan.intros, "outro": plan.outros}.get(section, ())
    per = plan.grid.steps_per_quarter
    own = [on_grid(part, plan.grid) for part in parts if per % part.grid.steps_per_quarter == 0]
    grooves = _in_turn(plan.grooves)
    return [_short(groove) for groove in (_in_turn(own)[: _MOST - 1] + grooves)[:_MOST]]


def _in_turn(grooves: Sequence[Groove]) -> list[Groove]:
    """The weightiest first; of two artists one of each in turn."""
    ranked = sorted(grooves, key=lambda g: (-g.weight, g.id))
    place = {id(g): sum(other.artist == g.artist for other in ranked[:i]) for i, g in enumerate(ranked)}
    return sorted(ranked, key=lambda g: place[id(g)])


def _short(groove: Groove) -> Groove:
    return groove if len(groove.bars) <= _MOST_BARS else groove._replace(bars=groove.bars[:_MOST_BARS])
