"""Which version of this package runs."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

NAME = "mididrumigen"


@cache
def package_version() -> str | None:
    """As it was installed; None in a checkout that is not installed."""
    try:
        return version(NAME)
    except PackageNotFoundError:
        return None
