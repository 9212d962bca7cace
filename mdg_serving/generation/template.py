"""The provider `template`: clips recombined and varied from the grooves of a profile. Pure: no store, no clock.

The same library, request and seed give the same variations, whatever the number of variations asked for.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from mdg_core.pattern import Pattern
from mdg_serving.generation.arrange import Arrangement, arrange
from mdg_serving.generation.bars import Grid, pattern_of
from mdg_serving.generation.library import Groove, Library
from mdg_serving.generation.lock import Locked, played_as_locked, with_locked
from mdg_serving.generation.novelty import mean_bar_distance, novelty
from mdg_serving.generation.plan import Plan, make_plan, pick
from mdg_serving.generation.playable import playable
from mdg_serving.generation.playing import play, with_swing
from mdg_serving.generation.request import GenerationRequest

# two variations of one request differ by this many hits a bar, if the material allows it (`novelty.mean_bar_distance`)
LEAST_DISTANCE = 2.0
# and each differs from every source by this share of its hits, averaged over its bars (`novelty.novelty`)
LEAST_NOVELTY = 0.05
_ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class Variation:
    """One clip as it is played; `distance` is the least mean bar distance to the variations before it."""

    pattern: Pattern
    lead: str
    novelty: float
    distance: float | None


@dataclass(frozen=True, slots=True)
class Clips:
    tempo: float
    style: str
    variations: tuple[Variation, ...]
    notes: tuple[str, ...]


def generate(library: Library, request: GenerationRequest, seed: int, locked: Locked | None = None) -> Clips:
    """The variations of a request. Raises plan.NothingToPlay, and UsageError when a lock does not fit."""
    if locked:
        wanted = {"time_signature": request.time_signature or str(locked.pattern.metre)}
        request = request.model_copy(update=wanted | {"tempo": request.tempo or locked.tempo})
    hint = locked.pattern.steps_per_quarter if locked else None
    plan = make_plan(library, request, _rng(seed, "plan"), grid_hint=hint)
    leads = _leads(plan, request.variations, _rng(seed, "leads"))
    notes = dict.fromkeys(plan.notes)
    chosen: list[_Candidate] = []
    variations: list[Variation] = []
    for index, lead in enumerate(leads):
        found = _best(plan, library, lead, request, place=(seed, index), earlier=chosen, locked=locked)
        chosen.append(found)
        notes |= dict.fromkeys(found.notes)
        feel = library.feel(Grid(found.grid.metre, found.grid.steps_per_quarter), plan.style)
        if request.swing is not None:
            feel, refusal = with_swing(feel, found.grid, request.swing)
            notes |= {refusal: None} if refusal else {}
        played = play(found.grid, feel, request, tempo=plan.tempo, seed=_rng(seed, index, "feel").getrandbits(32))
        pattern = played_as_locked(played, locked) if locked else played
        variations.append(Variation(pattern, lead.name, found.novelty, found.distance))
    return Clips(plan.tempo, plan.style, tuple(variations), tuple(notes))


@dataclass(frozen=True, slots=True)
class _Candidate:
    grid: Pattern
    notes: tuple[str, ...]
    novelty: float
    distance: float | None

    @property
    def score(self) -> float:
        """2 when it is far enough from the sources and from the variations before it."""
        apart = 1.0 if self.distance is None else min(self.distance / LEAST_DISTANCE, 1.0)
        return apart + min(self.novelty / LEAST_NOVELTY, 1.0)


def _leads(plan: Plan, count: int, rng: random.Random) -> list[Groove]:
    """A leading groove for each variation: all of the family take their turn before one leads again."""
    out: list[Groove] = []
    while len(out) < count:
        left = list(plan.grooves)
        while left and len(out) < count:
            chosen = pick(left, rng)
            left.remove(chosen)
            out.append(chosen)
    return out


def _best(
    plan: Plan,
    library: Library,
    lead: Groove,
    request: GenerationRequest,
    *,
    place: tuple[int, int],
    earlier: list[_Candidate],
    locked: Locked | None,
) -> _Candidate:
    """The first attempt that is far enough from the sources and the earlier variations, else the farthest."""
    candidates: list[_Candidate] = []
    for attempt in range(_ATTEMPTS):
        arrangement = arrange(
            plan,
            lead,
            bars=request.bars,
            section=request.section,
            density=request.density or 0.0,
            changes=1 + attempt // 2,
            rng=_rng(*place, attempt),
        )
        grid = _settle(arrangement, plan.tempo, locked)
        distance = min((mean_bar_distance(grid, other.grid) for other in earlier), default=None)
        candidates.append(_Candidate(grid, arrangement.notes, novelty(grid, library.sources), distance))
        if candidates[-1].score >= 2.0:
            break
    return max(candidates, key=lambda candidate: candidate.score)


def _settle(arrangement: Arrangement, tempo: float, locked: Locked | None) -> Pattern:
    """The finished grid: locked voices in place, nothing that cannot be played."""
    bars, grid = arrangement.bars, arrangement.grid
    if locked:
        bars, grid = with_locked(bars, grid, locked)
    kept = locked.voices if locked else ()
    return pattern_of([playable(bar, grid, tempo, kept) for bar in bars], grid)


def _rng(*place: object) -> random.Random:
    """A stream of its own for each place, the same in every process: a text seeds by its SHA-512."""
    return random.Random("/".join(map(str, place)))  # noqa: S311 - music, not secrets
