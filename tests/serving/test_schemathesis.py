"""The API keeps to its OpenAPI document: requests are made up from it and answers held against it.

A real server on a real Postgres; the requests are the same in every run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from mdg_core.settings import LimitSettings, Settings
from mdg_core.store import artists, profiles
from mdg_core.store.connect import connect
from mdg_serving.app import create_app
from tests.drummer.profiles import jazz, rock
from tests.serving.live import served

EXAMPLES = 12  # of each operation, beside those at the bounds of each field

schemathesis.openapi.format(
    "artist-name",
    st.sampled_from(["Rock Drummer", "jazz drummer", "Mötley Crüe", "AC/DC", "椎名林檎", "!!!", "?", "%", "a" * 200])
    | st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=200),
)
schemathesis.openapi.format(
    "mbid", st.just("none") | st.uuids().map(str) | st.uuids().map(lambda mbid: f"https://musicbrainz.org/artist/{mbid}")
)
# what a schema cannot say: fields that must or must not come together, and what is known here
NOT_IN_THE_SCHEMA = re.compile(
    "swing_of says what swings"
)


_nowhere = Settings(database_url="postgresql://mdg@127.0.0.1:1/mdg")
schema = schemathesis.openapi.from_dict(create_app(_nowhere).openapi())


@pytest.fixture(scope="module")
def api(database_url: str) -> Iterator[str]:
    """The address of a server that knows two drummers and has no limits."""
    with connect(database_url) as conn:
        conn.execute("TRUNCATE artist, chore, idempotency_key, api_key CASCADE")
        for profile in (rock(), jazz()):
            artists.find_or_create(conn, profile.artist.name)
            with conn.transaction():
                profiles.publish(conn, profile, content_hash=profile.artist.key, built_from={})
    none = LimitSettings(generation=0, research=0, reads=0, open_research=10_000)
    with served(create_app(Settings(database_url=database_url, limits=none))) as url:
        yield url


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_answers_are_as_declared(case: schemathesis.Case, api: str) -> None:
    answer = case.call(base_url=api)
    case.validate_response(answer, excluded_checks=CHECKS.get_by_names(["positive_data_acceptance"]))
    is_valid = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if is_valid and answer.status_code in (400, 413, 415, 422):
        assert NOT_IN_THE_SCHEMA.search(answer.text), (answer.text, case.body)
