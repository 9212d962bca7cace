"""From one groove to the bars of a clip: bars in the artist's order (`form`), a limb of them exchanged (`exchange`),
all limbs in every bar (`limbs`), fills at the ends of phrases, intro and outro.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from mdg_drummer.bars import CYMBALS, TIMEKEEPERS, TOMS, Bar, Grid, V, only, regrid
from mdg_drummer.density import with_density
from mdg_drummer.exchange import renewed
from mdg_drummer.fills import (
    comes_again,
    departs,
    fill_bar,
    fill_length,
    final_stroke,
    is_fill,
    land,
    likeness,
    middle,
    plain_fill,
    revoice,
    share_that_come_again,
    splice,
    start_of,
    without_weakest,
)
from mdg_drummer.form import PHRASE, groove_bars, in_order
from mdg_drummer.library import Groove
from mdg_drummer.limbs import made_whole
from mdg_drummer.novelty import Sources, bar_cells
from mdg_drummer.plan import Plan, common_grid, on_grid, pick
from mdg_drummer.request import Section
from mdg_drummer.steer import steered
from mdg_drummer.syncopation import with_syncopation
from mdg_drummer.vary import timekeeper, uncrashed
from mdg_drummer.vocabulary import Vocabulary, regridded

_PLAIN_FILLS = (Fraction(1, 4), Fraction(1, 2))  # of a bar
_LONG_PHRASE, _SHORT_PHRASE = 1.3, 0.7  # how much likelier than on average a fill ends eight bars, and four within them
_SUREST = 0.95
_PLAIN_NOTE = "no fill of this artist is known in this metre and style and near this tempo: plain ones were played"
_FILL_ATTEMPTS = 8


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
    """One clip of `bars` bars led by the groove or passage `lead`, with at least `changes` exchanges of a limb."""
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
    if section == "fill":
        return _ending_in_fill(plan, body, rng)
    return _with_fills(plan, body, _fill_places(plan, bars, rng), rng, loops=True)


def _groove(plan: Plan, lead: Groove, bars: int, changes: int, rng: random.Random) -> list[Bar]:
    """The groove alone, without fills: bars in the artist's order, a limb of them exchanged, and all limbs in each."""
    order = in_order(lead, plan.passages, bars, plan.words, plan.grid, rng, repeats=plan.repeats)
    out = renewed(order, plan.figures, plan.is_copy, plan.words, plan.grid, rng, least=changes)
    return made_whole(out, groove_bars(lead))


def _ending_in_fill(plan: Plan, body: list[Bar], rng: random.Random) -> Arrangement:
    """The groove with a fill in its last bar; what comes after it is the first bar, where it lands."""
    made = _with_fills(plan, body, [len(body) - 1], rng)
    if len(body) > 1 and plan.pinned.crashes != 0:
        made.bars[0] = _landing(plan, made.bars, 0)
    return made


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
        for bar in places:  # the last is the longest, so that none is the one before it again
            body[bar] = plain_fill(body[bar], plan.words, plan.grid, rng, beats=2 if bar == places[-1] else 1)
        return Arrangement(_landed(plan, body, places, rng, loops=loops), plan.grid, (_PLAIN_NOTE,))
    grid, fills = _shared_grid(plan, rng)
    body = _on(body, plan.grid, grid)
    words = regridded(plan.words, grid.steps_per_quarter // plan.grid.steps_per_quarter)
    again = share_that_come_again(plan.passages) if len(places) > 1 else 0.0
    heard: list[Bar] = []
    for bar in places:
        others = heard if rng.random() >= again else []
        body[bar] = _filled(body[bar], fills, grid, words, plan.library.sources, rng, heard=others)
        heard.append(body[bar])
    return Arrangement(_landed(plan, body, places, rng, loops=loops), grid)


def _filled(
    groove: Bar,
    fills: Sequence[Groove],
    grid: Grid,
    words: Vocabulary,
    sources: Sources,
    rng: random.Random,
    *,
    heard: Sequence[Bar],
) -> Bar:
    """A bar of the groove that ends in a fill of the artist's, and is none of the artist's bars as a whole.

    Nor is the fill one of those that were `heard` before it in the clip, as far as others can be made.
    """
    drums = [voice for voice in (V.SNARE, *TOMS) if any(v is voice for f in fills for bar in f.bars for _, v in bar)]
    candidates: list[Bar] = []
    for attempt in range(_FILL_ATTEMPTS):
        fill = fill_bar(fills, grid, rng)
        length = fill_length(fill, words, grid) or rng.choice(_PLAIN_FILLS)
        out = splice(groove, fill, grid, length)
        if attempt:
            out = revoice(out, grid, drums, start_of(fill, grid, length), rng)
        if bar_cells(out, grid) not in sources.bars:
            candidates.append(out)
            if is_fill(out, words.share) and not comes_again(out, heard, words.share):
                return out
    if not candidates:
        return without_weakest(out, grid, start_of(fill, grid, length))
    return min(candidates, key=lambda bar: max((likeness(bar, other, words.share) for other in heard), default=0.0))


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
    """Fills land on a kick, and on a crash with it as often as the artist's do; what the groove plays there counts.

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
            body[after] = _landing(plan, body, after)
    return body


def _landing(plan: Plan, body: Sequence[Bar], bar: int) -> Bar:
    """A crash with a kick on the downbeat, as loud as the clip's drums get; of an artist without a crash the kick."""
    drums = {cell[1]: 0 for other in body for cell in other if cell[1] not in (*TIMEKEEPERS, *CYMBALS)}
    for other in body:
        for (_, voice), velocity in other.items():
            if voice in drums:
                drums[voice] = max(drums[voice], velocity)
    loudest = max(drums.values(), default=0) or plan.loudness(V.KICK)
    kick = drums.get(V.KICK, loudest)
    if not plan.has_cymbals:
        return body[bar] | ({(0, V.KICK): kick} if plan.words.has(V.KICK) else {})
    return land(body[bar], kick=kick, crash=max(loudest, plan.loudness(V.CRASH)))


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
            body[after] = _landing(plan, body, after)
        elif crashed and not wanted:
            body[after] = uncrashed(body[after], plan.words)
    return body


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
