"""The .grid file: several grooves in one text file that a drummer can write and read.

What belongs here: the file around the grooves. The steps themselves are `mdg_core.stepgrid`'s.

    # Anything after a # at the start of a line, or after the steps of a lane, is a comment.
    style: funk                       header: holds for every groove of the file
    tempo: 104

    [Two-bar pocket]                  a groove starts with its title in square brackets
    role: groove                      its own lines take the place of the header's
    swing: 56 sixteenths
        1...2...3...4...|1...2...3...4...       a count line, for the eye only
    CH  6.5.6.5.6.5.6.5.|6.5.6.5.6.5.6.8.
    SN  ....8..2.2..8...|....8..2.2..8..2
    BD  8.......7.7.....|8..7....7.7.....

A line is one of these, whatever its indent:

    [title]      starts a groove
    key: value   role    groove, fill, intro or outro (groove when not given)
                 tempo   quarter notes a minute, 20-999
                 metre   a time signature (4/4 when not given)
                 grid    steps in a quarter note, 1-12: 4 sixteenths, 3 triplets, 6 sextuplets (4 when not given)
                 swing   percent of the long note of a pair, 50-80, and which pair: "58 sixteenths",
                         or both: "60 eighths, 54 sixteenths"; the steps are then written straight.
                         A shuffle written out on a triplet grid needs no swing. A drum that swings
                         otherwise stands before its own: "52 sixteenths, BD 60 sixteenths"
                 lag     milliseconds by which drums fall behind the swung grid, -60 to 60, before it
                         where negative: "SN 14 ms, BD -8 ms". A number without a drum is that of all
                         drums not named: "5 ms, BD -8 ms"; where there is none, they are on the grid.
                 style, source   free text
                 tags    words parted by commas
    VOICE steps  a lane: a voice, then its steps (`mdg_core.stepgrid`); all lanes of a groove are of one length
    1 e + a ...  a line that starts with the digit 1 counts the steps and is not read

A voice is its name in `mdg_core.kit` or two letters, in either case:

    BD KD kick         SN SD snare        SS side_stick      CP clap
    CH HH closed_hat   OH open_hat        PH pedal_hat
    FT floor_tom       MT mid_tom         HT high_tom
    RD ride            RB ride_bell       CR crash           CN china         SP splash
    CB cowbell         TB tambourine      SH shaker

    HB high_bongo      LB low_bongo       MC mute_conga      HC high_conga     LC low_conga
    TH high_timbale    TL low_timbale     HA high_agogo      LA low_agogo      CL claves
    HW high_wood_block LW low_wood_block  GU guiro           CU cuica          TR triangle
    WH whistle         VS vibraslap
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn, get_args

from mdg_core import bounds
from mdg_core.errors import MdgError
from mdg_core.kit import Voice
from mdg_core.pattern import Metre, Pattern
from mdg_core.profile import Role
from mdg_core.stepgrid import REST, count_line, lanes_of, parse_grid

MAX_CHARACTERS = 1_000_000
MAX_GROOVES = 500
MAX_BARS = 64
MIN_TEMPO, MAX_TEMPO = bounds.TEMPO
MIN_SWING, MAX_SWING = 50.0, 80.0
MAX_STEPS_PER_QUARTER = 12
MAX_LAG = 60.0  # ms: what is farther off is heard as another step

# the first of a voice is the one that `format_gridfile` writes
ABBREVIATIONS: dict[Voice, tuple[str, ...]] = {
    Voice.KICK: ("BD", "KD"),
    Voice.SNARE: ("SN", "SD"),
    Voice.SIDE_STICK: ("SS",),
    Voice.CLAP: ("CP",),
    Voice.CLOSED_HAT: ("CH", "HH"),
    Voice.OPEN_HAT: ("OH",),
    Voice.PEDAL_HAT: ("PH",),
    Voice.FLOOR_TOM: ("FT",),
    Voice.MID_TOM: ("MT",),
    Voice.HIGH_TOM: ("HT",),
    Voice.RIDE: ("RD",),
    Voice.RIDE_BELL: ("RB",),
    Voice.CRASH: ("CR",),
    Voice.CHINA: ("CN",),
    Voice.SPLASH: ("SP",),
    Voice.COWBELL: ("CB",),
    Voice.TAMBOURINE: ("TB",),
    Voice.SHAKER: ("SH",),
    Voice.HIGH_BONGO: ("HB",),
    Voice.LOW_BONGO: ("LB",),
    Voice.MUTE_CONGA: ("MC",),
    Voice.HIGH_CONGA: ("HC",),
    Voice.LOW_CONGA: ("LC",),
    Voice.HIGH_TIMBALE: ("TH",),
    Voice.LOW_TIMBALE: ("TL",),
    Voice.HIGH_AGOGO: ("HA",),
    Voice.LOW_AGOGO: ("LA",),
    Voice.HIGH_WOOD_BLOCK: ("HW",),
    Voice.LOW_WOOD_BLOCK: ("LW",),
    Voice.CLAVES: ("CL",),
    Voice.GUIRO: ("GU",),
    Voice.CUICA: ("CU",),
    Voice.TRIANGLE: ("TR",),
    Voice.WHISTLE: ("WH",),
    Voice.VIBRASLAP: ("VS",),
}
_VOICES = {short: voice for voice, shorts in ABBREVIATIONS.items() for short in shorts} | {
    voice.value.upper(): voice for voice in Voice
}
_ROLES: dict[str, Role] = {role: role for role in get_args(Role)}
_KEYS = ("role", "style", "tempo", "metre", "grid", "swing", "lag", "tags", "source")

_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_TITLE = re.compile(r"\[(.*)\]")
_KEY = re.compile(r"([A-Za-z]+)\s*:(.*)")
_LANE = re.compile(r"([A-Za-z_]+)[ \t|](.*)")
_TEMPO = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?)(?:\s*bpm)?", re.IGNORECASE)
_NUMBER_OF = r"(?:(?P<voice>[a-z_]+)\s+)?(?P<value>[+-]?[0-9]{1,3}(?:\.[0-9]+)?)"
# of each key: its parts, their range, and what to write
_TIMING_KEYS = {
    "swing": (
        re.compile(rf"{_NUMBER_OF}\s*%?\s+(?P<of>eighths|sixteenths)"),
        MIN_SWING,
        MAX_SWING,
        f"a percent, {MIN_SWING:g}-{MAX_SWING:g}, and its level, each once, like '58 sixteenths' or 'BD 60 sixteenths'",
    ),
    "lag": (
        re.compile(rf"{_NUMBER_OF}\s*(?P<of>ms)"),
        -MAX_LAG,
        MAX_LAG,
        f"milliseconds, -{MAX_LAG:g} to {MAX_LAG:g}, each drum once, like 'SN 12 ms, BD -8 ms'",
    ),
}


class GridFileError(MdgError):
    """A .grid file that cannot be read: the message names the line and what to write there."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


@dataclass(frozen=True, slots=True)
class LaneTiming:
    """What a groove says of one voice alone: lag in ms, late positive, swing in percent; None where not given."""

    lag_ms: float | None = None
    swing_eighths: float | None = None
    swing_sixteenths: float | None = None


@dataclass(frozen=True, slots=True)
class GridGroove:
    """One groove of a .grid file: `tempo` in quarter notes a minute, swing in percent, None where not given.

    `lag_ms` and the swings are those of all voices that `lanes` does not name otherwise; `lanes` holds voices that
    play.
    """

    title: str
    pattern: Pattern
    role: Role = "groove"
    style: str = ""
    tempo: float | None = None
    swing_eighths: float | None = None
    swing_sixteenths: float | None = None
    tags: tuple[str, ...] = ()
    source: str = ""
    lag_ms: float | None = None
    lanes: Mapping[Voice, LaneTiming] = field(default_factory=dict)

    @property
    def lags(self) -> dict[Voice, float]:
        """The lag of each voice that plays, in ms; of none where the groove does not say any."""
        own = {voice: lane.lag_ms for voice, lane in self.lanes.items() if lane.lag_ms is not None}
        if self.lag_ms is None and not own:
            return {}
        played = {hit.voice for hit in self.pattern.hits}
        return {voice: own.get(voice, self.lag_ms or 0.0) for voice in Voice if voice in played}


@dataclass(slots=True)
class _Section:
    """The lines of one groove, or of the header; each value with the number of its line."""

    line: int
    title: str
    keys: dict[str, tuple[str, int]]
    lanes: dict[Voice, tuple[str, int]]
    error: GridFileError | None = None  # the first line that cannot be read


def parse_gridfile(text: str) -> list[GridGroove]:
    """Read the grooves of a .grid file, in the order of the file; at least one.

    Raises GridFileError for anything that is not as the module docstring has it, and for more than
    MAX_CHARACTERS, MAX_GROOVES or MAX_BARS.
    """
    grooves, errors = read_gridfile(text)
    if errors:
        raise errors[0]
    return grooves


def read_gridfile(text: str) -> tuple[list[GridGroove], list[GridFileError]]:
    """The grooves that can be read, and what is wrong with the others: one error each, in the order of the file.

    What is wrong above the first [title] bears on all grooves: then there are none. Raises GridFileError where the
    file as a whole cannot be read: too long, too many grooves, none at all.
    """
    if len(text) > MAX_CHARACTERS:
        raise GridFileError(f"the file is longer than {MAX_CHARACTERS:,} characters; split it", 1)
    header = _Section(1, "", {}, {})
    sections: list[_Section] = []
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        current = sections[-1] if sections else header
        try:
            started = _read_line(current, raw, number)
        except GridFileError as error:
            if current is header:
                raise
            current.error = current.error or error
            continue
        if started is not None:
            sections.append(started)
            if len(sections) > MAX_GROOVES:
                raise GridFileError(f"more than {MAX_GROOVES} grooves; split the file", number)
    if not sections:
        raise GridFileError("no groove in the file; start one with a [title] and write lanes below it", 1)
    grooves: list[GridGroove] = []
    errors: list[GridFileError] = []
    for section in sections:
        try:
            grooves.append(_groove(section, header.keys | section.keys))
        except GridFileError as error:
            errors.append(error)
    return grooves, errors


def _read_line(section: _Section, raw: str, number: int) -> _Section | None:
    """Puts a line into its section; the section that it starts, if it does. Raises GridFileError."""
    if _CONTROL.search(raw):
        raise GridFileError("a control character: this is no plain text; save the file as UTF-8 text", number)
    line = raw.strip()
    if not line or line[0] in "#1":
        return None
    if title := _TITLE.fullmatch(line):
        started = _Section(number, " ".join(title[1].split()), {}, {})
        if not started.title:
            started.error = GridFileError("a groove needs a title between the brackets", number)
        return started
    if entry := _KEY.fullmatch(line):
        _add_key(section, entry[1], entry[2], number)
    elif lane := _LANE.fullmatch(line):
        if not section.title and section.error is None:
            raise GridFileError("a lane before the first [title]; put the title of the groove above it", number)
        _add_lane(section, lane[1], lane[2], number)
    else:
        raise GridFileError(f"{line[:40]!r} is no [title], no key: value and no lane like 'SN ....x...'", number)
    return None


def format_gridfile(grooves: list[GridGroove]) -> str:
    """Write grooves as a .grid file that `parse_gridfile` reads back.

    Velocities come back as the nearest of nine levels and micro-timing is dropped, as in all step grids.
    """
    return "\n".join(_format_groove(groove) for groove in grooves)


def _add_key(section: _Section, name: str, value: str, line: int) -> None:
    key = name.lower()
    if key not in _KEYS:
        raise GridFileError(f"{name[:40]!r} is no key; use one of {', '.join(_KEYS)}", line)
    if key in section.keys:
        raise GridFileError(f"{key} is given twice; keep one", line)
    if not value.strip():
        raise GridFileError(f"{key} needs a value, or leave the line out", line)
    section.keys[key] = (" ".join(value.split()), line)


def _add_lane(section: _Section, name: str, steps: str, line: int) -> None:
    voice = _voice_of(name, line)
    if voice in section.lanes:
        raise GridFileError(f"{voice} has a lane already; write all its bars on one line", line)
    section.lanes[voice] = (steps.partition("#")[0], line)


def _voice_of(name: str, line: int) -> Voice:
    voice = _VOICES.get(name.upper())
    if voice is None:
        known = " ".join(shorts[0] for shorts in ABBREVIATIONS.values())
        raise GridFileError(f"{name[:40]!r} is no voice; use one of {known}, or a full name like snare", line)
    return voice


def _groove(section: _Section, keys: dict[str, tuple[str, int]]) -> GridGroove:
    if section.error:
        raise section.error
    pattern = _pattern(section, keys)
    played = {hit.voice for hit in pattern.hits}
    _refuse_silent_voices(section, played)
    timings = _timings(keys)
    whole = timings.pop(None, LaneTiming())
    return GridGroove(
        title=section.title,
        pattern=pattern,
        role=_role(keys),
        style=keys["style"][0] if "style" in keys else "",
        tempo=_tempo(keys),
        swing_eighths=whole.swing_eighths,
        swing_sixteenths=whole.swing_sixteenths,
        tags=tuple(tag for part in keys["tags"][0].split(",") if (tag := part.strip())) if "tags" in keys else (),
        source=keys["source"][0] if "source" in keys else "",
        lag_ms=whole.lag_ms,
        lanes={voice: timing for voice, timing in timings.items() if voice in played},
    )


def _pattern(section: _Section, keys: dict[str, tuple[str, int]]) -> Pattern:
    if not section.lanes:
        raise GridFileError(f"[{section.title[:40]}] has no lanes; write one like 'SN ....x...'", section.line)
    metre_text, metre_line = keys.get("metre", ("4/4", section.line))
    try:
        metre = Metre.parse(metre_text)
    except ValueError as error:
        raise GridFileError(f"{metre_text[:20]!r} is no metre; write the metre like 4/4 or 6/8", metre_line) from error
    grid_text, grid_line = keys.get("grid", ("4", section.line))
    if grid_text not in map(str, range(1, MAX_STEPS_PER_QUARTER + 1)):
        raise GridFileError(f"grid is the steps in a quarter note, 1-{MAX_STEPS_PER_QUARTER}", grid_line)
    steps_per_quarter = int(grid_text)
    steps_per_bar = metre.bar_quarters * steps_per_quarter
    if steps_per_bar.denominator != 1:
        raise GridFileError(f"a grid of {grid_text} does not divide a bar of {metre}; try 4", grid_line)
    for steps, line in section.lanes.values():
        if sum(char not in " \t|" for char in steps) > MAX_BARS * steps_per_bar:
            raise GridFileError(f"more than {MAX_BARS} bars; split the groove", line)
    try:
        return parse_grid({voice: steps for voice, (steps, _) in section.lanes.items()}, metre, steps_per_quarter)
    except ValueError as error:
        line = _faulty_line(section, metre, steps_per_quarter)
        raise GridFileError(f"[{section.title[:40]}] {error}", line) from error


def _faulty_line(section: _Section, metre: Metre, steps_per_quarter: int) -> int:
    """The line of the first lane that cannot be read on its own; the title's where they only disagree."""
    for voice, (steps, line) in section.lanes.items():
        try:
            parse_grid({voice: steps}, metre, steps_per_quarter)
        except ValueError:
            return line
    return section.line


def _role(keys: dict[str, tuple[str, int]]) -> Role:
    text, line = keys.get("role", ("groove", 0))
    if text.lower() not in _ROLES:
        _refuse("role", text, f"one of {', '.join(_ROLES)}", line)
    return _ROLES[text.lower()]


def _tempo(keys: dict[str, tuple[str, int]]) -> float | None:
    if "tempo" not in keys:
        return None
    text, line = keys["tempo"]
    found = _TEMPO.fullmatch(text)
    if not found or not MIN_TEMPO <= float(found[1]) <= MAX_TEMPO:
        _refuse("tempo", text, f"quarter notes a minute, {MIN_TEMPO:g}-{MAX_TEMPO:g}", line)
    return float(found[1])


def _timings(keys: Mapping[str, tuple[str, int]]) -> dict[Voice | None, LaneTiming]:
    """What the keys swing and lag say of each voice that they name; None: of the groove."""
    stated: dict[Voice | None, dict[str, float]] = {}
    for key, (form, low, high, expected) in _TIMING_KEYS.items():
        text, line = keys.get(key, ("", 0))
        for part in text.lower().split(",") if text else ():
            found = form.fullmatch(part.strip())
            if not found or not low <= float(found["value"]) <= high:
                _refuse(key, text, expected, line)
            own = stated.setdefault(_voice_of(found["voice"], line) if found["voice"] else None, {})
            name = f"{key}_{found['of']}"
            if name in own:
                _refuse(key, text, expected, line)
            own[name] = float(found["value"])
    return {voice: LaneTiming(**own) for voice, own in stated.items()}


def _refuse_silent_voices(section: _Section, played: set[Voice]) -> None:
    """A groove's own lines name drums that it plays; the header's are for all grooves."""
    for key in _TIMING_KEYS.keys() & section.keys.keys():
        for voice in _timings({key: section.keys[key]}).keys() - {None, *played}:
            named = ABBREVIATIONS[voice][0] if voice else ""
            raise GridFileError(f"{key} names {named}, which this groove does not play", section.keys[key][1])


def _refuse(key: str, text: str, expected: str, line: int) -> NoReturn:
    raise GridFileError(f"{key} is {expected}; not {text[:40]!r}", line)


def _format_groove(groove: GridGroove) -> str:
    pattern = groove.pattern
    timings = [("", LaneTiming(groove.lag_ms, groove.swing_eighths, groove.swing_sixteenths))]
    timings += [(f"{ABBREVIATIONS[voice][0]} ", lane) for voice, lane in groove.lanes.items()]
    swings = [(whose, {"eighths": of.swing_eighths, "sixteenths": of.swing_sixteenths}) for whose, of in timings]
    keys = {
        "role": groove.role,
        "style": " ".join(groove.style.split()),
        "tempo": "" if groove.tempo is None else _number(groove.tempo),
        "metre": str(pattern.metre),
        "grid": str(pattern.steps_per_quarter),
        "swing": ", ".join(
            f"{whose}{_number(value)} {level}"
            for whose, swing in swings
            for level, value in swing.items()
            if value is not None
        ),
        "lag": ", ".join(f"{whose}{_number(of.lag_ms)} ms" for whose, of in timings if of.lag_ms is not None),
        "tags": ", ".join(groove.tags),
        "source": " ".join(groove.source.split()),
    }
    # silence still needs a lane to give its length
    lanes = lanes_of(pattern) or {Voice.KICK: "|".join([REST * pattern.steps_per_bar] * pattern.bars)}
    lines = [f"[{' '.join(groove.title.split())}]"]
    lines += [f"{key}: {value}" for key, value in keys.items() if value]
    lines.append(f"    {count_line(pattern)}")
    lines += [f"{ABBREVIATIONS[voice][0]}  {lanes[voice]}" for voice in reversed(Voice) if voice in lanes]
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return str(value).removesuffix(".0")
