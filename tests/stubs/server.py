"""Runs the stubs: each service on a port of its own at 127.0.0.1, with failures that a test switches on.

    with Stubs() as stubs:                       # every service of this package
        stubs["arxiv"].fail(faults.status(503), times=2)
        settings = Settings(sources=stubs.settings())
        ...
        assert stubs["arxiv"].smallest_gap() >= 3

A service is a subclass of `service.Service` in a module of this package: it states its `name` and `section` (of the
settings: research sources by default, `llm` for language models), its `base_path`, and answers one request at a time;
nothing is to be registered. As a program,

    python -m tests.stubs.server --port 9000

runs until interrupted and prints the environment variables that point the project at the stubs; the language models
among them answer with good clips.
Another process switches failures with POST /-/fail {"fault": "status", "with": {"code": 503}, "times": 2,
"path": "/x"}, ends them with POST /-/heal, and reads what was asked at GET /-/asked.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import tests.stubs
from tests.stubs import drumming
from tests.stubs.answers import Asked
from tests.stubs.llm import LlmService
from tests.stubs.service import CONTROL, Exchange, Service


class _Handler(BaseHTTPRequestHandler):
    service: ClassVar[Service]
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "stub", ""
    timeout = 60
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_HEAD = do_GET

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        at = time.time()
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(
            method=self.command,
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers=headers,
            at=at,
            body=self.rfile.read(int(headers.get("content-length", "0"))),
        )
        exchange = Exchange(self, self.service, asked)
        if asked.path.startswith(CONTROL):
            exchange.send(self.service.control(asked, asked.body))
            return
        try:
            with self.service.taking(asked) as fault:
                if fault is None:
                    exchange.send(exchange.right_answer())
                else:
                    fault(exchange)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: what was asked is in the record."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def shutdown_request(self, request: Any) -> None:
        # the usual shutdown would end a connection in good order where a fault means to reset it
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that hangs up is what some tests are about
            super().handle_error(request, client_address)


class Stubs(Mapping[str, Service]):
    """The running services by name. Without `services`, every one that the package has."""

    def __init__(self, *services: Service, first_port: int = 0) -> None:
        self._services = {service.name: service for service in services or every_service()}
        self._servers: list[_Server] = []
        for offset, service in enumerate(self._services.values()):
            handler = type("Handler", (_Handler,), {"service": service})
            server = _Server(("127.0.0.1", first_port + offset if first_port else 0), handler)
            service.port = server.server_address[1]
            self._servers.append(server)
            threading.Thread(target=server.serve_forever, args=(0.02,), name=service.name, daemon=True).start()

    def __getitem__(self, name: str) -> Service:
        return self._services[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._services)

    def __len__(self) -> int:
        return len(self._services)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        for service in self._services.values():
            service.closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def settings(self, section: str = "sources", /, **of_each: Any) -> dict[str, dict[str, Any]]:
        """For Settings(sources=...) or another section; `of_each` goes to each, e.g. min_interval_seconds=0."""
        return {
            name: service.settings() | of_each for name, service in self._services.items() if service.section == section
        }

    def environment(self) -> dict[str, str]:
        return {
            f"MDG_{service.section}__{name}__{setting}".upper(): value
            for name, service in self._services.items()
            for setting, value in service.settings().items()
        }


def every_service() -> list[Service]:
    """One of each service that a module of this package defines, by name."""
    found: dict[str, type[Service]] = {}
    for info in pkgutil.iter_modules(tests.stubs.__path__):
        module = importlib.import_module(f"tests.stubs.{info.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Service) and "name" in vars(value):
                found[value.name] = value
    return [found[name]() for name in sorted(found)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Run the stubs until interrupted.")
    parser.add_argument("--port", type=int, default=0, help="the first port; 0: free ones")
    with Stubs(first_port=parser.parse_args().port) as stubs:
        for service in stubs.values():
            if isinstance(service, LlmService):
                service.reply = drumming.clips
        for name, url in stubs.environment().items():
            print(f"export {name}={url}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
