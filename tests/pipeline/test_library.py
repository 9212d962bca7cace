"""The operator's own files: which are taken, and as what."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdg_pipeline.collect import library


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("notes.md", "text/markdown"),
        ("notes.txt", "text/plain"),
        ("deep/er/Interview.HTML", "text/html"),
        ("saved page.htm", "text/html"),
        ("paper.pdf", "application/pdf"),
    ],
)
def test_texts_of_any_kind_are_articles(tmp_path: Path, name: str, media_type: str) -> None:
    file = tmp_path / "Elvin Jones" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"%PDF-1.7 or anything else")
    (tmp_path / "Elvin Jones" / "cover.jpg").write_bytes(b"x")
    found = library.collect([tmp_path], "elvin-jones", "articles", max_file_bytes=100, max_files=10)
    [(document, data)] = found.files
    assert (document.media_type, document.kind, document.trust) == (media_type, "articles", 1.0)
    assert document.uri == f"Elvin Jones/{name}"
    assert data == file.read_bytes()
    assert library.collect([tmp_path], "elvin-jones", "midi", max_file_bytes=100, max_files=10).files == []
