from __future__ import annotations

from mdg_core.profile import Collaborator
from mdg_pipeline.build.collaborators import MAX_COLLABORATORS, collaborators


def row(name: str, document: str, kind: str = "collaborator") -> dict[str, object]:
    return {"kind": kind, "name": name, "document": document}


def test_bands_come_first_then_whom_the_most_articles_name() -> None:
    rows = [row("Sam Rourke", "a"), row("Nora Finch", "a"), row("nora finch", "b"), row("Nora Finch", "b")]
    rows += [row("swing", "b", "term"), row("...", "b")]
    assert collaborators(["7 Worlds"], rows) == [
        Collaborator(name="7 Worlds", relation="band of the drummer"),
        Collaborator(name="Nora Finch", relation="played with", documents=2),
        Collaborator(name="Sam Rourke", relation="played with", documents=1),
    ]


def test_the_list_is_capped() -> None:
    assert len(collaborators([], [row(f"Somebody {n}", "a") for n in range(500)])) == MAX_COLLABORATORS
