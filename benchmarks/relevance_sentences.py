"""How well sentences on an artist's drumming are found: `python -m benchmarks.relevance_sentences [--fit] [--wrong]`.

Precision and recall on three parts of the labelled sentences. `fit`: rules and weights were made on it. `held_out`:
only measured on, but its figures were looked at between changes, so they flatter. `blind`: sentences whose errors
nobody has looked at, 60 hard cases (other people's drumming, negations, machines, figures of speech; 0.93 and 0.90) and
83 in the mix of whole pages (0.97 and 0.97); one sentence is 1.5 % of recall. Batches moved to `fit` once their errors
were looked at; when new, the last three, of much varied wording, had 0.93 and 0.81 together, so expect less recall than
that of `blind` where a writer finds unusual words.

`--fit` prints the weights of a logistic regression on the first.
"""

from __future__ import annotations

import argparse

import numpy as np

from mdg_pipeline.analyse.text import relevance
from tests.pipeline.data.sentences import Labelled, load

L2 = 1.0


def read(item: Labelled) -> relevance.Read:
    focus: relevance.Focus = "own"
    if item.before:
        focus = relevance.next_focus(relevance.read(item.before, item.subject))
    return relevance.read(item.sentence, item.subject, focus)


def fit(items: list[Labelled]) -> dict[str, float]:
    """Ridge logistic regression by Newton's method; the bias is not shrunk."""
    rows = [relevance.features(read(item), item.subject) for item in items]
    names = list(rows[0])
    x = np.array([[row[name] for name in names] for row in rows])
    y = np.array([float(item.about) for item in items])
    penalty = np.diag([0.0 if name == "bias" else L2 for name in names])
    w = np.zeros(len(names))
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        w += np.linalg.solve(x.T * (p * (1 - p)) @ x + penalty + 1e-9 * np.eye(len(w)), x.T @ (y - p) - penalty @ w)
    return dict(zip(names, w.round(2).tolist(), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="print fitted weights and measure with them")
    parser.add_argument(
        "--wrong", action="store_true", help="list what is wrong in the fitting part, never in the others"
    )
    options = parser.parse_args()
    halves = {"fit": load("fit"), "held_out": load("held_out"), "blind": load("blind")}
    if options.fit:
        relevance.WEIGHTS = fit(halves["fit"])
        print("\n".join(f'    "{name}": {value},' for name, value in relevance.WEIGHTS.items()))
    for half, items in halves.items():
        scores = [relevance.score(read(item), item.subject) for item in items]
        chosen = [score >= relevance.THRESHOLD for score in scores]
        about = [item for item in items if item.about]
        right = sum(c and item.about for c, item in zip(chosen, items, strict=True))
        kinds = sum(relevance.kind_of(read(item), item.subject) == item.label for item in about)
        print(
            f"{half}: {len(items)} sentences, {len(about)} about it; precision {right / max(1, sum(chosen)):.3f}, "
            f"recall {right / len(about):.3f}; kind right {kinds / len(about):.2f}"
        )
        if options.wrong and half == "fit":
            show_wrong(items, scores)


def show_wrong(items: list[Labelled], scores: list[float]) -> None:
    for item, score in zip(items, scores, strict=True):
        if (score >= relevance.THRESHOLD) != item.about:
            counts = {name: value for name, value in relevance.features(read(item), item.subject).items() if value}
            print(f"  {score:.2f} [{item.label}] {item.sentence}")
            print(f"       own: {read(item).own.strip()}\n       {counts}")


if __name__ == "__main__":
    main()
