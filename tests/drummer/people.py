"""How people play, for tests of what is played: the prior that comes with the product, read once."""

from __future__ import annotations

from mdg_core.profile import StyleProfile
from mdg_drummer import library
from mdg_drummer.feel_prior import packaged_prior
from mdg_drummer.library import Library

PRIOR = packaged_prior()


def library_of(profile: StyleProfile) -> Library:
    return library.library_of(profile, PRIOR)
