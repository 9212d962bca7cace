"""Reading documents of all kinds, broken and hostile ones among them."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from mdg_core.errors import MdgError
from mdg_pipeline.analyse.text import Subject, clean, findings, plain, sentences
from mdg_pipeline.analyse.text.documents import (
    EXCERPTS_MEDIA_TYPE,
    MAX_EXCERPTS,
    Article,
    document_text,
    encode_excerpts,
    excerpt_text,
    main_text,
)
from mdg_pipeline.documents import Document

SUBJECT = Subject(("The Tallow Kings",), ("Marlow Fenn",))
TEXT = "Fenn was born in 1970. Fenn plays a shuffle at 94 BPM behind the beat. He has drummed for Bettye Lane."


def article(text: str) -> Article:
    return Article("Fenn", "https://example.org/fenn", "wikipedia", "CC BY-SA 4.0", text)


def document(media_type: str) -> Document:
    return Document("0", "library", "articles", "x", "x", media_type, 1, 1.0, "own", datetime.now(UTC))


def pdf_of(text: str) -> bytes:
    """A PDF of one page with one line of text."""
    content = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj%s endobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


def test_excerpts_hold_what_is_on_the_drumming_and_nothing_else() -> None:
    data = encode_excerpts(article(TEXT), SUBJECT)
    assert data is not None
    content = json.loads(data)
    assert [excerpt["kind"] for excerpt in content["excerpts"]] == ["style", "collaborators"]
    assert "born" not in data.decode()
    assert content["tempos"] == [94.0]
    assert content["collaborators"] == ["Bettye Lane"]
    assert content["licence"] == "CC BY-SA 4.0"


def test_the_same_page_gives_the_same_bytes() -> None:
    assert encode_excerpts(article(TEXT), SUBJECT) == encode_excerpts(article(TEXT), SUBJECT)


def test_a_page_without_drumming_gives_none() -> None:
    assert encode_excerpts(article("Fenn was born in 1970. He moved to Memphis."), SUBJECT) is None


def test_statements_are_read_from_excerpts_as_from_the_page() -> None:
    data = encode_excerpts(article(TEXT), SUBJECT)
    assert data is not None
    of_page, of_excerpts = findings(TEXT, SUBJECT), findings(excerpt_text(data), SUBJECT)
    assert [(f.kind, f.name, f.value) for f in of_page] == [(f.kind, f.name, f.value) for f in of_excerpts]
    assert document_text(document(EXCERPTS_MEDIA_TYPE), data) == excerpt_text(data)


def test_of_many_excerpts_the_best_are_kept() -> None:
    text = " ".join(f"Fenn plays drum pattern {n} on the snare drum with ghost notes." for n in range(60))
    data = encode_excerpts(article(text), SUBJECT)
    assert data is not None
    assert len(json.loads(data)["excerpts"]) == MAX_EXCERPTS


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"excerpts": 3}', b'{"excerpts": [{"text": "x"}]}', b"[" * 100_000]
)
def test_other_bytes_are_refused_as_excerpts(data: bytes) -> None:
    with pytest.raises(MdgError, match="no document of excerpts"):
        excerpt_text(data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Grätz spielt".encode(), "Grätz spielt"),
        ("\ufeffGrätz".encode(), "Grätz"),
        ("Grätz spielt".encode("cp1252"), "Grätz spielt"),
        ("Grätz".encode("utf-16"), "Grätz"),
        (b"Fenn\x00 plays\x1b[31m\xe2\x80\x8b drums", "Fenn plays[31m drums"),
    ],
)
def test_text_files_in_any_encoding(data: bytes, text: str) -> None:
    assert document_text(document("text/plain"), data) == text


def test_a_pdf_is_read() -> None:
    assert "a shuffle at 94 BPM" in document_text(
        document("application/pdf"), pdf_of("Fenn plays a shuffle at 94 BPM.")
    )


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 garbage", pdf_of("x")[:200], b"\x00" * 1000])
def test_a_broken_pdf_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(MdgError, match="cannot be read"):
        document_text(document("application/pdf"), data)


def test_an_unknown_media_type_is_refused() -> None:
    with pytest.raises(MdgError, match="image/png"):
        document_text(document("image/png"), b"")


def test_the_main_text_of_a_page_has_no_scripts_menus_or_comments() -> None:
    body = "".join(
        f"<p>Fenn plays a shuffle, and take {n} has a long enough sentence to be kept.</p>" for n in range(5)
    )
    html = (
        "<html><head><style>p{}</style><script>var drums = 'shuffle';</script></head><body><nav>Menu Home</nav>"
        f"<!-- drum secrets --><article>{body}</article><footer>Imprint</footer></body></html>"
    )
    text = main_text(html)
    assert "take 3" in text
    assert not any(word in text for word in ("var drums", "Menu", "secrets", "Imprint"))
    assert "\n\n" in text


@pytest.mark.parametrize(
    "html",
    [
        "",
        "\x00\x01\x02" * 100,
        "<div>" * 50_000,
        "<p>hello <b>" * 100_000,
        "<p a='" + "x" * 2_000_000 + "'>text</p>",
        "<table><tr><td>" * 20_000,
        "&#0;&#xffffffff;" * 10_000,
        "<script>" + "a<b>" * 100_000,
        b"\xff\xfe\xfd" * 1000,
    ],
)
def test_hostile_html_ends(html: str | bytes) -> None:
    assert isinstance(main_text(html), str)


def test_invisible_characters_go_and_letters_stay() -> None:
    assert clean("dru\u200bm\u202e b\u00adeat\u00a0ø\U000e0041") == "drum beat ø"


def test_markdown_is_read_as_prose() -> None:
    assert plain("**Fenn** plays [a shuffle](http://x/y).").strip() == "Fenn plays a shuffle."


def test_sentences_end_where_they_end() -> None:
    text = 'Al Jackson Jr. played it at c. 94 BPM. "I hit late." St. Louis was No. 1. It was 3 p.m. then'
    assert sentences(text) == [
        "Al Jackson Jr. played it at c. 94 BPM.",
        '"I hit late."',
        "St. Louis was No. 1.",
        "It was 3 p.m. then",
    ]


@pytest.mark.parametrize("part", ["[", "[a](b", "A. ", '"', "```", "like Bob, ", "\n", "120 to ", "his old "])
def test_text_made_to_be_slow_is_read(part: str) -> None:
    assert findings(part * (200_000 // len(part)), SUBJECT) == []
