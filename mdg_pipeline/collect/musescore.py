"""MuseScore: a link for a person. It has no public interface, and its scores are behind a paywall: none is fetched."""

from __future__ import annotations

from urllib.parse import urlencode

from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.documents import Outcome

SOURCE = "musescore"
SEARCH = "https://musescore.com/sheetmusic"


def collect(query: ArtistQuery, effort: Effort, client: WebClient) -> Collected:
    """No documents; the message says where to look. Asks nobody."""
    link = f"{SEARCH}?{urlencode({'text': f'{query.name} drums'})}"
    said = f"scores are not fetched; look at {link} and put what you may download into the library"
    return Collected(Outcome(SOURCE, "empty", said), exhausted=True)
