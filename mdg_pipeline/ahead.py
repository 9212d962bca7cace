"""Which artists are researched before anybody asks: a pure choice out of a tracked list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from mdg_core.artist import artist_key, clean_name
from mdg_core.settings import PROJECT_ROOT
from mdg_core.store.artists import ArtistRow

POPULAR = PROJECT_ROOT / "data" / "reference" / "popular_artists.txt"
PER_TICK = 2


def popular_artists(path: Path = POPULAR) -> list[ArtistRow]:
    """The artists of the list in its order: a name a line, `#` begins a comment line. Raises UsageError."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [ArtistRow(artist_key(line), clean_name(line)) for line in lines if line and not line.startswith("#")]


def next_ones(
    popular: Sequence[ArtistRow],
    confirmed: Mapping[str, datetime],
    tried: Collection[str],
    *,
    older_than: datetime,
    limit: int = PER_TICK,
) -> list[ArtistRow]:
    """Those without a profile in the order of the list, then those whose profile is the oldest and stale.

    `confirmed`: when each profile was last found to hold; `tried`: the keys that a run took up lately, whatever came
    of it, so that an artist of whom nothing is found is not asked for at every tick.
    """
    waiting = [artist for artist in popular if artist.key not in tried]
    unknown = [artist for artist in waiting if artist.key not in confirmed]
    stale = [artist for artist in waiting if artist.key in confirmed and confirmed[artist.key] < older_than]
    return [*unknown, *sorted(stale, key=lambda artist: confirmed[artist.key])][:limit]
