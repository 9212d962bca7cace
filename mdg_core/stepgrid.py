"""The step-grid notation: drum bars as text that people read and write.

The same digits serve the library's .grid files, the profile's templates and what a language
model is asked to answer. One character is one step:

    .  -  or  0   rest
    1 to 9        velocity level, 9 the loudest (MIDI velocity = level * 127 / 9, rounded)
    o  x  X       short for the levels 3 (ghost), 6 (normal) and 9 (accent)
    |             bar line, for the eye and checked when there: it must stand between bars
    space         ignored

This module holds the notation of one voice and of a bar block; the .grid file around it (headers,
several grooves) is read by `mdg_core.gridfile`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from mdg_core.kit import VOICES, Voice
from mdg_core.pattern import Hit, Metre, Pattern

REST = "."
_LEVELS = 9
MAX_VELOCITY = 127
_LEVEL_OF = {str(level): level for level in range(_LEVELS + 1)} | {".": 0, "-": 0, "o": 3, "x": 6, "X": 9}
_IGNORED = str.maketrans("", "", " \t|")


@lru_cache(maxsize=MAX_VELOCITY + 1)
def level_of(velocity: int) -> int:
    """MIDI velocity 1-127 -> level 1-9."""
    return min(_LEVELS, max(1, round(velocity * _LEVELS / MAX_VELOCITY)))


@lru_cache(maxsize=_LEVELS + 1)
def velocity_of(level: int) -> int:
    """Level 1-9 -> MIDI velocity 14-127."""
    return round(level * MAX_VELOCITY / _LEVELS)


def parse_lane(text: str) -> list[int]:
    """One voice's steps as levels, 0 a rest. Raises ValueError naming the first bad character."""
    try:
        return [_LEVEL_OF[char] for char in text.translate(_IGNORED)]
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is no step; use . - 0-9 o x X, and | between bars") from None


def parse_grid(lanes: Mapping[Voice, str], metre: Metre, steps_per_quarter: int) -> Pattern:
    """Lanes of one or more bars -> a pattern without micro-timing.

    Raises ValueError when the grid does not divide a bar, the lanes differ in length or do not fill
    whole bars, or a bar line stands inside a bar.
    """
    if steps_per_quarter < 1 or (metre.bar_quarters * steps_per_quarter).denominator != 1:
        raise ValueError(f"{steps_per_quarter} steps a quarter do not divide a bar of {metre}")
    steps_per_bar = int(metre.bar_quarters * steps_per_quarter)
    lengths: set[int] = set()
    hits: list[Hit] = []
    for voice, text in lanes.items():
        levels: list[int] = []
        for part in text.strip().strip("|").split("|"):
            steps = parse_lane(part)
            if len(steps) % steps_per_bar:
                raise ValueError(
                    f"{voice}: {part.strip()[:40]!r} has {len(steps)} steps; a bar of {metre} has {steps_per_bar}"
                )
            levels += steps
        lengths.add(len(levels))
        hits += [Hit(step, voice, velocity_of(level)) for step, level in enumerate(levels) if level]
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(f"the lanes of a grid must be of one length; these have {sorted(lengths)} steps")
    return Pattern(metre, lengths.pop() // steps_per_bar, steps_per_quarter, tuple(hits))


def lanes_of(pattern: Pattern) -> dict[Voice, str]:
    """Each voice that plays -> its digits, bars parted by '|'. Micro-timing is not part of the notation."""
    played = {hit.voice for hit in pattern.hits}
    lanes = {voice: [REST] * pattern.steps for voice in VOICES if voice in played}
    for hit in pattern.hits:
        lanes[hit.voice][hit.step] = str(level_of(hit.velocity))
    size = pattern.steps_per_bar
    return {v: "|".join("".join(row[i : i + size]) for i in range(0, len(row), size)) for v, row in lanes.items()}


def count_line(pattern: Pattern) -> str:
    """The beats of each bar over its steps, like 1...2...3...4...; three eighths are a beat in compound metres.

    Beats past the ninth show their last digit; a beat that falls between two steps is left out.
    """
    metre = pattern.metre
    beat = metre.bar_quarters / metre.numerator * pattern.steps_per_quarter * (3 if metre.is_compound else 1)
    beats = (step / beat for step in range(pattern.steps_per_bar))
    count = "".join(str((int(b) + 1) % 10) if b.denominator == 1 else REST for b in beats)
    return "|".join([count] * pattern.bars)


def draw(pattern: Pattern) -> str:
    """The pattern as a grid for a terminal: a count line, then a line a voice, cymbals on top and the kick below."""
    lanes = lanes_of(pattern)
    width = max((len(v) for v in lanes), default=4)
    rows = [f"{'':<{width}}  {count_line(pattern)}"]
    rows += [f"{voice:<{width}}  {lanes[voice]}" for voice in reversed(Voice) if voice in lanes]
    return "\n".join(rows)
