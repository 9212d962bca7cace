"""The ports of the stack: those of the settings, or the reason why one cannot be used."""

from __future__ import annotations

from contextlib import suppress

import psutil

from mdg_cli.stack.services import CODE_HOST, Ports
from mdg_core import ports
from mdg_core.errors import MdgError
from mdg_core.settings import Settings


def resolve(settings: Settings) -> Ports:
    """A port for each service; 0 takes a free one. Raises MdgError naming the setting of one that is taken."""
    server = settings.server
    wanted = {
        "api_port": (server.host, server.api_port),
        "dagster_port": (server.dagster_host, server.dagster_port),
        "code_port": (CODE_HOST, server.code_port),
    }
    numbers = [port for _, port in wanted.values() if port]
    if len(set(numbers)) < len(numbers):
        raise MdgError("server.api_port, server.dagster_port and server.code_port must differ (see config.yaml)")
    for setting, (host, port) in wanted.items():
        if port and (problem := refusal(setting, host, port)):
            raise MdgError(problem)
    api, dagster, code = (port or ports.free_port(host) for host, port in wanted.values())
    return Ports(api=api, dagster=dagster, code=code)


def refusal(setting: str, host: str, port: int) -> str | None:
    """Why `port` cannot be listened on, with what to change; None if it can."""
    reason = ports.refusal(host, port)
    if reason is None:
        return None
    holder = _holder(port)
    held = f"is taken by {holder}" if holder else f"cannot be used ({reason})"
    return (
        f"port {port} of {host} {held}: end that program, or choose another port with MDG_SERVER__{setting.upper()} "
        f"in the environment or server.{setting} in config.yaml (0 takes a free one)"
    )


def _holder(port: int) -> str | None:
    """The program that listens on `port`, if we may know."""
    with suppress(psutil.Error):
        for link in psutil.net_connections("tcp"):
            if link.status == psutil.CONN_LISTEN and link.laddr and link.laddr.port == port and link.pid:
                return f"{psutil.Process(link.pid).name()} (process {link.pid})"
    return None
