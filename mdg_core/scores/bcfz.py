"""The container of Guitar Pro 6 (.gpx): a small file system, usually packed, with the score's XML in it.

Reference: "Guitar Pro 6 File Format" in the sources of Power Tab Editor (source/formats/gpx/doc.rst), after
J. Jørgen von Bargen and Julian Casadesus.
"""

from __future__ import annotations

from mdg_core.scores.formats import ScoreError

_SECTOR = 0x1000
_FILE, _NAME, _NAME_BYTES, _SIZE, _BLOCKS = 2, 4, 127, 0x8C, 0x94
_SCORE = "score.gpif"


def unpacked(data: bytes, limit: int) -> bytes:
    """The score's XML. Raises ScoreError: damaged, or more than `limit` bytes."""
    disk = _inflated(data, limit) if data.startswith(b"BCFZ") else data
    if not disk.startswith(b"BCFS"):
        raise ScoreError("the .gpx file is damaged; save it again, or as .gp5 or .gp")
    disk = disk[4:]
    for start in range(_SECTOR, len(disk) - _BLOCKS, _SECTOR):
        name = disk[start + _NAME : start + _NAME + _NAME_BYTES].split(b"\0")[0].decode("utf-8", "replace")
        if _number(disk, start) == _FILE and name == _SCORE:
            return _file(disk, start)
    raise ScoreError("the .gpx file holds no score; save it again")


def _file(disk: bytes, start: int) -> bytes:
    """A file's sectors, which its entry lists up to a 0; no more of them than the disk has."""
    content = bytearray()
    for place in range(start + _BLOCKS, start + _SECTOR, 4):
        block = _number(disk, place)
        if not block:
            break
        content += disk[block * _SECTOR : (block + 1) * _SECTOR]
    return bytes(content[: _number(disk, start + _SIZE)])


def _number(data: bytes, start: int) -> int:
    return int.from_bytes(data[start : start + 4], "little")


def _inflated(data: bytes, limit: int) -> bytes:
    size = _number(data, 4)
    if size > limit:
        raise ScoreError(f"unpacked, the score has more than {limit:,} bytes")
    out = bytearray()
    position, end = 64, 8 * len(data)
    while len(out) < size and position < end:
        packed = _bits(data, position, 1)
        if packed:
            width = _bits(data, position + 1, 4)
            offset = _reversed_bits(data, position + 5, width)
            length = _reversed_bits(data, position + 5 + width, width)
            position += 5 + 2 * width
            if offset > len(out):
                raise ScoreError("the .gpx file is damaged; save it again, or as .gp5 or .gp")
            out += out[len(out) - offset : len(out) - offset + min(offset, length)]
        else:
            count = _reversed_bits(data, position + 1, 2)
            position += 3
            out += bytes(_bits(data, position + 8 * number, 8) for number in range(count))
            position += 8 * count
    return bytes(out[:size])


def _bits(data: bytes, position: int, count: int) -> int:
    """`count` (at most 16) bits from a bit on, the highest first; noughts behind the end."""
    word = int.from_bytes(data[position >> 3 : (position >> 3) + 3].ljust(3, b"\0"), "big")
    return word >> (24 - (position & 7) - count) & ((1 << count) - 1)


def _reversed_bits(data: bytes, position: int, count: int) -> int:
    value = _bits(data, position, count)
    return int(f"{value:0{count}b}"[::-1], 2) if count else 0
