"""How fast and how well half a name or a slip is found among many.  python -m benchmarks.artists [--names 100000]

Beside the names of data/reference/popular_artists.txt there are others of 1 to 3 words, which are theirs or begin like
one of them and end like another. Each real name is looked for by its beginning, with its words turned round, and with
one slip at a random place: a letter missing, added, changed or swapped with its neighbour. top-1, top-5: the share that
is first, among the first five.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import string
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mdg_core.artist import artist_key, clean_name, words_of
from mdg_core.settings import ServerSettings, Settings
from mdg_core.spelling import grams_of
from mdg_core.store import artists, embedded
from mdg_core.store.connect import Connection, connect
from mdg_core.store.migrate import migrate
from mdg_pipeline.ahead import popular_artists

_LOOKED_FOR = 100
_INVENTED = 20_000  # words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=100_000)
    wanted = parser.parse_args().names
    drawn = random.Random(1)
    real = sorted({artist.name for artist in popular_artists()})
    home = Path(tempfile.mkdtemp(prefix="mdg-bench-"))
    home.chmod(0o755)
    settings = Settings(home=home, server=ServerSettings(database_port=0))
    embedded.start(settings)
    try:
        url = embedded.url(settings)
        migrate(url)
        with connect(url) as conn:
            count = _fill(conn, real, wanted, drawn)
            print(f"{count} names")
            looked_for = drawn.sample(real, min(_LOOKED_FOR, len(real)))
            for what, change in _CHANGES.items():
                print(f"{what:14}", _measure(conn, looked_for, lambda name, change=change: change(name, drawn)))
    finally:
        embedded.erase(settings)
        shutil.rmtree(home, ignore_errors=True)


def _fill(conn: Connection, real: list[str], wanted: int, drawn: random.Random) -> int:
    own = sorted({word for name in real for word in name.split()})
    words = own + [_crossed(drawn.choice(own), drawn.choice(own)) for _ in range(_INVENTED)]
    names = {artist_key(name): name for name in real}
    while len(names) < wanted:
        name = clean_name(" ".join(drawn.choices(words, k=drawn.randint(1, 3))))
        names.setdefault(artist_key(name), name)
    with conn.cursor() as cursor, cursor.copy("COPY artist (key, name, grams) FROM stdin") as copy:
        for key, name in names.items():
            copy.write_row((key, name, grams_of(words_of(name))))
    conn.execute("ANALYZE artist")
    return len(names)


def _measure(conn: Connection, names: list[str], change: Callable[[str], str]) -> str:
    seconds, places = [], []
    for name in names:
        began = time.perf_counter()
        found = [row.name for row in artists.search(conn, change(name), limit=5)]
        seconds.append(time.perf_counter() - began)
        places.append(found.index(name) if name in found else 5)
    first = sum(place == 0 for place in places) / len(places)
    among = sum(place < 5 for place in places) / len(places)
    p50, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    return f"top-1 {first:.2f}  top-5 {among:.2f}  p50 {p50 * 1e3:.0f} ms  p95 {p95 * 1e3:.0f} ms"


def _crossed(one: str, other: str) -> str:
    return one[: len(one) // 2 + 1] + other[len(other) // 2 :]


def _begun(name: str, _: random.Random) -> str:
    return name[: max(3, round(len(name) * 0.6))]


def _turned(name: str, _: random.Random) -> str:
    return " ".join(reversed(name.split())).lower()


def _slipped(name: str, drawn: random.Random) -> str:
    at, letter = drawn.randrange(len(name)), drawn.choice(string.ascii_lowercase)
    return drawn.choice(
        [
            name[:at] + name[at + 1 :],
            name[:at] + letter + name[at:],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
        ]
    )


_CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "whole": lambda name, _: name,
    "beginning": _begun,
    "turned round": _turned,
    "one slip": _slipped,
}

if __name__ == "__main__":
    main()
