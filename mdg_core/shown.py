"""File names as text that can be shown and stored: what is no text, or steers a terminal, is written as an escape."""

from __future__ import annotations

import os
import re
import unicodedata

_JOINERS = "\u200c\u200d"  # letters and emoji need them
_LOOKS_ESCAPED = re.compile(r"\\(?=[xuU])")


def shown(name: str | os.PathLike[str]) -> str:
    """A file's name or path as clean text; two different names never give the same one.

    Bytes that are no UTF-8 (Python's surrogate escapes) and control characters become `\\xNN`, what turns the
    direction of the text or is no character `\\uNNNN`.
    """
    text = _LOOKS_ESCAPED.sub(r"\\x5c", os.fspath(name))
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _is_shown(char) else _escaped(char) for char in text)


def readable(name: str) -> str:
    """What a person meant by a name whose bytes are no UTF-8: read as Windows-1252, as old archives hold them."""
    if not any("\udc80" <= char <= "\udcff" for char in name):
        return name
    return name.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _is_shown(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    # a control character beyond ASCII is two bytes in a name and must not look like the one byte of the same number
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
