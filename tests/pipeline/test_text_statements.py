"""What sentences state of tempo, swing, feel, metre and technique, and what they do not."""

from __future__ import annotations

import pytest

from mdg_pipeline.analyse.text import Subject, findings

SUBJECT = Subject(("The Tallow Kings",), ("Marlow Fenn",))


def stated(text: str, kind: str) -> list[object]:
    found = [f for f in findings(text, SUBJECT) if f.kind == kind]
    if kind == "tempo":
        return [f.value for f in found]
    return [(f.name, f.value) for f in found] if kind == "swing" else [f.name for f in found]


@pytest.mark.parametrize(
    ("sentence", "tempos"),
    [
        ("The song moves at around 94 BPM.", [94]),
        ("It has a tempo between 90 and 100 beats per minute.", [90, 100]),
        ("The tempos range from 72–80 bpm.", [72, 80]),
        ("It is played at a tempo of 120 in common time.", [120]),
        ("The andante (76 bpm) gives way to 152.5 BPM.", [76, 152.5]),
        ("The songs are at 90, 94 and 102 bpm.", [90, 94, 102]),
        ("Marked ♩ = 96, the drums enter.", [96]),
        ("The drums enter at quarter note = 88.", [88]),
        ("The tempo rises by 10 BPM to 130 BPM.", [130]),
        ("The live version is 10 BPM faster.", []),
        ("His heart rate was 140 beats per minute.", []),
        ("The disk spins at 72 RPM and the tempo is 90 percent done.", []),
        ("The song is not 120 BPM.", []),
        ("The song would have been better at 140 BPM.", []),
        ("If they had played it at 140 BPM it could have been a hit.", []),
        ("Bonham's shuffle is at 100 BPM.", []),
        ("Fenn's shuffle is at 100 BPM.", [100]),
        ("A remix by Larkin raises it to 128 BPM.", []),
        ("It sold 1,120 BPM buttons, and one went at 1000 BPM.", []),
        ("The tempo of 12 songs was changed.", []),
    ],
)
def test_tempos(sentence: str, tempos: list[float]) -> None:
    assert stated(sentence, "tempo") == tempos


@pytest.mark.parametrize(
    ("sentence", "swing"),
    [
        ("He plays swung sixteenths on the hi-hat.", [("sixteenths", 60.0)]),
        ("He plays lightly swung 16th notes.", [("sixteenths", 55.0)]),
        ("Heavily swung hi-hats sit over the kick.", [("eighths", 66.7)]),
        ("The song is a shuffle.", [("eighths", 66.7)]),
        ("The drums play straight eighths.", [("eighths", 50.0)]),
        ("It is not a shuffle but a straight eighth groove.", [("eighths", 50.0)]),
        ("Rather than a shuffle, Fenn plays straight sixteenths.", [("sixteenths", 50.0)]),
        ("The MPC's swing was set to 62% for the sixteenth notes.", [("sixteenths", 62.0)]),
        ("He never shuffles.", []),
        ("The playlist was on shuffle.", []),
        ("The swing vote decided.", []),
    ],
)
def test_swing_in_percent_of_a_pair(sentence: str, swing: list[object]) -> None:
    assert stated(sentence, "swing") == swing


@pytest.mark.parametrize(
    ("sentence", "metres"),
    [
        ("The verse is in 7/8 and the chorus in 4/4.", ["7/8", "4/4"]),
        ("Fenn plays in 5/4 and 11/8, moving to 12/8.", ["5/4", "11/8", "12/8"]),
        ("It is a waltz with brushes.", ["3/4"]),
        ("The drums are in common time.", ["4/4"]),
        ("A six-eight feel on the snare.", ["6/8"]),
        ("It got 4/5 stars, and 3/4 of the audience left on 9/11.", []),
        ("He uses 3/4 inch sticks and 1/16 notes.", []),
        ("It is not in 7/8.", []),
    ],
)
def test_metres(sentence: str, metres: list[str]) -> None:
    assert stated(sentence, "metre") == metres


@pytest.mark.parametrize(
    ("sentence", "feel"),
    [
        ("Fenn plays behind the beat.", ["behind the beat"]),
        ("A laid-back groove on the drums.", ["behind the beat"]),
        ("He pushes the beat in the choruses.", ["ahead of the beat"]),
        ("His snare is always a shade early.", ["ahead of the beat"]),
        ("Fenn's metronomic kick never moves.", ["on the beat"]),
        ("Fenn never drags behind the beat.", []),
        ("Fenn was dragged off the stage.", []),
    ],
)
def test_feel(sentence: str, feel: list[str]) -> None:
    assert stated(sentence, "feel") == feel


@pytest.mark.parametrize(
    ("sentence", "terms"),
    [
        ("He plays ghost notes and rimshots on the snare.", ["ghost notes", "rimshots"]),
        ("He never used a double bass drum.", []),
        ("He plays without ghost notes.", []),
        ("He isn't a double-bass drummer, and ghost notes are absent from his playing.", []),
        ("Instead of blast beats he plays a half-time shuffle.", ["half-time shuffle"]),
        ("Not only ghost notes but flams fill the verse.", ["ghost notes", "flams"]),
        ("Influenced by Bonham's ghost notes, he plays flams on the snare.", ["flams"]),
        ("Unlike Keith Moon's double bass drums, his kit is small.", []),
        ("His predecessor played ghost notes.", []),
        ("The pianist's triplets ring over Fenn's backbeat.", ["backbeat"]),
        ("He brushes off the critics of his drums.", []),
        ("The double bass was played with a bow.", []),
        ("His double bass drumming is even.", ["double bass drum"]),
    ],
)
def test_terms(sentence: str, terms: list[str]) -> None:
    assert stated(sentence, "term") == terms


def test_a_text_without_a_subject_is_all_the_artists() -> None:
    found = findings("Stubblefield plays ghost notes at 104 BPM. A funk groove.")
    assert [(f.kind, f.name) for f in found] == [("tempo", "tempo"), ("term", "ghost notes"), ("style", "funk")]


def test_each_statement_but_a_tempo_is_given_once() -> None:
    found = findings("Ghost notes on the snare at 90 BPM.\n\nGhost notes again on the snare at 90 BPM.", SUBJECT)
    assert [f.kind for f in found] == ["tempo", "term", "tempo"]


def test_collaborators_are_of_sentences_on_the_drummer() -> None:
    text = "Fenn has played drums with Bettye Lane and Solomon Ward. The band toured with Bob Dylan."
    assert stated(text, "collaborator") == ["Bettye Lane", "Solomon Ward"]


def test_swing_as_a_way_of_playing_is_not_the_style_of_jazz() -> None:
    assert "jazz" not in stated("He plays with a swing feel on the hi-hat.", "style")
    assert "jazz" in stated("He plays big band jazz.", "style")


@pytest.mark.parametrize(
    ("sentence", "styles"),
    [
        ("They play funk and reggae grooves.", ["funk", "reggae"]),
        ("He worked with De La Soul at the house of a friend.", []),
        ("House music and soul records shaped his beats.", ["house", "soul"]),
        ("It is not funk.", []),
        ("Afrobeat grooves from Lagos.", ["afrobeat"]),
    ],
)
def test_styles_are_named_as_music(sentence: str, styles: list[str]) -> None:
    assert stated(sentence, "style") == styles
