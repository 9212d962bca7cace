"""Set this checkout up and run something in it, with nothing but a Python: python bootstrap.py demo

Makes .venv beside this file, installs the project there with the versions of constraints.txt, and runs the
command. The second time it only runs the command. Standard library alone, the same on Linux, macOS and Windows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
WANTED = (3, 11)
EXTRAS = "pipeline,serving,llm,scores,dev"
HOW_TO_GET_PYTHON = """MidiDrumiGen needs Python 3.11, and this machine has none that can be found. To get it:
  Debian, Ubuntu:  apt install python3.11 python3.11-venv
  macOS:           brew install python@3.11
  Windows:         winget install Python.Python.3.11
  anywhere:        uv python install 3.11, or pyenv install 3.11"""

SIDE_BY_SIDE = ("-n", "logical", "--maxprocesses", "4")  # each process of tests has a Postgres of its own
# what each command runs, after the set-up; arguments that follow the command are appended to the last
COMMANDS: dict[str, list[list[str]]] = {
    "setup": [],
    "demo": [["-m", "mdg_cli.main", "demo"]],
    "try-llm": [["-m", "mdg_cli.main", "try-llm"]],
    "test": [["-m", "pytest", *SIDE_BY_SIDE]],
    "test-all": [["-m", "pytest", "-m", "", *SIDE_BY_SIDE]],
    "lint": [["-m", "ruff", "check"], ["-m", "ruff", "format", "--check"], ["-m", "mypy"]],
    "bench": [["-m", "mdg_cli.main", "bench"]],
    "device": [["-m", "ableton.builder"]],
    "test-device": [["-m", "pytest", "tests/device"]],
}
REMOVED_BY_CLEAN = [".venv", "build", "*.egg-info", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".hypothesis"]


class SetupError(Exception):
    """The set-up cannot go on; the message says what to do."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=[*COMMANDS, "clean"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="passed on to the command, as -k NAME to pytest")
    options = parser.parse_args(arguments)
    if options.command == "clean":
        clean(ROOT)
        return 0
    try:
        python = set_up(ROOT)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    runs = COMMANDS[options.command]
    if not runs:
        print(f"ready: {python.with_name('mdg')} --help")
    for index, run_arguments in enumerate(runs):
        code = run([str(python), *run_arguments, *(options.arguments if index == len(runs) - 1 else [])])
        if code:
            return code
    return 0


def set_up(root: Path) -> Path:
    """The Python of root's .venv, with everything installed. Raises SetupError."""
    venv = root / ".venv"
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp_path = venv / "mdg-setup.json"
    done = read_stamp(stamp_path)
    wanted = stamp(root)
    if done == wanted and python.exists():
        return python
    place = ("python", "root")
    if not python.exists() or any(done.get(key) != wanted[key] for key in place):
        # scripts in a virtual environment name its place: one that was moved is made again
        base = find_python()
        print(f"making {venv} with {' '.join(base)}", flush=True)
        if run([*base, "-m", "venv", "--clear", str(venv)]):
            raise SetupError(
                f"could not make {venv}: on Debian and Ubuntu, apt install python3.11-venv; "
                "else see the message above (a full disk? a folder that cannot be written?)"
            )
    stamp_path.unlink(missing_ok=True)
    print("installing; the first time this takes some minutes", flush=True)
    install = ["-m", "pip", "install", "--disable-pip-version-check", "-e", f".[{EXTRAS}]", "-c", "constraints.txt"]
    if run([str(python), *install], cwd=root):
        raise SetupError("pip could not install the project: see its message above, then run the same command again")
    stamp_path.write_text(json.dumps(wanted), encoding="utf-8")
    return python


def stamp(root: Path) -> dict[str, str]:
    """What an installation depends on: another stamp, another installation."""
    files = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        files.update((root / name).read_bytes())
    return {"files": files.hexdigest(), "python": ".".join(map(str, WANTED)), "root": str(root)}


def read_stamp(path: Path) -> dict[str, Any]:
    """The stamp of the last installation that ended well; empty without one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def find_python() -> list[str]:
    """The command of a Python 3.11. Raises SetupError if there is none."""
    name = ".".join(map(str, WANTED))
    for command in ([sys.executable], [f"python{name}"], ["py", f"-{name}"]):
        if version_of(command) == WANTED:
            return command
    raise SetupError(HOW_TO_GET_PYTHON)


def version_of(command: list[str]) -> tuple[int, int] | None:
    """(major, minor) of the Python that `command` starts; None if it starts none."""
    if shutil.which(command[0]) is None:
        return None
    code = "import sys; print(*sys.version_info[:2])"
    answer = subprocess.run([*command, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if answer.returncode != 0:
        return None
    major, minor = answer.stdout.split()
    return int(major), int(minor)


def run(command: list[str], cwd: Path = ROOT) -> int:
    """Run `command` to its end and return its exit status; a signal to us is for it to handle."""
    child = subprocess.Popen(command, cwd=cwd)
    before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        while True:
            try:
                code = child.wait()
                return code if code >= 0 else 128 - code
            except KeyboardInterrupt:
                continue  # the terminal has told the child as well, which now cleans up
    finally:
        signal.signal(signal.SIGTERM, before)


def clean(root: Path) -> None:
    """Remove what the set-up, the tests and the demo made, but neither state nor clips."""
    made = [path for pattern in REMOVED_BY_CLEAN for path in root.glob(pattern)]
    made += list(root.glob("*/**/__pycache__"))
    for path in made:
        shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
