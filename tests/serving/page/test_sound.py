"""The synthesised kit and the player, rendered off line and measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Route

from tests.serving.page.conftest import WEB

RATE = 44_100
AT = 0.05
VOICES = [
    "kick", "snare", "side_stick", "clap", "closed_hat", "pedal_hat", "open_hat", "ride", "ride_bell", "crash", "china",
    "splash", "high_tom", "mid_tom", "floor_tom", "cowbell", "tambourine", "shaker", "claves",
]  # fmt: skip


@pytest.fixture(scope="module")
def studio(browser: Browser) -> Iterator[Page]:
    """The page's files alone, without an API behind them."""

    def answer(route: Route) -> None:
        path = WEB / route.request.url.partition("/page/")[2]
        if path.is_file():
            route.fulfill(path=path)
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/*", answer)
        page.goto("http://localhost/")
        yield page


_RENDER = """async ([strokes, seconds, rate]) => {
    const {createKit} = await import('/page/audio/kit.js');
    const ctx = new OfflineAudioContext(1, Math.ceil(seconds * rate), rate);
    const kit = createKit(ctx, ctx.destination);
    for (const [voice, time, velocity] of strokes) kit.strike(voice, time, velocity);
    return Array.from((await ctx.startRendering()).getChannelData(0));
}"""


def rendered(studio: Page, strokes: list[tuple[str, float, int]], seconds: float = 1.0) -> NDArray[np.float64]:
    found: Any = studio.evaluate(_RENDER, [strokes, seconds, RATE])
    return np.array(found)


def level(sound: NDArray[np.float64], first: float, last: float) -> float:
    part = sound[round(first * RATE) : round(last * RATE)]
    return float(np.sqrt(np.mean(part**2)))


def brightness(sound: NDArray[np.float64]) -> float:
    """The centre of gravity of the spectrum, Hz."""
    part = sound[round(AT * RATE) : round((AT + 0.15) * RATE)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
    return float((spectrum * np.fft.rfftfreq(len(part), 1 / RATE)).sum() / spectrum.sum())


@pytest.mark.parametrize("voice", VOICES)
def test_each_voice_sounds_on_its_onset_and_not_before(studio: Page, voice: str) -> None:
    sound = rendered(studio, [(voice, AT, 110)])
    assert np.abs(sound).max() <= 1.0
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max())
    # the compressor looks ahead by 6 ms, which delays all strokes alike
    assert AT <= loud[0] / RATE <= AT + 0.008
    assert level(sound, AT, AT + 0.1) > 0.003


@pytest.mark.parametrize("voice", ["kick", "snare", "closed_hat", "ride", "crash", "high_tom", "side_stick"])
def test_harder_is_louder_and_brighter(studio: Page, voice: str) -> None:
    soft, hard = (rendered(studio, [(voice, AT, velocity)]) for velocity in (40, 120))
    assert level(hard, AT, AT + 0.1) > 1.8 * level(soft, AT, AT + 0.1)
    assert brightness(hard) > 1.02 * brightness(soft)


@pytest.mark.parametrize("foot", ["closed_hat", "pedal_hat"])
def test_a_closed_hat_chokes_the_open_one(studio: Page, foot: str) -> None:
    ringing = rendered(studio, [("open_hat", AT, 110)])
    choked = rendered(studio, [("open_hat", AT, 110), (foot, AT + 0.1, 60)])
    assert level(choked, 0.4, 0.6) < 0.25 * level(ringing, 0.4, 0.6)


def test_two_onsets_lie_as_far_apart_as_they_are_asked_for(studio: Page) -> None:
    apart = 0.25 + 0.0037
    sound = np.abs(rendered(studio, [("side_stick", AT, 110), ("side_stick", AT + apart, 110)]))
    first, second = (
        start + int(np.flatnonzero(sound[start : start + 2000] > 0.1 * sound.max())[0])
        for start in (round(AT * RATE), round((AT + apart) * RATE))
    )
    assert abs((second - first) / RATE - apart) < 0.001


def test_the_player_hands_over_every_stroke_once_a_loop_at_its_time(studio: Page) -> None:
    """A player on a clock of our own: three loops at 120, each stroke of each within 1 ms."""
    struck: Any = studio.evaluate(
        """async () => {
            const {Player} = await import('/page/audio/player.js');
            const clip = {name: 'x', basedOn: '', tempo: 120, metre: '3/4', bars: 1, stepsPerQuarter: 4, url: null,
                edited: false,
                strokes: [
                    {voice: 'kick', pitch: 36, step: 0, start: 0, duration: 0.2, velocity: 100},
                    {voice: 'snare', pitch: 38, step: 4, start: 1.013, duration: 0.2, velocity: 100},
                    {voice: 'kick', pitch: 36, step: 11, start: 2.7, duration: 0.2, velocity: 90}]};
            const context = {currentTime: 0, outputLatency: 0, baseLatency: 0, resume: async () => {}};
            const struck = [];
            const player = new Player(() => context);
            player.context = context;
            player.kit = {strike: (voice, time) => struck.push([voice, time]), click: () => {}, hush: () => {}};
            player.start(clip, {tempo: 120, feel: true, click: false, muted: new Set()});
            window.clearInterval(player.timer);
            for (let now = 0; now < 4.6; now += 0.037) {
                context.currentTime = now;
                player.hand();
            }
            return struck;
        }"""
    )
    kick = [time for voice, time in struck if voice == "kick"]
    snare = [time for voice, time in struck if voice == "snare"]
    first = kick[0]
    wanted = [first + loop * 1.5 + at * 0.5 for loop in range(3) for at in (0, 2.7)]
    assert np.allclose(kick[:6], wanted, atol=1e-3)
    assert np.allclose(snare[:3], [first + loop * 1.5 + 1.013 * 0.5 for loop in range(3)], atol=1e-3)
    assert len(set(map(tuple, struck))) == len(struck)
