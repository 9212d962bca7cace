"""How near what somebody types is to a known name: half a name, slips, other accents, another order of the words.

Names are compared by their words in a-z and 0-9 (`mdg_core.artist.words_of`). Who may be near is found by the trigrams
that both share, kept as a fixed number of bits so that the database can count them; how near is then said word by word.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from rapidfuzz.distance import OSA

GRAM_BITS = 512  # a long name has some 30 trigrams: few of them fall on one bit
NEAR = 0.7  # from which a name is worth showing
_BEGUN, _WITHIN = 0.97, 0.9  # of a word that is typed so far, or from its middle on
_TURNED = 0.98
_LEAST_WITHIN = 3  # letters


def grams_of(words: Sequence[str]) -> str:
    """The trigrams of the words as GRAM_BITS digits 0 and 1; each word begins with two spaces and ends openly, so that
    the beginning of a word has the trigrams of its own."""
    bits = bytearray(b"0" * GRAM_BITS)
    for word in words:
        padded = f"  {word}"
        for start in range(len(word)):
            bits[crc32(padded[start : start + 3].encode()) % GRAM_BITS] = ord("1")
    return bits.decode()


def closeness(typed: Sequence[str], name: Sequence[str]) -> float:
    """0 to 1, where 1 says that every word typed is one of the name's.

    The mean over the words typed, by their length, of how near the nearest word of the name is; or how near both are
    written in one word ("ac dc", "acdc"). A slip is a letter missing, added, changed or swapped with its neighbour
    (optimal string alignment, Boytsov 2011, "Indexing methods for approximate dictionary searching").
    """
    if not typed or not name:
        return 0.0
    total = sum(map(len, typed))
    by_word = sum(len(word) * max(_of_word(word, other) for other in name) for word in typed) / total
    return max(by_word, _of_word("".join(typed), "".join(name)))


def likeness(typed: Sequence[str], name: Sequence[str]) -> float:
    """0 to 1: how much of the whole name is typed, letter by letter; it parts those that are equally close.

    The same words in another order are a little less like it than those in order.
    """
    in_order: float = OSA.normalized_similarity(" ".join(typed), " ".join(name))
    in_any: float = OSA.normalized_similarity(" ".join(sorted(typed)), " ".join(sorted(name)))
    return max(in_order, _TURNED * in_any)


def _of_word(typed: str, word: str) -> float:
    whole: float = OSA.normalized_similarity(typed, word)
    begun: float = OSA.normalized_similarity(typed, word[: len(typed)])
    within = _WITHIN if len(typed) >= _LEAST_WITHIN and typed in word else 0.0
    return max(whole, _BEGUN * begun, within)
