"""Headers that a client sends, as endpoints declare and read them."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

MAX_WAIT_SECONDS = 120.0
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?(?:$|[,;\s])")

# stated so that /docs sends it: a POST without a body has no content type that the guard would know
ClientName = Annotated[str, Header(description="The name of your program; needed where no body is sent as JSON.")]
Prefer = Annotated[
    str | None,
    Header(description=f"wait=N: answer when it is done, or after N seconds (at most {MAX_WAIT_SECONDS:g})."),
]


def wait_seconds(prefer: str | None) -> float | None:
    """The wait that a Prefer header (RFC 7240) asks for, in seconds; None when it says nothing of it."""
    if prefer is None:
        return None
    if found := _WAIT.search(prefer):
        return min(float(found[1]), MAX_WAIT_SECONDS)
    return 0.0 if "respond-async" in prefer else None
