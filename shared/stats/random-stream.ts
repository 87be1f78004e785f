/** A stream of unsigned 32-bit integers that the same seed gives again. */
export type RandomStream = () => number;

/**
 * xoshiro128**: the seeded stream behind every resample, so that a check of the same rows gives the
 * same bytes. Statistical, not secret.
 *
 * @param seed a whole number; its low 32 bits are spread over the state by splitmix32
 * Source: Blackman & Vigna 2018, https://prng.di.unimi.it/xoshiro128starstar.c.
 */
export function randomStream(seed: number): RandomStream {
  return xoshiro128([0, 1, 2, 3].map((word) => splitmix32(seed, word)));
}

/** The stream from its raw state of four 32-bit words, not all of them 0. */
export function xoshiro128(state: readonly number[]): RandomStream {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  return () => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/**
 * A whole number in [0, bound), each as likely as the others to within 2^-32 · bound.
 *
 * @param bound whole, 1 to 2^32
 */
export function randomIndex(next: RandomStream, bound: number): number {
  return Math.floor((next() * bound) / 0x1_0000_0000);
}

function splitmix32(seed: number, step: number): number {
  let z = (seed + Math.imul(step + 1, 0x9e3779b9)) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
