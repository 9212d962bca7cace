"""Standard MIDI Files at the level of bytes: chunks, and the events of a track as arrays.

What belongs here: the file format and the repair of damaged files. What does not: what the notes
mean (`midi`).

The reader is our own because a general MIDI library builds an object for every message, which takes
most of the time of an analysis of a thousand takes; here a track becomes three flat arrays, and
the data bytes are fetched from the file by index, for all notes at once. It is also more
forgiving: it keeps what stands before the damage.

Reference: The Complete MIDI 1.0 Detailed Specification, MMA 1996, "Standard MIDI Files 1.0".
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mdg_core.errors import MdgError

MAX_BYTES = 10 * 2**20
MAX_TRACKS = 1_000
MAX_EVENTS = 1_000_000
MAX_LONG_EVENTS = 100_000  # meta events and sysex, over all tracks

META = 0xFF
META_TEXT, META_TRACK_NAME, META_INSTRUMENT = 0x01, 0x03, 0x04
META_END, META_TEMPO, META_METRE = 0x2F, 0x51, 0x58

# How many data bytes follow a status byte; system messages with a length of their own are read apart.
_DATA_BYTES = bytes(
    1 if 0xC0 <= status < 0xE0 or status in (0xF1, 0xF3) else 2 if status < 0xF0 or status == 0xF2 else 0
    for status in range(256)
)

_HAS_TWO_DATA_BYTES = np.array([status >= 0x80 and size == 2 for status, size in enumerate(_DATA_BYTES)])
_HAS_TWO_DATA_BYTES[0xF0:] = False
_AT_ONCE = 8_192  # bytes that are read at once
_FEW = 64  # events in a row; fewer are read faster one by one


class MidiError(MdgError):
    """The bytes are no MIDI file that drums can be read from; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class LongEvent:
    """A meta or sysex event."""

    index: int  # into the track's arrays
    kind: int  # the type of a meta event; the status (0xF0, 0xF7) of a sysex
    payload: bytes
    end: int  # index in the track's bytes behind the payload


@dataclass(frozen=True, slots=True)
class Track:
    """The n events of one track, in file order; running status is resolved."""

    tick: NDArray[np.int64]  # from the start of the track
    status: NDArray[np.int64]  # 0x80-0xFF
    start: NDArray[np.int64]  # index in the file of the first data byte
    long: tuple[LongEvent, ...]  # the events whose data has a length of its own


@dataclass(frozen=True, slots=True)
class Smf:
    """A parsed file. `division` is the raw header field: ticks per quarter, or SMPTE when its top bit is set."""

    data: bytes
    format: int
    division: int
    tracks: tuple[Track, ...]
    warnings: tuple[str, ...]


def parse(data: bytes) -> Smf:
    """Read the chunks and events of a MIDI file, repairing what can be repaired.

    Raises MidiError when the bytes are something else, hold no track, or are beyond the caps
    (`MAX_BYTES`, `MAX_TRACKS`, `MAX_EVENTS`, `MAX_LONG_EVENTS`).
    """
    warnings: list[str] = []
    if len(data) > MAX_BYTES:
        raise MidiError(f"the file has {len(data):,} bytes; the limit is {MAX_BYTES:,}")
    pos = _find_header(data, warnings)
    if len(data) < pos + 14:
        raise MidiError("the file ends inside its header; download or export it again")
    header_size = int.from_bytes(data[pos + 4 : pos + 8], "big")
    file_format = int.from_bytes(data[pos + 8 : pos + 10], "big")
    announced = int.from_bytes(data[pos + 10 : pos + 12], "big")
    division = int.from_bytes(data[pos + 12 : pos + 14], "big")
    if division in (0, 0x8000) or (division & 0x8000 and not division & 0xFF):
        raise MidiError("the header gives no time division, so the notes have no place in time; export it again")
    if file_format > 2:
        warnings.append(f"unknown format {file_format}, read as format 1")
        file_format = 1
    tracks = _read_tracks(data, pos + 8 + (header_size if 6 <= header_size <= 64 else 6), warnings)
    if not tracks:
        raise MidiError("the file has a MIDI header but no track; download or export it again")
    if len(tracks) != announced:
        warnings.append(f"{announced} tracks announced, {len(tracks)} found")
    return Smf(data, file_format, division, tuple(tracks), tuple(warnings))


def _find_header(data: bytes, warnings: list[str]) -> int:
    """Index of `MThd`; raises MidiError naming what the bytes are instead."""
    if data.startswith(b"MThd"):
        return 0
    if not data.strip(b"\0 \r\n\t"):
        raise MidiError("the file is empty")
    for magic, kind in ((b"PK", "a ZIP archive"), (b"Rar!", "a RAR archive"), (b"7z\xbc\xaf", "a 7-Zip archive"),
                        (b"\x1f\x8b", "a gzip archive")):  # fmt: skip
        if data.startswith(magic):
            raise MidiError(f"the file is {kind} under a MIDI name; unpack it and use the files inside")
    head = data[:200]
    if all(byte in b"\t\r\n" or 32 <= byte < 127 for byte in head):
        raise MidiError(f"the file is text, not MIDI: {head[:40].decode('ascii').strip()!r}; download it again")
    found = data.find(b"MThd", 0, 4096)
    if found < 0:
        raise MidiError("the file is not a Standard MIDI File: it has no MThd header")
    riff = data.startswith(b"RIFF") and data[8:12] == b"RMID"
    warnings.append("unwrapped from RIFF" if riff else f"skipped {found} bytes before the header")
    return found


def _read_tracks(data: bytes, pos: int, warnings: list[str]) -> list[Track]:
    tracks: list[Track] = []
    events = long_events = 0
    while pos < len(data):
        if data[pos : pos + 4] != b"MTrk":
            pos = _next_track(data, pos, warnings)
            continue
        if len(tracks) == MAX_TRACKS:
            raise MidiError(f"the file has more than {MAX_TRACKS:,} tracks; it is taken as damaged")
        number = len(tracks) + 1
        body = pos + 8
        end = body + int.from_bytes(data[pos + 4 : body], "big")
        if end > len(data):
            warnings.append(f"track {number} is cut off")
            end = _before_next_track(data, body)
        elif end < len(data) and not _is_chunk(data, end):
            warnings.append(f"track {number} has a wrong length")
            end = _before_next_track(data, body)
        track, problem = _read_events(data, body, end, MAX_EVENTS - events, MAX_LONG_EVENTS - long_events)
        if problem:
            warnings.append(f"track {number} {problem}")
        events += len(track.tick)
        long_events += len(track.long)
        tracks.append(track)
        pos = end
    return tracks


def _is_chunk(data: bytes, pos: int) -> bool:
    return data[pos : pos + 4].isalnum()


def _before_next_track(data: bytes, pos: int) -> int:
    found = data.find(b"MTrk", pos)
    return len(data) if found < 0 else found


def _next_track(data: bytes, pos: int, warnings: list[str]) -> int:
    """Behind a chunk that is no track; foreign chunks are allowed, stray bytes are skipped."""
    size = int.from_bytes(data[pos + 4 : pos + 8], "big")
    if _is_chunk(data, pos) and pos + 8 + size <= len(data):
        return pos + 8 + size
    following = _before_next_track(data, pos)
    warnings.append(f"skipped {following - pos} bytes that belong to no track")
    return following


def _read_events(  # noqa: PLR0912 - the hot loop, kept free of calls
    data: bytes, start: int, end: int, limit: int, long_limit: int
) -> tuple[Track, str]:
    """The events between two indices, and what was wrong with them ("" if nothing). Raises MidiError over a limit."""
    chunk = data[start:end]  # so that an event that runs out of the track raises IndexError
    ticks, statuses, starts = array("q"), array("q"), array("q")
    add_tick, add_status, add_start = ticks.append, statuses.append, starts.append
    long: list[LongEvent] = []
    problem = ""
    pos = tick = running = looked = 0
    size = len(chunk)
    can_exceed = size > 2 * limit  # an event has two bytes at least
    try:
        while pos < size:
            delta = chunk[pos]
            pos += 1
            if delta >= 0x80:
                delta, pos = _variable_length(chunk, pos - 1)
            tick += delta
            status = chunk[pos]
            if status >= 0x80:
                pos += 1
            elif running:
                status = running
            else:
                problem = "has data without a status; the rest of it is lost"
                break
            event = pos
            if status < 0xF0:
                running = status
                pos += _DATA_BYTES[status]
            elif status in (META, 0xF0, 0xF7):
                long.append(_long_event(chunk, pos, status, len(ticks)))
                event = pos = long[-1].end
                if len(long) > long_limit:
                    raise MidiError(f"the file has more than {MAX_LONG_EVENTS:,} meta events; it is taken as damaged")
            else:
                pos += _DATA_BYTES[status]
            if pos > size:
                raise IndexError
            add_tick(tick)
            add_status(status)
            add_start(event)
            if looked <= pos < size and status < 0xF0 and _DATA_BYTES[status] == 2:
                pos, looked = _read_plain(chunk, pos, (ticks, statuses, starts))
                tick, running = ticks[-1], statuses[-1]
            if can_exceed and len(ticks) > limit:
                raise MidiError(f"the file has more than {MAX_EVENTS:,} events; it is too long to be drums")
            if status == META and long[-1].kind == META_END:
                break
    except IndexError:
        problem = "ends inside an event"
    tick_array, status_array, start_array = (np.frombuffer(c, dtype=np.int64) for c in (ticks, statuses, starts))
    return Track(tick_array, status_array, start_array + start, tuple(long)), problem


def _read_plain(chunk: bytes, pos: int, columns: tuple[array[int], array[int], array[int]]) -> tuple[int, int]:
    """Read events with two data bytes, all at once, as long as nothing else comes; where that is, and from where on it
    is worth trying again.

    Each has three bytes below 0x80, the last of its time and its data, whether its status is written or running.
    `columns` are the ticks, statuses and starts of the events before, at least one, which are added to.
    """
    ticks, statuses, _ = columns
    data = np.frombuffer(chunk[pos : pos + _AT_ONCE], dtype=np.uint8)
    low = np.flatnonzero(data < 0x80)
    time, first, second = (low[i : len(low) // 3 * 3 : 3] for i in range(3))
    more = time - np.append(-1, second[:-1]) - 1  # bytes of the time before its last
    written = first - time - 1  # bytes of the status
    before = data[first - 1]
    plain = (second == first + 1) & (more <= 3) & (written <= 1)
    plain &= (written == 0) | _HAS_TWO_DATA_BYTES[before]
    count = len(plain) if plain.all() else int(np.argmin(plain))
    if not count:
        return pos, pos + _AT_ONCE
    time, more = time[:count], more[:count]
    delta = data[time].astype(np.int64)
    for place in range(1, int(more.max()) + 1):
        longer = np.flatnonzero(more >= place)
        delta[longer] += (data[time[longer] - place] & 0x7F).astype(np.int64) << 7 * place
    says = np.maximum.accumulate(np.where(written[:count], np.arange(1, count + 1), 0))  # whose status holds, from 1
    status = np.append(statuses[-1], before[:count])[says]
    for column, values in zip(columns, (ticks[-1] + np.cumsum(delta), status, first[:count] + pos), strict=True):
        column.frombytes(values.astype(np.int64).tobytes())
    end = pos + int(second[count - 1]) + 1
    return end, end + (_AT_ONCE if count < _FEW else 0)


def _long_event(chunk: bytes, pos: int, status: int, index: int) -> LongEvent:
    """The meta or sysex event behind a status byte. Raises IndexError when it runs out of the track."""
    kind = status
    if status == META:
        kind = chunk[pos]
        pos += 1
    length, start = _variable_length(chunk, pos)
    if start + length > len(chunk):
        raise IndexError
    return LongEvent(index, kind, chunk[start : start + length], start + length)


def _variable_length(chunk: bytes, pos: int) -> tuple[int, int]:
    """A variable-length quantity (at most four bytes) and the index behind it. Raises IndexError at the end."""
    value = 0
    for _ in range(4):
        byte = chunk[pos]
        pos += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value, pos


def data_bytes(status: int) -> int:
    """How many data bytes follow a status byte 0x80-0xFF (0 for meta events and sysex)."""
    return _DATA_BYTES[status]


@lru_cache(maxsize=4096)  # the times between the notes of drums are few
def variable_length(value: int) -> bytes:
    """`value` (0 to 2**28 - 1) as a variable-length quantity. Raises ValueError outside."""
    if 0 <= value < 0x80:
        return bytes((value,))
    if not 0 <= value < 1 << 28:
        raise ValueError(f"a MIDI file cannot hold a time of {value} ticks")
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a file: four letters, the length, the body."""
    return kind + len(body).to_bytes(4, "big") + body


def meta_event(kind: int, payload: bytes) -> bytes:
    """A meta event without its time."""
    return bytes((META, kind)) + variable_length(len(payload)) + payload


def track_chunk(messages: Sequence[tuple[int, bytes]]) -> bytes:
    """A track from (tick, event) in order of time."""
    body = bytearray()
    now = 0
    for tick, message in messages:
        body += variable_length(tick - now) + message
        now = tick
    return chunk(b"MTrk", bytes(body))
