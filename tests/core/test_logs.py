import json
import logging
import subprocess
import sys

from mdg_core import logs


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("mdg_serving.worker", logging.WARNING, "", 0, message, args, None)
    made.__dict__.update(extra)
    return made


def test_a_line_is_json_and_says_whose_work_it_was() -> None:
    with logs.about(request_id="r1"), logs.about(task_id="t1"):
        line = logs.JsonLines().format(record("it fell\nby %s", "itself", status=503))
    assert "\n" not in line
    told = json.loads(line)
    assert told.pop("timestamp").endswith("+00:00")
    assert told == {
        "level": "warning", "logger": "mdg_serving.worker", "event": "it fell\nby itself", "request_id": "r1",
        "task_id": "t1", "status": 503,
    }  # fmt: skip
    assert "request_id" not in json.loads(logs.JsonLines().format(record("later")))


def test_a_line_for_a_person() -> None:
    with logs.about(task_id="t1"):
        assert logs.Words().format(record("it fell")).endswith("warning: it fell (task_id=t1)")


def test_what_a_program_does_not_catch_is_a_line_too() -> None:
    code = "from mdg_core import logs; logs.configure(); raise ValueError('no drums')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    told = json.loads(done.stderr)
    assert (told["level"], told["event"]) == ("critical", "ValueError: no drums")
    assert "Traceback" in told["exception"]


def test_modules_of_others_are_heard_from_their_warnings_on() -> None:
    code = (
        "import logging; from mdg_core import logs; logs.configure()\n"
        "for name in ('mdg_core.x', 'httpx'): logging.getLogger(name).info('said by %s', name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [json.loads(line)["logger"] for line in done.stderr.splitlines()] == ["mdg_core.x"]
