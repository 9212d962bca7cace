"""What a stub service is: its answers, the failures switched on, and the record of what it was asked."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from typing import Any, ClassVar

from tests.stubs import faults
from tests.stubs.answers import Answer, Asked, json_answer, text_answer
from tests.stubs.faults import Fault

CONTROL = "/-/"


@dataclass(slots=True)
class _Switched:
    fault: Fault
    times: int | None  # None: until healed
    path: str  # of the requests that fail: those that start with it


class Service:
    """One service. Subclasses set `name`, and `base_path` and `robots` where they need them, and define `answer`.

    `section` is the section of the settings that has a section of that name.
    """

    name: ClassVar[str]
    section: ClassVar[str] = "sources"
    base_path: ClassVar[str] = ""
    robots: ClassVar[str | None] = None  # the text of /robots.txt; None: 404

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[_Switched] = []
        self._asked: list[Asked] = []
        self._open = 0
        self.most_at_once = 0
        self.port = 0
        self.closing = threading.Event()

    def answer(self, asked: Asked) -> Answer:
        raise NotImplementedError

    def error(self, asked: Asked, status: int, kind: str, headers: Mapping[str, str]) -> Answer:
        """An error as this service words it; `kind` tells errors of one status apart."""
        raise NotImplementedError

    def settings(self) -> dict[str, Any]:
        """The section of the settings that points at this stub."""
        return {"base_url": self.base_url}

    @property
    def root(self) -> str:
        """http://127.0.0.1:<port>"""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return self.root + self.base_path

    @property
    def asked(self) -> list[Asked]:
        """What was asked so far, robots.txt not among it."""
        with self._lock:
            return [asked for asked in self._asked if asked.path != "/robots.txt"]

    @property
    def asked_in_all(self) -> list[Asked]:
        with self._lock:
            return list(self._asked)

    def fail(self, fault: Fault, *, times: int | None = None, path: str = "") -> None:
        """Fail the next `times` requests (None: all) whose path starts with `path`; several faults run in turn."""
        with self._lock:
            self._faults.append(_Switched(fault, times, path))

    def heal(self) -> None:
        """No more failures."""
        with self._lock:
            self._faults.clear()

    def forget(self) -> None:
        """As if nothing had been asked and nothing failed."""
        with self._lock:
            self._faults.clear()
            self._asked.clear()
            self.most_at_once = 0

    def smallest_gap(self) -> float:
        """Seconds between the two requests that came closest; infinite below two requests."""
        with self._lock:
            times = sorted(asked.at for asked in self._asked)
        return min((later - sooner for sooner, later in pairwise(times)), default=float("inf"))

    @contextmanager
    def taking(self, asked: Asked) -> Iterator[Fault | None]:
        """Record the request, count how many are open together, and say which fault it meets."""
        with self._lock:
            self._asked.append(asked)
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
            switched = next((each for each in self._faults if asked.path.startswith(each.path)), None)
            if switched is not None and switched.times is not None:
                switched.times -= 1
                if switched.times == 0:
                    self._faults.remove(switched)
        try:
            yield switched.fault if switched else None
        finally:
            with self._lock:
                self._open -= 1

    def right_answer(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return text_answer("not found", 404) if self.robots is None else text_answer(self.robots)
        return self.answer(asked)

    def control(self, asked: Asked, body: bytes) -> Answer:
        """The requests by which another process steers this stub."""
        action = asked.path.removeprefix(CONTROL)
        if action == "fail":
            wish = json.loads(body)
            fault = faults.BY_NAME[wish["fault"]](**wish.get("with", {}))
            self.fail(fault, times=wish.get("times"), path=wish.get("path", ""))
        elif action == "heal":
            self.heal()
        elif action == "forget":
            self.forget()
        elif action == "asked":
            each = [
                {**asdict(asked), "headers": dict(asked.headers), "body": asked.body.decode(errors="replace")}
                for asked in self.asked_in_all
            ]
            gap = self.smallest_gap() if len(each) > 1 else None
            return json_answer({"asked": each, "most_at_once": self.most_at_once, "smallest_gap": gap})
        else:
            return json_answer({"error": f"no action {action}"}, 404)
        return json_answer({})


class Exchange:
    """One request on its connection; what a fault is given."""

    def __init__(self, handler: BaseHTTPRequestHandler, service: Service, asked: Asked) -> None:
        self._handler = handler
        self._service = service
        self.asked = asked

    @property
    def connection(self) -> socket.socket:
        return self._handler.connection

    def right_answer(self) -> Answer:
        return self._service.right_answer(self.asked)

    def error(self, status: int, kind: str, headers: Mapping[str, str]) -> Answer:
        return self._service.error(self.asked, status, kind, headers)

    def send(self, answer: Answer) -> None:
        self.send_head(answer, length=len(answer.body))
        if self.asked.method != "HEAD":
            self.write(answer.body)

    def send_head(self, answer: Answer, *, length: int | None) -> None:
        """Status line and headers; without a length the body ends with the connection."""
        self._handler.send_response(answer.status, _reason(answer.status))
        self._handler.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self._handler.send_header(name, value)
        if length is None:
            self._handler.send_header("Connection", "close")
        else:
            self._handler.send_header("Content-Length", str(length))
        self._handler.end_headers()

    def write(self, data: bytes) -> bool:
        """Whether the client still listens."""
        try:
            self._handler.wfile.write(data)
        except OSError:
            self.close()
            return False
        return True

    def wait(self, seconds: float) -> bool:
        """Wait; whether the stub or the client has gone before the time was up."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._service.closing.wait(min(0.05, max(0.0, end - time.monotonic()))) or self._client_gone():
                return True
        return False

    def close(self) -> None:
        self._handler.close_connection = True

    def _client_gone(self) -> bool:
        try:
            readable, _, _ = select.select([self.connection], [], [], 0)
            return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
