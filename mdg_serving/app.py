"""The API: `uvicorn mdg_serving.app:create_app --factory`, or `mdg up`."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from mdg_core.errors import MdgError
from mdg_core.settings import Settings, load_settings
from mdg_core.store import embedded
from mdg_core.store.connect import open_pool
from mdg_core.web.guard import Guard, names_of
from mdg_serving import contract, page, problems
from mdg_serving.access import Access, check_open_to, keyring_of
from mdg_serving.api import artists, events, generate, generations, health, humanize, research, similar, song, tasks
from mdg_serving.api.schemas import API_VERSION
from mdg_serving.changes import Changes
from mdg_serving.database import POOL_SIZE
from mdg_serving.forms import FormBodies
from mdg_serving.idempotency import IdempotencyKeys
from mdg_serving.limits import BodyLimit
from mdg_serving.metrics import Measured, Metrics
from mdg_serving.request_log import RequestLog
from mdg_serving.stopping import Draining, Stopping
from mdg_serving.stored import Texts
from mdg_serving.worker import Worker

if TYPE_CHECKING:
    from mdg_serving.generation.tools import Tools

PREFIX = "/api/v1"
# Threads that make clips at once: one plays while another stores. They share one processor anyhow: more of them would
# take it from each other, and connections from the rest, and not answer in the order in which they were asked
_MAKERS = 2
_PROFILE_TEXTS = 8 * 1024 * 1024  # bytes
# Objects made, less those gone, from which Python looks for cycles: by its own 700 it would do so many times while one
# request's clips are made, which hold none
_LOOK_FOR_CYCLES = 20_000


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application. It starts without a database and says 503 until there is one.

    Raises MdgError when no database was ever made here: `mdg up` makes it.
    """
    chosen = settings or load_settings()
    app = FastAPIOffline(  # /docs with scripts of its own: no page of ours asks another server
        title="MidiDrumiGen",
        version=API_VERSION,
        description="Drum clips in the style of any artist, from what research knows of their drumming. Errors are "
        "problems (RFC 9457) and say what to do. A POST has `Content-Type: application/json`, or the header "
        "`X-MDG-Client` with the name of your program.",
        generate_unique_id_function=contract.operation_id,
        lifespan=_lifespan,
    )
    app.state.settings = chosen
    app.state.database_url = embedded.url(chosen)
    app.state.keyring = keyring_of(chosen, lambda: app.state.pool)
    app.state.metrics = Metrics()
    app.state.profile_texts = Texts(_PROFILE_TEXTS)
    app.state.stopping = Stopping()
    app.state.tools = cache(partial(_tools, chosen))
    for resource in (research, generate, song, generations, humanize, tasks, events, similar, artists):
        app.include_router(resource.router, prefix=PREFIX)
    app.include_router(health.router)
    page.install(app)
    problems.install(app)
    contract.install(app)
    # the last one is asked first
    app.add_middleware(IdempotencyKeys)
    app.add_middleware(FormBodies)
    app.add_middleware(BodyLimit)
    app.add_middleware(Access, keyring=app.state.keyring, limits=chosen.limits, host=chosen.server.host)
    app.add_middleware(Guard, names=names_of(chosen.server.host, chosen.server.allowed_hosts))
    app.add_middleware(Draining, stopping=app.state.stopping)
    app.add_middleware(RequestLog)
    app.add_middleware(Measured, metrics=app.state.metrics)
    return app


def _tools(settings: Settings) -> Tools:
    # loaded with the first use: it brings numpy and the humaniser, a fifth of the server's start
    from mdg_serving.generation.tools import Tools  # noqa: PLC0415

    return Tools.of(settings)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    gc.set_threshold(_LOOK_FOR_CYCLES, *gc.get_threshold()[1:])
    pool = open_pool(app.state.database_url, name="mdg-api", size=POOL_SIZE)
    app.state.pool = pool
    app.state.makers = CapacityLimiter(_MAKERS)
    try:
        await check_open_to(app.state.settings.server.host, app.state.keyring)
    except MdgError:
        pool.close(timeout=5)
        raise
    app.state.streams = events.Streams()
    app.state.changes = Changes(app.state.database_url)
    app.state.changes.start()
    app.state.stopping.when_it_begins(app.state.changes.release)
    app.state.worker = Worker(pool, app.state.tools)
    app.state.worker.start()
    try:
        with app.state.stopping.on_signals():
            yield
    finally:
        app.state.worker.stop()
        app.state.changes.stop()
        pool.close(timeout=5)
