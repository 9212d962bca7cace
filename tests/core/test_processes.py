import subprocess
import sys
import time

import psutil
import pytest

from mdg_core.processes import await_end, birth, find, lives


def test_a_process_is_awaited_until_it_has_ended() -> None:
    popen = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = psutil.Process(popen.pid)
    assert lives(process)
    assert await_end([process], 0.05) == [process]
    popen.kill()
    assert await_end([process], 10) == []  # nobody has collected it yet: it is over all the same
    assert not lives(process)
    popen.communicate()
    assert not lives(process)


def test_a_process_is_found_by_number_and_birth_whatever_the_clock_says(monkeypatch: pytest.MonkeyPatch) -> None:
    popen = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    born = birth(psutil.Process(popen.pid))
    if sys.platform.startswith("linux"):
        # what the system reckons from after the clock was set back by a day
        boot_time = psutil.boot_time()
        monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: boot_time - 86_400)
        monkeypatch.setattr(psutil._pslinux, "BOOT_TIME", boot_time - 86_400, raising=False)
        assert abs(psutil.Process(popen.pid).create_time() - time.time()) > 80_000
    assert birth(psutil.Process(popen.pid)) == born
    assert find(popen.pid, born) == psutil.Process(popen.pid)
    assert find(popen.pid, f"{born}0") is None
    popen.communicate(b"\n")
    assert find(popen.pid, born) is None
