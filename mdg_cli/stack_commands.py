"""mdg up, down, status, doctor."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mdg_cli.stack.status import Status

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def register(app: typer.Typer) -> None:
    for command in (up, down, status, doctor):
        app.command()(command)


def up(
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return once everything is ready.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes of the API; else one for each core.")
    ] = None,
) -> None:
    """Start database, Dagster and API, and keep them running until Ctrl-C or `mdg down`."""
    from mdg_cli.stack import state
    from mdg_cli.stack.up import detach as start_apart
    from mdg_cli.stack.up import serve
    from mdg_core.settings import load_settings

    settings = load_settings()
    if workers is not None:
        server = settings.server.model_copy(update={"api_workers": workers})
        settings = settings.model_copy(update={"server": server})
    current = state.running(settings.home)
    if current is not None:
        typer.echo(f"already up since {current.started_at} (process {current.pid}, {current.phase})")
    elif detach:
        start_apart(settings, _say)
        current = state.running(settings.home)
    else:
        serve(settings, _say)
    for name, url in (current.urls if current else {}).items():
        typer.echo(f"{name:12} {url}")


def down() -> None:
    """Stop everything that `mdg up` started."""
    from mdg_cli.stack.up import down as stop
    from mdg_core.settings import load_settings

    typer.echo("stopped" if stop(load_settings(), _say) else "nothing was running")


def status(as_json: AsJson = False) -> None:
    """Show what runs, where it listens, and what waits in the queue."""
    from mdg_cli.stack.status import look
    from mdg_core.settings import load_settings

    found = look(load_settings())
    if as_json:
        typer.echo(json.dumps({**asdict(found), "ready": found.ready}, indent=2))
    else:
        _print_status(found)


def doctor(as_json: AsJson = False) -> None:
    """Check that this machine has what is needed; exit 1 if something keeps mdg from working."""
    from mdg_cli.stack.doctor import Level, examine

    findings = examine()
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        colours = {Level.OK: "green", Level.WARNING: "yellow", Level.PROBLEM: "red"}
        for finding in findings:
            advice = f"{finding.message.rstrip('.')}. {finding.remedy}" if finding.remedy else finding.message
            level = typer.style(f"{finding.level:8}", fg=colours[finding.level])
            typer.echo(f"{level} {finding.subject:10} {advice}")
    if any(finding.level is Level.PROBLEM for finding in findings):
        raise typer.Exit(1)


def _print_status(found: Status) -> None:
    if not found.up:
        typer.echo(found.phase)
        if found.left_behind:
            typer.echo(
                f"{found.left_behind} processes of a stack whose supervisor has died are left: "
                "mdg up recovers, mdg down ends them"
            )
        return
    row = "{:12} {:10} {:5} {:>8} {:>9} {:>8} {:>8}".format
    typer.echo(row("service", "state", "ready", "pid", "up", "memory", "restarts"))
    for process in found.processes:
        memory = f"{process.memory_mb:.0f} MB" if process.memory_mb is not None else ""
        ready = "yes" if process.ready else "no"
        uptime = _duration(process.uptime_seconds)
        typer.echo(row(process.name, process.state, ready, process.pid or "", uptime, memory, process.restarts))
    for process in found.processes:
        if process.message:
            typer.echo(f"{process.name}: {process.message}")
    for name, url in found.urls.items():
        typer.echo(f"{name:12} {url}")
    typer.echo(f"{'library':12} {found.library}")
    if found.queue is not None:
        counts = ", ".join(f"{count} {name}" for name, count in found.queue.items())
        typer.echo(f"{'requests':12} {counts or 'none'}")


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
