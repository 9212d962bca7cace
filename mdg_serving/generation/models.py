"""The language models as generation asks them: circuits, threads and clients that all requests of a process share."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from mdg_core.errors import UsageError
from mdg_core.settings import KEY_VARIABLES, LlmSettings
from mdg_core.store.connect import Connection
from mdg_drummer.written.answer import Idea
from mdg_drummer.written.hybrid import Commission, prompt_of, reader_of
from mdg_llm.base import Provider, ProviderName
from mdg_llm.circuit import Circuits
from mdg_llm.ledger import StoredLedger
from mdg_llm.manager import Limits, OnProgress, ask
from mdg_llm.outcome import Outcome
from mdg_llm.providers import configured, load
from mdg_llm.workers import ThreadWorkers

PURPOSE = "clip"
# of the deadline, what stays for the templates: in seconds, and as a share of a short one
_LEFT_FOR_TEMPLATES, _MOST_LEFT = 2.0, 0.1

Asked = Outcome[list[Idea]]


@dataclass(frozen=True, slots=True, eq=False)
class Models:
    """What is asked, and what is known of how it fares. One for a process."""

    settings: LlmSettings
    providers: tuple[Provider, ...]
    circuits: Circuits
    workers: ThreadWorkers

    @classmethod
    def of(cls, settings: LlmSettings) -> Models:
        return cls(settings, tuple(configured(settings)), Circuits(), ThreadWorkers())

    def wanted(self, provider: str) -> tuple[Provider, ...]:
        """Whom a request with this `provider` asks, in order; nobody for `template`, and for `auto` without any key."""
        return tuple(each for each in self.providers if provider in ("auto", each.name))

    def ideas(
        self,
        job: Commission,
        lend: Callable[[], AbstractContextManager[Connection]],
        generation_id: UUID,
        on_progress: OnProgress | None = None,
    ) -> Asked:
        """Ask those whom the request wants. No failure of theirs is raised: it stands in the outcome."""
        wanted = self.wanted(job.request.provider)
        began = time.monotonic()
        for first in wanted[:1]:
            load(first.name)  # else its seconds look like silence, and the next one is asked and paid too
        seconds = seconds_to_ask(self.settings.deadline_seconds, time.monotonic() - began)
        timeouts: dict[ProviderName, float] = {
            each.name: getattr(self.settings, each.name).timeout_seconds for each in self.providers
        }
        return ask(
            prompt_of(job),
            reader_of(job),
            wanted,
            circuits=self.circuits,
            workers=self.workers,
            limits=Limits(deadline_seconds=seconds, timeouts=timeouts),
            ledger=StoredLedger(
                lend,
                purpose=PURPOSE,
                daily_budget_usd=self.settings.daily_budget_usd,
                generation_id=generation_id,
            ),
            on_progress=on_progress,
        )


def seconds_to_ask(deadline: float, gone: float) -> float:
    """How long the models may take, so that what the templates play without them comes within the deadline.

    `gone` seconds of it are over; half of the deadline is theirs nevertheless.
    """
    return max(deadline / 2, deadline - gone - min(_LEFT_FOR_TEMPLATES, _MOST_LEFT * deadline))


def check_provider(settings: LlmSettings, provider: str) -> None:
    """Raises UsageError when a request wants one provider, and that one is not set up."""
    if provider in ("auto", "template", *settings.configured):
        return
    if provider == "local":
        remedy = "set llm.local.base_url (MDG_LLM__LOCAL__BASE_URL) to the address of your server"
    elif provider in settings.order:
        remedy = f"set {next(key for name, key in KEY_VARIABLES.items() if name == provider)} to your key"
    else:
        remedy = "add it to llm.order"
    raise UsageError(f"the provider {provider} is not set up: {remedy}, or use auto or template")
