"""What a clip of four bars costs in output tokens: the digit grid against the note-JSON of the same loops.

`python -m benchmarks.tokens [CORPUS]`, where CORPUS is the folder of the Groove MIDI Dataset. The tokenizers come
whole in packages of PyPI, beside the project's own: `pip install tiktoken mistral-common` and
`pip install --no-deps litellm`, which carries the vocabularies that tiktoken would download.

    o200k, cl100k  OpenAI's; up to three digits are one token
    tekken         Mistral's; each digit is a token, as in some other services

The loops: four bars of each shipped groove, and bars 5-8 of takes in 4/4 on sixteenths or eighth triplets, drawn by a
fixed seed. An answer is counted whole, with its braces and a plan of six words.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import random
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from mdg_core.gridfile import parse_gridfile
from mdg_core.maps import GM
from mdg_core.midi import read_midi
from mdg_core.pattern import Metre, Pattern, join
from mdg_core.quantise import quantise
from mdg_drummer.bars import Grid, bars_of
from mdg_drummer.written.digits import write_rows
from mdg_drummer.written.notes_answer import TICKS_PER_QUARTER

BARS = 4
TAKES = 100
PLAN = "Pushed kick, ghosted backbeat, late fill"
ROOT = Path(__file__).resolve().parents[1]
GROOVES = ROOT / "data" / "reference" / "grooves"

Count = Callable[[str], int]


def digit_grid(loop: Pattern) -> str:
    """The answer as the prompt asks for it."""
    rows = write_rows(bars_of(loop), Grid(loop.metre, loop.steps_per_quarter))
    return _compact({"clips": [{"plan": PLAN, "rows": rows}]})


def note_json(loop: Pattern) -> str:
    """The peer: a note an object, times in ticks of a 480th quarter."""
    step = TICKS_PER_QUARTER // loop.steps_per_quarter
    notes = [
        {"pitch": GM.writing[hit.voice], "velocity": hit.velocity, "time": hit.step * step, "duration": step}
        for hit in loop.hits
    ]
    return _compact({"variations": [{"notes": notes}]})


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


FORMS: Mapping[str, Callable[[Pattern], str]] = {"digit grid": digit_grid, "note JSON": note_json}


def shipped_loops() -> Iterator[Pattern]:
    for path in sorted(GROOVES.glob("*.grid")):
        for groove in parse_gridfile(path.read_text(encoding="utf-8")):
            if groove.role == "groove":
                times = -(-BARS // groove.pattern.bars)
                yield join([groove.pattern] * times).bar_range(0, BARS)


def played_loops(corpus: Path) -> Iterator[Pattern]:
    """Bars 5-8 of takes, no more than one a take."""
    with (corpus / "info.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["beat_type"] == "beat" and row["time_signature"] == "4-4"]
    random.Random(1).shuffle(rows)
    found = 0
    for row in rows:
        take = quantise(read_midi((corpus / row["midi_filename"]).read_bytes()))
        if take.metre == Metre() and take.steps_per_quarter in (3, 4) and take.bars >= 2 * BARS:
            loop = take.bar_range(BARS, BARS)
            if len(loop.hits) >= 4 * BARS:
                yield loop
                found += 1
        if found == TAKES:
            return


def tokenizers() -> dict[str, Count]:
    """Those that are installed, by name."""
    out: dict[str, Count] = {}
    vocabularies = _folder_of("litellm")
    if vocabularies and _folder_of("tiktoken"):
        os.environ["TIKTOKEN_CACHE_DIR"] = str(vocabularies / "litellm_core_utils" / "tokenizers")
        import tiktoken

        for name in ("o200k", "cl100k"):
            encode = tiktoken.get_encoding(f"{name}_base").encode
            out[name] = lambda text, encode=encode: len(encode(text))  # type: ignore[misc]
    mistral = _folder_of("mistral_common")
    if mistral:
        from mistral_common.tokens.tokenizers.tekken import Tekkenizer

        tekken = Tekkenizer.from_file(str(mistral / "data" / "tekken_240911.json"))
        out["tekken"] = lambda text: len(tekken.encode(text, bos=False, eos=False))
    return out


def _folder_of(package: str) -> Path | None:
    """Found without importing it: one of them is needed for its files alone."""
    spec = importlib.util.find_spec(package)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def table(loops: Mapping[str, Sequence[Pattern]], counts: Mapping[str, Count]) -> list[str]:
    """Markdown: a row for each form of each set, the mean and the 95th percentile of each tokenizer."""
    rows = [
        f"| loops | strokes | form | {' | '.join(counts)} |",
        f"| --- | --- | --- |{' --- |' * len(counts)}",
    ]
    for name, group in loops.items():
        strokes = statistics.mean(len(loop.hits) for loop in group)
        for form, write in FORMS.items():
            cells = []
            for count in counts.values():
                costs = sorted(count(write(loop)) for loop in group)
                cells.append(f"{statistics.mean(costs):.1f} ({costs[int(len(costs) * 0.95)]})")
            rows.append(f"| {len(group)} {name} | {strokes:.0f} | {form} | {' | '.join(cells)} |")
    return rows


def main(corpus: Path) -> None:
    loops = {"shipped": list(shipped_loops())}
    if (corpus / "info.csv").is_file():
        loops["played"] = list(played_loops(corpus))
    else:
        print(f"no takes at {corpus}: shipped grooves alone")
    counts = tokenizers()
    if not counts:
        raise SystemExit("no tokenizer is installed; see the head of benchmarks/tokens.py")
    print("output tokens of four bars, mean (95th percentile)", *table(loops, counts), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "groove")
