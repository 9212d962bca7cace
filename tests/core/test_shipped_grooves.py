"""The grooves that come with the project can be read, and a drummer with two hands and two feet can play them."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import get_args

import pytest

from mdg_core.gridfile import GridGroove, parse_gridfile
from mdg_core.kit import Voice
from mdg_core.pattern import Pattern
from mdg_core.profile import Role
from mdg_core.stepgrid import level_of
from mdg_drummer.bars import Grid, bars_of
from mdg_drummer.playable import playable_bars
from mdg_pipeline.analyse.text import findings

DATA = Path(__file__).resolve().parents[2] / "data"
LIBRARY_FILES = sorted((DATA / "library").glob("*/*.grid"))
REFERENCE_FILES = sorted((DATA / "reference" / "grooves").glob("*.grid"))
DEMO_ARTISTS = ["Clyde Stubblefield", "Elvin Jones", "J Dilla", "John Bonham", "Tony Allen"]

FEET = {Voice.KICK, Voice.PEDAL_HAT}
HATS = {Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.PEDAL_HAT}


def read(path: Path) -> list[GridGroove]:
    return parse_gridfile(path.read_text(encoding="utf-8"))


def unplayable(pattern: Pattern) -> list[str]:
    """Steps that ask for a third hand, or for the hat in two states at once."""
    cells: dict[int, set[Voice]] = defaultdict(set)
    for hit in pattern.hits:
        cells[hit.step].add(hit.voice)
    clashes = {step: (voices - FEET, voices & HATS) for step, voices in cells.items()}
    return [
        f"step {step}: {', '.join(sorted(hands))}"
        for step, (hands, hats) in clashes.items()
        if len(hands) > 2 or (Voice.OPEN_HAT in hats and len(hats) > 1)
    ]


@pytest.mark.parametrize("path", LIBRARY_FILES + REFERENCE_FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_groove_is_complete_and_playable(path: Path) -> None:
    grooves = read(path)
    assert len({groove.title for groove in grooves}) == len(grooves)
    for groove in grooves:
        assert groove.tempo is not None, groove.title
        assert all((groove.style, groove.tags, groove.source)), groove.title
        assert groove.role in get_args(Role)
        assert unplayable(groove.pattern) == [], groove.title
        assert len(groove.pattern.hits) >= 4, groove.title


def test_the_playability_check_sees_a_third_hand_and_a_split_hat() -> None:
    (three_hands, split_hat, two_feet, closing_foot) = parse_gridfile(
        "[a]\nSN x...............\nCH x...............\nCR x...............\n"
        "[b]\nCH x...............\nOH x...............\n"
        "[c]\nSN x...............\nRD x...............\nPH x...............\nBD x...............\n"
        "[d]\nCH x...............\nPH x...............\n"
    )
    assert unplayable(three_hands.pattern) == ["step 0: closed_hat, crash, snare"]
    assert unplayable(split_hat.pattern) == ["step 0: closed_hat, open_hat"]
    assert unplayable(two_feet.pattern) == []
    assert unplayable(closing_foot.pattern) == []


def test_no_two_grooves_are_the_same() -> None:
    where: dict[Pattern, str] = {}
    for path in LIBRARY_FILES + REFERENCE_FILES:
        for groove in read(path):
            name = f"{path.parent.name}/{path.name} [{groove.title}]"
            assert groove.pattern not in where, f"{name} is {where.get(groove.pattern)}"
            where[groove.pattern] = name


TIME_KEEPERS = {Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.RIDE, Voice.RIDE_BELL, Voice.SHAKER}
GHOST = 4  # levels up to this one
MOST_KICKS_UNDER_SNARE = 0.1  # ghosts included
TRUE_STYLES = {
    "Clyde Stubblefield": {"funk"},
    "Elvin Jones": {"jazz"},
    "J Dilla": {"hip-hop"},
    "John Bonham": {"rock", "shuffle"},
    "Tony Allen": {"afrobeat", "highlife", "funk", "jazz"},
}
LAID_BACK = {"J Dilla": {"behind the beat"}, "John Bonham": {"behind the beat"}}
SWINGS = {"John Bonham": {("eighths", 66.7)}, "Tony Allen": {("sixteenths", 55.0)}}


def levels(pattern: Pattern, voices: set[Voice]) -> set[int]:
    return {level_of(hit.velocity) for hit in pattern.hits if hit.voice in voices}


@pytest.mark.parametrize("path", LIBRARY_FILES, ids=lambda path: path.parent.name)
def test_demo_grooves_are_phrases_with_dynamics(path: Path) -> None:
    grooves = [groove for groove in read(path) if groove.role == "groove"]
    assert {groove.pattern.bars for groove in grooves} == {4, 8}
    ghosts: set[int] = set()
    for groove in grooves:
        assert len(levels(groove.pattern, TIME_KEEPERS)) >= 3, groove.title
        ghosts |= {level for level in levels(groove.pattern, {Voice.SNARE}) if level <= GHOST}
        bars = [groove.pattern.bar(bar) for bar in range(groove.pattern.bars)]
        # a phrase goes somewhere
        assert len({bar.hits for bar in bars}) > 1, groove.title
        for bar in bars:
            assert any(hit.voice in TIME_KEEPERS for hit in bar.hits), groove.title
        with_kick = sum(any(hit.voice is Voice.KICK for hit in bar.hits) for bar in bars)
        assert with_kick >= len(bars) - 1, groove.title
    assert len(ghosts) >= 3


@pytest.mark.parametrize("path", LIBRARY_FILES, ids=lambda path: path.parent.name)
def test_ghosts_of_demo_grooves_stand_where_the_kick_is_silent(path: Path) -> None:
    kicks = under = 0
    for groove in read(path):
        snares = {hit.step for hit in groove.pattern.hits if hit.voice is Voice.SNARE}
        mine = {hit.step for hit in groove.pattern.hits if hit.voice is Voice.KICK}
        kicks, under = kicks + len(mine), under + len(mine & snares)
    assert under / kicks <= MOST_KICKS_UNDER_SNARE


@pytest.mark.parametrize("path", LIBRARY_FILES, ids=lambda path: path.parent.name)
def test_a_drummer_can_play_the_demo_grooves_at_their_tempo(path: Path) -> None:
    """The player's own rules would take nothing away."""
    for groove in read(path):
        grid = Grid(groove.pattern.metre, groove.pattern.steps_per_quarter)
        bars = bars_of(groove.pattern)
        assert groove.tempo is not None
        assert playable_bars(bars, grid, groove.tempo, loops=False) == bars, groove.title


def test_the_repetition_of_j_dilla_is_written_out() -> None:
    (path,) = (path for path in LIBRARY_FILES if path.parent.name == "J Dilla")
    for groove in read(path):
        if groove.role == "groove" and groove.pattern.bars == 4:
            assert groove.pattern.bar(0).hits == groove.pattern.bar(2).hits, groove.title
        if groove.role == "groove" and Voice.SNARE in groove.lags:
            assert groove.lags[Voice.SNARE] > 0 > groove.lags[Voice.KICK]


@pytest.mark.parametrize("artist", DEMO_ARTISTS)
def test_what_the_account_of_a_demo_artist_is_read_to_say_is_true(artist: str) -> None:
    """The statements that the text reader takes from it; whoever changes an account judges the new ones."""
    text = (DATA / "library" / artist / "about.md").read_text(encoding="utf-8")
    found = findings(text)
    styles = {one.name for one in found if one.kind == "style"}
    assert styles <= TRUE_STYLES[artist]
    assert {one.name for one in found if one.kind == "feel"} <= LAID_BACK.get(artist, set())
    assert {(one.name, one.value) for one in found if one.kind == "swing"} <= SWINGS.get(artist, set())


@pytest.mark.parametrize("artist", DEMO_ARTISTS)
def test_each_demo_artist_has_every_role_and_an_account_with_sources(artist: str) -> None:
    folder = DATA / "library" / artist
    roles = [groove.role for path in folder.glob("*.grid") for groove in read(path)]
    assert roles.count("groove") >= 6
    assert roles.count("fill") >= 2
    assert "intro" in roles
    assert "outro" in roles
    about = (folder / "about.md").read_text(encoding="utf-8")
    assert about.startswith(f"# {artist}\n")
    assert re.search(r"Wikipedia, \"", about)
    facts = about.split("\n- ")[1:]
    assert len(facts) >= 3
    # every fact names where it is published
    assert all(re.search(r"\(|\d{4}", fact) for fact in facts)
    assert all("about.md" in groove.source for path in folder.glob("*.grid") for groove in read(path))
    assert re.search(r"around \d+ (to \d+ )?BPM", about)
    assert "not a measurement of" in about


def test_the_demo_grooves_say_that_they_are_no_transcriptions() -> None:
    assert [path.parent.name for path in LIBRARY_FILES] == DEMO_ARTISTS
    for path in LIBRARY_FILES:
        assert "None is a transcription of a recording" in path.read_text(encoding="utf-8")


def test_the_reference_covers_the_styles() -> None:
    grooves = {path.stem: read(path) for path in REFERENCE_FILES}
    assert len(grooves) >= 30
    assert sum(len(found) for found in grooves.values()) >= 120
    for style, found in grooves.items():
        roles = [groove.role for groove in found]
        assert roles.count("groove") >= 3, style
        assert roles.count("fill") >= 1, style
    metres = {str(groove.pattern.metre) for found in grooves.values() for groove in found}
    assert metres >= {"4/4", "3/4", "2/4", "6/8", "12/8", "5/4", "7/8", "7/4", "5/8"}


def test_the_example_for_drummers_is_a_grid_file() -> None:
    readme = (DATA / "library" / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```\n(.*?)```", readme, re.DOTALL)
    pocket, fill = parse_gridfile(example)
    assert (pocket.role, pocket.tempo, pocket.swing_sixteenths, pocket.pattern.bars) == ("groove", 104.0, 56.0, 2)
    assert fill.role == "fill"
