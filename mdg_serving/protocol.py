"""What uvicorn answers by itself, to a request that is no HTTP, as a problem like every other error.

`uvicorn --http mdg_serving.protocol:ProblemProtocol`, as `mdg up` starts it.
"""

from __future__ import annotations

import json

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from mdg_serving.problems import MEDIA_TYPE

_PROBLEM = {
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400,
    "detail": "the request is no valid HTTP: check its first line and its headers",
    "instance": "",
}


class ProblemProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # chosen by what is installed
    """HTTP as uvicorn speaks it, by httptools or h11; both refuse through this one method."""

    def send_400_response(self, msg: str) -> None:
        body = json.dumps(_PROBLEM).encode()
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
        self.transport.write(f"{head}connection: close\r\n\r\n".encode() + body)
        self.transport.close()
