"""No key in any message, log line, traceback or repr, whatever happens; the real SDKs against the stubs."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import traceback

import pytest

from mdg_core.settings import PROJECT_ROOT
from mdg_llm.base import Provider, ProviderError
from tests.llm.providers import PROMPT, provider
from tests.stubs import faults
from tests.stubs.answers import Answer
from tests.stubs.faults import Fault
from tests.stubs.llm import KEY, LlmService

WRONG = "another-kind-of-key-0123456789"


def _echoes(status: int) -> Fault:
    """The service repeats all that it was sent, key and all."""

    def echo(exchange: faults.Exchange) -> None:
        said = json.dumps(dict(exchange.asked.headers))
        body = json.dumps({"error": {"message": f"you sent {said}", "type": said, "code": said, "status": said}})
        exchange.send(Answer(body.encode(), status, headers={"X-Echo": "none", "Retry-After": "1"}))

    return echo


HAPPENINGS: list[tuple[str, Fault | None]] = [
    ("nothing", None),
    ("401", faults.error(401)),
    ("echo 400", _echoes(400)),
    ("echo 401", _echoes(401)),
    ("echo 429", _echoes(429)),
    ("echo 500", _echoes(500)),
    ("reset", faults.reset),
    ("silence", faults.silence),
    ("redirect", faults.redirect_to("http://127.0.0.1:9/")),
    ("page", faults.html_page(403)),
    ("text", faults.says(f"your key is {KEY}")),
]


CASES = [pytest.param(KEY, fault, id=name) for name, fault in HAPPENINGS]
CASES += [pytest.param(WRONG, fault, id=f"a wrong key, {name}") for name, fault in HAPPENINGS[:6]]


@pytest.mark.parametrize(("key", "fault"), CASES)
def test_the_key_shows_nowhere(
    stub: LlmService,
    fault: Fault | None,
    key: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = provider(stub, api_key=key)
    if fault is not None:
        stub.fail(fault)
    causes: list[BaseException | None] = []
    shown = [repr(asked), str(vars(asked))]
    for call in (lambda: asked.ask(PROMPT, timeout=0.3), lambda: asked.validate_credentials(timeout=0.3)):
        try:
            shown.append(repr(call()))
        except ProviderError as error:
            shown += [str(error), repr(error), repr(error.args), "".join(traceback.format_exception(error))]
            causes += [error.__cause__, error.__context__]
    assert not any(causes)  # no way from an error to a request and its headers
    shown += [str(record.__dict__) + record.getMessage() for record in caplog.records]
    shown += list(capfd.readouterr())
    assert any(key in str(each.headers) + str(each.query) for each in stub.asked)  # it did go there
    for text in shown:
        assert key not in text
        assert key[3:] not in text


def test_the_sdks_load_only_when_they_are_asked() -> None:
    """The API imports the adapters and stays small."""
    code = (
        "import sys, mdg_llm.providers\n"
        "print(*sorted({'anthropic', 'openai', 'google.generativeai', 'httpx2', 'requests'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == ""


@pytest.mark.parametrize(
    ("name", "package"),
    [("anthropic", "anthropic"), ("google", "google.generativeai"), ("openai", "openai"), ("local", "openai")],
)
def test_an_sdk_that_is_not_installed_is_named(
    stubs: dict[str, LlmService], monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for call in (_ask, _validate):
        with pytest.raises(ProviderError, match=rf"{package}.*pip install '\.\[llm\]'"):
            call(provider(stubs[name], api_key="another"))


def _ask(asked: Provider) -> None:
    asked.ask(PROMPT, timeout=5)


def _validate(asked: Provider) -> None:
    asked.validate_credentials(timeout=5)


def test_the_end_of_life_of_googles_sdk_is_no_news(stubs: dict[str, LlmService]) -> None:
    stub = stubs["google"]
    code = (
        "import warnings\n"
        "from mdg_core.settings import GoogleSettings\n"
        "from mdg_llm.google_provider import GoogleProvider\n"
        f"provider = GoogleProvider(GoogleSettings(**{stub.settings()!r}))\n"
        "provider.validate_credentials(timeout=20)\n"
        "warnings.warn('still shown', FutureWarning)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert ran.stderr.count("FutureWarning") == 1
    assert "still shown" in ran.stderr
