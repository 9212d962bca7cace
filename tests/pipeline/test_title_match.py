"""Which search hits are the artist's: the labelled titles, and one case for each rule."""

from __future__ import annotations

import pytest

from benchmarks.relevance_titles import alone, labelled, score, together
from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.collect.title_fields import fields_of, folded, without_suffix
from mdg_pipeline.collect.title_match import Hit, match, match_all, song_title


def artist(name: str, *aliases: str) -> ArtistQuery:
    return ArtistQuery("key", name, aliases)


@pytest.mark.parametrize("half", ["tuned", "held_out"])
@pytest.mark.parametrize("judge", [alone, together])
def test_the_labelled_titles_are_told_apart(half, judge) -> None:  # type: ignore[no-untyped-def]
    found = score(judge(labelled(half)))
    assert found.precision >= 0.95
    assert found.recall >= 0.90


def test_the_labelled_titles_are_enough() -> None:
    items = [item for half in ("tuned", "held_out") for item in labelled(half)]
    assert len(items) >= 260
    assert len({item.query.name for item in items}) >= 40
    tuned, held_out = ({(item.query.name, item.hit) for item in labelled(half)} for half in ("tuned", "held_out"))
    assert not tuned & held_out


@pytest.mark.parametrize(
    ("title", "fields"),
    [
        ("03 Rush - YYZ (drums).mid", [["rush"], ["yyz"]]),
        ("Queen - Bohemian Rhapsody.mid", [["queen"], ["bohemian", "rhapsody"]]),
        ("rush-tom_sawyer.mid", [["rush"], ["tom", "sawyer"]]),
        ("the-police-roxanne-2.mid", [["the", "police", "roxanne"]]),
        ("Madonna_LikeAVirgin.mid", [["madonna"], ["like", "a", "virgin"]]),
        ("TOTO.Africa K.mid", [["toto"], ["africa"]]),
        ("Prince - 1999.mid", [["prince"], ["1999"]]),
        ("01 - Rush-Limelight.mid", [["rush"], ["limelight"]]),
        ("P.Collins - Sussudio.kar.mid", [["p", "collins"], ["sussudio"]]),
        ("bohemian_rhapsody_queen_K.mid", [["bohemian", "rhapsody", "queen"]]),
        ("Roxanne (The Police).mid", [["roxanne"], ["the", "police"]]),
        ("Guns N&#39; Roses%20-%20Patience", [["guns", "n", "roses"], ["patience"]]),
    ],
)
def test_file_names_have_fields(title: str, fields: list[list[str]]) -> None:
    assert [list(field.words) for field in fields_of(folded(without_suffix(title)))] == fields


@pytest.mark.parametrize(
    ("name", "title", "accepted"),
    [
        # an everyday word needs an artist's place; any other name does not
        ("Kiss", "kiss_detroit_rock_city.mid", False),
        ("Metallica", "metallica_fade_to_black.mid", True),
        # the other field says who plays
        ("Kiss", "Tom Jones - Kiss.mid", False),
        ("Kiss", "Kiss - Tom Jones.mid", False),
        ("Prince", "Prince - Kiss.mid", True),
        ("Kiss", "Prince - Kiss.mid", False),
        # a longer name
        ("Queen", "Queen Latifah - UNITY.mid", False),
        ("Air", "Air Supply - Lost in love.mid", False),
        ("Toto", "toto_cutugno_litaliano.mid", False),
        # words of tribute
        ("ABBA", "Tribute to ABBA - Waterloo.mid", False),
        ("ABBA", "Waterloo (in the style of ABBA).mid", False),
        ("ABBA", "A-Teens - Mamma Mia (ABBA cover).mid", False),
        # guests, and names with "and"
        ("Dido", "Eminem - Stan (feat. Dido).mid", True),
        ("Queen", "David Bowie & Queen - Under pressure.mid", True),
        ("Heart", "Heart & Soul - T'Pau.mid", False),
        ("Simon & Garfunkel", "simon_and_garfunkel-cecilia.mid", True),
        # spellings
        ("AC/DC", "ACDC-Back_In_Black.mid", True),
        ("Mötley Crüe", "MotleyCrue-WildSide.mid", True),
        ("Motörhead", "Motoerhead - Overkill.mid", True),
        ("The Beatles", "Beatles, The - Help.mid", True),
        ("Destiny's Child", "Destinys Child - Survivor.mid", True),
        ("Destiny's Child", "destiny_s_child-survivor.mid", True),
        ("P!nk", "Pink - So what.mid", True),
        ("Live", "Nirvana - Polly - Live.mid", False),
        # words across a field's end
        ("Green Day", "Al Green - Day Dreaming.mid", False),
        ("John Legend", "legend of zelda - john.mid", False),
    ],
)
def test_rules(name: str, title: str, accepted: bool) -> None:
    found = match(artist(name), Hit(title))
    assert found.accepted == accepted, found
    assert 0 <= found.score <= 1
    assert found.reason


def test_a_clearer_place_scores_higher() -> None:
    titles = ("Metallica - One.mid", "One (Metallica).mid", "metallica_one.mid", "Metallica.mid", "one.mid")
    scores = [match(artist("Metallica"), Hit(title)).score for title in titles]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_other_scripts_match_by_their_own_letters_and_by_aliases() -> None:
    query = artist("椎名林檎", "Shiina Ringo")
    assert match(query, Hit("椎名林檎 - 本能.mid")).accepted
    assert match(query, Hit("本能椎名林檎.mid")).accepted
    assert match(query, Hit("Shiina_Ringo-Gips.mid")).accepted
    assert not match(query, Hit("林檎の唄.mid")).accepted
    assert match(artist("Kino"), Hit("Кино - Группа крови.mid")).accepted


def test_the_artists_cell_decides() -> None:
    queen = artist("Queen")
    assert match(queen, Hit("Radio Ga Ga", artist="Queen")).accepted
    assert match(queen, Hit("Under Pressure", artist="Queen & David Bowie")).accepted
    assert not match(queen, Hit("Queen", artist="ABBA")).accepted
    assert not match(queen, Hit("Queen - One", artist="Queen tribute band")).accepted
    assert match(queen, Hit("Queen - One", artist="Various Artists")).accepted


def test_another_name_of_the_file_counts_unless_the_first_names_a_stranger() -> None:
    rush = artist("Rush")
    assert match(rush, Hit("limelight1.mid", other_names=("Rush - Limelight.mid",))).accepted
    assert not match(rush, Hit("Mega Man - Rush.mid", other_names=("Rush - Mega Man 3.mid", "Rush - Jet.mid"))).accepted


def test_a_sure_hit_vouches_for_others_of_its_title() -> None:
    hits = [Hit("Queen - Bohemian Rhapsody.mid"), Hit("bohemian_rhapsody_queen_K.mid"), Hit("dancing_queen_K.mid")]
    assert [found.accepted for found in match_all(artist("Queen"), hits)] == [True, True, False]
    assert [found.accepted for found in match_all(artist("Queen"), hits[1:])] == [False, False]


@pytest.mark.parametrize(
    ("title", "song"),
    [
        ("queen-bohemian_rhapsody K.mid", "Bohemian Rhapsody"),
        ("Bohemian Rhapsody by Queen.mid", "Bohemian Rhapsody"),
        ("Innuendo (Queen).mid", "Innuendo"),
        ("queen.mid", "queen"),
    ],
)
def test_songs_have_titles_without_the_artist(title: str, song: str) -> None:
    assert song_title(artist("Queen"), title) == song


@pytest.mark.parametrize(
    "title", ["", ".mid", "...", "---", "(((((", "\x00\x1f", "K" * 100_000, "a-" * 5000, "()" * 5000]
)
@pytest.mark.parametrize("name", ["Queen", "!!!", "The The", "AC/DC", "R.E.M.", "椎名林檎", "."])
def test_odd_titles_and_names_match_nothing(name: str, title: str) -> None:
    assert not match(artist(name), Hit(title)).accepted
