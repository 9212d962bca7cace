"""Who may call: optional API keys, in X-API-Key or as a bearer token."""

from __future__ import annotations

import secrets

from fastapi import Request

from mdg_serving.problems import ApiError


async def require_key(request: Request) -> None:
    """Does nothing when no keys are set. Raises ApiError 401."""
    keys: list[str] = request.app.state.api_keys
    if not keys:
        return
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    given = request.headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "")
    sent = given.encode("latin-1")  # as a header's bytes are read
    # every key is compared in constant time, whichever fits
    matches = [secrets.compare_digest(sent, key.encode()) for key in keys]
    if not any(matches):
        raise ApiError(
            401,
            "this server needs an API key: send it as X-API-Key or as Authorization: Bearer",
            {"WWW-Authenticate": "Bearer"},
        )
