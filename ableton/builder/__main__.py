"""Build both devices into ableton/: `python -m ableton.builder [FOLDER]`."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from ableton.builder import container, device
from ableton.builder.controls import DRUM_MAPS
from ableton.builder.scripts import constant, script

HERE = Path(__file__).resolve().parent.parent
NAME = "MidiDrumiGen"


def build(folder: Path) -> list[Path]:
    """Write the frozen device and the folder of the unfrozen one. Returns the files."""
    version = constant("VERSION", _version())
    scripts = {
        "device": script(
            "device",
            [
                version,
                constant("DRUM_MAPS", DRUM_MAPS),
                constant("PAGES", device.page_boxes()),
                constant("ASKED", device.asked_at_start()),
            ],
        ),
        "maxurl": script("maxurl", [version]),
        "node": script("node", [version]),
    }
    patcher = device.device(scripts)
    embedded = [container.Embedded(each.name, each.data, on_disk=kind == "node") for kind, each in scripts.items()]
    loose = folder / NAME
    loose.mkdir(parents=True, exist_ok=True)
    written = {
        folder / f"{NAME}.amxd": container.frozen(f"{NAME}.amxd", patcher, embedded),
        loose / f"{NAME}.amxd": container.unfrozen(patcher),
        **{loose / each.name: each.data for each in scripts.values()},
    }
    for stale in set(loose.glob("mdg-*.js")) - set(written):
        stale.unlink()
    for path, data in written.items():
        path.write_bytes(data)
    return list(written)


def _version() -> str:
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for path in build(folder):
        print(f"{path.stat().st_size:>8,} bytes  {path.relative_to(folder)}")


if __name__ == "__main__":
    main()
