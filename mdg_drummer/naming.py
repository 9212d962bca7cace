"""The names of clips on disk and in downloads."""

from __future__ import annotations

import re
from hashlib import sha256

from anyascii import anyascii

_MAX_STEM = 100
_MARK = 6  # hexadecimal digits
_MAX_TITLE = 120
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')  # on one system or another


def file_name(name: str, seed: int, index: int | str, clip: bytes) -> str:
    """A file name in plain ASCII: letters, digits, dots and hyphens.

    It ends in a mark of the clip's content: two requests with one seed and other options get different names, and
    the same request the same ones. `index` is the variation, or the word for what a file holds.
    """
    mark = sha256(clip).hexdigest()[:_MARK]
    stem = re.sub(r"[^A-Za-z0-9]+", "-", anyascii(name)).strip("-").lower() or "clip"
    return f"{stem[:_MAX_STEM]}-{seed}-{index}-{mark}.mid"


def file_title(title: str) -> str:
    """A title such as `AC/DC - groove 1.mid` as a file name that every system takes: `AC-DC - groove 1.mid`.

    One that is too long loses of what stands before its last hyphen.
    """
    name = _NO_FILE_NAME.sub("-", title)
    if len(name) > _MAX_TITLE:
        head, dash, rest = name.rpartition(" - ")
        name = head[: max(1, _MAX_TITLE - len(dash + rest))].rstrip() + dash + rest
    return name.strip(" .")


def plain_title(title: str) -> str:
    """A file title in ASCII, transliterated, without characters that a quoted string of HTTP escapes."""
    return re.sub(r"[^ -~]|[%]", "-", _NO_FILE_NAME.sub("-", anyascii(title)))
