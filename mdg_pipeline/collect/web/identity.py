"""Who asks: the User-Agent, and which services want to know whom to write to."""

from __future__ import annotations

from mdg_core.package import package_version

PRODUCT = "MidiDrumiGen"
# MusicBrainz and Wikimedia refuse clients that name no contact
NEED_CONTACT = frozenset({"musicbrainz", "wikipedia"})


def user_agent(contact: str | None) -> str:
    """Product, version and contact, e.g. "MidiDrumiGen/0.1.0 (mailto:you@example.org)"."""
    product = f"{PRODUCT}/{package_version() or 0}"
    if contact is None:
        return product
    return f"{product} ({contact if '://' in contact or contact.startswith('mailto:') else f'mailto:{contact}'})"
