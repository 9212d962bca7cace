/** Raw material of the kit: noise, and the clang of a cymbal. Made once, the same each time. */

const SECONDS = 2.5;

/** A generator of numbers in -1 to 1 (xorshift32), so that two renderings are equal. @param {number} seed */
function drawn(seed) {
  let x = seed | 0;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x / 2 ** 31;
  };
}

/** @param {BaseAudioContext} ctx @returns {AudioBuffer} white noise */
export function noise(ctx) {
  const buffer = ctx.createBuffer(1, Math.ceil(SECONDS * ctx.sampleRate), ctx.sampleRate);
  const draw = drawn(20731);
  const out = buffer.getChannelData(0);
  for (let i = 0; i < out.length; i += 1) out[i] = draw();
  return buffer;
}

/**
 * Many partials that have no common root, each beating a little: struck bronze, before it is filtered.
 * @param {BaseAudioContext} ctx @returns {AudioBuffer}
 */
export function clang(ctx) {
  const buffer = ctx.createBuffer(1, Math.ceil(SECONDS * ctx.sampleRate), ctx.sampleRate);
  const draw = drawn(911);
  const out = buffer.getChannelData(0);
  for (let n = 0; n < 42; n += 1) {
    const hertz = 340 * 1.086 ** n * (1 + 0.03 * draw());
    if (hertz > ctx.sampleRate * 0.45) break;
    const turn = (2 * Math.PI * hertz) / ctx.sampleRate;
    const level = 0.16 * (0.6 + 0.4 * Math.abs(draw()));
    const phase = Math.PI * draw();
    for (let i = 0; i < out.length; i += 1) out[i] = (out[i] ?? 0) + level * Math.sin(turn * i + phase);
  }
  return buffer;
}

/** A small wooden room. @param {BaseAudioContext} ctx @returns {AudioBuffer} */
export function room(ctx) {
  const length = Math.ceil(0.42 * ctx.sampleRate);
  const buffer = ctx.createBuffer(2, length, ctx.sampleRate);
  for (const side of [0, 1]) {
    const draw = drawn(77 + side * 1301);
    const out = buffer.getChannelData(side);
    let soft = 0;
    for (let i = 0; i < length; i += 1) {
      const t = i / ctx.sampleRate;
      soft += (draw() - soft) * 0.35; // walls take the highs
      out[i] = t < 0.006 ? 0 : soft * Math.exp(-t * 15);
    }
  }
  return buffer;
}
