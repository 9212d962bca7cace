"""The provider `template`: clips recombined and varied from the grooves of a profile. Pure: no store, no clock.

The same library, request and seed give the same variations, whatever the number of variations asked for.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from mdg_core.pattern import Metre, Pattern
from mdg_core.profile import Feel
from mdg_drummer.arrange import arrange
from mdg_drummer.asked import by_voices, dragged
from mdg_drummer.bars import Bar, Grid, bars_of, pattern_of
from mdg_drummer.blend import leader_of, together
from mdg_drummer.exchange import MOST_EQUAL
from mdg_drummer.feel_prior import PriorOrigin
from mdg_drummer.feels import CANNOT_SWING, can_swing, is_swing_pinned, with_swing
from mdg_drummer.form import PHRASE
from mdg_drummer.library import Groove, Library
from mdg_drummer.lock import Locked, played_as_locked, with_locked
from mdg_drummer.novelty import BarCells, cells_of, mean_distance, novelties
from mdg_drummer.plan import Plan, around, make_plan, pick
from mdg_drummer.playable import playable_bars
from mdg_drummer.playing import Part, play
from mdg_drummer.request import GenerationRequest
from mdg_drummer.steer import levelled, steered, unmet
from mdg_drummer.subdivide import SWUNG_PERCENT
from mdg_drummer.vocabulary import regridded

# two variations of one request differ by this many hits a bar, if the material allows it (`novelty.mean_bar_distance`)
LEAST_DISTANCE = 2.0
_ATTEMPTS = 6
_GOOD_ENOUGH = 2.0 - 1e-9  # of `Candidate.score`
_HEARD_AS_SWUNG = 55.0  # percent


Origin = Literal["template", "llm"]


@dataclass(frozen=True, slots=True)
class Variation:
    """One clip as it is played; `distance` is the least mean bar distance to the variations before it."""

    pattern: Pattern
    lead: str  # the name of the leading groove; of a language model's clip its plan
    novelty: float
    distance: float | None
    origin: Origin = "template"


@dataclass(frozen=True, slots=True)
class Clips:
    artists: tuple[str, ...]  # whom it is drawn from: one, or the two of a blend
    tempo: float
    style: str
    variations: tuple[Variation, ...]
    notes: tuple[str, ...]
    prior: PriorOrigin  # of the prior that played them


@dataclass(frozen=True, slots=True)
class Candidate:
    """The grid of a clip and what is known of it before it is played."""

    grid: Pattern
    cells: list[BarCells]  # of the grid
    lead: str
    notes: tuple[str, ...]
    new_bars: float  # share of the bars that are none of the sources'
    distance: float | None
    origin: Origin = "template"

    @property
    def score(self) -> float:
        """2 when few enough bars are the sources' and it is far enough from the variations before it.

        Novelty beyond that is no gain: a drummer's vocabulary is small.
        """
        apart = 1.0 if self.distance is None else min(self.distance / LEAST_DISTANCE, 1.0)
        return apart + min(self.new_bars / (1 - MOST_EQUAL), 1.0)


def generate(library: Library, request: GenerationRequest, seed: int, locked: Locked | None = None) -> Clips:
    """The variations of a request. Raises plan.NothingToPlay, and UsageError when a lock does not fit."""
    request, plan = prepare(library, request, seed, locked)
    return played(library, request, plan, filled_up(library, request, plan, [], seed, locked), seed, locked)


def prepare(
    library: Library, request: GenerationRequest, seed: int, locked: Locked | None
) -> tuple[GenerationRequest, Plan]:
    """The request with what a lock settles, and what all of its variations share. Raises like `generate`."""
    if locked:
        wanted = {"time_signature": request.time_signature or str(locked.pattern.metre)}
        request = request.model_copy(update=wanted | {"tempo": request.tempo or locked.tempo})
    elif request.follow and request.time_signature is None:
        request = request.model_copy(update={"time_signature": str(Metre())})
    hint = locked.pattern.steps_per_quarter if locked else None
    library, request = together(library, request)
    return request, make_plan(library, request, stream(seed, "plan"), grid_hint=hint)


def filled_up(
    library: Library,
    request: GenerationRequest,
    plan: Plan,
    first: Sequence[Candidate],
    seed: int,
    locked: Locked | None,
) -> list[Candidate]:
    """`first`, then as many from the grooves as the request asks for."""
    leads = _leads(library, plan, request.variations, stream(seed, "leads"))
    chosen = list(first)
    for index, lead in list(enumerate(leads))[len(first) :]:
        place = (seed, index)
        chosen.append(_best(around(plan, lead), library, lead, request, place=place, earlier=chosen, locked=locked))
    return chosen


def played(
    library: Library,
    request: GenerationRequest,
    plan: Plan,
    chosen: Sequence[Candidate],
    seed: int,
    locked: Locked | None,
) -> Clips:
    """The candidates as the artist would play them, the locked strokes as they were played."""
    notes = dict.fromkeys(plan.notes)
    if len(chosen) > 1 and len(plan.passages) == 1:
        notes[
            f"one groove is all that is known of this artist here ({plan.passages[0].name}): all clips are made of it"
        ] = None
    elif sum(found.origin == "template" for found in chosen) > len(plan.passages):
        known = len(plan.passages)
        notes[f"{known} grooves are all that is known of this artist here: some of the clips are made of the same"] = (
            None
        )
    parts: list[Part] = []
    for index, found in enumerate(chosen):
        grid = Grid(found.grid.metre, found.grid.steps_per_quarter)
        feel = library.feel(grid, plan.style)
        refusal = None
        swing = _asked_swing(request, feel)
        if swing is not None:
            feel, refusal = with_swing(feel, found.grid, swing, request.swing_of)
            refusal = refusal if request.swing is not None else None
        elif plan.pinned.swings and not can_swing(grid):
            refusal = CANNOT_SWING
        decided = swing is not None or is_swing_pinned(library.profile)
        dice = stream(seed, index, "feel").getrandbits(32)
        parts.append(Part(found.grid, feel, plan.style, dice, decided))
        notes |= dict.fromkeys(found.notes) | ({refusal: None} if refusal else {})
    patterns = play(parts, library.player, request, tempo=plan.tempo)
    patterns = levelled(patterns, plan.pinned, locked.voices if locked else ())
    if request.section == "groove":
        missed = unmet([found.grid for found in chosen], patterns, plan.pinned.beside(request))
        notes |= dict.fromkeys(missed)
    patterns = [dragged(pattern, request.drag, plan.tempo) for pattern in patterns]
    if locked:
        patterns = [played_as_locked(pattern, locked) for pattern in patterns]
    bars = iter(novelties([bar for found in chosen for bar in found.cells], library.sources).tolist())
    new = [sum(islice(bars, len(found.cells))) / len(found.cells) for found in chosen]
    variations = (
        Variation(pattern, found.lead, novelty, found.distance, found.origin)
        for pattern, found, novelty in zip(patterns, chosen, new, strict=True)
    )
    return Clips(library.artists, plan.tempo, plan.style, tuple(variations), tuple(notes), library.player.prior.origin)


def judged(
    grid: Pattern,
    library: Library,
    earlier: Sequence[Candidate],
    *,
    lead: str,
    notes: tuple[str, ...] = (),
    origin: Origin = "template",
) -> Candidate:
    """A finished grid with its distances from the sources and from the variations before it."""
    cells = cells_of(grid)
    distance = min((mean_distance(cells, other.cells) for other in earlier), default=None)
    new = sum(not bar or bar not in library.sources.bars for bar in cells)
    return Candidate(grid, cells, lead, notes, new / len(cells), distance, origin)


def settled(bars: list[Bar], grid: Grid, tempo: float, locked: Locked | None) -> Pattern:
    """The finished grid: locked voices in place, nothing unplayable; raises like `lock.with_locked`."""
    if locked:
        bars, grid = with_locked(bars, grid, locked)
    kept = locked.voices if locked else ()
    return pattern_of(playable_bars(bars, grid, tempo, kept), grid)


def steered_clip(clip: Pattern, plan: Plan, request: GenerationRequest, locked: Locked | None) -> Pattern:
    """A settled clip with what is asked of its voices; a groove brought to what is pinned and not asked otherwise."""
    clip = by_voices(clip, plan, request, locked)
    targets = plan.pinned.beside(request)
    if request.section != "groove" or not targets.move_strokes:
        return clip
    grid = Grid(clip.metre, clip.steps_per_quarter)
    words = regridded(plan.words, grid.steps_per_quarter // plan.grid.steps_per_quarter)
    kept = locked.voices if locked else ()
    return pattern_of(steered(bars_of(clip), grid, words, targets, tempo=plan.tempo, kept=kept), grid)


def _asked_swing(request: GenerationRequest, feel: Feel) -> float | None:
    """The swing of the request, or what its feel implies; None as the artist plays."""
    if request.swing is not None or request.feel is None:
        return request.swing
    if request.feel == "straight":
        return 50.0
    own = max(feel.swing_eighths, feel.swing_sixteenths)
    return own if own >= _HEARD_AS_SWUNG else SWUNG_PERCENT


def _leads(library: Library, plan: Plan, count: int, rng: random.Random) -> list[Groove]:
    """A leading groove for each variation: all of the family take their turn before one leads again.

    In a blend each artist leads as many as its share says (`blend.leader_of`).
    """
    left: dict[str, list[Groove]] = {}
    out: list[Groove] = []
    for index in range(count):
        artist = leader_of(library, index)
        if not left.get(artist):
            left[artist] = [g for g in plan.passages if g.artist == artist] or list(plan.passages)
        chosen = _unlike(left[artist], out, rng)
        left[artist].remove(chosen)
        out.append(chosen)
    return out


def _unlike(leads: Sequence[Groove], earlier: Sequence[Groove], rng: random.Random) -> Groove:
    """One of the leads, those first that differ from all earlier ones as variations must."""
    left = list(leads)
    while left:  # drawing again among the others is as likely to give each far one as drawing among those alone
        chosen = pick(left, rng)
        if all(_apart(chosen, other) >= LEAST_DISTANCE for other in earlier):
            return chosen
        left.remove(chosen)
    return pick(leads, rng)


def _apart(one: Groove, other: Groove) -> float:
    """Mean bar distance of what two grooves begin with, in strokes."""
    pairs = list(zip(one.bars[:PHRASE], other.bars[:PHRASE], strict=False))
    return sum(len(a.keys() ^ b.keys()) for a, b in pairs) / len(pairs)


def _best(
    plan: Plan,
    library: Library,
    lead: Groove,
    request: GenerationRequest,
    *,
    place: tuple[int, int],
    earlier: list[Candidate],
    locked: Locked | None,
) -> Candidate:
    """The first attempt that is far enough from the sources and the earlier variations, else the farthest."""
    candidates: list[Candidate] = []
    for attempt in range(_ATTEMPTS):
        arrangement = arrange(
            plan,
            lead,
            bars=request.bars,
            section=request.section,
            density=request.density or 0.0,
            syncopation=request.syncopation or 0.0,
            changes=1 + attempt // 2,
            rng=stream(*place, attempt),
        )
        grid = steered_clip(settled(arrangement.bars, arrangement.grid, plan.tempo, locked), plan, request, locked)
        candidates.append(judged(grid, library, earlier, lead=lead.name, notes=arrangement.notes))
        if candidates[-1].score >= _GOOD_ENOUGH:
            break
    return max(candidates, key=lambda candidate: candidate.score)


def stream(*place: object) -> random.Random:
    """A stream of its own for each place, the same in every process: a text seeds by its SHA-512."""
    return random.Random("/".join(map(str, place)))  # noqa: S311 - music, not secrets
