"""Pitchfork: the search page, and reviews in the markups that it has had. The reviews are invented."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from tests.stubs.answers import Answer, Asked, html_answer
from tests.stubs.service import Service

Markup = Literal["json_ld", "container", "plain"]


@dataclass(frozen=True, slots=True)
class StubReview:
    slug: str
    artist: str
    album: str
    paragraphs: tuple[str, ...]
    markup: Markup = "container"

    @property
    def path(self) -> str:
        return f"/reviews/albums/{self.slug}/"


REVIEWS: tuple[StubReview, ...] = (
    StubReview(
        "lever-bolts",
        "Lever",
        "Bolts",
        (
            "On their second record the Hull duo sound as if they had been locked in a boiler room.",
            "Whitlock's snare cracks like kindling, and her hi-hats drag just behind the beat on every verse.",
            "Hale sings of tide tables and bus lanes.",
        ),
        "json_ld",
    ),
    StubReview(
        "21877-lever-rivets",
        "Lever",
        "Rivets",
        (
            "Where Bolts was all iron, Rivets is all air.",
            "Whitlock plays brushes on half of the songs, and the drumming leaves more space than sound.",
        ),
    ),
    StubReview(
        "lever-brace-ep",
        "Lever",
        "Brace EP",
        (
            "Three songs, eleven minutes, and not a wasted one among them, which cannot be said of everyone this year.",
            "Dana Whitlock pushes the beat with a dry, linear pattern that never repeats in quite the same way.",
            "The record closes with a field recording of a ferry, and then with four minutes of nothing in particular.",
        ),
        "plain",
    ),
    StubReview(
        "genesis-box-of-trios",
        "Genesis",
        "A Box of Trios",
        (
            "The box gathers what the three of them recorded after the guitarist had gone, in an order of its own.",
            "Phil Collins plays the odd bars of 7/8 as if they were shuffles, with low toms and no crash cymbals.",
        ),
    ),
    StubReview(
        "j-dilla-crates",
        "J Dilla",
        "Crates",
        (
            "Thirty sketches, some shorter than a telephone message, all of them warmer than most finished records.",
            "Dilla's kick drums stumble behind the beat at 90 BPM while the hi-hats stay straight.",
        ),
        "json_ld",
    ),
    StubReview("leverage-profit", "Leverage", "Profit", ("Leverage's drummer plays a huge, gated snare at 140 BPM.",)),
    StubReview("iron-train-smoke", "Iron Train", "Smoke", ("The drummer of Iron Train plays a shuffle.",)),
)


class Pitchfork(Service):
    name = "pitchfork"
    robots = "User-agent: *\nDisallow: /account/\nAllow: /\n"
    changed = False  # another markup, without links to reviews

    def __init__(self, reviews: tuple[StubReview, ...] = REVIEWS) -> None:
        super().__init__()
        self.reviews = reviews

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/search"):
            return html_answer(self._search(asked.query.get("query", "")))
        for review in self.reviews:
            if asked.path == review.path:
                return html_answer(_page(review))
        return html_answer("<html><head><title>404</title></head><body>Not found</body></html>", 404)

    def _search(self, query: str) -> str:
        if self.changed:
            return '<html><body><div id="root"></div><script src="/app.js"></script></body></html>'
        # a loose search: whatever has the beginning of a word in common
        hits = [r for r in self.reviews if any(w.lower()[:4] in r.slug for w in query.split() if len(w) > 3)]
        if not hits:
            return f"<html><body><h1>Search</h1><p>No results for {query}</p></body></html>"
        links = "".join(
            f'<a class="SummaryItem-x7Yq" href="{r.path}?source=search"><h3>{r.album}</h3></a>' for r in hits
        )
        return f"<html><body><nav><a href='/reviews/albums/'>Reviews</a></nav><main>{links}</main></body></html>"


def _page(review: StubReview) -> str:
    head = f"<title>{review.artist}: {review.album} Album Review | Pitchfork</title>"
    paragraphs = "".join(f"<p>{text}</p>" for text in review.paragraphs)
    match review.markup:
        case "json_ld":
            data = {
                "@context": "http://schema.org",
                "@type": "Review",
                "reviewBody": "\n\n".join(review.paragraphs),
                "itemReviewed": {
                    "@type": "MusicRecording",
                    "name": review.album,
                    "byArtist": [{"name": review.artist}],
                },
            }
            head += f'<script type="application/ld+json">{json.dumps(data)}</script>'
            body = "<div id='app'></div>"
        case "container":
            body = (
                f'<p class="Rating-bkjebD gdXzWn">7.4</p><h1>{review.artist}</h1>'
                f'<div class="body__inner-container">{paragraphs}</div><aside><p>Other drums at 99 BPM.</p></aside>'
            )
        case "plain":
            body = f"<main><article><h1>{review.artist}: {review.album}</h1>{paragraphs}</article></main>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
