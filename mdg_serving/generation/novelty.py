"""How far bars lie from one another: the measure by which variations differ and copies are found.

Conventions: only what is hit and when counts, not how hard, so that a copy played softer is still a copy.
Onsets are compared on a grid of 24 steps a quarter, on which every grid of the project lies but fives and sevens
(these fall on the nearest step).

bar distance   hits of one bar that the other has not, counted both ways (the Hamming distance of the two grids)
novelty        hits of one bar that the other has not, both ways, over all hits of either (the Jaccard distance, 0-1)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mdg_core.kit import Voice
from mdg_core.pattern import Pattern

_STEPS_PER_QUARTER = 24
_VOICE_BIT = {voice: bit for bit, voice in enumerate(Voice)}
_VOICES = len(_VOICE_BIT)

Mask = int  # one bit for each voice and step of a bar


def bar_masks(pattern: Pattern) -> list[Mask]:
    """Each bar as a set of bits, comparable with the bars of other grids."""
    masks = [0] * pattern.bars
    size = pattern.steps_per_bar
    for hit in pattern.hits:
        step = round(hit.step % size * _STEPS_PER_QUARTER / pattern.steps_per_quarter)
        masks[hit.step // size] |= 1 << (step * _VOICES + _VOICE_BIT[hit.voice])
    return masks


def mean_bar_distance(a: Pattern, b: Pattern) -> float:
    """Mean of the bar distance over the bars that two clips have in common, in hits."""
    pairs = list(zip(bar_masks(a), bar_masks(b), strict=False))
    return sum((x ^ y).bit_count() for x, y in pairs) / len(pairs)


def jaccard_distance(a: Mask, b: Mask) -> float:
    """0 for the same hits, 1 for none in common; two silent bars are the same."""
    either = (a | b).bit_count()
    return (a ^ b).bit_count() / either if either else 0.0


def novelty(pattern: Pattern, sources: Sequence[Mask]) -> float:
    """Mean over the clip's bars of the distance to the nearest source bar, 0 (every bar is a copy) to 1."""
    nearest: dict[Mask, float] = {}
    bars = bar_masks(pattern)
    for bar in bars:
        if bar not in nearest:
            nearest[bar] = min((jaccard_distance(bar, source) for source in sources), default=1.0)
    return sum(nearest[bar] for bar in bars) / len(bars)


def source_masks(patterns: Iterable[Pattern]) -> list[Mask]:
    """Every different bar of the patterns."""
    return sorted({mask for pattern in patterns for mask in bar_masks(pattern)})
