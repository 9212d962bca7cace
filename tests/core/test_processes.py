import subprocess
import sys

import psutil

from mdg_core.processes import await_end, lives


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
