"""A whole song: sections of one form out of one plan, that lead into one another and come back changed.

Pure and seeded like `template`. The sections share the family of grooves, the tempo and the feel. The verse has the
quieter and sparser of the grooves, the chorus the busier and louder on a wider cymbal, as far as the artist has them;
a kind that comes again plays the same bars, varied. The song is played in one, so that time and touch run through.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np

from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Pattern
from mdg_drummer.arrange import arrange
from mdg_drummer.asked import by_voices
from mdg_drummer.bars import CYMBALS, TIMEKEEPERS, TOMS, Bar, Grid, V, clamp, pattern_of, regrid, without
from mdg_drummer.feel_prior import PriorOrigin
from mdg_drummer.fills import (
    comes_again,
    fill_bar,
    fill_length,
    final_stroke,
    land,
    plain_fill,
    revoice,
    splice,
    start_of,
)
from mdg_drummer.library import Groove, Library
from mdg_drummer.novelty import cells_of
from mdg_drummer.plan import Plan, common_grid, nearness, on_grid, pick
from mdg_drummer.playable import playable_bars
from mdg_drummer.request import GenerationRequest, PlayedRequest
from mdg_drummer.songform import FormSection, Kind
from mdg_drummer.template import Candidate, played, prepare, stream
from mdg_drummer.vary import breathe, timekeeper, vary
from mdg_drummer.vocabulary import regridded

_CHUNK = 8  # bars that are arranged at once: two phrases
# loudness of the accents of a section against the chorus's, at its start and at its end; none is raised, so that
# nothing piles up at the loudest velocity
_LEVELS: Final[dict[Kind, tuple[float, float]]] = {
    "intro": (0.86, 0.9), "verse": (0.88, 0.9), "pre": (0.88, 0.99), "chorus": (1.0, 1.0), "bridge": (0.84, 0.95),
    "solo": (0.95, 0.98), "break": (0.76, 0.84), "outro": (0.98, 0.95),
}  # fmt: skip
_ACCENTS = 75  # percentile of the velocities of a section that says how loud it is
_MOST_RAISED = 1.1
# strokes against the leading groove's, where the grooves of verse and chorus do not differ by themselves
_DENSITIES: Final[dict[Kind, float]] = {"verse": -0.2, "break": -0.6, "bridge": -0.15, "pre": 0.1, "chorus": 0.2}
_DIFFER = 1.12  # strokes a bar of the chorus's groove against the verse's
_HIGH: Final = ("chorus", "solo", "outro")  # sections that are arrived at
_WIDE = (V.RIDE, V.OPEN_HAT, V.CRASH)  # what the chorus's hand may go to
_CHANGED_AGAIN = 0.4  # share of the bars in which a stroke changes when a section comes again
_LONG_FILL, _SHORT_FILL = Fraction(1, 2), Fraction(1, 4)  # of a bar
_SHORT_FILLS = (_SHORT_FILL, _LONG_FILL)
_FILL_ATTEMPTS = 6
_REMEMBERED = 3  # fills back: in a song of many sections the artist's come round again
_FEW, _AT_HOME = 3, 0.4  # grooves of a family, and `nearness` in tempo of one that joins them
_NO_CRASH = "no crash of this artist is known: sections are arrived at without one"
_QUIET = 0.94  # of the level of its neighbours, an unaccented stroke of a cymbal that the hand has moved to


@dataclass(frozen=True, slots=True)
class SongPart:
    """A section as it is played, on the song's grid."""

    section: FormSection
    first_bar: int
    lead: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Song:
    artists: tuple[str, ...]
    tempo: float
    style: str
    whole: Pattern
    parts: tuple[SongPart, ...]
    notes: tuple[str, ...]
    prior: PriorOrigin  # of the prior that played it


def make_song(library: Library, request: PlayedRequest, form: Sequence[FormSection], seed: int) -> Song:
    """The song of a request.

    Raises plan.NothingToPlay, and UsageError for a style that the artist is not known to play.
    """
    asked = GenerationRequest(**{name: getattr(request, name) for name in PlayedRequest.model_fields})
    asked, plan = prepare(library, asked, seed, None)
    plan, grid = _on_one_grid(plan)
    leads = _leads(_choice(library, plan, asked), seed)
    notes = [*plan.notes, *(() if plan.has_cymbals else (_NO_CRASH,))]
    themes: dict[Kind, list[Bar]] = {}
    bars: list[Bar] = []
    heard: list[Bar] = []  # the fills
    for place, section in enumerate(form):
        rng = stream(seed, "song", place)
        body = _body(plan, leads, section, themes, seed, rng, notes)
        following = form[place + 1] if place + 1 < len(form) else None
        if following and section.bars > 1:
            body[-1] = _leading_in(plan, grid, body[-1], following, rng, heard)
        if place:
            body[0] = _arrival(plan, body[0], section, form[place - 1], rng)
        bars += body
    bars = _ending(plan, grid, bars, form[-1], stream(seed, "song", "end"), heard)
    clip = pattern_of(playable_bars(bars, grid, plan.tempo, loops=False), grid)
    clip = by_voices(clip, plan, asked, None)
    found = Candidate(clip, cells_of(clip), "", (), 1.0, None)
    clips = played(library, asked, plan, [found], seed, None)
    whole = _levelled(clips.variations[0].pattern, form)
    return Song(
        clips.artists,
        plan.tempo,
        plan.style,
        whole,
        tuple(_parts(whole, form, leads)),
        tuple(dict.fromkeys([*notes, *clips.notes])),
        clips.prior,
    )


def _on_one_grid(plan: Plan) -> tuple[Plan, Grid]:
    """The plan with what lies on one grid that the grooves and most fills share."""
    heavy = max(plan.fills, key=lambda fill: fill.weight, default=None)
    grid = (common_grid(plan.grid, heavy.grid) if heavy else None) or plan.grid

    def held(parts: Sequence[Groove]) -> tuple[Groove, ...]:
        return tuple(part for part in parts if grid.steps_per_quarter % part.grid.steps_per_quarter == 0)

    return replace(plan, fills=held(plan.fills), intros=held(plan.intros), outros=held(plan.outros)), grid


def _choice(library: Library, plan: Plan, request: GenerationRequest) -> list[Groove]:
    """The family, with the artist's others on its grid and near its tempo where it is too small for a song."""
    if len(plan.grooves) >= _FEW or request.style:
        return list(plan.grooves)
    known = {groove.id for groove in plan.grooves}
    others = [
        groove
        for groove in library.of("groove")
        if groove.grid == plan.grid and groove.id not in known and nearness(groove.tempo, plan.tempo) >= _AT_HOME
    ]
    return [*plan.grooves, *others]


def _leads(choice: Sequence[Groove], seed: int) -> dict[Kind, Groove]:
    """Who leads each kind of section: the quieter half of the grooves the verse, the other the chorus."""
    rng = stream(seed, "song", "leads")
    timed = [groove for groove in choice if timekeeper(groove.bars[0]) in TIMEKEEPERS]
    ranked = sorted(timed or choice, key=lambda groove: (_energy(groove), groove.id))
    half = max(1, len(ranked) // 2)
    verse = pick(ranked[:half], rng)
    chorus = pick(ranked[-half:], rng)
    others = [groove for groove in choice if groove.id not in (verse.id, chorus.id)] or [verse]
    bridge = pick(others, rng)
    return {
        "intro": verse, "verse": verse, "pre": verse, "break": verse, "chorus": chorus, "outro": chorus,
        "solo": chorus, "bridge": bridge,
    }  # fmt: skip


def _energy(groove: Groove) -> float:
    """How much a groove drives: its strokes, how loud they are, and whether the hand is off the closed hat."""
    wide = any(voice in (*_WIDE, *CYMBALS) for bar in groove.bars for _, voice in bar)
    return groove.busyness * groove.loudness / 100 + 2 * wide


def _body(
    plan: Plan,
    leads: dict[Kind, Groove],
    section: FormSection,
    themes: dict[Kind, list[Bar]],
    seed: int,
    rng: random.Random,
    notes: list[str],
) -> list[Bar]:
    """The bars of a section: those that its kind had before, varied, or new ones."""
    theme = themes.get(section.kind, [])
    if len(theme) < section.bars:
        theme = theme + _new_bars(plan, leads, section, section.bars - len(theme), len(theme), seed, notes)
        themes[section.kind] = [dict(bar) for bar in theme]
    # an ending is at the end: what comes again shorter keeps its last bars
    body = theme[-section.bars :] if section.kind == "outro" else theme[: section.bars]
    if not section.again:
        return [dict(bar) for bar in body]
    grid = _grid_of(plan)
    words = regridded(plan.words, grid.steps_per_quarter // plan.grid.steps_per_quarter)
    return [
        breathe(vary(bar, words, grid, rng, 1) if rng.random() < _CHANGED_AGAIN or not index else bar, rng)
        for index, bar in enumerate(body)
    ]


def _grid_of(plan: Plan) -> Grid:
    return _on_one_grid(plan)[1]


def _new_bars(
    plan: Plan, leads: dict[Kind, Groove], section: FormSection, bars: int, before: int, seed: int, notes: list[str]
) -> list[Bar]:
    lead = leads[section.kind]
    differ = leads["chorus"].busyness >= _DIFFER * leads["verse"].busyness
    density = _DENSITIES.get(section.kind, 0.0)
    if section.kind in ("verse", "chorus") and differ:
        density = 0.0
    grid = _grid_of(plan)
    out: list[Bar] = []
    while len(out) < bars:
        length = min(_CHUNK, bars - len(out))
        last = len(out) + length == bars
        role = "groove"
        if section.kind == "intro" and not out and not before:
            role = "intro"
        elif section.kind == "outro" and last:
            role = "outro"
        made = arrange(
            plan,
            lead,
            bars=length,
            section="intro" if role == "intro" else "outro" if role == "outro" else "groove",
            density=density,
            changes=1,
            rng=stream(seed, "song", section.kind, before + len(out)),
        )
        notes += made.notes
        factor = grid.steps_per_quarter // made.grid.steps_per_quarter
        out += [regrid(bar, factor) for bar in made.bars]
    if section.kind in ("chorus", "solo"):
        wide = _wide_voice(plan, leads, section.kind)
        out = [_on_cymbal(bar, wide) if wide else bar for bar in out]
    return out


def _wide_voice(plan: Plan, leads: dict[Kind, Groove], kind: Kind) -> Voice | None:
    """The cymbal that the chorus's hand goes to: one that the artist plays and the verse does not keep time on."""
    own = timekeeper(leads[kind].bars[0])
    verse = timekeeper(leads["verse"].bars[0])
    if own is not V.CLOSED_HAT or own is not verse:
        return None
    known = [voice for voice in _WIDE if voice in plan.usual_loudness]
    ridden = [voice for voice in known if voice in TIMEKEEPERS]
    if kind == "solo":
        ridden = ridden[::-1]
    return next(iter(ridden), None)


def _on_cymbal(bar: Bar, wide: Voice) -> Bar:
    """The closed hat's strokes on another cymbal, on the eighths where that is an open hat; its own stay."""
    out = without(bar, (V.CLOSED_HAT,))
    for (step, voice), velocity in sorted(bar.items()):
        if voice is V.CLOSED_HAT and (step, V.OPEN_HAT) not in bar:
            out[step, wide] = max(out.get((step, wide), 0), clamp(_QUIET * velocity))
    return out


def _leading_in(plan: Plan, grid: Grid, bar: Bar, following: FormSection, rng: random.Random, heard: list[Bar]) -> Bar:
    """The last bar before another section: a fill, longer where the section after it is a high one.

    One that was heard before goes over other drums, as far as the artist has them.
    """
    high = following.kind in _HIGH
    words = regridded(plan.words, grid.steps_per_quarter // plan.grid.steps_per_quarter)
    if not plan.fills:
        return plain_fill(bar, words, grid, rng)
    fills = [on_grid(part, grid) for part in plan.fills]
    drums = [v for v in (V.SNARE, *TOMS) if any(v is voice for f in fills for b in f.bars for _, voice in b)]
    for attempt in range(_FILL_ATTEMPTS):
        fill = fill_bar(fills, grid, rng)
        length = fill_length(fill, words, grid) or _SHORT_FILL
        if attempt:
            fill = revoice(fill, grid, drums, start_of(fill, grid, length), rng)
        length = rng.choice((length, max(length, _LONG_FILL))) if high else min(length, rng.choice(_SHORT_FILLS))
        out = splice(bar, fill, grid, length)
        if not comes_again(out, heard[-_REMEMBERED:], words.share):
            break
    heard.append(out)
    return out


def _arrival(plan: Plan, bar: Bar, section: FormSection, before: FormSection, rng: random.Random) -> Bar:
    """The first downbeat of a section: a crash and a kick where it is arrived at, and as the artist does elsewhere."""
    if not plan.has_cymbals or section.kind == "break":
        return bar
    sure = section.kind in _HIGH or before.kind in ("intro", "break")
    if not sure and rng.random() >= plan.crash_after_fill:
        return bar
    return land(bar, kick=plan.loudness(V.KICK), crash=plan.loudness(V.CRASH))


def _ending(
    plan: Plan, grid: Grid, bars: list[Bar], last: FormSection, rng: random.Random, heard: list[Bar]
) -> list[Bar]:
    """The song ends on a stroke that rings: what the artist's outro has, else a fill and one stroke on the last 1."""
    if any(step >= grid.steps / 2 for step, _ in bars[-1]):
        crash = plan.loudness(V.CRASH) if plan.has_cymbals else None
        bars[-1] = final_stroke(bars[-1], 0, kick=plan.loudness(V.KICK), crash=crash)
        if last.bars > 1:
            bars[-2] = _leading_in(plan, grid, bars[-2], replace(last, kind="outro"), rng, heard)
    return bars


def _levelled(whole: Pattern, form: Sequence[FormSection]) -> Pattern:
    """The strokes as loud as their section is, rising or falling through it."""
    loud = _accents(whole, form)
    full = loud.get("chorus") or max(loud.values())
    gains: list[float] = []
    for section in form:
        first, last = _LEVELS[section.kind]
        own = min(_MOST_RAISED, full / loud[section.kind])
        gains += [own * (first + (last - first) * bar / max(1, section.bars - 1)) for bar in range(section.bars)]
    size = whole.steps_per_bar

    def at(hit: Hit) -> Hit:
        gain = gains[hit.step // size]
        doubles = tuple(double._replace(velocity=clamp(gain * double.velocity)) for double in hit.doubles)
        return hit._replace(velocity=clamp(gain * hit.velocity), doubles=doubles)

    return replace(whole, hits=tuple(at(hit) for hit in whole.hits))


def _accents(whole: Pattern, form: Sequence[FormSection]) -> dict[Kind, float]:
    """How loud the accents of each kind of section are played."""
    struck: dict[Kind, list[int]] = {}
    kinds = [section.kind for section in form for _ in range(section.bars)]
    for hit in whole.hits:
        struck.setdefault(kinds[hit.step // whole.steps_per_bar], []).append(hit.velocity)
    silent = dict.fromkeys(kinds, 1.0)
    return silent | {kind: float(np.percentile(velocities, _ACCENTS)) for kind, velocities in struck.items()}


def _parts(whole: Pattern, form: Sequence[FormSection], leads: dict[Kind, Groove]) -> list[SongPart]:
    out, first = [], 0
    for section in form:
        pattern = whole.bar_range(first, section.bars)
        out.append(SongPart(section, first, leads[section.kind].name, pattern))
        first += section.bars
    return out
