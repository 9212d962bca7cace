"""Hostile pages and files: parsing them ends in an outcome within its limits, and the next one is read as ever."""

from __future__ import annotations

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import psutil
import pytest

from mdg_core.errors import MdgError
from mdg_pipeline.analyse.text.documents import document_text, main_text
from mdg_pipeline.collect.web.errors import BadAnswer, TooCostlyAnswer
from mdg_pipeline.collect.web.page import Page, reading
from mdg_pipeline.untrusted import CannotRead, TooCostly, child, read, tasks, worker
from mdg_pipeline.untrusted.worker import Worker
from tests.pipeline.test_text_documents import document, pdf_of

SAID = "<p>Fenn plays a shuffle at 94 BPM, well behind the beat.</p>"
GOOD = f"<html><body><article>{SAID * 4}</article></body></html>"


def pdf_bomb(operations: int) -> bytes:
    """A small PDF whose page draws so many texts: its content is compressed to next to nothing."""
    content = zlib.compress(b"BT /F1 12 Tf 20 100 Td " + b"(x) Tj 1 0 0 1 0 0 cm q Q " * operations + b"ET", 9)
    plain = pdf_of("x")
    start = plain.index(b"4 0 obj")
    end = plain.index(b"endobj", start)
    body = b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream " % (len(content), content)
    return plain[:start] + body + plain[end:]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in worker.SECONDS:
        monkeypatch.setitem(worker.SECONDS, name, 1.0)


def children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "mdg_pipeline.untrusted.child" in each.cmdline()]


def test_one_child_reads_all() -> None:
    assert "a shuffle at 94 BPM" in main_text(GOOD)
    first = [each.pid for each in children()]
    assert len(first) == 1
    for _ in range(20):
        main_text(GOOD)
    with pytest.raises(CannotRead):
        read("pdf_text", b"no pdf", characters=10)
    assert [each.pid for each in children()] == first


@pytest.mark.usefixtures("impatient")
@pytest.mark.skipif(os.name != "posix", reason="Windows has no limits of computing; the clock ends the child there")
def test_a_pdf_that_computes_without_end_is_too_costly() -> None:
    bomb = pdf_bomb(400_000)
    assert len(bomb) < 40_000
    began = psutil.Process().cpu_times()
    with pytest.raises(TooCostly, match="x: too costly to read"):
        document_text(document("application/pdf"), bomb)
    assert psutil.Process().cpu_times().user - began.user < 1  # none of it was ours
    assert "94 BPM" in document_text(document("application/pdf"), pdf_of("A shuffle at 94 BPM"))


@pytest.mark.usefixtures("impatient")
@pytest.mark.skipif(os.name != "posix", reason="Windows has no limits of computing; the clock ends the child there")
@pytest.mark.parametrize(
    "html",
    [
        "<p " + " ".join(f"a{n}='{n}'" for n in range(100_000)) + ">x</p>",
        "<a href='/x'>" * 200_000,
        "<div class='card'>" * 900 + "<a href='/download3-1-x'>x</a>" * 40_000,
    ],
)
def test_a_page_ends_in_text_or_in_too_costly(html: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: dict[str, dict[str, Any]] = {
        "main_text": {}, "links": {"boxes": ["card"], "paging": "p"}, "paragraphs": {"select": "p"}
    }  # fmt: skip
    for name, options in tried.items():
        with suppress(TooCostly, CannotRead):
            read(name, html.encode(), **options)
    monkeypatch.undo()  # a new child first loads what it reads with
    assert "94 BPM" in main_text(GOOD)


@pytest.mark.skipif(os.name != "posix", reason="Windows does not limit memory")
def test_memory_is_limited() -> None:
    bomb = zlib.compress(b"\0" * 300_000_000, 9)
    layers = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream " % (len(bomb), bomb)
    plain = pdf_of("x")
    start, end = plain.index(b"4 0 obj"), plain.index(b"endobj", plain.index(b"4 0 obj"))
    with pytest.raises(MdgError):
        document_text(document("application/pdf"), plain[:start] + b"4 0 obj" + layers + plain[end:])
    assert "94 BPM" in main_text(GOOD)


def test_a_child_that_hangs_is_ended_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: nothing but the clock ends it."""
    monkeypatch.setattr(worker, "_WALL_TIMES", 0)
    monkeypatch.setattr(worker, "_WALL_MORE", 0.5)
    own = Worker()
    started = own._running()
    psutil.Process(started.pid).suspend()
    with pytest.raises(TooCostly):
        own.read("main_text", GOOD.encode(), {})
    assert started.poll() is not None
    own.end()


def test_a_child_that_was_killed_is_replaced() -> None:
    main_text(GOOD)
    for each in children():
        each.kill()
        each.wait()
    assert "94 BPM" in main_text(GOOD)


def test_threads_take_turns() -> None:
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda n: main_text(GOOD.replace("94", str(60 + n))), range(32)))
    assert all(f"{60 + n} BPM" in text for n, text in enumerate(texts))
    assert len(children()) == 1


def test_what_is_too_costly_is_an_outcome_of_its_source() -> None:
    now = datetime.now(UTC)
    page = Page("http://x/", "http://x/", 200, {}, "text/html", b"", now, False)
    with pytest.raises(BadAnswer) as found, reading(page):
        raise TooCostly("too costly to read: more than 5 s of computing, or too much memory")
    assert isinstance(found.value, TooCostlyAnswer)
    outcome = found.value.outcome("links")
    assert outcome.status == "too costly to read"
    assert "tries it again" not in outcome.message


def test_messages_that_are_cut_are_none() -> None:
    buffer = BytesIO()
    child.send(buffer, {"task": "x"}, b"data")
    whole = buffer.getvalue()
    assert child.receive(BytesIO(whole)) == ({"task": "x", "bytes": 4}, b"data")
    for length in range(len(whole)):
        assert child.receive(BytesIO(whole[:length])) is None
    assert set(worker.SECONDS) == set(tasks.TASKS)
