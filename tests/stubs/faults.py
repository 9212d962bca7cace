"""Ways in which a service fails. A fault writes to the open connection in place of, or around, the right answer."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.stubs.answers import Answer, html_answer, text_answer

if TYPE_CHECKING:
    from tests.stubs.service import Exchange

Fault = Callable[["Exchange"], None]

CAPTCHA_PAGE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head>
<body><h1>Checking if the site connection is secure</h1><div id="cf-chl-widget"></div>
<p>Enable JavaScript and cookies to continue</p></body></html>"""


def status(code: int, body: str = "", *, retry_after: str | None = None, content_type: str = "text/plain") -> Fault:
    """That status, with a body in plain text."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return lambda exchange: exchange.send(Answer(body.encode(), code, content_type, headers))


def error(code: int, kind: str = "", *, retry_after: str | None = None) -> Fault:
    """That status in the service's own words; `kind` tells apart what the service tells apart."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return lambda exchange: exchange.send(exchange.error(code, kind, headers))


def html_page(code: int = 200) -> Fault:
    """A page for people, as of a proxy in between."""
    return lambda exchange: exchange.send(html_answer("<html><body><h1>Bad gateway</h1></body></html>", code))


def says(text: str) -> Fault:
    """Status 200 with this plain text where something else was asked for."""
    return lambda exchange: exchange.send(text_answer(text))


def rate_exceeded(exchange: Exchange) -> None:
    """arXiv's throttling: status 200."""
    exchange.send(Answer(b"Rate exceeded.", content_type="text/plain"))


def captcha(exchange: Exchange) -> None:
    exchange.send(html_answer(CAPTCHA_PAGE))


def gzipped(exchange: Exchange) -> None:
    """The right answer, compressed."""
    right = exchange.right_answer()
    headers = {**right.headers, "Content-Encoding": "gzip"}
    exchange.send(replace(right, body=gzip.compress(right.body), headers=headers))


def truncated(exchange: Exchange) -> None:
    """Half of the right answer, with a matching length: the connection shows nothing wrong."""
    right = exchange.right_answer()
    exchange.send(replace(right, body=right.body[: len(right.body) // 2]))


def cut_off(exchange: Exchange) -> None:
    """The length of the whole answer, half of its bytes, then the end of the connection."""
    right = exchange.right_answer()
    exchange.send_head(right, length=len(right.body))
    exchange.write(right.body[: len(right.body) // 2])
    exchange.close()


def reset(exchange: Exchange) -> None:
    """The connection is reset before any answer."""
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.close()


def reset_midway(exchange: Exchange) -> None:
    """Half of the right answer, then a reset."""
    right = exchange.right_answer()
    exchange.send_head(right, length=len(right.body))
    exchange.write(right.body[: len(right.body) // 2])
    exchange.wait(0.1)  # a reset throws away what the client has not read
    reset(exchange)


def silence(exchange: Exchange) -> None:
    """Accepts and never answers, until the client gives up or the stub is closed."""
    exchange.wait(600)
    exchange.close()


def slow_drip(seconds_per_byte: float = 0.05) -> Fault:
    """The right answer, a byte at a time."""

    def drip(exchange: Exchange) -> None:
        right = exchange.right_answer()
        exchange.send_head(right, length=len(right.body))
        for byte in right.body:
            if not exchange.write(bytes([byte])) or exchange.wait(seconds_per_byte):
                break
        exchange.close()

    return drip


def slow_head(seconds_per_byte: float = 0.05) -> Fault:
    """Header lines without end, a byte at a time."""

    def drip(exchange: Exchange) -> None:
        exchange.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while exchange.write(b"x") and not exchange.wait(seconds_per_byte):
            pass
        exchange.close()

    return drip


def delayed(seconds: float) -> Fault:
    """The right answer, late."""

    def late(exchange: Exchange) -> None:
        time.sleep(seconds)
        exchange.send(exchange.right_answer())

    return late


def redirect_to(url: str, code: int = 302) -> Fault:
    return lambda exchange: exchange.send(Answer(b"", code, "text/html", {"Location": url}))


def redirect_loop(exchange: Exchange) -> None:
    """Redirects for ever, each time to another address of the same service."""
    turn = int(exchange.asked.query.get("turn", "0")) + 1
    exchange.send(Answer(b"", 302, "text/html", {"Location": f"{exchange.asked.path}?turn={turn}"}))


def big_body(megabytes: int = 50, *, stated: bool = True) -> Fault:
    """A body of that size in the right content type; `stated`: its length is in the head."""

    def pour(exchange: Exchange) -> None:
        exchange.send_head(exchange.right_answer(), length=megabytes << 20 if stated else None)
        block = b" " * (1 << 20)
        for _ in range(megabytes):
            if not exchange.write(block):
                break
        exchange.close()

    return pour


def gzip_bomb(megabytes: int = 500) -> Fault:
    """A small compressed body that unpacks to that size."""

    def explode(exchange: Exchange) -> None:
        right = exchange.right_answer()
        # members can follow each other in one gzip stream (RFC 1952, 2.2), so one packed block is enough
        body = gzip.compress(b" " * (10 << 20)) * (megabytes // 10)
        exchange.send(replace(right, body=body, headers={"Content-Encoding": "gzip"}))

    return explode


BY_NAME: dict[str, Callable[..., Fault]] = {
    "status": status,
    "error": error,
    "html_page": html_page,
    "says": says,
    "rate_exceeded": lambda: rate_exceeded,
    "captcha": lambda: captcha,
    "gzipped": lambda: gzipped,
    "truncated": lambda: truncated,
    "cut_off": lambda: cut_off,
    "reset": lambda: reset,
    "reset_midway": lambda: reset_midway,
    "silence": lambda: silence,
    "slow_drip": slow_drip,
    "slow_head": slow_head,
    "delayed": delayed,
    "redirect_to": redirect_to,
    "redirect_loop": lambda: redirect_loop,
    "big_body": big_body,
    "gzip_bomb": gzip_bomb,
}
