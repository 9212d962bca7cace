"""Who asks: the User-Agent, and which services want to know whom to write to."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

PRODUCT = "MidiDrumiGen"
# MusicBrainz and Wikimedia refuse clients that name no contact
NEED_CONTACT = frozenset({"musicbrainz", "wikipedia"})


def user_agent(contact: str | None) -> str:
    """Product, version and contact, e.g. "MidiDrumiGen/0.1.0 (mailto:you@example.org)"."""
    product = f"{PRODUCT}/{_version()}"
    if contact is None:
        return product
    return f"{product} ({contact if '://' in contact or contact.startswith('mailto:') else f'mailto:{contact}'})"


@lru_cache(maxsize=1)
def _version() -> str:
    try:
        return version("mididrumigen")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
