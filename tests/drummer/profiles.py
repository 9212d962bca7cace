"""Hand-made profiles: a straight rock, a swung jazz on a triplet grid, a 6/8, and a sparse one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from mdg_core.artist import artist_key
from mdg_core.kit import Voice
from mdg_core.profile import Artist, Feel, FeelCell, Parameter, PatternTemplate, Role, StyleProfile

V = Voice
Lanes = dict[Voice, str]


def template(
    name: str,
    lanes: Lanes,
    *,
    role: Role = "groove",
    style: str = "rock",
    metre: str = "4/4",
    grid: int = 4,
    tempo: float | None = 120.0,
    weight: float = 0.25,
) -> PatternTemplate:
    bars = next(iter(lanes.values())).count("|") + 1
    return PatternTemplate(
        id=artist_key(name),
        name=name,
        role=role,
        style=style,
        metre=metre,
        steps_per_quarter=grid,
        bars=bars,
        tempo=tempo,
        lanes=lanes,
        weight=weight,
        documents=["d1"],
    )


def profile(
    name: str,
    patterns: Sequence[PatternTemplate],
    *,
    tempos: tuple[float, float, float] = (90.0, 120.0, 140.0),
    feel: Sequence[Feel] = (),
    version: int = 1,
) -> StyleProfile:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return StyleProfile(
        artist=Artist(key=artist_key(name), name=name),
        text_description="Plays the drums.",
        quantitative_params={
            label: Parameter(value=value, unit="bpm", confidence=0.8)
            for label, value in zip(("tempo_min", "tempo_mode", "tempo_max"), tempos, strict=True)
        },
        feel=list(feel),
        patterns=list(patterns),
        confidence_score=0.7,
        confidence_parts={"score": 0.7},
        sources_count={"library": 1},
        created_at=now,
        updated_at=now,
        version=version,
    )


def rock() -> StyleProfile:
    """Three straight grooves in sixteenths, two fills, an intro and an outro, with crashes."""
    return profile(
        "Rock Drummer",
        [
            template(
                "Plain eighths",
                {
                    V.CLOSED_HAT: "8.6.8.6.8.6.8.6.|8.6.8.6.8.6.8...",
                    V.OPEN_HAT: "................|..............7.",
                    V.SNARE: "....9.......9...|....9.......9..2",
                    V.KICK: "9.....7.9.......|9.....7.9.7.....",
                },
            ),
            template(
                "Pushed third beat",
                {
                    V.CLOSED_HAT: "8.6.8.6.8.6.8.6.",
                    V.SNARE: "....9..2.2..9...",
                    V.KICK: "9..7..8.......7.",
                },
                tempo=112.0,
            ),
            template(
                "Ride out",
                {
                    V.RIDE: "8.6.8.6.8.6.8.6.|8.6.8.6.8.6.8.6.",
                    V.SNARE: "....9.......9...|....9..2....9...",
                    V.KICK: "9.9.....9.9.....|9.9...7...9.....",
                },
                tempo=128.0,
            ),
            template(
                "Down the toms",
                {
                    V.SNARE: "9.89............",
                    V.HIGH_TOM: "....9.88........",
                    V.FLOOR_TOM: "........9.999999",
                    V.KICK: "9...9...9...9...",
                },
                role="fill",
                weight=0.5,
            ),
            template(
                "Snare roll",
                {V.CLOSED_HAT: "8.6.8.6.........", V.SNARE: "....9...56678899", V.KICK: "9.....7.9...9..."},
                role="fill",
                weight=0.5,
            ),
            template(
                "Count in",
                {V.OPEN_HAT: "8...8...8...8...", V.SNARE: "..............89", V.KICK: "9..............."},
                role="intro",
                weight=1.0,
            ),
            template(
                "Last chord",
                {V.CRASH: "................|9...............", V.SNARE: "9.99..99..9.9.9.|................",
                 V.KICK: "9...9...9...9...|9..............."},
                role="outro",
                weight=1.0,
            ),
        ],
        feel=[
            Feel(
                metre="4/4",
                steps_per_quarter=4,
                cells=[
                    FeelCell(
                        voice=V.SNARE,
                        step=4,
                        offset_ms=12,
                        offset_spread_ms=4,
                        velocity=112,
                        velocity_spread=6,
                        count=80,
                    )
                ],
            )
        ],
    )  # fmt: skip


def jazz() -> StyleProfile:
    """Swing written out on a triplet grid; one fill."""
    return profile(
        "Jazz Drummer",
        [
            template(
                "Rolling four",
                {
                    V.RIDE: "6..7.66..7.6|6..7.66..7.6",
                    V.PEDAL_HAT: "...5.....5..|...5.....5..",
                    V.SNARE: ".3.....4...5|....3..5....",
                    V.KICK: "3....6...5..|3.....6.....",
                },
                style="swing",
                grid=3,
                tempo=150.0,
            ),
            template(
                "Handed triplets",
                {
                    V.RIDE: "6..7.66..7.6|6..7.66..7.6",
                    V.PEDAL_HAT: "...5.....5..|...5.....5..",
                    V.SNARE: ".5..5..6..4.|.5.....6..5.",
                    V.KICK: "..6...  ..6..5|..6.5...6...".replace(" ", ""),
                },
                style="swing",
                grid=3,
                tempo=144.0,
            ),
            template(
                "One long triplet",
                {V.SNARE: "7.6...6..8..", V.FLOOR_TOM: "...7.6.6..78", V.KICK: ".6..6....6.."},
                role="fill",
                style="swing",
                grid=3,
                tempo=150.0,
                weight=1.0,
            ),
        ],
        tempos=(60.0, 150.0, 180.0),
    )


def compound() -> StyleProfile:
    """6/8 in eighths' halves; no fill at all."""
    return profile(
        "Ballad Drummer",
        [
            template(
                "Slow six",
                {V.CLOSED_HAT: "7.5.6.7.5.6.", V.SNARE: "......9.....", V.KICK: "8.........7."},
                style="ballad",
                metre="6/8",
                tempo=66.0,
            ),
            template(
                "Slow six, answered",
                {V.CLOSED_HAT: "7.5.6.7.5.6.|7.5.6.7.5...", V.SNARE: "......9.....|......9...2.",
                 V.KICK: "8...7.......|8.......6..."},
                style="ballad",
                metre="6/8",
                tempo=70.0,
            ),
        ],
        tempos=(40.0, 44.0, 48.0),  # dotted quarters
    )  # fmt: skip


def sparse() -> StyleProfile:
    """One bar of one groove, no tempo, no feel: as little as a profile can hold."""
    return profile(
        "Machine",
        [
            template(
                "Four to the floor",
                {V.KICK: "9...9...9...9...", V.CLAP: "....9.......9...", V.OPEN_HAT: "..7...7...7...7."},
                style="house",
                tempo=None,
                weight=1.0,
            )
        ],
    ).model_copy(update={"quantitative_params": {}})


ALL = (rock, jazz, compound, sparse)
