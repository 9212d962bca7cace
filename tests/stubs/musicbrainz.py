"""MusicBrainz's web service, as far as artists go: search and lookup in its JSON, nulls included."""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from collections.abc import Iterable
from typing import Any

from tests.stubs import faults
from tests.stubs.answers import Answer, Asked, json_answer
from tests.stubs.faults import Fault
from tests.stubs.service import Service

RATE_EXCEEDED = "Your requests are exceeding the allowable rate limit. Please see the rate limiting documentation."
# an entry of which nothing is filled in
NOTHING = {
    "id": None,
    "name": None,
    "sort-name": None,
    "type": None,
    "disambiguation": None,
    "area": {"id": None, "name": None, "iso-3166-1-codes": [None]},
    "life-span": {"begin": None, "end": None, "ended": None},
    "ipis": [None],
    "aliases": None,
    "tags": [None],
}


def mbid(label: str) -> str:
    """The MBID that an artist has here."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://musicbrainz.org/artist/{label}"))


def rate_limited(retry_after: str | None = None) -> Fault:
    """What is answered to more than a request a second."""
    return faults.status(
        503, json.dumps({"error": RATE_EXCEEDED}), retry_after=retry_after, content_type="application/json"
    )


class MusicBrainz(Service):
    name = "musicbrainz"
    base_path = "/ws/2"

    def answer(self, asked: Asked) -> Answer:
        if "(" not in asked.headers.get("user-agent", ""):
            return json_answer({"error": "name a contact in the User-Agent"}, 403)
        path = asked.path.removeprefix(f"{self.base_path}/artist")
        if path == "":
            return json_answer(_search(asked.query.get("query", "")))
        found = ARTISTS.get(path.removeprefix("/"))
        if found is None:
            return json_answer({"error": "Not Found", "help": "For usage, please see the documentation"}, 404)
        wanted = asked.query.get("inc", "").replace(" ", "+").split("+")
        left_out = {
            field
            for field, inc in (("relations", "artist-rels"), ("genres", "genres"), ("tags", "tags"))
            if inc not in wanted
        }
        return json_answer({name: value for name, value in found.items() if name not in left_out | {"score"}})


def _search(query: str) -> dict[str, Any]:
    """The artists in whose name, sort name or aliases one of the phrases occurs, by score."""
    phrases = [_words(re.sub(r"\\(.)", r"\1", text)) for text in re.findall(r':"((?:[^"\\]|\\.)*)"', query)]
    hits = []
    for artist in ARTISTS.values():
        names = [artist["name"], artist["sort-name"], *(alias["name"] for alias in artist["aliases"])]
        fit = max(_fit(phrase, _words(name)) for phrase in phrases for name in names if name)
        if fit:
            known = {name: value for name, value in artist.items() if name not in ("relations", "genres")}
            hits.append({**known, "score": round(artist["score"] * fit)})
    hits.sort(key=lambda hit: -hit["score"])
    rows = [*hits, {**NOTHING, "score": 1}]
    return {"created": "2026-01-01T00:00:00.000Z", "count": len(rows), "offset": 0, "artists": rows}


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.replace("&", "and")).casefold()
    return re.findall(r"\w+", "".join(char for char in plain if not "\u0300" <= char <= "\u036f"))


def _fit(phrase: list[str], name: list[str]) -> float:
    size = len(phrase)
    occurs = size > 0 and any(name[i : i + size] == phrase for i in range(len(name) - size + 1))
    return size / len(name) if occurs else 0.0


def _votes(named: dict[str, int]) -> list[dict[str, Any]]:
    return [{"name": name, "count": count} for name, count in named.items()]


def _artist(
    label: str,
    name: str,
    kind: str | None,
    *,
    sort_name: str | None = None,
    disambiguation: str | None = "",
    area: str | None = None,
    begin: str | None = None,
    end: str | None = None,
    tags: dict[str, int] | None = None,
    aliases: Iterable[tuple[str, str | None, str | None]] = (),
    relations: Iterable[dict[str, Any]] = (),
    score: int = 100,
) -> dict[str, Any]:
    """`aliases`: name, type, locale; one with a locale is the primary one. `score`: of a search for the whole name."""
    return {
        "id": mbid(label),
        "type": kind,
        "name": name,
        "sort-name": sort_name or name,
        "disambiguation": disambiguation,
        "country": None,
        "area": {"id": mbid(f"area {area}"), "name": area, "sort-name": area} if area else None,
        "end-area": None,
        "life-span": {"begin": begin, "end": end, "ended": True if end else None},
        "aliases": [
            {"name": alias, "sort-name": alias, "type": of, "locale": locale, "primary": True if locale else None}
            for alias, of, locale in aliases
        ],
        "tags": _votes(tags or {}),
        "genres": _votes({name: count for name, count in (tags or {}).items() if name not in _NO_GENRES}),
        "relations": [*relations, {"type": "tribute", "direction": "backward", "artist": None, "attributes": None}],
        "score": score,
    }


_NO_GENRES = {"british", "seen live", "drummer", "producer"}


def _plays(
    label: str,
    name: str,
    *attributes: str,
    begin: str | None = None,
    end: str | None = None,
    direction: str = "backward",
    kind: str = "member of band",
) -> dict[str, Any]:
    return {
        "type": kind,
        "type-id": mbid(kind),
        "target-type": "artist",
        "direction": direction,
        "attributes": list(attributes),
        "attribute-values": {},
        "begin": begin,
        "end": end,
        "ended": end is not None,
        "source-credit": "",
        "target-credit": "",
        "artist": {"id": mbid(label), "name": name, "sort-name": name, "disambiguation": ""},
    }


_DRUMS = "drums (drum set)"
_BACKING = "instrumental supporting musician"

_ALL = [
    _artist(
        "radiohead",
        "Radiohead",
        "Group",
        area="United Kingdom",
        begin="1991",
        tags={"alternative rock": 60, "art rock": 45, "rock": 40, "british": 20},
        aliases=[("On a Friday", None, None), ("Radio Head", "Search hint", None)],
        relations=[
            _plays("yorke", "Thom Yorke", "lead vocals", "guitar", "original", begin="1991"),
            _plays("selway", "Philip Selway", _DRUMS, "original", begin="1991"),
            _plays("deamer", "Clive Deamer", _DRUMS, kind=_BACKING, begin="2011", end="2018"),
        ],
    ),
    _artist(
        "selway",
        "Philip Selway",
        "Person",
        sort_name="Selway, Philip",
        begin="1967-05-23",
        relations=[
            _plays("radiohead", "Radiohead", _DRUMS, "original", begin="1991", direction="forward"),
            _plays("7 worlds", "7 Worlds Collide", _DRUMS, begin="2001", direction="forward"),
        ],
    ),
    _artist(
        "genesis-uk",
        "Genesis",
        "Group",
        disambiguation="English rock band",
        area="United Kingdom",
        begin="1967",
        end="2022",
        tags={"progressive rock": 42, "rock": 27, "pop rock": 20},
        relations=[
            _plays("silver", "John Silver", _DRUMS, begin="1968", end="1969"),
            _plays("collins", "Phil Collins", _DRUMS, "lead vocals", begin="1970-08", end="1996-03"),
            _plays("collins", "Phil Collins", "lead vocals", begin="2020", end="2022"),
            _plays("chester", "Chester Thompson", _DRUMS, kind=_BACKING, begin="1977", end="2007"),
            _plays("banks", "Tony Banks", "keyboard", "original", begin="1967"),
        ],
    ),
    _artist(
        "genesis-co",
        "Génesis",
        "Group",
        disambiguation="Colombian folk rock band",
        area="Colombia",
        begin="1972",
        aliases=[("Genesis", None, None)],
        tags={"folk rock": 2},
        score=92,
    ),
    _artist("genesis-rap", "Genesis", "Person", disambiguation="US rapper", area="United States", score=96),
    _artist("genesis-dj", "Genesis", None, disambiguation="drum & bass producer", score=94),
    _artist("genesis-bare", "Genesis", None, disambiguation=None, score=90),
    _artist(
        "nirvana-us",
        "Nirvana",
        "Group",
        disambiguation="1980s–1990s US grunge band",
        area="United States",
        begin="1987",
        end="1994-04-05",
        tags={"grunge": 120, "alternative rock": 60, "rock": 55},
        relations=[
            _plays("grohl", "Dave Grohl", _DRUMS, begin="1990", end="1994"),
            _plays("channing", "Chad Channing", _DRUMS, begin="1988", end="1990"),
        ],
    ),
    _artist(
        "nirvana-uk",
        "Nirvana",
        "Group",
        disambiguation="1960s band from the UK",
        area="United Kingdom",
        begin="1967",
        tags={"psychedelic pop": 8, "rock": 4},
        score=81,
    ),
    _artist("nirvana-fi", "Nirvana", "Group", disambiguation="Finnish rock band", area="Finland", score=76),
    _artist(
        "sheena",
        "椎名林檎",
        "Person",
        sort_name="Sheena, Ringo",
        area="Japan",
        begin="1978-11-25",
        tags={"j-pop": 9, "rock": 7},
        aliases=[("Ringo Sheena", "Artist name", "en"), ("椎名裕美子", "Legal name", None)],
        relations=[
            _plays("tokyo-jihen", "東京事変", "lead vocals", direction="forward", begin="2003"),
            _plays("hata", "刄田綴色", _DRUMS, kind=_BACKING, begin="2003"),
        ],
    ),
    _artist(
        "bonham",
        "John Bonham",
        "Person",
        sort_name="Bonham, John",
        disambiguation="drummer of Led Zeppelin",
        area="United Kingdom",
        begin="1948-05-31",
        end="1980-09-25",
        tags={"drummer": 3},
        relations=[
            _plays("bandofjoy", "Band of Joy", _DRUMS, begin="1967", end="1968", direction="forward"),
            _plays("zeppelin", "Led Zeppelin", _DRUMS, "original", begin="1968", end="1980", direction="forward"),
        ],
    ),
    _artist(
        "dilla",
        "J Dilla",
        "Person",
        area="United States",
        begin="1974-02-07",
        end="2006-02-10",
        tags={"hip hop": 18, "instrumental hip hop": 9, "producer": 4},
        aliases=[("Jay Dee", "Artist name", None), ("James Dewitt Yancey", "Legal name", None)],
        relations=[_plays("slum", "Slum Village", "original", direction="forward", begin="1996", end="2001")],
    ),
    _artist(
        "acdc",
        "AC/DC",
        "Group",
        disambiguation="Australian hard rock band",
        area="Australia",
        begin="1973-11",
        tags={"hard rock": 70, "rock": 40},
        aliases=[("ACDC", "Search hint", None), ("Acca Dacca", None, None)],
        relations=[
            _plays("rudd", "Phil Rudd", _DRUMS, begin="1975", end="1983"),
            _plays("rudd", "Phil Rudd", _DRUMS, begin="1994"),
            _plays("slade", "Chris Slade", _DRUMS, begin="1989", end="1994"),
            _plays("angus", "Angus Young", "guitar", "original", begin="1973"),
        ],
    ),
    _artist(
        "crue",
        "Mötley Crüe",
        "Group",
        area="United States",
        begin="1981-01-17",
        tags={"glam metal": 30, "hard rock": 22},
        relations=[
            _plays("lee", "Tommy Lee", _DRUMS, "original", begin="1981", end="1999"),
            _plays("lee", "Tommy Lee", _DRUMS, begin="2004"),
            _plays("castillo", "Randy Castillo", _DRUMS, begin="1999", end="2002"),
            _plays("maloney", "Samantha Maloney", _DRUMS, "guest", begin="2000", end="2004"),
        ],
    ),
    _artist(
        "thethe",
        "The The",
        "Group",
        sort_name="The, The",
        area="United Kingdom",
        begin="1979",
        tags={"post-punk": 9, "new wave": 6},
        relations=[_plays("palmer", "David Palmer", _DRUMS, begin="1987", end="1994")],
    ),
    _artist(
        "beyonce",
        "Beyoncé",
        "Person",
        area="United States",
        begin="1981-09-04",
        tags={"r&b": 30, "pop": 28},
        aliases=[("Beyonce", "Search hint", None), ("Beyoncé Giselle Knowles", "Legal name", None)],
        relations=[
            _plays("destiny", "Destiny’s Child", "lead vocals", "original", direction="forward", begin="1997"),
            _plays("glaspie", "Nikki Glaspie", _DRUMS, kind=_BACKING, begin="2006", end="2011"),
            _plays("wilson", "Venzella Joy", "percussion", kind=_BACKING, begin="2013"),
        ],
    ),
    _artist(
        "allman",
        "The Allman Brothers Band",
        "Group",
        sort_name="Allman Brothers Band, The",
        area="United States",
        begin="1969-03",
        end="2014",
        tags={"southern rock": 30, "blues rock": 18, "jam band": 6},
        aliases=[("Allman Brothers Band", "Search hint", None)],
        relations=[
            _plays("trucks", "Butch Trucks", _DRUMS, "original", begin="1969", end="2014"),
            _plays("jaimoe", "Jaimoe", _DRUMS, "original", begin="1969", end="2014"),
            _plays("duane", "Duane Allman", "guitar", "original", begin="1969", end="1971"),
        ],
    ),
    {
        **NOTHING,
        "id": mbid("lagoon"),
        "name": "Hex Lagoon",
        "sort-name": None,
        "aliases": [],
        "tags": None,
        "genres": None,
        "relations": [
            None,
            "member of band",
            {"type": "member of band", "artist": None, "attributes": None, "direction": None},
            {"type": "member of band", "artist": {"id": None, "name": "Ada Quill"}, "attributes": [None, _DRUMS]},
        ],
        "score": 100,
    },
]
ARTISTS: dict[str, dict[str, Any]] = {artist["id"]: artist for artist in _ALL}
