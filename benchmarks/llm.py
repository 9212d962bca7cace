"""Language models that fail, are slow or hang: python -m benchmarks.llm

    failover   what the manager adds to a request when the first service fails: its time in all less that of its calls
    at once    32 requests to an API whose service takes 2 s: how long each takes, and resident memory before and after
    hanging    all services accept and never answer: how long a request takes until its clips come from templates

The services are stubs on this machine, asked through the real SDKs. Runs a server of its own on a database of its own.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest.mock import patch

import httpx

from benchmarks.serving import Server, database, demo_profile, server
from mdg_core.settings import LlmSettings
from mdg_drummer.feel_prior import packaged_prior
from mdg_drummer.library import library_of
from mdg_drummer.request import GenerationRequest
from mdg_drummer.written.hybrid import commission, prompt_of, reader_of
from mdg_llm.circuit import Circuits
from mdg_llm.failures import InvalidAnswer
from mdg_llm.manager import Limits, ask
from mdg_llm.providers import configured
from mdg_llm.workers import ThreadWorkers
from tests.stubs import drumming, faults
from tests.stubs.llm import LlmService, Reply
from tests.stubs.llm_anthropic import AnthropicStub
from tests.stubs.llm_google import GoogleStub
from tests.stubs.llm_openai import LocalStub, OpenAIStub
from tests.stubs.server import Stubs

RUNS = 30
CLIENTS, ROUNDS, SLOW_SECONDS = 32, 4, 2.0
DEADLINES = (3.0, 10.0)
GENERATE = "/api/v1/generate"


def refuses(reply: Reply) -> Callable[[LlmService], None]:
    return lambda stub: stub.say(reply)


def fails(fault: faults.Fault) -> Callable[[LlmService], None]:
    return lambda stub: stub.fail(fault, times=1)


FAILURES: Mapping[str, Callable[[LlmService], None]] = {
    "none": lambda _: None,
    "401 wrong key": fails(faults.error(401)),
    "402 no credit": fails(faults.error(402)),
    "413 too large": fails(faults.error(413)),
    "429 rate limit": fails(faults.error(429, retry_after="30")),
    "500": fails(faults.error(500)),
    "529 overloaded": fails(faults.error(529)),
    "HTML page": fails(faults.html_page()),
    "reset": fails(faults.reset),
    "reset in mid-stream": fails(faults.reset_midway),
    "silent for 0.5 s": fails(faults.silence),
    "refusal": refuses(Reply("I'd rather not.", "refusal")),
    "cut off twice": lambda stub: stub.say(*[Reply('{"clips": [', "length")] * 2),
    "no clip twice": lambda stub: stub.say(*[Reply("Boots and cats.")] * 2),
}


def services() -> list[LlmService]:
    out: list[LlmService] = [AnthropicStub(), GoogleStub(), OpenAIStub(), LocalStub()]
    for each in out:
        each.reply = drumming.clips
    return out


def failover() -> Iterator[str]:
    """A row for each failure of the first of two services, in milliseconds."""
    first, second = AnthropicStub(), OpenAIStub()
    with Stubs(first, second) as stubs:
        providers = configured(LlmSettings.model_validate(stubs.settings("llm")))
        limits = Limits(deadline_seconds=30, timeouts={"anthropic": 0.5})
        profile = demo_profile()
        job = commission(
            library_of(profile, packaged_prior()), GenerationRequest(artist=profile.artist.key, variations=1), 1
        )
        prompt, read = prompt_of(job), reader_of(job)
        for each in (first, second):
            each.reply = drumming.clips

        def added(switch: Callable[[LlmService], None]) -> float:
            switch(first)
            began = time.perf_counter()
            outcome = ask(prompt, read, providers, circuits=Circuits(), workers=ThreadWorkers(), limits=limits)
            seconds = time.perf_counter() - began
            if outcome.value is None:
                raise InvalidAnswer(outcome.reason)
            return 1000 * (seconds - sum(call.seconds for call in outcome.calls))

        for each in providers:
            each.validate_credentials(timeout=60)  # the SDKs load
            added(fails(faults.error(401)))  # and their clients
        yield "| the first service | median ms added | most |\n| --- | --- | --- |"
        for name, switch in FAILURES.items():
            times = [added(switch) for _ in range(RUNS)]
            yield f"| {name} | {statistics.median(times):.1f} | {max(times):.1f} |"


@contextmanager
def api(stubs: Stubs, database_url: str, **llm: float) -> Iterator[tuple[Server, httpx.Client]]:
    variables = {name: str(value) for name, value in stubs.environment().items()}
    variables |= {f"MDG_LLM__{name}".upper(): str(value) for name, value in llm.items()}
    limits = httpx.Limits(max_connections=CLIENTS)
    with (
        patch.dict(os.environ, variables),
        server(database_url) as running,
        httpx.Client(base_url=running.url, timeout=180, limits=limits, headers={"Prefer": "wait=120"}) as client,
    ):
        yield running, client


def at_once(database_url: str, body: dict[str, object]) -> Iterator[str]:
    """Rounds of 32 requests."""
    stubs = Stubs(*services())
    with stubs, api(stubs, database_url) as (running, client):

        def request(seed: int) -> float:
            began = time.perf_counter()
            answer = client.post(GENERATE, json=body | {"seed": seed}).raise_for_status().json()
            assert answer["provider"] == "anthropic", answer["notes"]
            return time.perf_counter() - began

        request(0)  # the SDK and the humaniser load
        stubs["anthropic"].fail(faults.delayed(SLOW_SECONDS))
        yield f"| {CLIENTS} requests, a service of {SLOW_SECONDS:g} s | p50 s | most s | MB after |"
        yield f"| --- | --- | --- | --- |\n| before | | | {running.megabytes:.0f} |"
        with ThreadPoolExecutor(CLIENTS) as pool:
            for number in range(1, ROUNDS + 1):
                times = sorted(pool.map(request, range(CLIENTS)))
                yield (
                    f"| round {number} | {statistics.median(times):.2f} | {times[-1]:.2f} | {running.megabytes:.0f} |"
                )
        yield f"\nmost at the service at once: {stubs['anthropic'].most_at_once}"


def hanging(database_url: str, body: dict[str, object]) -> Iterator[str]:
    """The first request waits for its deadline, later ones find the circuits open."""
    yield "| deadline s | seconds to templates of four requests in a row |\n| --- | --- |"
    for deadline in DEADLINES:
        stubs = Stubs(*services())
        with stubs, api(stubs, database_url, deadline_seconds=deadline) as (_, client):
            for name in stubs:
                stubs[name].fail(faults.silence)
            client.post(GENERATE, json=body | {"provider": "template"}).raise_for_status()
            times = []
            for _ in range(4):
                began = time.perf_counter()
                answer = client.post(GENERATE, json=body).raise_for_status().json()
                times.append(time.perf_counter() - began)
                assert answer["provider"] == "template"
            yield f"| {deadline:g} | {', '.join(f'{seconds:.2f}' for seconds in times)} |"


def main() -> None:
    print("\n".join(failover()), flush=True)
    profile = demo_profile()
    body: dict[str, object] = {"artist": profile.artist.key, "bars": 4, "variations": 1}
    with database(profile) as database_url:
        print("\n" + "\n".join(at_once(database_url, body)), flush=True)
        print("\n" + "\n".join(hanging(database_url, body)), flush=True)


if __name__ == "__main__":
    main()
