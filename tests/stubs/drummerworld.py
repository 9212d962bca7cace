"""Drummerworld: a page a drummer, in markup of the nineties. The texts are invented."""

from __future__ import annotations

from tests.stubs.answers import Answer, Asked, html_answer
from tests.stubs.service import Service

_PAGE = """<HTML><HEAD><TITLE>Drummerworld: {name}</TITLE></HEAD><BODY BGCOLOR=#000000><CENTER><TABLE><TR><TD>
<FONT SIZE=5>{name}</FONT></TD></TR></TABLE></CENTER><DIV>{body}</DIV>
<A HREF="../index.html">back to Drummerworld</A></BODY></HTML>"""

DRUMMERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Dana_Whitlock": (
        "Dana Whitlock",
        (
            "Dana Whitlock was born in Hull in 1984 and formed Lever together with the guitarist Jo Hale in 2008.",
            "She plays with matched grip and keeps swung sixteenths on the hi-hat, with ghost notes between backbeats.",
            "Dana endorses Sabian cymbals and has recorded two of the band's albums on a borrowed Rogers kit.",
        ),
    ),
    "Otis_Grady": (
        "Otis Grady",
        (
            "Otis Grady came from Philadelphia and was one of the most sought-after jazz drummers of his generation.",
            "Grady feathered the bass drum on all four beats and played the ride cymbal with his fingers alone.",
        ),
    ),
}


class Drummerworld(Service):
    name = "drummerworld"

    def answer(self, asked: Asked) -> Answer:
        key = asked.path.removeprefix("/drummers/").removesuffix(".html")
        if key not in DRUMMERS:
            return html_answer("<HTML><BODY>404 Not Found</BODY></HTML>", 404)
        name, paragraphs = DRUMMERS[key]
        return html_answer(_PAGE.format(name=name, body="".join(f"<P>{text}</P>" for text in paragraphs)))
