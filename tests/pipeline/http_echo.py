"""A service that says back what it was asked: for the tests of the web client itself."""

from __future__ import annotations

from tests.stubs.answers import Answer, Asked, html_answer, json_answer
from tests.stubs.service import Service


class Echo(Service):
    """/versioned honours If-None-Match, /gone is not there, /cookie sets one and wants it back, the rest is JSON."""

    name = "pitchfork"  # a source without rules of its own
    robots = "User-agent: *\nDisallow: /private/\nDisallow: /*.mid$\nCrawl-delay: 0\n"
    version = 1

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/page":
            return html_answer("<html><head><title>A page</title></head><body><p>Text.</p></body></html>")
        if asked.path == "/versioned":
            etag = f'"{self.version}"'
            same = asked.headers.get("if-none-match") == etag
            body = b"" if same else b'{"version": %d}' % self.version
            return Answer(body, 304 if same else 200, headers={"ETag": etag})
        if asked.path == "/cookie" and "turn=1" not in asked.headers.get("cookie", ""):
            return Answer(status=302, headers={"Location": "/cookie", "Set-Cookie": "turn=1; Path=/"})
        if asked.path == "/elsewhere":
            return Answer(status=301, headers={"Location": "/json?from=elsewhere"})
        status = 404 if asked.path == "/gone" else 200
        return json_answer({"path": asked.path, "query": dict(asked.query)}, status)
