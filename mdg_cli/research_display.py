"""A research as it goes on, for a person: a bar and a line a source on a terminal, lines as they come elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from mdg_core.shown import shown
from mdg_core.store.requests import ResearchRequest, SourceProgress

Show = Callable[[ResearchRequest], None]

_REASON_LENGTH = 90


@contextmanager
def display(name: str, *, quiet: bool) -> Iterator[Show]:
    """Always on stderr; nothing when quiet."""
    console = Console(stderr=True)
    if quiet:
        yield lambda request: None
    elif console.is_terminal:
        with Live(console=console, transient=True, refresh_per_second=4) as live:
            bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeElapsedColumn(),
            )
            task = bar.add_task(escape(name), total=100)

            def draw(request: ResearchRequest) -> None:
                said = shown(request.message or request.stage)
                bar.update(task, completed=request.progress, description=escape(f"{name}: {said}"))
                live.update(Group(bar, _table(request)))

            yield draw
    else:
        yield _Lines(console).show


def source_words(each: SourceProgress) -> str:
    """What is told of a source beside its name; of a failure the reason."""
    match each.status:
        case "found":
            return f"{each.documents} found" if each.documents else "found"
        case "empty":
            return "nothing"
        case "failed":
            return f"failed: {shown(each.message)[:_REASON_LENGTH]}"
        case status:
            return status


_STYLES = {"asking": "cyan", "found": "green", "failed": "red"}


def _table(request: ResearchRequest) -> Table:
    table = Table.grid(padding=(0, 2))
    for kind, each in request.by_source():
        table.add_row(f"  {kind}", each.source, escape(source_words(each)), style=_STYLES.get(each.status, "dim"))
    return table


class _Lines:
    """A line for every new message and for every source that has answered."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said: dict[str, None] = {}
        self._last = ""

    def show(self, request: ResearchRequest) -> None:
        for kind, each in request.by_source():
            if each.status != "asking":
                self._once(f"      {kind}: {each.source}: {source_words(each)}")
        line = f"{request.progress:>3} % {shown(request.message or request.stage)}"
        if line != self._last:
            self._last = line
            self._print(line)

    def _once(self, line: str) -> None:
        if line not in self._said:
            self._said[line] = None
            self._print(line)

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
