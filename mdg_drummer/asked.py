"""What a request asks of single voices, done to a clip: their density before it is played, their drag after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mdg_core.kit import Voice
from mdg_core.pattern import Double, Hit, Pattern
from mdg_drummer.bars import Grid, V, bars_of, pattern_of
from mdg_drummer.density import with_density_of
from mdg_drummer.follow import accents_of, following
from mdg_drummer.lock import Locked
from mdg_drummer.plan import Plan
from mdg_drummer.playable import playable_bars
from mdg_drummer.request import GenerationRequest
from mdg_drummer.vocabulary import regridded


def by_voices(clip: Pattern, plan: Plan, request: GenerationRequest, locked: Locked | None) -> Pattern:
    """A settled clip with its kick on a riff and each voice as dense as asked; locked voices stay as they are."""
    kept = locked.voices if locked else ()
    densities = {voice: amount for voice, amount in request.density_of.items() if voice not in kept and amount}
    follow = request.follow if V.KICK not in kept else None
    if not densities and follow is None:
        return clip
    grid = Grid(clip.metre, clip.steps_per_quarter)
    words = regridded(plan.words, grid.steps_per_quarter // plan.grid.steps_per_quarter)
    bars = bars_of(clip)
    if follow:
        bars = following(bars, grid, words, plan, accents_of(follow.notes, grid, follow.bars))
    bars = [with_density_of(bar, words, grid, densities) for bar in bars]
    return pattern_of(playable_bars(bars, grid, plan.tempo, kept), grid)


def dragged(played: Pattern, drag: Mapping[Voice, float], tempo: float) -> Pattern:
    """The played pattern with each voice so many ms later; what would sound before the clip begins with it."""
    if not any(drag.values()):
        return played
    steps = {voice: ms / 60_000 * tempo * played.steps_per_quarter for voice, ms in drag.items()}
    return replace(played, hits=tuple(_moved(hit, steps.get(hit.voice, 0.0)) for hit in played.hits))


def _moved(hit: Hit, by: float) -> Hit:
    if not by:
        return hit
    doubles = tuple(Double(max(double.offset + by, -hit.step), double.velocity) for double in hit.doubles)
    return hit._replace(offset=max(hit.offset + by, -hit.step), doubles=doubles)
