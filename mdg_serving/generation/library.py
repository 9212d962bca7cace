"""A profile's templates, parsed once: what every request for the artist draws from."""

from __future__ import annotations

from dataclasses import dataclass, field

from mdg_core.pattern import Metre
from mdg_core.profile import Feel, PatternTemplate, Role, StyleProfile
from mdg_serving.generation.bars import CYMBALS, Bar, Grid, bars_of
from mdg_serving.generation.novelty import Mask, source_masks
from mdg_serving.generation.playing import feel_for


@dataclass(frozen=True, slots=True)
class Groove:
    """One template of any role as bars on its grid."""

    id: str
    name: str
    role: Role
    style: str
    grid: Grid
    bars: tuple[Bar, ...]
    tempo: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class Library:
    """The profile and its parsed templates; `sources` are the different bars of all of them."""

    profile: StyleProfile
    grooves: tuple[Groove, ...]
    sources: tuple[Mask, ...]
    _feels: dict[tuple[Grid, str], Feel] = field(default_factory=dict, repr=False, compare=False)

    def of(self, role: Role, metre: Metre | None = None) -> list[Groove]:
        return [g for g in self.grooves if g.role == role and metre in (None, g.grid.metre)]

    def feel(self, grid: Grid, style: str) -> Feel:
        """`playing.feel_for`, worked out once."""
        if (grid, style) not in self._feels:
            self._feels[grid, style] = feel_for(self.profile, grid, style)
        return self._feels[grid, style]

    @property
    def has_cymbals(self) -> bool:
        """Whether the artist is known to play a crash, china or splash anywhere."""
        return any(voice in CYMBALS for groove in self.grooves for bar in groove.bars for _, voice in bar)


def library_of(profile: StyleProfile) -> Library:
    parsed = [(template, template.pattern()) for template in profile.patterns]
    return Library(
        profile=profile,
        grooves=tuple(_groove(template, bars_of(pattern)) for template, pattern in parsed),
        sources=tuple(source_masks(pattern for _, pattern in parsed)),
    )


def _groove(template: PatternTemplate, bars: list[Bar]) -> Groove:
    return Groove(
        id=template.id,
        name=template.name,
        role=template.role,
        style=template.style,
        grid=Grid(Metre.parse(template.metre), template.steps_per_quarter),
        bars=tuple(bars),
        tempo=template.tempo,
        weight=template.weight,
    )
