"""Labelled sentences in the manner of encyclopaedias, reviews and interviews; artists and facts are invented.

One part is for fitting, the other only for measuring. The label is the kind of statement about the drumming
of the artist, or 0. `before` is the sentence that stands before, where it matters of whom "he" speaks.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mdg_pipeline.analyse.text import Subject

SUBJECTS = {
    "kings": Subject(("The Tallow Kings",), ("Marlow Fenn",)),
    "ashgrove": Subject(("Ashgrove",), ("Ines Carvalho",)),
    "grady": Subject(("Otis Grady",), ("Otis Grady",)),
    "quill": Subject(("DJ Quill",), ()),
    "meridian": Subject(("Iron Meridian",), ("Kjell Aune",)),
    "lever": Subject(("Lever",), ("Dana Whitlock",)),
    "wexford": Subject(("Wexford Avenue",), ("Colm Brady",)),
    "okafor": Subject(("Emeka Okafor",), ("Emeka Okafor",)),
    "sonder": Subject(("Sonder",), ("Mikaela Ruiz",)),
    "nightjar": Subject(("The Nightjars",), ("Lena Forsyth",)),
    "castellanos": Subject(("Rubén Castellanos",), ("Rubén Castellanos",)),
    "halloway": Subject(("Halloway",), ("Dez Whitaker",)),
    "paragon": Subject(("Paragon Street", "Paragon St."), ("Björn Åkesson", "Lou Delacroix")),
    "sato": Subject(("Haruka Satō", "佐藤春香"), ("Haruka Satō",)),
    "gravel": Subject(("Gravel & Sons",), ("Terrence “Tiny” Boyd",)),
    "harbour": Subject(("Harbour Lights",), ("Pete Sandoe", "Mavis Okoro")),
    "terns": Subject(("The Arctic Terns",), ("Josie Alvarado",)),
    "adebayo": Subject(("Tolu Adebayo",), ("Tolu Adebayo",)),
    "vane": Subject(("Cassia Vane",), ("Rob Thornley",)),
    "opal": Subject(("Opal Circuit",), ()),
    "calder": Subject(("The Calder Method",), ("Nick Osei",)),
    "brandt": Subject(("Willie Brandt",), ("Willie Brandt",)),
    "parish": Subject(("Velvet Parish",), ("Tommy Hale",)),
}


@dataclass(frozen=True, slots=True)
class Labelled:
    subject: Subject
    label: str
    sentence: str
    before: str

    @property
    def about(self) -> bool:
        return self.label != "0"


def load(half: Literal["fit", "held_out", "blind"]) -> list[Labelled]:
    path = Path(__file__).with_name(f"sentences_{half}.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Labelled(SUBJECTS[r["subject"]], r["label"], r["sentence"], r["before"] or "") for r in rows]
