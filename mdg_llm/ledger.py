"""Where the manager's calls are written down, and where today's budget is asked: in Postgres, for all processes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from mdg_core.store import costs
from mdg_core.store.connect import Connection
from mdg_llm.base import Call, Failure, Prompt, Provider, ProviderError
from mdg_llm.prices import most_usd

_MOST_TOKENS = 10**9  # more than any model reads: a wrong report, which must not break the sums


class Ledger(Protocol):
    """Told of every call that is made, once when it begins and once when it has ended, from any thread."""

    def begin(self, provider: Provider, prompt: Prompt) -> int:
        """The call's number. Raises ProviderError (BUDGET) when it must not be made."""
        ...

    def end(self, number: int, call: Call) -> None: ...


class StoredLedger:
    """The ledger of one request: `purpose` is what its calls are for, `lend` lends a connection.

    The budget cannot be overspent by calls at the same time: each reserves what it can cost at most before it begins
    (`prices.most_usd`). It is overspent only by a call that costs more than that.
    """

    def __init__(
        self,
        lend: Callable[[], AbstractContextManager[Connection]],
        *,
        purpose: str,
        daily_budget_usd: float | None,
        generation_id: UUID | None = None,
    ) -> None:
        self._lend, self._purpose = lend, purpose
        self._budget, self._generation_id = daily_budget_usd, generation_id

    def begin(self, provider: Provider, prompt: Prompt) -> int:
        paid = provider.name != "local"
        reserved = most_usd(provider.name, prompt, provider.model)
        with self._lend() as conn:
            number = costs.begin(
                conn,
                provider=provider.name,
                model=provider.model,
                purpose=self._purpose,
                generation_id=self._generation_id,
                reserved_usd=reserved,
                budget_usd=self._budget if paid else None,
            )
            if number is not None:
                return number
            spent = costs.spent_today(conn)
        raise ProviderError(
            Failure.BUDGET,
            f"not asked: of today's budget of ${self._budget:.2f} for language models ${spent:.4f} is spent or "
            f"reserved, and this call could cost ${reserved:.4f}. It begins anew at 00:00 UTC; "
            "raise llm.daily_budget_usd to go on now",
        )

    def end(self, number: int, call: Call) -> None:
        usage = call.usage
        with self._lend() as conn:
            costs.end(
                conn,
                number,
                model=call.model,
                seconds=call.seconds,
                input_tokens=_counted(usage.input),
                output_tokens=_counted(usage.output),
                cache_read_tokens=_counted(usage.cache_read),
                cache_write_tokens=_counted(usage.cache_write),
                cost_usd=call.cost_usd,
                failure=call.failure,
                error=call.error,
            )


def _counted(tokens: int) -> int:
    return min(max(tokens, 0), _MOST_TOKENS)
