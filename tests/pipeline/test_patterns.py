"""From segments to the library of templates: what is kept, merged, and with which weight."""

from __future__ import annotations

import random

import pytest

from mdg_core.kit import Voice
from mdg_core.pattern import Metre, Pattern
from mdg_core.profile import Role
from mdg_core.stepgrid import parse_grid
from mdg_pipeline.build.patterns import KEPT, Segment, templates

V = Voice


def groove(kick: str, snare: str = "....9.......9...") -> Pattern:
    return parse_grid({V.KICK: kick, V.SNARE: snare}, Metre(4, 4), 4)


def segment(
    document: str, pattern: Pattern, weight: float = 1.0, style: str = "rock", role: Role = "groove"
) -> Segment:
    return Segment(document, f"{document}, bar 1", role, style, 120.0, pattern, weight)


def different(count: int) -> list[Pattern]:
    """Grooves that have little in common."""
    drawn = random.Random(7)
    return [
        parse_grid({v: "".join(drawn.choices(".9", (3, 1), k=16)) for v in (V.KICK, V.SNARE, V.RIDE)}, Metre(4, 4), 4)
        for _ in range(count)
    ]


def test_near_duplicates_merge_their_weight() -> None:
    found = templates([
        segment("a", groove("9.......9.......")),
        segment("b", groove("8.......9.......")),  # the same, softer
        segment("c", groove("9.9...9.......9."), weight=0.5),
    ])  # fmt: skip
    assert [template.weight for template in found] == pytest.approx([0.8, 0.2])
    assert set(found[0].documents) == {"a", "b"}


HATS = "7.6.7.6.7.6.7.6."
KICKS = ["9.......9.......", "9.....9.9.......", "9.......9.9.....", "9......99.9....."]


def test_hats_do_not_hide_another_kick() -> None:
    grooves = [
        parse_grid({V.KICK: kick, V.SNARE: "....9.......9...", V.CLOSED_HAT: HATS}, Metre(4, 4), 4) for kick in KICKS
    ]
    found = templates([segment(f"{n}", pattern) for n, pattern in enumerate(grooves)])
    assert len(found) == len(KICKS)
    ghosted = parse_grid(
        {V.KICK: KICKS[3], V.SNARE: "....9..1....9..1", V.CLOSED_HAT: "7.6.7.6.7.5.7.6."}, Metre(4, 4), 4
    )
    fuller = parse_grid({V.KICK: KICKS[3], V.SNARE: "....9..1....9...", V.CLOSED_HAT: HATS}, Metre(4, 4), 4)
    assert len(templates([segment("a", ghosted), segment("b", fuller)])) == 1


def test_every_take_is_represented_by_its_weight() -> None:
    """A long take whose bars are all different does not lose its share to a short one that repeats itself."""
    patterns = different(KEPT["groove"] + 100)
    long = [segment("long", pattern, weight=3 / len(patterns)) for pattern in patterns]
    short = [
        segment(f"short {n}", groove("9..9..9..9..9..."[n:] + "." * n, "............9..."), weight=1.0)
        for n in range(3)
    ]
    found = templates([*long, *short])
    assert len(found) == KEPT["groove"]
    of_long = [template for template in found if "long" in template.documents]
    assert sum(template.weight for template in of_long) == pytest.approx(0.5)
    assert {document for template in found for document in template.documents} == {
        "long",
        "short 0",
        "short 1",
        "short 2",
    }


def test_the_order_of_files_does_not_matter() -> None:
    segments = [segment(f"d{index % 7}", pattern) for index, pattern in enumerate(different(30))]
    assert templates(segments) == templates(segments[::-1])


def test_roles_are_weighed_apart() -> None:
    fill = segment("a", groove("9.9.9.9.9.9.9.9."), role="fill")
    found = templates([segment("a", groove("9...............")), fill])
    assert {template.role: template.weight for template in found} == {"groove": 1.0, "fill": 1.0}
