"""`mdg bench`: run the benchmarks of a checkout and keep their figures in benchmarks/RESULTS.md."""

from __future__ import annotations

import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mdg_core.errors import MdgError, UsageError

ROOT = Path(__file__).resolve().parent.parent  # of a checkout
FOLDER = ROOT / "benchmarks"


def register(app: typer.Typer) -> None:
    app.command("bench")(bench)


def bench(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="Which; all by default.")] = None,
) -> None:
    """Measure this checkout; takes minutes. Benchmarks that need a corpus say so where it is missing."""
    if not FOLDER.is_dir():
        raise MdgError("the benchmarks are part of a checkout, not of the installed package")
    known = sorted(path.stem for path in FOLDER.glob("*.py") if "def main" in path.read_text(encoding="utf-8"))
    unknown = sorted(set(names or []) - set(known))
    if unknown:
        raise UsageError(f"there is no benchmark {unknown[0]}; there are {', '.join(known)}")
    sections = [
        f"# Figures\n\n{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()}.\n"
    ]
    for name in names or known:
        typer.echo(f"\n{name}")
        text = _run(name)
        typer.echo(text)
        sections.append(f"## {name}\n\n`python -m benchmarks.{name}`\n\n```\n{text}\n```\n")
    if not names:
        (FOLDER / "RESULTS.md").write_text("\n".join(sections), encoding="utf-8")
        typer.echo(f"written to {FOLDER / 'RESULTS.md'}")


def _run(name: str) -> str:
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return (done.stdout.strip() or done.stderr.strip()[-2000:]) + (
        f"\n(exit {done.returncode})" if done.returncode else ""
    )
