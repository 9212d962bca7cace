"""How asking each source goes, as the request tells it while a run works on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from mdg_core.store.requests import SourceProgress, SourceStatus
from mdg_pipeline.collect.base import Collected
from mdg_pipeline.documents import FAILED_STATUSES, Outcome, OutcomeStatus, RawKind
from mdg_pipeline.progress import Reporter

_TITLES, _TITLE_LENGTH, _MESSAGE_LENGTH = 5, 120, 500
_STATUSES: dict[OutcomeStatus, SourceStatus] = {"ok": "found", "empty": "empty", "disabled": "disabled"}


def of_outcome(outcome: Outcome, titles: Sequence[str] = ()) -> SourceProgress:
    """`titles`: one of each document that was found."""
    return SourceProgress(
        outcome.source,
        _STATUSES.get(outcome.status, "failed"),
        outcome.message[:_MESSAGE_LENGTH],
        outcome.status if outcome.status in FAILED_STATUSES else None,
        len(titles),
        tuple(title[:_TITLE_LENGTH] for title in titles[:_TITLES]),
    )


def of_answer(part: Collected) -> SourceProgress:
    return of_outcome(part.outcome, [document.title or document.uri for document, _ in part.files])


@dataclass(slots=True)
class Board:
    """The sources of the raw kinds; progress is the share of them that has answered. Called from several threads."""

    reporter: Reporter
    sources: dict[RawKind, dict[str, SourceProgress]]
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, reporter: Reporter, names: dict[RawKind, list[str]]) -> Board:
        return cls(
            reporter, {kind: {name: SourceProgress(name, "asking") for name in of} for kind, of in names.items()}
        )

    def begin(self) -> None:
        """Say who is asked. Raises ClaimLost, as all of these do."""
        with self._lock:
            self._report("asking the sources", *self.sources)

    def answer(self, kind: RawKind, part: Collected) -> None:
        """A source has answered."""
        told = of_answer(part)
        with self._lock:
            self.sources[kind][told.source] = told
            said = f"{told.documents} found" if told.documents else part.outcome.status
            self._report(f"{told.source}: {said}", kind)

    def settle(self, kind: RawKind, collected: Sequence[Collected]) -> None:
        """What a kind came to in the end: who was late, and without what two sources gave alike."""
        with self._lock:
            self.sources[kind] = {part.outcome.source: of_answer(part) for part in collected}
            self._report(f"{kind}: {sum(len(part.files) for part in collected)} found", kind)

    def _report(self, message: str, *kinds: RawKind) -> None:
        each = [source for of_kind in self.sources.values() for source in of_kind.values()]
        answered = sum(source.status != "asking" for source in each)
        self.reporter.report(
            "sources",
            message,
            fraction=answered / max(1, len(each)),
            sources={kind: list(self.sources[kind].values()) for kind in kinds},
        )
