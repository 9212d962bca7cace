"""What the stubs of language models share: replies to say, a key to check, tokens to charge.

    stub.reply = lambda body: clip_for(body)       # text, or a Reply, from the decoded request
    stub.say(Reply("half a cl", stop="length"))    # the next one only
    ...
    assert usage.output == stub.charged[-1].output

A token is four characters, begun ones counted. A system text that was sent before counts as cached.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

from tests.stubs.answers import Answer, Asked, json_answer
from tests.stubs.service import CONTROL, Service

Stop = Literal["stop", "length", "refusal", "filter", "blocked", "context", "error", "nothing"]
KEY = "sk-stub-0123456789abcdefXYZ"
UNKNOWN_MODEL = "no-such-model"
_PIECES = 8


@dataclass(frozen=True)
class Reply:
    """`stop`: its end, its own refusal, a filter's, the prompt's; out of context, an error in mid-stream, no end."""

    text: str
    stop: Stop = "stop"


@dataclass(frozen=True)
class Charge:
    """Tokens of one call; `input` counts the cached ones too."""

    model: str
    input: int
    output: int
    cache_read: int = 0
    cache_write: int = 0


def tokens(text: str) -> int:
    return -(-len(text) // 4)


def fenced(text: str) -> str:
    return f"```json\n{text}\n```"


def in_prose(text: str) -> str:
    return f"Sure! Here is the groove you asked for:\n\n{text}\n\nLet me know if it should swing more."


def as_asked(_body: dict[str, Any]) -> str:
    """What a stub says that nobody told what to say."""
    return '{"plan": "as asked", "bars": ["9---"]}'


def pieces(text: str) -> list[str]:
    """The text as a stream brings it."""
    size = max(1, -(-len(text) // _PIECES))
    return [text[start : start + size] for start in range(0, len(text), size)]


class LlmService(Service):
    """A language model behind HTTP. Subclasses speak the wire format."""

    section = "llm"
    key: str = KEY
    model: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.reply: Callable[[dict[str, Any]], str | Reply] = as_asked
        self.charged: list[Charge] = []
        self._next: deque[Reply] = deque()
        self._known_systems: set[str] = set()

    def settings(self) -> dict[str, Any]:
        return {"base_url": self.base_url, "model": self.model} | ({"api_key": self.key} if self.key else {})

    def say(self, *replies: Reply) -> None:
        """The next replies, each once; then `reply` again."""
        with self._lock:
            self._next.extend(replies)

    def forget(self) -> None:
        super().forget()
        with self._lock:
            self._next.clear()
            self._known_systems.clear()
            self.charged.clear()

    def body(self) -> dict[str, Any]:
        """The last request, decoded."""
        decoded: dict[str, Any] = json.loads(self.asked[-1].body)
        return decoded

    def control(self, asked: Asked, body: bytes) -> Answer:
        action = asked.path.removeprefix(CONTROL)
        if action == "say":
            self.say(*(Reply(**wish) for wish in json.loads(body)))
        elif action == "charged":
            return json_answer([asdict(charge) for charge in self.charged])
        else:
            return super().control(asked, body)
        return json_answer({})

    def replied(self, body: dict[str, Any], max_tokens: int) -> Reply:
        """The reply to this request, cut where its tokens end."""
        with self._lock:
            reply = self._next.popleft() if self._next else None
        if reply is None:
            given = self.reply(body)
            reply = given if isinstance(given, Reply) else Reply(given)
        if tokens(reply.text) > max_tokens:
            return Reply(reply.text[: max_tokens * 4], "length")
        return reply

    def charge(self, model: str, system: str, conversation: list[str], reply: Reply, *, writes_cache: bool) -> Charge:
        """Count the call's tokens. What the service refuses to read costs nothing to answer."""
        with self._lock:
            known = system in self._known_systems
            self._known_systems.add(system)
            charge = Charge(
                model=model,
                input=tokens(system) + sum(map(tokens, conversation)),
                output=tokens(reply.text),
                cache_read=tokens(system) if known else 0,
                cache_write=tokens(system) if writes_cache and not known else 0,
            )
            self.charged.append(charge)
        return charge
