"""From one groove to the bars of a clip: phrases, answers, fills at their ends, intro and outro.

A phrase is four bars (the clip, if it is shorter). Phrases follow one another as A, A A', A A B, A A B A; B is
another groove of the family. Within a phrase the groove's own bars go round, and what comes round again is varied.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from mdg_drummer.bars import CYMBALS, TIMEKEEPERS, TOMS, Bar, Grid, V, only, regrid
from mdg_drummer.density import with_density
from mdg_drummer.fills import (
    departs,
    fill_bar,
    fill_length,
    final_stroke,
    is_fill,
    land,
    middle,
    plain_fill,
    revoice,
    splice,
)
from mdg_drummer.library import Groove
from mdg_drummer.plan import Plan, common_grid, on_grid, pick
from mdg_drummer.request import Section
from mdg_drummer.steer import steered
from mdg_drummer.syncopation import with_syncopation
from mdg_drummer.vary import breathe, recrash, timekeeper, uncrashed, vary
from mdg_drummer.vocabulary import regridded

PHRASE = 4
_FORMS = {1: ("A",), 2: ("A", "A"), 3: ("A", "A", "B"), 4: ("A", "A", "B", "A")}
_PLAIN_FILLS = (Fraction(1, 4), Fraction(1, 2))  # of a bar
_LONG_PHRASE, _SHORT_PHRASE = 1.3, 0.7  # how much likelier than on average a fill ends eight bars, and four within them
_SUREST = 0.95
_VARIED = 0.6  # share of the bars that come round again in which a stroke is changed
_PLAIN_NOTE = "no fill of this artist is known in this metre: plain ones were played"
_REVOICED = 0.5  # share of a solo's bars whose hands go elsewhere than in the artist's fill


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Bars on one grid, and what to say about them."""

    bars: list[Bar]
    grid: Grid
    notes: tuple[str, ...] = ()


def arrange(
    plan: Plan,
    lead: Groove,
    *,
    bars: int,
    section: Section,
    density: float = 0.0,
    syncopation: float = 0.0,
    changes: int,
    rng: random.Random,
) -> Arrangement:
    """One clip of `bars` bars led by the groove `lead`; `changes` is how many strokes of each bar are varied."""
    if section == "fill":
        return _solo(plan, lead, bars, rng)
    body = _groove(plan, lead, bars, changes, rng)
    if plan.pinned.move_strokes:
        body = steered(body, plan.grid, plan.words, plan.pinned, tempo=plan.tempo)
    if density:
        body = [with_density(bar, plan.words, plan.grid, density) for bar in body]
    if syncopation:
        body = [with_syncopation(bar, plan.words, plan.grid, syncopation) for bar in body]
    if section == "intro":
        return _intro(plan, body, rng)
    if section == "outro":
        return _outro(plan, body, rng)
    return _with_fills(plan, body, _fill_places(plan, bars, rng), rng, loops=True)


def _groove(plan: Plan, lead: Groove, bars: int, changes: int, rng: random.Random) -> list[Bar]:
    """The groove alone, without fills."""
    form = _FORMS[-(-bars // PHRASE)]
    themes = {"A": _theme(plan, lead, changes, rng)}
    if "B" in form:
        others = [g for g in plan.grooves if g.id != lead.id]
        themes["B"] = _theme(plan, pick(others, rng) if others else lead, changes, rng)
    out: list[Bar] = []
    heard: set[str] = set()
    for phrase, letter in enumerate(form):
        theme = themes[letter]
        for index in range(min(PHRASE, bars - phrase * PHRASE)):
            bar = theme[index % len(theme)]
            out.append(_again(plan, bar, rng) if letter in heard or index >= len(theme) else bar)
        heard.add(letter)
    return out


def _again(plan: Plan, bar: Bar, rng: random.Random) -> Bar:
    """A bar of the theme as it comes round again: other accents, mostly a stroke changed, none as loud as before."""
    bar = recrash(bar, plan.words, rng)
    if rng.random() < _VARIED:
        bar = vary(bar, plan.words, plan.grid, rng, 1)
    return breathe(bar, rng)


def _theme(plan: Plan, groove: Groove, changes: int, rng: random.Random) -> list[Bar]:
    """The groove's bars, its feet sometimes those of a groove that goes with its hands, each bar varied."""
    feet = _partner(plan, groove, rng)
    bars = [_recombine(bar, feet.bars[i % len(feet.bars)]) if feet else bar for i, bar in enumerate(groove.bars)]
    if len(bars) == 1:  # a one-bar groove gets an answer
        bars = [bars[0], vary(bars[0], plan.words, plan.grid, rng, 1)]
    return [vary(bar, plan.words, plan.grid, rng, changes) for bar in bars]


def _partner(plan: Plan, groove: Groove, rng: random.Random) -> Groove | None:
    """Half of the time, a groove of the family whose kick leaves the accents of this one's snare free."""
    if rng.random() < 0.5 or groove.artist:  # in a blend the feet are mixed already
        return None
    others = [g for g in plan.grooves if g.id != groove.id]
    left = others
    while left:
        chosen = pick(left, rng)
        if _goes_with(groove.bars, chosen.bars):
            return chosen
        left.remove(chosen)
    return None


def _goes_with(hands: Sequence[Bar], feet: Sequence[Bar]) -> bool:
    """The kicks do not fall on the snare's accents more often than in the groove that they come from."""
    return _clashes(hands, feet) <= _clashes(feet, feet)


def _clashes(hands: Sequence[Bar], feet: Sequence[Bar]) -> int:
    bars = max(len(hands), len(feet))
    return sum(
        hands[i % len(hands)].get((step, V.SNARE), 0) > 80
        for i in range(bars)
        for step, voice in feet[i % len(feet)]
        if voice is V.KICK
    )


def _recombine(hands: Bar, feet: Bar) -> Bar:
    return {cell: v for cell, v in hands.items() if cell[1] is not V.KICK} | only(feet, (V.KICK,))


def _fill_places(plan: Plan, bars: int, rng: random.Random) -> list[int]:
    """Bars that end in a fill: ends of phrases, as often as any of the artist's bars in a phrase would hold one."""
    places = []
    for bar in range(bars):
        ends_phrase = bar % PHRASE == PHRASE - 1
        ends_clip = bar == bars - 1 and bars > 1
        if (ends_phrase or ends_clip) and rng.random() < _chance_of_fill(plan, bar, ends_clip=ends_clip):
            places.append(bar)
    return places


def _chance_of_fill(plan: Plan, bar: int, *, ends_clip: bool) -> float:
    if plan.pinned.fills is not None:  # so many of all bars, as far as there are ends of phrases
        return plan.pinned.fills * (bar % PHRASE + 1)
    in_phrase = 1 - (1 - plan.fill_share) ** PHRASE
    call = _LONG_PHRASE if (bar + 1) % (2 * PHRASE) == 0 else 1.0 if ends_clip else _SHORT_PHRASE
    return min(_SUREST, in_phrase * call)


def _with_fills(
    plan: Plan, body: list[Bar], places: Sequence[int], rng: random.Random, *, loops: bool = False
) -> Arrangement:
    if not places:
        return Arrangement(body, plan.grid)
    if not plan.fills:
        for bar in places:
            body[bar] = plain_fill(body[bar], plan.words, plan.grid, rng)
        return Arrangement(_landed(plan, body, places, rng, loops=loops), plan.grid, (_PLAIN_NOTE,))
    grid, fills = _shared_grid(plan, rng)
    body = _on(body, plan.grid, grid)
    words = regridded(plan.words, grid.steps_per_quarter // plan.grid.steps_per_quarter)
    for bar in places:
        fill = fill_bar(fills, grid, rng)
        body[bar] = splice(body[bar], fill, grid, fill_length(fill, words, grid) or rng.choice(_PLAIN_FILLS))
    return Arrangement(_landed(plan, body, places, rng, loops=loops), grid)


def with_pinned_fills(plan: Plan, clip: Arrangement, rng: random.Random) -> Arrangement:
    """A groove that was written elsewhere, on the plan's grid, with fills and crashes after them as they are pinned."""
    if plan.pinned.fills is None and plan.pinned.crashes is None:
        return clip
    found = _fills_in(clip.bars, plan)
    places = found if plan.pinned.fills is None else _fill_places(plan, len(clip.bars), rng)
    body, plain = list(clip.bars), [index for index in range(len(clip.bars)) if index not in found]
    for bar in found:
        if bar not in places:  # the groove goes on: its bar two before, or the nearest
            other = min(plain, key=lambda index: (index != bar - 2, abs(index - bar)), default=None)
            body[bar] = dict(clip.bars[other]) if other is not None else _without_fill(body[bar], plan)
    filled = _with_fills(plan, body, [bar for bar in places if bar not in found], rng, loops=True)
    if plan.pinned.crashes is None:
        return filled
    kept = [bar for bar in places if bar in found]
    return replace(filled, bars=_landed_as_pinned(plan, filled.bars, kept, plan.pinned.crashes, rng, loops=True))


def _fills_in(bars: Sequence[Bar], plan: Plan) -> list[int]:
    """The bars that depart from the others, or in a short clip from the artist's, on snare and toms.

    As `mdg_core.groove.structure` has it.
    """
    counts = Counter(cell for bar in bars for cell in bar)
    usual = {cell: count / len(bars) for cell, count in counts.items()} if len(bars) >= PHRASE else plan.words.share
    return [index for index, bar in enumerate(bars) if is_fill(bar, usual)]


def _without_fill(bar: Bar, plan: Plan) -> Bar:
    return {cell: v for cell, v in bar.items() if not departs(cell, plan.words.share)}


def _landed(plan: Plan, body: list[Bar], places: Sequence[int], rng: random.Random, *, loops: bool) -> list[Bar]:
    """Fills land on a crash, with a kick, as often as the artist's do; what the groove plays there counts.

    A groove is a loop: after its last bar comes its first.
    """
    if plan.pinned.crashes is not None:
        return _landed_as_pinned(plan, body, places, plan.pinned.crashes, rng, loops=loops)
    if not plan.has_cymbals:
        return body
    anyway = min(1.0, sum(plan.words.share.get((0, voice), 0.0) for voice in CYMBALS))
    wanted = (plan.crash_after_fill - anyway) / (1 - anyway) if anyway < 1 else 0.0
    for bar in places:
        after = (bar + 1) % len(body)
        if (after or loops) and rng.random() < wanted and not any((0, voice) in body[after] for voice in CYMBALS):
            body[after] = land(body[after], kick=plan.loudness(V.KICK), crash=plan.loudness(V.CRASH))
    return body


def _landed_as_pinned(
    plan: Plan, body: list[Bar], places: Sequence[int], share: float, rng: random.Random, *, loops: bool
) -> list[Bar]:
    for bar in places:
        after = (bar + 1) % len(body)
        if not (after or loops):
            continue
        crashed = any((0, voice) in body[after] for voice in CYMBALS)
        wanted = rng.random() < share
        if wanted and not crashed:
            body[after] = land(body[after], kick=plan.loudness(V.KICK), crash=plan.loudness(V.CRASH))
        elif crashed and not wanted:
            body[after] = uncrashed(body[after], plan.words)
    return body


def _solo(plan: Plan, lead: Groove, bars: int, rng: random.Random) -> Arrangement:
    """Nothing but fills, none just like one of the two before it."""
    if not plan.fills:
        theme = [lead.bars[i % len(lead.bars)] for i in range(bars)]
        return Arrangement([plain_fill(bar, plan.words, plan.grid, rng) for bar in theme], plan.grid, (_PLAIN_NOTE,))
    grid, fills = _shared_grid(plan, rng)
    drums = [voice for voice in (V.SNARE, *TOMS) if any(v is voice for f in fills for bar in f.bars for _, v in bar)]
    out: list[Bar] = []
    for _ in range(bars):
        bar = fill_bar(fills, grid, rng)
        heard = any(bar.keys() == earlier.keys() for earlier in out[-2:])
        out.append(revoice(bar, grid, drums, rng) if heard or rng.random() < _REVOICED else bar)
    return Arrangement(out, grid)


def _intro(plan: Plan, body: list[Bar], rng: random.Random) -> Arrangement:
    """The artist's intro leads, the groove follows; without one the groove builds up from its time-keeping hand."""
    if plan.intros:
        return _beside(plan, body, pick(plan.intros, rng), at_end=False)
    quiet = (len(body) + 1) // 2
    for index in range(quiet):
        time = timekeeper(body[index])
        kept = (*TIMEKEEPERS, V.PEDAL_HAT, *((time,) if time else ()), *((V.KICK,) if index or not time else ()))
        body[index] = only(body[index], kept)
    notes = ("no intro of this artist is known: the groove builds up instead",)
    places = [] if plan.pinned.fills == 0 else [len(body) - 1]
    return _noted(_with_fills(plan, body, places, rng), notes)


def _outro(plan: Plan, body: list[Bar], rng: random.Random) -> Arrangement:
    """The groove, then the artist's outro; without one a fill and one last stroke."""
    if plan.outros:
        return _beside(plan, body, pick(plan.outros, rng), at_end=True)
    step = 0 if len(body) > 1 else middle(plan.grid)
    crash = plan.loudness(V.CRASH) if plan.has_cymbals else None
    body[-1] = final_stroke(body[-1], step, kick=plan.loudness(V.KICK), crash=crash)
    without_fill = plan.pinned.fills == 0
    ending = "one stroke ends" if without_fill else "a fill and one stroke end"
    places = [len(body) - 2] if len(body) > 1 and not without_fill else []
    notes = (f"no outro of this artist is known: {ending} the clip",)
    return _noted(_with_fills(plan, body, places, rng), notes)


def _beside(plan: Plan, body: list[Bar], part: Groove, *, at_end: bool) -> Arrangement:
    """The groove with an intro before it or an outro after it, the whole as long as the groove was."""
    grid = _held(plan, part)
    bars = [dict(bar) for bar in on_grid(part, grid).bars][-len(body) :]
    rest = _on(body, plan.grid, grid)[: len(body) - len(bars)]
    return Arrangement(rest + bars if at_end else bars + rest, grid)


def _shared_grid(plan: Plan, rng: random.Random) -> tuple[Grid, list[Groove]]:
    """The clip's grid, widened where the fill that was drawn needs it, and the fills that lie on it."""
    grid = _held(plan, pick(plan.fills, rng))
    return grid, [on_grid(f, grid) for f in plan.fills if grid.steps_per_quarter % f.grid.steps_per_quarter == 0]


def _held(plan: Plan, part: Groove) -> Grid:
    grid = common_grid(plan.grid, part.grid)
    if grid is None:
        raise ValueError(f"{part.name} does not share a grid with the groove")  # `plan` lets none such through
    return grid


def _on(bars: list[Bar], grid: Grid, wanted: Grid) -> list[Bar]:
    factor = wanted.steps_per_quarter // grid.steps_per_quarter
    return [regrid(bar, factor) for bar in bars]


def _noted(arrangement: Arrangement, notes: tuple[str, ...]) -> Arrangement:
    return replace(arrangement, notes=arrangement.notes + notes)
