"""The .amxd file: a header of 32 bytes, then the patcher's JSON, alone or with the files that it needs. Pure.

Integers of the header are little-endian, those of a frozen payload big-endian.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

MIDI_EFFECT: Final = b"mmmm"
UNFROZEN_WITH_FILES, FROZEN_WITH_FILES = 1, 7
_OUTPUT, _ON_DISK = 0x11, 0x8  # flags of an entry: the device itself; a file that must exist on disk (node.script's)
_MAC_EPOCH = 2_082_844_800  # seconds from 1904 to 1970
_BUILT = 1_767_225_600  # 2026-01-01: a fixed time makes the same bytes
_TYPES = {".amxd": b"JSON", ".js": b"TEXT"}


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside a frozen device."""

    name: str
    data: bytes
    on_disk: bool = False


def amxdtype() -> int:
    """The header's tag as the patcher states it: a big-endian number."""
    return int.from_bytes(MIDI_EFFECT, "big")


def patcher_bytes(patcher: dict[str, Any]) -> bytes:
    """The JSON as Max 8 writes it, with its newline and NUL."""
    return json.dumps(patcher, indent="\t", ensure_ascii=False).encode() + b"\n\0"


def unfrozen(patcher: dict[str, Any]) -> bytes:
    """A device whose scripts lie beside it."""
    return _framed(patcher_bytes(patcher), UNFROZEN_WITH_FILES)


def frozen(name: str, patcher: dict[str, Any], files: Sequence[Embedded]) -> bytes:
    """A device that carries its scripts."""
    entries = [Embedded(name, patcher_bytes(patcher)), *files]
    offset, places = 16, []
    for entry in entries:
        places.append(offset)
        offset += len(entry.data)
    listed = b"".join(_entry(entry, place, first=place == 16) for entry, place in zip(entries, places, strict=True))
    payload = b"mx@c" + struct.pack(">IQ", 16, offset) + b"".join(entry.data for entry in entries)
    return _framed(payload + b"dlst" + struct.pack(">I", 8 + len(listed)) + listed, FROZEN_WITH_FILES)


def _framed(payload: bytes, flags: int) -> bytes:
    head = b"ampf" + struct.pack("<I", 4) + MIDI_EFFECT + b"meta" + struct.pack("<II", 4, flags)
    return head + b"ptch" + struct.pack("<I", len(payload)) + payload


def _entry(file: Embedded, offset: int, *, first: bool) -> bytes:
    name = file.name.encode("ascii")
    flag = _OUTPUT if first else _ON_DISK if file.on_disk else 0
    fields = [
        (b"type", _TYPES["." + file.name.rpartition(".")[2]]),
        (b"fnam", name + b"\0" * (4 - len(name) % 4)),
        *(
            (tag, struct.pack(">I", value))
            for tag, value in (
                (b"sz32", len(file.data)),
                (b"of32", offset),
                (b"vers", 0),
                (b"flag", flag),
                (b"mdat", _BUILT + _MAC_EPOCH),
            )
        ),
    ]
    body = b"".join(tag + struct.pack(">I", 8 + len(value)) + value for tag, value in fields)
    return b"dire" + struct.pack(">I", 8 + len(body)) + body
