"""Answers of language models, good and bad, drawn by a number: what `kinds` has, and good ones with characters changed.

stub.reply = lambda body: misbehaving.answer(body, next(numbers))
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Mapping
from typing import Any

from tests.stubs import drumming
from tests.stubs.drumming import Wish
from tests.stubs.llm import fenced, in_prose

Maker = Callable[[Wish, dict[str, Any], random.Random], str]


def answer(body: dict[str, Any], number: int) -> str:
    """The same for the same prompt and number; every kind comes once before any comes again."""
    makers = list(kinds.values())
    drawn = random.Random(f"answer {number}")
    return makers[number % len(makers)](drumming.wish_of(body), body, drawn)


def _rows(make: Callable[[Wish, random.Random], list[Any]]) -> Maker:
    return lambda wish, _, drawn: _clips({"rows": make(wish, drawn)})


def _notes(make: Callable[[list[dict[str, Any]], random.Random], list[Any]]) -> Maker:
    return lambda wish, _, drawn: _clips({"notes": make([*drumming.notes(wish, drawn.randrange(99))], drawn)})


def _text(make: Callable[[str, random.Random], str]) -> Maker:
    """A good answer, changed."""
    return lambda _, body, drawn: make(drumming.clips(body), drawn)


def _clips(*clips: dict[str, Any]) -> str:
    return json.dumps({"clips": [{"plan": "a plan", **clip} for clip in clips]})


def _changed(text: str, drawn: random.Random) -> str:
    letters = list(text)
    for _ in range(drawn.randrange(1, 12)):
        place = drawn.randrange(len(letters))
        letters[place] = drawn.choice(string.printable + "ÿ\x00\u202e🥁")
    return "".join(letters)


def _each_note(**changes: Any) -> Maker:
    return _notes(lambda notes, _: [note | changes for note in notes])


def _later(ticks: int) -> Maker:
    return _notes(lambda notes, _: [note | {"time": note["time"] + ticks} for note in notes])


def _every_bar(bar: Callable[[Wish, random.Random], str], *voices: str) -> Maker:
    def rows(wish: Wish, drawn: random.Random) -> list[str]:
        return [f"{voice} {'|'.join(bar(wish, drawn) for _ in range(wish.bars))}" for voice in voices]

    return _rows(rows)


def _digits(wish: Wish, drawn: random.Random) -> str:
    return "".join(drawn.choice("0123456789") for _ in range(wish.steps))


_ALL = ("BD", "SN", "CH", "OH", "PH", "RD", "RB", "CR", "SH", "TB", "CB", "CL")

kinds: Mapping[str, Maker] = {
    "good": lambda wish, body, drawn: drumming.clips(body),
    "good notes": lambda wish, body, drawn: drumming.clips_as_notes(body),
    "fenced": _text(lambda text, _: fenced(text)),
    "in prose": _text(lambda text, _: in_prose(text)),
    "truncated": _text(lambda text, drawn: text[: drawn.randrange(len(text))]),
    "twice": _text(lambda text, _: text + text),
    "characters changed": _text(_changed),
    "prose alone": lambda *_: "I'm sorry, I cannot write drums in the style of a living artist.",
    "nothing": lambda *_: "",
    "an HTML page": lambda *_: "<html><body><h1>502 Bad Gateway</h1></body></html>",
    "null": lambda *_: "null",
    "a number": lambda *_: "1" * 5000,
    "deeply nested": lambda *_: "[" * 50_000,
    "very long": lambda *_: '{"clips": "' + "x" * 300_000 + '"}',
    "no clips": lambda *_: '{"clips": []}',
    "clips that are none": lambda *_: '{"clips": [null, 3, "x", [], {"rows": 5}, {"notes": {"pitch": 36}}]}',
    "a bad clip before a good one": lambda wish, _, drawn: _clips({"rows": ["BD 9"]}, {"rows": drumming.rows(wish, 3)}),
    "too many bars": _rows(lambda wish, _: ["BD " + "|".join(["9" + "0" * (wish.steps - 1)] * (wish.bars + 3))]),
    "bars too short": _every_bar(lambda wish, _: "9" * (wish.steps - 1), "BD", "SN"),
    "bars too long": _every_bar(lambda wish, _: "9" * (wish.steps + 1), "BD", "SN"),
    "unknown voices": _every_bar(_digits, "XX", "BD"),
    "noise on every voice": _every_bar(_digits, *_ALL),
    "noise on two": _every_bar(_digits, "SN", "BD"),
    "a wall": _every_bar(lambda wish, _: "9" * wish.steps, *_ALL),
    "silence": _every_bar(lambda wish, _: "0" * wish.steps, "BD", "SN"),
    "a row twice": _every_bar(_digits, "BD", "BD"),
    "bars that name bars to come": _every_bar(lambda *_: "=9", "BD"),
    "rows of another type": _rows(lambda *_: [9, None, {"BD": "9"}]),
    "terminal escapes": lambda wish, _, drawn: json.dumps(
        {"clips": [{"plan": "\x1b[2J\u202e" + "x" * 9999, "rows": drumming.rows(wish, 1)}]}
    ),
    "fields of its own": lambda wish, _, drawn: json.dumps(
        {"clips": [{"plan": "p", "rows": drumming.rows(wish, 2), "tempo": 999, "bars": 64}], "seed": 1, "bars": 99}
    ),
    "10,000 notes": _notes(lambda notes, drawn: [drawn.choice(notes) for _ in range(10_000)]),
    "no notes": _notes(lambda *_: []),
    "negative times": _later(-9999),
    "times beyond the end": _later(10**6),
    "times that are huge": _later(10**30),
    "times off the grid": _later(37),
    "times that are no numbers": _each_note(time=float("nan")),
    "infinite velocities": _each_note(velocity=float("inf")),
    "velocities too loud": _each_note(velocity=999),
    "velocities below zero": _each_note(velocity=-1),
    "silent notes": _each_note(velocity=0),
    "pitches that are no drums": _each_note(pitch=200),
    "pitches in words": _each_note(pitch="kick"),
    "numbers as text": _notes(lambda notes, _: [{key: str(value) for key, value in n.items()} for n in notes]),
    "notes as text": _notes(lambda notes, _: [str(note) for note in notes]),
    "notes without a time": _notes(lambda notes, _: [{"pitch": 36, "velocity": 90}]),
    "true for a number": _each_note(velocity=True),
}
