from __future__ import annotations

import pytest

from mdg_core.kit import Voice
from mdg_core.partnames import decoded, part_name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Drums", "drums"), ("DRUMS1", "drums"), ("Schlagzeug (Live)", "drums"), ("Batería", "drums"),
        ("bateria", "drums"),
        ("Ударные", "drums"), ("ドラム", "drums"), ("鼓", "drums"), ("드럼", "drums"), ("kick/snare", "drums"),
        ("Trommelspur", "drums"), ("Batterier", "drums"), ("Zestaw perkusyjny", "drums"), ("bat.", "drums"),
        ("BDs", "piece"), ("HHs", "piece"),
        ("Davul", "drums"), ("Bicí", "drums"), ("Acoustic Kit", "drums"), ("Perc loop", "percussion"),
        ("BD", "piece"), ("Bass Drum", "piece"), ("KickDrum", "piece"), ("バスドラム", "piece"), ("Cymbales", "piece"),
        ("Bass", "other"), ("Contrabass", "other"), ("ベース", "other"), ("Steel Drums", "other"),
        ("Synth Drum", "other"),
        ("Bass & Drums", "other"), ("Drummer boy", ""), ("Offbeat", ""), ("", ""), ("Track 10", ""),
    ],
)  # fmt: skip
def test_what_a_name_says(name, said):
    assert part_name(name).said == said


@pytest.mark.parametrize(("name", "plain"), [("Drum Song", False), ("Kick the bucket", False), ("My Drums 2", True)])
def test_a_title_is_no_plain_name(name, plain):
    assert part_name(name).plain is plain


@pytest.mark.parametrize(
    ("name", "voice"),
    [("SD", Voice.SNARE), ("Grosse caisse", Voice.KICK), ("Caisse claire", Voice.SNARE), ("HH", Voice.CLOSED_HAT),
     ("Open Hat", Voice.OPEN_HAT), ("Floor Tom", Voice.FLOOR_TOM), ("RD", Voice.RIDE), ("Тарелки", Voice.CRASH)],
)  # fmt: skip
def test_a_piece_means_its_voice(name, voice):
    assert part_name(name).voices[0] is voice


@pytest.mark.parametrize(("name", "sampler"), [("Addictive Drums 2", "addictive_drums_2"), ("SD3", "superior_drummer")])
def test_a_sampler_speaks_for_its_map(name, sampler):
    assert part_name(name).sampler == sampler


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Ударные", "cp1251"), ("барабаны", "koi8-r"), ("ドラム", "shift_jis"), ("드럼", "euc_kr"), ("鼓组", "gbk"),
     ("爵士鼓", "big5"), ("Batería", "latin-1"), ("Τύμπανα", "cp1253"), ("ドラム", "utf-8"), ("Müller", "latin-1")],
)  # fmt: skip
def test_names_in_old_code_pages(text, encoding):
    assert decoded(text.encode(encoding)) == text
