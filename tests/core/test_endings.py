import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from mdg_core import endings
from mdg_core.logfiles import end, rotate_in_use, tail

HOME = Path("/home/of/mdg")
FULL = "the disk that holds /home/of/mdg is full"
POSTGRES_FULL = 'PANIC:  could not write to file "pg_wal/xlogtemp.7": No space left on device'


@pytest.mark.parametrize(
    ("code", "said", "killed_for_memory", "sentence"),
    [
        (1, "OSError: [Errno 28] No space left on device: '/x'", False, FULL),
        (-6, POSTGRES_FULL, False, FULL),
        (1, "Traceback (most recent call last):\nMemoryError", False, "memory ran out"),
        (-9, "", True, "was killed by the system, memory ran out"),
        (-9, "", False, "was killed (signal 9), by a person or by the system"),
        (-11, "", False, "was ended by SIGSEGV (signal 11)"),
        (-9, "error: something of no account", False, "was killed (signal 9)"),
        (3, "ValueError: no drums", False, "ended with status 3: ValueError: no drums"),
    ],
)  # fmt: skip
@pytest.mark.skipif(os.name != "posix", reason="the names of POSIX signals")
def test_each_end_has_its_sentence(code: int, said: str, killed_for_memory: bool, sentence: str) -> None:
    told = endings.of_process(code, said, HOME, killed_for_memory=killed_for_memory)
    assert told.startswith(sentence)
    assert "\n" not in told


def test_a_process_out_of_memory_and_one_killed_are_told_apart() -> None:
    def ended(code: str) -> str:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        return endings.of_process(done.returncode, done.stderr, HOME)

    assert ended("bytearray(1 << 62)").startswith("memory ran out")
    if os.name == "posix":
        assert ended(f"import os; os.kill(os.getpid(), {signal.SIGKILL})").startswith("was killed")


def test_errors_that_the_machine_is_to_blame_for() -> None:
    assert endings.of_error(MemoryError(), HOME) is not None
    full = OSError(errno.ENOSPC, "No space left on device")
    assert FULL in str(endings.of_error(full, HOME))
    assert "holds the database is full" in str(endings.of_error(psycopg.errors.DiskFull(), HOME))
    assert "memory ran out" in str(endings.of_error(psycopg.errors.OutOfMemory(), HOME))
    assert endings.of_error(psycopg.errors.AdminShutdown(), HOME) is None
    above = RuntimeError("the lake cannot be written")
    above.__cause__ = full
    assert FULL in str(endings.of_error(above, HOME))
    assert endings.of_error(ValueError("no drums"), HOME) is None
    assert endings.memory_kills() >= 0


def test_the_end_of_a_log_is_of_one_run_and_in_words(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_text("Traceback of another run\n")
    begin = end(log)
    with log.open("a") as file:
        file.write('{"timestamp": "2026-11-30T08:00:01.5Z", "level": "error", "event": "it fell", "task_id": "7", ')
        file.write('"logger": "mdg", "exception": "Traceback\\nValueError: no drums"}\nplain words\n{"a": 1}\n')
    assert tail(log, since=begin).splitlines() == [
        "2026-11-30 08:00:01 error: it fell (task_id=7)", "Traceback", "ValueError: no drums", "plain words",
        '{"a": 1}',
    ]  # fmt: skip
    assert tail(log, lines=2, since=begin) == 'plain words\n{"a": 1}'


def test_a_log_in_use_is_kept_small(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    with log.open("ab") as writer:
        writer.write(b"one\n" * 10)
        writer.flush()
        assert not rotate_in_use(log, max_bytes=40)
        assert rotate_in_use(log, max_bytes=39)
        writer.write(b"two\n")
    assert log.read_bytes() == b"two\n"
    assert (tmp_path / "api.log.1").read_bytes() == b"one\n" * 10
    assert tail(log, since=40) == "two"
