"""Hundreds of good and hostile answers: whatever a model says, the clips that come of it are valid."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest

from mdg_core.profile import StyleProfile
from mdg_core.settings import LlmSettings
from mdg_drummer.result import build_result
from mdg_drummer.written.answer import Idea
from mdg_drummer.written.hybrid import Commission, clips_of, prompt_of, reader_of
from mdg_llm.base import Answer, Failure, Usage
from mdg_llm.circuit import Circuits
from mdg_llm.failures import InvalidAnswer
from mdg_llm.manager import Limits, ask
from mdg_llm.outcome import Outcome
from mdg_llm.providers import configured
from mdg_llm.workers import ThreadWorkers
from tests.conftest import Models
from tests.drummer.profiles import compound, jazz, rock, sparse
from tests.drummer.written.test_hybrid import job_of
from tests.serving.asking import asking, check_clip, generate, llm_settings
from tests.serving.conftest import Publish
from tests.stubs import drumming, misbehaving
from tests.stubs.drumming import Wish

MANY = 520
SOME = 160
MUST_BE_CLIPS = (
    "good",
    "good notes",
    "fenced",
    "in prose",
    "twice",
    "numbers as text",
    "fields of its own",
    "a bad clip before a good one",
)
NEVER_CLIPS = (
    "prose alone",
    "nothing",
    "null",
    "no clips",
    "deeply nested",
    "a wall",
    "silence",
    "10,000 notes",
    "times off the grid",
)


def body_of(job: Commission) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": prompt_of(job).user}]}


def deliver(job: Commission, asked: Outcome[list[Idea]]) -> Counter[str]:
    """Make the clips, look at every one, and count where they come from."""
    clips = clips_of(job, asked.value or [])
    result, files = build_result(UUID(int=1), job.library.profile, clips, job.request, job.seed, asked)
    json.dumps(result, allow_nan=False)
    assert len(files) == job.request.variations
    for variation, file in zip(result["variations"], files, strict=True):
        check_clip(result, variation, file)
    return Counter(variation["origin"] for variation in result["variations"])


def outcome_of(job: Commission, text: str) -> Outcome[list[Idea]]:
    try:
        return Outcome(reader_of(job)(text), "local", "m", (), (), "")
    except InvalidAnswer as error:
        return Outcome(None, None, None, (), (), str(error))


@pytest.mark.parametrize("make", [rock, jazz, compound, sparse])
def test_what_a_model_says_becomes_valid_clips(make: Callable[[], StyleProfile]) -> None:
    """Whatever their number, their metre and their grid."""
    origins: Counter[str] = Counter()
    for number in range(SOME // 4):
        job = job_of(make(), seed=number, bars=1 + number % 3, variations=1 + number % 2, humanize=number % 2 == 0)
        origins += deliver(job, outcome_of(job, misbehaving.answer(body_of(job), number)))
    assert min(origins["llm"], origins["template"]) >= SOME // 40


@pytest.mark.parametrize("kind", misbehaving.kinds)
def test_every_kind_is_read_or_refused_with_a_reason(kind: str) -> None:
    job = job_of(rock(), variations=1)
    body = body_of(job)
    number = list(misbehaving.kinds).index(kind)
    asked = outcome_of(job, misbehaving.answer(body, number))
    if kind in MUST_BE_CLIPS:
        assert asked.value
    if kind in NEVER_CLIPS:
        assert asked.value is None
    assert asked.value or 0 < len(asked.reason) <= 600
    deliver(job, asked)


def test_the_good_answers_of_the_stubs_are_read_without_repairs() -> None:
    for number, write in itertools.product(range(20), (drumming.clips, drumming.clips_as_notes)):
        job = job_of(rock(), seed=number, bars=1 + number % 4, variations=1 + number % 8)
        ideas = reader_of(job)(write(body_of(job)))
        assert len(ideas) == job.request.variations
        assert not any(idea.repairs for idea in ideas)


def test_a_wish_is_read_from_the_prompt() -> None:
    job = job_of(compound(), bars=3, variations=2)
    assert drumming.wish_of(body_of(job)) == Wish(2, 3, 12, 3.0, frozenset())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["anthropic", "google", "openai", "local"])
def test_over_each_wire_every_delivered_clip_is_valid(models: Models, name: str) -> None:
    """520 answers a provider, through the real SDK, with the second question that an unusable answer brings."""
    settings = LlmSettings.model_validate(llm_settings(models, name))
    providers, circuits, workers = configured(settings), Circuits(), ThreadWorkers()
    numbers = itertools.count()
    models[name].reply = lambda body: misbehaving.answer(body, next(numbers))
    origins: Counter[str] = Counter()
    for request in itertools.count():
        if len(models[name].charged) >= MANY:
            break
        make = (rock, jazz, compound)[request % 3]
        job = job_of(make(), seed=request, bars=1 + request % 2, variations=1)
        asked = ask(prompt_of(job), reader_of(job), providers, circuits=circuits, workers=workers, limits=Limits(60))
        assert {call.failure for call in asked.calls} <= {None, Failure.INVALID, Failure.TRUNCATED}
        origins += deliver(job, asked)
    assert min(origins["llm"], origins["template"]) > 50


def test_over_http_every_delivered_clip_is_valid(database_url: str, models: Models, publish: Publish) -> None:
    publish(rock())
    numbers = itertools.count()
    for stub in models.values():
        stub.reply = lambda body: misbehaving.answer(body, next(numbers))
    with asking(database_url, llm_settings(models)) as client:
        for seed in range(24):
            generate(client, seed=seed, provider=list(models)[seed % 4], variations=1 + seed % 2)
    assert sum(len(stub.charged) for stub in models.values()) >= 30


def test_a_usage_of_nonsense_costs_no_clip() -> None:
    """What a service says of its tokens is not believed beyond what can be."""
    job = job_of(rock(), variations=1)
    answer = Answer(drumming.clips(body_of(job)), "m" * 9999, Usage(10**30, -5))

    class Boaster:
        name, model = "anthropic", "m"

        def ask(self, *_: object, **__: object) -> Answer:
            return answer

        def validate_credentials(self, *, timeout: float) -> None: ...

    asked = ask(prompt_of(job), reader_of(job), [Boaster()], circuits=Circuits(), workers=ThreadWorkers())  # type: ignore[list-item]
    assert deliver(job, asked) == {"llm": 1}
