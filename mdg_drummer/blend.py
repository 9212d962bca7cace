"""Two artists in one library: grooves of both by their shares, numbers between theirs."""

from __future__ import annotations

from collections.abc import Iterator

from mdg_core.profile import Parameter
from mdg_drummer.library import Groove, Library
from mdg_drummer.novelty import joined
from mdg_drummer.player import between


def blended(one: Library, other: Library, amount: float) -> Library:
    """`amount` 0-1 is the share of `other`; the artist's name stays that of `one`."""
    shares = ((one, 1 - amount), (other, amount))
    params = dict(one.profile.quantitative_params)
    for name, theirs in other.profile.quantitative_params.items():
        params[name] = _parameter(name, params.get(name), theirs, amount)
    loudness = dict(other.loudness)
    for voice, value in one.loudness.items():
        loudness[voice] = value + amount * (loudness.get(voice, value) - value)
    return Library(
        profile=one.profile.model_copy(update={"quantitative_params": params}),
        grooves=tuple(groove for library, share in shares for groove in _shared(library, share)),
        sources=joined(one.sources, other.sources),
        loudness=loudness,
        player=between(one.player, other.player, amount),
        parents=(one, other, amount),
    )


def _shared(library: Library, share: float) -> Iterator[Groove]:
    """The grooves with their artist's name and share of each role."""
    name = library.profile.artist.name
    for groove in library.grooves:
        total = sum(g.weight for g in library.grooves if g.role == groove.role)
        yield groove._replace(artist=name, name=f"{name}: {groove.name}", weight=share * groove.weight / total)


def _parameter(name: str, ours: Parameter | None, theirs: Parameter, amount: float) -> Parameter:
    if ours is None or ours.value is None:
        return theirs
    if theirs.value is None:
        return ours
    ends = {"tempo_min": min, "tempo_max": max}
    value = ends[name](ours.value, theirs.value) if name in ends else ours.value + amount * (theirs.value - ours.value)
    return ours.model_copy(update={"value": value, "pinned": ours.pinned or theirs.pinned})
