"""What all variations of one request share: tempo, metre, the family of grooves, and the words on what was adapted."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from mdg_core.errors import MdgError
from mdg_core.pattern import Metre
from mdg_core.profile import BORROWED, Role
from mdg_drummer.adapt import adapt, adapted_grid
from mdg_drummer.bars import Bar, Grid, Voice, clamp, regrid
from mdg_drummer.form import repeats_of
from mdg_drummer.library import Groove, Library, weighted_bars
from mdg_drummer.named_style import of_style
from mdg_drummer.novelty import bar_cells
from mdg_drummer.pins import Targets, is_no_triplet, pinned_tempo, pinned_value, targets_of, within_pins
from mdg_drummer.request import GenerationRequest
from mdg_drummer.subdivide import in_feel
from mdg_drummer.vocabulary import Vocabulary, vocabulary

DEFAULT_TEMPO = 100.0
# a groove played at twice its tempo is another groove; a quarter octave away it is still at home
_TEMPO_OCTAVES = 0.25
_FAR_TEMPO = 0.02  # but never quite impossible
_MAX_STEPS_PER_QUARTER = 12
_UNKNOWN_LOUDNESS = 108
# the medians of the drummers in the Groove MIDI Dataset
_USUAL_FILL_SHARE, _USUAL_CRASH = 0.13, 0.33
_ENOUGH_BARS = 6  # of a take, to know from it alone what is varied in it
_OWN_STYLE = 4.0  # how much likelier a fill of the groove's style is than another
# fills less the grooves of their take, strokes a bar and velocity; mean and deviation in the Groove MIDI Dataset
_BUSIER, _LOUDER = (0.9, 4.7), (8.8, 14.3)
_UNSUITED = 0.01
_SAME_PACE = 0.25  # of `nearness`: within 22 % of the tempo
_OTHER_STYLE = 0.5  # how likely a passage of another style leads beside one of the family's
_NO_STYLE = "unknown"  # what takes of no named style are filed under
_AS_HEAVY = 0.6  # of the heaviest metre's weight


class NothingToPlay(MdgError):
    """The profile holds no groove."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The grooves of one style on one grid, and what of the other roles fits them."""

    tempo: float
    grid: Grid
    style: str
    grooves: tuple[Groove, ...]  # of the family, the weights fitted to the tempo and to what is typical
    passages: tuple[Groove, ...]  # what can lead: those of the family, or its grooves where there are none
    fills: tuple[Groove, ...]
    intros: tuple[Groove, ...]
    outros: tuple[Groove, ...]
    spoken: Callable[[], Vocabulary]  # `words`, counted when first asked for
    has_cymbals: bool
    usual_loudness: Mapping[Voice, float]  # over all that is known of the artist
    fill_share: float  # of the bars, 0-1
    crash_after_fill: float  # of the fills, 0-1
    notes: tuple[str, ...]
    pinned: Targets  # what clips are brought to
    figured: Callable[[], list[tuple[Bar, float]]]  # `figures`, gathered when first asked for
    repeats: float  # how often a bar comes round again just as it was, 0-1
    library: Library

    @property
    def words(self) -> Vocabulary:
        """What these grooves play where."""
        return self.spoken()

    @property
    def figures(self) -> list[tuple[Bar, float]]:
        """The bars of the family that are no fills, each with its weight: the vocabulary of exchanges."""
        return self.figured()

    def is_copy(self, bar: Bar) -> bool:
        """Whether a bar on the plan's grid is one of the sources', stroke for stroke."""
        return bar_cells(bar, self.grid) in self.library.sources.bars

    def loudness(self, voice: Voice) -> int:
        """The mean velocity of a voice in these grooves, or in all of the artist's."""
        return clamp(self.words.loudness.get(voice) or self.usual_loudness.get(voice) or _UNKNOWN_LOUDNESS)


def make_plan(
    library: Library, request: GenerationRequest, rng: random.Random, *, grid_hint: int | None = None
) -> Plan:
    """Choose the family (seeded, by weight and nearness in tempo). `grid_hint`: steps a quarter to prefer.

    Raises NothingToPlay, and UsageError for a style that the artist is not known to play.
    """
    grooves = library.once(("style", request.style), lambda: _of_style(library, request.style))
    if not grooves:
        raise NothingToPlay(
            f"the profile of {library.profile.artist.name} holds no groove to play from: "
            f"add MIDI or .grid files to the library and run `mdg augment {library.profile.artist.key}`"
        )
    metre = request.metre or library.once(("metre", request.style), lambda: _main_metre(grooves))
    as_asked = request.style, metre, request.feel, request.swing is None  # all that the next two rest on
    in_metre, said = library.once(("prepared", *as_asked), lambda: _prepared(library, grooves, metre, request))
    notes = list(said)
    pool = _on_hinted_grid(in_metre, grid_hint)
    pin = pinned_tempo(library.profile)
    asked = request.tempo or (pin and pin * metre.tempo_quarters)
    if asked is None:
        weights = library.once(("at home", *as_asked, grid_hint), lambda: _at_home(library, pool))
    else:
        weights = [g.weight * nearness(g.tempo, asked) for g in pool]
    chosen = rng.choices(pool, weights=weights)[0]
    grid = chosen.grid
    tempo = asked or _tempo_of(library, chosen)
    notes += _tempo_notes(library, tempo, metre)
    same_grid = library.once(("on", *as_asked, grid), lambda: [g for g in in_metre if g.grid == grid])
    # in a blend both artists are of the family, whatever they call their styles
    family = _near([g for g in same_grid if g.style == chosen.style or library.parents], tempo)
    # one groove says little about what the artist varies: then all grooves of the grid are asked
    speakers = family if len(family) > 2 else _near(same_grid, tempo)
    passages = _leading(library, family, metre, request, tempo)
    return Plan(
        tempo=tempo,
        grid=grid,
        style=family[0].style,
        grooves=tuple(family),
        # of an artist of whom no passage is known the grooves lead
        passages=(*passages, *(g for g in family if g.artist not in {p.artist for p in passages})),
        fills=tuple(_fitting(library, "fill", grid, tempo, chosen.style, at_home_with=chosen)),
        intros=tuple(_fitting(library, "intro", grid, tempo, chosen.style)),
        outros=tuple(_fitting(library, "outro", grid, tempo, chosen.style)),
        spoken=_words_of(library, speakers),
        has_cymbals=library.has_cymbals,
        usual_loudness=library.loudness,
        fill_share=_fill_share(library),
        crash_after_fill=_share_of(library, "crash_after_fill", _USUAL_CRASH),
        notes=tuple(notes),
        pinned=targets_of(library.profile),
        figured=_figures_of(speakers, passages),
        repeats=repeats_of(passages),
        library=library,
    )


def _of_style(library: Library, style: str | None) -> Sequence[Groove]:
    """Raises UsageError."""
    return of_style(library, style) if style else library.of("groove")


def _prepared(
    library: Library, grooves: Sequence[Groove], metre: Metre, request: GenerationRequest
) -> tuple[Sequence[Groove], Sequence[str]]:
    """The grooves in the metre and division of the beat that are asked for, carried over where they must be; and what
    to say of it."""
    notes: list[str] = []
    found: Sequence[Groove] = _in_metre(grooves, metre, notes)
    if request.feel:
        found = in_feel(list(found), request.feel, notes)
    elif request.swing is None:
        found = _able_to_swing(library, list(found), notes)
    return found, notes


def _leading(
    library: Library, family: Sequence[Groove], metre: Metre, request: GenerationRequest, tempo: float
) -> list[Groove]:
    """The passages that belong to the family, brought onto its grid as it was.

    Unless a style was asked for those of other styles join that go about as fast, half as likely: variations differ
    like takes. In a blend the weights are the artists' shares; else differences of weight count by their root, so that
    many takes lead and not the most typical ones again and again.
    """
    styles = {groove.style for groove in family}
    found = [p for p in library.passages if p.style in styles or library.parents]
    if found and not request.style:
        found = list(library.passages)
    if not found:
        return []
    asked = request.style, tuple(styles) if request.style else (), metre, request.feel, request.swing is None
    carried, _ = library.once(("passages", *asked), lambda: _prepared(library, found, metre, request))
    grid = family[0].grid
    own = library.once(("passages on", *asked, grid), lambda: [p for p in carried if p.grid == grid])
    if library.parents:
        return _near(own, tempo)
    pace = {passage.tempo: nearness(passage.tempo, tempo) for passage in own}
    return [
        p.weighing(math.sqrt(p.weight * pace[p.tempo]) * (1.0 if p.style in styles else _OTHER_STYLE))
        for p in own
        if p.style in styles or pace[p.tempo] >= _SAME_PACE
    ]


def _figures_of(grooves: Sequence[Groove], passages: Sequence[Groove]) -> Callable[[], list[tuple[Bar, float]]]:
    def gathered() -> list[tuple[Bar, float]]:
        plain = ((bar, p.weight / len(p.bars)) for p in passages for i, bar in enumerate(p.bars) if i not in p.fills)
        return [*weighted_bars(grooves), *plain]

    return cache(gathered)


def around(plan: Plan, lead: Groove) -> Plan:
    """The plan as the takes know it that the leading groove was found in, if they hold enough to draw from.

    Fills that suit the groove come before others. A blend stays as it is.
    """
    if lead.artist:
        return plan
    fills = tuple(fill.weighing(fill.weight * _suits(fill, lead)) for fill in plan.fills)
    kin = tuple(g for g in plan.grooves if g.documents & lead.documents)
    if sum(len(g.bars) for g in kin) < _ENOUGH_BARS:
        return replace(plan, fills=fills)
    passages = [p for p in plan.passages if p.documents & lead.documents]
    spoken = _words_of(plan.library, kin)
    return replace(plan, fills=fills, grooves=kin, spoken=spoken, figured=_figures_of(kin, passages))


def _words_of(library: Library, grooves: Sequence[Groove]) -> Callable[[], Vocabulary]:
    """What these grooves play where, counted when first asked for; of grooves of one tempo, once for the library.

    Whatever tempo a request asks for, the weights of these stand in the same proportion.
    """

    def counted() -> tuple[Sequence[Groove], Vocabulary]:
        return grooves, vocabulary(weighted_bars(grooves))

    if len({groove.tempo for groove in grooves}) > 1:
        return cache(lambda: counted()[1])
    # what is kept holds the bars, so that these are no others' addresses
    return lambda: library.once(("words", *(id(groove.bars) for groove in grooves)), counted)[1]


def _suits(fill: Groove, groove: Groove) -> float:
    """How well a fill goes with a groove, 0-1: as busy and as loud as it is, as those of a take are."""
    busier = (fill.busyness - groove.busyness - _BUSIER[0]) / _BUSIER[1]
    louder = (fill.loudness - groove.loudness - _LOUDER[0]) / _LOUDER[1]
    return max(_UNSUITED, math.exp(-(busier**2 + louder**2) / 2))


def nearness(tempo: float | None, wanted: float) -> float:
    """How well a groove of `tempo` serves at `wanted`, 0-1: a bell curve over octaves; 0.5 where it is not known."""
    if tempo is None:
        return 0.5
    return max(_FAR_TEMPO, math.exp(-((math.log2(tempo / wanted) / _TEMPO_OCTAVES) ** 2)))


def pick(grooves: Sequence[Groove], rng: random.Random) -> Groove:
    return rng.choices(grooves, weights=[g.weight for g in grooves])[0]


def common_grid(a: Grid, b: Grid) -> Grid | None:
    """The coarsest grid that holds both; None when it would be finer than twelve steps a quarter and than both.

    In metres of thirty-seconds one of them can be that fine itself.
    """
    steps = math.lcm(a.steps_per_quarter, b.steps_per_quarter)
    finest = max(_MAX_STEPS_PER_QUARTER, a.steps_per_quarter, b.steps_per_quarter)
    return Grid(a.metre, steps) if a.metre == b.metre and steps <= finest else None


def on_grid(groove: Groove, grid: Grid) -> Groove:
    """The groove on a grid that holds its own."""
    factor = grid.steps_per_quarter // groove.grid.steps_per_quarter
    if factor == 1:
        return groove
    return groove._replace(grid=grid, bars=tuple(regrid(bar, factor) for bar in groove.bars))


def _main_metre(grooves: Sequence[Groove]) -> Metre:
    """Of those that weigh about as much as the heaviest that of most takes, since short takes weigh less.

    In a blend takes do not compare: the heaviest.
    """
    metres = dict.fromkeys(groove.grid.metre for groove in grooves)
    if len(metres) == 1:
        return grooves[0].grid.metre
    takes: dict[Metre, set[str]] = {}
    weights: dict[Metre, float] = {}
    for groove in grooves:
        metre = groove.grid.metre
        takes.setdefault(metre, set()).update(groove.documents)
        weights[metre] = weights.get(metre, 0.0) + groove.weight
    share = 1.0 if grooves[0].artist else _AS_HEAVY
    heavy = [metre for metre in weights if weights[metre] >= share * max(weights.values())]
    return max(heavy, key=lambda metre: (len(takes[metre]), weights[metre], -metre.numerator))


def _in_metre(grooves: Sequence[Groove], metre: Metre, notes: list[str]) -> list[Groove]:
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
    """The groove in another metre; its beats go as fast as before."""
    bars = tuple(adapt(bar, groove.grid, metre) for bar in groove.bars)
    tempo = groove.tempo and groove.tempo * metre.tempo_quarters / groove.grid.metre.tempo_quarters
    return groove._replace(grid=adapted_grid(groove.grid, metre), bars=bars, tempo=tempo)


def _near(grooves: Sequence[Groove], tempo: float) -> list[Groove]:
    near = {own: nearness(own, tempo) for own in {g.tempo for g in grooves}}
    return [g.weighing(g.weight * near[g.tempo]) for g in grooves]


def _able_to_swing(library: Library, grooves: list[Groove], notes: list[str]) -> list[Groove]:
    """Grooves in halves of the beat where another swing than that of triplets is pinned."""
    swing = pinned_value(library.profile, "swing_percent")
    if not is_no_triplet(swing) or grooves[0].grid.metre.is_compound:
        return grooves
    if all(groove.grid.is_ternary for groove in grooves):
        notes.append(f"the swing is pinned at {swing:g} %: grooves in triplets were carried over to halves of the beat")
    return list(in_feel(grooves, "straight", []))


def _known(library: Library, name: str) -> float | None:
    parameter = library.profile.quantitative_params.get(name)
    return parameter.value if parameter else None


def _share_of(library: Library, name: str, usual: float) -> float:
    """A parameter that is a share, 0-1."""
    known = _known(library, name)
    return usual if known is None else min(max(known, 0.0), 1.0)


def _fill_share(library: Library) -> float:
    """The share of bars with a fill; of an artist whose fills were cut out of the grooves, so that none is left in
    them, what is usual."""
    known = _share_of(library, "fill_share", 0.0)
    unknown = known == 0 and (library.of("fill") or _known(library, "fill_share") is None)
    return _USUAL_FILL_SHARE if unknown and pinned_value(library.profile, "fill_share") is None else known


def _tempo_of(library: Library, groove: Groove) -> float:
    """The groove's own tempo, or the next to it that the artist is known to play, in quarters a minute.

    The artist's usual one for a groove without a tempo, and for a borrowed one whose tempo the artist does not play.
    The profile counts beats, which are dotted quarters in compound metres.
    """
    profile, unit = library.profile, groove.grid.metre.tempo_quarters
    own = groove.tempo and groove.tempo / unit
    nearest = own and min(max(own, _known(library, "tempo_min") or own), _known(library, "tempo_max") or own)
    borrowed = any(document.startswith(BORROWED) for document in groove.documents)
    if nearest and (nearest == own or not borrowed):
        return within_pins(profile, round(nearest * unit, 1) / unit) * unit
    usual = _known(library, "tempo_mode") or _known(library, "tempo_avg") or own or DEFAULT_TEMPO
    return within_pins(profile, round(usual * unit, 1) / unit) * unit


def _at_home(library: Library, grooves: Sequence[Groove]) -> list[float]:
    """The weight of each groove where no tempo was asked: less far from where grooves of its style gather, and
    where pinned bounds move it."""
    unit = grooves[0].grid.metre.tempo_quarters
    home = {style: library.usual_tempo(style) for style in {groove.style for groove in grooves}}
    known = {g.tempo / unit for g in grooves if g.tempo}
    held = {tempo: nearness(tempo, within_pins(library.profile, tempo)) for tempo in known}
    near = {(t, style): held[t] * nearness(t, usual or t) for style, usual in home.items() for t in known}
    return [g.weight * (near[g.tempo / unit, g.style] if g.tempo else 1.0) for g in grooves]


def _tempo_notes(library: Library, tempo: float, metre: Metre) -> list[str]:
    low, high = (_known(library, name) for name in ("tempo_min", "tempo_max"))
    if low is None or high is None:
        return []
    low, high = low * metre.tempo_quarters, high * metre.tempo_quarters
    if round(low, 1) <= round(tempo, 1) <= round(high, 1):
        return []
    return [f"{tempo:g} bpm is outside the tempos known of this artist ({low:.0f}-{high:.0f} bpm)"]


def _on_hinted_grid(grooves: Sequence[Groove], steps_per_quarter: int | None) -> Sequence[Groove]:
    """A locked lane needs a grid that holds it, or at least one that it can share."""
    if steps_per_quarter is None:
        return grooves
    grids = [(g, g.grid.steps_per_quarter) for g in grooves]
    return [g for g, own in grids if steps_per_quarter % own == 0 or own % steps_per_quarter == 0] or grooves


def _fitting(
    library: Library, role: Role, grid: Grid, tempo: float, style: str, *, at_home_with: Groove | None = None
) -> list[Groove]:
    """What of a role can be played in this grid, those of the style before others.

    `at_home_with`: those alone that were played about as fast and in that groove's style or take; of a blend, in any.
    """
    found = library.once(("fitting", role, grid), lambda: _on_it(library, role, grid))
    near = {own: nearness(own, tempo) for own in {g.tempo for g in found}}
    if at_home_with is not None:
        styles, takes = (at_home_with.style, _NO_STYLE), at_home_with.documents
        near_enough = [g for g in found if near[g.tempo] >= _SAME_PACE]
        found = [g for g in near_enough if g.artist or g.style in styles or g.documents & takes]
    return [g.weighing(g.weight * near[g.tempo] * (_OWN_STYLE if g.style == style else 1.0)) for g in found]


def _on_it(library: Library, role: Role, grid: Grid) -> list[Groove]:
    found = library.of(role, grid.metre) or [_adapted(g, grid.metre) for g in library.of(role)]
    return [g for g in found if _share(g.grid, grid)]


def _share(a: Grid, b: Grid) -> bool:
    """Whether one of the grids holds the other, and what swings on one can swing on the other."""
    small, large = sorted((a.steps_per_quarter, b.steps_per_quarter))
    return a.metre == b.metre and large % small == 0 and a.is_ternary == b.is_ternary
