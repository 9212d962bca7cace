"""Small changes to a bar, of the kind and at the places that the artist's own grooves show.

Every change adds or removes one stroke, opens or closes one hat. Where to is drawn from the vocabulary; strokes
come and go alike, so that a sparse groove stays sparse and a busy one busy. Where the vocabulary offers nothing, a
few moves that any drummer makes stand in, only with voices that the artist plays.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence

from mdg_drummer.bars import CYMBALS, SNARES, TIMEKEEPERS, TOMS, Bar, Grid, V, Voice, clamp, without
from mdg_drummer.vocabulary import Vocabulary

_FIXED_SHARE = 0.75  # what most bars play is the groove itself and stays
_MOST_ACCENTS = 2  # crashes of a bar in which the cymbal is not ridden
_RIDDEN = 0.5  # share of the bars above which a crash on a step is none of the accents
_BEGINNING = 2.0  # how much likelier a crash is where a phrase begins than in any bar
_COMMON_MOVE = 0.06  # how likely a move of any drummer is beside those of this one
_GHOST = 30
_LOUDEST_ADDED_GHOST = 48

Move = Callable[[Bar, Vocabulary, Grid, random.Random], bool]


def vary(bar: Bar, words: Vocabulary, grid: Grid, rng: random.Random, changes: int) -> Bar:
    """A copy of the bar with about `changes` strokes changed (fewer where nothing fits)."""
    out = dict(bar)
    for _ in range(changes):
        moves = list(_MOVES)
        while moves:
            index = rng.choices(range(len(moves)), weights=[weight for _, weight in moves])[0]
            move, _ = moves.pop(index)
            if move(out, words, grid, rng):
                break
    return out


def breathe(bar: Bar, rng: random.Random) -> Bar:
    """The same strokes, a little louder and softer: no hand plays a bar twice alike."""
    return {cell: clamp(velocity * rng.uniform(0.93, 1.07)) for cell, velocity in sorted(bar.items())}


def recrash(bar: Bar, words: Vocabulary, rng: random.Random, *, begins: bool) -> Bar:
    """A bar that comes round again with its crashes drawn anew: they are accents of where a phrase begins.

    A cymbal that is ridden stays as it is. Where a crash goes the hand that keeps time is back, where one comes it
    takes that stroke's place.
    """
    struck = [step for step, voice in bar if voice in CYMBALS]
    if len(struck) > _MOST_ACCENTS:
        return bar
    out = without(bar, CYMBALS)
    time = timekeeper(out)
    own = [velocity for (_, voice), velocity in out.items() if voice is time]
    for step in struck:
        if time and not any((step, voice) in out for voice in TIMEKEEPERS):
            out[step, time] = clamp(sum(own) / len(own))
    for voice in CYMBALS if begins else ():
        share = words.share.get((0, voice), 0.0)
        if share <= _RIDDEN and rng.random() < _BEGINNING * share:
            out = crashed(out, 0, voice, stroke_velocity(words, voice, 0))
    return out


def crashed(bar: Bar, step: int, cymbal: Voice, velocity: int) -> Bar:
    """The bar with a crash in place of the time-keeping stroke."""
    out = {cell: v for cell, v in bar.items() if cell[0] != step or cell[1] not in TIMEKEEPERS}
    out[step, cymbal] = velocity
    return out


def uncrashed(bar: Bar, words: Vocabulary) -> Bar:
    """The bar with the stroke that keeps time in place of a crash on its first step."""
    out = {cell: velocity for cell, velocity in bar.items() if cell[0] or cell[1] not in CYMBALS}
    time = timekeeper(out)
    if time and words.has(time) and not any((0, voice) in out for voice in TIMEKEEPERS):
        out[0, time] = stroke_velocity(words, time, 0)
    return out


def _move_snare(bar: Bar, words: Vocabulary, grid: Grid, rng: random.Random) -> bool:
    return _toggle(bar, words, grid, rng, V.SNARE)


def _move_side_stick(bar: Bar, words: Vocabulary, grid: Grid, rng: random.Random) -> bool:
    return any(v is V.SIDE_STICK for _, v in bar) and _toggle(bar, words, grid, rng, V.SIDE_STICK)


def _move_kick(bar: Bar, words: Vocabulary, grid: Grid, rng: random.Random) -> bool:
    return _toggle(bar, words, grid, rng, V.KICK)


def _move_toms(bar: Bar, words: Vocabulary, grid: Grid, rng: random.Random) -> bool:
    present = [voice for voice in TOMS if any(v is voice for _, v in bar)]
    return bool(present) and _toggle(bar, words, grid, rng, rng.choice(present))


def _move_time(bar: Bar, words: Vocabulary, grid: Grid, rng: random.Random) -> bool:
    """Leave out or add one weak stroke of the hand that keeps time."""
    voice = timekeeper(bar)
    return voice is not None and _toggle(bar, words, grid, rng, voice)


def _open_or_close(bar: Bar, words: Vocabulary, grid: Grid, rng: random.Random) -> bool:
    """Open one closed hat where the artist opens it, or close one that is open."""
    opened = [step for step, voice in sorted(bar) if voice is V.OPEN_HAT]
    places = words.steps(V.OPEN_HAT)
    closed = {step: places[step] for step in places if (step, V.CLOSED_HAT) in bar and (step, V.OPEN_HAT) not in bar}
    wanted = sum(places.values())
    if closed and len(opened) <= wanted:
        step = _draw(closed, rng)
        del bar[step, V.CLOSED_HAT]
        bar[step, V.OPEN_HAT] = clamp(words.velocity[step, V.OPEN_HAT])
        return True
    if opened and len(opened) > wanted and words.has(V.CLOSED_HAT):
        step = rng.choice(opened)
        bar[step, V.CLOSED_HAT] = bar.pop((step, V.OPEN_HAT))
        return True
    return False


_MOVES: tuple[tuple[Move, float], ...] = (
    (_move_kick, 3.0),
    (_move_snare, 3.0),
    (_open_or_close, 1.2),
    (_move_time, 0.8),
    (_move_side_stick, 1.0),
    (_move_toms, 0.5),
)


def timekeeper(bar: Bar) -> Voice | None:
    """The voice on which the bar keeps time: the cymbal or hand percussion with the most strokes, else the tom."""
    counts = Counter(voice for _, voice in bar)
    for group in (TIMEKEEPERS, TOMS):
        best = max(group, key=lambda voice: counts[voice])
        if counts[best]:
            return best
    return None


def _toggle(bar: Bar, words: Vocabulary, grid: Grid, rng: random.Random, voice: Voice) -> bool:
    """Add a stroke of the voice where the artist has one, or take one away that is not the groove itself."""
    if not words.has(voice):
        return False
    shares = words.steps(voice)
    present = [step for step, v in sorted(bar) if v is voice]
    if rng.random() < 0.5:
        loose = {s: 1 - shares.get(s, 0.0) for s in present if _is_loose(bar, shares, grid, voice, s)}
        if loose:
            del bar[_draw(loose, rng), voice]
        return bool(loose)
    places = shares | {s: _COMMON_MOVE for s in _common_places(bar, words, grid, voice) if s not in shares}
    here: dict[int, list[Voice]] = {}
    for step, v in bar:
        here.setdefault(step, []).append(v)
    free = {s: p for s, p in places.items() if s not in present and _has_room(voice, here.get(s, []))}
    if free:
        step = _draw(free, rng)
        bar[step, voice] = stroke_velocity(words, voice, step)
    return bool(free)


def _is_loose(bar: Bar, shares: dict[int, float], grid: Grid, voice: Voice, step: int) -> bool:
    """Whether the groove is still itself without this stroke."""
    if voice in TIMEKEEPERS:
        return grid.strength(step) == 0
    if voice is V.KICK and step == 0:
        return False
    is_backbeat = voice in SNARES and bar[step, voice] > 95 and grid.strength(step) >= 2
    return not is_backbeat and shares.get(step, 0.0) < _FIXED_SHARE


def _has_room(voice: Voice, here: Sequence[Voice]) -> bool:
    """No kick under the snare's hand nor the other way round, no ghost beside another drum, no hat on an open or
    pedalled one.

    `here` are the voices that the bar plays on the step.
    """
    if voice is V.KICK:
        return not any(v in SNARES for v in here)
    if voice in SNARES:
        return not any(v in SNARES or v in TOMS or v is V.KICK for v in here)
    if voice in TIMEKEEPERS:
        return not any(v in TIMEKEEPERS or v is V.PEDAL_HAT for v in here)
    return True


def _common_places(bar: Bar, words: Vocabulary, grid: Grid, voice: Voice) -> list[int]:
    """Where any drummer would think of one more stroke."""
    last = grid.steps - 1
    if voice is V.KICK:  # the pick-up into the next bar, and upbeats
        return sorted({last, *(step for step in range(grid.steps) if grid.strength(step) == 1)})
    if voice is V.SNARE and words.ghosts:  # around the backbeats, for those who play ghosts at all
        backbeats = [step for step, v in sorted(bar) if v in SNARES and bar[step, v] > 80]
        return sorted({step + side for step in backbeats for side in (-1, 1)} & set(range(grid.steps)))
    return []


def stroke_velocity(words: Vocabulary, voice: Voice, step: int) -> int:
    """How loud the artist plays a voice there; on the snare as a ghost note where such are usual or nothing is."""
    if voice is V.SNARE:
        ghosts = words.ghosts.get(step, 0.0)
        known = words.velocity.get((step, voice))
        if known is None or (ghosts and ghosts >= words.share[step, voice] / 2):
            return clamp(min(known or _GHOST, _LOUDEST_ADDED_GHOST))
        return clamp(known)
    return clamp(words.velocity.get((step, voice), words.loudness[voice]))


def _draw(weights: dict[int, float], rng: random.Random) -> int:
    return rng.choices(list(weights), weights=[max(w, 0.01) for w in weights.values()])[0]
