"""When two groups of bars count as the same groove: within a take, and between the takes of an artist."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mdg_core.groove.frame import CODE
from mdg_core.kit import VOICES, Voice
from mdg_core.pattern import Pattern
from mdg_core.stepgrid import level_of

SAME = 0.2  # distance under which two groups of bars are one groove, played again
# its kick and its backbeat must be the same by themselves, too, for eight hats a bar outweigh another kick; a stroke
# more in one of two bars lies below, the same stroke more in both above
_SAME_BACKBONE = 0.15
_BACKBONE = [CODE[voice] for voice in (Voice.KICK, Voice.SNARE, Voice.SIDE_STICK, Voice.CLAP)]


def cells_of(pattern: Pattern) -> NDArray[np.float64]:
    """(voices, steps): the level of each cell, 0 where it rests.

    A played cell counts at least half, 0.5 to 1: where outweighs how loud.
    """
    cells = np.zeros((len(VOICES), pattern.steps))
    hits = pattern.hits
    if hits:
        cells[[CODE[hit.voice] for hit in hits], [hit.step for hit in hits]] = [
            0.5 + level_of(hit.velocity) / 18 for hit in hits
        ]
    return cells


def distances(many: NDArray[np.float64], one: NDArray[np.float64]) -> NDArray[np.float64]:
    """From each row of `many` (n, cells) to `one` (cells), 0-1: the weighted Jaccard (Ruzicka) distance.

    Two that hold no stroke are at 0.
    """
    either = np.maximum(many, one).sum(axis=1)
    return np.asarray(np.abs(many - one).sum(axis=1) / np.maximum(either, 1e-9))


def nearest(leaders: NDArray[np.float64], one: NDArray[np.float64]) -> int | None:
    """Which of the leaders (n, voices, ...) is the same groove as `one` (voices, ...); the nearest where there are
    several, None where none is.
    """
    return _nearest(leaders, one, _BACKBONE)


def _nearest(leaders: NDArray[np.float64], one: NDArray[np.float64], backbone: Sequence[int]) -> int | None:
    if not len(leaders):
        return None
    found = distances(leaders.reshape(len(leaders), -1), one.ravel())
    alike = np.flatnonzero(found < SAME)
    if len(alike):
        apart = distances(leaders[alike][:, backbone].reshape(len(alike), -1), one[backbone].ravel())
        alike = alike[apart < _SAME_BACKBONE]
    return int(alike[np.argmin(found[alike])]) if len(alike) else None


def gathered(many: NDArray[np.float64]) -> list[list[int]]:
    """Which of `many` (n, voices, ...) are the same groove, in groups; the most typical of a group comes first.

    Leader clustering in the order of the rows. The most typical is the nearest to the mean, the first of equals.
    """
    used = np.flatnonzero(many.any(axis=(0, *range(2, many.ndim)))).tolist()
    many, backbone = many[:, used], [place for place, code in enumerate(used) if code in _BACKBONE]
    leaders = np.zeros_like(many)
    groups: list[list[int]] = []
    for row in range(len(many)):
        found = _nearest(leaders[: len(groups)], many[row], backbone)
        if found is None:
            leaders[len(groups)] = many[row]
            groups.append([])
            found = len(groups) - 1
        groups[found].append(row)
    return [_typical_first(many, group) for group in groups]


def _typical_first(many: NDArray[np.float64], group: list[int]) -> list[int]:
    if len(group) < 3:
        return group
    members = many[group].reshape(len(group), -1)
    best = int(np.argmin(np.round(distances(members, members.mean(axis=0)), 9)))
    return [group[best], *group[:best], *group[best + 1 :]]
