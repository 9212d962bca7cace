"""The digit grid: how a language model reads and writes bars of drumming.

A row is one voice: its two letters (`mdg_core.gridfile.ABBREVIATIONS`), a space, then the bars parted by `|`. A bar is
one digit a step, 0 a rest, 1-9 a velocity level (`mdg_core.stepgrid`). To save output tokens a bar

    may end after any whole beat when only rests follow: 90009000
    that is silent is                                    0
    that is as the bar before is                         =
    that is as bar N of its row is                       =N

A bar that ends within a beat is no bar, so that a lost or doubled digit is found more often than not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from mdg_core.gridfile import ABBREVIATIONS
from mdg_core.kit import Voice
from mdg_core.stepgrid import level_of, parse_lane, velocity_of
from mdg_drummer.bars import Bar, Grid
from mdg_llm.failures import InvalidAnswer

REST = "0"
BAR_LINE = "|"
AGAIN = "="

VOICE_OF = {short: voice for voice, shorts in ABBREVIATIONS.items() for short in shorts} | {
    voice.value.upper(): voice for voice in Voice
}
_AGAIN = re.compile(r"=([0-9]{0,2})")
_LONGEST_NAME = max(map(len, VOICE_OF))

Levels = list[int]  # of one voice in one bar, a level a step


def code_of(voice: Voice) -> str:
    """The two letters of a voice."""
    return ABBREVIATIONS[voice][0]


def write_rows(bars: Sequence[Bar], grid: Grid) -> list[str]:
    """A row for each voice that plays, in the order of the kit."""
    voices = [voice for voice in Voice if any(v is voice for bar in bars for _, v in bar)]
    return [f"{code_of(voice)} {_write(voice, bars, grid)}" for voice in voices]


def _write(voice: Voice, bars: Sequence[Bar], grid: Grid) -> str:
    whole = ["".join(str(_level(bar, step, voice)) for step in range(grid.steps)) for bar in bars]
    out = []
    for index, digits in enumerate(whole):
        first = whole.index(digits)
        if REST * grid.steps == digits:
            out.append(REST)
        elif index and whole[index - 1] == digits:
            out.append(AGAIN)
        elif first < index:
            out.append(f"{AGAIN}{first + 1}")
        else:
            out.append(digits[: _end(digits, grid)])
    return BAR_LINE.join(out)


def _level(bar: Bar, step: int, voice: Voice) -> int:
    return level_of(bar[step, voice]) if (step, voice) in bar else 0


def _end(digits: str, grid: Grid) -> int:
    """The end of the beat in which the last stroke falls."""
    played = len(digits.rstrip(REST))
    return next(end for end in range(played, grid.steps + 1) if _ends_beat(end, grid))


def _ends_beat(steps: int, grid: Grid) -> bool:
    return steps == grid.steps or Fraction(steps) % grid.beat == 0


def read_rows(rows: Sequence[str], grid: Grid, bars: int, repairs: dict[str, None]) -> list[Bar]:
    """The bars of a clip. What was repaired is added to `repairs`, in words; raises InvalidAnswer for all else.

    Repaired are names of voices written out, rests and accents in other signs, spaces, a missing or misplaced bar line
    where the digits are exactly as many as the clip has steps, and rests beyond the end of a bar.
    """
    lanes: dict[Voice, list[Levels]] = {}
    for row in rows:
        voice, text = _voice(row)
        if voice in lanes:
            raise InvalidAnswer(f"there are two rows of {code_of(voice)}; write one row a voice")
        lanes[voice] = _lane(code_of(voice), text, grid, bars, repairs)
    return [_bar(lanes, index) for index in range(bars)]


def _bar(lanes: Mapping[Voice, Sequence[Levels]], index: int) -> Bar:
    return {
        (step, voice): velocity_of(level)
        for voice, lane in lanes.items()
        for step, level in enumerate(lane[index])
        if level
    }


def _voice(row: str) -> tuple[Voice, str]:
    name, _, text = row.strip().replace(":", " ", 1).partition(" ")
    voice = VOICE_OF.get(name.upper()) if len(name) <= _LONGEST_NAME else None
    if voice is None:
        raise InvalidAnswer(f"a row begins with {shown(name)}; begin it with the two letters of a voice and a space")
    return voice, text


def _lane(code: str, text: str, grid: Grid, bars: int, repairs: dict[str, None]) -> list[Levels]:
    stripped = "".join(text.split())
    if stripped != text.strip():
        repairs["spaces within a row were taken out"] = None
    parts = stripped.strip(BAR_LINE).split(BAR_LINE)
    if len(parts) != bars:
        parts = _rebarred(code, parts, grid, bars)
        repairs["bar lines were set anew"] = None
    lane: list[Levels] = []
    for number, part in enumerate(parts, 1):
        again = _AGAIN.fullmatch(part)
        if again:
            source = int(again[1]) if again[1] else number - 1
            if not 1 <= source < number:
                raise InvalidAnswer(f"{code}, bar {number}: {part} names no earlier bar of the row")
            lane.append(lane[source - 1])
        else:
            lane.append(_levels(f"{code}, bar {number}", part, grid, repairs))
    return lane


def _rebarred(code: str, parts: Sequence[str], grid: Grid, bars: int) -> list[str]:
    """The row cut into bars by its digits alone, where these are exactly enough."""
    digits = "".join(parts)
    if AGAIN in digits or len(digits) != bars * grid.steps:
        raise InvalidAnswer(f"{code} has {len(parts)} bars; write {bars}, parted by {BAR_LINE}")
    return [digits[start : start + grid.steps] for start in range(0, len(digits), grid.steps)]


def _levels(place: str, part: str, grid: Grid, repairs: dict[str, None]) -> Levels:
    try:
        levels = parse_lane(part)
    except ValueError:
        raise InvalidAnswer(f"{place}: {shown(part)} is not a bar; write the digits 0-9, = or =N") from None
    if not part.isdecimal():
        repairs["other signs for rests and accents were read as digits"] = None
    if any(levels[grid.steps :]):
        raise InvalidAnswer(f"{place} has {len(levels)} digits; a bar has {grid.steps}")
    if len(levels) > grid.steps:
        repairs["rests beyond the end of a bar were cut off"] = None
    levels = levels[: grid.steps]
    if not any(levels) and len(levels) in (1, grid.steps):
        return [0] * grid.steps
    if not levels or not _ends_beat(len(levels), grid):
        raise InvalidAnswer(
            f"{place} has {len(levels)} digits; a bar has {grid.steps} and may end early only after a whole beat"
        )
    return levels + [0] * (grid.steps - len(levels))


def shown(text: str, longest: int = 24) -> str:
    """A piece of an answer, safe to quote in a message."""
    plain = "".join(char if char.isascii() and char.isprintable() else "?" for char in text[:longest])
    return f"'{plain}{'…' if len(text) > longest else ''}'"
