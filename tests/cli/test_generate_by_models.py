"""`mdg generate`, `mdg costs`, `mdg doctor` and `mdg try-llm` with stubs of language models."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from mdg_cli import try_llm
from mdg_cli.main import app
from mdg_cli.stack import doctor
from mdg_core.settings import load_settings
from mdg_core.store import artists, costs, generations, profiles
from mdg_core.store.connect import Connection
from mdg_serving.generation import service
from tests.conftest import ROOT, Models
from tests.drummer.profiles import rock
from tests.stubs import drumming, faults
from tests.stubs.llm import KEY, Reply

Run = Callable[..., Result]
SetUp = Callable[..., None]


@pytest.fixture
def set_up(models: Models, monkeypatch: pytest.MonkeyPatch) -> Iterator[SetUp]:
    """Point the environment at the stubs of these names."""

    def point(*names: str, **llm: Any) -> None:
        for name in names:
            for setting, value in models[name].settings().items():
                monkeypatch.setenv(f"MDG_LLM__{name}__{setting}".upper(), value)
        for setting, value in llm.items():
            monkeypatch.setenv(f"MDG_LLM__{setting}".upper(), str(value))
        load_settings.cache_clear()

    yield point
    load_settings.cache_clear()


@pytest.fixture
def run(database_url: str, conn: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command on the tests' database, in which a rock drummer is known."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    profile = rock()
    artists.find_or_create(conn, profile.artist.name)
    with conn.transaction():
        profiles.publish(conn, profile, content_hash="rock", built_from={})

    def invoke(*arguments: Any) -> Result:
        load_settings.cache_clear()
        result = CliRunner().invoke(app, [str(each) for each in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def generated(run: Run, *options: Any) -> dict[str, Any]:
    result = run("generate", "Rock Drummer", "--bars", 2, "--variations", 2, "--seed", 5, "--json", *options)
    body: dict[str, Any] = json.loads(result.stdout)
    assert all(Path(file).stat().st_size for file in body["files"])
    assert len(body["files"]) == 2
    return body


@pytest.mark.parametrize("name", ["anthropic", "google", "openai", "local"])
def test_each_one_writes_clips(run: Run, set_up: SetUp, models: Models, conn: Connection, name: str) -> None:
    set_up(name)
    body = generated(run, "--provider", name)
    assert (body["provider"], [v["origin"] for v in body["variations"]]) == (name, ["llm", "llm"])
    charge = models[name].charged[-1]
    (day,) = costs.totals(conn, days=1)
    assert (day.provider, day.input_tokens, day.output_tokens) == (name, charge.input, charge.output)
    assert day.cost_usd == pytest.approx(body["cost_usd"])


def test_a_person_is_told_who_wrote_it_and_what_it_cost(run: Run, set_up: SetUp, models: Models) -> None:
    set_up("anthropic", "google")
    models["anthropic"].fail(faults.error(529))
    models["google"].reply = lambda body: Reply(json.dumps({"clips": json.loads(drumming.clips(body))["clips"][:1]}))
    shown = run("generate", "Rock Drummer", "--bars", 2, "--variations", 2, "--provider", "auto").stdout
    assert re.search(rf"by {models['google'].model}, 2 calls, \d+ tokens out, \$0\.0\d+", shown)
    assert "note: variation 2 from templates: google gave too few valid clips" in shown
    assert "based on idea 1" in shown


def test_when_everything_fails_the_reasons_are_said(run: Run, set_up: SetUp, models: Models) -> None:
    set_up("anthropic", "google", "openai", "local", deadline_seconds=30)
    models["anthropic"].fail(faults.error(401))
    models["google"].fail(faults.error(429, "quota"))
    models["openai"].reply = lambda _: Reply("no", "refusal")
    models["local"].fail(faults.html_page(404))
    shown = run("generate", "Rock Drummer", "--bars", 2).stdout
    (note,) = (line for line in shown.splitlines() if line.startswith("note: from templates: "))
    for said in (
        "anthropic: Anthropic does not accept the key: set ANTHROPIC_API_KEY",
        "google: Google says that the account has no credit or quota left",
        "openai: OpenAI declined to answer",
        "local: The local server refuses the request: check llm.local.model",
    ):
        assert said in note
    assert KEY not in shown
    assert "by templates, 4 calls" in shown


def test_all_silent(run: Run, set_up: SetUp, models: Models, conn: Connection) -> None:
    set_up("anthropic", "openai", deadline_seconds=1.5)
    for name in ("anthropic", "openai"):
        models[name].fail(faults.silence)
    body = generated(run)
    assert (body["provider"], [call["failure"] for call in body["llm"]["calls"]]) == ("template", ["timeout"] * 2)


def test_the_budget_stops_paid_calls(run: Run, set_up: SetUp, models: Models) -> None:
    set_up("anthropic", "local", daily_budget_usd=0)
    body = generated(run)
    assert (body["provider"], body["cost_usd"]) == ("local", 0)
    assert "raise llm.daily_budget_usd" in body["notes"][0]
    assert models["anthropic"].asked == []
    assert generated(run, "--provider", "anthropic")["provider"] == "template"


def test_a_generation_that_the_user_stops_is_not_taken_up_again(
    run: Run, set_up: SetUp, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up("anthropic")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(service, "clips_of", interrupted)
    assert run("generate", "Rock Drummer").exit_code == 130
    row = conn.execute("SELECT status, error FROM generation").fetchone()
    assert row == {"status": "failed", "error": "stopped by the user"}
    assert generations.claim_next(conn) is None


# -- mdg doctor


def findings(*subjects: str) -> list[doctor.Finding]:
    load_settings.cache_clear()
    found = doctor.examine()
    return [finding for subject in subjects for finding in found if finding.subject == subject]


def test_doctor_says_what_holds_without_a_model(set_up: SetUp) -> None:
    set_up()
    (finding,) = findings("models")
    assert finding.level is doctor.Level.OK
    assert finding.message == "no language model is set up: clips come from templates"
    assert "ANTHROPIC_API_KEY" in finding.remedy


def test_doctor_asks_every_model_that_is_set_up(set_up: SetUp, models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up("anthropic", "google", "openai", "local")
    monkeypatch.setenv("MDG_LLM__GOOGLE__API_KEY", "wrong-key")
    monkeypatch.setenv("MDG_LLM__OPENAI__MODEL", "no-such-model")
    monkeypatch.setattr(doctor, "_MODEL_SECONDS", 1.0)
    models["local"].fail(faults.silence)
    anthropic, google, openai, local = findings("anthropic", "google", "openai", "local")
    assert (anthropic.level, anthropic.message) == (doctor.Level.OK, f"{models['anthropic'].model} can be asked")
    assert [each.level for each in (google, openai, local)] == [doctor.Level.WARNING] * 3
    assert "does not accept the key: set GOOGLE_API_KEY" in google.message
    assert "check llm.openai.model (no-such-model)" in openai.message
    assert "did not answer in time" in local.message
    assert all(not stub.charged for stub in models.values())


def test_doctor_does_not_wait_for_what_never_ends(set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from mdg_llm.openai_provider import OpenAIProvider

    set_up("local")
    release = threading.Event()
    monkeypatch.setattr(OpenAIProvider, "validate_credentials", lambda *_, **__: release.wait(60))
    monkeypatch.setattr(doctor, "_MODEL_SECONDS", 0.1)
    (local,) = findings("local")
    release.set()
    assert local.level is doctor.Level.WARNING
    assert "did not answer within 0.1 s" in local.message


# -- mdg try-llm


def test_try_llm_without_a_key_names_the_variables() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MDG_")}
    done = subprocess.run(
        [sys.executable, "-m", "mdg_cli.main", "try-llm"],
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "OPENAI_API_KEY", "MDG_LLM__LOCAL__BASE_URL"):
        assert name in done.stdout


def test_try_llm_shows_a_clip_of_each(run: Run, set_up: SetUp, models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(try_llm, "ARTIST", "Rock Drummer")
    set_up("anthropic", "openai", "local")
    models["openai"].fail(faults.error(401))
    result = run("try-llm")
    assert result.exit_code == 1
    first, second, third = result.stdout.split("\n\n")[:3]
    assert re.match(rf"anthropic  {models['anthropic'].model}  \d+\.\d s  \d+ tokens in, \d+ out  \$0\.\d+\n", first)
    assert "kick" in first
    assert second.startswith("openai")
    assert "OpenAI does not accept the key: set OPENAI_API_KEY" in second
    assert "kick" not in second
    assert third.startswith("local")
    assert "$0.0000" in third
