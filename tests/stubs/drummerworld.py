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
    "John_Bonham": (
        "John Bonham",
        (
            "John Bonham grew up in the Midlands and taught himself on coffee tins before he owned a kit.",
            "Bonham played sixteenth-note triplets between his hands and one bass drum pedal, and tuned his kit high.",
            "His backbeat sat behind the beat even at 72 BPM, with ghost notes on the snare drum in between.",
        ),
    ),
    "Tommy_Lee": (
        "Tommy Lee",
        (
            "Tommy Lee joined Mötley Crüe at the beginning and stayed for most of the band's life.",
            "Lee plays double bass drum runs under straight eighths, and hits the snare with the butt of the stick.",
        ),
    ),
    "Phil_Rudd": (
        "Phil Rudd",
        (
            "Phil Rudd came from Melbourne and joined AC/DC in 1975, before the band left for London.",
            "Rudd plays a straight four with hardly a fill, the snare a little behind the beat on two and four.",
        ),
    ),
    "Butch_Trucks": (
        "Butch Trucks",
        (
            "Butch Trucks was one of the two drummers of the Allman Brothers Band from its first rehearsal.",
            "Trucks drove the shuffles with a heavy backbeat, while Jaimoe added accents and ghost notes around him.",
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
