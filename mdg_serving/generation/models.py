"""The language models as generation asks them: circuits, threads and clients that all requests of a process share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from mdg_core.errors import UsageError
from mdg_core.settings import KEY_VARIABLES, LlmSettings
from mdg_core.store.connect import Connection
from mdg_llm.base import Provider, ProviderName
from mdg_llm.circuit import Circuits
from mdg_llm.ledger import StoredLedger
from mdg_llm.manager import Limits, OnProgress, ask
from mdg_llm.outcome import Outcome
from mdg_llm.providers import configured
from mdg_llm.workers import ThreadWorkers
from mdg_serving.generation.answer import Idea
from mdg_serving.generation.hybrid import Commission, prompt_of, reader_of

PURPOSE = "clip"

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
        timeouts: dict[ProviderName, float] = {
            each.name: getattr(self.settings, each.name).timeout_seconds for each in self.providers
        }
        return ask(
            prompt_of(job),
            reader_of(job),
            self.wanted(job.request.provider),
            circuits=self.circuits,
            workers=self.workers,
            limits=Limits(deadline_seconds=self.settings.deadline_seconds, timeouts=timeouts),
            ledger=StoredLedger(
                lend,
                purpose=PURPOSE,
                daily_budget_usd=self.settings.daily_budget_usd,
                generation_id=generation_id,
            ),
            on_progress=on_progress,
        )


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
