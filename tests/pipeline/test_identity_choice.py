"""Which artist a typed name means. Candidates are written as MusicBrainz gives them for the name."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mdg_pipeline.identity import (
    AMONG_HOMONYMS,
    BY_ANOTHER_NAME,
    CERTAIN,
    MAX_LISTED,
    Alias,
    Ambiguous,
    Candidate,
    Chosen,
    Unknown,
    choose,
    describe,
    fold,
    spellings,
)


def artist(
    mbid: str,
    name: str,
    score: int = 100,
    votes: int = 0,
    *,
    aliases: tuple[str, ...] = (),
    sort_name: str = "",
    kind: str | None = "Group",
    said: str = "a band",
) -> Candidate:
    return Candidate(
        mbid=mbid,
        name=name,
        score=score,
        sort_name=sort_name,
        aliases=tuple(Alias(alias) for alias in aliases),
        kind=kind,
        disambiguation=said,
        tags={"rock": votes} if votes else {},
    )


@dataclass(frozen=True)
class Case:
    typed: str
    candidates: list[Candidate]
    expected: str | None  # the chosen one's mbid; "?": ambiguous; None: unknown
    certainty: float | None = None
    name: str = ""


ALONE = [
    # typed, candidate's name, aliases, sort name, certainty
    ("Radiohead", "Radiohead", (), "", CERTAIN),
    ("radiohead", "Radiohead", (), "", CERTAIN),
    ("  RADIOHEAD ", "Radiohead", (), "", CERTAIN),
    ("ac dc", "AC/DC", (), "", CERTAIN),
    ("ACDC", "AC/DC", (), "", CERTAIN),
    ("Motley Crue", "Mötley Crüe", (), "", CERTAIN),
    ("Beyonce", "Beyoncé", (), "", CERTAIN),
    ("Sigur Ros", "Sigur Rós", (), "", CERTAIN),
    ("MO", "MØ", (), "", CERTAIN),
    ("REM", "R.E.M.", (), "", CERTAIN),
    ("JAY-Z", "JAY‐Z", (), "", CERTAIN),  # MusicBrainz writes U+2010
    ("Simon and Garfunkel", "Simon & Garfunkel", (), "", CERTAIN),
    ("Florence and the Machine", "Florence + the Machine", (), "", CERTAIN),
    ("Guns and Roses", "Guns N’ Roses", (), "", CERTAIN),
    ("!!!", "!!!", ("Chk Chk Chk",), "", CERTAIN),
    ("The The", "The The", (), "The, The", CERTAIN),
    ("Beatles", "The Beatles", (), "Beatles, The", BY_ANOTHER_NAME),
    ("The Talking Heads", "Talking Heads", (), "", BY_ANOTHER_NAME),
    ("Ringo Sheena", "椎名林檎", ("Ringo Sheena",), "Sheena, Ringo", BY_ANOTHER_NAME),
    ("Sheena Ringo", "椎名林檎", (), "Sheena, Ringo", BY_ANOTHER_NAME),
    ("Kino", "Кино", ("Kino",), "", BY_ANOTHER_NAME),
    ("КИНО", "Кино", (), "", CERTAIN),
    ("On a Friday", "Radiohead", ("On a Friday",), "", BY_ANOTHER_NAME),
    ("John Bonham", "John Bonham", (), "Bonham, John", CERTAIN),
]


@pytest.mark.parametrize(("typed", "name", "aliases", "sort_name", "certainty"), ALONE)
def test_one_artist_of_the_name_is_chosen_among_others_that_the_search_gives(
    typed: str, name: str, aliases: tuple[str, ...], sort_name: str, certainty: float
) -> None:
    others = [artist("x", f"{name} Tribute Band", 100, 90), artist("y", "Something Else", 99)]
    wanted = artist("1", name, 55, aliases=aliases, sort_name=sort_name)
    decision = choose(typed, [*others, wanted])
    assert decision == Chosen(wanted, certainty)


SEVERAL = [
    Case(
        "Genesis",
        [artist("uk", "Genesis", 100, 200), artist("us", "Genesis", 96, 3), artist("co", "Génesis", 92, 1)],
        "?",
        name="the score does not tell them apart",
    ),
    Case("Genesis", [artist("uk", "Genesis", 100), artist("us", "Genesis", 60)], "?", name="nobody has tagged any"),
    Case(
        "Nirvana",
        [artist("us", "Nirvana", 100, 250), artist("uk", "Nirvana", 81, 14), artist("fi", "Nirvana", 76)],
        "us",
        AMONG_HOMONYMS,
        "score and votes agree",
    ),
    Case("Nirvana", [artist("us", "Nirvana", 100, 250), artist("uk", "Nirvana", 81, 40)], "?", name="both are known"),
    Case("John Williams", [artist("film", "John Williams", 100, 90), artist("guitar", "John Williams", 98, 20)], "?"),
    Case(
        "The Band",
        [artist("the", "The Band", 100, 120), artist("x", "Band", 100, 1), artist("y", "A Band", 90)],
        "the",
        CERTAIN,
        "as spelled, and better known",
    ),
    Case("The Band", [artist("a", "The Band", 100, 20), artist("b", "The Band", 99, 2)], "?"),
    Case(
        "Police",
        [artist("obscure", "Police", 100, 0), artist("famous", "The Police", 71, 300)],
        "famous",
        AMONG_HOMONYMS,
        "far better known under the name with The",
    ),
    Case("Police", [artist("one", "Police", 100, 20), artist("other", "The Police", 71, 60)], "one", CERTAIN),
    Case(
        "Motley Crue",
        [artist("tribute", "Motley Crue", 100, 0), artist("band", "Mötley Crüe", 90, 52)],
        "band",
        AMONG_HOMONYMS,
        "nobody types the umlauts",
    ),
    Case(
        "Prince",
        [artist("p", "Prince", 100, 400, kind="Person"), artist("q", "Symbol", 90, 0, aliases=("Prince",))],
        "p",
        CERTAIN,
        "the name before an alias",
    ),
    Case(
        "Bonzo",
        [artist("p", "Bonzo", 100, 0), artist("b", "John Bonham", 40, 80, aliases=("Bonzo",))],
        "b",
        AMONG_HOMONYMS,
        "the alias of somebody far better known",
    ),
    Case(
        "Shared",
        [artist("a", "One", 90, 4, aliases=("Shared",)), artist("b", "Two", 80, 2, aliases=("Shared",))],
        "?",
        name="the alias of two",
    ),
    Case("Muse", [artist("m", "Muse", 100, 5), artist("bare", "Muse", 99, said="", kind=None)], "m", CERTAIN),
    Case(
        "Muse",
        [artist("bare1", "Muse", 100, said=""), artist("bare2", "Muse", 90, said="")],
        "?",
        name="nothing tells two bare entries apart",
    ),
    Case(
        "Foo",
        [artist("bare", "Foo", 100, said=""), artist("bar", "Bar", 60, 3, aliases=("Foo",))],
        "?",
        name="a bare entry of the name, or an alias",
    ),
    Case("Link", [artist("hero", "Link", 100, 80, kind="Character"), artist("b", "Link", 70, 1)], "b", CERTAIN),
    Case("Miku", [artist("hero", "Miku", 100, 80, kind="Character")], "hero", CERTAIN),
    Case("Queen", [artist("a", "Queen", 100, 300), artist("a", "Queen", 100, 300)], "a", CERTAIN, "listed twice"),
    Case("Nobody", [artist("a", "Somebody", 100, 900)], None),
    Case("Nobody", [], None),
    Case("Rush", [artist("a", "Rush Hour", 100, 10), artist("b", "Gold Rush", 95, 3)], None),
    Case("か", [artist("ga", "が", 100, 5)], None, name="a mark that makes another letter"),
]


@pytest.mark.parametrize("case", SEVERAL, ids=lambda case: f"{case.typed}: {case.name or case.expected}")
def test_several_candidates(case: Case) -> None:
    decisions = [choose(case.typed, list(order)) for order in (case.candidates, reversed(case.candidates))]
    for decision in decisions:
        if case.expected is None:
            assert decision == Unknown()
        elif case.expected == "?":
            assert isinstance(decision, Ambiguous)
        else:
            assert isinstance(decision, Chosen)
            assert (decision.candidate.mbid, decision.certainty) == (case.expected, case.certainty)


def test_the_likeliest_is_listed_first_and_the_list_is_short() -> None:
    crowd = [artist(str(number), "Genesis", 50 + number) for number in range(40)]
    decision = choose("Genesis", crowd)
    assert isinstance(decision, Ambiguous)
    assert len(decision.candidates) == MAX_LISTED
    assert decision.candidates[0].score == 89


def test_an_entry_of_which_nothing_is_known_is_not_offered_beside_others() -> None:
    bare = artist("bare", "Genesis", 99, said="")
    decision = choose("Genesis", [artist("a", "Genesis", 100), bare, artist("b", "Genesis", 98)])
    assert isinstance(decision, Ambiguous)
    assert [item.mbid for item in decision.candidates] == ["a", "b"]
    decision = choose("Genesis", [artist("alias", "Other", 100, aliases=("Genesis",)), bare])
    assert isinstance(decision, Ambiguous)
    assert [item.mbid for item in decision.candidates] == ["alias", "bare"], "here it is the only one of the name"


def test_a_description_tells_homonyms_apart_in_one_line() -> None:
    full = Candidate(
        "1",
        "Genesis",
        kind="Group",
        disambiguation="English rock band",
        area="United Kingdom",
        begin="1967",
        end="2022-03",
        tags={"progressive rock": 42, "rock": 27, "downvoted": -3, "pop": 20, "art rock": 1},
    )
    assert describe(full) == ("English rock band; group from United Kingdom; 1967–2022; progressive rock, rock, pop")
    assert describe(Candidate("2", "X", kind="Person", begin="1948-05-31")) == "person; born 1948"
    assert describe(Candidate("3", "X")) == "nothing more is known"
    assert describe(Candidate("4", "X", begin="????-05", end="1999")) == "until 1999"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Straße", "STRASSE", True),
        ("Björk", "Bjork", True),
        ("M̈otorhead", "Motorhead", True),  # a mark without a composed letter
        ("A", "B", False),
        ("が", "か", False),
        ("+/-", "!!!", False),
        ("Earth, Wind & Fire", "earth wind and fire", True),
        ("Hall&Oates", "Hall and Oates", True),
        ("Sand", "S", False),
    ],
)
def test_folding(one: str, other: str, same: bool) -> None:
    assert (fold(one) == fold(other)) is same


def test_what_is_searched_for() -> None:
    assert spellings("The Cure") == ["The Cure", "Cure"]
    assert spellings("The The") == ["The The"]
    assert spellings("Simon and Garfunkel") == ["Simon and Garfunkel", "Simon & Garfunkel"]
    assert spellings("Hall & Oates") == ["Hall & Oates", "Hall and Oates"]
