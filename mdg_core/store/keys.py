"""The keys of the API: who may call it, and for what.

A key is 32 random bytes of the system. Of it only the SHA-256 is kept: a slow hash protects secrets that can be guessed
one by one, as passwords can, and 2^256 keys cannot, so that a fast one loses nothing and costs a request nothing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import psycopg

from mdg_core.errors import MdgError, UsageError
from mdg_core.store.connect import Connection

# each may do what those before it may
KeyScope = Literal["read", "generate", "admin"]
SCOPES: tuple[KeyScope, ...] = get_args(KeyScope)

_PREFIX = "mdg_"  # so that a key is known as one where it should not be, in a log or a repository
_BYTES = 32
_NAME = re.compile(r"[\w.-]+(?: [\w.-]+)*")
_MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key that is in force."""

    name: str
    scope: KeyScope
    digest: bytes
    created_at: datetime


def digest_of(key: str) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).digest()


def add(conn: Connection, name: str, scope: KeyScope) -> str:
    """Make a key and return it; it cannot be shown again. Raises UsageError for a name that is none or is taken."""
    if len(name) > _MAX_NAME or not _NAME.fullmatch(name):
        raise UsageError(f"a key's name has up to {_MAX_NAME} letters, digits, spaces, dots and dashes, such as studio")
    key = _PREFIX + secrets.token_urlsafe(_BYTES)
    try:
        conn.execute(
            "INSERT INTO api_key (name, scope, digest) VALUES (%s, %s, %s)",
            (name, scope, digest_of(key)),
        )
    except psycopg.errors.UniqueViolation:
        raise UsageError(f"there is a key named {name} already: revoke it first, or take another name") from None
    return key


def in_force(conn: Connection) -> list[KeyRow]:
    """Every key that may be used, the oldest first."""
    rows = conn.execute(
        "SELECT name, scope, digest, created_at FROM api_key WHERE revoked_at IS NULL ORDER BY created_at, name"
    ).fetchall()
    return [KeyRow(row["name"], row["scope"], bytes(row["digest"]), row["created_at"]) for row in rows]


def revoke(conn: Connection, name: str) -> None:
    """End the key of that name. Raises MdgError when there is none."""
    done = conn.execute("UPDATE api_key SET revoked_at = now() WHERE name = %s AND revoked_at IS NULL", (name,))
    if done.rowcount == 0:
        raise MdgError(f"there is no key named {name}: mdg keys list shows those in force")
