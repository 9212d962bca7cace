"""The OpenAPI document, without what FastAPI says of its own accord and is not so."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from mdg_serving.problems import MEDIA_TYPE


def install(app: FastAPI) -> None:
    """Errors are problems alone, and answers have no titles made of paths."""
    of_fastapi = app.openapi

    def exact() -> dict[str, Any]:
        if app.openapi_schema is None:
            _mend(of_fastapi())
        return of_fastapi()

    app.openapi = exact  # type: ignore[method-assign]


def _mend(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            for response in operation["responses"].values():
                content = response.get("content", {})
                if MEDIA_TYPE in content:
                    content.pop("application/json", None)
                schema = content.get("application/json", {}).get("schema", {})
                if str(schema.get("title", "")).startswith("Response "):
                    del schema["title"]
