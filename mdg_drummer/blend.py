"""Two artists in one library: grooves of both by their shares, numbers between theirs, and both within each clip.

The hands of a clip are one artist's, as many variations by each as the shares say. In its answering bars the feet are
the other's: of four bars as many as that artist's share says, at least one. Feel and tempo lie between the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mdg_core.kit import HATS, Voice
from mdg_core.pattern import Metre
from mdg_core.profile import Parameter
from mdg_drummer.adapt import adapt, adapted_grid
from mdg_drummer.bars import FEET, SNARES, Bar, V, clamp, only, without
from mdg_drummer.library import Groove, Library
from mdg_drummer.novelty import joined
from mdg_drummer.pins import pinned_tempo
from mdg_drummer.plan import DEFAULT_TEMPO, common_grid, on_grid
from mdg_drummer.player import between
from mdg_drummer.request import GenerationRequest, Subdivision
from mdg_drummer.subdivide import in_feel

_PHRASE = 4  # bars
_LOUD = 80  # a stroke of the snare that a kick may mask


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
        grooves=tuple(groove for library, share in shares for groove in _shared(library, share, library.grooves)),
        passages=tuple(passage for library, share in shares for passage in _shared(library, share, library.passages)),
        sources=joined(one.sources, other.sources),
        loudness=loudness,
        player=between(one.player, other.player, amount),
        parents=(one, other, amount),
    )


def _shared(library: Library, share: float, grooves: Sequence[Groove]) -> Iterator[Groove]:
    """Grooves or passages with their artist's name and share of each role."""
    name = library.profile.artist.name
    total = {role: sum(g.weight for g in grooves if g.role == role) for role in {g.role for g in grooves}}
    for groove in grooves:
        yield groove._replace(
            artist=name, name=f"{name}: {groove.name}", weight=share * groove.weight / total[groove.role]
        )


def _parameter(name: str, ours: Parameter | None, theirs: Parameter, amount: float) -> Parameter:
    if ours is None or ours.value is None:
        return theirs
    if theirs.value is None:
        return ours
    ends = {"tempo_min": min, "tempo_max": max}
    value = ends[name](ours.value, theirs.value) if name in ends else ours.value + amount * (theirs.value - ours.value)
    return ours.model_copy(update={"value": value, "pinned": ours.pinned or theirs.pinned})


def together(library: Library, request: GenerationRequest) -> tuple[Library, GenerationRequest]:
    """The blend with the grooves of both on one metre and grid, each with feet of the other's, and a tempo between.

    Where no grid holds both artists' grooves they stay as they are. A library of one artist is left alone.
    """
    if library.parents is None:
        return library, request
    one, other, amount = library.parents
    if request.tempo is None and pinned_tempo(library.profile) is None:
        tempo = _usual_tempo(one) + amount * (_usual_tempo(other) - _usual_tempo(one))
        request = request.model_copy(update={"tempo": round(tempo, 1)})
    grooves = library.of("groove")
    if not grooves:
        return library, request
    metre = request.metre or _heaviest_metre(grooves)
    names = [part.profile.artist.name for part in (one, other)]
    pools = [_in_metre([g for g in grooves if g.artist == name], metre, request.style) for name in names]
    if not all(pools):
        return library, request
    pools = _in_one_division(pools, request)
    shared = common_grid(*(_heaviest(pool).grid for pool in pools))
    if shared is None:
        return library, request
    first, second = (
        [on_grid(g, shared) for g in pool if shared.steps_per_quarter % g.grid.steps_per_quarter == 0] for pool in pools
    )
    mixed = [*_with_feet(first, second, amount), *_with_feet(second, first, 1 - amount)]
    others = [g for g in library.grooves if g.role != "groove"]
    # what leads are the mixed grooves, not the passages of one or the other
    return replace(library, grooves=(*mixed, *others), passages=()), request


def leader_of(library: Library, index: int) -> str:
    """Whose hands variation `index` (from 0) has: after each variation both are as near to their shares as can be.

    The empty name that grooves outside a blend carry, of a library of one artist.
    """
    if library.parents is None:
        return ""
    one, other, amount = library.parents
    leads = int((index + 1) * amount + 0.5) > int(index * amount + 0.5)
    return (other if leads else one).profile.artist.name


def _usual_tempo(library: Library) -> float:
    params = library.profile.quantitative_params
    known = [params[name].value for name in ("tempo_mode", "tempo_avg") if name in params]
    own = [(g.tempo, g.weight) for g in library.of("groove") if g.tempo]
    mean = sum(tempo * weight for tempo, weight in own) / sum(weight for _, weight in own) if own else DEFAULT_TEMPO
    return pinned_tempo(library.profile) or next((value for value in known if value), mean)


def _heaviest_metre(grooves: Sequence[Groove]) -> Metre:
    weights: dict[Metre, float] = {}
    for groove in grooves:
        weights[groove.grid.metre] = weights.get(groove.grid.metre, 0.0) + groove.weight
    return max(weights, key=lambda metre: (weights[metre], -metre.numerator))


def _heaviest(grooves: Sequence[Groove]) -> Groove:
    """One on the grid that most of the weight is on."""
    weights: dict[int, float] = {}
    for groove in grooves:
        per = groove.grid.steps_per_quarter
        weights[per] = weights.get(per, 0.0) + groove.weight
    most = max(weights, key=lambda per: (weights[per], -per))
    return next(groove for groove in grooves if groove.grid.steps_per_quarter == most)


def _in_metre(grooves: Sequence[Groove], metre: Metre, style: str | None) -> list[Groove]:
    """Those in the metre, else those of the artist's main one carried over; of the style where the artist plays it.

    The grooves of one who does not play an asked style go by its name.
    """
    if style:
        name = style.strip().casefold()
        found = [g for g in grooves if g.style.casefold() == name]
        grooves = found or [g._replace(style=style.strip()) for g in grooves]
    found = [g for g in grooves if g.grid.metre == metre]
    if found or not grooves:
        return found
    main = _heaviest_metre(grooves)
    return [
        g._replace(grid=adapted_grid(g.grid, metre), bars=tuple(adapt(bar, g.grid, metre) for bar in g.bars))
        for g in grooves
        if g.grid.metre == main
    ]


def _in_one_division(pools: Sequence[list[Groove]], request: GenerationRequest) -> list[list[Groove]]:
    """All in thirds of the beat or none, as the greater part of the weight is or as the request's feel says."""
    if pools[0][0].grid.metre.is_compound:
        return list(pools)
    if request.feel:
        return [list(in_feel(pool, request.feel, [])) for pool in pools]
    thirds = sum(g.weight if g.grid.is_ternary else -g.weight for pool in pools for g in pool) > 0
    feel: Subdivision = "triplet" if thirds else "straight"
    return [[g for g in pool if g.grid.is_ternary == thirds] or list(in_feel(pool, feel, [])) for pool in pools]


def _with_feet(hands: Sequence[Groove], feet: Sequence[Groove], share: float) -> Iterator[Groove]:
    """The grooves as phrases, the feet of so many of their bars from the other's grooves; the weights stay."""
    ranked = sorted(feet, key=lambda groove: (-groove.weight, groove.id))
    for index, groove in enumerate(hands):
        turned = [*ranked[index % len(ranked) :], *ranked[: index % len(ranked)]]
        bars = [dict(groove.bars[i % len(groove.bars)]) for i in range(max(_PHRASE, len(groove.bars)))]
        answers = sorted(range(len(bars)), key=lambda bar: (bar % 2 == 0, -bar))
        for bar in answers[: max(1, round(len(bars) * share))]:
            bars[bar] = next((_on_feet(bars[bar], f) for partner in turned for f in partner.bars
                              if _go_together(bars[bar], f)), bars[bar])  # fmt: skip
        yield groove._replace(bars=tuple(bars))


def _go_together(hands: Bar, feet: Bar) -> bool:
    """The kick carries the bar at least half as much, and falls on no more loud strokes of the snare than at home."""
    kicks = [step for step, voice in feet if voice is V.KICK]
    own = sum(voice is V.KICK for _, voice in hands)
    return 2 * len(kicks) >= max(1, own) and _masked(hands, kicks) <= _masked(feet, kicks)


def _masked(bar: Bar, kicks: Sequence[int]) -> int:
    return sum(any(bar.get((step, voice), 0) > _LOUD for voice in SNARES) for step in kicks)


def _on_feet(hands: Bar, feet: Bar) -> Bar:
    """As loud as the hands' own feet; the pedal hat comes along where the hands leave the hats alone."""
    taken: tuple[Voice, ...] = (V.KICK,) if any(voice in HATS for _, voice in hands) else FEET
    own, theirs = (only(bar, (V.KICK,)).values() for bar in (hands, feet))
    level = (sum(own) / len(own)) / (sum(theirs) / len(theirs)) if own else 1.0
    return without(hands, taken) | {cell: clamp(level * velocity) for cell, velocity in only(feet, taken).items()}
