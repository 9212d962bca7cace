"""What a text says of the drumming: the sentences about it, and the tempo, feel and technique that they state.

Only what stands in a sentence is reported; the sentence is kept as a short excerpt, so that a person can judge.
"""

from mdg_pipeline.analyse.text.clean import clean, plain, sentences
from mdg_pipeline.analyse.text.findings import (
    EXCERPT_CHARACTERS,
    DrummingSentence,
    Finding,
    drumming_sentences,
    excerpt,
    findings,
)
from mdg_pipeline.analyse.text.people import Subject

__all__ = [
    "EXCERPT_CHARACTERS",
    "DrummingSentence",
    "Finding",
    "Subject",
    "clean",
    "drumming_sentences",
    "excerpt",
    "findings",
    "plain",
    "sentences",
]
