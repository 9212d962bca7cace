"""From a language model's answer to ideas for clips. The answer is data from outside: hostile until judged.

Each clip is judged alone, so that good ones stay when others are bad. A clip is refused, and never guessed at, unless
its mending is certain; every refusal says what to write instead, for the model that is asked again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mdg_core.pattern import Pattern
from mdg_drummer.bars import Bar, Grid, without
from mdg_drummer.lock import Locked
from mdg_drummer.novelty import Sources, mean_bar_distance, novelty
from mdg_drummer.template import LEAST_DISTANCE, settled
from mdg_drummer.written.digits import read_rows
from mdg_drummer.written.json_text import values_in
from mdg_drummer.written.notes_answer import read_notes
from mdg_llm.failures import InvalidAnswer

MAX_PLAN = 120  # characters
MAX_ROWS = 60
MAX_ROW = 8000  # characters; sixteen of the longest bars have 3,087
_MOST_CLIPS = 16  # of one answer; at most eight are asked for
_LONGEST_REASON = 600  # characters
_MOST_UNPLAYABLE = 0.15  # share of the strokes; what is lost with more is not the idea any more
_LEAST_NOVELTY = 0.05  # of its bars on the mean (`novelty.novelty`), against every known bar
_FULL = 0.95  # share of the steps


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answer is held against."""

    grid: Grid
    bars: int
    variations: int
    tempo: float
    sources: Sources  # what must not be copied: the artist's patterns and the examples of the prompt
    locked: Locked | None = None


@dataclass(frozen=True, slots=True)
class Idea:
    """A valid clip: its strokes on the grid that was asked for, without those of locked voices."""

    plan: str  # in the model's words, safe to show; may be empty
    bars: tuple[Bar, ...]
    repairs: tuple[str, ...]  # in words


def read_answer(text: str, wanted: Wanted) -> list[Idea]:
    """The valid clips, in order, no more than asked for, no two alike; at least one.

    Raises InvalidAnswer with the reasons when none is valid.
    """
    reasons: list[str] = []
    ideas: list[Idea] = []
    grids: list[Pattern] = []
    for number, clip in enumerate(_clips(text), 1):
        try:
            idea, grid = _idea(clip, wanted)
            if any(mean_bar_distance(grid, other) < LEAST_DISTANCE for other in grids):
                raise InvalidAnswer(f"it differs from an earlier clip by less than {LEAST_DISTANCE:g} strokes a bar")
        except InvalidAnswer as error:
            reasons.append(f"clip {number}: {error}")
            continue
        ideas.append(idea)
        grids.append(grid)
        if len(ideas) == wanted.variations:
            break
    if not ideas:
        raise InvalidAnswer("; ".join(reasons)[:_LONGEST_REASON])
    return ideas


def _clips(text: str) -> list[dict[str, Any]]:
    """The objects that may be clips. Raises InvalidAnswer when there are none."""
    values, reason = values_in(text)
    listed = (clip for value in values for clip in _listed(value))
    clips = [clip for clip in listed if isinstance(clip, dict) and ("rows" in clip or "notes" in clip)]
    if not clips:
        example = 'write {"clips": [{"plan": "...", "rows": ["BD 9000..."]}]}'
        raise InvalidAnswer(f"{reason or 'the answer has no clips'}; {example}")
    return clips[:_MOST_CLIPS]


def _listed(value: Any) -> Sequence[Any]:
    if isinstance(value, dict):
        value = next((value[key] for key in ("clips", "variations") if key in value), [value])
    return value if isinstance(value, list) else []


def _idea(clip: dict[str, Any], wanted: Wanted) -> tuple[Idea, Pattern]:
    repairs: dict[str, None] = {}
    bars = _read(clip, wanted, repairs)
    if wanted.locked:
        free = [without(bar, wanted.locked.voices) for bar in bars]
        if free != bars:
            repairs["rows of locked voices were left out"] = None
        bars = free
    _check_strokes(bars, wanted)
    grid = settled(list(bars), wanted.grid, wanted.tempo, wanted.locked)
    played = _own(grid, wanted)
    written, left = sum(map(len, bars)), sum(map(len, played))
    if written - left > _MOST_UNPLAYABLE * written:
        raise InvalidAnswer(
            f"{written - left} of {written} strokes cannot be played by two hands and two feet at {wanted.tempo:g} bpm"
        )
    if left < written:
        repairs["strokes that cannot be played together or so fast were left out"] = None
    if novelty(grid, wanted.sources).mean() < _LEAST_NOVELTY:
        raise InvalidAnswer("it copies the bars of an example or a known groove; write new ones in that manner")
    return Idea(_plan(clip.get("plan")), tuple(played), tuple(repairs)), grid


def _read(clip: dict[str, Any], wanted: Wanted, repairs: dict[str, None]) -> list[Bar]:
    rows, notes = clip.get("rows"), clip.get("notes")
    if isinstance(rows, list) and all(isinstance(row, str) and len(row) <= MAX_ROW for row in rows):
        if len(rows) > MAX_ROWS:
            raise InvalidAnswer(f"{len(rows)} rows are too many; write one a voice")
        return read_rows(rows, wanted.grid, wanted.bars, repairs)
    if rows is None and isinstance(notes, list):
        return read_notes(notes, wanted.grid, wanted.bars, repairs)
    raise InvalidAnswer(f"rows must be a list of texts of at most {MAX_ROW} characters, one a voice")


def _check_strokes(bars: Sequence[Bar], wanted: Wanted) -> None:
    """Raises InvalidAnswer for silence and for walls of strokes."""
    strokes = sum(map(len, bars))
    if strokes < (1 if wanted.locked else wanted.bars):
        raise InvalidAnswer("it is silent, or all but silent")
    voices = {voice for bar in bars for _, voice in bar}
    if len(voices) > 1 and strokes >= _FULL * len(voices) * wanted.bars * wanted.grid.steps:
        raise InvalidAnswer("every voice plays on every step; leave rests")


def _own(grid: Pattern, wanted: Wanted) -> list[Bar]:
    """The strokes of a settled clip that are not locked, on the grid that was asked for."""
    factor = grid.steps_per_quarter // wanted.grid.steps_per_quarter
    kept = wanted.locked.voices if wanted.locked else ()
    size = grid.steps_per_bar
    out: list[Bar] = [{} for _ in range(wanted.bars)]
    for hit in grid.hits:
        if hit.voice not in kept:
            out[hit.step // size][hit.step % size // factor, hit.voice] = hit.velocity
    return out


def _plan(value: Any) -> str:
    """The model's plan as one line of plain text."""
    if not isinstance(value, str):
        return ""
    spaced = (" " if unicodedata.category(char).startswith(("C", "Z")) else char for char in value[: 4 * MAX_PLAN])
    return " ".join("".join(spaced).split())[:MAX_PLAN].strip()
