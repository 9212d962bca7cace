"""Where pairs of bars begin: with the phrases of the song, not with its first bar."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import CYMBALS, VOICES
from mdg_core.song.form import BarKind, unlikeness

# what speaks for a phrase beginning in a bar
_AFTER_SILENCE = 2.0  # the first bar of a groove, and the first behind a break, an intro or a solo
_AFTER_FILL = 1.5
_NEW_SECTION = 2.0
_CRASH = 1.0
# and what a phrase of an odd number of bars costs
_ODD = 4.0
_ODD_AT_CHANGE = 1.0  # behind a fill, or where another section begins

_ALIKE, _OTHER = 0.25, 0.35  # Jaccard distances: two bars of one section, and of two


def pair_starts(struck: NDArray[np.bool_], kinds: NDArray[np.int64]) -> list[int]:
    """The first bars of all pairs of groove bars, ascending. `struck` is (voices, bars, steps of a bar).

    Bars are counted in twos, and the count starts again where it must: the most likely one by the signs of a phrase
    (a fill or break before, a crash on the one, other bars from there on), found by dynamic programming.
    """
    sections = _sections(struck, kinds)
    first = _first_of_pair(_signs(struck, kinds) + _NEW_SECTION * sections, _price(kinds, sections))
    groove = kinds == BarKind.GROOVE
    return np.flatnonzero(first[:-1] & ~first[1:] & groove[:-1] & groove[1:]).tolist()


def _signs(struck: NDArray[np.bool_], kinds: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much speaks for each bar to begin a phrase."""
    bars = len(kinds)
    groove = kinds == BarKind.GROOVE
    out = np.zeros(bars)
    before = np.concatenate([[BarKind.EMPTY], kinds[:-1]])
    out += _AFTER_SILENCE * (groove & (before != BarKind.GROOVE) & (before != BarKind.FILL))
    out += _AFTER_FILL * (groove & (before == BarKind.FILL))
    crash = np.asarray(struck[[VOICES.index(voice) for voice in CYMBALS], :, 0].any(axis=0))
    if groove.any() and crash[groove].mean() <= 0.5:
        out += _CRASH * (crash & groove)
    return out


def _sections(struck: NDArray[np.bool_], kinds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The groove bars from which on other bars are played, and go on to be."""
    groove = kinds == BarKind.GROOVE
    two_on = np.diagonal(unlikeness(struck), 2)  # from bar b to b + 2
    out = np.zeros(len(kinds), dtype=bool)
    for bar in range(2, len(kinds) - 1):
        changed = two_on[bar - 2] > _OTHER and two_on[bar - 1] > _OTHER
        if changed and groove[bar - 2 : bar + 2].all():
            settled = bar + 2 >= len(kinds) or two_on[bar] <= _ALIKE
            steady = bar < 4 or two_on[bar - 4] <= _ALIKE or two_on[bar - 3] <= _ALIKE
            out[bar] = settled and steady
    return out


def _price(kinds: NDArray[np.int64], sections: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What it costs to count a bar as the first of a pair when the one before was the first of one, too."""
    before = np.concatenate([[BarKind.EMPTY], kinds[:-1]])
    change = sections | (before == BarKind.FILL)
    return np.where(change, _ODD_AT_CHANGE, np.where(before == BarKind.GROOVE, _ODD, 0.0))


def _first_of_pair(signs: NDArray[np.float64], price: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The best way to count the bars "one, two", starting again at a price."""
    bars = len(signs)
    came_from_first = np.zeros(bars, dtype=bool)
    first, second = float(signs[0]), 0.0
    for bar in range(1, bars):
        again, on = first - price[bar], second
        came_from_first[bar] = again > on
        first, second = max(again, on) + float(signs[bar]), first
    out = np.zeros(bars, dtype=bool)
    is_first = first >= second
    for bar in range(bars - 1, -1, -1):
        out[bar] = is_first
        is_first = bool(came_from_first[bar]) if is_first else True
    return out
