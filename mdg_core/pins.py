"""What an operator can pin, within which bounds, and which pins contradict each other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mdg_core import bounds
from mdg_core.descriptors import DESCRIPTORS
from mdg_core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Pinnable:
    """A parameter of a profile as an operator may pin it."""

    name: str
    unit: str
    low: float
    high: float
    steers: str  # what a pin of it does to clips; empty where it does nothing

    def within(self, value: float) -> float:
        """The value, or the bound that it lies beyond."""
        return min(max(value, self.low), self.high)


def _tempo(end: str, steers: str) -> Pinnable:
    return Pinnable(f"tempo_{end}", "BPM", *bounds.TEMPO, steers)


_TEMPOS = (
    _tempo("avg", "the tempo of clips where tempo_mode is not pinned"),
    _tempo("min", "no clip is slower"),
    _tempo("max", "no clip is faster"),
    _tempo("mode", "the tempo of clips"),
)
# less than can be measured: like requests
_NARROWER = {"swing_percent": bounds.SWING, "swing_sixteenths": bounds.SWING}

PINNABLE: dict[str, Pinnable] = {item.name: item for item in _TEMPOS} | {
    d.name: Pinnable(d.name, d.unit, *_NARROWER.get(d.name, (d.low, d.high)), d.steers) for d in DESCRIPTORS
}

# the first of a pair is never greater than the second
ORDERED = (
    ("tempo_min", "tempo_mode"),
    ("tempo_mode", "tempo_max"),
    ("tempo_min", "tempo_avg"),
    ("tempo_avg", "tempo_max"),
    ("tempo_min", "tempo_max"),
)


def check_pin(name: str, value: float, others: Mapping[str, float]) -> None:
    """Raises UsageError, in one sentence, for a pin that is out of bounds or against `others`.

    `name` is one of `PINNABLE`, `others` are the values of the pins in force.
    """
    found = PINNABLE[name]
    if not (math.isfinite(value) and found.low <= value <= found.high):
        raise UsageError(f"{name} can be pinned from {found.low:g} to {found.high:g} {found.unit}, not to {value:g}")
    for low, high in ORDERED:
        if low == name and value > others.get(high, math.inf):
            raise UsageError(f"{name} cannot be {value:g}: {high} is pinned at {others[high]:g}, and must not be less")
        if high == name and value < others.get(low, -math.inf):
            raise UsageError(f"{name} cannot be {value:g}: {low} is pinned at {others[low]:g}, and must not be more")


def steering_text() -> str:
    """For a form: which pins steer clips and how, and which do not."""
    steering = "; ".join(f"{item.name} ({item.steers})" for item in PINNABLE.values() if item.steers)
    silent = ", ".join(item.name for item in PINNABLE.values() if not item.steers)
    return f"These steer clips: {steering}. These do not, and only stand in the profile: {silent}."


def bounds_text() -> str:
    """For a form: from where to where each can be pinned."""
    return ", ".join(f"{item.name} {item.low:g}-{item.high:g} {item.unit}" for item in PINNABLE.values())
