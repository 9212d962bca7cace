"""File names and titles of clips."""

from __future__ import annotations

from mdg_drummer.naming import file_title, plain_title


def test_titles_that_are_long_keep_their_ends() -> None:
    title = file_title(f"{'a' * 200} and {'b' * 200} - groove 1.mid")
    assert (len(title), title[-15:]) == (120, " - groove 1.mid")
    assert "/" not in file_title("../../etc/passwd")
    assert plain_title('é"\\%\x07€').isascii()
