"""Segments of takes -> the artist's library of weighted grid templates; near duplicates merge their weight.

Passages are kept as they are: each take has its best one before any has its second.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import VOICES, Voice
from mdg_core.pattern import Pattern
from mdg_core.profile import Passage, PatternTemplate, Role
from mdg_core.song.alike import cells_of, nearest
from mdg_core.song.passages import TakePassage
from mdg_core.stepgrid import lanes_of
from mdg_pipeline.analyse.takes import TakeRow

# templates kept per role: enough for variety, small enough for a prompt and a page
KEPT: dict[Role, int] = {"groove": 240, "fill": 90, "intro": 12, "outro": 12}

KEPT_PASSAGES = 96

_WHOLE_TAKE_BARS = 4  # what is shorter than a phrase counts in part


@dataclass(frozen=True, slots=True)
class Segment:
    """Some bars of one document in one role."""

    document: str
    title: str
    role: Role
    style: str
    tempo: float | None
    pattern: Pattern
    weight: float
    layers: Mapping[str, Mapping[Voice, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Cluster:
    leader: Segment
    cells: NDArray[np.float64]
    weight: float
    documents: dict[str, float]
    tempo_sum: float
    tempo_weight: float


def weighted_segments(takes: Iterable[TakeRow], trust: Mapping[str, float]) -> Iterator[Segment]:
    """The segments of all takes; `trust` (0-1) is that of each document, by its id.

    A take counts once in each role, whatever its length: a long one says more of itself and no more of the artist.
    Within it a segment weighs by how often it is played.
    """
    for take in takes:
        found = take.patterns()
        whole = trust[take.document] * take.certainty * min(take.bars / _WHOLE_TAKE_BARS, 1.0)
        played = Counter[Role]()
        for part, _ in found:
            played[part.role] += part.count
        for part, pattern in found:
            title = take.title if len(found) == 1 else f"{take.title}, bar {part.first_bar + 1}"
            layers = {name: {Voice(v): lane for v, lane in lanes.items()} for name, lanes in part.layers.items()}
            weight = whole * part.count / played[part.role]
            yield Segment(take.document, title, part.role, take.style, take.tempo, pattern, weight, layers)


def passages(takes: Iterable[TakeRow], trust: Mapping[str, float]) -> list[Passage]:
    """The passages of all takes, at most `KEPT_PASSAGES`; `trust` as in `weighted_segments`.

    A take counts once, as in `weighted_segments`, its passages by how many bars they stand for.
    """
    ranked: list[tuple[int, float, str, int, Passage]] = []
    for take in takes:
        found = take.sequences()
        whole = trust[take.document] * take.certainty * min(take.bars / _WHOLE_TAKE_BARS, 1.0)
        bars = sum(part.bars * part.count for part, _ in found)
        for place, (part, pattern) in enumerate(found):
            weight = whole * part.bars * part.count / bars
            if pattern.hits and weight > 0:
                kept = _passage(take, part, pattern, weight)
                ranked.append((place, -weight, take.document, take.item, kept))
    chosen = [kept for *_, kept in sorted(ranked, key=lambda item: item[:-1])[:KEPT_PASSAGES]]
    total = sum(kept.weight for kept in chosen)
    return [kept.model_copy(update={"weight": kept.weight / total}) for kept in chosen]


def _passage(take: TakeRow, part: TakePassage, pattern: Pattern, weight: float) -> Passage:
    title = take.title if len(take.passages) == 1 else f"{take.title}, bar {part.first_bar + 1}"
    segment = Segment(take.document, title, "groove", take.style, take.tempo, pattern, weight)
    return Passage(
        id=_digest(segment),
        name=title,
        role="groove",
        style=take.style,
        metre=take.metre,
        steps_per_quarter=take.steps_per_quarter,
        bars=pattern.bars,
        tempo=take.tempo,
        lanes=lanes_of(pattern),
        fills=part.fills,
        weight=weight,
        documents=[take.document],
    )


def templates(segments: Iterable[Segment]) -> list[PatternTemplate]:
    """The weightiest templates of each role; the weights of a role sum to 1 over what is kept."""
    out: list[PatternTemplate] = []
    by_role: dict[Role, list[_Cluster]] = defaultdict(list)
    for (role, *_), group in _grouped(segments).items():
        by_role[role] += _merge(group)
    for role, limit in KEPT.items():
        kept = _shared_out(by_role[role], limit)
        total = sum(weight for _, weight in kept)
        out += [_template(cluster, weight / total) for cluster, weight in kept]
    return out


_GroupKey = tuple[Role, str, str, int, int]


def _grouped(segments: Iterable[Segment]) -> dict[_GroupKey, list[Segment]]:
    groups: dict[_GroupKey, list[Segment]] = defaultdict(list)
    for segment in segments:
        pattern = segment.pattern
        if pattern.hits:
            key = (segment.role, segment.style, str(pattern.metre), pattern.steps_per_quarter, pattern.bars)
            groups[key].append(segment)
    return groups


def _merge(group: Sequence[Segment]) -> list[_Cluster]:
    """Leader clustering, the weightiest first; sorted so that the order of files does not matter."""
    clusters: list[_Cluster] = []
    matrix = np.zeros((len(group), len(VOICES), group[0].pattern.steps))
    ranked = sorted(group, key=lambda s: (-s.weight, s.document, s.title, s.pattern.hits))
    for segment in ranked:
        candidate = cells_of(segment.pattern)
        same = nearest(matrix[: len(clusters)], candidate)
        if same is None:
            matrix[len(clusters)] = candidate
            clusters.append(_Cluster(segment, candidate, 0.0, {}, 0.0, 0.0))
            same = len(clusters) - 1
        cluster = clusters[same]
        cluster.weight += segment.weight
        cluster.documents[segment.document] = cluster.documents.get(segment.document, 0.0) + segment.weight
        if segment.tempo is not None:
            cluster.tempo_sum += segment.weight * segment.tempo
            cluster.tempo_weight += segment.weight
    return clusters


def _shared_out(clusters: Sequence[_Cluster], limit: int) -> list[tuple[_Cluster, float]]:
    """At most `limit` clusters, every take represented by its weight (Sainte-Laguë), and what each stands for.

    The weight of a take goes to the clusters that are kept of it, so that one long take, whose many bars are all
    different, counts as much as a short one that repeats itself.
    """
    weight: dict[str, float] = defaultdict(float)
    queues: dict[str, list[_Cluster]] = defaultdict(list)
    for cluster in sorted(clusters, key=_rank):
        queues[cluster.leader.document].append(cluster)
        weight[cluster.leader.document] += cluster.weight
    kept: dict[str, list[_Cluster]] = {document: [] for document in queues}
    for _ in range(min(limit, len(clusters))):
        waiting = [document for document, queue in queues.items() if len(kept[document]) < len(queue)]
        next_ = max(waiting, key=lambda d: (weight[d] / (2 * len(kept[d]) + 1), d))
        kept[next_].append(queues[next_][len(kept[next_])])
    shared = [
        (cluster, weight[document] * cluster.weight / sum(c.weight for c in group))
        for document, group in kept.items()
        for cluster in group
    ]
    return sorted(shared, key=lambda item: (-item[1], _rank(item[0])))


def _rank(cluster: _Cluster) -> tuple[float, str, str]:
    """The weightiest first; equals in an order that has nothing to do with their place in the take."""
    return -cluster.weight, cluster.leader.document, _digest(cluster.leader)


def _digest(segment: Segment) -> str:
    pattern = segment.pattern
    text = f"{segment.role}|{pattern.metre}|{pattern.steps_per_quarter}|{sorted(lanes_of(pattern).items())}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _template(cluster: _Cluster, weight: float) -> PatternTemplate:
    segment, pattern = cluster.leader, cluster.leader.pattern
    return PatternTemplate(
        id=_digest(segment),
        name=segment.title,
        role=segment.role,
        style=segment.style,
        metre=str(pattern.metre),
        steps_per_quarter=pattern.steps_per_quarter,
        bars=pattern.bars,
        tempo=round(cluster.tempo_sum / cluster.tempo_weight, 1) if cluster.tempo_weight else None,
        lanes=lanes_of(pattern),
        layers={name: dict(lanes) for name, lanes in segment.layers.items()},
        weight=weight,
        documents=sorted(cluster.documents, key=lambda document: (-cluster.documents[document], document))[:8],
    )
