"""Every error of the API as application/problem+json (RFC 9457): type, title, status, detail, instance.

`detail` says in words what is wrong and what to do. What went wrong inside is in the log and never in the answer.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from mdg_core.errors import MdgError, UsageError
from mdg_core.store.connect import DatabaseUnavailable
from mdg_core.store.requests import TooManyOpen
from mdg_serving.words import in_words

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
_SHOWN_ERRORS = 20


class Problem(BaseModel):
    """An error of the API (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    errors: list[str] | None = None
    candidates: list[dict[str, str]] | None = None


class ApiError(Exception):
    """An error that an endpoint answers with; `candidates`: the artists among whom the client must decide."""

    def __init__(
        self,
        status: int,
        detail: str,
        headers: dict[str, str] | None = None,
        candidates: list[dict[str, str]] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.candidates = status, detail, headers, candidates


Responses = dict[int | str, dict[str, Any]]

# what stands before every endpoint can answer with: the guard, the keys, the limits, the database
_OF_ALL = {
    "e400": "the Host is no name of this server",
    "e401": "an API key is needed",
    "e403": "the key is for less than this, or a page of another site asks",
    "e429": "more than may be asked in an hour: Retry-After says when to come back",
    "e503": "the database does not answer",
}
# what it can answer to POST as well
CHANGES = {"e415": "neither Content-Type: application/json nor the header X-MDG-Client"}


def responses(**details: str) -> Responses:
    """OpenAPI's declaration of an endpoint's errors: responses(e404="nothing is known of this artist")."""
    return {int(status): error | {"model": Problem} for status, error in declared(**_OF_ALL | details).items()}


def open_responses(**details: str) -> Responses:
    """The same of an endpoint that needs no key and has no limits."""
    every = {"e400": _OF_ALL["e400"], "e403": "a page of another site asks"} | details
    return {int(status): error | {"model": Problem} for status, error in declared(**every).items()}


def declared(**details: str) -> dict[str, dict[str, Any]]:
    """Errors as OpenAPI has them: declared(e404="nothing is known of this artist")."""
    return {
        name[1:]: {
            "description": text,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for name, text in sorted(details.items())
    }


def answer(
    path: str,
    status: int,
    detail: str,
    *,
    errors: list[str] | None = None,
    candidates: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    problem = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=path,
        errors=errors,
        candidates=candidates,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True), status_code=status, media_type=MEDIA_TYPE, headers=headers
    )


def install(app: FastAPI) -> None:
    """Register the handlers."""

    @app.exception_handler(ApiError)
    def _api(request: Request, error: ApiError) -> JSONResponse:
        return answer(request.url.path, error.status, error.detail, candidates=error.candidates, headers=error.headers)

    @app.exception_handler(TooManyOpen)
    def _too_many(request: Request, error: TooManyOpen) -> JSONResponse:
        return answer(request.url.path, 429, str(error), headers={"Retry-After": str(error.seconds)})

    @app.exception_handler(UsageError)
    def _usage(request: Request, error: UsageError) -> JSONResponse:
        return answer(request.url.path, 422, str(error))

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [in_words(item) for item in error.errors()[:_SHOWN_ERRORS]]
        # Max, which sends this header, turns a list of one into that one
        is_list = len(errors) > 1 or "x-mdg-client" not in request.headers
        detail = f"the request cannot be used: {'; '.join(errors)}"
        return answer(request.url.path, 422, detail, errors=errors if is_list else None)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        return answer(request.url.path, error.status_code, _http_detail(request, error), headers=_headers(error))

    @app.exception_handler(psycopg.errors.ForeignKeyViolation)
    def _gone(request: Request, error: psycopg.errors.ForeignKeyViolation) -> JSONResponse:
        return answer(request.url.path, 409, "the artist was deleted while this was being done: ask again")

    @app.exception_handler(psycopg.errors.UndefinedTable)
    @app.exception_handler(psycopg.errors.InvalidSchemaName)
    @app.exception_handler(psycopg.OperationalError)
    @app.exception_handler(DatabaseUnavailable)
    def _database(request: Request, error: Exception) -> JSONResponse:
        return unavailable(request.url.path, error)

    @app.exception_handler(MdgError)
    def _failure(request: Request, error: MdgError) -> JSONResponse:
        _log.error("%s", error)
        return answer(request.url.path, 500, str(error))

    @app.exception_handler(Exception)
    def _bug(request: Request, error: Exception) -> JSONResponse:
        # the server logs the traceback itself
        return answer(request.url.path, 500, "something went wrong inside; the server's log has the details")


def _http_detail(request: Request, error: HTTPException) -> str:
    if error.status_code == 404:
        return f"there is nothing at {request.url.path[:200]}; see /docs for what there is"
    if error.status_code == 405:
        return f"{request.method} is not possible here"
    return str(error.detail)


def _headers(error: HTTPException) -> dict[str, str] | None:
    return dict(error.headers) if error.headers else None


def unavailable(path: str, error: Exception) -> JSONResponse:
    """503 for a database that cannot be asked."""
    if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.InvalidSchemaName):
        _log.error("the database has no tables: %s", error)
        detail = "the database has no tables yet: start the system with `mdg up`"
    else:
        _log.error("the database does not answer: %s", error)
        detail = "the database does not answer: try again, or start it with `mdg up`"
    return answer(path, 503, detail, headers={"Retry-After": str(RETRY_SECONDS)})
