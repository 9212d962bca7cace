"""An API on a port of its own: what a client in this process cannot try, such as streams."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from mdg_core import ports
from mdg_serving.protocol import ProblemProtocol


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Its URL."""
    port = ports.free_port("127.0.0.1")
    config = uvicorn.Config(
        app, http=ProblemProtocol, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
