"""What a client already has is not sent again; what is stored is served as it is."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from mdg_core.profile import StyleProfile
from mdg_serving.stored import Texts, has_it, tag_of
from tests.drummer.profiles import jazz, rock
from tests.serving.conftest import Publish

API = "/api/v1"


@pytest.mark.parametrize("path", ["artists", "similar"])
def test_an_answer_that_the_client_has_is_not_sent_again(client: TestClient, publish: Publish, path: str) -> None:
    publish(rock())
    url = f"{API}/{path}/rock-drummer"
    first = client.get(url)
    assert first.status_code == 200
    tag = first.headers["etag"]
    for named in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(url, headers={"If-None-Match": named})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(url, headers={"If-None-Match": '"other"'}).json() == first.json()


def test_a_new_version_has_another_tag(client: TestClient, publish: Publish) -> None:
    publish(rock())
    url = f"{API}/artists/rock-drummer"
    before = client.get(url).headers["etag"]
    publish(rock().model_copy(update={"confidence_score": 0.9}))
    after = client.get(url, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["etag"] != before
    assert after.json()["confidence_score"] == 0.9


def test_a_new_neighbour_changes_the_tag_of_similar(client: TestClient, publish: Publish) -> None:
    words = [1.0, 0.0] + [0.0] * 382
    publish(rock(), words)
    before = client.get(f"{API}/similar/rock-drummer").headers["etag"]
    publish(jazz(), words)
    assert client.get(f"{API}/similar/rock-drummer", headers={"If-None-Match": before}).status_code == 200


def test_a_profile_comes_whole_but_for_the_performances(client: TestClient, publish: Publish) -> None:
    publish(rock())
    body = client.get(f"{API}/artists/rock-drummer").json()
    assert "performances" not in body
    read = StyleProfile.model_validate(body)
    assert read.patterns == rock().patterns
    assert read.version == 1


def test_tags() -> None:
    tag = tag_of("rock", 1)
    assert tag == tag_of("rock", 1) != tag_of("rock", 2)
    assert not has_it(tag, None)
    assert not has_it(tag, tag.strip('"'))


def test_texts_are_kept_up_to_so_many_bytes() -> None:
    made: list[str] = []

    def text(name: str) -> bytes:
        return texts.get(name, lambda: (made.append(name), b"x" * 40)[1])

    texts = Texts(100)
    for name in "aabacb":
        text(name)
    assert made == ["a", "b", "c", "b"]
    assert len(texts.get("large", lambda: b"x" * 1000)) == 1000
    assert text("c") == b"x" * 40
