"""Several processes that ask the same service at once, as several runs on several machines do."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.process import BaseProcess

from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.collect.web.errors import WebError


def start(client: WebClient, source: str, urls: Sequence[str], *, seconds: float) -> BaseProcess:
    """A process of its own that asks for each address in turn; a failure is passed over."""
    process = multiprocessing.get_context("spawn").Process(target=_ask, args=(client, source, urls, seconds))
    process.start()
    return process


def finish(processes: Sequence[BaseProcess]) -> None:
    """Wait for them all. Raises RuntimeError if one broke."""
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise RuntimeError(f"exit codes {[process.exitcode for process in processes]}")


def _ask(client: WebClient, source: str, urls: Sequence[str], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for url in urls:
        with suppress(WebError):
            client.get(source, url, deadline=deadline, robots=False)
