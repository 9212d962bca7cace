"""Who the artist is and who drums, from MusicBrainz and Genius as the stubs answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mdg_core.artist import artist_key
from mdg_core.errors import MdgError, UsageError
from mdg_core.store import artists, identities
from mdg_core.store.connect import Connection
from mdg_core.store.identities import NONE_OF_THEM, UNCHECKED, Identity, parse_mbid
from mdg_pipeline.collect import musicbrainz
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.identity import AMONG_HOMONYMS, BY_ANOTHER_NAME, CERTAIN, NOT_FOUND, Candidate
from mdg_pipeline.lineup import Membership, bands_of_drummer, credits_of, drummers, is_same_person, with_credits
from mdg_pipeline.resolve import Resolution, content_version, query_of, resolve, which_one
from tests.conftest import ROOT
from tests.stubs import faults
from tests.stubs.client import client_for
from tests.stubs.genius import TOKEN, Genius
from tests.stubs.musicbrainz import MusicBrainz, mbid, rate_limited
from tests.stubs.server import Stubs

RECORDED = ROOT.parent / "shared" / "recorded" / "musicbrainz"
Ask = Callable[..., Resolution]


@pytest.fixture
def stubs() -> Iterator[Stubs]:
    with Stubs(MusicBrainz(), Genius()) as running:
        yield running


@pytest.fixture
def client(stubs: Stubs, database_url: str, tmp_path: Path) -> WebClient:
    return client_for(stubs, database_url, tmp_path, api_key=TOKEN)


@pytest.fixture
def ask(client: WebClient) -> Ask:
    def asked(typed: str, known: Identity | None = None, decision: str | None = None, **given: Any) -> Resolution:
        wish = {"depth": "full", "deadline": time.monotonic() + 20, **given}
        of = wish.pop("client", client)
        return resolve(of, artist_key(typed), typed, known=known, decision=decision, **wish)

    return asked


@pytest.mark.parametrize(
    ("typed", "name", "certainty", "drums", "bands", "years"),
    [
        ("radiohead", "Radiohead", CERTAIN, ["Philip Selway", "Clive Deamer"], ["7 Worlds Collide"], "since 1991"),
        ("Nirvana", "Nirvana", AMONG_HOMONYMS, ["Dave Grohl", "Chad Channing"], [], "1987–1994"),
        ("Ringo Sheena", "椎名林檎", BY_ANOTHER_NAME, ["刄田綴色"], [], "born 1978"),
        ("椎名林檎", "椎名林檎", CERTAIN, ["刄田綴色"], [], "born 1978"),
        ("John Bonham", "John Bonham", CERTAIN, ["John Bonham"], ["Led Zeppelin", "Band of Joy"], "1948–1980"),
        ("J Dilla", "J Dilla", CERTAIN, [], [], "1974–2006"),
        ("ACDC", "AC/DC", CERTAIN, ["Phil Rudd", "Chris Slade"], [], "since 1973"),
        (
            "motley crue",
            "Mötley Crüe",
            CERTAIN,
            ["Tommy Lee", "Randy Castillo", "Samantha Maloney"],
            [],
            "since 1981",
        ),
        ("The The", "The The", CERTAIN, ["David Palmer"], [], "since 1979"),
        ("Beyonce", "Beyoncé", CERTAIN, ["Nikki Glaspie", "Venzella Joy", "Session Player"], [], "born 1981"),
        ("Hex Lagoon", "Hex Lagoon", CERTAIN, ["Ada Quill"], [], None),
    ],
)
def test_a_typed_name_becomes_an_artist_with_drummers(
    ask: Ask, typed: str, name: str, certainty: float, drums: list[str], bands: list[str], years: str | None
) -> None:
    found = ask(typed).identity
    assert (found.name, found.certainty, found.years) == (name, certainty, years)
    assert [drummer.name for drummer in found.drummers] == drums
    assert list(found.bands) == bands
    assert found.source == "musicbrainz"


def test_the_terms_of_a_drummer(ask: Ask) -> None:
    by_name = {drummer.name: drummer for typed in ("AC/DC", "Mötley Crüe") for drummer in ask(typed).identity.drummers}
    assert by_name["Phil Rudd"].years == "1975–1983, since 1994"
    assert by_name["Tommy Lee"].original
    assert not by_name["Randy Castillo"].original
    assert by_name["Samantha Maloney"].role == "guest"
    assert "Angus Young" not in by_name


def test_several_of_the_name_are_a_question(ask: Ask) -> None:
    found = ask("Genesis")
    who = found.identity
    assert (who.mbid, who.drummers) == (None, ())
    assert who.candidates[0].mbid == mbid("genesis-uk")
    assert {item.mbid for item in who.candidates} == {
        mbid(f"genesis-{which}") for which in ("uk", "co", "rap", "dj")
    }, "and not the entry that says nothing"
    question = which_one("Genesis", who.candidates)
    assert 'mdg research "Genesis" --mbid ' in question
    assert "English rock band" in question
    assert "US rapper" in question


def test_the_operators_decision_holds(ask: Ask, stubs: Stubs) -> None:
    decided = ask("Genesis", ask("Genesis").identity, mbid("genesis-uk")).identity
    assert (decided.decided_by, decided.certainty, decided.candidates) == ("operator", CERTAIN, ())
    assert [(item.name, item.years, item.role) for item in decided.drummers] == [
        ("Phil Collins", "1970–1996", "member"),
        ("John Silver", "1968–1969", "member"),
        ("Chester Thompson", "1977–2007", "supporting"),
    ]
    stubs["musicbrainz"].forget()
    again = ask("Genesis", decided).identity
    assert again == decided
    assert not [asked for asked in stubs["musicbrainz"].asked if "query" in asked.query], "nobody is searched for again"


def test_a_decision_for_none_of_them(ask: Ask) -> None:
    decided = ask("Genesis", ask("Genesis").identity, NONE_OF_THEM).identity
    assert (decided.mbid, decided.decided_by, decided.certainty) == (None, "operator", NOT_FOUND)
    assert ask("Genesis", decided).identity == decided
    other = ask("Genesis", decided, mbid("genesis-rap")).identity
    assert (other.mbid, other.kind) == (mbid("genesis-rap"), "Person")


def test_an_id_that_musicbrainz_does_not_have(ask: Ask) -> None:
    with pytest.raises(MdgError, match="has no artist with the id"):
        ask("Genesis", None, mbid("nobody"))


def test_an_unknown_name_is_researched_as_typed(ask: Ask) -> None:
    found = ask("Nobody Has This Name")
    assert found.identity == Identity("nobody-has-this-name", "Nobody Has This Name", "typed", NOT_FOUND)
    assert found.outcomes[0].status == "empty"
    assert NOT_FOUND < UNCHECKED < AMONG_HOMONYMS < BY_ANOTHER_NAME < CERTAIN


def test_an_identified_artist_stays_the_same_one(ask: Ask) -> None:
    known = replace(ask("AC/DC").identity, certainty=AMONG_HOMONYMS)
    assert ask("AC/DC", known).identity == known


def test_a_quick_look_asks_little_and_loses_nothing(ask: Ask, stubs: Stubs) -> None:
    full = ask("Radiohead").identity
    stubs["musicbrainz"].forget()
    stubs["genius"].forget()
    assert ask("Radiohead", depth="quick").identity.bands == ()
    assert ask("Radiohead", full, depth="quick").identity == full
    assert not stubs["genius"].asked
    assert len(stubs["musicbrainz"].asked) <= 2


def test_genius_adds_who_is_credited(ask: Ask) -> None:
    by_name = {drummer.name: drummer for drummer in ask("Radiohead").identity.drummers}
    assert {name: drummer.credits for name, drummer in by_name.items()} == {"Philip Selway": 2, "Clive Deamer": 1}


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (rate_limited(), "throttled"),
        (rate_limited("120"), "throttled"),
        (faults.status(500), "unreachable"),
        (faults.status(403), "blocked"),
        (faults.status(400, '{"error": "bad query"}', content_type="application/json"), "unreachable"),
        (faults.truncated, "unreachable"),
        (faults.reset, "unreachable"),
        (faults.silence, "timed_out"),
        (faults.captcha, "blocked"),
        (faults.says("[]"), "unreachable"),
        (faults.status(200, '{"artists": {"x": 1}}', content_type="application/json"), "empty"),
        (faults.status(200, '{"artists": [null, 3, {"id": 5}]}', content_type="application/json"), "empty"),
    ],
)
def test_when_musicbrainz_fails_the_artist_is_researched_as_typed(
    ask: Ask, stubs: Stubs, fault: faults.Fault, status: str
) -> None:
    stubs["musicbrainz"].fail(fault)
    began = time.monotonic()
    found = ask("Radiohead", deadline=began + 3)
    assert time.monotonic() - began < 20
    assert found.outcomes[0].status == status
    assert found.outcomes[0].message
    assert (found.identity.name, found.identity.mbid) == ("Radiohead", None)
    assert found.identity.certainty == (NOT_FOUND if status == "empty" else UNCHECKED)


def test_a_short_refusal_is_waited_for(ask: Ask, stubs: Stubs) -> None:
    stubs["musicbrainz"].fail(rate_limited(), times=2)
    assert ask("Radiohead").identity.certainty == CERTAIN


def test_a_failure_loses_nothing(stubs: Stubs, database_url: str, tmp_path: Path, ask: Ask) -> None:
    known = ask("Radiohead").identity
    stubs["musicbrainz"].fail(faults.status(500))
    stubs["genius"].fail(faults.status(500))
    # another lake: nothing is in the cache
    fresh = client_for(stubs, database_url, tmp_path / "fresh", api_key=TOKEN)
    found = ask("Radiohead", known, client=fresh)
    assert found.identity == known
    assert [outcome.status for outcome in found.outcomes] == ["unreachable", "unreachable"]
    decided = ask("Radiohead", known, mbid("radiohead"), client=fresh).identity
    assert decided == replace(known, decided_by="operator")
    other = ask("Radiohead", known, mbid("acdc"), client=fresh).identity
    assert (other.mbid, other.decided_by, other.certainty, other.drummers) == (mbid("acdc"), "operator", UNCHECKED, ())


def test_half_an_answer_is_kept_and_told(ask: Ask, stubs: Stubs) -> None:
    stubs["musicbrainz"].fail(faults.status(500), path=f"/ws/2/artist/{mbid('selway')}")
    found = ask("Radiohead")
    assert found.identity.mbid == mbid("radiohead")
    assert found.identity.bands == ()
    assert found.outcomes[0].status == "unreachable"
    assert "Radiohead" in found.outcomes[0].message


def test_without_a_contact_or_a_token_nobody_is_asked(
    stubs: Stubs, database_url: str, tmp_path: Path, ask: Ask
) -> None:
    found = ask("Radiohead", client=client_for(stubs, database_url, tmp_path, contact=None))
    assert [outcome.status for outcome in found.outcomes] == ["disabled", "disabled"]
    assert "MDG_CONTACT" in found.outcomes[0].message
    assert "MDG_SOURCES__GENIUS__API_KEY" in found.outcomes[1].message
    assert found.identity == Identity("radiohead", "Radiohead", "typed", UNCHECKED)
    assert not stubs["musicbrainz"].asked
    assert not stubs["genius"].asked


def test_what_is_typed_cannot_leave_its_phrase(client: WebClient, stubs: Stubs) -> None:
    assert musicbrainz.search(client, 'Say "x" OR artist:*\\', deadline=time.monotonic() + 5) == []
    query = stubs["musicbrainz"].asked[0].query["query"]
    assert query.startswith('artist:"Say \\"x\\" OR artist:*\\\\" OR alias:"')


# ---- the lineup


def plays(name: str, *attributes: str, joins: bool = False, begin: str = "", end: str = "") -> Membership:
    return Membership(name, name, joins, attributes=frozenset(attributes), begin=begin, end=end, ended=bool(end))


BAND = Candidate("band", "Band", kind="Group")
PERSON = Candidate("person", "Person", kind="Person")
DRUMS = "drums (drum set)"


def test_the_order_of_drummers() -> None:
    found = drummers(
        BAND,
        [
            plays("Shaker", "percussion", begin="1990"),
            plays("Brief", DRUMS, begin="1990", end="1992"),
            plays("Guest", DRUMS, "guest", begin="1970", end="2020"),
            plays("Long", DRUMS, begin="1992"),
            plays("Singer", "lead vocals", begin="1990"),
            replace(plays("Touring", DRUMS, begin="1980", end="2020"), supporting=True),
            plays("Shaker", DRUMS, begin="1989", end="1990"),
            plays("Pads", "membranophone"),
        ],
        now=2026,
    )
    assert [item.name for item in found] == ["Shaker", "Long", "Brief", "Touring", "Guest", "Pads"]
    assert found[0].instrument == "drums", "the drum set before the percussion of the same person"
    assert found[0].years == "1989–1990, since 1990"


def test_a_band_that_a_person_joins_has_no_drummer_by_that() -> None:
    joined = [plays("Band", DRUMS, joins=True, begin="1990", end="1999")]
    assert drummers(BAND, joined, now=2026) == ()
    assert [item.role for item in drummers(PERSON, joined, now=2026)] == ["self"]


def test_a_singer_is_no_drummer_and_has_no_bands_here() -> None:
    sings = [plays("Choir", "lead vocals", joins=True), plays("Helper", DRUMS)]
    assert [item.name for item in drummers(PERSON, sings, now=2026)] == ["Helper"]
    assert bands_of_drummer(PERSON, sings, now=2026) == ()


def test_the_bands_of_a_drummer() -> None:
    said = replace(PERSON, disambiguation="US jazz drummer")
    bands = [
        plays("Unstated", joins=True, begin="1950", end="1990"),
        plays("Short", DRUMS, joins=True, begin="1990", end="1991"),
        plays("Guested", DRUMS, "guest", joins=True, begin="1960", end="2000"),
        plays("Sang", "lead vocals", joins=True, begin="1990"),
        plays("Long", DRUMS, "original", joins=True, begin="1991"),
    ]
    assert bands_of_drummer(said, bands, now=2026) == ("Long", "Short", "Guested", "Unstated")
    assert bands_of_drummer(said, [plays("Unstated", joins=True)], now=2026) == ("Unstated",)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Phil Selway", "Philip Selway", True),
        ("Björn Börg", "BJORN BORG", True),
        ("Al Green", "Alfred Green", False),  # two letters fit too many
        ("Phil Collins", "Phil Selway", False),
        ("Tom Lee", "Tommy James Lee", False),
        ("Phil", "Philip", False),
        ("刄田綴色", "刄田綴色", True),
        ("", "Phil", False),
    ],
)
def test_two_names_of_one_person(one: str, other: str, same: bool) -> None:
    assert is_same_person(one, other) is is_same_person(other, one) is same


def test_credits_are_counted_once() -> None:
    known = drummers(BAND, [plays("Björn Börg", DRUMS)], now=2026)
    once = with_credits(known, {"Bjorn Borg": 2, "Björn Börg": 1, "Other": 4, "Another": 4})
    assert [(item.name, item.credits, item.role) for item in once] == [
        ("Björn Börg", 3, "member"),
        ("Another", 4, "credited"),
        ("Other", 4, "credited"),
    ]
    assert with_credits(once, credits_of(once)) == once


# ---- recorded and malformed answers


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not beside the checkout (../shared)")
@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("artist.json", ("Ed Sheeran", "Person", "United Kingdom", "1991-02-17", "")),
        ("artist_ended.json", ("Serge Gainsbourg", "Person", "France", "1928-04-02", "1991-03-02")),
        ("artist_arabic.json", ("محمد منير", "Person", "Egypt", "1954-10-10", "")),
    ],
)
def test_recorded_artists(file: str, expected: tuple[str, ...]) -> None:
    found = musicbrainz.candidate(json.loads((RECORDED / file).read_text(encoding="utf-8")))
    assert found
    assert (found.name, found.kind, found.area, found.begin, found.end) == expected


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not beside the checkout (../shared)")
def test_the_recorded_artist_of_nulls_is_none() -> None:
    assert musicbrainz.candidate(json.loads((RECORDED / "artist_null.json").read_text(encoding="utf-8"))) is None


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"type": "member of band"},
        {"type": ["member of band"], "artist": {"name": "X"}},
        {"type": "member of band", "artist": "X"},
        {"type": "member of band", "artist": {"name": 7}},
        {"type": "tribute", "artist": {"name": "X"}},
    ],
)
def test_relations_of_another_shape_are_left_out(row: dict[str, Any]) -> None:
    assert musicbrainz.membership(row, BAND) is None


def test_a_relation_without_a_direction_is_read_by_whose_it_is() -> None:
    row = {"type": "member of band", "artist": {"name": "X"}, "attributes": "drums"}
    found = musicbrainz.membership(row, PERSON)
    assert found == Membership("X", "", joins=True)
    assert not musicbrainz.membership(row, BAND).joins  # type: ignore[union-attr]


def test_texts_from_outside_are_one_line() -> None:
    found = musicbrainz.candidate({"id": mbid("x"), "name": "A\u202e\u200b\n\x1b[31mB" + "x" * 5000, "score": "97"})
    assert found
    assert found.name.startswith("A [31mB")
    assert len(found.name) == 200
    assert found.score == 97


# ---- the row


def test_the_row_gives_back_what_was_saved(ask: Ask, conn: Connection) -> None:
    for typed in ("Radiohead", "Genesis", "Nobody Knows"):
        found = ask(typed).identity
        artists.find_or_create(conn, typed)
        identities.save(conn, found)
        read = identities.get(conn, found.key)
        assert read == found
        identities.save(conn, found)
        assert identities.get(conn, found.key).updated_at == read.updated_at  # type: ignore[union-attr]
        assert content_version(read) == content_version(found)
    assert identities.open_question(conn, "genesis")
    assert not identities.open_question(conn, "radiohead")
    assert not identities.open_question(conn, "never-asked")
    assert (identities.certainty_of(conn, "radiohead"), identities.certainty_of(conn, "never-asked")) == (1.0, 0.8)


def test_the_artist_of_a_profile_and_the_query_for_the_sources(ask: Ask, conn: Connection) -> None:
    typed = {"motley crue": "Mötley Crüe", "Ringo Sheena": "Ringo Sheena", "Beyonce": "Beyoncé"}
    for name, shown in typed.items():
        key = artists.find_or_create(conn, name).key
        assert identities.artist_of(conn, key).name == name
        assert query_of(conn, key).name == name
        identities.save(conn, ask(name).identity)
        assert identities.artist_of(conn, key).name == query_of(conn, key).name == shown
    sheena = identities.artist_of(conn, artist_key("Ringo Sheena"))
    assert sheena.aliases == ["椎名林檎", "椎名裕美子"]
    assert (sheena.mbid, sheena.years) == (mbid("sheena"), "born 1978")
    assert sheena.genres == ["j-pop", "rock"]
    crue = query_of(conn, "motley-crue")
    assert crue.drummers == ("Tommy Lee", "Randy Castillo"), "no guests"
    beyonce = query_of(conn, "beyonce")
    assert beyonce.drummers == ("Nikki Glaspie", "Session Player"), "no percussionists beside drummers"
    assert "Beyonce" not in beyonce.aliases, "a search hint is no name"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5B11F4CE-A62D-471E-81FC-A69A8278C7DA", "5b11f4ce-a62d-471e-81fc-a69a8278c7da"),
        (
            " https://musicbrainz.org/artist/5b11f4ce-a62d-471e-81fc-a69a8278c7da/releases?page=2 ",
            "5b11f4ce-a62d-471e-81fc-a69a8278c7da",
        ),
        ("None", NONE_OF_THEM),
    ],
)
def test_the_ways_to_write_an_mbid(text: str, expected: str) -> None:
    assert parse_mbid(text) == expected


@pytest.mark.parametrize("text", ["", "5b11f4ce", "5b11f4cea62d471e81fca69a8278c7da", "https://evil.example/artist/x"])
def test_what_is_no_mbid(text: str) -> None:
    with pytest.raises(UsageError, match="MusicBrainz artist id"):
        parse_mbid(text)
