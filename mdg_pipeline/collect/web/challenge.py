"""Pages that want a person in front of them in place of the answer: captchas and the checks of bot protection."""

from __future__ import annotations

import re

_HEAD_BYTES = 100_000
_TITLE = re.compile(
    rb"<title[^>]*>\s*(?:just a moment|attention required|access (?:to this page has been )?denied"
    rb"|are you (?:a )?(?:human|robot)|robot check|security check|verify(?:ing)? (?:that )?you are (?:a )?human"
    rb"|pardon our interruption|please verify|human verification|ddos-guard|[^<]{0,40}\bcaptcha\b)",
    re.IGNORECASE,
)
# of interstitial pages alone: a login form's own captcha widget stands on many ordinary pages
_MARKS = (
    b"cf-chl-",
    b"cdn-cgi/challenge-platform/h/",
    b"px-captcha",
    b"geo.captcha-delivery.com",
    b"_Incapsula_Resource",
)


def wants_a_person(html: bytes) -> bool:
    """Whether an HTML page is such a check and not the page that was asked for."""
    head = html[:_HEAD_BYTES]
    return bool(_TITLE.search(head)) or any(mark in head for mark in _MARKS)
