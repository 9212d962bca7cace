"""Dagster's web server behind our guard: `python -m mdg_pipeline.webserver HOST PORT WORKSPACE`, or `mdg up`.

Dagster itself answers anybody: it takes mutations by GET, by simple requests of any page, under any name. Its own pages
send them as JSON from its own origin, so they work behind the guard as before. See `mdg_core.web.guard`.
"""

from __future__ import annotations

import argparse
from urllib.parse import parse_qsl

import psycopg
import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__
from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse

from mdg_core import logs
from mdg_core.errors import MdgError
from mdg_core.settings import Settings, load_settings
from mdg_core.store import embedded, keys
from mdg_core.store.connect import connect
from mdg_core.store.keys import KeyRow
from mdg_core.web.guard import (
    App,
    Guard,
    Headers,
    Receive,
    Refusal,
    Scope,
    Send,
    names_of,
    reached_from_here,
    refuse,
)
from mdg_core.web.keyring import Keyring, given_key

_STATEMENT_SECONDS = 15
_POOL_RECYCLE_SECONDS = 3600
_POOL_OVERFLOW = 20
_MAX_TOKENS = 20_000  # of a query in an address


def only_queries(scope: Scope) -> Refusal | None:
    """No GraphQL but queries outside the body of a POST.

    Every operation of the document counts, whichever `operationName` would choose, and every parameter of that name,
    whichever Dagster would take; what cannot be parsed is not passed on.
    """
    if scope["type"] != "http" or scope["method"] == "POST":
        return None
    if not scope["path"].rstrip("/").endswith("/graphql"):
        return None
    documents = [value for name, value in parse_qsl(scope["query_string"].decode("latin-1")) if name == "query"]
    try:
        definitions = [node for text in documents for node in parse(text, max_tokens=_MAX_TOKENS).definitions]
    except (GraphQLError, RecursionError):
        return Refusal(400, "this GraphQL cannot be read")
    operations = [node.operation for node in definitions if isinstance(node, OperationDefinitionNode)]
    if any(operation is not OperationType.QUERY for operation in operations):
        return Refusal(405, "a change is sent by POST, as JSON")
    return None


class Locked:
    """Pure ASGI middleware: who comes from beyond this machine gives a key of scope admin.

    It is the password of HTTP Basic: a browser asks for it by itself, and sends it with every request after that.
    """

    def __init__(self, app: App, keyring: Keyring) -> None:
        self.app, self._keyring = app, keyring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or reached_from_here(scope):
            await self.app(scope, receive, send)
            return
        refusal = await self._refusal(Headers(scope))
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            await refuse(scope, receive, send, refusal)

    async def _refusal(self, headers: Headers) -> Refusal | None:
        try:
            await self._keyring.fresh()
        except (psycopg.Error, MdgError):
            return Refusal(503, "the database does not answer: try again, or start it with `mdg up`")
        key = self._keyring.key_of(given_key(headers.get(b"x-api-key"), headers.get(b"authorization")))
        if key is None:
            return Refusal(401, "give a key of scope admin as the password", {"WWW-Authenticate": 'Basic realm="mdg"'})
        if not key.allows("admin"):
            return Refusal(403, f"this key has the scope {key.scope}, and these pages need admin")
        return None


def guarded(app: App, settings: Settings) -> Guard:
    """Dagster's application as `mdg up` serves it."""
    server = settings.server

    def load() -> list[KeyRow]:
        with connect(embedded.url(settings), name="mdg-webserver") as conn:
            return keys.in_force(conn)

    keyring = Keyring((key.get_secret_value() for key in settings.api_keys), load)
    return Guard(Locked(app, keyring), names=names_of(server.dagster_host, server.allowed_hosts), rule=only_queries)


def serve(settings: Settings, host: str, port: int, workspace: str) -> None:
    """Serve until told to stop."""
    with DagsterInstance.get() as instance:
        instance.optimize_for_webserver(_STATEMENT_SECONDS * 1000, _POOL_RECYCLE_SECONDS, _POOL_OVERFLOW)
        target = WorkspaceFileTarget(paths=[workspace])
        with WorkspaceProcessContext(instance, workspace_load_target=target, version=__version__) as context:
            app = create_app_from_workspace_process_context(context)
            ours = guarded(app, settings)
            uvicorn.run(ours, host=host, port=port, log_config=None, access_log=False, proxy_headers=False)


def main() -> None:
    parser = argparse.ArgumentParser(description="Dagster's web server behind a guard.")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("workspace")
    given = parser.parse_args()
    logs.configure()
    serve(load_settings(), given.host, given.port, given.workspace)


if __name__ == "__main__":
    main()
