"""Good answers to the prompt of the project, for any stub of a language model.

stub.reply = drumming.clips                  # as many clips as the prompt asks for, in digit rows
stub.reply = drumming.clips_as_notes         # the same as note-JSON
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from typing import Any

_CLIPS = re.compile(r"THE REQUEST\n(\d+) clip")
_SHAPE = re.compile(r"(\d+) bars? of (\d+)/(\d+) at [\d.]+ bpm\. A bar has exactly (\d+) steps")
_LOCKED = re.compile(r"are added afterwards: ([A-Z, ]+)\.")
_PITCHES = {"BD": 36, "SN": 38, "RD": 51}
_TICKS_PER_QUARTER = 480


@dataclass(frozen=True)
class Wish:
    """What a prompt asks for."""

    clips: int
    bars: int
    steps: int  # in a bar
    quarters: float  # in a bar
    locked: frozenset[str]


def prompted(body: dict[str, Any]) -> str:
    """The request as the user puts it, whichever service the request is for."""
    if "contents" in body:
        return str(body["contents"][0]["parts"][0]["text"])
    return next(str(each["content"]) for each in body["messages"] if each["role"] == "user")


def wish_of(body: dict[str, Any]) -> Wish:
    prompt = prompted(body)
    request = prompt[prompt.rindex("THE REQUEST") :]
    shape, locked = _SHAPE.search(request), _LOCKED.search(request)
    number = _CLIPS.search(request)
    assert shape
    assert number
    bars, upper, lower, steps = map(int, shape.groups())
    kept = frozenset(locked[1].split(", ")) if locked else frozenset()
    return Wish(int(number[1]), bars, steps, 4 * upper / lower, kept)


def clips(body: dict[str, Any]) -> str:
    """As many clips as asked for, all different, the same for the same prompt."""
    wish = wish_of(body)
    return json.dumps({"clips": [{"plan": f"idea {n}", "rows": rows(wish, n)} for n in range(1, wish.clips + 1)]})


def clips_as_notes(body: dict[str, Any]) -> str:
    """The same clips as notes."""
    wish = wish_of(body)
    return json.dumps({"variations": [{"notes": notes(wish, n)} for n in range(1, wish.clips + 1)]})


def lanes(wish: Wish, number: int) -> dict[str, list[str]]:
    """The bars of each voice in digits: a downbeat, drawn strokes, the ride on every other step."""
    drawn = random.Random(f"{wish}/{number}")
    out: dict[str, list[str]] = {voice: [] for voice in _PITCHES if voice not in wish.locked}
    for _ in range(wish.bars):
        for voice, bars in out.items():
            if voice == "RD":
                bars.append("".join("6" if step % 2 == 0 else "0" for step in range(wish.steps)))
            else:
                digits = [drawn.choice("0000579" if step % 2 == 0 else "0") for step in range(wish.steps)]
                bars.append("".join(["9", *digits[1:]]) if voice == "BD" else "".join(digits))
    return out


def rows(wish: Wish, number: int) -> list[str]:
    return [f"{voice} {'|'.join(bars)}" for voice, bars in lanes(wish, number).items()]


def notes(wish: Wish, number: int) -> list[dict[str, int]]:
    tick = wish.quarters * _TICKS_PER_QUARTER / wish.steps
    return [
        {
            "pitch": _PITCHES[voice],
            "velocity": int(digit) * 14,
            "time": round((index * wish.steps + step) * tick),
            "duration": round(tick),
        }
        for voice, bars in lanes(wish, number).items()
        for index, bar in enumerate(bars)
        for step, digit in enumerate(bar)
        if digit != "0"
    ]
