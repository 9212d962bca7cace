"""What comes of asking language models: the value, every call, and who was not asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from mdg_llm.base import Call, Failure, ProviderName

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Skip:
    """A provider that was not asked, or not again; `failure` None: it is not set up."""

    provider: ProviderName
    failure: Failure | None
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What came of a request. `reason` says in words why nothing did, and is empty otherwise."""

    value: T | None
    provider: ProviderName | None
    model: str | None  # as the provider reports it
    calls: tuple[Call, ...]  # every call that was made, in the order of their ends
    skips: tuple[Skip, ...]
    reason: str

    @property
    def cost_usd(self) -> float | None:
        """Dollars of all calls, the refused and failed ones too; None when one of them has no known cost."""
        known = [call.cost_usd for call in self.calls if call.cost_usd is not None]
        return sum(known) if len(known) == len(self.calls) else None


def why_nothing(calls: list[Call], skips: list[Skip]) -> str:
    """What was last heard of each provider, in a sentence."""
    said: dict[ProviderName, str] = {skip.provider: skip.reason for skip in skips}
    said |= {call.provider: call.error or "" for call in calls}
    asked = bool(calls) or any(skip.failure is not None for skip in skips)
    begin = "no language model gave a usable answer" if asked else "no language model is set up"
    return "; ".join([begin, *(f"{name}: {reason}" for name, reason in said.items())])
