"""The order of bars: a clip follows bars as the artist played them one after another.

A passage that is long enough gives its own bars from the beginning of one of its phrases. A shorter one is a statement:
four bars are made of it (statement, repeat, variation, turn), and blocks follow as A, A A', A A B, A A B A, in which B
answers A: another passage of the family, akin to it and none like it, of the same take where there is one.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence

from mdg_drummer.bars import CYMBALS, Bar, Grid
from mdg_drummer.library import Groove, without_fills
from mdg_drummer.limbs import has, led
from mdg_drummer.vary import breathe, recrash, vary
from mdg_drummer.vocabulary import Vocabulary

PHRASE = 4
USUAL_REPEATS = 0.3  # share of the bars that come round again as they were, in the Groove MIDI Dataset
_BLOCKS = {1: "A", 2: "AA", 3: "AAB", 4: "AABA"}
_AKIN = 0.15, 0.65  # Jaccard distances within which one groove answers another
_SAME_TAKE = 4.0
_CRASHES_KEPT = 0.6  # of four bars of takes .15 begin with a crash, of passages .25 (Groove MIDI Dataset)


def repeats_of(passages: Sequence[Groove]) -> float:
    """How often a bar comes round again just as it was, 0-1: of the bars from the third on, fills left out."""
    again = sum(passage.weight * passage.again[0] for passage in passages)
    bars = sum(passage.weight * passage.again[1] for passage in passages)
    return again / bars if bars else USUAL_REPEATS


def groove_bars(passage: Groove) -> list[Bar]:
    """Its bars; where one is a fill the bar two before it goes on, or the nearest."""
    return without_fills(passage.bars, passage.fills)


def in_order(
    lead: Groove,
    family: Collection[Groove],
    bars: int,
    words: Vocabulary,
    grid: Grid,
    rng: random.Random,
    *,
    repeats: float,
) -> list[Bar]:
    """`bars` bars that follow the lead, without fills; `repeats` (0-1) of what comes round again stays as it was."""
    own = groove_bars(lead)
    if len(own) >= bars:
        return _opened(_window(own, bars, rng), words, rng)
    block = _block(own, words, grid, rng, repeats)
    letters = _BLOCKS[-(-bars // PHRASE)] if len(block) == PHRASE else "A" * -(-bars // len(block))
    other = _answer(lead, family, rng) if "B" in letters else None
    answer = _block(groove_bars(other), words, grid, rng, repeats)[: len(block)] if other else block
    out = list(block)
    for letter in letters[1:]:
        if letter == "B" and other:
            out += answer
        else:
            again = enumerate(block)
            out += [_again(bar, words, grid, rng, repeats, begins=index % PHRASE == 0) for index, bar in again]
    return out[:bars]


def _window(own: list[Bar], bars: int, rng: random.Random) -> list[Bar]:
    """So many of the bars that follow one another, from the beginning of a phrase or, for less than one, of a pair."""
    step = PHRASE if bars >= PHRASE else 2
    start = rng.choice(range(0, len(own) - bars + 1, step))
    return own[start : start + bars]


def _opened(bars: list[Bar], words: Vocabulary, rng: random.Random) -> list[Bar]:
    """The bars as a clip: a crash that they begin with stays as often as phrases begin with one.

    Passages begin where something arrives, so that clips cut from them would crash too often.
    """
    if rng.random() >= _CRASHES_KEPT and any((0, cymbal) in bars[0] for cymbal in CYMBALS):
        bars[0] = recrash(bars[0], words, rng, begins=False)
    return bars


def _block(own: list[Bar], words: Vocabulary, grid: Grid, rng: random.Random, repeats: float) -> list[Bar]:
    """The bars as whole phrases: eight or four of them, or four made of fewer."""
    if len(own) >= PHRASE:
        return own[: len(own) // PHRASE * PHRASE]
    out = list(own)
    while len(out) < PHRASE - 1:
        out.append(_again(own[len(out) % len(own)], words, grid, rng, repeats, begins=False))
    turn = recrash(own[(PHRASE - 1) % len(own)], words, rng, begins=False)
    return [*out, breathe(vary(turn, words, grid, rng, 1), rng)]


def _again(bar: Bar, words: Vocabulary, grid: Grid, rng: random.Random, repeats: float, *, begins: bool) -> Bar:
    """A bar as it comes round again: its crashes drawn anew, a stroke changed or none, and none as loud as before."""
    bar = recrash(bar, words, rng, begins=begins)
    if rng.random() >= repeats:
        bar = vary(bar, words, grid, rng, 1)
    return breathe(bar, rng)


def _answer(lead: Groove, family: Collection[Groove], rng: random.Random) -> Groove | None:
    """A groove that brings all that the lead does and differs from it as a second idea does from a first."""
    parts = led(lead.bars)
    found: list[tuple[Groove, float]] = []
    for other in family:
        if other.id == lead.id or not all(has(bar, part) for bar in other.bars for part in parts):
            continue
        pairs = list(zip(lead.bars, other.bars, strict=False))
        apart = sum(len(a.keys() ^ b.keys()) / max(1, len(a.keys() | b.keys())) for a, b in pairs) / len(pairs)
        if _AKIN[0] <= apart <= _AKIN[1]:
            found.append((other, other.weight * (_SAME_TAKE if other.documents & lead.documents else 1.0)))
    return rng.choices([g for g, _ in found], weights=[max(w, 1e-9) for _, w in found])[0] if found else None
