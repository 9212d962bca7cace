"""Answers that are kept: bodies in the lake, their index in Postgres; so that nobody is asked twice for the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mdg_core.settings import WebSettings
from mdg_core.store import web
from mdg_core.store.connect import Connection
from mdg_core.store.web import CachedPage
from mdg_pipeline.collect.web.page import Page
from mdg_pipeline.lake import Lake

NOT_FOUND = frozenset({404, 410})
_MAX_HEADER_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Known:
    """A kept answer."""

    entry: CachedPage
    page: Page

    def is_fresh(self, settings: WebSettings) -> bool:
        hours = settings.negative_cache_hours if self.entry.status in NOT_FOUND else settings.cache_hours
        return datetime.now(UTC) - self.entry.checked_at < timedelta(hours=hours)

    @property
    def validators(self) -> dict[str, str]:
        """The headers that ask for the body only if it has changed (RFC 9110, 13.1)."""
        if self.entry.status in NOT_FOUND:
            return {}
        named = {"If-None-Match": self.entry.etag, "If-Modified-Since": self.entry.last_modified}
        return {name: value for name, value in named.items() if value}


def find(conn: Connection, lake: Lake, source: str, url: str) -> Known | None:
    """What is kept of the address; None also where another machine's lake has the body."""
    entry = web.find_page(conn, source, url)
    if entry is None:
        return None
    try:
        body = lake.get_blob(entry.blob)
    except FileNotFoundError:
        return None
    page = Page(
        entry.url,
        entry.final_url,
        entry.status,
        entry.headers,
        entry.content_type,
        body,
        entry.fetched_at,
        from_cache=True,
    )
    return Known(entry, page)


def keep(conn: Connection, lake: Lake, source: str, page: Page, known: Known | None) -> None:
    """Keep a good answer, and "not found" where nothing good is kept; anything else leaves what there is."""
    negative = page.status in NOT_FOUND
    if page.status != 200 and not negative:
        return
    if negative and known is not None and known.entry.status not in NOT_FOUND:
        return
    headers = {name: value for name, value in page.headers.items() if len(value) <= _MAX_HEADER_CHARACTERS}
    web.keep_page(
        conn,
        CachedPage(
            key=web.page_key(source, page.url),
            source=source,
            url=page.url,
            final_url=page.final_url,
            status=page.status,
            content_type=page.content_type,
            headers={name: value for name, value in headers.items() if name != "set-cookie"},
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            blob=lake.put_blob(page.body),
            fetched_at=page.fetched_at,
            checked_at=page.fetched_at,
        ),
    )


def confirm(conn: Connection, known: Known) -> None:
    """The service says that what is kept has not changed."""
    web.confirm_page(conn, known.entry.key, datetime.now(UTC))
