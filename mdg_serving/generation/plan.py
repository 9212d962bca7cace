"""What all variations of one request share: tempo, metre, the family of grooves, and the words on what was adapted."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mdg_core.errors import MdgError
from mdg_core.pattern import Metre
from mdg_core.profile import Role
from mdg_serving.generation.adapt import adapt, adapted_grid
from mdg_serving.generation.bars import Grid, regrid
from mdg_serving.generation.library import Groove, Library
from mdg_serving.generation.request import GenerationRequest
from mdg_serving.generation.vocabulary import Vocabulary, typicality, vocabulary

DEFAULT_TEMPO = 100.0
# a groove played at twice its tempo is another groove; a quarter octave away it is still at home
_TEMPO_OCTAVES = 0.35
_FAR_TEMPO = 0.02  # but never quite impossible
_MAX_STEPS_PER_QUARTER = 12
# among the cuttings of real takes are solos and breaks: the power by which the typical ones come before them
_TYPICAL = 3
_OWN_STYLE = 4.0  # how much likelier a fill of the groove's style is than another


class NothingToPlay(MdgError):
    """The profile holds no groove."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The grooves of one style on one grid, and what of the other roles fits them."""

    tempo: float
    grid: Grid
    style: str
    grooves: tuple[Groove, ...]  # of the family, the weights fitted to the tempo and to what is typical
    fills: tuple[Groove, ...]
    intros: tuple[Groove, ...]
    outros: tuple[Groove, ...]
    words: Vocabulary
    has_cymbals: bool
    notes: tuple[str, ...]


def make_plan(
    library: Library, request: GenerationRequest, rng: random.Random, *, grid_hint: int | None = None
) -> Plan:
    """Choose the family (seeded, by weight and nearness in tempo). `grid_hint`: steps a quarter to prefer.

    Raises NothingToPlay.
    """
    grooves = library.of("groove")
    if not grooves:
        raise NothingToPlay(
            f"the profile of {library.profile.artist.name} holds no groove to play from: "
            f"add MIDI or .grid files to the library and run `mdg augment {library.profile.artist.key}`"
        )
    notes: list[str] = []
    metre = request.metre or _main_metre(grooves)
    in_metre = _in_metre(grooves, metre, notes)
    tempo = request.tempo or _usual_tempo(library, in_metre)
    notes += _tempo_notes(library, tempo)
    weighted = [replace(g, weight=g.weight * nearness(g.tempo, tempo)) for g in in_metre]
    family = _family(weighted, rng, grid_hint)
    grid = family[0].grid
    # one groove says little about what the artist varies: then all grooves of the grid are asked
    speakers = family if len(family) > 2 else [g for g in weighted if g.grid == grid]
    words = vocabulary((bar, g.weight / len(g.bars)) for g in speakers for bar in g.bars)
    return Plan(
        tempo=tempo,
        grid=grid,
        style=family[0].style,
        grooves=tuple(replace(g, weight=g.weight * typicality(g.bars, words) ** _TYPICAL) for g in family),
        fills=tuple(_fitting(library, "fill", grid, tempo, family[0].style)),
        intros=tuple(_fitting(library, "intro", grid, tempo, family[0].style)),
        outros=tuple(_fitting(library, "outro", grid, tempo, family[0].style)),
        words=words,
        has_cymbals=library.has_cymbals,
        notes=tuple(notes),
    )


def nearness(tempo: float | None, wanted: float) -> float:
    """How well a groove of `tempo` serves at `wanted`, 0-1: a bell curve over octaves; 0.5 where it is not known."""
    if tempo is None:
        return 0.5
    return max(_FAR_TEMPO, math.exp(-((math.log2(tempo / wanted) / _TEMPO_OCTAVES) ** 2)))


def pick(grooves: Sequence[Groove], rng: random.Random) -> Groove:
    return rng.choices(grooves, weights=[g.weight for g in grooves])[0]


def common_grid(a: Grid, b: Grid) -> Grid | None:
    """The coarsest grid that holds both; None when it would be finer than twelve steps a quarter."""
    steps = math.lcm(a.steps_per_quarter, b.steps_per_quarter)
    return Grid(a.metre, steps) if a.metre == b.metre and steps <= _MAX_STEPS_PER_QUARTER else None


def on_grid(groove: Groove, grid: Grid) -> Groove:
    """The groove on a grid that holds its own."""
    factor = grid.steps_per_quarter // groove.grid.steps_per_quarter
    return replace(groove, grid=grid, bars=tuple(regrid(bar, factor) for bar in groove.bars))


def _main_metre(grooves: Sequence[Groove]) -> Metre:
    weights: dict[Metre, float] = {}
    for groove in grooves:
        weights[groove.grid.metre] = weights.get(groove.grid.metre, 0.0) + groove.weight
    return max(weights, key=lambda metre: (weights[metre], -metre.numerator))


def _in_metre(grooves: list[Groove], metre: Metre, notes: list[str]) -> list[Groove]:
    found = [g for g in grooves if g.grid.metre == metre]
    if found:
        return found
    source = _nearest_metre(grooves, metre)
    notes.append(f"no groove in {metre} is known of this artist: grooves in {source} were carried over to it")
    return [_adapted(g, metre) for g in grooves if g.grid.metre == source]


def _nearest_metre(grooves: Sequence[Groove], metre: Metre) -> Metre:
    """The metre that needs the least change: of the same kind of beat, then the nearest in length."""

    def change(other: Metre) -> tuple[bool, float, int]:
        length = abs(math.log2(other.bar_quarters / metre.bar_quarters))
        return other.is_compound != metre.is_compound, length, other.numerator

    return min({g.grid.metre for g in grooves}, key=change)


def _adapted(groove: Groove, metre: Metre) -> Groove:
    bars = tuple(adapt(bar, groove.grid, metre) for bar in groove.bars)
    return replace(groove, grid=adapted_grid(groove.grid, metre), bars=bars)


def _usual_tempo(library: Library, grooves: Sequence[Groove]) -> float:
    """The artist's usual tempo, where the grooves of this metre are played near it; else their own middle."""
    params = library.profile.quantitative_params
    usual = next(
        (found for name in ("tempo_mode", "tempo_avg") if name in params and (found := params[name].value)), None
    )
    known = sorted((g.tempo, g.weight) for g in grooves if g.tempo)
    if not known:
        return usual or DEFAULT_TEMPO
    if usual and known[0][0] * 0.95 <= usual <= known[-1][0] * 1.05:
        return round(usual, 1)
    half, passed = sum(weight for _, weight in known) / 2, 0.0
    for tempo, weight in known:
        passed += weight
        if passed >= half:
            return round(tempo, 1)
    raise AssertionError("half of the weight is passed before the end")


def _tempo_notes(library: Library, tempo: float) -> list[str]:
    params = library.profile.quantitative_params
    low = params["tempo_min"].value if "tempo_min" in params else None
    high = params["tempo_max"].value if "tempo_max" in params else None
    if low is None or high is None or low <= round(tempo, 1) <= high:
        return []
    return [f"{tempo:g} bpm is outside the tempos known of this artist ({low:.0f}-{high:.0f} bpm)"]


def _family(grooves: list[Groove], rng: random.Random, grid_hint: int | None) -> list[Groove]:
    families: dict[tuple[str, int], list[Groove]] = {}
    for groove in grooves:
        families.setdefault((groove.style, groove.grid.steps_per_quarter), []).append(groove)
    if grid_hint is not None:
        # a locked lane needs a grid that holds it, or at least one that it can share
        families = {k: v for k, v in families.items() if grid_hint % k[1] == 0 or k[1] % grid_hint == 0} or families
    keys = sorted(families)
    chosen = rng.choices(keys, weights=[sum(g.weight for g in families[key]) for key in keys])[0]
    return families[chosen]


def _fitting(library: Library, role: Role, grid: Grid, tempo: float, style: str) -> list[Groove]:
    """What of a role can be played in this grid, those of the style before others."""
    found = library.of(role, grid.metre)
    if not found:
        found = [_adapted(g, grid.metre) for g in library.of(role)]
    return [
        replace(g, weight=g.weight * nearness(g.tempo, tempo) * (_OWN_STYLE if g.style == style else 1.0))
        for g in found
        if _share(g.grid, grid)
    ]


def _share(a: Grid, b: Grid) -> bool:
    """Whether one of the grids holds the other, and what swings on one can swing on the other."""
    small, large = sorted((a.steps_per_quarter, b.steps_per_quarter))
    return a.metre == b.metre and large % small == 0 and a.is_ternary == b.is_ternary
