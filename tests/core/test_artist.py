import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdg_core.artist import KEY_PATTERN, MAX_KEY_LENGTH, artist_key, clean_name
from mdg_core.errors import UsageError


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("AC/DC", "ac-dc"),
        ("Mötley Crüe", "motley-crue"),
        ("The The", "the-the"),
        ("Beyoncé", "beyonce"),
        ("D'Angelo", "dangelo"),
        ("D’Angelo", "dangelo"),
        ("Earth, Wind & Fire", "earth-wind-and-fire"),
        ("R.E.M.", "rem"),
        ("  The   Meters ", "the-meters"),
        ("U2", "u2"),
    ],
)
def test_readable_names_have_readable_keys(name: str, key: str) -> None:
    assert artist_key(name) == key


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Beyoncé", "BEYONCE"),
        ("Beyonce\u0301", "Beyoncé"),
        ("AC/DC", "ac dc"),
        ("Simon & Garfunkel", "Simon and Garfunkel"),
        ("椎名林檎", " 椎名林檎 "),
    ],
)
def test_spellings_of_one_name_meet(a: str, b: str) -> None:
    assert artist_key(a) == artist_key(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("椎名林檎", "椎名林子"),
        ("!!!", "???"),
        ("The The", "The"),
        ("Кино", "Kino"),
        ("👽", "Alien"),
        ("a" * 150, "a" * 151),
    ],
)
def test_different_names_stay_apart(a: str, b: str) -> None:
    assert artist_key(a) != artist_key(b)


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "x" * 300, "a\x00b", "a\x1bb", "../../etc/passwd", "/etc/passwd", "..", ".", "~/x", "C:\\x", "\u200b"],
)
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(UsageError):
        clean_name(typed)


@given(st.text(max_size=250))
def test_every_text_gives_a_safe_key_or_a_usage_error(typed: str) -> None:
    try:
        key = artist_key(typed)
    except UsageError:
        return
    assert KEY_PATTERN.fullmatch(key)
    assert len(key) <= MAX_KEY_LENGTH
    assert artist_key(clean_name(typed)) == key


@pytest.mark.parametrize("name", ["Con", "AUX", "nul", "PRN", "com1", "LPT9", "com²", "a.u.x."])
def test_no_key_is_a_device_of_windows(name: str) -> None:
    key = artist_key(name)
    assert key.split("-")[0] in ("con", "aux", "nul", "prn", "com1", "lpt9", "com2")
    assert "-" in key
    assert artist_key(key) == key
    assert artist_key(f"The {name}") == f"the-{key.split('-')[0]}"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Evil\u202egnp.exe", "Evilgnp.exe"),
        ("\u2066AC\u2069/\u200fDC\u200e", "AC/DC"),
        ("\ufeffThe\u2028The\u200b", "The The"),
        ("مهدی\u200cزاده", "مهدی\u200cزاده"),
        ("X\U000e0041", "X"),
        ("Mo\u061ctown", "Motown"),
    ],
)
def test_a_display_name_does_not_steer_how_it_is_shown(typed: str, name: str) -> None:
    assert clean_name(typed) == name
    assert artist_key(typed) == artist_key(name)
