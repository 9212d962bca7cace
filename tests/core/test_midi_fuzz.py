"""Whatever the bytes, reading ends in a take or in a MidiError, and a take can be described."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdg_core.drumnotes import drum_notes
from mdg_core.groove import describe
from mdg_core.midi import MAX_QUARTERS, MidiError, Take, read_midi
from mdg_core.quantise import quantise
from mdg_core.retime import retime_midi
from mdg_core.smf import parse
from tests.core.takes import meta, metre, on, rock_beat, smf, tempo, track

REAL = Path(__file__).resolve().parents[3] / "shared" / "groove"


def _corpus() -> list[bytes]:
    head = [(0, tempo(100)), (0, metre(4, 2)), (0, meta(3, b"Drums"))]
    song = smf(track([*head, (960, tempo(140)), (1920, metre(7, 3))]), track(rock_beat(4)), track(rock_beat(2, 3)))
    files = [
        smf(track([*head, *rock_beat()]), file_format=0),
        song,
        smf(track(rock_beat(1)), track(rock_beat(1)), file_format=2, division=96),
        smf(track([*head, *rock_beat()]), division=0xE728),
        b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + song,
        smf(track([(0, b"\xf0\3\1\2\xf7"), (0, b"\xf2\1\2"), *((i * 60, on(22 + i % 60)) for i in range(90))])),
    ]
    takes = sorted(REAL.glob("*/*/*.mid"), key=lambda path: path.stat().st_size)[:400:40]
    return files + [path.read_bytes() for path in takes]


CORPUS = _corpus()
FUZZ = settings(
    max_examples=400, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A file of the corpus with bytes changed, cut out, repeated or put in, and perhaps its end cut off."""
    data = bytearray(draw(st.sampled_from(CORPUS)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(1, 16))
        match draw(st.sampled_from(["change", "high", "cut", "repeat", "insert", "truncate"])):
            case "change":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case "high":
                data[at : at + length] = b"\xff" * length
            case "cut":
                del data[at : at + length]
            case "repeat":
                data[at:at] = data[at : at + 16 * length]
            case "insert":
                data[at:at] = draw(st.binary(max_size=16))
            case "truncate":
                del data[max(at, 14) :]
    return bytes(data)


def _read(data: bytes) -> Take | None:
    try:
        return read_midi(data)
    except MidiError:
        return None


def _check(data: bytes) -> None:
    take = _read(data)
    if take is None:
        return
    assert len(take) > 0
    assert (np.diff(take.onset_ticks) >= 0).all()
    assert 0 <= take.onset_quarters[0] <= take.onset_quarters[-1] <= MAX_QUARTERS
    assert np.isfinite(take.onset_seconds).all()
    assert ((take.velocity >= 1) & (take.velocity <= 127)).all()
    assert len(take.warnings) < 10 + 5 * 1000
    pattern = quantise(take)
    assert 0 < len(pattern.hits) <= len(take)
    json.dumps(dataclasses.asdict(describe(take)), allow_nan=False)  # raises on a NaN


@FUZZ
@given(mutated())
def test_mutated_files(data):
    _check(data)


@FUZZ
@given(st.binary(max_size=400))
def test_bytes_behind_a_header(data):
    _check(b"MThd\0\0\0\6\0\1\0\2\0\x60MTrk\0\0\1\0" + data)


@settings(FUZZ, max_examples=100)
@given(mutated(), st.integers(0, 2**31))
def test_retiming_what_can_be_read(data, seed):
    take = _read(data)
    if take is None:
        return
    ticks = np.maximum(take.onset_ticks + np.random.default_rng(seed).integers(-30, 31, len(take)), 0)
    again = read_midi(retime_midi(data, ticks, take.velocity, note_map=take.note_map), note_map=take.note_map)
    # two strokes may now coincide, and what stood twice may part where one of its tracks ends before the other
    assert len(again) <= len(drum_notes(parse(data), take.note_map).notes.tick)


@settings(FUZZ, max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes(data):
    _check(data)
