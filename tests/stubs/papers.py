"""The papers that the stubs know: invented ones, about artists and about what only shares their names."""

from __future__ import annotations

import re
from dataclasses import dataclass

ALL = ("semantic_scholar", "arxiv", "crossref")
S2_CROSSREF = ("semantic_scholar", "crossref")


@dataclass(frozen=True, slots=True)
class StubPaper:
    """`at`: the services that have it; `abstract_at`: those that have its abstract too."""

    number: int
    title: str
    abstract: str
    venue: str = ""
    year: int = 2018
    citations: int = 0
    fields: tuple[str, ...] = ("Art",)
    authors: tuple[str, ...] = ("A. Author", "B. Writer")
    at: tuple[str, ...] = S2_CROSSREF
    abstract_at: tuple[str, ...] = ALL

    @property
    def doi(self) -> str:
        return f"10.5555/stub.{self.number:04d}"


PAPERS: tuple[StubPaper, ...] = (
    StubPaper(
        1,
        "Metric displacement in the drumming of Tomas Haake",
        "We transcribe four songs by Meshuggah and show how the drummer Tomas Haake keeps a 4/4 cymbal over riffs of "
        "17 and 23 sixteenths. The songs have tempi between 85 and 127 BPM; the snare marks a half-time backbeat.",
        "Journal of Rhythm Studies",
        2012,
        87,
        at=ALL,
        abstract_at=("semantic_scholar", "arxiv"),
    ),
    StubPaper(
        2,
        "Polymeter and hypermeter in Meshuggah's music",
        "Meshuggah's riffs repeat in odd spans against a steady backbeat. An analysis of polyrhythm in extreme metal.",
        "Journal of Rhythm Studies",
        2007,
        140,
    ),
    StubPaper(
        3,
        "Microtiming and the unquantised beat: the grooves of J Dilla",
        "The beats of the hip-hop producer J Dilla combine straight and swung sixteenths. We measure snares that come "
        "20 ms early and kick drums behind the beat at around 92 BPM, and ask listeners how they move.",
        "Groove Research Letters",
        2019,
        53,
        at=ALL,
    ),
    StubPaper(
        4,
        "Swing ratios of sampled drum breaks in the beats of J. Dilla",
        "Sampled drum breaks and their swing, from twelve instrumental tracks by J. Dilla.",
        year=2021,
        citations=6,
        at=("arxiv",),
        fields=("cs.SD", "eess.AS"),
    ),
    StubPaper(
        5,
        "Odd metres and virtuosity: the Canadian rock band Rush",
        "The songs of Rush change their time signature often. We describe how the drummer Neil Peart marks 7/8 and 5/4 "
        "with ride patterns, and how ghost notes fill the space between.",
        "Popular Music Structures",
        2010,
        31,
    ),
    StubPaper(
        6,
        "Neil Peart's drum solos: form and quotation",
        "A study of the drum solos that the drummer of Rush played in concert, from swing to electronic drums.",
        "Popular Music Structures",
        2015,
        12,
    ),
    StubPaper(
        7,
        "Evacuation dynamics of a crowd in the evening rush",
        "Pedestrians in a rush push against a narrow exit. We simulate particles that rush to a door and find arches.",
        "Physica of Crowds",
        2006,
        910,
        fields=("Physics",),
        at=ALL,
    ),
    StubPaper(
        8,
        "Rush Hour Rhythms: Circadian Drumming of Urban Woodpeckers",
        "Woodpeckers near roads shift their drumming to hours before the traffic. Its rhythm was recorded at dawn.",
        "Urban Birds",
        2016,
        44,
        fields=("Biology",),
    ),
    StubPaper(
        9,
        "Rhythm, metre and form in the music of Tool",
        "The band Tool builds long songs on changing time signatures. Danny Carey, its drummer, plays polyrhythms over "
        "the guitarist's riffs; we analyse five tracks.",
        "Popular Music Structures",
        2017,
        22,
    ),
    StubPaper(
        10,
        "Tool wear in the machining of brake drums",
        "Tool wear is monitored by the vibration of the cutting tool. Rhythm-like patterns show in the spectra.",
        "Manufacturing Letters",
        2014,
        390,
        fields=("Engineering", "Materials Science"),
        at=ALL,
    ),
    StubPaper(
        11,
        "Tool Use and Drumming in Wild Chimpanzees",
        "Chimpanzees drum on tree roots. We relate drumming rhythm to tool use across communities of the species.",
        "Primates Today",
        2011,
        205,
        fields=("Biology",),
    ),
    StubPaper(
        12,
        "Gated drums: Phil Collins and the sound of a decade",
        "How the drummer and singer Phil Collins, with the band Genesis, came to the gated drum sound, and what the "
        "drum machine patterns of his songs took from his playing.",
        "Record Production Review",
        2013,
        18,
    ),
    StubPaper(
        13,
        "Genesis of drumlins under a fast ice stream",
        "The genesis of drumlins is traced in sediments. A rhythm of retreat and advance is found in the soil.",
        "Glacial Landforms",
        2009,
        260,
        fields=("Geology",),
    ),
    StubPaper(
        14,
        "Tony Allen and the invention of Afrobeat drumming",
        "With Fela Kuti the drummer Tony Allen combined highlife, jazz and funk. We transcribe his hi-hat, the open "
        "bass drum figures and the ghost notes on the snare in eight recordings at 100 to 120 BPM.",
        "Journal of Rhythm Studies",
        2016,
        27,
        at=ALL,
    ),
    StubPaper(
        15,
        "John Bonham's triplets: foot and hand in the drumming of Led Zeppelin",
        "Bass drum triplets, the half-time shuffle and a heavy backbeat behind the beat: how John Bonham played.",
        "Popular Music Structures",
        2014,
        35,
    ),
    StubPaper(
        16,
        "Questlove and the quantised human: playing like a drum machine",
        "The drummer Questlove of The Roots describes how he unlearned regular time for an album. We compare his "
        "microtiming with J Dilla's programmed beats.",
        "Groove Research Letters",
        2020,
        15,
    ),
    StubPaper(
        17,
        "Timbre and breakbeats in the music of Radiohead",
        "Phil Selway, Radiohead's drummer, doubles drum machine patterns in live performances of electronic songs.",
        "Popular Music Structures",
        2011,
        29,
    ),
    StubPaper(
        18,
        "Ringo Sheena and the rhythm section: drums in 椎名林檎's early albums",
        "The albums of 椎名林檎 (Ringo Sheena) mix jazz and rock. We describe the drumming and the drum sound.",
        "Asian Popular Music",
        2018,
        4,
    ),
    StubPaper(
        19,
        "Queen pheromone and the rhythm of brood care in the honey bee",
        "The queen regulates workers. A circadian rhythm of drumming signals was found in the colony.",
        "Insect Signals",
        2008,
        330,
        fields=("Biology",),
        at=ALL,
    ),
    StubPaper(
        20,
        "Neutrino mass from a muse of models",
        "We take a muse of field theories and derive neutrino masses at the collider.",
        "High Energy Musings",
        2003,
        77,
        fields=("hep-ph",),
        at=("arxiv",),
    ),
)


def search(service: str, query: str, papers: tuple[StubPaper, ...] = PAPERS) -> list[StubPaper]:
    """The service's papers that have most words of the query, best first, as a loose search gives them."""
    words = set(re.findall(r"\w+", query.lower())) - {"and", "or", "all"}
    scored = [
        (len(words & set(re.findall(r"\w+", f"{paper.title} {paper.abstract}".lower()))), paper)
        for paper in papers
        if service in paper.at
    ]
    return [paper for score, paper in sorted(scored, key=lambda item: -item[0]) if score > 0]
