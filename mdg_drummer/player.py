"""Who plays: the artist's own takes, what is said of the timing, and how people play in general."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mdg_core.kit import Voice
from mdg_core.profile import StyleProfile
from mdg_drummer.feel_prior import Prior
from mdg_drummer.hands import Hands, hands_of, joined

# By how many ms the snare lies later than it would where only words are known: the spread over takes of how far
# backbeats lie behind the hat in the Groove MIDI Dataset, since who is called so is late, or early, among drummers
# (`backbeats` in `python -m benchmarks.shrinkage`)
_SAID_MS = {"behind the beat": 9.6, "ahead of the beat": -9.6}
_BACKBEAT = (Voice.SNARE, Voice.SIDE_STICK, Voice.CLAP)


@dataclass(frozen=True, slots=True, eq=False)
class Player:
    """`said`: voice -> ms later than the others."""

    prior: Prior
    hands: Hands | None = None
    said: Mapping[Voice, float] = field(default_factory=dict)


def player_of(profile: StyleProfile, prior: Prior) -> Player:
    names = {technique.name for technique in profile.techniques}
    said = sum(ms for name, ms in _SAID_MS.items() if name in names)
    return Player(prior, hands_of(profile.performances), _on_backbeat(said))


def between(one: Player, other: Player, amount: float) -> Player:
    """Both artists', `amount` (0-1) of it the other's."""
    snare = _BACKBEAT[0]
    said = (1 - amount) * one.said.get(snare, 0.0) + amount * other.said.get(snare, 0.0)
    return Player(one.prior, joined(one.hands, other.hands, amount), _on_backbeat(said))


def _on_backbeat(ms: float) -> dict[Voice, float]:
    return dict.fromkeys(_BACKBEAT, ms) if ms else {}
