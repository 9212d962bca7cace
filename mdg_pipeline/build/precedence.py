"""Swing: measured in recordings, else in MIDI, else taken from words; what the lesser evidence says is compared.

An artist who shuffles a third of the songs plays straight and shuffled: the modes are kept, and no song is an outlier
because it swings. The value is that of the greatest mode of the best kind of evidence alone. Where a lesser kind, or
a minority of the same words, says something that the counted evidence does not have at all, that is a conflict: it is
named and not averaged in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdg_core.profile import Mode, Parameter
from mdg_pipeline.build.aggregate import Observation, evidence_of, parameter, weighted_mode
from mdg_pipeline.build.modes import grouped
from mdg_pipeline.documents import RawKind

# the better first; papers and articles are both words
_RANKS: dict[RawKind, int] = {"audio": 0, "midi": 1, "papers": 2, "articles": 2}
_NAMES = ("recordings", "MIDI files", "words")
_WORDS = 2
_WIDTH = 5.0  # percent of swing that count as one value
_APART = 7.5  # percent: words tell straight (50), light (55), swung (60) and triplets (66.7) apart, no finer
_BANDWIDTH = 2.0  # percent; straight, light and shuffled songs part, takes of one feel do not
_MODE_SHARE = 0.1
_BACKED = 0.1  # of the counted weight near a value: then the evidence has it too


def swing(observations: Sequence[Observation], *, tolerance: float) -> Parameter:
    """The greatest mode of the best evidence (percent of the long note), with the others beside it.

    The mean of straight and shuffled is played by nobody; the spread is that within the greatest mode.

    `tolerance` as in `aggregate.parameter`.
    """
    usable = [item for item in observations if item.weight > 0]
    if not usable:
        return parameter(usable, "%", tolerance=tolerance)
    best = min(_RANKS[item.kind] for item in usable)
    counted = [item for item in usable if _RANKS[item.kind] == best]
    places = np.array([item.value for item in counted])
    groups = grouped(counted, places, bandwidth=_BANDWIDTH, min_share=_MODE_SHARE)
    centres = [round(weighted_mode(group, _WIDTH), 1) for group in groups]
    total = sum(item.weight for item in counted)
    modes = [
        Mode(value=centre, share=round(sum(item.weight for item in group) / total, 3))
        for centre, group in zip(centres, groups, strict=True)
    ]
    value = centres[0]
    said: list[str] = []
    for rank in range(best, len(_NAMES)):
        others = [item for item in usable if _RANKS[item.kind] == rank]
        if rank > best:
            others = [item for item in others if not _is_backed(item, counted)]
        elif rank != _WORDS:
            continue  # takes differ from song to song, and that is the spread; words are about the style
        far = [item for item in others if abs(item.value - value) > _APART]
        if far:
            said.append(f"{_said(far, rank)} where {_NAMES[best]} say {value:.0f} %: not counted")
    found = {
        "value": value,
        "modes": modes if len(modes) > 1 else [],
        "evidence": evidence_of(counted),
        "evidence_count": len({item.document for item in counted}),
        "conflicts": said,
    }
    return parameter(groups[0], "%", tolerance=tolerance, keep_all=True).model_copy(update=found)


def _is_backed(item: Observation, counted: Sequence[Observation]) -> bool:
    near = sum(other.weight for other in counted if abs(other.value - item.value) <= _APART)
    return near >= _BACKED * sum(other.weight for other in counted)


def _said(far: Sequence[Observation], rank: int) -> str:
    count = len({item.document for item in far})
    sources = ", ".join(sorted({item.source for item in far}))
    value = weighted_mode(far, _WIDTH)
    return f"{_NAMES[rank]} say {value:.0f} % ({count} document{'' if count == 1 else 's'}, {sources})"
