"""A profile's templates, parsed once: what every request for the artist draws from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np

from mdg_core.pattern import Metre
from mdg_core.profile import Feel, Passage, PatternTemplate, Role, StyleProfile
from mdg_drummer.bars import CYMBALS, Bar, Grid, Voice, bars_of
from mdg_drummer.feel_prior import Prior
from mdg_drummer.feels import blended_feel, feel_for
from mdg_drummer.novelty import Sources, sources_of
from mdg_drummer.player import Player, player_of
from mdg_drummer.vocabulary import typicality, vocabulary

_SAME_TEMPO = 0.1  # octaves
_MOST_MADE = 512

_Made = TypeVar("_Made")


class Groove(NamedTuple):  # copied by the hundred for each request: a dataclass that is frozen takes twice as long
    """One template of any role, or a passage of a take, as bars on its grid."""

    id: str
    name: str
    role: Role
    style: str
    grid: Grid
    bars: tuple[Bar, ...]
    tempo: float | None
    weight: float  # the eighth: see `weighing`
    busyness: float = 0.0  # mean strokes a bar
    loudness: float = 0.0  # mean velocity
    documents: frozenset[str] = frozenset()  # the takes that it was found in
    artist: str = ""  # in a blend, whose it is
    fills: frozenset[int] = frozenset()  # of a passage, those of its bars that are fills
    again: tuple[int, int] = (0, 0)  # of its bars that can come round again, how many do, and how many there are

    def weighing(self, weight: float) -> Groove:
        """The same groove with another weight, in half the time of `_replace`."""
        return Groove(*self[:7], weight, *self[8:])


@dataclass(frozen=True, slots=True)
class Library:
    """The profile and its parsed templates and passages; `sources` are the different bars of all of them.

    The weights of the grooves are those of the profile, fitted to how typical each is of its style: among the
    cuttings of real takes are solos and breaks.
    """

    profile: StyleProfile
    grooves: tuple[Groove, ...]
    passages: tuple[Groove, ...]
    sources: Sources
    loudness: dict[Voice, float]  # mean velocity of each voice
    player: Player
    parents: tuple[Library, Library, float] | None = None  # of a blend, and the second one's share
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What rests on the library and the key alone, made when it is first asked for."""
        try:
            found: _Made = self._made[key]
        except KeyError:
            if len(self._made) >= _MOST_MADE:
                self._made.clear()  # requests of ever new kinds must not fill the memory
            found = self._made[key] = make()
        return found

    def of(self, role: Role, metre: Metre | None = None) -> tuple[Groove, ...]:
        return self.once(
            ("of", role, metre),
            lambda: tuple(g for g in self.grooves if g.role == role and (metre is None or metre == g.grid.metre)),
        )

    def feel(self, grid: Grid, style: str) -> Feel:
        """`playing.feel_for`, worked out once."""
        return self.once(("feel", grid, style), lambda: self._feel(grid, style))

    def _feel(self, grid: Grid, style: str) -> Feel:
        if self.parents is None:
            return feel_for(self.profile, grid, style)
        one, other, amount = self.parents
        return blended_feel(one.feel(grid, style), other.feel(grid, style), amount)

    def usual_tempo(self, style: str) -> float | None:
        """The tempo about which the artist's grooves of a style gather, in beats a minute; None where none has one."""
        return self.once(("tempo", style), lambda: self._usual_tempo(style))

    def _usual_tempo(self, style: str) -> float | None:
        known = [
            (g.tempo / g.grid.metre.tempo_quarters, g.weight) for g in self.of("groove") if g.style == style and g.tempo
        ]
        return _densest(known) if known else None

    @property
    def artists(self) -> tuple[str, ...]:
        """The names of those whose grooves these are."""
        profiles = (self.profile,) if self.parents is None else (self.parents[0].profile, self.parents[1].profile)
        return tuple(profile.artist.name for profile in profiles)

    @property
    def styles(self) -> list[str]:
        """Those that grooves are known in, the one with the most weight first."""
        weights: dict[str, float] = {}
        for groove in self.of("groove"):
            weights[groove.style] = weights.get(groove.style, 0.0) + groove.weight
        return sorted(weights, key=lambda style: (-weights[style], style))

    @property
    def has_cymbals(self) -> bool:
        """Whether the artist is known to play a crash, china or splash anywhere."""
        return self.once(
            "cymbals", lambda: any(v in CYMBALS for groove in self.grooves for bar in groove.bars for _, v in bar)
        )


def library_of(profile: StyleProfile, prior: Prior) -> Library:
    parsed = [(template, template.pattern()) for template in (*profile.patterns, *profile.passages)]
    both = [_groove(template, bars_of(pattern)) for template, pattern in parsed]
    grooves, passages = both[: len(profile.patterns)], both[len(profile.patterns) :]
    return Library(
        profile=profile,
        grooves=tuple(_typical_first(grooves)),
        passages=tuple(_typical_first(passages)),
        sources=sources_of(pattern for _, pattern in parsed),
        loudness=vocabulary(weighted_bars(grooves)).loudness if grooves else {},
        player=player_of(profile, prior),
    )


def _densest(known: Sequence[tuple[float, float]]) -> float:
    """Of tempos with weights that which has the most weight about it, within a bell of a tenth of an octave."""
    tempo, weight = np.array(known).T
    octaves = np.log2(tempo)
    density = np.exp(-(((octaves[:, None] - octaves) / _SAME_TEMPO) ** 2)) @ weight
    return float(tempo[int(np.argmax(density))])


def _typical_first(grooves: Sequence[Groove]) -> Iterator[Groove]:
    """All of them; those of role groove weighted by how typical they are, each style keeping its weight on a grid."""
    families: dict[tuple[str, Grid], list[Groove]] = {}
    for groove in grooves:
        if groove.role == "groove":
            families.setdefault((groove.style, groove.grid), []).append(groove)
        else:
            yield groove
    for family in families.values():
        words = vocabulary(weighted_bars(family))
        fitted = [groove.weight * typicality(groove.bars, words) for groove in family]
        scale = sum(groove.weight for groove in family) / sum(fitted)
        yield from (groove.weighing(weight * scale) for groove, weight in zip(family, fitted, strict=True))


def weighted_bars(grooves: Iterable[Groove]) -> Iterator[tuple[Bar, float]]:
    """The bars of the grooves, each groove's weight shared among its own."""
    return ((bar, groove.weight / len(groove.bars)) for groove in grooves for bar in groove.bars)


def without_fills(bars: Sequence[Bar], fills: Collection[int]) -> list[Bar]:
    """The bars; where one is a fill the bar two before it goes on, or the nearest."""
    plain = [index for index in range(len(bars)) if index not in fills]
    if not plain:
        return list(bars)

    def instead(fill: int) -> int:
        return min(plain, key=lambda index: (index != fill - 2, abs(index - fill)))

    return [bars[index if index not in fills else instead(index)] for index in range(len(bars))]


def _again(bars: Sequence[Bar]) -> tuple[int, int]:
    """Of the bars from the third on those that are one of the bars before just as it was, and all."""
    played = [frozenset(bar) for bar in bars]
    seen = set(played[:2])
    count = 0
    for bar in played[2:]:
        count += bar in seen
        seen.add(bar)
    return count, max(0, len(played) - 2)


def _groove(template: PatternTemplate, bars: list[Bar]) -> Groove:
    strokes = [velocity for bar in bars for velocity in bar.values()]
    fills = frozenset(template.fills) if isinstance(template, Passage) else frozenset()
    return Groove(
        id=template.id,
        name=template.name,
        role=template.role,
        style=template.style,
        grid=Grid(Metre.parse(template.metre), template.steps_per_quarter),
        bars=tuple(bars),
        tempo=template.tempo,
        weight=template.weight,
        busyness=len(strokes) / len(bars),
        loudness=sum(strokes) / max(1, len(strokes)),
        documents=frozenset(template.documents),
        fills=fills,
        again=_again(without_fills(bars, fills)),
    )
