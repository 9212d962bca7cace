"""More or less syncopated: kicks, and at last a backbeat, before the beat instead of on it, or the other way round.

A stroke is syncopated when a stronger place after it stays silent (Longuet-Higgins & Lee 1984), so a stroke moved
from a beat to the weaker place before it adds to the syncopation, and one moved on to the beat takes from it.
"""

from __future__ import annotations

from mdg_drummer.bars import GHOST_VELOCITY, SNARES, Bar, Cell, Grid, V
from mdg_drummer.vocabulary import Vocabulary

_LOUD = 80
_UNKNOWN = 0.01  # how likely a place is where the artist has not been heard to play


def with_syncopation(bar: Bar, words: Vocabulary, grid: Grid, amount: float) -> Bar:
    """The bar at `amount` -1 (on the beats) to 1 (off them); 0 leaves it as it is.

    The downbeat's kick stays, and so do all but one of the backbeats.
    """
    moves = _off_the_beat(bar, words, grid) if amount > 0 else _on_the_beat(bar, grid)
    out = dict(bar)
    for source, target in moves[: round(abs(amount) * len(moves))]:
        if target not in out and _has_room(out, target, source):
            out[target] = out.pop(source)
    return out


def _off_the_beat(bar: Bar, words: Vocabulary, grid: Grid) -> list[tuple[Cell, Cell]]:
    """Kicks that could come earlier, where the artist plays them first; last of all the last backbeat."""
    reach = max(1, int(grid.beat // 2))
    ranked = []
    for (step, voice), _ in sorted(bar.items()):
        if voice is V.KICK and grid.strength(step) > 0 and step > 0:
            places = [s for s in range(max(0, step - reach), step) if grid.strength(s) < grid.strength(step)]
            if not places:
                continue
            place = max(places, key=lambda s: (words.share.get((s, voice), _UNKNOWN), grid.strength(s)))
            ranked.append((-words.share.get((place, voice), _UNKNOWN), (step, voice), (place, voice)))
    moves = [(source, target) for _, source, target in sorted(ranked)]
    backbeats = [
        c for c in sorted(bar) if c[1] in SNARES and bar[c] > _LOUD and grid.strength(c[0]) >= 2 and c[0] >= reach
    ]
    return moves + [((step, voice), (step - reach, voice)) for step, voice in backbeats[-1:]]


def _on_the_beat(bar: Bar, grid: Grid) -> list[tuple[Cell, Cell]]:
    """Kicks and loud snares off the beat, the weakest places first, each with the next stronger place after it."""
    ranked = []
    for step, voice in sorted(bar):
        strength = grid.strength(step)
        if strength >= 2 or not (voice is V.KICK or (voice in SNARES and bar[step, voice] >= GHOST_VELOCITY)):
            continue
        later = [s for s in range(step + 1, grid.steps) if grid.strength(s) > strength]
        if later:
            ranked.append((strength, (step, voice), (later[0], voice)))
    return [(source, target) for _, source, target in sorted(ranked)]


def _has_room(bar: Bar, target: Cell, source: Cell) -> bool:
    """No kick under a loud snare and none of them where another drum speaks."""
    step, voice = target
    rivals = [v for s, v in bar if s == step and (s, v) != source]
    if voice is V.KICK:
        return not any(v in SNARES and bar[step, v] > _LOUD for v in rivals)
    return V.KICK not in rivals and not any(v in SNARES for v in rivals)
