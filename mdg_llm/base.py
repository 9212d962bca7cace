"""What every adapter of a language model keeps to, and nothing of any one of them.

An adapter asks once: no retries of its own or of its SDK, since the manager decides those. It raises `ProviderError`
for whatever went wrong, with the kind of the failure, and returns an `Answer` otherwise. Text in an error has no key
in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

from mdg_core.errors import MdgError

ProviderName = Literal["anthropic", "google", "openai", "local"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked: who it is, the request, and the JSON schema of its answer."""

    system: str
    user: str
    schema: dict[str, Any]
    max_tokens: int
    # the answers that were refused and why, oldest first: (answer, reason)
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; `input` counts all of the prompt, cached parts too."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    model: str  # as the provider reports it
    usage: Usage


class Failure(StrEnum):
    """The kinds of failure that lead to different decisions (`failures`)."""

    AUTH = "auth"  # 401, 403: the key is not accepted
    QUOTA = "quota"  # 402, or 429 that says the account has no credit left
    RATE_LIMIT = "rate_limit"  # 429
    OVERLOADED = "overloaded"  # 503, 529
    SERVER = "server"  # other 5xx, HTML where JSON should be, a reset in mid-stream
    TIMEOUT = "timeout"  # 408, 504, no answer in time
    CONNECTION = "connection"  # nobody there
    TOO_LARGE = "too_large"  # 413: the prompt
    BAD_REQUEST = "bad_request"  # 400, 404, 422: the model's name or an option
    REFUSAL = "refusal"  # the model declines, or a filter does
    TRUNCATED = "truncated"  # the answer ran out of tokens
    INVALID = "invalid"  # an answer that is no clip
    BUDGET = "budget"  # today's limit is spent: not asked


class ProviderError(MdgError):
    """A call that brought no answer; `usage` is what it cost nevertheless."""

    def __init__(
        self,
        failure: Failure,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,  # seconds
        usage: Usage | None = None,
    ) -> None:
        super().__init__(message)
        self.failure = failure
        self.status = status
        self.retry_after = retry_after
        self.usage = usage or Usage()


# told the number of characters that have come so far
Progress = Callable[[int], None]


class Provider(Protocol):
    """One configured model of one service."""

    @property
    def name(self) -> ProviderName: ...

    @property
    def model(self) -> str: ...

    def ask(self, prompt: Prompt, *, timeout: float, progress: Progress | None = None) -> Answer:
        """One call that ends within `timeout` seconds in all, however it ends. Raises ProviderError."""
        ...

    def validate_credentials(self, *, timeout: float) -> None:
        """Raise ProviderError unless the service knows the key and the model; costs no tokens."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the history keeps it; `error` is None when its answer was used."""

    provider: ProviderName
    model: str
    seconds: float
    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = 0.0  # None: the price is not known
    failure: Failure | None = None
    error: str | None = None
