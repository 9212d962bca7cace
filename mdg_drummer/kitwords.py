"""The words in which a person names voices of the kit: one voice, or a group of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mdg_core.kit import CYMBALS, HATS, RIDES, TOMS, Voice

GROUPS: Final[dict[str, tuple[Voice, ...]]] = {
    "hats": (*HATS, Voice.PEDAL_HAT),
    "rides": RIDES,
    "toms": TOMS,
    "cymbals": CYMBALS,
}


def voices_called(word: str) -> tuple[Voice, ...]:
    """The voices of a word, like `snare` or `hats`. Raises ValueError naming the words there are."""
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    if plain in GROUPS:
        return GROUPS[plain]
    try:
        return (Voice(plain),)
    except ValueError as error:
        raise ValueError(f"{word[:40]!r} is no voice; use {', '.join(GROUPS)} or one of {', '.join(Voice)}") from error


def all_called(words: Iterable[str]) -> list[Voice]:
    """The voices of several words, each once. Raises ValueError."""
    return list(dict.fromkeys(voice for word in words for voice in voices_called(word)))


def by_voice(amounts: Mapping[Any, Any]) -> dict[Voice, Any]:
    """Amounts by word as amounts by voice; what is said of a voice comes before what is said of its group.

    Raises ValueError.
    """
    out: dict[Voice, Any] = {}
    for word, amount in sorted(amounts.items(), key=lambda item: str(item[0]) not in GROUPS):
        out |= dict.fromkeys(voices_called(str(word)), amount)
    return out
