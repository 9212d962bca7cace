"""What can be asked for and pinned: one place for the bounds of requests, grid files and operators' pins."""

from __future__ import annotations

from typing import Final

Bounds = tuple[float, float]

TEMPO: Final[Bounds] = (20.0, 999.0)  # quarter notes a minute
SWING: Final[Bounds] = (50.0, 75.0)  # percent of the long note of a pair: straight to a dotted one
