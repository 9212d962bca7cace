"""robots.txt (RFC 9309): what this client may ask of a site, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mdg_pipeline.collect.web.identity import PRODUCT
from mdg_pipeline.collect.web.page import Page

if TYPE_CHECKING:
    from protego import Protego

# the standard wants at least 500 KiB read (2.5)
MAX_BYTES = 512 * 1024
_MAX_DELAY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site; none: everything is allowed."""

    rules: Protego | None

    def allow(self, url: str) -> bool:
        return self.rules is None or bool(self.rules.can_fetch(url, PRODUCT))

    @property
    def delay(self) -> float:
        """Seconds between requests that the site asks for, within reason."""
        wanted = self.rules.crawl_delay(PRODUCT) if self.rules is not None else None
        return min(max(0.0, float(wanted or 0)), _MAX_DELAY_SECONDS)


def parse(page: Page) -> Robots:
    """The rules of the page at /robots.txt; a site that has none (any 4xx, RFC 9309, 2.3.1.3) allows everything."""
    from protego import Protego

    return Robots(Protego.parse(page.text) if page.ok else None)
