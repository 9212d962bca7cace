"""The names of clips on disk."""

from __future__ import annotations

import re

from anyascii import anyascii

_MAX_STEM = 100


def file_name(name: str, seed: int, index: int) -> str:
    """A file name in plain ASCII: letters, digits, dots and hyphens."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", anyascii(name)).strip("-").lower() or "clip"
    return f"{stem[:_MAX_STEM]}-{seed}-{index}.mid"
