"""How far an artist's own mean and spread at a place of the bar count against those of people in general."""

from __future__ import annotations

# Strokes known of a place at which the artist's own mean and spread there count as much as anybody's; by which the
# held-out takes of the drummers of the Groove MIDI Dataset are likeliest (`python -m benchmarks.shrinkage`)
_HITS = 20.0


def share_known(count: int) -> float:
    """What the artist's own counts at a place that so many strokes are known of, 0-1."""
    return count / (count + _HITS)
