"""Rolling Stone: the RSS feed, articles, and the list of drummers. The texts are invented."""

from __future__ import annotations

from tests.stubs.answers import Answer, Asked, html_answer
from tests.stubs.service import Service

_ARTICLE = """<!DOCTYPE html><html><head><title>{title} – Rolling Stone</title></head><body><header>Menu</header>
<main><article><h1 class="l-article-header__row--title">{title}</h1>
<div class="l-article-content">{body}</div></article>
</main><footer>Newsletter</footer></body></html>"""

ARTICLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "/music/music-news/lever-tour-1234/": (
        "Lever and Iron Train Announce a Joint Tour",
        (
            "Lever will play twelve cities in the autumn, together with their old friends Iron Train from Leeds.",
            "Whitlock has replaced her old kit with a 1966 Ludwig set, and plays its bass drum without damping.",
            "Iron Train's drummer plays a double-kick kit at tempos of 200 BPM and more, and breaks pedals.",
        ),
    ),
    "/music/music-lists/100-greatest-drummers-of-all-time-77933/": (
        "100 Greatest Drummers of All Time",
        (
            "Otis Grady feathered the bass drum so lightly that nobody heard it, and everybody danced to it.",
            "John Bonham played behind the beat with a bass drum that nobody has recorded as large since.",
            "Phil Rudd of AC/DC plays less than any drummer on this list, and every bar of it swings a little.",
            "Sid Barlow used temple blocks and a foot cymbal, and his press rolls made him famous in vaudeville.",
            "With a shuffle that was wider than anybody's, he played the snare at 96 BPM with brushes in both hands.",
        ),
    ),
}
_ITEM = "<item><title>{title}</title><link>{link}</link><description><![CDATA[<p>{text}</p>]]></description></item>"


class RollingStone(Service):
    name = "rolling_stone"
    robots = "User-agent: *\nAllow: /\n"
    bomb = False  # a feed with nested entities

    def answer(self, asked: Asked) -> Answer:
        if asked.path.endswith("/feed/"):
            return Answer(self._feed(asked).encode(), content_type="application/rss+xml; charset=UTF-8")
        if asked.path in ARTICLES:
            title, paragraphs = ARTICLES[asked.path]
            body = "".join(f"<p>{text}</p>" for text in paragraphs)
            return html_answer(_ARTICLE.format(title=title, body=body))
        return html_answer("<html><body>Not found</body></html>", 404)

    def _feed(self, asked: Asked) -> str:
        prolog = '<?xml version="1.0" encoding="UTF-8"?>'
        if self.bomb:
            layers = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
            prolog += f'<!DOCTYPE rss [<!ENTITY a0 "drum">{layers}]>'
        first = "&a11;" if self.bomb else "Festival Season Begins"
        items = [_ITEM.format(title=first, link=f"{self.root}/x/", text="Tickets are on sale.")]
        if "paged" not in asked.query:
            path = next(iter(ARTICLES))
            items.append(_ITEM.format(title=ARTICLES[path][0], link=f"{self.root}{path}", text="Twelve cities."))
            elsewhere = "http://elsewhere.example/lever"
            items.append(_ITEM.format(title="Lever on Another Site", link=elsewhere, text="A link that leads away."))
        return f'{prolog}<rss version="2.0"><channel><title>Rolling Stone</title>{"".join(items)}</channel></rss>'
