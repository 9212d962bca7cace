"""Style names as people write them in file names, folders and headers -> one name a style."""

from __future__ import annotations

import re

# canonical name -> other spellings; where two match, the one that stands first in the text wins
_STYLES: dict[str, tuple[str, ...]] = {
    "afrobeat": (),
    "afrocuban": ("afro cuban", "mambo", "cha cha", "songo", "bembe", "salsa", "rumba", "rhumba"),
    "blues": (),
    "bossa nova": ("bossa", "bossanova"),
    "breakbeat": ("breakbeats",),
    "country": ("train beat",),
    "dance": (),
    "disco": (),
    "drum and bass": ("drum n bass", "dnb", "jungle"),
    "funk": (),
    "gospel": (),
    "hip-hop": ("hiphop", "hip hop", "boom bap", "rap"),
    "house": (),
    "indie": (),
    "jazz": ("swing", "bebop"),
    "latin": (),
    "highlife": (),
    "march": (),
    "metal": ("thrash",),
    "middle eastern": ("middleeastern",),
    "motown": (),
    "new orleans": ("neworleans", "second line", "secondline"),
    "pop": (),
    "punk": (),
    "r&b": ("rnb", "r and b"),
    "reggae": ("one drop", "rockers", "steppers", "dub"),
    "rock": ("hard rock",),
    "rockabilly": (),
    "samba": (),
    "shuffle": (),
    "ska": (),
    "soul": (),
    "techno": (),
    "trap": (),
    "uk garage": ("2 step garage",),
}


def fold(text: str) -> str:
    """Lower case, words of letters, digits and & parted by single spaces."""
    return re.sub(r"[^a-z0-9&]+", " ", text.lower()).strip()


_LOOKUP = {fold(spelling): style for style, more in _STYLES.items() for spelling in (style, *more)}
_PATTERN = re.compile(
    r"(?<![a-z])("
    + "|".join(re.escape(name) for name in sorted(_LOOKUP, key=len, reverse=True))
    + r")(?![a-z])(?! drum)"
)


def style_of(text: str) -> str | None:
    """The first style that a file name or a header names; None when it names none."""
    found = _PATTERN.search(fold(text))
    return _LOOKUP[found.group(1)] if found else None


def without_styles(folded: str) -> str:
    """A folded text less every style that it names."""
    return _PATTERN.sub(" ", folded)


def styles_in(text: str) -> list[str]:
    """Every style that a text names, each once, in order."""
    return list(dict.fromkeys(_LOOKUP[name] for name in _PATTERN.findall(fold(text))))
