"""A typed name -> the artist's display name and key.

The key is a slug (`^[a-z0-9]+(-[a-z0-9]+)*$`): it names partitions, rows and files, so nothing of
what a person typed ever reaches a path. Names that differ only in case, diacritics, punctuation or
"&"/"and" share a key; names in another script get a hash behind their transliteration, because
transliteration alone would let different names meet. So do names of devices on Windows ("con",
"aux"), which no file can have there.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from mdg_core.errors import UsageError

MAX_NAME_LENGTH = 200
MAX_KEY_LENGTH = 80
_HASH_DIGITS = 8

# "..", "/etc/x", "../x", "~/x", "x/../y", anything with a backslash; but not "AC/DC"
_PATH_LIKE = re.compile(r"[./~]+|~?\.{0,2}/.*|.*/\.\.?(/.*)?|.*\\.*")
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji are spelt with them
# what Windows takes for a device whatever follows the dot ("Naming Files, Paths, and Namespaces", Microsoft Learn)
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))}
)
KEY_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def clean_name(typed: str) -> str:
    """The display name: trimmed, single-spaced, NFC, without invisible characters that steer how text is shown.

    Raises UsageError for what cannot be a name.
    """
    if len(typed) > MAX_NAME_LENGTH:
        raise UsageError(f"an artist's name has at most {MAX_NAME_LENGTH} characters; this one has {len(typed)}")
    if any(unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") and char not in "\t\n\r" for char in typed):
        raise UsageError("an artist's name cannot contain control characters")
    shown = "".join(char for char in typed if unicodedata.category(char) != "Cf" or char in _JOINERS)
    name = " ".join(unicodedata.normalize("NFC", shown).split())
    if not any(unicodedata.category(char)[0] in "LNPS" for char in name):
        raise UsageError("type an artist's or a band's name")
    if _PATH_LIKE.fullmatch(name):
        raise UsageError(f"{name!r} looks like a file path; type an artist's or a band's name")
    return name


@lru_cache(maxsize=4096)
def artist_key(name: str) -> str:
    """The key of a display name (see the module's text). Raises UsageError like `clean_name`."""
    folded = _folded(clean_name(name))
    slug = "-".join(_words(folded))
    needs_hash = not slug or slug in _DEVICES or any(_is_transliterated(char) for char in folded)
    if needs_hash or len(slug) > MAX_KEY_LENGTH:
        digest = hashlib.sha256(folded.encode()).hexdigest()[:_HASH_DIGITS]
        head = slug[: MAX_KEY_LENGTH - _HASH_DIGITS - 1].strip("-") or "name"
        slug = f"{head}-{digest}"
    return slug


def words_of(text: str) -> list[str]:
    """The words of a name, or of the beginning of one, in a-z and 0-9: as keys have them, whatever was typed."""
    return _words(_folded(text))


def _folded(name: str) -> str:
    folded = re.sub(r"\s*&\s*", " and ", unicodedata.normalize("NFKC", name).casefold())
    return re.sub(r"['’ʼ`´.]", "", folded)  # o'connor, d'angelo, m.i.a.: one word


def _words(folded: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", anyascii(folded).lower())


def _is_transliterated(char: str) -> bool:
    """Another script's letter, or a symbol such as an emoji, that anyascii writes with Latin letters."""
    return not char.isascii() and "LATIN" not in unicodedata.name(char, "") and any(map(str.isalnum, anyascii(char)))
