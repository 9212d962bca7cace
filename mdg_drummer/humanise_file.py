"""A user's own MIDI clip, played by a person or by an artist: the humaniser on files.

Every stretch of one metre is placed on its own grid and played by itself; pulse, order and dynamics are then those of
the whole clip (`own_clip`, `order`, `own_dynamics`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_core import smf
from mdg_core.bars import mean_tempo
from mdg_core.errors import MdgError
from mdg_core.kit import VOICES, NoteMap
from mdg_core.midi import Take, read_midi
from mdg_core.pattern import Hit, Pattern
from mdg_core.profile import Feel
from mdg_core.quantise import loudest, place
from mdg_core.retime import retime_midi
from mdg_core.stretches import Run, prepared, runs_of
from mdg_drummer.feel import playing_of, swing_decided
from mdg_drummer.feel_places import whole_scores
from mdg_drummer.feel_prior import Prior
from mdg_drummer.order import from_the_start, in_order
from mdg_drummer.own_clip import OwnClip, shifts
from mdg_drummer.own_dynamics import AUDIBLE, touched
from mdg_drummer.remark import Remark, remark_in

_LEAST_GAP = 0.03  # quarters between two strokes of a voice
_FINE = 96  # ticks a quarter, from which one of them is hardly heard
_STAYS = 1e-6  # ticks: what moves by less does not move
_TOGETHER = 0.06  # quarters within which the strokes of the first step lie

Array = NDArray[np.float64]


class HumanisedBeforeError(MdgError):
    """The file says that it was humanised already."""

    def __init__(self, before: str) -> None:
        super().__init__(f"it was humanised before ({before}); humanising it again moves it further: use the original")


@dataclass(frozen=True, slots=True)
class Humanised:
    """A played file and what the person should know of it."""

    midi: bytes
    notes: tuple[str, ...]


def humanise_file(
    data: bytes,
    *,
    prior: Prior,
    feels: Sequence[Feel] = (),
    like: str | None = None,
    note_map: NoteMap | None = None,
    seed: int | None = 0,
    deterministic: bool = False,
    timing: float = 1.0,
    velocity: float = 1.0,
    keep_accents: bool = False,
    again: bool = False,
) -> Humanised:
    """The same file, its drum hits moved and struck as people do; every other event stays, and so does its length.

    Parameters
    ----------
    prior
        How people play.
    feels, like
        An artist's feels, as `StyleProfile.feel` lists them, and the artist's name, which is written into the file. In
        each stretch the feel of its metre and grid is used, and without one the general prior.
    note_map
        What the pitches mean where that is known.
    seed
        The same seed gives the same file; None a new one each time.
    deterministic
        Play what is expected instead of drawing from what people do.
    timing, velocity
        0 leaves the clip as it is, 1 is as played, between them in proportion.
    keep_accents
        As `own_dynamics.touched`.
    again
        Also play a file that was humanised before.

    Several hits of a voice in one cell (a flam, a drag) move together. Strokes that count in stay as they are. A clip
    that starts at its first stroke still does (`order.from_the_start`).

    Raises
    ------
    HumanisedBeforeError
        The file was humanised before, and `again` was not asked for.
    MidiError
        The data is not a MIDI file with drums.
    ValueError
        An amount is not within 0-1.
    """
    if not (0 <= timing <= 1 and 0 <= velocity <= 1):
        raise ValueError(f"amounts are 0 to 1, not timing {timing}, velocity {velocity}")
    notes = []
    if before := remark_in(smf.parse(data)):
        if not again:
            raise HumanisedBeforeError(before)
        notes.append(f"it was humanised before ({before}) and is moved further now")
    take = read_midi(data, note_map=note_map)
    notes += take.warnings
    ready = prepared(take)  # where the file lies late as a whole it stays so: ticks are the file's own
    if ready.count_in:
        notes.append(f"the first {ready.count_in} strokes count in; they stay as they are")
    if timing and take.ticks_per_quarter < _FINE:
        finest = 60_000 / mean_tempo(take) / take.ticks_per_quarter
        notes.append(
            f"the file has {take.ticks_per_quarter} ticks a quarter, {finest:.0f} ms each: finer timing is lost; "
            "export it with 480"
        )
    clip, hit_of = _played(ready.take, prior, feels, seed, deterministic)
    late = shifts(clip, timing)[hit_of] * take.ticks_per_quarter
    level = touched(clip, velocity, keep_accents=keep_accents)[hit_of]
    own = ready.index
    ticks = _ticks(take, own, late)
    velocities = take.velocity.copy()
    given = velocities[own]
    # the softer strokes of a flam change as their main one does
    softer = np.rint(given * level / clip.velocity[hit_of])
    velocities[own] = np.clip(softer, np.minimum(given, AUDIBLE), 127)
    remark = Remark(seed, timing, velocity, keep_accents, deterministic, like).written()
    return Humanised(retime_midi(data, ticks, velocities, note_map=note_map, remark=remark), tuple(notes))


def _ticks(take: Take, own: NDArray[np.int64], late: Array) -> NDArray[np.int64]:
    """The onsets of all hits in ticks, those of `own` moved."""
    given = take.onset_ticks.astype(float)
    wanted = given.copy()
    per = take.ticks_per_quarter
    wanted[own] = from_the_start(given[own], given[own] + late, together=_TOGETHER * per)  # a click keeps its place
    moved = np.flatnonzero(np.abs(wanted - given) > _STAYS) if per >= _FINE else own[:0]
    # on a fine grid of ticks a stroke that moves by less than half of one goes to the next on that side
    wanted[moved] = given[moved] + np.copysign(np.maximum(np.abs(wanted - given)[moved], 1.0), (wanted - given)[moved])
    ordered = in_order(given, wanted, take.voice_code, gap=max(1.0, _LEAST_GAP * per))
    return np.floor(np.maximum(ordered, 0.0) + 0.5).astype(np.int64)


def _played(
    take: Take, prior: Prior, feels: Sequence[Feel], seed: int | None, deterministic: bool
) -> tuple[OwnClip, NDArray[np.int64]]:
    """What is played of a prepared take, and which hit of it each stroke of the take belongs to."""
    rng = None if deterministic else np.random.default_rng(seed)
    whole = whole_scores(rng) if rng is not None else None
    hit_of = np.zeros(len(take), np.int64)
    in_force = np.searchsorted([change.quarters for change in take.tempos], take.onset_quarters, side="right") - 1
    bpm = np.array([change.bpm for change in take.tempos])[np.maximum(in_force, 0)]
    parts: list[OwnClip] = []
    hits = 0
    for run in runs_of(take):
        part, own_hit = _run_played(run, take.onset_quarters[run.index], bpm[run.index], prior, feels, rng, whole)
        hit_of[run.index] = own_hit + hits
        hits += len(part.quarters)
        parts.append(part)
    return OwnClip.joined(parts), hit_of


def _run_played(
    run: Run,
    quarters: Array,
    bpm: Array,
    prior: Prior,
    feels: Sequence[Feel],
    rng: np.random.Generator | None,
    whole: Array | None,
) -> tuple[OwnClip, NDArray[np.int64]]:
    """What is played of one run, at `quarters` and tempi of the file, and which hit each of its strokes belongs to."""
    take, tempo = run.take, mean_tempo(run.take)
    cells = place(take)  # of one metre, so that no stroke is left out
    code = take.voice_code[cells.index]
    cell = cells.step * len(VOICES) + code
    struck = take.velocity[cells.index]
    main = loudest(cell, struck)
    hits = tuple(
        Hit(step, VOICES[voice], level, offset)
        for step, voice, level, offset in zip(
            cells.step[main].tolist(), code[main].tolist(), struck[main].tolist(), cells.offset[main].tolist(),
            strict=True,
        )
    )  # fmt: skip
    pattern = Pattern(cells.metre, cells.bars, cells.steps_per_quarter, hits)
    place_of = {hit[:2]: index for index, hit in enumerate(pattern.hits)}
    rank = np.array([place_of[hit[:2]] for hit in hits], np.int64)
    hit_of = rank[np.searchsorted(cell[main], cell)]
    main = main[np.argsort(rank)]
    feel = _feel_of(feels, pattern)
    played = playing_of(
        pattern, tempo=tempo, prior=prior, feel=feel, rng=rng, whole=whole, own_swing=not swing_decided(pattern, feel)
    )
    steps = cells.steps_per_quarter
    clip = OwnClip(
        quarters=quarters[main],
        voice_code=code[main],
        velocity=struck[main].astype(float),
        off_grid=(cells.offset[main] - played.swing) / steps,
        late=played.late / steps * bpm[main] / tempo,  # as many ms at any tempo of the run
        played=played.velocity,
        score=played.score,
        expected=played.expected,
        spread=played.spread,
        usual=played.usual,
        usual_spread=played.usual_spread,
    )
    return clip, hit_of


def _feel_of(feels: Sequence[Feel], pattern: Pattern) -> Feel | None:
    fitting = [feel for feel in feels if feel.style is None and feel.metre == str(pattern.metre)]
    return min(fitting, key=lambda feel: feel.steps_per_quarter != pattern.steps_per_quarter, default=None)
