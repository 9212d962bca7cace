/**
 * A synthesised drum kit. Velocity changes the timbre as well as the level: harder strokes are brighter, their skins
 * bend further and their sticks click.
 */

import {clang, noise, room} from './noise.js';

/**
 * @typedef {object} Kit
 * @property {(voice: string, time: number, velocity: number) => void} strike at a time of the context, velocity 1-127
 * @property {(time: number, first: boolean) => void} click of the metronome
 * @property {() => void} hush what sounds fades out at once
 * @property {AudioNode} out
 */

/**
 * @param {BaseAudioContext} ctx
 * @param {AudioNode} destination
 * @returns {Kit}
 */
export function createKit(ctx, destination) {
  const hiss = noise(ctx);
  const bronze = clang(ctx);
  const out = ctx.createGain();
  out.gain.value = 0.9;
  const glue = ctx.createDynamicsCompressor();
  glue.threshold.value = -9;
  glue.knee.value = 9;
  glue.ratio.value = 3;
  glue.attack.value = 0.004;
  glue.release.value = 0.12;
  out.connect(glue).connect(destination);
  const dry = ctx.createGain();
  dry.connect(out);
  const wet = ctx.createGain();
  wet.gain.value = 0.16;
  const walls = ctx.createConvolver();
  walls.buffer = room(ctx);
  wet.connect(walls).connect(out);
  /** @type {GainNode[]} what the next closed hat chokes */
  let ringing = [];
  /** @type {Set<GainNode>} */
  const sounding = new Set();
  let turn = 0;

  /** A gain that opens at `time`, falls by an exponential with `decay` [s], and is let go. The path to the mix hangs on it.
   * @param {number} time @param {number} level @param {number} decay @param {number} pan @param {number} send */
  function envelope(time, level, decay, pan, send) {
    const gain = ctx.createGain();
    gain.gain.setValueAtTime(level, time);
    gain.gain.setTargetAtTime(0, time, decay);
    const place = ctx.createStereoPanner();
    place.pan.value = pan;
    gain.connect(place);
    place.connect(dry);
    const part = ctx.createGain();
    part.gain.value = send;
    place.connect(part).connect(wet);
    sounding.add(gain);
    return gain;
  }

  /** @param {AudioScheduledSourceNode} source @param {number} time @param {number} length @param {GainNode} gain */
  function play(source, time, length, gain) {
    source.start(time);
    source.stop(time + length);
    source.onended = () => sounding.delete(gain);
  }

  /** @param {BiquadFilterType} type @param {number} hertz @param {number} q */
  function filter(type, hertz, q = 0.7) {
    const node = ctx.createBiquadFilter();
    node.type = type;
    node.frequency.value = Math.min(hertz, ctx.sampleRate * 0.45);
    node.Q.value = q;
    return node;
  }

  /** @param {AudioBuffer} buffer @param {number} time @param {number} length @param {AudioNode} into @param {GainNode} gain @param {number} rate */
  function sample(buffer, time, length, into, gain, rate = 1) {
    const source = ctx.createBufferSource();
    source.buffer = buffer;
    source.loop = true;
    source.playbackRate.value = rate;
    turn = (turn * 16807 + 11) % 2147483647; // another place each time: no two strokes are one
    source.loopStart = 0;
    source.connect(into);
    source.start(time, (turn % 1000) / 1000);
    source.stop(time + length);
    source.onended = () => sounding.delete(gain);
  }

  /** A skin: a sine that falls in pitch. @param {number} time @param {number} from @param {number} to @param {number} bend @param {number} level @param {number} decay @param {number} pan @param {OscillatorType} [type] */
  function skin(time, from, to, bend, level, decay, pan, type = 'sine') {
    const tone = ctx.createOscillator();
    tone.type = type;
    tone.frequency.setValueAtTime(from, time);
    tone.frequency.setTargetAtTime(to, time, bend);
    const gain = envelope(time, level, decay, pan, 0.35);
    tone.connect(gain);
    play(tone, time, decay * 7 + 0.05, gain);
  }

  /** Filtered noise. @param {number} time @param {number} level @param {number} decay @param {BiquadFilterNode[]} filters @param {number} pan @param {number} send @param {AudioBuffer} [of] @param {number} [rate] */
  function burst(time, level, decay, filters, pan, send, of = hiss, rate = 1) {
    const gain = envelope(time, level, decay, pan, send);
    /** @type {AudioNode} */
    let last = gain;
    for (const one of [...filters].reverse()) {
      one.connect(last);
      last = one;
    }
    sample(of, time, decay * 7 + 0.02, last, gain, rate);
    return gain;
  }

  /** @param {number} time */
  function choke(time) {
    for (const gain of ringing) {
      gain.gain.cancelScheduledValues(time);
      gain.gain.setTargetAtTime(0, time, 0.008);
    }
    ringing = [];
  }

  /** @type {Record<string, (t: number, v: number) => void>} */
  const voices = {
    kick(t, v) {
      skin(t, 115 + 75 * v, 49, 0.018 + 0.006 * v, 1.05 * v, 0.085 + 0.03 * v, 0);
      skin(t, 74, 46, 0.03, 0.35 * v, 0.13, 0);
      burst(t, 0.5 * v * v, 0.006, [filter('bandpass', 1500 + 2600 * v, 0.8)], 0, 0.2);
    },
    snare(t, v) {
      skin(t, 235 + 60 * v, 188, 0.012, 0.42 * v, 0.055, 0.04, 'triangle');
      skin(t, 400 + 60 * v, 331, 0.01, 0.22 * v, 0.035, 0.04);
      // the wires: darker and shorter for a ghost
      burst(t, 0.62 * v, 0.034 + 0.05 * v, [filter('highpass', 900 + 500 * v), filter('lowpass', 3200 + 11000 * v)], 0.04, 0.8);
      burst(t, 0.34 * v * v, 0.012, [filter('bandpass', 5200, 0.7)], 0.04, 0.5);
    },
    side_stick(t, v) {
      skin(t, 1750, 1680, 0.01, 0.3 * v, 0.012, 0.08, 'triangle');
      skin(t, 520, 500, 0.01, 0.22 * v, 0.018, 0.08);
      burst(t, 0.4 * v, 0.008, [filter('bandpass', 2600 + 1600 * v, 1.6)], 0.08, 0.8);
    },
    clap(t, v) {
      for (const [late, level] of /** @type {const} */ ([[0, 0.5], [0.011, 0.45], [0.021, 0.7]])) {
        burst(t + late, level * v, late > 0.02 ? 0.06 : 0.006, [filter('bandpass', 1250 + 500 * v, 1.1), filter('highpass', 600)], -0.1, 1);
      }
    },
    closed_hat(t, v) {
      hat(t, v, 0.016 + 0.02 * v);
    },
    pedal_hat(t, v) {
      hat(t, v * 0.7, 0.02);
    },
    open_hat(t, v) {
      hat(t, v, 0.2 + 0.1 * v, true);
    },
    ride(t, v) {
      burst(t, 0.2 * v, 0.42, [filter('highpass', 3300), filter('lowpass', 7200 + 6500 * v)], 0.35, 0.5, bronze, 1.07);
      burst(t, 0.26 * v, 0.035, [filter('bandpass', 6200, 1.1)], 0.35, 0.4, bronze, 1.31);
      skin(t, 3190, 3180, 0.1, 0.05 * v, 0.11, 0.35);
    },
    ride_bell(t, v) {
      skin(t, 1236, 1234, 0.1, 0.17 * v, 0.22, 0.35);
      skin(t, 2871, 2868, 0.1, 0.12 * v, 0.15, 0.35);
      burst(t, 0.13 * v, 0.3, [filter('highpass', 4200)], 0.35, 0.5, bronze, 1.07);
    },
    crash(t, v) {
      burst(t, 0.36 * v, 0.5 + 0.25 * v, [filter('highpass', 1700), filter('lowpass', 4200 + 10000 * v)], -0.35, 0.8, bronze, 0.83);
      burst(t, 0.26 * v * v, 0.28, [filter('highpass', 4200)], -0.35, 0.8);
    },
    china(t, v) {
      burst(t, 0.42 * v, 0.3, [filter('bandpass', 2500, 0.5), filter('highpass', 1200)], 0.5, 0.8, bronze, 0.61);
      burst(t, 0.22 * v, 0.18, [filter('highpass', 3200)], 0.5, 0.8);
    },
    splash(t, v) {
      burst(t, 0.34 * v, 0.14, [filter('highpass', 3600)], -0.2, 0.8, bronze, 1.3);
    },
    high_tom(t, v) {
      tom(t, v, 172, -0.25);
    },
    mid_tom(t, v) {
      tom(t, v, 128, 0.05);
    },
    floor_tom(t, v) {
      tom(t, v, 84, 0.4);
    },
    cowbell(t, v) {
      for (const hertz of [562, 845]) {
        const tone = ctx.createOscillator();
        tone.type = 'square';
        tone.frequency.value = hertz;
        const gain = envelope(t, 0.1 * v, 0.055 + 0.03 * v, -0.2, 0.5);
        tone.connect(filter('bandpass', hertz * 2.2, 0.6)).connect(gain);
        play(tone, t, 0.6, gain);
      }
    },
    tambourine(t, v) {
      burst(t, 0.26 * v, 0.045, [filter('highpass', 6800)], 0.3, 0.6, bronze, 1.6);
      burst(t + 0.008, 0.14 * v, 0.05, [filter('highpass', 8200)], 0.3, 0.6);
    },
    shaker(t, v) {
      burst(t, 0.2 * v, 0.028, [filter('bandpass', 6400, 0.9)], 0.25, 0.4);
    },
    claves(t, v) {
      skin(t, 2480, 2470, 0.01, 0.3 * v, 0.02, -0.3);
    },
  };

  /** @param {number} t @param {number} v @param {number} decay @param {boolean} [rings] */
  function hat(t, v, decay, rings = false) {
    choke(t);
    const edge = burst(t, 0.34 * v, decay, [filter('highpass', 6200), filter('lowpass', 8200 + 8000 * v)], -0.22, 0.35, bronze, 1.46);
    const air = burst(t, 0.17 * v, decay * 0.8, [filter('highpass', 7600), filter('lowpass', 9000 + 8000 * v)], -0.22, 0.35);
    if (rings) ringing = [edge, air];
  }

  /** @param {number} t @param {number} v @param {number} hertz @param {number} pan */
  function tom(t, v, hertz, pan) {
    skin(t, hertz * (1.25 + 0.35 * v), hertz, 0.03, 0.75 * v, 0.13, pan);
    skin(t, hertz * 1.9, hertz * 1.52, 0.02, 0.16 * v, 0.06, pan);
    burst(t, 0.2 * v * v, 0.008, [filter('bandpass', 2400 + 1800 * v, 0.8)], pan, 0.5);
  }

  return {
    out,
    strike(voice, time, velocity) {
      const level = Math.min(127, Math.max(1, velocity)) / 127;
      (voices[voice] ?? voices['cowbell'])?.(time, level ** 1.35);
    },
    click(time, first) {
      const tone = ctx.createOscillator();
      tone.frequency.value = first ? 1760 : 1175;
      const gain = envelope(time, 0.16, 0.012, 0, 0);
      tone.connect(gain);
      play(tone, time, 0.1, gain);
    },
    hush() {
      const now = ctx.currentTime;
      for (const gain of sounding) {
        gain.gain.cancelScheduledValues(now);
        gain.gain.setTargetAtTime(0, now, 0.015);
      }
    },
  };
}
