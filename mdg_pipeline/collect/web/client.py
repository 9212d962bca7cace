"""Asking a web source for one address: from the cache, or politely and within bounds from the service.

    client = WebClient(settings, database_url, lake)
    page = client.get("arxiv", "https://...", params, deadline=effort.deadline, accept=("application/atom+xml",))

`page.status` is 2xx, or a 4xx that answers the question (400, 404, 410 ...); every other end is a WebError,
whose `outcome(source)` is what the source reports.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from urllib.parse import urldefrag, urljoin

import requests

from mdg_core.settings import Settings, SourceSettings
from mdg_core.store import web
from mdg_core.store.connect import Connection, connect
from mdg_pipeline.collect.web import cache, robots
from mdg_pipeline.collect.web.addresses import checked_url, host_and_port
from mdg_pipeline.collect.web.challenge import wants_a_person
from mdg_pipeline.collect.web.errors import BadAnswer, Blocked, Disabled, Ended, NoTurn, Throttled, WebError
from mdg_pipeline.collect.web.identity import NEED_CONTACT, user_agent
from mdg_pipeline.collect.web.page import Page, check_json, media_type
from mdg_pipeline.collect.web.politeness import Rule, circuit, respect_circuit, turn
from mdg_pipeline.collect.web.retry import attempts_for, backoff, reaction_to, retry_after
from mdg_pipeline.collect.web.transport import Answer, Bounds, Lines, exchange, place
from mdg_pipeline.lake import Lake

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# not sent on to another host
_SECRET_HEADERS = frozenset({"authorization", "x-api-key", "cookie"})
JSON = ("application/json",)
HTML = ("text/html", "application/xhtml+xml")
ANYTHING = ("*/*",)
# arXiv throttles with status 200 and "Rate exceeded."
_SLOW_DOWN = re.compile(rb"\s*(?:rate (?:limit )?exceeded|too many requests)\b", re.IGNORECASE)

# looks at a 2xx page before it is kept, and raises a WebError if it is not what was asked for
Check = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class _Request:
    """What stays the same over redirects and retries."""

    source: str
    settings: SourceSettings
    url: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    accept: tuple[str, ...]
    max_bytes: int
    check: Check | None
    robots: bool
    deadline: float


@dataclass(frozen=True, slots=True)
class _Step:
    """One address on the way of redirects."""

    url: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    private: bool  # whether it may be in a private network
    rule: Rule


@dataclass(slots=True)
class WebClient:
    """Safe to share among threads. Raises DatabaseUnavailable when Postgres does not answer."""

    settings: Settings
    database_url: str
    lake: Lake
    _robots: dict[str, robots.Robots] = field(default_factory=dict)
    _lines: Lines = field(default_factory=Lines)

    def stop(self) -> None:
        """Ask nobody any more: requests under way and all further ones raise Ended."""
        self._lines.cut()

    def source(self, name: str) -> SourceSettings:
        """The settings of a source that may be asked. Raises Disabled."""
        settings: SourceSettings = getattr(self.settings.sources, name)
        if not self.settings.web.enabled:
            raise Disabled("web research is switched off (web.enabled)")
        if not settings.enabled:
            raise Disabled(f"{name} is switched off (sources.{name}.enabled)")
        if name in NEED_CONTACT and self.settings.contact is None:
            raise Disabled(f"{name} answers only to clients that name a contact: set MDG_CONTACT to your address")
        return settings

    def get(
        self,
        source: str,
        url: str,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        deadline: float,
        accept: tuple[str, ...] = JSON,
        max_bytes: int | None = None,
        robots: bool = True,
        check: Check | None = None,
        cookies: Mapping[str, str] | None = None,
        cached: bool = True,
    ) -> Page:
        """The answer at `url`.

        Parameters
        ----------
        source : the source's name in the settings; its rate and its own host apply.
        deadline : time.monotonic() at which this must have returned.
        accept : media types of a 2xx answer, with wildcards ("audio/*").
        max_bytes : of the body, decompressed; the setting web.max_bytes where None.
        robots : obey robots.txt: for pages and files; an API that is offered to programs is asked without.
        check : see `Check`; where JSON alone is accepted, by default that it is a JSON object.
        cookies : of an earlier page of the same host.
        cached : False asks the service in any case, e.g. for the cookies that it sets.

        Raises
        ------
        WebError : Disabled, Blocked, Throttled, TimedOut, Unreachable, BadAnswer or Ended.
        """
        settings = self.source(source)
        request = _Request(
            source=source,
            settings=settings,
            url=_full_url(url, params),
            headers={"Accept": ", ".join(accept), **(headers or {}), "User-Agent": user_agent(self.settings.contact)},
            cookies=cookies or {},
            accept=accept,
            max_bytes=max_bytes or self.settings.web.max_bytes,
            check=check or (check_json if accept == JSON else None),
            robots=robots,
            deadline=deadline,
        )
        with connect(self.database_url, name="mdg-web") as conn:
            return self._page(conn, request, cached=cached)

    def kept(self, source: str, url: str) -> Page | None:
        """The kept answer at `url`, whatever its age; asks nobody. For files that never change at their address."""
        with connect(self.database_url, name="mdg-web") as conn:
            known = cache.find(conn, self.lake, source, _full_url(url, None))
        return known.page if known is not None else None

    def _page(self, conn: Connection, request: _Request, *, cached: bool) -> Page:
        known = cache.find(conn, self.lake, request.source, request.url)
        if known is not None and cached and known.is_fresh(self.settings.web):
            return known.page
        page = self._follow(conn, request, known if cached else None)
        if page.status == 304 and known is not None:
            cache.confirm(conn, known)
            return known.page
        cache.keep(conn, self.lake, request.source, page, known)
        return page

    def _follow(self, conn: Connection, request: _Request, known: cache.Known | None) -> Page:
        """Ask, and go where the service redirects; every step is checked like the first one."""
        url, headers, cookies = request.url, dict(request.headers), dict(request.cookies)
        for step in range(MAX_REDIRECTS + 1):
            delay = self._obey_robots(conn, request, url) if request.robots else 0.0
            validators = known.validators if known is not None and url == known.entry.final_url else {}
            private = self._may_be_private(request, url, redirected=step > 0)
            rule = self._rule(request, url, delay)
            page = self._insist(conn, request, _Step(url, {**headers, **validators}, cookies, private, rule))
            location = page.headers.get("location")
            if page.status == 304 and validators:
                return page
            if page.status not in _REDIRECTS or location is None:
                if 300 <= page.status < 400:
                    raise BadAnswer(f"{place(url)} answers with status {page.status} and no address")
                return page
            target = urldefrag(urljoin(url, location)).url
            checked_url(target)
            if url.startswith("https:") and target.startswith("http:"):
                raise Blocked(f"{url} redirects to an unencrypted address: it is not followed")
            if host_and_port(target) == host_and_port(url):
                cookies |= page.cookies
            else:
                headers = {name: value for name, value in headers.items() if name.lower() not in _SECRET_HEADERS}
                cookies = {}
            url = target
        raise BadAnswer(f"{place(request.url)} redirects more than {MAX_REDIRECTS} times")

    def _insist(self, conn: Connection, request: _Request, step: _Step) -> Page:
        """Ask until there is an answer, the attempts are used up or the time is; `retry` says what is tried again."""
        limits = self.settings.web
        attempt = 1
        while True:
            try:
                return self._ask(conn, request, step)
            except WebError as error:
                pause = backoff(attempt, base=limits.backoff_seconds, cap=limits.max_backoff_seconds)
                pause = max(pause, error.retry_after or 0.0)
                last = attempt >= attempts_for(error) or error.retry_at is not None
                if not last or error.retry_after:
                    # held and not slept: everyone who asks this source steps back
                    held_until = web.hold(conn, step.rule.key, seconds=pause, because=error.said)
                    if error.retry_after or time.monotonic() + pause >= request.deadline:
                        error.retry_at = error.retry_at or held_until
                if last or time.monotonic() + pause >= request.deadline:
                    raise
                attempt += 1

    def _ask(self, conn: Connection, request: _Request, step: _Step) -> Page:
        limits = self.settings.web
        host = host_and_port(step.url)
        respect_circuit(conn, host)
        with turn(conn, step.rule, request.deadline):
            left = request.deadline - time.monotonic()
            if left <= 0:
                raise NoTurn(f"{request.source}: no time was left to ask")
            bounds = Bounds(
                connect_seconds=min(limits.connect_timeout_seconds, left),
                read_seconds=min(limits.read_timeout_seconds, left),
                seconds=min(limits.request_timeout_seconds, left),
                max_bytes=request.max_bytes,
                allow_private=step.private,
            )
            with circuit(conn, host, limits, patient=left >= limits.read_timeout_seconds):
                try:
                    answer = exchange(
                        step.url, headers=step.headers, cookies=step.cookies, bounds=bounds, lines=self._lines
                    )
                except WebError as error:
                    if self._lines.are_cut:
                        raise Ended(f"{request.source}: the research was ended") from error
                    raise
                return _judged(request, step.url, answer)

    def _rule(self, request: _Request, url: str, delay: float) -> Rule:
        settings = request.settings
        key = request.source if settings.base_url else f"{request.source} {host_and_port(url)}"
        places = settings.max_concurrent
        if request.source == "crossref" and self.settings.contact is None:
            places = 1  # CrossRef's public pool; the polite one is for those who name a contact
        return Rule(key, max(settings.min_interval_seconds, delay), places)

    def _may_be_private(self, request: _Request, url: str, *, redirected: bool) -> bool:
        """The operator's own setting may name a host in a private network; a link that was found may not."""
        host = host_and_port(url)
        if request.settings.base_url:
            return host == host_and_port(request.settings.base_url)
        allowed = self.settings.web.allow_private_addresses
        return not redirected and (host in allowed or host.rpartition(":")[0] in allowed)

    def _obey_robots(self, conn: Connection, request: _Request, url: str) -> float:
        """The delay that the site's robots.txt asks for. Raises Blocked if it forbids the address."""
        parts = checked_url(url)
        site = f"{parts.scheme}://{parts.netloc}"
        rules = self._robots.get(site)
        if rules is None:
            rules = self._robots[site] = robots.parse(self._robots_page(conn, request, f"{site}/robots.txt"))
        if not rules.allow(url):
            raise Blocked(f"robots.txt of {parts.hostname} forbids {parts.path}")
        return rules.delay

    def _robots_page(self, conn: Connection, request: _Request, url: str) -> Page:
        asks = replace(
            request,
            url=url,
            headers={"Accept": "text/plain", "User-Agent": request.headers["User-Agent"]},
            cookies={},
            accept=ANYTHING,
            max_bytes=robots.MAX_BYTES,
            check=None,
            robots=False,
        )
        try:
            return self._page(conn, asks, cached=True)
        except Blocked as error:
            if error.code is None:
                raise
            # 401 and 403 on robots.txt itself forbid nothing (RFC 9309, 2.3.1.3); the page will speak for itself
            return Page(url, url, error.code, {}, "", b"", datetime.now(UTC), from_cache=False)


def _full_url(url: str, params: Mapping[str, str | int] | None) -> str:
    checked_url(url)
    try:
        full = requests.Request("GET", urldefrag(url).url, params=params).prepare().url
    except (requests.RequestException, UnicodeError):
        full = None
    if full is None:
        raise Blocked(f"{url[:200]!r} is not a web address that can be asked for")
    return full


def _judged(request: _Request, url: str, answer: Answer) -> Page:
    """The answer as a page, if it is one to the question."""
    kind = media_type(answer.headers.get("content-type", ""))
    reaction = reaction_to(answer.status)
    if reaction is not None:
        wait = retry_after(answer.headers.get("retry-after"))
        said = f"{request.source} {reaction.said} (status {answer.status})"
        raise reaction.error(said, code=answer.status, retry_after=wait)
    page = Page(
        request.url,
        url,
        answer.status,
        answer.headers,
        kind,
        answer.body,
        datetime.now(UTC),
        from_cache=False,
        cookies=answer.cookies,
    )
    if page.ok:
        if kind in HTML and wants_a_person(page.body):
            raise Blocked(
                f"{request.source} answers with a captcha or a check for robots in place of {place(url)}",
                code=page.status,
            )
        if _SLOW_DOWN.match(page.body):
            raise Throttled(f"{request.source} asks for fewer requests (in words, with status {answer.status})")
        if kind and not any(fnmatch(kind, pattern) for pattern in request.accept):
            raise BadAnswer(f"{place(url)} answers with {kind} where {' or '.join(request.accept)} was asked for")
        if request.check is not None:
            request.check(page)
    return page
