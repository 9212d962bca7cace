"""From a name to a clip in the DAW, as a producer does it."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from pathlib import Path

import mido
import pytest
from playwright.sync_api import Page, Route, expect

from mdg_core.kit import Voice
from mdg_core.midi import read_midi
from tests.core.takes import Planted
from tests.serving.page.conftest import Seen
from tests.serving.test_api import until

KICK = 36


def open_clip(page: Page, artist: str = "Rock Drummer") -> None:
    page.get_by_role("button", name=artist, exact=True).click()
    page.wait_for_selector(".cell")


def strokes(page: Page, voice: str = "") -> list[str]:
    """The places of the strokes on screen, "voice:step"."""
    lane = f'[data-cell^="{voice}"]' if voice else "[data-cell]"
    found: list[str] = page.locator(f"{lane}:has(.hit)").evaluate_all("cells => cells.map(cell => cell.dataset.cell)")
    return found


def status(page: Page) -> str:
    return page.locator("#status").inner_text()


def dragged(page: Page, link: str = ".take") -> bytes:
    """The file that a drag of the link carries."""
    carried = page.locator(link).first.evaluate(
        """link => {
            const data = new DataTransfer();
            link.dispatchEvent(new DragEvent('dragstart', {dataTransfer: data, bubbles: true}));
            return data.getData('DownloadURL');
        }"""
    )
    kind, name, url = re.fullmatch(r"(audio/midi):(.+?\.mid):(data:.+)", carried).groups()  # type: ignore[union-attr]
    assert kind == "audio/midi"
    assert name
    return base64.b64decode(url.partition(",")[2])


def test_three_clicks_give_a_clip_that_is_heard_and_dragged(page: Page, seen: Seen, address: str) -> None:
    open_clip(page)
    assert page.locator(".tab").count() == 4
    page.get_by_role("button", name="Play", exact=True).click()
    head = page.locator(".playhead")
    expect(head).to_be_visible()
    until(lambda: head.evaluate("head => Number(head.style.getPropertyValue('--at')) > 0.02"))
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(head).to_be_hidden()
    file = mido.MidiFile(file=BytesIO(dragged(page)))
    notes = [message for message in file.tracks[-1] if message.type == "note_on" and message.velocity]
    assert len(notes) >= len(strokes(page))
    assert seen.errors == []
    assert all(url.startswith((address, "data:")) for url in seen.urls)


def test_a_step_is_written_and_its_lane_kept_when_the_rest_is_played_anew(page: Page) -> None:
    open_clip(page)
    free = next(step for step in range(1, 16) if f"kick:{step}" not in strokes(page))
    page.locator(f'[data-cell="kick:{free}"]').click()
    kick, others = strokes(page, "kick:"), strokes(page)
    assert f"kick:{free}" in kick
    page.get_by_role("button", name="Keep the kick when the rest is played anew").click()
    page.get_by_role("button", name="Play the rest anew").click()
    expect(page.locator("#status")).to_contain_text("seed")
    assert strokes(page, "kick:") == kick
    assert strokes(page) != others
    take = read_midi(dragged(page))
    assert len(take.velocity[take.voice_code == list(Voice).index(Voice.KICK)]) == len(kick)


def test_a_knob_changes_the_clip_and_not_its_tempo(page: Page) -> None:
    open_clip(page)
    before = page.get_by_label("Tempo in beats a minute").input_value()
    count = len(strokes(page))
    for _ in range(7):
        page.get_by_label("Density", exact=True).press("ArrowLeft")
    until(lambda: len(strokes(page)) < count)
    assert page.get_by_label("Tempo in beats a minute").input_value() == before


def test_a_song_is_played_by_its_form_and_taken_whole(page: Page) -> None:
    open_clip(page)
    page.get_by_label("Form of a song").fill("intro 1, verse 2, chorus 2, outro 1")
    page.get_by_role("button", name="Play the song").click()
    expect(page.locator("#status")).to_contain_text("4 sections")
    assert page.locator(".tab").all_inner_texts() == ["intro", "verse", "chorus", "outro"]
    whole = page.locator(".take", has_text="Whole song")
    assert whole.get_attribute("download") == "Rock Drummer - song.mid"
    file = mido.MidiFile(file=BytesIO(base64.b64decode((whole.get_attribute("href") or "").partition(",")[2])))
    assert [message.text for track in file.tracks for message in track if message.type == "marker"] == [
        "intro", "verse", "chorus", "outro",
    ]  # fmt: skip


def test_two_variations_are_laid_over_each_other(page: Page) -> None:
    open_clip(page)
    page.get_by_label("Compare with").select_option(index=1)
    until(lambda: page.locator(".cell.only, .cell.gone").count() > 0)


def test_a_file_that_is_dropped_is_played_by_people(page: Page) -> None:
    straight = Planted(bpm=96)
    for eighth in range(32):
        straight.add(eighth / 2, Voice.CLOSED_HAT, 80)
        if eighth % 4 in (0, 2):
            straight.add(eighth / 2, Voice.KICK if eighth % 4 == 0 else Voice.SNARE)
    data = straight.midi()
    drop(page, "my beat.mid", data)
    expect(page.locator("#status")).to_contain_text("my beat.mid is played as people would")
    played = read_midi(dragged(page))
    assert len(played) == len(read_midi(data))
    assert abs(played.onset_quarters - played.onset_quarters.round(1)).max() > 0.001
    assert page.get_by_label("Tempo in beats a minute").input_value() == "96"


def drop(page: Page, name: str, data: bytes) -> None:
    page.evaluate(
        """([name, text]) => {
            const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], name));
            window.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        [name, base64.b64encode(data).decode()],
    )


@pytest.mark.parametrize(("name", "said"), [("take.wav", "is a recording"), ("notes.txt", "is no MIDI file")])
def test_other_files_are_refused_in_words(page: Page, name: str, said: str) -> None:
    drop(page, name, b"nothing")
    expect(page.locator("#status")).to_contain_text(said)


def test_a_number_opens_its_evidence_and_a_neighbour_its_clips(page: Page) -> None:
    open_clip(page)
    number = page.locator("details.number").first
    number.locator("summary").click()
    expect(number.locator(".evidence")).to_be_visible()
    page.locator(".alike .link", has_text="Jazz").first.click()
    expect(page.locator("#status")).to_contain_text("Jazz")


def test_an_unknown_artist_is_researched_and_somebody_stands_in(page: Page) -> None:
    page.get_by_label("Artist or band").fill("Nobody Yet")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#status")).to_contain_text("mdg up")
    expect(page.locator("#side")).to_contain_text("stands in")
    page.get_by_role("button", name="Stop", exact=True).first.click()
    expect(page.locator("#status")).not_to_contain_text("mdg up")


def test_a_slip_is_completed(page: Page) -> None:
    field = page.get_by_label("Artist or band")
    field.fill("rock d")
    expect(page.get_by_role("option", name="Rock Drummer")).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_selector(".cell")
    assert field.input_value() == "Rock Drummer"


def test_a_backend_that_is_gone_is_said_and_tried_again(page: Page) -> None:
    def gone(route: Route) -> None:
        route.abort()

    page.route("**/api/v1/generate", gone)
    page.get_by_role("button", name="Rock Drummer", exact=True).click()
    expect(page.locator("#status")).to_contain_text("does not answer")
    page.unroute("**/api/v1/generate")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(".cell")


def test_markup_in_a_name_is_text(page: Page, seen: Seen) -> None:
    page.get_by_label("Artist or band").fill("<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#status")).to_contain_text("<img")
    assert page.locator("#status img").count() == 0
    assert seen.errors == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(page: Page, width: int, scheme: str, tmp_path: Path) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    open_clip(page)
    page.wait_for_selector(".card")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=tmp_path / f"{scheme}-{width}.png", full_page=True)


def test_the_first_load_is_light(page: Page) -> None:
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
        ".reduce((sum, entry) => sum + entry.decodedBodySize, 0)"
    )
    assert 20_000 < loaded < 150_000
