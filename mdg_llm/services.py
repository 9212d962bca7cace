"""What a failed call means: a service's statuses, codes and words as `ProviderError`, with what to do about it.

Nothing here knows an SDK. No text that leaves this module has the service's key in it.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import SecretStr

from mdg_llm.base import Failure, ProviderError, ProviderName
from mdg_llm.bounds import MAX_ANSWER_BYTES

_MAX_DETAIL = 200
_MAX_RETRY_AFTER = 86_400.0

# codes and types of errors, the more telling of several first
_CODES: Mapping[str, Failure] = {
    # Google: reasons, then statuses (google.rpc.Code)
    "API_KEY_INVALID": Failure.AUTH,
    "API_KEY_SERVICE_BLOCKED": Failure.AUTH,
    "UNAUTHENTICATED": Failure.AUTH,
    "PERMISSION_DENIED": Failure.AUTH,
    "DEADLINE_EXCEEDED": Failure.TIMEOUT,
    "UNAVAILABLE": Failure.OVERLOADED,
    # OpenAI
    "invalid_api_key": Failure.AUTH,
    "insufficient_quota": Failure.QUOTA,
    "billing_hard_limit_reached": Failure.QUOTA,
    "billing_not_active": Failure.QUOTA,
    "rate_limit_exceeded": Failure.RATE_LIMIT,
    "context_length_exceeded": Failure.TOO_LARGE,
    "content_policy_violation": Failure.REFUSAL,
    "content_filter": Failure.REFUSAL,
    # Anthropic
    "authentication_error": Failure.AUTH,
    "permission_error": Failure.AUTH,
    "billing_error": Failure.QUOTA,
    "rate_limit_error": Failure.RATE_LIMIT,
    "overloaded_error": Failure.OVERLOADED,
    "timeout_error": Failure.TIMEOUT,
    "request_too_large": Failure.TOO_LARGE,
}
# what some services say in words only, with status 400
_WORDS = (
    (re.compile(r"credit balance is too low", re.I), Failure.QUOTA),
    (re.compile(r"api key not valid|incorrect api key", re.I), Failure.AUTH),
    (
        re.compile(
            r"prompt is too long|maximum context length|exceeds? the (available|maximum) (context|number of tokens)"
            r"|token count .* exceeds",
            re.I,
        ),
        Failure.TOO_LARGE,
    ),
)
_STATUSES: Mapping[int, Failure] = {
    401: Failure.AUTH,
    402: Failure.QUOTA,
    403: Failure.AUTH,
    408: Failure.TIMEOUT,
    413: Failure.TOO_LARGE,
    429: Failure.RATE_LIMIT,
    503: Failure.OVERLOADED,
    504: Failure.TIMEOUT,
    529: Failure.OVERLOADED,
}
# what each failure is, and what to do about it
_DO: Mapping[Failure, str] = {
    Failure.AUTH: "does not accept the key: set {key} to one that is valid for {model}",
    Failure.QUOTA: "says that the account has no credit or quota left: add some there, or use another provider",
    Failure.RATE_LIMIT: "limits the rate of requests: try again later, or ask for a higher limit there",
    Failure.OVERLOADED: "is overloaded: try again later",
    Failure.SERVER: "failed: try again later",
    Failure.TIMEOUT: "did not answer in time: try again later, or raise {setting}.timeout_seconds",
    Failure.CONNECTION: "cannot be reached: check the network and {setting}.base_url",
    Failure.TOO_LARGE: "cannot take so long a prompt: set {setting}.model to one with more context",
    Failure.BAD_REQUEST: "refuses the request: check {setting}.model ({model}) and its options",
    Failure.REFUSAL: "declined to answer",
    Failure.TRUNCATED: "ran out of tokens in the middle of its answer",
}


@dataclass(frozen=True)
class Service:
    """A service as its errors speak of it; `setting` is its section of the settings, `variable` its key's."""

    name: ProviderName
    label: str
    variable: str
    key: SecretStr | None
    model: str

    @property
    def setting(self) -> str:
        return f"llm.{self.name}"

    def error(
        self, failure: Failure, detail: str = "", *, status: int | None = None, retry_after: float | None = None
    ) -> ProviderError:
        """The error of a kind that a call can end with, which says what to do.

        `detail` is the service's or the SDK's own wording.
        """
        words = self._words(failure)
        if failure is Failure.RATE_LIMIT and retry_after is not None:
            words += f"; it asks to wait {retry_after:.0f} s"
        detail = self.scrubbed(detail)
        shown = f" (status {status})" if status else ""
        message = f"{self.label} {words}{shown}" + (f": {detail}" if detail else "")
        return ProviderError(failure, message, status=status, retry_after=retry_after)

    def scrubbed(self, text: str) -> str:
        """Short, on one line, printable, without the key or anything that looks like one."""
        if self.key is not None:
            text = text.replace(self.key.get_secret_value(), "[key]")
        text = re.sub(r"\b(sk-|AIza|AQ\.)[\w*.-]{4,}", "[key]", text)
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return text if len(text) <= _MAX_DETAIL else text[: _MAX_DETAIL - 1] + "…"

    def _words(self, failure: Failure) -> str:
        key = f"{self.variable} or {self.setting}.api_key" if self.variable else f"{self.setting}.api_key"
        return _DO[failure].format(key=key, setting=self.setting, model=self.model)


def too_much(service: Service) -> ProviderError:
    """For `TooMuch`."""
    detail = f"it sends more than {MAX_ANSWER_BYTES // 1_000_000} MB, which is no answer"
    return service.error(Failure.SERVER, detail)


def of_status(service: Service, status: int, headers: Mapping[str, str], body: object) -> ProviderError:
    """The error of an answer with that status; `body` is its decoded JSON, or its text.

    A status below 300 is that of a stream in which the service reports an error later on.
    """
    details = _details(body)
    codes, message = _codes(details), _message(details, body)
    wait = retry_after(headers)
    if wait is None:
        wait = _google_delay(details)
    if 300 <= status < 400:
        detail = f"it redirects; set {service.setting}.base_url to the address that it redirects to"
        return service.error(Failure.BAD_REQUEST, detail, status=status)
    failure = next((_CODES[code] for code in codes if code in _CODES), None) or _STATUSES.get(status)
    if failure in (None, Failure.RATE_LIMIT) and _spent_for_the_day(details):
        failure = Failure.QUOTA
    if failure is None and 400 <= status < 500:
        failure = next((kind for words, kind in _WORDS if words.search(message)), Failure.BAD_REQUEST)
    if failure in (Failure.AUTH, Failure.QUOTA):
        wait = None
    return service.error(
        failure or Failure.SERVER,
        "" if failure is Failure.AUTH else message,  # services repeat parts of the key there
        status=status if status >= 300 else None,
        retry_after=wait,
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds by `retry-after-ms`, or by Retry-After in seconds or as a date (RFC 9110, 10.2.3); at most a day."""
    exact, stated = headers.get("retry-after-ms"), headers.get("retry-after", "").strip()
    seconds = _number(exact) if exact else None
    if seconds is not None:
        return _within_a_day(seconds / 1000)
    seconds = _number(stated)
    if seconds is None and stated:
        try:
            seconds = parsedate_to_datetime(stated).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return None if seconds is None else _within_a_day(seconds)


def _within_a_day(seconds: float) -> float:
    return min(max(0.0, seconds), _MAX_RETRY_AFTER)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _details(body: object) -> Mapping[str, Any]:
    """The error object in a body: {"error": {...}}, a list of one such (Google's streams), or the object itself."""
    if isinstance(body, (str, bytes)):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return {}
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, Mapping):
        return {}
    error = body.get("error", body)
    if isinstance(error, str):
        return {"message": error, **{name: body[name] for name in ("type", "code") if name in body}}
    return error if isinstance(error, Mapping) else {}


def _codes(details: Mapping[str, Any]) -> list[str]:
    found = [part.get("reason") for part in _parts(details, "ErrorInfo")]
    found += [details.get(name) for name in ("code", "type", "status")]
    return [code for code in found if isinstance(code, str)]


def _message(details: Mapping[str, Any], body: object) -> str:
    message = next((text for name in ("message", "detail") if isinstance(text := details.get(name), str)), None)
    if message is not None:
        return message
    text = body.decode(errors="replace") if isinstance(body, bytes) else body
    if not isinstance(text, str):
        return ""
    return "it answers with an HTML page" if text.lstrip()[:1] == "<" else text


def _parts(details: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    """The parts of a google.rpc.Status of that kind (google/rpc/error_details.proto)."""
    parts = details.get("details")
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, Mapping) and str(part.get("@type", "")).endswith(f"google.rpc.{kind}"):
            yield part


def _google_delay(details: Mapping[str, Any]) -> float | None:
    for part in _parts(details, "RetryInfo"):
        seconds = _number(str(part.get("retryDelay", "")).removesuffix("s"))
        if seconds is not None:
            return _within_a_day(seconds)
    return None


def _spent_for_the_day(details: Mapping[str, Any]) -> bool:
    """Google tells a limit by the day from one by the minute in the name of the quota alone."""
    return "PerDay" in json.dumps([part.get("violations") for part in _parts(details, "QuotaFailure")], default=str)
