"""Several processes that ask the same service at once, as several runs on several machines do."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.process import BaseProcess

from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.collect.web.errors import WebError


def start(client: WebClient, urls: Mapping[str, Sequence[str]], *, seconds: float) -> BaseProcess:
    """A process of its own with a thread for each source, which asks for its addresses; failures are passed over."""
    process = multiprocessing.get_context("spawn").Process(target=_ask_all, args=(client, urls, seconds))
    process.start()
    return process


def finish(processes: Sequence[BaseProcess]) -> None:
    """Wait for them all. Raises RuntimeError if one broke."""
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise RuntimeError(f"exit codes {[process.exitcode for process in processes]}")


def _ask_all(client: WebClient, urls: Mapping[str, Sequence[str]], seconds: float) -> None:
    deadline = time.monotonic() + seconds

    def ask(source: str) -> None:
        for url in urls[source]:
            with suppress(WebError):
                client.get(source, url, deadline=deadline, robots=False)

    with ThreadPoolExecutor(len(urls)) as pool:
        list(pool.map(ask, urls))
