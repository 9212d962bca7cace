"""The API's process: `python -m mdg_serving.server HOST PORT [--workers N]`, or `mdg up`."""

from __future__ import annotations

import argparse

import uvicorn

from mdg_core import logs
from mdg_serving.protocol import ProblemProtocol


def main() -> None:
    parser = argparse.ArgumentParser(description="The API.")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--workers", type=int, default=1, help="processes that answer")
    given = parser.parse_args()
    logs.configure()
    uvicorn.run(
        "mdg_serving.app:create_app",
        factory=True,
        host=given.host,
        port=given.port,
        workers=given.workers,
        http=ProblemProtocol,
        log_config=logs.configuration(),
        access_log=False,
        # an address that a header states is nobody's: limits go by the connection's
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()
