"""The API keeps to its OpenAPI document: requests are made up from it and answers held against it.

A real server on a real Postgres; the requests are the same in every run.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from mdg_core.maps import MAPS
from mdg_core.pattern import Metre
from mdg_core.settings import LimitSettings, Settings
from mdg_core.store import artists, profiles
from mdg_core.store.connect import connect
from mdg_core.web.guard import CLIENT_HEADER
from mdg_drummer.humanise_notes import midi_of_notes
from mdg_drummer.ownnotes import OwnNote
from mdg_serving.app import create_app
from mdg_serving.idempotency import HEADER
from tests.drummer.profiles import jazz, rock
from tests.serving.live import served

schemathesis.openapi.format(
    "artist-name",
    st.sampled_from(["Rock Drummer", "jazz drummer", "Mötley Crüe", "AC/DC", "椎名林檎", "!!!", "?", "%", "a" * 200])
    | st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=200),
)
schemathesis.openapi.format(
    "mbid",
    st.just("none") | st.uuids().map(str) | st.uuids().map(lambda mbid: f"https://musicbrainz.org/artist/{mbid}"),
)
schemathesis.openapi.format(
    "time-signature", st.sampled_from(["4/4", "3/4", "6/8", "7/8", "12/8", "1/4", "16/4", "32/8"])
)
_midi = midi_of_notes([OwnNote(pitch=36, start=0)], tempo=120, metre=Metre(), bars=1, note_map=MAPS["gm"])
schemathesis.openapi.format("midi-base64", st.just(b64encode(_midi).decode()))
schemathesis.openapi.format("song-form", st.sampled_from(["default", "intro 1, verse 2, chorus 2, outro 1", "verse 4"]))
schemathesis.openapi.format("drum-map", st.sampled_from([*MAPS, "36 kick\n38 snare\n42 closed_hat\n"]))
_NOT_HELD_AGAINST = [
    "positive_data_acceptance",  # done below, with what a schema cannot say
    "negative_data_rejection",  # numbers and yes or no may come as text, as forms have them
    "unsupported_method",  # of several routes at one path Starlette names the first one's method in `Allow`
]
# what a schema cannot say: what is known here and what is set up
NOT_IN_THE_SCHEMA = re.compile(
    "there is no finished generation|No profile for|the provider [a-z]+ is not set up|the notes do not play"
    "|none of the [0-9]+ drum notes has a pitch of a kit|a note starts at"
)
HOW: dict[str, Any] = {"deadline": None, "derandomize": True, "database": None, "suppress_health_check": HealthCheck}


def _schema(*, every_bound: bool) -> Any:
    nowhere = Settings(database_url="postgresql://mdg@127.0.0.1:1/mdg")
    made = schemathesis.openapi.from_dict(create_app(nowhere).openapi())
    made.config.phases.coverage.enabled = every_bound
    return made


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


@_schema(every_bound=False).parametrize()
@settings(max_examples=10, **HOW)
def test_answers_are_as_declared(case: schemathesis.Case, api: str) -> None:
    check(case, api)


@pytest.mark.slow
@_schema(every_bound=True).parametrize()
@settings(max_examples=60, **HOW)
def test_answers_are_as_declared_at_every_bound(case: schemathesis.Case, api: str) -> None:
    check(case, api)


def check(case: schemathesis.Case, api: str) -> None:
    is_valid = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if is_valid and case.headers and HEADER in case.headers:
        case.headers[HEADER] = str(uuid4())  # one that came before with another request is refused
    answer = case.call(base_url=api, headers={CLIENT_HEADER: "schemathesis"})
    case.validate_response(answer, excluded_checks=CHECKS.get_by_names(_NOT_HELD_AGAINST))
    if is_valid and answer.status_code in (400, 413, 415, 422):
        assert NOT_IN_THE_SCHEMA.search(answer.text), (answer.text, case.body)
