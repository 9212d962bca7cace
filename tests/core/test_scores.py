"""Written scores: which drums are read off the page, and when they are struck."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest

from mdg_core.kit import Voice
from mdg_core.midi import Take, read_midi
from mdg_core.scores import ScoreError, format_of, score_to_midi
from mdg_core.scores.bcfz import unpacked

defusedxml = pytest.importorskip("defusedxml")
guitarpro = pytest.importorskip("guitarpro")

_HEAD = '<?xml version="1.0"?><!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "x.dtd">'
_INSTRUMENTS = """
<score-instrument id="P1-I37"><instrument-name>Bass Drum</instrument-name></score-instrument>
<midi-instrument id="P1-I37"><midi-channel>10</midi-channel><midi-unpitched>37</midi-unpitched></midi-instrument>
<midi-instrument id="P1-I39"><midi-channel>10</midi-channel><midi-unpitched>39</midi-unpitched></midi-instrument>
<midi-instrument id="P1-I43"><midi-channel>10</midi-channel><midi-unpitched>43</midi-unpitched></midi-instrument>
"""
HAT, SNARE, KICK = ("G5", 43), ("C5", 39), ("F4", 37)


def note(drum: tuple[str, int], duration: int = 2, extra: str = "", *, chord: bool = False, named: bool = True) -> str:
    place, number = drum
    head = "<notehead>x</notehead>" if number == 43 else ""
    return (
        f"<note>{'<chord/>' if chord else ''}<unpitched><display-step>{place[0]}</display-step>"
        f"<display-octave>{place[1]}</display-octave></unpitched><duration>{duration}</duration>"
        f"{f'<instrument id={chr(34)}P1-I{number}{chr(34)}/>' if named else ''}<type>eighth</type>{head}{extra}</note>"
    )


def rest(duration: int = 2) -> str:
    return f"<note><rest/><duration>{duration}</duration></note>"


def beat(*, named: bool = True) -> str:
    """A bar of eighths on the hat, with kick on 1 and 3 and snare on 2 and 4; divisions of 4."""
    out = ""
    for step in range(8):
        out += note(HAT, named=named)
        if step % 2 == 0:
            out += note(SNARE if step % 4 else KICK, chord=True, named=named)
    return out


def musicxml(bars: Sequence[str], *, metre: str = "4/4", instruments: str = _INSTRUMENTS) -> bytes:
    beats, unit = metre.split("/")
    first = (
        f"<attributes><divisions>4</divisions><time><beats>{beats}</beats><beat-type>{unit}</beat-type></time>"
        '</attributes><direction><sound tempo="96"/></direction>'
    )
    measures = "".join(f'<measure number="{n}">{"" if n else first}{bar}</measure>' for n, bar in enumerate(bars))
    part_list = f'<part-list><score-part id="P1"><part-name>Drumset</part-name>{instruments}</score-part></part-list>'
    return f'{_HEAD}<score-partwise>{part_list}<part id="P1">{measures}</part></score-partwise>'.encode()


def take_of(data: bytes, suffix: str = ".musicxml") -> Take:
    return read_midi(score_to_midi(data, suffix))


def struck(take: Take, voice: Voice) -> list[float]:
    quarters = zip(take.onset_quarters.tolist(), take.voice, strict=True)
    return [round(quarter, 3) for quarter, each in quarters if each is voice]


@pytest.mark.parametrize("named", [True, False])
def test_a_beat_is_read_by_its_instruments_or_by_its_places(named: bool) -> None:
    take = take_of(musicxml([beat(named=named)] * 2, instruments=_INSTRUMENTS if named else ""))
    assert struck(take, Voice.KICK) == [0, 2, 4, 6]
    assert struck(take, Voice.SNARE) == [1, 3, 5, 7]
    assert struck(take, Voice.CLOSED_HAT) == [step / 2 for step in range(16)]
    assert (take.tempos[0].bpm, str(take.metres[0].metre)) == (pytest.approx(96, abs=0.01), "4/4")
    assert len(set(take.velocity.tolist())) == 1, "nothing is marked"


def test_accents_ghosts_and_dynamics_are_heard() -> None:
    accent = "<notations><articulations><accent/></articulations></notations>"
    ghost = '<notehead parentheses="yes">normal</notehead>'
    loud = "<direction><direction-type><dynamics><ff/></dynamics></direction-type></direction>"
    take = take_of(musicxml([note(SNARE) + note(SNARE, 2, accent) + note(SNARE, 2, ghost) + loud + note(SNARE)]))
    plain, accented, ghosted, after = take.velocity.tolist()
    assert ghosted < plain < accented
    assert after > plain


def test_triplets_ties_and_a_flam_lie_where_they_are_written() -> None:
    triplet = "".join(note(SNARE, 4) for _ in range(3)).replace("<divisions>4", "")
    grace = note(SNARE).replace("<note>", "<note><grace/>").replace("<duration>2</duration>", "")
    tied = note(KICK, 12, '<tie type="start"/>') + note(KICK, 12, '<tie type="stop"/>')
    twelfths = "<attributes><divisions>12</divisions></attributes>"
    take = take_of(musicxml([f"{twelfths}{triplet}{grace}{note(SNARE, 12)}{tied}"]))
    assert struck(take, Voice.SNARE) == pytest.approx([0, 0.333, 0.667, 0.938, 1], abs=0.001)
    assert struck(take, Voice.KICK) == [2]


def _bar(drum: tuple[str, int], before: str = "", after: str = "") -> str:
    return before + note(drum, 16) + after


_FORWARD = '<barline location="left"><repeat direction="forward"/></barline>'


def _backward(ending: str = "") -> str:
    return f'<barline location="right">{ending}<repeat direction="backward"/></barline>'


def _ending(number: str, kind: str) -> str:
    return f'<ending number="{number}" type="{kind}"/>'


def test_repeats_and_endings_are_played_out() -> None:
    first = f'<barline location="left">{_ending("1", "start")}</barline>'
    second = f'<barline location="left">{_ending("2", "start")}</barline>'
    bars = [
        _bar(KICK, _FORWARD),
        _bar(SNARE, first, _backward(_ending("1", "stop"))),
        _bar(HAT, second, f'<barline location="right">{_ending("2", "discontinue")}</barline>'),
        _bar(SNARE),
    ]
    take = take_of(musicxml(bars))
    assert [str(voice) for voice in take.voice] == ["kick", "snare", "kick", "closed_hat", "snare"]


def test_da_capo_al_fine_and_dal_segno_al_coda() -> None:
    fine = _bar(SNARE, after='<sound fine="yes"/>')
    take = take_of(musicxml([_bar(KICK), fine, _bar(HAT, after='<sound dacapo="yes"/>')]))
    assert [str(voice) for voice in take.voice] == ["kick", "snare", "closed_hat", "kick", "snare"]
    bars = [
        _bar(KICK),
        _bar(SNARE, '<sound segno="s"/>', '<sound tocoda="c"/>'),
        _bar(HAT, after='<sound dalsegno="s"/>'),
        _bar(KICK, '<sound coda="c"/>'),
    ]
    take = take_of(musicxml(bars))
    assert [str(voice) for voice in take.voice] == ["kick", "snare", "closed_hat", "snare", "kick"]


def test_signs_that_repeat_a_bar_are_played() -> None:
    sign = '<attributes><measure-style><measure-repeat type="start">1</measure-repeat></measure-style></attributes>'
    take = take_of(musicxml([beat(), sign + rest(16), rest(16)]))
    assert struck(take, Voice.KICK) == [0, 2, 4, 6, 8, 10]


def test_an_upbeat_is_as_long_as_it_is_written() -> None:
    take = take_of(musicxml([note(SNARE, 4), beat()]))
    assert struck(take, Voice.SNARE) == [0, 2, 4]
    assert [str(change.metre) for change in take.metres] == ["1/4", "4/4"]


def test_other_instruments_give_nothing() -> None:
    piano = "<note><pitch><step>C</step><octave>4</octave></pitch><duration>16</duration></note>"
    with pytest.raises(ScoreError, match="no drum staff"):
        take_of(musicxml([piano], instruments=""))


def _zip(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_compressed_musicxml_is_unpacked() -> None:
    container = b'<container><rootfiles><rootfile full-path="the.xml"/></rootfiles></container>'
    packed = _zip(**{"META-INF__container.xml": container, "the.xml": musicxml([beat()])})
    assert struck(take_of(packed, ".mxl"), Voice.KICK) == [0, 2]
    assert struck(take_of(_zip(**{"only.xml": musicxml([beat()])}), ".mxl"), Voice.KICK) == [0, 2]


@pytest.mark.parametrize(
    ("data", "suffix", "said"),
    [
        (b"", ".musicxml", "no whole XML"),
        (musicxml([beat()])[:-300], ".musicxml", "no whole XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><score-partwise>&b;</score-partwise>', ".xml", "entities"),
        (b"<score-partwise/>", ".musicxml", "no drum staff"),
        (b"<other/>", ".musicxml", "no MusicXML"),
        (musicxml([beat()], metre="4/0"), ".musicxml", "damaged"),
        (musicxml([beat()]).replace(b"<divisions>4", b"<divisions>0"), ".musicxml", "damaged"),
        (b"PK\x03\x04 and no more", ".mxl", "cannot be unpacked"),
        (_zip(**{"bomb.xml": b" " * 70_000_000}), ".mxl", "more than"),
        (_zip(readme=b"x"), ".mscz", "holds no score"),
        (b"<museScore version='2.06'><Score/></museScore>", ".mscx", "old MuseScore"),
        (b"\x18FICHIER GUITAR PRO v5.10" + b"\0" * 40, ".gp5", "Guitar Pro|damaged"),
        (b"BCFZ\x10\0\0\0" + b"\xff" * 9, ".gpx", "damaged"),
        (b"MThd", ".mid", "no score"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(data: bytes, suffix: str, said: str) -> None:
    with pytest.raises(ScoreError, match=said):
        score_to_midi(data, suffix)


MUSESCORE = """<museScore version="4.20"><Score><metaTag name="workTitle">A song</metaTag>
<Part><Staff id="1"/><Instrument/></Part>
<Part><Staff id="2"/><Instrument><useDrumset>1</useDrumset><Drum pitch="36"/></Instrument></Part>
<Staff id="1"><Measure><startRepeat/><voice><TimeSig><sigN>4</sigN><sigD>4</sigD></TimeSig>
<Tempo><tempo>2.5</tempo></Tempo><Rest><durationType>measure</durationType><duration>4/4</duration></Rest></voice>
<endRepeat>3</endRepeat></Measure></Staff>
<Staff id="2"><Measure><voice><TimeSig><sigN>4</sigN><sigD>4</sigD></TimeSig>
<Chord><durationType>quarter</durationType><Note><pitch>36</pitch></Note><Note><pitch>42</pitch></Note></Chord>
<Chord><acciaccatura/><durationType>eighth</durationType><Note><pitch>38</pitch></Note></Chord>
<Chord><durationType>quarter</durationType><Articulation><subtype>articAccentAbove</subtype></Articulation>
<Note><pitch>38</pitch></Note></Chord>
<Tuplet><normalNotes>2</normalNotes><actualNotes>3</actualNotes></Tuplet>
<Chord><durationType>eighth</durationType><Note><pitch>42</pitch></Note></Chord>
<Chord><durationType>eighth</durationType><Note><pitch>42</pitch></Note></Chord>
<Chord><durationType>eighth</durationType><Note><pitch>42</pitch></Note></Chord><endTuplet/>
<Chord><durationType>quarter</durationType><Note><ghost>1</ghost><pitch>38</pitch></Note></Chord>
</voice></Measure></Staff></Score></museScore>"""


@pytest.mark.parametrize("packed", [True, False])
def test_musescore(packed: bool) -> None:
    data = _zip(**{"a.mscx": MUSESCORE.encode()}) if packed else MUSESCORE.encode()
    take = take_of(data, ".mscz" if packed else ".mscx")
    assert struck(take, Voice.KICK) == [0, 4, 8], "three times through"
    assert struck(take, Voice.SNARE)[:3] == pytest.approx([0.938, 1, 3], abs=0.001)
    assert struck(take, Voice.CLOSED_HAT)[:4] == pytest.approx([0, 2, 2.333, 2.667], abs=0.001)
    assert take.tempos[0].bpm == pytest.approx(150)
    snares = [v for v, voice in zip(take.velocity.tolist(), take.voice, strict=True) if voice is Voice.SNARE]
    assert snares[2] < snares[0] < snares[1], "ghost, grace note, accent"


def _gp(version: str) -> bytes:
    from guitarpro import models

    song = models.Song(tempo=132, title="Loud", artist="Somebody")
    track = song.tracks[0]
    track.channel.channel, track.isPercussionTrack = 9, True
    song.measureHeaders[0].isRepeatOpen, song.measureHeaders[0].repeatClose = True, 1
    voice = track.measures[0].voices[0]
    for step in range(8):
        beat = models.Beat(voice, duration=models.Duration(value=8), status=models.BeatStatus.normal)
        beat.notes = [models.Note(beat, value=42, string=1, type=models.NoteType.normal)]
        if step % 2 == 0:
            drum = models.Note(beat, value=38 if step % 4 else 36, string=2, type=models.NoteType.normal)
            drum.effect.accentuatedNote = step == 2
            drum.effect.ghostNote = step == 6
            beat.notes.append(drum)
        voice.beats.append(beat)
    out = io.BytesIO()
    guitarpro.write(song, out, version=tuple(int(part) for part in version.split(".")))
    return out.getvalue()


@pytest.mark.parametrize(("version", "suffix"), [("5.1.0", ".gp5"), ("4.0.6", ".gp4"), ("3.0.0", ".gp3")])
def test_guitar_pro(version: str, suffix: str) -> None:
    data = _gp(version)
    assert format_of("", data) == "gp5"
    take = take_of(data, suffix)
    assert struck(take, Voice.KICK) == [0, 2, 4, 6]
    assert struck(take, Voice.SNARE) == [1, 3, 5, 7]
    assert take.tempos[0].bpm == pytest.approx(132, abs=0.01)
    snares = [v for v, voice in zip(take.velocity.tolist(), take.voice, strict=True) if voice is Voice.SNARE]
    assert snares[1] < snares[0]


GPIF = """<GPIF><Score><Title>A</Title></Score>
<MasterTrack><Automations><Automation><Type>Tempo</Type><Bar>0</Bar><Position>0</Position><Value>104 2</Value>
</Automation></Automations></MasterTrack>
<Tracks><Track id="0"/><Track id="1"><InstrumentSet><Type>drumKit</Type><Elements>
<Element><Articulations><Articulation><OutputMidiNumber>36</OutputMidiNumber></Articulation></Articulations></Element>
<Element><Articulations><Articulation><OutputMidiNumber>38</OutputMidiNumber></Articulation>
<Articulation><OutputMidiNumber>37</OutputMidiNumber></Articulation></Articulations></Element>
</Elements></InstrumentSet></Track></Tracks>
<MasterBars><MasterBar><Time>3/4</Time><Bars>0 1</Bars><Repeat start="true" end="true" count="2"/></MasterBar>
</MasterBars>
<Bars><Bar id="0"><Voices>-1 -1 -1 -1</Voices></Bar><Bar id="1"><Voices>0 -1 -1 -1</Voices></Bar></Bars>
<Voices><Voice id="0"><Beats>0 1 2</Beats></Voice></Voices>
<Beats><Beat id="0"><Rhythm ref="0"/><Notes>0</Notes></Beat><Beat id="1"><Rhythm ref="0"/><Notes>1</Notes></Beat>
<Beat id="2"><Rhythm ref="0"/><Notes>2</Notes></Beat></Beats>
<Rhythms><Rhythm id="0"><NoteValue>Quarter</NoteValue></Rhythm></Rhythms>
<Notes><Note id="0"><InstrumentArticulation>0</InstrumentArticulation></Note>
<Note id="1"><InstrumentArticulation>1</InstrumentArticulation><Accent>8</Accent></Note>
<Note id="2"><InstrumentArticulation>2</InstrumentArticulation></Note></Notes></GPIF>"""


def _gpx(content: bytes) -> bytes:
    """A file system of one file, packed as raw chunks of three bytes."""
    sector = 0x1000
    entry = bytearray(sector)
    entry[0:4] = (2).to_bytes(4, "little")
    entry[4:14] = b"score.gpif"
    entry[0x8C:0x90] = len(content).to_bytes(4, "little")
    blocks = -(-len(content) // sector)
    for number in range(blocks):
        entry[0x94 + 4 * number : 0x98 + 4 * number] = (2 + number).to_bytes(4, "little")
    disk = b"BCFS" + bytes(sector) + bytes(entry) + content.ljust(blocks * sector, b"\0")
    bits = "".join(
        f"0{f'{len(part):02b}'[::-1]}{''.join(f'{byte:08b}' for byte in part)}"
        for part in (disk[start : start + 3] for start in range(0, len(disk), 3))
    )
    packed = bytes(int(bits[start : start + 8].ljust(8, "0"), 2) for start in range(0, len(bits), 8))
    return b"BCFZ" + len(disk).to_bytes(4, "little") + packed


@pytest.mark.parametrize("suffix", [".gp", ".gpx"])
def test_guitar_pro_from_version_6_on(suffix: str) -> None:
    content = GPIF.encode()
    data = _zip(**{"Content__score.gpif": content}) if suffix == ".gp" else _gpx(content)
    take = take_of(data, suffix)
    assert struck(take, Voice.KICK) == [0, 3]
    assert struck(take, Voice.SNARE) == [1, 4]
    assert struck(take, Voice.SIDE_STICK) == [2, 5]
    assert (str(take.metres[0].metre), take.tempos[0].bpm) == ("3/4", pytest.approx(104, abs=0.01))


def test_packed_text_that_repeats_itself_is_unpacked() -> None:
    # BCFS, then a run: "1", width 4 bits, offset and length with their lowest bit first
    literal = "".join(f"0{'10'}{byte:08b}" for byte in b"BCFS")
    run = "1" + "0011" + "001" + "001"  # 3 bits each: 4 back, 4 long
    bits = literal + run
    packed = bytes(int(bits[start : start + 8].ljust(8, "0"), 2) for start in range(0, len(bits), 8))
    with pytest.raises(ScoreError, match="holds no score"):
        unpacked(b"BCFZ" + (8).to_bytes(4, "little") + packed, 100)


@pytest.mark.parametrize(
    ("said", "upbeat"),
    [
        ("<swing><first>2</first><second>1</second><swing-type>eighth</swing-type></swing>", 2 / 3),
        ("<swing><first>3</first><second>2</second></swing>", 0.6),
        ("<swing><straight/></swing>", 0.5),
        ("<swing><first>9999</first><second>1</second></swing>", 0.5),
    ],
)
def test_a_stated_swing_is_played(said: str, upbeat: float) -> None:
    take = take_of(musicxml([f"<direction><sound>{said}</sound></direction>{beat()}"]))
    assert struck(take, Voice.CLOSED_HAT)[:4] == [0, round(upbeat, 3), 1, round(1 + upbeat, 3)]
    assert struck(take, Voice.SNARE) == [1, 3]
