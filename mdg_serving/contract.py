"""The OpenAPI document, without what FastAPI says of its own accord and is not so."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from mdg_serving.problems import MEDIA_TYPE

_OF_FASTAPI = ("HTTPValidationError", "ValidationError")


def install(app: FastAPI) -> None:
    """Errors are problems and nothing else, and answers have no titles made of paths."""
    of_fastapi = app.openapi

    def exact() -> dict[str, Any]:
        if app.openapi_schema is None:
            _mend(of_fastapi())
        return of_fastapi()

    app.openapi = exact  # type: ignore[method-assign]


def _mend(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                of_json = content.get("application/json", {}).get("schema", {})
                if status.startswith(("4", "5")):
                    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
                    response["content"] = {MEDIA_TYPE: content.get(MEDIA_TYPE, problem)}
                elif str(of_json.get("title", "")).startswith("Response "):
                    del of_json["title"]
    for name in _OF_FASTAPI:
        document["components"]["schemas"].pop(name, None)
