"""One call as every adapter makes it: within its bounds, its text and tokens counted, its failures as ProviderError."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from mdg_core.settings import Effort
from mdg_llm.base import Answer, Failure, Progress, Prompt, ProviderError, Usage
from mdg_llm.bounds import Line, bounded
from mdg_llm.services import Service

T = TypeVar("T")
_MAX_TOKENS = 1_000_000_000
_CHARACTERS_PER_TOKEN = 4
_THOUGHTS: Mapping[Effort | None, int] = {"low": 2000, "medium": 6000, None: 6000, "high": 16000}
# failures that can end an answer before the service has told its tokens
_CUT_SHORT = (Failure.SERVER, Failure.TIMEOUT, Failure.OVERLOADED)


@dataclass(slots=True)
class Heard:
    """What has come of an answer so far."""

    line: Line
    progress: Progress | None = None
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    _texts: list[str] = field(default_factory=list)
    _characters: int = 0

    @property
    def text(self) -> str:
        return "".join(self._texts)

    def hear(self, text: str) -> None:
        """Take a piece of the text. Raises TimeoutError when the call's time is up."""
        if self.line.was_cut:
            raise TimeoutError
        if text:
            self._texts.append(text)
            self._characters += len(text)
            if self.progress is not None:
                self.progress(self._characters)

    def spent(self, prompt: Prompt | None, failure: Failure) -> Usage:
        """The tokens of a failed call; estimated where text had come before it was cut short, as that is charged."""
        if failure not in _CUT_SHORT or prompt is None or not self._characters:
            return self.usage
        asked = len(prompt.system) + sum(len(text) for _, text in turns(prompt))
        return replace(
            self.usage,
            input=self.usage.input or asked // _CHARACTERS_PER_TOKEN,
            output=max(self.usage.output, self._characters // _CHARACTERS_PER_TOKEN),
        )

    def answer(self, service: Service) -> Answer:
        return Answer(self.text, service.scrubbed(self.model) or service.model, self.usage)


def turns(prompt: Prompt) -> Iterator[tuple[Literal["user", "assistant"], str]]:
    """The conversation: the request, then each refused answer and the reason for that."""
    yield "user", prompt.user
    for answer, reason in prompt.refused:
        yield "assistant", answer.strip() or "(nothing)"
        yield "user", f"That answer cannot be used: {reason}\nAnswer again, in full."


def room(prompt: Prompt, effort: Effort | None = "low") -> int:
    """Tokens that the model may use: services count what it thinks as part of what it answers."""
    return prompt.max_tokens + _THOUGHTS[effort]


def tokens(stated: Any) -> int:
    """A number of tokens as a service states it; 0 where it states none, or nonsense."""
    return stated if isinstance(stated, int) and 0 <= stated < _MAX_TOKENS else 0


def within(
    seconds: float,
    service: Service,
    work: Callable[[Heard], T],
    translate: Callable[[Exception], ProviderError],
    prompt: Prompt | None = None,
    progress: Progress | None = None,
) -> T:
    """What `work` returns, within so many seconds in all. Raises ProviderError, without a chain of causes.

    `translate` is for what the SDK raises; causes would show requests with their headers, so none is kept.
    """
    with bounded(seconds) as line:
        heard = Heard(line, progress)
        try:
            result = work(heard)
            failed = None
        except ProviderError as error:
            failed = error
        except ImportError as error:
            message = f"{service.label} needs the package {error.name}: pip install '.[llm]' in the checkout"
            failed = ProviderError(Failure.BAD_REQUEST, message)
        except Exception as error:  # an SDK checks no answer before it reads it: hostile ones raise anything
            failed = translate(error)
        if line.was_cut:  # a body without a stated length looks complete then
            failed = service.error(Failure.TIMEOUT, f"not within {seconds:.3g} s")
    if failed is None:
        return result
    failed.usage = heard.spent(prompt, failed.failure)
    raise failed


def unreadable(service: Service, error: Exception) -> ProviderError:
    """For what an SDK raises on an answer that has not the shape of its API."""
    return service.error(Failure.SERVER, f"its answer cannot be read ({type(error).__name__})")


def broken_off(service: Service, heard: Heard) -> ProviderError:
    """For a stream that ends before the answer does."""
    return service.error(Failure.SERVER, "its answer broke off") if heard.model else another_kind(service)


def another_kind(service: Service) -> ProviderError:
    """For an answer of success without what the service's have, as from a proxy: SDKs hand on whatever has come."""
    detail = f"what it sends is no answer of this kind of service; check {service.setting}.base_url"
    return service.error(Failure.SERVER, detail)
