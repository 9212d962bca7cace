"""What the user sees and touches, once for both faces: the strip in Live's device view and the floating window.

Places are [x, y, width, height] in pixels; of the strip with the page, 0 for what is on every page. The names are
those that the script uses (src/device/state.js).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ableton.builder.patch import Rect

Kind = Literal["text", "number", "menu", "toggle", "button", "list", "tab", "progress", "label", "line"]
Visible = Literal[0, 1, 2]  # Live's parameter_invisible: automated and stored, stored alone, hidden
AUTOMATED: Final = 0
STORED: Final = 1
HIDDEN: Final = 2

WIDTH, HEIGHT = 400, 169
WINDOW: Final = (375, 600)
PAGES: Final = ("Groove", "Feel", "Artist", "Clip", "Setup")
DRUM_MAPS: Final = (
    "gm", "ableton", "roland_td", "superior_drummer", "addictive_drums_2", "bfd", "steven_slate", "xg", "gs",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Control:
    """`title` is its long name in Live, which never changes once released; `short` names the automation lane."""

    name: str
    kind: Kind
    title: str
    page: int
    strip: Rect | None
    wide: Rect | None
    info: str = ""
    short: str = ""
    text: str = ""  # what stands on it
    low: float = 0
    high: float = 1
    begins: float | str = 0
    unit: int = 0  # Live's parameter_unitstyle
    choices: tuple[str, ...] = ()
    visible: Visible = AUTOMATED
    is_whole: bool = True


# columns of a page of the strip: label and field, twice
_A, _B, _FA, _FB = 152, 276, 204, 328
_ROW = (28, 50, 72, 94, 116, 138)
_HALF, _FIELD, _LABEL = 116, 64, 50


def _field(x: int, row: int, width: int = _FIELD) -> Rect:
    return (x, _ROW[row], width, 16)


def _label(text: str, page: int, strip: Rect | None, wide: Rect | None) -> Control:
    return Control("", "label", text, page, strip, wide, text=text)


_W = {"a": 10, "fa": 74, "b": 195, "fb": 259}  # columns of the window


def _wide(column: str, y: int, width: int | None = None) -> Rect:
    return (_W[column], y, width or (106 if column.startswith("f") else 170), 18)


def _wide_label(column: str, y: int) -> Rect:
    return (_W[column], y + 1, 60, 16)


ALWAYS: Final = (
    Control("version", "line", "Version", 0, (8, 6, 96, 14), None, text="MidiDrumiGen"),
    Control(
        "open_window", "button", "Open Window", 0, (108, 6, 36, 14), None, text="Wide", visible=HIDDEN,
        info="Open the wide layout in a floating window.",
    ),
    Control(
        "artist", "text", "Artist", 0, (8, 24, 136, 18), (10, 10, 355, 22), begins="", visible=STORED,
        info="The name of any artist or band; Return looks the name up.",
    ),
    Control(
        "matches", "list", "Known Artists", 0, (8, 46, 136, 18), (10, 36, 355, 18),
        info="Known artists with what is typed in their name; where several share a name, the choice between them.",
    ),
    Control(
        "generate", "button", "Generate", 0, (8, 68, 90, 24), (10, 58, 254, 30), text="Generate", short="Generate",
        info="Ask for clips in the artist's style and put them into the track's empty slots. Can be mapped.",
    ),
    Control(
        "cancel", "button", "Cancel", 0, (102, 68, 42, 24), (270, 58, 95, 30), text="Cancel", visible=HIDDEN,
        info="Give up what goes on; nothing more is written.",
    ),
    Control("progress", "progress", "Progress", 0, (8, 96, 136, 6), (10, 92, 355, 8)),
    Control("status", "line", "Status", 0, (8, 106, 136, 57), (10, 104, 355, 46), text="Starting"),
    Control(
        "page", "tab", "Page", 0, (152, 6, 240, 16), None, choices=PAGES, high=len(PAGES) - 1, visible=STORED,
        info="Which controls the strip shows.",
    ),
)  # fmt: skip

GROOVE: Final = (
    _label("Bars", 1, (_A, _ROW[0], _LABEL, 16), _wide_label("a", 156)),
    Control(
        "bars", "number", "Bars", 1, _field(_FA, 0), _wide("fa", 156), low=1, high=16, begins=4, short="Bars",
        info="The length of each clip in bars of the set's metre.",
    ),
    _label("Clips", 1, (_B, _ROW[0], _LABEL, 16), _wide_label("b", 156)),
    Control(
        "variations", "number", "Variations", 1, _field(_FB, 0), _wide("fb", 156), low=1, high=8, begins=4,
        short="Clips", info="How many clips are made, each another variation.",
    ),
    _label("Section", 1, (_A, _ROW[1], _LABEL, 16), _wide_label("a", 178)),
    Control(
        "section", "menu", "Section", 1, _field(_FA, 1), _wide("fa", 178),
        choices=("Groove", "Fill", "Intro", "Outro"), high=3, short="Section", info="What part of a song is played.",
    ),
    _label("Density", 1, (_B, _ROW[1], _LABEL, 16), _wide_label("b", 178)),
    Control(
        "density", "number", "Density", 1, _field(_FB, 1), _wide("fb", 178), low=-100, high=100, unit=5,
        short="Density", info="Sparser or busier than the artist plays; 0 leaves it.",
    ),
    Control(
        "follow", "toggle", "Follow Tempo", 1, _field(_A, 2, _HALF), _wide("a", 200), text="Tempo of the set", begins=1,
        short="Follow", info="Play at the tempo of the set; off: at the tempo beside it.",
    ),
    _label("Tempo", 1, (_B, _ROW[2], _LABEL, 16), _wide_label("b", 200)),
    Control(
        "tempo", "number", "Tempo", 1, _field(_FB, 2), _wide("fb", 200), low=20, high=999, begins=120,
        is_whole=False, short="Tempo", info="The tempo to play at when the set's is not followed, in BPM.",
    ),
    _label("Seed", 1, (_A, _ROW[3], _LABEL, 16), _wide_label("a", 222)),
    Control(
        "seed", "number", "Seed", 1, _field(_FA, 3), _wide("fa", 222), low=0, high=65535, is_whole=False,
        visible=STORED, info="The same seed and settings give the same clips.",
    ),
    Control(
        "seed_lock", "toggle", "Lock Seed", 1, _field(_B, 3, _HALF), _wide("b", 222), text="Keep this seed",
        short="Lock Seed", info="Use this seed again; off: each time another one.",
    ),
    Control(
        "audition", "toggle", "Audition", 1, _field(_A, 4, _HALF), _wide("a", 244), text="Play the first",
        visible=STORED, info="Launch the first new clip when the transport runs.",
    ),
    Control(
        "arrangement", "toggle", "To Arrangement", 1, _field(_B, 4, _HALF), _wide("b", 244), text="Arrangement",
        visible=STORED, info="Put clips into a free place of the Arrangement (Live 12.2 or later).",
    ),
    Control("setline", "line", "Tempo and Metre", 1, (152, 140, 240, 16), (10, 267, 355, 16)),
)  # fmt: skip

FEEL: Final = (
    _label("Timing", 2, (_A, _ROW[0], _LABEL, 16), _wide_label("a", 286)),
    Control(
        "timing", "number", "Timing Amount", 2, _field(_FA, 0), _wide("fa", 286), high=100, begins=100, unit=5,
        short="Timing", info="How much of the artist's micro-timing is played.",
    ),
    _label("Touch", 2, (_B, _ROW[0], _LABEL, 16), _wide_label("b", 286)),
    Control(
        "touch", "number", "Velocity Amount", 2, _field(_FB, 0), _wide("fb", 286), high=100, begins=100, unit=5,
        short="Touch", info="How much of the artist's dynamics is played.",
    ),
    Control(
        "swinging", "toggle", "Set Swing", 2, _field(_A, 1, _HALF), _wide("a", 308), text="Swing of my own",
        short="Set Swing", info="Swing as set beside it; off: as the artist swings.",
    ),
    _label("Swing", 2, (_B, _ROW[1], _LABEL, 16), _wide_label("b", 308)),
    Control(
        "swing", "number", "Swing", 2, _field(_FB, 1), _wide("fb", 308), low=50, high=75, begins=58, unit=5,
        short="Swing", info="The share of the long note of a pair: 50 is straight, 67 a triplet.",
    ),
    _label("Swings", 2, (_A, _ROW[2], _LABEL, 16), _wide_label("a", 330)),
    Control(
        "swing_of", "menu", "Swing Of", 2, _field(_FA, 2), _wide("fa", 330),
        choices=("As played", "8ths", "16ths"), high=2, short="Swing Of", info="Which notes swing.",
    ),
    _label("Beat", 2, (_B, _ROW[2], _LABEL, 16), _wide_label("b", 330)),
    Control(
        "feel", "menu", "Feel", 2, _field(_FB, 2), _wide("fb", 330),
        choices=("As played", "Straight", "Swung", "Triplet"), high=3, short="Feel",
        info="How the beat is divided.",
    ),
    _label("Off beat", 2, (_A, _ROW[3], _LABEL, 16), _wide_label("a", 352)),
    Control(
        "syncopation", "number", "Syncopation", 2, _field(_FA, 3), _wide("fa", 352), low=-100, high=100, unit=5,
        short="Off Beat", info="More on the beats or more off them than the artist plays; 0 leaves it.",
    ),
)  # fmt: skip

ARTIST: Final = (
    Control("profile", "line", "Profile", 3, (152, 26, 240, 50), (10, 376, 355, 50)),
    _label("Style", 3, (_A, 80, _LABEL, 16), _wide_label("a", 430)),
    Control(
        "style", "text", "Style", 3, (_FA, 80, 92, 16), _wide("fa", 430), begins="", visible=STORED,
        info="One of the artist's styles; empty: all of them.",
    ),
    Control(
        "styles", "list", "Styles", 3, (300, 80, 92, 16), _wide("b", 430), info="The artist's styles to choose from.",
    ),
    _label("Similar", 3, (_A, 101, _LABEL, 16), _wide_label("a", 452)),
    Control(
        "similar", "list", "Similar Artists", 3, (_FA, 101, 188, 16), _wide("fa", 452, 291),
        info="Who plays alike; choosing one takes the name.",
    ),
    _label("Blend", 3, (_A, 122, _LABEL, 16), _wide_label("a", 474)),
    Control(
        "blend", "text", "Blend With", 3, (_FA, 122, 120, 16), _wide("fa", 474, 114), begins="", visible=STORED,
        info="Another artist to mix in; empty: none.",
    ),
    Control(
        "blend_amount", "number", "Blend Amount", 3, (328, 122, 64, 16), (195, 474, 60, 18), high=100, begins=50,
        unit=5, visible=STORED, info="The other artist's share.",
    ),
    Control(
        "augment", "button", "Augment", 3, (152, 144, 116, 18), (259, 474, 106, 18), text="Augment", visible=HIDDEN,
        info="Look for more of every source about this artist.",
    ),
)  # fmt: skip

# name, title, place and width in the strip
_KEPT = (
    ("kick", "Kick", 152, 40),
    ("snare", "Snare", 196, 46),
    ("hats", "Hats", 246, 40),
    ("cymbals", "Cymbals", 290, 58),
    ("toms", "Toms", 352, 40),
)
CLIP: Final = (
    _label("Keep of the highlighted clip:", 4, (152, 28, 240, 16), (10, 498, 355, 16)),
    *(
        Control(
            f"keep_{name}", "toggle", f"Keep {title}", 4, (x, 48, width, 18), (10 + 72 * n, 516, 67, 18),
            text=title, short=f"Keep {title}",
            info=f"Generate leaves the {title.lower()} as in the highlighted clip and plays the rest anew.",
        )
        for n, (name, title, x, width) in enumerate(_KEPT)
    ),
    Control(
        "humanise", "button", "Humanise", 4, (152, 78, 116, 20), _wide("a", 542), text="Humanise it", visible=HIDDEN,
        info="Play the highlighted clip in the artist's touch, into a new slot; without a name: as people play.",
    ),
    Control(
        "accents", "toggle", "Keep Accents", 4, (276, 78, 116, 20), _wide("b", 542), text="Keep accents",
        visible=STORED, info="Humanise leaves the clip's accents as loud as they are.",
    ),
    _label("Form", 4, (_A, 112, _LABEL, 16), _wide_label("a", 570)),
    Control(
        "form", "text", "Song Form", 4, (_FA, 110, 188, 18), _wide("fa", 570, 180), begins="default",
        visible=STORED, info="The form of a song, like: intro 4, verse 8, chorus 8, outro 4.",
    ),
    Control(
        "song", "button", "Song", 4, (152, 136, 116, 20), (259, 570, 106, 18), text="Song to scenes",
        visible=HIDDEN, info="Play a whole song by its form into consecutive scenes.",
    ),
)  # fmt: skip

SETUP: Final = (
    _label("Host", 5, (_A, _ROW[0], _LABEL, 16), None),
    Control(
        "host", "text", "Host", 5, (_FA, _ROW[0], 92, 16), None, begins="127.0.0.1", visible=STORED,
        info="Where the backend runs: 127.0.0.1 is this machine.",
    ),
    _label("Port", 5, (300, _ROW[0], 28, 16), None),
    Control(
        "port", "number", "Port", 5, _field(_FB, 0), None, low=1, high=65535, begins=8711, is_whole=False,
        visible=STORED, info="The backend's port.",
    ),
    _label("Key", 5, (_A, _ROW[1], _LABEL, 16), None),
    Control(
        "key", "text", "API Key", 5, (_FA, _ROW[1], 188, 16), None, begins="", visible=STORED,
        info="The backend's key, where it asks for one. It is stored in the set.",
    ),
    _label("Player", 5, (_A, _ROW[2], _LABEL, 16), None),
    Control(
        "provider", "menu", "Provider", 5, _field(_FA, 2), None, high=5, visible=STORED,
        choices=("Auto", "Template", "Anthropic", "Google", "OpenAI", "Local"),
        info="Who writes the clips: the artist's own grooves, or a language model that the backend has.",
    ),
    _label("Line", 5, (_B, _ROW[2], _LABEL, 16), None),
    Control(
        "transport", "menu", "Transport", 5, _field(_FB, 2), None, choices=("Auto", "maxurl", "node"), high=2,
        visible=STORED, info="How requests go: auto tries maxurl first, then node.script.",
    ),
    _label("Drums", 5, (_A, _ROW[3], _LABEL, 16), None),
    Control(
        "drum_map", "menu", "Drum Map", 5, _field(_FA, 3), None, choices=DRUM_MAPS, high=len(DRUM_MAPS) - 1,
        visible=STORED, info="Which note is which drum in your instrument.",
    ),
    Control(
        "open_page", "button", "Open Page", 5, _field(_B, 3, _HALF), None, text="Open in browser", visible=HIDDEN,
        info="Open the backend's page in the browser.",
    ),
    Control(
        "selftest", "button", "Self-Test", 5, _field(_A, 4, _HALF), None, text="Self-test", visible=HIDDEN,
        info="Is the script ready, does the backend answer, is the own track found?",
    ),
    Control(
        "restart", "button", "Restart", 5, _field(_B, 4, _HALF), None, text="Restart", visible=HIDDEN,
        info="Start the line to the backend anew.",
    ),
    Control("selfline", "line", "Result of the Self-Test", 5, (152, 136, 240, 29), None),
)  # fmt: skip

CONTROLS: Final = (*ALWAYS, *GROOVE, *FEEL, *ARTIST, *CLIP, *SETUP)
# the first parameter bank of a control surface
BANK: Final = ("generate", "bars", "variations", "density", "syncopation", "swing", "timing", "touch")
