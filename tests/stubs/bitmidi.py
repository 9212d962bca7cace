"""BitMIDI: a search by any word of the file name, 50 results a page at most; robots.txt forbids the files."""

from __future__ import annotations

import re
from typing import Any

from tests.stubs.answers import Answer, Asked, json_answer, text_answer
from tests.stubs.midi_bytes import NOT_A_FILE, RAR, drum_file, in_riff
from tests.stubs.service import Service

# file names as they stand there; the number of each is its place here, from 1
NAMES = (
    "Queen - Bohemian Rhapsody.mid",
    "QUEEN.Dont stop me now K.mid",
    "queen-we_will_rock_you.mid",
    "bohemian_rhapsody_queen_K.mid",
    "Dancing Queen.mid",
    "Queen Latifah - UNITY.mid",
    "dancing_queen_abba.mid",
    "Another one bites the dust - Queen.mid",
    "Queen - Innuendo.mid",
    "John Legend - All of me.mid",
    "all_of_me-john_legend.mid",
    *(f"Legend of Zelda - Dungeon {number}.mid" for number in range(1, 91)),
    *(f"John Williams - Theme {number}.mid" for number in range(1, 61)),
    "椎名林檎 - 本能.mid",
    "Shiina Ringo - Gips.mid",
    "AC-DC - Back In Black.mid",
    "acdc_-_thunderstruck_K.mid",
    "ac-motor-hum.mid",
    "Motley Crue - Kickstart My Heart.mid",
    "Genesis - Land Of Confusion.mid",
    "Sega Genesis - Sonic Title.mid",
    "Led Zeppelin - When The Levee Breaks.mid",
    "The The - This Is The Day.mid",
    "The Day After Tomorrow - Theme.mid",
    "Allman Brothers Band - Whipping Post.mid",
)
NAMED_OTHERWISE = {"all_of_me-john_legend.mid": ["AllOfMe.mid"]}


class BitMidi(Service):
    name = "bitmidi"
    robots = "User-agent: *\nDisallow: /uploads/\n"

    def __init__(self, names: tuple[str, ...] = NAMES, files: dict[int, bytes] | None = None) -> None:
        super().__init__()
        self.names = names
        self.files = files or {}  # number -> bytes, in place of a good file

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/api/midi/search":
            return self._search(asked)
        found = re.fullmatch(r"/uploads/(\d+)\.mid", asked.path)
        if found and 0 < int(found[1]) <= len(self.names):
            number = int(found[1])
            return Answer(self.files.get(number, drum_file(number)), content_type="audio/midi")
        return text_answer("Not Found", 404)

    def _search(self, asked: Asked) -> Answer:
        words = set(re.findall(r"\w+", asked.query.get("q", "").lower()))
        size, page = int(asked.query.get("pageSize", "15")), int(asked.query.get("page", "0"))
        if not words or size > 50:
            error = {"message": "Invalid parameters", "code": "BAD_REQUEST", "status": 400}
            return json_answer({"error": error}, 400)
        found = [
            _row(number, name)
            for number, name in enumerate(self.names, 1)
            if words & set(re.findall(r"[^\W_]+", name.lower()))
        ]
        result = {
            "query": {"q": asked.query["q"], "page": page, "pageSize": size},
            "results": found[page * size : (page + 1) * size],
            "total": len(found),
            "pageTotal": -(-len(found) // size),
        }
        return json_answer({"result": result})


def _row(number: int, name: str) -> dict[str, Any]:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or str(number)
    return {
        "id": number,
        "name": name,
        "slug": slug,
        "alternateNames": NAMED_OTHERWISE.get(name, []),
        "views": 1000 - number,
        "plays": 500 - number,
        "url": f"/{slug}",
        "downloadUrl": f"/uploads/{number}.mid",
    }


WRONG_FILES = {1: NOT_A_FILE, 2: RAR, 3: drum_file(3)[:40], 8: in_riff(drum_file(8)), 9: drum_file(8)}
