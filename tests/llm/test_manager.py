"""What the manager does, by the table of `failures`, in virtual time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from mdg_llm.base import Call, Failure, Prompt, Provider, ProviderError, ProviderName, Usage
from mdg_llm.calling import plain
from mdg_llm.circuit import Circuits
from mdg_llm.failures import DECISIONS
from mdg_llm.manager import Limits, ask
from mdg_llm.outcome import Outcome
from tests.llm.acting import PROMPT, USAGE, Act, Actor, VirtualWorkers, failing, read

# how each failure reaches the manager
_ANSWERED = {Failure.INVALID: Act(text="no drums")}
ASKABLE = [failure for failure in Failure if failure is not Failure.BUDGET]


def act_of(failure: Failure) -> Act:
    return _ANSWERED.get(failure) or failing(failure)


@dataclass
class Book:
    """A ledger in memory that forbids paid calls beyond so many."""

    paid_calls: float = math.inf
    begun: list[str] = field(default_factory=list)
    ended: dict[int, Call] = field(default_factory=dict)

    def begin(self, provider: Provider, prompt: Prompt) -> int:
        if provider.name != "local" and sum(name != "local" for name in self.begun) >= self.paid_calls:
            raise ProviderError(Failure.BUDGET, "today's budget is spent")
        self.begun.append(provider.name)
        return len(self.begun) - 1

    def end(self, number: int, call: Call) -> None:
        assert number not in self.ended, "each call ends once"
        self.ended[number] = call


class Stage:
    """Actors, and one process's circuits and time."""

    def __init__(self, script: Mapping[ProviderName, Sequence[Act]], *, threshold: int = 3) -> None:
        self.workers = VirtualWorkers()
        self.circuits = Circuits(threshold=threshold, clock=self.workers.now)
        self.actors = {name: Actor(self.workers, name, acts) for name, acts in script.items()}
        self.book = Book()

    def ask(self, *, reader: Callable[[str], str] = read, **options: Any) -> Outcome[str]:
        return ask(
            PROMPT,
            reader,
            list(self.actors.values()),
            circuits=self.circuits,
            workers=self.workers,
            ledger=self.book,
            rng=Random(1),
            **options,
        )

    def times(self) -> dict[str, list[float]]:
        return {name: [round(time, 3) for time in actor.times] for name, actor in self.actors.items()}


# -- the table


@pytest.mark.parametrize("failure", ASKABLE)
def test_alone_a_provider_is_asked_as_often_as_the_table_allows(failure: Failure) -> None:
    decision = DECISIONS[failure]
    stage = Stage({"anthropic": [act_of(failure)]}, threshold=99)
    outcome = stage.ask()
    assert len(stage.actors["anthropic"].asked) == 1 + decision.retries + decision.asks_again
    assert outcome.value is None
    assert [call.failure for call in outcome.calls] == [failure] * len(stage.actors["anthropic"].asked)
    assert outcome.reason.startswith("no language model gave a usable answer; anthropic: ")


@pytest.mark.parametrize("failure", ASKABLE)
def test_the_next_provider_answers_whatever_the_first_one_does(failure: Failure) -> None:
    stage = Stage({"anthropic": [act_of(failure)], "openai": [Act(text="clip of openai")]})
    outcome = stage.ask()
    assert (outcome.value, outcome.provider, outcome.reason) == ("clip of openai", "openai", "")
    # what is told the reason is asked again at once; everything else goes on at the moment of the failure
    asked_again = DECISIONS[failure].asks_again
    assert stage.times() == {"anthropic": [0.0, 1.0][: 1 + asked_again], "openai": [1.0 + asked_again]}
    assert [call.failure for call in outcome.calls] == [failure] * (1 + asked_again) + [None]


@pytest.mark.parametrize("failure", ASKABLE)
def test_the_circuit_is_told_what_the_table_says(failure: Failure) -> None:
    decision = DECISIONS[failure]
    stage = Stage({"anthropic": [act_of(failure)]}, threshold=1)
    stage.ask()
    blocked = stage.circuits.of("anthropic").blocked()
    if not (decision.charges or decision.out_seconds):
        assert blocked is None
        return
    assert blocked is not None
    assert blocked.failure is failure
    if decision.out_seconds:
        assert blocked.seconds == pytest.approx(decision.out_seconds, abs=2)
    # a second request does not ask, and says why
    again = stage.ask()
    assert [skip.failure for skip in again.skips] == [failure]
    assert again.calls == ()
    assert f"it says {failure}" in again.reason


def test_an_answer_closes_the_circuit() -> None:
    stage = Stage({"anthropic": [failing(Failure.TIMEOUT), Act()]}, threshold=1)
    stage.ask()
    assert stage.circuits.states() == {"anthropic": "open"}
    stage.workers.time += 30
    assert stage.ask().value == "clip"
    assert stage.circuits.states() == {"anthropic": "closed"}


@pytest.mark.parametrize("failure", [f for f in ASKABLE if DECISIONS[f].retries])
def test_a_retry_that_succeeds_is_an_answer(failure: Failure) -> None:
    stage = Stage({"google": [failing(failure), Act()]})
    outcome = stage.ask()
    assert (outcome.value, outcome.provider) == ("clip", "google")
    assert [call.failure for call in outcome.calls] == [failure, None]
    begun = stage.actors["google"].times[1]
    assert 1.5 <= begun <= 2.0, "1 s of the failing call, and 0.5 to 1 s of backoff"


def test_no_failure_is_left_out_of_the_tests() -> None:
    assert {*ASKABLE, Failure.BUDGET} == set(DECISIONS)


# -- retries and second questions


def test_retry_after_is_kept_to_the_second() -> None:
    stage = Stage({"anthropic": [failing(Failure.RATE_LIMIT, retry_after=20), Act()]})
    assert stage.ask().value == "clip"
    assert stage.times() == {"anthropic": [0.0, 21.0]}


def test_a_retry_after_beyond_the_deadline_opens_the_circuit_until_then() -> None:
    stage = Stage({"anthropic": [failing(Failure.RATE_LIMIT, retry_after=500)]})
    assert stage.ask().value is None
    assert stage.times() == {"anthropic": [0.0]}
    blocked = stage.circuits.of("anthropic").blocked()
    assert blocked is not None
    assert blocked.seconds == pytest.approx(500)


@pytest.mark.parametrize("said", [math.nan, math.inf, 1e300, -5.0])
def test_a_hostile_retry_after_is_bounded(said: float) -> None:
    stage = Stage({"anthropic": [failing(Failure.RATE_LIMIT, retry_after=said)]}, threshold=99)
    stage.ask()
    blocked = stage.circuits.of("anthropic").blocked()
    assert blocked is None or blocked.seconds <= 3600


def test_others_are_asked_before_anything_is_retried() -> None:
    stage = Stage(
        {
            "anthropic": [failing(Failure.OVERLOADED), Act(text="clip late")],
            "google": [failing(Failure.SERVER)],
            "openai": [failing(Failure.AUTH)],
        }
    )
    outcome = stage.ask()
    assert outcome.provider == "anthropic"
    times = stage.times()
    assert (times["anthropic"][0], times["google"][0], times["openai"]) == (0.0, 1.0, [2.0])
    assert times["anthropic"][1] == 3.0, "its backoff was over meanwhile"


def test_the_second_question_carries_the_answer_and_the_reason() -> None:
    stage = Stage({"anthropic": [Act(text="no\x00 drums \ud800" + "x" * 9000), Act(text="clip")]})
    outcome = stage.ask()
    assert outcome.value == "clip"
    first, second = (prompt for _, prompt, _ in stage.actors["anthropic"].asked)
    assert first == PROMPT
    (answer, reason) = second.refused[0]
    assert answer.startswith("no drums xxx")
    assert len(answer) == 4000
    assert "is no clip" in reason
    assert second.max_tokens == PROMPT.max_tokens


def test_a_truncated_answer_gets_more_room() -> None:
    stage = Stage({"anthropic": [failing(Failure.TRUNCATED), Act()]})
    assert stage.ask().value == "clip"
    second = stage.actors["anthropic"].asked[1][1]
    assert second.max_tokens == 2 * PROMPT.max_tokens
    assert second.refused == (("(cut off)", "it says truncated"),)


def test_the_next_provider_is_asked_the_question_itself() -> None:
    stage = Stage({"anthropic": [Act(text="no drums")], "openai": [Act()]})
    stage.ask()
    assert stage.actors["openai"].asked[0][1] == PROMPT


def test_a_fault_of_an_adapter_is_a_failure_without_its_words() -> None:
    stage = Stage({"anthropic": [Act(error=KeyError("sk-secret"))], "local": [Act()]})
    outcome = stage.ask()
    assert outcome.provider == "local"
    assert outcome.calls[0].failure is Failure.SERVER
    assert "KeyError" in (outcome.calls[0].error or "")
    assert "sk-secret" not in repr(outcome)


def test_a_fault_of_the_reader_reaches_the_caller() -> None:
    def broken(text: str) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Stage({"anthropic": [Act()]}).ask(reader=broken)


# -- time


FOUR: tuple[ProviderName, ...] = ("anthropic", "google", "openai", "local")


@pytest.mark.parametrize("hangs", [True, False], ids=["threads that never end", "no answer in time"])
def test_when_all_hang_each_is_asked_and_the_deadline_holds(hangs: bool) -> None:
    stage = Stage({name: [Act(seconds=1e6, hangs=hangs)] for name in FOUR})
    outcome = stage.ask()
    assert stage.workers.time - 1000 <= 120
    assert stage.times() == {"anthropic": [0.0], "google": [15.0], "openai": [30.0], "local": [45.0]}
    assert [call.failure for call in outcome.calls] == [Failure.TIMEOUT] * 4
    for name in FOUR:
        assert f"{name}: " in outcome.reason


def test_all_that_hang_end_with_their_own_timeouts_if_shorter() -> None:
    stage = Stage({name: [Act(hangs=True)] for name in FOUR})
    outcome = stage.ask(limits=Limits(timeouts=dict.fromkeys(FOUR, 20.0)))
    # the last one begins at 45 s, ends by 65 s, and is taken to hang a second later
    assert stage.workers.time - 1000 == pytest.approx(66)
    assert all("its thread is left behind" in (call.error or "") for call in outcome.calls)
    assert all(call.cost_usd is None for call in outcome.calls if call.provider != "local")


def test_without_a_new_character_the_next_is_asked_and_the_first_answer_wins() -> None:
    stage = Stage({"anthropic": [Act(seconds=60)], "google": [Act(seconds=5, text="clip of google")]})
    outcome = stage.ask()
    assert (outcome.value, outcome.provider) == ("clip of google", "google")
    assert stage.times() == {"anthropic": [0.0], "google": [15.0]}
    assert stage.workers.time - 1000 == 20


def test_the_first_one_can_still_win() -> None:
    stage = Stage({"anthropic": [Act(seconds=17, text="clip of claude")], "google": [Act(seconds=5)]})
    assert stage.ask().provider == "anthropic"


def test_characters_keep_the_next_one_away() -> None:
    stage = Stage({"anthropic": [Act(seconds=50, characters=(10, 20, 30, 40))], "google": [Act()]})
    outcome = stage.ask()
    assert outcome.provider == "anthropic"
    assert stage.times()["google"] == []


def test_characters_that_drip_keep_it_away_for_a_fair_share_only() -> None:
    drip = Act(seconds=1e6, characters=tuple(range(1, 120)))
    stage = Stage({"anthropic": [drip], "google": [drip], "openai": [Act(seconds=3)]})
    outcome = stage.ask()
    assert outcome.provider == "openai"
    # 120 s / 3, then the 80 s left / 2
    assert stage.times() == {"anthropic": [0.0], "google": [40.0], "openai": [80.0]}


def test_a_failure_of_the_second_brings_the_third_while_the_first_hangs() -> None:
    stage = Stage({"anthropic": [Act(hangs=True)], "google": [failing(Failure.AUTH)], "openai": [Act()]})
    assert stage.ask().provider == "openai"
    assert stage.times()["openai"] == [16.0]


def test_no_call_gets_more_time_than_is_left_or_than_its_own_timeout() -> None:
    stage = Stage({"anthropic": [Act(hangs=True)], "google": [Act(hangs=True)]})
    stage.ask(limits=Limits(deadline_seconds=30, timeouts={"anthropic": 20}))
    assert [actor.asked[0][2] for actor in stage.actors.values()] == [20.0, 15.0]


def test_progress_is_told_with_the_provider() -> None:
    told: list[tuple[str, int]] = []
    stage = Stage({"anthropic": [Act(seconds=9, characters=(2, 4, 6))]})
    stage.ask(on_progress=lambda name, characters: told.append((name, characters)))
    assert told == [("anthropic", 1), ("anthropic", 2), ("anthropic", 3)]


# -- money


def test_every_call_is_booked_once_and_the_costs_add_up() -> None:
    stage = Stage({"anthropic": [Act(text="no drums")], "openai": [failing(Failure.SERVER)], "local": [Act()]})
    outcome = stage.ask()
    one = 1000 * 1e-6 + 100 * 5e-6  # the list price of claude-haiku-4-5
    assert [call.cost_usd for call in outcome.calls] == [pytest.approx(one), pytest.approx(one), 0.0, 0.0]
    assert outcome.cost_usd == pytest.approx(2 * one)
    assert [call.usage for call in outcome.calls] == [USAGE, USAGE, Usage(), USAGE]
    assert tuple(stage.book.ended.values()) == outcome.calls


def test_the_loser_is_booked_when_it_ends() -> None:
    stage = Stage({"anthropic": [Act(seconds=60)], "local": [Act(seconds=5)]})
    outcome = stage.ask()
    assert [(call.provider, call.cost_usd) for call in outcome.calls] == [("local", 0.0), ("anthropic", None)]
    assert outcome.cost_usd is None
    assert list(stage.book.ended) == [1]
    stage.workers.run_out()
    late = stage.book.ended[0]
    assert (late.usage, late.failure, late.seconds) == (USAGE, None, 60)
    assert late.cost_usd == pytest.approx(0.0015)


def test_a_loser_that_fails_late_charges_its_circuit() -> None:
    stage = Stage({"anthropic": [failing(Failure.SERVER, seconds=60)], "local": [Act(seconds=5)]}, threshold=1)
    stage.ask()
    stage.workers.run_out()
    assert stage.book.ended[0].failure is Failure.SERVER
    assert stage.circuits.of("anthropic").state == "open"


@pytest.mark.parametrize(
    ("act", "cost"),
    [
        (failing(Failure.RATE_LIMIT), 0.0),
        (failing(Failure.TIMEOUT), None),  # the service may have written, and bills it
        (failing(Failure.REFUSAL), None),
        (failing(Failure.SERVER), 0.0),
        (Act(error=ProviderError(Failure.SERVER, "reset"), seconds=2, characters=(1,)), None),
        (Act(error=ProviderError(Failure.TRUNCATED, "cut", usage=USAGE)), 0.0015),
    ],
)
def test_what_a_failed_call_costs(act: Act, cost: float | None) -> None:
    stage = Stage({"anthropic": [act]})
    call = stage.ask().calls[0]
    assert call.cost_usd == (None if cost is None else pytest.approx(cost))


def test_the_budget_stops_paid_calls_and_goes_on_with_local_ones() -> None:
    stage = Stage({"anthropic": [Act()], "google": [Act()], "local": [Act(text="clip of local")]})
    stage.book.paid_calls = 0
    outcome = stage.ask()
    assert (outcome.value, outcome.cost_usd) == ("clip of local", 0.0)
    assert [(skip.provider, skip.failure) for skip in outcome.skips] == [
        ("anthropic", Failure.BUDGET),
        ("google", Failure.BUDGET),
    ]
    assert "today's budget is spent" in outcome.skips[0].reason
    assert stage.times() == {"anthropic": [], "google": [], "local": [0.0]}
    assert stage.circuits.states()["anthropic"] == "closed"


def test_the_budget_can_end_between_two_calls() -> None:
    stage = Stage({"anthropic": [Act(text="no drums")]})
    stage.book.paid_calls = 1
    outcome = stage.ask()
    assert len(outcome.calls) == 1
    assert [skip.failure for skip in outcome.skips] == [Failure.BUDGET]
    assert outcome.value is None


def test_a_budget_spent_does_not_keep_a_trial_call_for_good() -> None:
    stage = Stage({"anthropic": [failing(Failure.SERVER), Act()]}, threshold=1)
    stage.ask()
    stage.workers.time += 60
    stage.book.paid_calls = 0
    assert stage.ask().value is None
    stage.book.paid_calls = math.inf
    assert stage.ask().value == "clip"


# -- who is not asked


def test_what_is_missing_is_said() -> None:
    outcome = Stage({}).ask(missing={"anthropic": "set ANTHROPIC_API_KEY", "local": "set llm.local.base_url"})
    assert outcome.value is None
    assert outcome.calls == ()
    assert outcome.reason == (
        "no language model is set up; anthropic: set ANTHROPIC_API_KEY; local: set llm.local.base_url"
    )


def test_hanging_providers_are_left_alone_by_the_next_requests() -> None:
    stage = Stage({"anthropic": [Act(hangs=True)]}, threshold=2)
    limits = Limits(timeouts={"anthropic": 30})
    for _ in range(2):
        assert stage.ask(limits=limits).calls[0].failure is Failure.TIMEOUT
    begin = stage.workers.time
    outcome = stage.ask(limits=limits)
    assert stage.workers.time == begin
    assert [skip.failure for skip in outcome.skips] == [Failure.TIMEOUT]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x00b", "a b"), ("a\n\n b\t", "a b"), ("\ud800x", "x"), ("y" * 99, "y" * 10), ("\x1b[31mred", "[31mred")],
)
def test_text_of_services_is_made_plain(text: str, shown: str) -> None:
    assert plain(text, 10) == shown
