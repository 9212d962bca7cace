"""The names of clips on disk."""

from __future__ import annotations

import re
from hashlib import sha256

from anyascii import anyascii

_MAX_STEM = 100
_MARK = 6  # hexadecimal digits


def file_name(name: str, seed: int, index: int | str, clip: bytes) -> str:
    """A file name in plain ASCII: letters, digits, dots and hyphens.

    It ends in a mark of the clip's content: two requests with one seed and other options get different names, and
    the same request the same ones. `index` is the variation, or the word for what a file holds.
    """
    mark = sha256(clip).hexdigest()[:_MARK]
    stem = re.sub(r"[^A-Za-z0-9]+", "-", anyascii(name)).strip("-").lower() or "clip"
    return f"{stem[:_MAX_STEM]}-{seed}-{index}-{mark}.mid"
