from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import pytest

from mdg_llm.base import Failure
from mdg_llm.circuit import Blocked, Circuit, Circuits, Pass


class Clock:
    def __init__(self) -> None:
        self.time = 50.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock: Clock) -> Circuit:
    return Circuit(threshold=3, pause=30, max_pause=100, clock=clock)


def enter(circuit: Circuit) -> Pass:
    leave = circuit.enter()
    assert isinstance(leave, Pass)
    return leave


def fail(circuit: Circuit, times: int = 1) -> None:
    for _ in range(times):
        circuit.failed(enter(circuit), Failure.SERVER, "broken")


def test_it_opens_after_failures_in_a_row(circuit: Circuit) -> None:
    fail(circuit, 2)
    circuit.answered(enter(circuit))
    fail(circuit, 2)
    assert circuit.state == "closed"
    fail(circuit)
    assert circuit.state == "open"
    blocked = circuit.enter()
    assert isinstance(blocked, Blocked)
    assert (blocked.failure, blocked.seconds) == (Failure.SERVER, 30)
    assert "another 30 s: broken" in blocked.reason


def test_after_the_pause_one_trial_call_decides(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 3)
    clock.time += 30
    assert circuit.state == "half-open"
    trial = enter(circuit)
    assert isinstance(circuit.enter(), Blocked), "one at a time"
    circuit.answered(trial)
    assert circuit.state == "closed"
    fail(circuit, 2)
    assert circuit.state == "closed", "the count began anew"


def test_the_pause_doubles_up_to_a_cap_until_an_answer(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 3)
    for pause in (30, 60, 100, 100):
        clock.time += pause - 0.001
        assert circuit.state == "open"
        clock.time += 0.001
        assert circuit.state == "half-open"
        fail(circuit)
    clock.time += 100
    circuit.answered(enter(circuit))
    fail(circuit, 3)
    blocked = circuit.blocked()
    assert blocked is not None
    assert blocked.seconds == 30


def test_a_trial_that_was_not_made_leaves_the_next_one_free(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 3)
    clock.time += 30
    circuit.release(enter(circuit))
    assert isinstance(circuit.enter(), Pass)


def test_calls_from_before_the_opening_say_nothing_about_now(circuit: Circuit, clock: Clock) -> None:
    slow = [enter(circuit), enter(circuit)]
    fail(circuit, 3)
    circuit.answered(slow[0])
    circuit.failed(slow[1], Failure.SERVER, "late")
    blocked = circuit.blocked()
    assert blocked is not None
    assert blocked.seconds == 30


def test_an_outcome_counts_once(circuit: Circuit) -> None:
    leave = enter(circuit)
    for _ in range(5):
        circuit.failed(leave, Failure.TIMEOUT, "slow")
    assert circuit.state == "closed"
    fail(circuit, 2)
    circuit.answered(leave)
    assert circuit.state == "open", "the pass was used"


def test_a_hold_lasts_at_least_its_time(circuit: Circuit, clock: Clock) -> None:
    circuit.hold(100, Failure.RATE_LIMIT, "too fast")
    circuit.hold(10, Failure.OVERLOADED, "busy")
    clock.time += 99
    blocked = circuit.blocked()
    assert blocked is not None
    assert (blocked.failure, blocked.seconds) == (Failure.RATE_LIMIT, 1)
    clock.time += 1
    assert circuit.state == "half-open"


def test_a_wrong_key_is_out_for_good(circuit: Circuit, clock: Clock) -> None:
    circuit.hold(math.inf, Failure.AUTH, "the key is not accepted")
    clock.time += 1e9
    blocked = circuit.blocked()
    assert blocked is not None
    assert "until mdg starts anew" in blocked.reason


def test_one_of_many_threads_gets_the_trial() -> None:
    clock = Clock()
    circuits = Circuits(threshold=1, pause=30, clock=clock)
    with ThreadPoolExecutor(16) as pool:
        same = set(pool.map(lambda _: id(circuits.of("local")), range(64)))
        assert len(same) == 1
        fail(circuits.of("local"))
        clock.time += 30
        passes = list(pool.map(lambda _: circuits.of("local").enter(), range(64)))
    assert sum(isinstance(leave, Pass) for leave in passes) == 1
    assert circuits.states() == {"local": "half-open"}
