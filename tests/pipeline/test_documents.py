from datetime import UTC, datetime

from mdg_pipeline.documents import Document, content_id, merge, version_of


def document(uri: str, content: str, *, trust: float = 1.0) -> Document:
    return Document(
        id=content_id(content.encode()),
        source="library",
        kind="midi",
        uri=uri,
        title=uri,
        media_type="audio/midi",
        size_bytes=len(content),
        trust=trust,
        licence="",
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


A, B = document("a.mid", "one"), document("b.mid", "two")


def test_the_same_content_is_one_document() -> None:
    merged = merge([A], [A, document("copy/of/a.mid", "one"), B])
    assert merged == sorted([A, B], key=lambda d: d.id)


def test_a_document_that_is_not_found_again_stays() -> None:
    assert merge([A, B], [B]) == merge([], [A, B])


def test_new_content_in_the_same_place_supersedes_the_old() -> None:
    edited = document("a.mid", "one, edited")
    merged = {d.id: d.superseded for d in merge([A], [edited])}
    assert merged == {A.id: True, edited.id: False}
    back = {d.id: d.superseded for d in merge(merge([A], [edited]), [A])}
    assert back == {A.id: False, edited.id: True}


def test_the_version_depends_on_the_content_in_force_alone() -> None:
    assert version_of([A, B]) == version_of([B, A])
    assert version_of([A]) != version_of([A, B])
    assert version_of(merge([A], [document("a.mid", "x")])) == version_of([document("a.mid", "x")])


def test_a_renamed_document_goes_by_its_new_name() -> None:
    renamed = document("funk/fill.mid", "one")
    (only,) = merge([A], [renamed])
    assert (only.uri, only.superseded) == ("funk/fill.mid", False)
    assert version_of([only]) != version_of([A])
