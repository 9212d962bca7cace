"""How long a research takes, and how much of that is Dagster: `python benchmarks/research.py [LIBRARY] [ARTIST]`.

Three ways to the same published profile, each from an empty state folder: the plain functions in one process, the
same steps as a Dagster run without a daemon (`mdg research`), and by the daemon of a running stack (`mdg up`).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mdg_core.settings import ServerSettings, Settings
from mdg_core.store import artists, embedded, profiles
from mdg_core.store.connect import connect
from mdg_core.store.session import database

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def empty_home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="mdg-bench-"))
    home.chmod(0o755)
    try:
        yield home
    finally:
        embedded.erase(Settings(home=home))
        shutil.rmtree(home, ignore_errors=True)


def plain(library: Path, name: str) -> dict[str, float]:
    """Seconds of each step without Dagster."""
    from mdg_pipeline import versions
    from mdg_pipeline.analyse import tables
    from mdg_pipeline.build.embed import stored_embedding
    from mdg_pipeline.build.profile import build_profile, content_hash
    from mdg_pipeline.collect.gather import Wish, gather
    from mdg_pipeline.collect.web.client import WebClient
    from mdg_pipeline.documents import RAW_KINDS
    from mdg_pipeline.lake import Lake
    from mdg_pipeline.subject import subject_of

    seconds: dict[str, float] = {}
    with empty_home() as home:
        settings = Settings(home=home, library=library, server=ServerSettings(database_port=0))
        with database(settings) as url, connect(url) as conn:
            key = artists.find_or_create(conn, name).key
            lake = Lake(home / "lake")

            @contextmanager
            def timed(step: str) -> Iterator[None]:
                start = time.perf_counter()
                yield
                seconds[step] = time.perf_counter() - start

            wish = Wish(subject_of(conn, key).query)
            client = WebClient(settings, url, lake)
            with timed("collect"):
                for kind in RAW_KINDS:
                    gather(kind, wish, settings, lake, client, lambda _: None)
            with timed("features"):
                tables.text_features(lake, subject_of(conn, key).query, lambda _: None)
                tables.midi_features(lake, subject_of(conn, key).query, lambda _: None)
            with timed("profile"):
                profile = build_profile(lake, subject_of(conn, key))
            with timed("publish"), conn.transaction():
                profiles.publish(
                    conn,
                    profile,
                    content_hash=content_hash(profile),
                    built_from=versions.inputs(lake, subject_of(conn, key)),
                )
            with timed("embedding"):  # nobody waits for it
                profiles.store_embedding(conn, key, stored_embedding(lake, key, profile).vector)
    return seconds


def mdg(home: Path, library: Path, *arguments: str) -> float:
    """Seconds of one command."""
    environment = os.environ | {
        "MDG_HOME": str(home),
        "MDG_LIBRARY": str(library),
        "PYTHONPATH": str(ROOT),
        **{f"MDG_SERVER__{name}_PORT": "0" for name in ("API", "DAGSTER", "CODE", "DATABASE")},
    }
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "mdg_cli.main", *arguments], env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    os.environ["MDG_WEB__ENABLED"] = "false"  # the library alone: what the network takes is not ours to measure
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", nargs="?", type=Path, default=ROOT.parent / "shared" / "groove")
    parser.add_argument("artist", nargs="?", default="drummer1")
    options = parser.parse_args()
    if not options.library.is_dir():
        sys.exit(f"there is no library {options.library}")
    steps = plain(options.library, options.artist)
    total = sum(steps.values())
    print(f"research of {options.artist} from {options.library.name}, {os.cpu_count()} cores")
    print("plain functions   " + ", ".join(f"{name} {value:.1f} s" for name, value in steps.items()))
    print(f"plain, in all     {total:.1f} s")
    with empty_home() as home:
        first = mdg(home, options.library, "research", options.artist)
        again = mdg(home, options.library, "research", options.artist)
    print(f"mdg research      {first:.1f} s, {first / total:.2f} of plain; with nothing new {again:.1f} s")
    with empty_home() as home:
        up = mdg(home, options.library, "up", "--detach")
        try:
            first = mdg(home, options.library, "research", options.artist)
            again = mdg(home, options.library, "research", options.artist)
        finally:
            mdg(home, options.library, "down")
    print(f"mdg up to ready   {up:.1f} s")
    print(f"by the daemon     {first:.1f} s, {first / total:.2f} of plain; with nothing new {again:.1f} s")


if __name__ == "__main__":
    main()
