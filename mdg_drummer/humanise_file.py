"""A user's own MIDI clip, played by a person or by an artist: the humaniser on files."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdg_core.alignment import aligned
from mdg_core.bars import mean_tempo
from mdg_core.kit import VOICES, NoteMap
from mdg_core.midi import read_midi
from mdg_core.pattern import Hit, Pattern
from mdg_core.profile import Feel
from mdg_core.quantise import loudest, place
from mdg_core.retime import retime_midi
from mdg_drummer.feel import humanise


def humanise_file(
    data: bytes,
    *,
    feels: Sequence[Feel] = (),
    note_map: NoteMap | None = None,
    seed: int | None = 0,
    deterministic: bool = False,
    timing: float = 1.0,
    velocity: float = 1.0,
    keep_accents: bool = False,
) -> bytes:
    """The same file, its drum hits moved and struck as people do; every other event stays.

    `feels` are an artist's, as `StyleProfile.feel` lists them; the one of the clip's metre and grid is used, and
    without one the general prior. `note_map` says what the pitches mean where that is known. Several hits of a voice in
    one cell (a flam, a drag) move together. The other parameters are those of `mdg_drummer.feel.humanise`.

    Raises
    ------
    MidiError
        The data is not a MIDI file with drums.
    ValueError
        An amount is not within 0-1.
    """
    take = read_midi(data, note_map=note_map)
    cells = place(aligned(take)[0])  # where the file lies late as a whole it stays so: only the feel is new
    code, struck = take.voice_code[cells.index], take.velocity[cells.index]
    cell = cells.step * len(VOICES) + code
    chosen = loudest(cell, struck)
    hits = {
        int(cell[i]): Hit(int(cells.step[i]), VOICES[code[i]], int(struck[i]), float(cells.offset[i])) for i in chosen
    }
    pattern = Pattern(cells.metre, cells.bars, cells.steps_per_quarter, tuple(hits.values()))
    played = humanise(
        pattern,
        tempo=mean_tempo(take),
        feel=_feel_of(feels, pattern),
        seed=seed,
        deterministic=deterministic,
        timing=timing,
        velocity=velocity,
        keep_accents=keep_accents,
    )
    answer = {(hit.step, hit.voice): hit for hit in played.hits}
    ticks, velocities = take.onset_ticks.copy(), take.velocity.copy()
    for position, index in enumerate(cells.index):
        given = hits[int(cell[position])]
        new = answer[given.step, given.voice]
        shift = (new.offset - given.offset) / cells.steps_per_quarter * take.ticks_per_quarter
        ticks[index] = max(0, round(take.onset_ticks[index] + shift))
        velocities[index] = round(take.velocity[index] * new.velocity / given.velocity)
    return retime_midi(data, ticks, np.clip(velocities, 1, 127), note_map=note_map)


def _feel_of(feels: Sequence[Feel], pattern: Pattern) -> Feel | None:
    fitting = [feel for feel in feels if feel.style is None and feel.metre == str(pattern.metre)]
    return min(fitting, key=lambda feel: feel.steps_per_quarter != pattern.steps_per_quarter, default=None)
