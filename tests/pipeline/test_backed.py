"""What a sentence may say for the facts that it cites."""

from __future__ import annotations

import pytest

from mdg_core.profile import Parameter
from mdg_pipeline.build.backed import fault, words_that_count
from mdg_pipeline.build.describe import facts, paragraph

STYLES = "Plays mostly funk, and also rock, latin and hip-hop."
TEMPOS = "Tempos lie between 84 and 127 BPM, most often around 104."
SWING = "Eighth notes swing lightly (55 %)."
GHOSTS = "The snare is full of ghost notes (53% of its strokes)."
FEW = "The snare plays few ghost notes (5% of its strokes)."
METRES = "Plays in 4/4 and 7/8."
LITTLE = "No drumming was at hand: reference grooves of funk stand in."
ALL = [STYLES, TEMPOS, SWING, GHOSTS, FEW, METRES, LITTLE]


@pytest.mark.parametrize("fact", ALL)
def test_a_fact_stands_for_itself(fact: str) -> None:
    assert fault(fact, [fact]) is None


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("The playing is mostly funk, and also takes in rock, latin and hip-hop.", [STYLES]),
        ("Mostly funk, with rock, latin and hip-hop besides, at tempos from 84 to 127 BPM, most often near 104.",
         [STYLES, TEMPOS]),
        ("The snare, full of ghost notes (53 percent of its strokes), takes part in 4/4 and 7/8.", [GHOSTS, METRES]),
        ("Eighth notes swing lightly – at 55%.", [SWING]),
    ],
)  # fmt: skip
def test_facts_can_be_joined_and_led_over(sentence: str, cited: list[str]) -> None:
    assert fault(sentence, cited) is None


@pytest.mark.parametrize(
    ("sentence", "cited", "why"),
    [
        ("Tempos lie between 84 and 130 BPM, most often around 104.", [TEMPOS], "130 BPM"),
        ("Tempos lie between 84 and 127 BPM, most often around 104 %.", [TEMPOS], "104 %"),
        ("Tempos lie between 104 and 127 BPM, most often around 84.", [TEMPOS], "in their order"),
        ("Tempos lie around 104.", [TEMPOS], "in their order"),
        ("Plays mostly rock, and also funk, latin and hip-hop.", [STYLES], "in their order"),
        ("Plays mostly funk, and also rock, latin, jazz and hip-hop.", [STYLES], "jazz"),
        ("Plays mostly funk, and also rock, latin and hip-hop, like John Bonham.", [STYLES], "like"),
        ("Plays mostly Funk, and also rock, latin and hip-hop.", [STYLES], "name"),
        ("The snare is not full of ghost notes (53% of its strokes).", [GHOSTS], "not"),
        ("The snare plays ghost notes (5% of its strokes).", [FEW], "few"),
        ("The snare plays many ghost notes (5% of its strokes).", [FEW], "many"),
        ("The snare is beautifully full of ghost notes (53% of its strokes).", [GHOSTS], "beautifully"),
        ("Eighth notes swing lightly (55 %), and the snare is full of ghost notes (53%).", [SWING], "snare"),
        ("Drumming was at hand: reference grooves of funk stand in.", [LITTLE], "No"),
        ("He plays in 4/4 and 7/8.", [METRES], "He"),
        ("Plays in four and 7/8.", [METRES], "four"),
        ("Plays in 4/4 and 7/8 and 4/4.", [METRES], "more often"),
        ("plays in 4/4 and 7/8.", [METRES], "capital"),
        ("Plays in 4/4 and 7/8. <script>", [METRES], "signs"),
        ("Plays in ４/４ and ７/８ {x}.", [METRES], "signs"),
        ("Plays in 4/4 and 7/8 раrt.", [METRES], "signs"),  # Cyrillic letters that look like Latin ones
        ("", [METRES], "characters"),
        ("Plays in 4/4 and 7/8" + " and so on" * 60 + ".", [METRES], "characters"),
        ("Eighth notes swing lightly 55 % full of ghost notes (53%).", [SWING, GHOSTS], "parted"),
    ],
)  # fmt: skip
def test_what_is_not_backed_is_refused_with_the_reason(sentence: str, cited: list[str], why: str) -> None:
    reason = fault(sentence, cited)
    assert reason is not None
    assert why in reason


def test_the_words_that_count_are_told_in_order() -> None:
    assert words_that_count(TEMPOS) == ["84", "127 BPM", "most", "often", "104"]
    assert words_that_count(FEW) == ["few", "ghost", "5%"]


def test_none_in_a_hundred_are_not_called_few() -> None:
    none = {"ghost_note_prob": Parameter(value=0.002, unit="of snare strokes", confidence=0.9)}
    assert facts(none, [], [], []) == ["The snare plays hardly any ghost notes."]


def test_the_template_is_its_facts() -> None:
    known = {"density": Parameter(value=17.2, unit="strokes a bar", confidence=0.9)}
    assert facts(known, [], [], ["ghost notes"]) == [
        "About 17 strokes a bar.",
        "Writing about the playing mentions ghost notes.",
    ]
    assert paragraph(facts(known, [], [], [])) == "About 17 strokes a bar."
    assert paragraph(facts({}, [], [], [])) == "There is not enough evidence to describe the drumming."
