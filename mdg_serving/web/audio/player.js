/**
 * Plays a clip round and round, to the sample: strokes are handed to the context a little ahead of time, and each is
 * struck at its own onset. A clip that replaces the one that plays begins with the next bar.
 */

import {createKit} from './kit.js';
import {barQuarters, lengthOf} from '../midi/clip.js';

/** @import {Clip} from '../midi/clip.js' */

const AHEAD = 0.16; // seconds that are handed over
const EVERY = 40; // milliseconds between two looks
const LEAD_IN = 0.08;

/** @typedef {{tempo: number, feel: boolean, click: boolean, muted: ReadonlySet<string>}} Hearing */

/**
 * The strokes with the onset at which each sounds, in quarter notes from the start of the loop, by onset.
 * @param {Clip} clip @param {boolean} feel
 * @returns {{at: number, voice: string, velocity: number, step: number}[]}
 */
export function onsets(clip, feel) {
  const end = lengthOf(clip);
  return clip.strokes
    .map(({voice, velocity, step, start}) => ({voice, velocity, step, at: feel ? (start + end) % end : step / clip.stepsPerQuarter}))
    .sort((one, other) => one.at - other.at);
}

export class Player {
  /** @param {() => AudioContext} makeContext */
  constructor(makeContext) {
    this.makeContext = makeContext;
    /** @type {AudioContext|null} */
    this.context = null;
    /** @type {import('./kit.js').Kit|null} */
    this.kit = null;
    /** @type {Clip|null} */
    this.clip = null;
    /** @type {Clip|null} begins with the next bar */
    this.next = null;
    /** @type {Hearing} */
    this.hearing = {tempo: 120, feel: true, click: false, muted: new Set()};
    this.timer = 0;
    /** What plays when a clip has come to its end; null: the same again. @type {(clip: Clip) => Clip|null} */
    this.after = () => null;
    // the loop's quarter `origin` sounds at `time` of the context; what lies before `done` was handed over
    this.time = 0;
    this.origin = 0;
    this.done = 0;
  }

  get playing() {
    return this.timer !== 0;
  }

  /** @param {Clip} clip @param {Hearing} hearing */
  start(clip, hearing) {
    this.stop();
    this.context ??= this.makeContext();
    this.kit ??= createKit(this.context, this.context.destination);
    void this.context.resume();
    this.clip = clip;
    this.next = null;
    this.hearing = hearing;
    this.time = this.context.currentTime + LEAD_IN;
    this.origin = 0;
    this.done = 0;
    this.timer = window.setInterval(() => this.hand(), EVERY);
    this.hand();
  }

  stop() {
    if (!this.playing) return;
    window.clearInterval(this.timer);
    this.timer = 0;
    this.kit?.hush();
  }

  /** Another clip or another way of hearing. @param {Clip} clip @param {Hearing} hearing @param {boolean} [atOnce] */
  change(clip, hearing, atOnce = false) {
    if (!this.playing || !this.context) return;
    if (hearing.tempo !== this.hearing.tempo) {
      this.origin = this.done;
      this.time = this.timeOf(this.done);
    }
    this.hearing = hearing;
    if (clip === this.clip) this.next = null;
    else if (atOnce) this.clip = clip;
    else this.next = clip;
  }

  /** Where the loop is now, in quarter notes. */
  position() {
    if (!this.playing || !this.context || !this.clip) return 0;
    const latency = this.context.outputLatency || this.context.baseLatency || 0;
    const quarters = this.origin + ((this.context.currentTime - latency - this.time) * this.hearing.tempo) / 60;
    return Math.max(0, quarters) % lengthOf(this.clip);
  }

  /** @param {number} quarters since the start @returns {number} seconds of the context */
  timeOf(quarters) {
    return this.time + ((quarters - this.origin) * 60) / this.hearing.tempo;
  }

  /** Hand over what sounds until `AHEAD` from now, bar by bar. */
  hand() {
    if (!this.context || !this.clip || !this.kit) return;
    const now = this.context.currentTime;
    if (this.timeOf(this.done) < now - 0.5) { // the tab slept: go on from here
      this.origin = this.done;
      this.time = now + LEAD_IN;
    }
    const until = () => this.origin + ((now + AHEAD - this.time) * this.hearing.tempo) / 60;
    while (this.done < until()) {
      const bar = barQuarters(this.clip.metre);
      const end = Math.min(until(), (Math.floor(this.done / bar + 1e-9) + 1) * bar);
      this.strikeAll(this.clip, this.done, end);
      this.done = end;
      if (this.next && Math.abs(end / bar - Math.round(end / bar)) < 1e-9) {
        this.restart(this.next, end);
        this.next = null;
      } else if (Math.abs(end / lengthOf(this.clip) - Math.round(end / lengthOf(this.clip))) < 1e-9) {
        const following = this.after(this.clip);
        if (following) this.restart(following, end, true);
      }
    }
  }

  /** Go on with another clip, in the same place of its loop or from its beginning. @param {Clip} clip @param {number} at @param {boolean} [fromTop] */
  restart(clip, at, fromTop = false) {
    const bars = Math.round(at / barQuarters(this.clip?.metre ?? clip.metre));
    this.time = this.timeOf(at);
    this.clip = clip;
    this.origin = fromTop ? 0 : (bars % clip.bars) * barQuarters(clip.metre);
    this.done = this.origin;
  }

  /** @param {Clip} clip @param {number} from @param {number} to quarter notes since the start */
  strikeAll(clip, from, to) {
    const {feel, muted, click} = this.hearing;
    const length = lengthOf(clip);
    const base = Math.floor(from / length + 1e-9) * length;
    for (const {at, voice, velocity} of onsets(clip, feel)) {
      const when = base + at;
      if (when >= from - 1e-9 && when < to - 1e-9 && !muted.has(voice)) this.kit?.strike(voice, this.timeOf(when), velocity);
    }
    if (!click) return;
    const beat = 4 / Number(clip.metre.split('/')[1] ?? 4);
    for (let n = Math.ceil(from / beat - 1e-9); n * beat < to - 1e-9; n += 1) {
      const inBar = (n * beat) % barQuarters(clip.metre);
      this.kit?.click(this.timeOf(n * beat), inBar < 1e-6);
    }
  }
}
