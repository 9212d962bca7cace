"""Do songs come back as they were made? Songs are planted from the reference grooves, and from real takes where the
Groove MIDI Dataset is at hand, read as an artist's files are, and clips are generated of each alone.

    python -m benchmarks.songs [--takes ../shared/groove]

Columns: `found` the planted groove bars that count as groove, `leaked` the share of the groove evidence that holds a
bar of an intro, break, solo or outro, `rank` of the song's main pair of bars, in its right order, among its groove
templates, `lacking` the clips without a kick, a backbeat or a time-keeper in half of their bars or more where the
planted grooves have it in 80 %, `layers` what was set apart, `planted` what should be.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np

from mdg_core.gridfile import parse_gridfile
from mdg_core.kit import CYMBALS, HATS, RIDES, TOMS, Voice
from mdg_core.maps import GM
from mdg_core.midi import ClipNote, read_midi, write_midi
from mdg_core.pattern import Hit, Pattern, join
from mdg_core.profile import Artist, Parameter, StyleProfile
from mdg_core.quantise import quantise
from mdg_core.song.alike import cells_of, distances
from mdg_drummer.feel_prior import packaged_prior
from mdg_drummer.library import library_of
from mdg_drummer.request import GenerationRequest
from mdg_drummer.template import generate
from mdg_pipeline.analyse.midi import take_rows_of
from mdg_pipeline.analyse.takes import TakeRow
from mdg_pipeline.build.patterns import passages, templates, weighted_segments
from mdg_pipeline.documents import Document

V = Voice
ROOT = Path(__file__).parent.parent
LAYOUTS = (
    "intro 4, verse 8, chorus 8, verse 8, break 2, chorus 8, verse 8, outro 4",
    "intro 3, verse 16, chorus 8, stop 1, verse 16, solo 8, verse 8, outro 2",
    "verse 8, pre 3, chorus 8, verse 8, pre 3, chorus 8, stop 1, verse 8, outro 4",
    "kick 8, verse 16, break 4, verse 16, solo 6, chorus 8, stop 2",
)
NO_GROOVE = ("intro", "outro", "break", "stop", "solo", "kick")
STYLES = (
    "afrobeat", "bossa-nova", "breakbeat", "country", "disco", "funk", "hard-rock", "hip-hop", "house", "jazz-swing",
    "motown", "pop", "reggae", "rock", "shuffle", "soul", "trap",
)  # fmt: skip
QUIRKS = ("flat", "loose", "shaker", "echo", "plain", "clap")
_KEEPING = (*HATS, *RIDES, V.SHAKER, V.COWBELL, V.TAMBOURINE)
_BACKBEAT = (V.SNARE, V.SIDE_STICK, V.CLAP)
_SEEDS = 4


@dataclass(frozen=True, slots=True)
class Song:
    name: str
    tempo: float
    pattern: Pattern
    kinds: list[str]  # of each bar
    main: Pattern  # the pair of bars that it plays most
    layers: frozenset[str]


def planted(takes: Path | None) -> Iterator[Song]:
    for number, style in enumerate(STYLES):
        grooves = parse_gridfile((ROOT / "data/reference/grooves" / f"{style}.grid").read_text(encoding="utf-8"))
        pairs = [g.pattern for g in grooves if g.role == "groove" and g.pattern.bars == 2]
        fills = [g.pattern.bar(g.pattern.bars - 1) for g in grooves if g.role == "fill"]
        first = pairs[0]
        others = [p for p in pairs[1:] if _fits(p, first)]
        tempo = next((g.tempo for g in grooves if g.tempo), 100.0)
        fitting = [fill for fill in fills if _fits(fill, first)]
        quirk = QUIRKS[number % len(QUIRKS)]
        yield _song(f"{style} {quirk}", tempo, first, others[0] if others else first, fitting, number, quirk)
    if takes is not None:
        yield from _real(takes)


def _real(takes: Path) -> Iterator[Song]:
    """Loose songs: verse and chorus are stretches of a real take, fills and solos real fills."""
    with (takes / "info.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    common = [row for row in rows if row["time_signature"] == "4-4"]
    long = [row for row in common if row["beat_type"] == "beat" and float(row["duration"]) > 100]
    fills: list[Pattern] = []
    for row in [row for row in common if row["beat_type"] == "fill"][::20]:
        fill = quantise(read_midi((takes / row["midi_filename"]).read_bytes()), steps_per_quarter=4)
        fills.append(max((fill.bar(bar) for bar in range(fill.bars)), key=lambda bar: len(bar.hits)))
    straight = ((row, quantise(read_midi((takes / row["midi_filename"]).read_bytes()))) for row in long[::3])
    chosen = ((row, take) for row, take in straight if take.steps_per_quarter == 4)
    for number, (row, take) in enumerate(islice(chosen, 6)):
        verse, chorus = take.bar_range(8, 4), take.bar_range(24, 4)
        name = f"{row['drummer']} {row['style']}"
        yield _song(name, float(row["bpm"]), verse, chorus, fills[number::6], number, "plain")


def _fits(one: Pattern, other: Pattern) -> bool:
    return (one.metre, one.steps_per_quarter) == (other.metre, other.steps_per_quarter)


def _song(
    name: str, tempo: float, verse: Pattern, chorus: Pattern, fills: Sequence[Pattern], number: int, quirk: str
) -> Song:
    rng = random.Random(number)
    layout = LAYOUTS[number % len(LAYOUTS)]
    bars: list[Pattern] = []
    kinds: list[str] = []
    for part in layout.split(", "):
        kind, length = part.split()
        source = chorus if kind == "chorus" else verse
        section = [_bar(kind, source.bar(i % source.bars), rng, last=i == int(length) - 1) for i in range(int(length))]
        labels = [kind] * len(section)
        if kind == "chorus":
            section[0] = _with(section[0], Hit(0, V.CRASH, 110))
        if fills and int(length) >= 8 and kind in ("verse", "chorus"):
            section[-1], labels[-1] = rng.choice(fills), "fill"
        bars += section
        kinds += labels
    whole, layers = _quirk(join(bars), quirk, rng)
    main = _quirk(verse.bar_range(0, 2), "bare" if quirk == "echo" else "plain", rng)[0]
    return Song(name, tempo, whole, kinds, main, layers)


def _bar(kind: str, bar: Pattern, rng: random.Random, *, last: bool) -> Pattern:
    """A bar of the groove as the section plays it."""
    if kind == "solo":
        steps = sorted(rng.sample(range(bar.steps), max(4, bar.steps * 2 // 3)))
        return _of(bar, [Hit(step, rng.choice((V.SNARE, *TOMS)), rng.randint(60, 125)) for step in steps])
    stop = [Hit(0, V.KICK, 120), Hit(0, V.CRASH, 120)]
    hats = [hit for hit in bar.hits if hit.voice in (*_KEEPING, V.PEDAL_HAT)] or list(bar.hits[:1])
    rides = {(hit.step, V.RIDE if hit.voice in HATS else hit.voice): hit for hit in bar.hits}
    made = {
        "intro": hats,
        "outro": stop if last else hats,
        "kick": [Hit(step, V.KICK, 100) for step in range(0, bar.steps, bar.steps_per_quarter)],
        "break": [hit for hit in bar.hits if hit.voice not in (V.KICK, *_BACKBEAT)] or hats,
        "stop": stop,
        "pre": [hit._replace(voice=voice) for (_, voice), hit in rides.items()],
    }
    return _of(bar, made[kind]) if kind in made else bar


def _of(bar: Pattern, hits: Sequence[Hit]) -> Pattern:
    return Pattern(bar.metre, bar.bars, bar.steps_per_quarter, tuple(hits))


def _with(bar: Pattern, *hits: Hit) -> Pattern:
    cells = {(hit.step, hit.voice): hit for hit in (*bar.hits, *hits)}
    return _of(bar, list(cells.values()))


def _quirk(song: Pattern, quirk: str, rng: random.Random) -> tuple[Pattern, frozenset[str]]:
    """The song as some files hold it, and the names of what should be set apart from it."""
    hits = list(song.hits)
    backbeats = [hit for hit in hits if hit.voice is V.SNARE and hit.velocity > 90]
    layers: frozenset[str] = frozenset()
    match quirk:
        case "flat":
            song = _of(song, [hit._replace(velocity=100) for hit in hits])
        case "loose":
            song = _of(song, [_loosened(hit, rng) for hit in hits])
        case "shaker":
            beat = song.steps_per_quarter
            song = _with(song, *(Hit(step, V.SHAKER, 90 if step % beat == 0 else 70) for step in range(song.steps)))
            layers = frozenset({"percussion"})
        case "clap" if backbeats:
            song, layers = _with(song, *(hit._replace(voice=V.CLAP) for hit in backbeats)), frozenset({"clap"})
        case "bare" | "echo" if backbeats:  # an echo would hide among the ghost notes
            song = _of(song, [hit for hit in hits if hit.voice is not V.SNARE] + backbeats)
            if quirk == "echo":
                song, layers = _echoing(song, backbeats), frozenset({"echo"})
    return song, layers


def _loosened(hit: Hit, rng: random.Random) -> Hit:
    return hit._replace(offset=rng.gauss(0, 0.08), velocity=min(127, max(1, hit.velocity + round(rng.gauss(0, 7)))))


def _echoing(song: Pattern, strokes: Sequence[Hit]) -> Pattern:
    """Two repeats, a dotted eighth apart, each at 0.6 of the velocity before it."""
    lag = max(1, song.steps_per_quarter * 3 // 4)
    taps = (
        hit._replace(step=hit.step + lag * tap, velocity=round(hit.velocity * 0.6**tap))
        for tap in (2, 1)
        for hit in strokes
    )
    taken = {hit.step for hit in strokes}
    return _with(song, *(tap for tap in taps if tap.step < song.steps and tap.step not in taken))


def _midi(song: Song) -> bytes:
    step = 1 / song.pattern.steps_per_quarter
    notes = [
        ClipNote(GM.writing[hit.voice], max(0.0, (hit.step + hit.offset) * step), step / 2, hit.velocity)
        for hit in song.pattern.hits
    ]
    return write_midi(notes, tempo=song.tempo, metre=song.pattern.metre, name=song.name, quarters=song.pattern.quarters)


def profile_of_take(name: str, tempo: float, row: TakeRow) -> StyleProfile:
    """What a research of this take alone plays from."""
    now = datetime.now(UTC)
    trust = {row.document: 1.0}
    return StyleProfile(
        artist=Artist(key="song", name=name), text_description="", confidence_score=0.5, confidence_parts={},
        quantitative_params={"tempo_mode": Parameter(value=tempo, unit="bpm", confidence=0.5)},
        patterns=templates(weighted_segments([row], trust)), passages=passages([row], trust),
        sources_count={}, created_at=now, updated_at=now,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    song: Song
    found: float
    leaked: float
    rank: int | None
    templates: int
    lacking: int
    clips: int
    layers: frozenset[str]


def measured(song: Song) -> Outcome:
    data = _midi(song)
    document = Document(
        "d", "benchmark", "midi", f"{song.name}.mid", song.name, "audio/midi", len(data), 1.0, "", datetime.now(UTC)
    )
    row = take_rows_of(document, data)[0]
    parts = [part for part in row.segments if part.role == "groove"]
    total = sum(part.bars * part.count for part in parts)
    leaked = sum(
        part.bars * part.count
        for part in parts
        if any(kind in NO_GROOVE for kind in song.kinds[part.first_bar : part.first_bar + part.bars])
    )
    grooves = sum(kind not in (*NO_GROOVE, "fill") for kind in song.kinds)
    profile = profile_of_take(song.name, song.tempo, row)
    own = [template for template in profile.patterns if template.role == "groove"]
    main = cells_of(song.main).ravel()
    same = [
        template.bars == 2
        and template.steps_per_quarter == song.main.steps_per_quarter
        and float(distances(cells_of(template.pattern()).reshape(1, -1), main)[0]) < _NEAR
        for template in own
    ]
    clips: list[Pattern] = []
    if own:
        library = library_of(profile, packaged_prior())
        for seed in range(_SEEDS):
            request = GenerationRequest(artist=song.name, bars=4, variations=4, provider="template", humanize=False)
            clips += [variation.pattern for variation in generate(library, request, seed).variations]
    return Outcome(
        song=song,
        found=min(1.0, (total - leaked) / grooves),
        leaked=leaked / total if total else 0.0,
        rank=same.index(True) + 1 if True in same else None,
        templates=len(own),
        lacking=sum(_lacks(clip, song) for clip in clips),
        clips=len(clips),
        layers=frozenset(name for part in row.segments for name in part.layers),
    )


_NEAR = 0.35  # of the planted pair: dynamics and a landing crash may differ
_LIMBS = ((V.KICK,), _BACKBEAT, (*_KEEPING, *CYMBALS))


def _lacks(clip: Pattern, song: Song) -> bool:
    grooves = [bar for bar, kind in enumerate(song.kinds) if kind not in (*NO_GROOVE, "fill")]
    return lacks(clip, presence(song.pattern)[:, grooves])


def lacks(clip: Pattern, source: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> bool:
    """Whether a clip is without a limb in half of its bars or more that its source (limbs, bars) has in 80 %."""
    return bool(((source.mean(axis=1) >= 0.8) & (presence(clip).mean(axis=1) <= 0.5)).any())


def presence(pattern: Pattern) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Whether each bar has a kick, a snare or what stands for it, and what keeps time; (limbs, bars)."""
    out = np.zeros((len(_LIMBS), pattern.bars), dtype=bool)
    for hit in pattern.hits:
        for limb, voices in enumerate(_LIMBS):
            out[limb, hit.step // pattern.steps_per_bar] |= hit.voice in voices
    return out


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--takes", type=Path, help="folder of the Groove MIDI Dataset, for songs from real takes")
    outcomes = [measured(song) for song in planted(options.parse_args().takes)]
    print("| song | found | leaked | rank | templates | lacking | layers | planted |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for o in outcomes:
        layers, wanted = (", ".join(sorted(names)) or "-" for names in (o.layers, o.song.layers))
        print(
            f"| {o.song.name} | {o.found:.2f} | {o.leaked:.2f} | {o.rank or '-'} | {o.templates} "
            f"| {o.lacking}/{o.clips} | {layers} | {wanted} |"
        )
    first = sum(o.rank == 1 for o in outcomes)
    clips = sum(o.clips for o in outcomes)
    print(
        f"\n{len(outcomes)} songs: found {np.mean([o.found for o in outcomes]):.3f}, "
        f"leaked {np.mean([o.leaked for o in outcomes]):.3f}, main pair first in {first}, "
        f"clips lacking a limb {sum(o.lacking for o in outcomes)} of {clips}, "
        f"layers right in {sum(o.layers == o.song.layers for o in outcomes)}"
    )


if __name__ == "__main__":
    main()
