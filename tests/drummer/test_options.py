"""What a producer asks of single voices: locks of clips of one's own, density, drag, swing; count-in, split, maps."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

import mido
import pytest
from pydantic import ValidationError

from mdg_core.errors import UsageError
from mdg_core.kit import Voice
from mdg_core.maps import MAPS
from mdg_core.pattern import Metre
from mdg_drummer.lock import Locked, locked_notes, locked_of
from mdg_drummer.request import GenerationRequest, Lock
from mdg_drummer.result import build_result
from mdg_drummer.template import generate
from tests.drummer.people import library_of
from tests.drummer.profiles import jazz, profile, rock, template

ID = UUID(int=1)
V = Voice


def ask(**options: Any) -> GenerationRequest:
    return GenerationRequest(**{"artist": "X", "variations": 1} | options)


def made(
    known: Any = None, seed: int = 3, locked: Locked | None = None, **options: Any
) -> tuple[dict[str, Any], bytes]:
    request = ask(**options)
    known = known or rock()
    result, midi = build_result(ID, known, generate(library_of(known), request, seed, locked), request, seed)
    return result, midi[0]


def starts(result: dict[str, Any], voice: str) -> list[float]:
    return [note["start"] for note in result["variations"][0]["notes"] if note["voice"] == voice]


def own_notes(*rows: tuple[float, int, int]) -> list[dict[str, Any]]:
    return [{"start": start, "pitch": pitch, "velocity": velocity, "duration": 0.1} for start, pitch, velocity in rows]


def kept(notes: list[dict[str, Any]], voices: list[Voice], bars: int, **lock: Any) -> Locked:
    own = Lock(notes=notes, voices=voices, **lock)
    return locked_notes(own.notes or [], own, metre=Metre(), bars=bars, note_map=MAPS["gm"])


# late and early strokes, a flam (two strokes of a voice in one step), and a hat that is not locked
CLIP = own_notes(
    (0.021, 36, 101), (0.5, 42, 60), (0.958, 38, 40), (1.0125, 38, 117), (2.25, 36, 90), (3.0, 38, 99), (3.97, 36, 55),
    (4.0, 36, 88), (5.0, 38, 90), (7.75, 36, 77),
)  # fmt: skip


@pytest.mark.parametrize("known", [rock, jazz])
def test_a_locked_clip_of_ones_own_stays_to_the_tick(known: Any) -> None:
    locked = kept(CLIP, [V.KICK, V.SNARE], 4)
    result, _ = made(known(), locked=locked, bars=4)
    wanted = [
        (round((note["start"] + again) * 480), note["pitch"], note["velocity"])
        for again in (0, 8)
        for note in CLIP
        if note["pitch"] != 42
    ]
    played = [
        (round(note["start"] * 480), note["pitch"], note["velocity"])
        for note in result["variations"][0]["notes"]
        if note["voice"] in ("kick", "snare")
    ]
    assert sorted(played) == sorted(wanted)
    assert len(result["variations"][0]["notes"]) > len(played)


def test_a_lock_says_what_the_notes_play_instead() -> None:
    with pytest.raises(UsageError, match="do not play ride: they play kick, closed_hat, snare"):
        kept(CLIP, [V.RIDE], 2)


@pytest.mark.parametrize(
    "lock",
    [
        {"voices": ["kick"]},
        {"voices": ["kick"], "notes": []},
        {"voices": ["kick"], "notes": [{"start": 0}]},
        {"voices": ["kick"], "notes": [{"start": float("inf"), "pitch": 36}]},
        {"voices": ["kick"], "notes": [{"start": 0, "pitch": 36}], "generation_id": str(ID)},
    ],
)
def test_locks_that_are_none(lock: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(lock=lock)


def test_the_notes_of_a_result_are_a_lock() -> None:
    first, _ = made(bars=2)
    locked = kept(first["variations"][0]["notes"], [V.SNARE], 2)
    second, _ = made(seed=99, locked=locked, bars=2)
    assert starts(second, "snare") == starts(first, "snare")


def test_density_of_one_voice_leaves_the_others() -> None:
    plain, _ = made(bars=4, humanize=False)
    thin, _ = made(bars=4, humanize=False, density_of={"hats": -1})
    assert starts(thin, "kick") == starts(plain, "kick")
    assert 0 < len(starts(thin, "closed_hat")) < len(starts(plain, "closed_hat"))
    busy, _ = made(bars=4, humanize=False, density_of={"kick": 1})
    assert len(starts(busy, "kick")) > len(starts(plain, "kick"))


def test_a_soft_backbeat_is_never_thinned() -> None:
    lanes = {V.CLOSED_HAT: "7.5.7.5.7.5.7.5.", V.SNARE: ".2..6..2.2..6..1", V.KICK: "8.......8......."}
    soft = profile("Brushes", [template("Soft", lanes, weight=1.0)])
    thin, _ = made(soft, bars=1, humanize=False, density_of={"snare": -1})
    assert {1.0, 3.0} <= set(starts(thin, "snare"))
    assert len(starts(thin, "snare")) == 2


def test_a_voice_comes_before_its_group() -> None:
    request = ask(density_of={"open_hat": 0.5, "hats": -0.5}, drag={"snare": 12})
    assert request.density_of == {V.CLOSED_HAT: -0.5, V.OPEN_HAT: 0.5, V.PEDAL_HAT: -0.5}
    assert request.drag == {V.SNARE: 12}
    assert GenerationRequest.model_validate(request.model_dump(mode="json")) == request


@pytest.mark.parametrize(
    "options",
    [{"drag": {"snare": 61}}, {"drag": {"gong": 1}}, {"density_of": {"kick": 1.5}}, {"swing_of": "eighths"},
     {"swing": 60, "swing_of": "quarters"}, {"drag": {"snare": float("nan")}}, {"drum_map": "36 kick\nfoo\n"}],
)  # fmt: skip
def test_what_cannot_be_asked(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(**options)


def test_drag_moves_a_voice_by_milliseconds_and_never_before_the_clip() -> None:
    plain, _ = made(tempo=120, bars=2)
    late, _ = made(tempo=120, bars=2, drag={"snare": 12, "kick": -60})
    moved = [b - a for a, b in zip(starts(plain, "snare"), starts(late, "snare"), strict=True)]
    assert all(by == pytest.approx(0.024, abs=0.003) for by in moved)
    assert min(starts(late, "kick")) == 0
    assert starts(late, "closed_hat") == starts(plain, "closed_hat")


def test_swing_of_sixteenths_or_eighths() -> None:
    eighths, _ = made(bars=4, humanize=False, swing=60, swing_of="eighths")
    sixteenths, _ = made(bars=4, humanize=False, swing=60, swing_of="sixteenths")
    phases = [{round(start % 1, 2) for start in starts(result, "closed_hat")} for result in (eighths, sixteenths)]
    assert 0.6 in phases[0]
    assert 0.5 not in phases[0]
    assert 0.5 in phases[1]


@pytest.mark.parametrize(("metre", "clicks"), [("4/4", 4), ("6/8", 2), ("7/8", 7), ("3/4", 3)])
def test_a_count_in_stands_on_the_beats_and_is_marked(metre: str, clicks: int) -> None:
    plain, _ = made(bars=2, time_signature=metre)
    counted, midi = made(bars=2, time_signature=metre, count_in=True)
    bar = float(Metre.parse(metre).bar_quarters)
    notes = counted["variations"][0]["notes"]
    assert counted["count_in"] == bar
    assert [note["start"] for note in notes if note["step"] < 0] == [i * bar / clicks for i in range(clicks)]
    assert starts(counted, "kick") == pytest.approx([start + bar for start in starts(plain, "kick")])
    file = mido.MidiFile(file=BytesIO(midi))
    markers = [m.text for m in file.tracks[0] if m.type == "marker"]
    assert markers[0] == "count-in"
    assert sum(m.time for m in file.tracks[1]) == 3 * bar * 480


def test_a_clip_with_a_count_in_can_be_locked() -> None:
    first, _ = made(bars=2, count_in=True)
    lock = Lock(generation_id=ID, voices=[V.KICK])
    second, _ = made(seed=5, bars=2, locked=locked_of(first, lock, bars=2))
    assert starts(second, "kick") == pytest.approx([start - 4 for start in starts(first, "kick")])


def test_split_has_a_track_for_each_voice_and_the_same_notes() -> None:
    whole, apart = (mido.MidiFile(file=BytesIO(made(bars=2, split=split)[1])) for split in (False, True))
    assert {"kick", "snare"} <= {track.name for track in apart.tracks[1:]}

    def notes(file: mido.MidiFile) -> list[tuple[int, int]]:
        out = []
        for track in file.tracks[1:]:
            now = 0
            for message in track:
                now += message.time
                if message.type == "note_on":
                    out.append((now, message.note))
        return sorted(out)

    assert notes(whole) == notes(apart)
    for track in apart.tracks[1:]:
        assert len({m.note for m in track if m.type == "note_on"}) == 1


def test_a_map_of_ones_own() -> None:
    result, _ = made(bars=2, drum_map="title: Mine\nbased on: gm\n60 kick\nwrite kick 60\n")
    kicks = {note["pitch"] for note in result["variations"][0]["notes"] if note["voice"] == "kick"}
    assert kicks == {60}
    assert result["drum_map"] == "own"
