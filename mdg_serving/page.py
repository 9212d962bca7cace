"""The page at `/`: plain files of `web/` for whoever reaches the server; what it shows it asks the API for.

What belongs in `web/`: ES modules without a build step, typed by JSDoc. `api/` speaks HTTP, `state/` holds what is on
screen, `views/` draws it, `audio/` sounds it, `midi/` reads and writes files.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

FOLDER = "/page/"
_FILES = Path(__file__).parent / "web"
# nothing from elsewhere, nothing inline, in no frame of another site
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_HEADERS = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "same-origin", "Cache-Control": "no-cache"}

router = APIRouter(include_in_schema=False)


@router.get("/")
def get_page() -> FileResponse:
    """The page."""
    return FileResponse(_FILES / "index.html", headers=_HEADERS)


class _Files(StaticFiles):
    """Asked again each time, so that a new version is seen at once; unchanged files cost an empty 304."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def install(app: FastAPI) -> None:
    app.include_router(router)
    app.mount(FOLDER.rstrip("/"), _Files(directory=_FILES))
