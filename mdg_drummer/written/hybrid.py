"""Clips from a language model's ideas, finished like those from templates, and filled up from templates.

`commission` settles what is asked for before anything is paid, `prompt_of` says it, `reader_of` judges an answer and
`clips_of` plays what was found. With no ideas at all the clips are those of `template.generate`, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mdg_drummer.arrange import Arrangement, with_pinned_fills
from mdg_drummer.bars import Bar, pattern_of
from mdg_drummer.library import Library
from mdg_drummer.lock import Locked, with_locked
from mdg_drummer.novelty import Sources, joined, sources_of
from mdg_drummer.plan import Plan
from mdg_drummer.request import GenerationRequest
from mdg_drummer.template import (
    Candidate,
    Clips,
    filled_up,
    judged,
    played,
    prepare,
    settled,
    steered_clip,
    stream,
)
from mdg_drummer.written.answer import Idea, Wanted, read_answer
from mdg_drummer.written.examples import examples_of
from mdg_drummer.written.prompt import EXAMPLE, build_prompt
from mdg_llm.base import Prompt


@dataclass(frozen=True, slots=True)
class Commission:
    """One request with all that is settled of it before a model or a template answers."""

    library: Library
    request: GenerationRequest
    plan: Plan
    seed: int
    locked: Locked | None


def commission(library: Library, request: GenerationRequest, seed: int, locked: Locked | None = None) -> Commission:
    """Raises plan.NothingToPlay, and UsageError when a lock or the style does not fit."""
    request, plan = prepare(library, request, seed, locked)
    if locked:
        silent: list[Bar] = [{} for _ in range(request.bars)]
        with_locked(silent, plan.grid, locked)  # for what it raises
    return Commission(library, request, plan, seed, locked)


def prompt_of(job: Commission) -> Prompt:
    return build_prompt(job.library, job.plan, job.request, variations=job.request.variations, locked=job.locked)


def reader_of(job: Commission) -> Callable[[str], list[Idea]]:
    """Of an answer's text its valid ideas, at least one; raises InvalidAnswer."""
    wanted = Wanted(
        job.plan.grid, job.request.bars, job.request.variations, job.plan.tempo, _not_to_copy(job), job.locked
    )
    return lambda text: read_answer(text, wanted)


def _not_to_copy(job: Commission) -> Sources:
    """The patterns of the profile, and the examples as they are shown: in another metre than the profile's, perhaps."""
    shown = [pattern_of(groove.bars, groove.grid) for groove in examples_of(job.plan, job.request.section)]
    return joined(job.library.sources, sources_of([EXAMPLE, *shown]))


def clips_of(job: Commission, ideas: Sequence[Idea]) -> Clips:
    """The ideas as the artist would play them, then clips from templates up to the number that was asked for.

    The same commission and ideas give the same clips.
    """
    chosen: list[Candidate] = []
    for index, idea in enumerate(ideas[: job.request.variations]):
        whole = Arrangement([dict(bar) for bar in idea.bars], job.plan.grid)
        if job.request.section == "groove":
            whole = with_pinned_fills(job.plan, whole, stream(job.seed, index, "fills"))
        written = settled(whole.bars, whole.grid, job.plan.tempo, job.locked)
        grid = steered_clip(written, job.plan, job.request, job.locked)
        chosen.append(judged(grid, job.library, chosen, lead=idea.plan, notes=whole.notes, origin="llm"))
    clips = filled_up(job.library, job.request, job.plan, chosen, job.seed, job.locked)
    return played(job.library, job.request, job.plan, clips, job.seed, job.locked)
