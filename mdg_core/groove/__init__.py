"""What the playing of a take is like, in the numbers of the literature.

`describe` is the whole of it; the modules hold one family of descriptors each and say where their
definitions come from. A descriptor that a take has not enough evidence for is None.
"""

from mdg_core.groove.doubles import SOFT_VELOCITY, Doubles
from mdg_core.groove.features import (
    Cell,
    Described,
    GrooveFeatures,
    VoiceFeatures,
    certainty_of,
    describe,
    describe_stretches,
)

__all__ = [
    "SOFT_VELOCITY", "Cell", "Described", "Doubles", "GrooveFeatures", "VoiceFeatures", "certainty_of", "describe",
    "describe_stretches",
]  # fmt: skip
