"""Who plays, and what: extremely randomised trees on the descriptors of real takes (scikit-learn).

500 trees, a run for each of five seeds, as in the figures that clips are held against: what counts is how often a
classifier that has heard only real takes gives a generated clip the name of its source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TREES, SEEDS = 500, 5

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Classifier:
    """Trained forests, one a seed."""

    forests: tuple[Any, ...]

    def hits(self, features: Matrix, labels: Sequence[str]) -> Matrix:
        """For each row the share of the seeds that name its label, (n,)."""
        truth = np.array(labels)
        return np.mean([forest.predict(features) == truth for forest in self.forests], axis=0)

    def guesses(self, features: Matrix) -> list[str]:
        """What the first seed names."""
        return [str(label) for label in self.forests[0].predict(features)]

    def importance(self) -> Matrix:
        """Of each feature, summing to 1."""
        return np.asarray(np.mean([forest.feature_importances_ for forest in self.forests], axis=0))


def train(features: Matrix, labels: Sequence[str], *, seeds: int = SEEDS) -> Classifier:
    from sklearn.ensemble import ExtraTreesClassifier  # type: ignore[import-untyped]

    forests = [ExtraTreesClassifier(TREES, random_state=seed, n_jobs=1).fit(features, labels) for seed in range(seeds)]
    return Classifier(tuple(forests))
