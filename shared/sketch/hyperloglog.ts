import type { Hash64 } from "../stats/hash64.ts";

export { hashNumber, hashText } from "../stats/hash64.ts";

const INDEX_BITS = 12;
const RANK_BITS = 64 - INDEX_BITS;

/** 2^12: the standard error of a count is 1.04 / √4096 = 1.6 %. */
export const REGISTER_COUNT = 2 ** INDEX_BITS;

/** The rank of a hash whose 52 bits are all zero. */
export const GREATEST_RANK = RANK_BITS + 1;

/**
 * HyperLogLog: how many distinct hashes were seen, in 4096 bytes.
 *
 * A register holds the greatest rank among the hashes whose top 12 bits are its index; the rank of a
 * hash is one more than the leading zeros of its other 52 bits (53 when they are all zero).
 */
export interface HyperLogLog {
  readonly registers: Uint8Array;
}

export const emptyHyperLogLog: HyperLogLog = { registers: new Uint8Array(REGISTER_COUNT) };

/** The sketch of these hashes. */
export function hyperLogLogOf(hashes: Iterable<Hash64>): HyperLogLog {
  const registers = new Uint8Array(REGISTER_COUNT);
  for (const hash of hashes) addHash(registers, hash);
  return { registers };
}

/** Registers `hash` in place. */
function addHash(registers: Uint8Array, { high, low }: Hash64): void {
  const index = high >>> (32 - INDEX_BITS);
  const highRest = (high << INDEX_BITS) >>> 0;
  const zeros = highRest > 0 ? Math.clz32(highRest) : 32 - INDEX_BITS + Math.clz32(low);
  const rank = zeros + 1;
  if (rank > registers[index]!) registers[index] = rank;
}

/** The sketch of both sets together: exact, associative, commutative and idempotent. */
export function mergeHyperLogLog(a: HyperLogLog, b: HyperLogLog): HyperLogLog {
  const registers = a.registers.slice();
  for (let index = 0; index < REGISTER_COUNT; index++) {
    const rank = b.registers[index]!;
    if (rank > registers[index]!) registers[index] = rank;
  }
  return { registers };
}

/**
 * Estimated number of distinct hashes; standard error 1.6 %, and without bias from 0 up.
 *
 * Source: Ertl 2017, https://arxiv.org/abs/1702.01284, algorithm 6 ("improved raw estimator"): one
 * formula for all ranges, where the original needs linear counting and a fitted bias table.
 */
export function estimateDistinct({ registers }: HyperLogLog): number {
  const histogram = new Float64Array(GREATEST_RANK + 1);
  for (let index = 0; index < REGISTER_COUNT; index++) histogram[registers[index]!]!++;
  let z = REGISTER_COUNT * tau(1 - histogram[GREATEST_RANK]! / REGISTER_COUNT);
  for (let rank = RANK_BITS; rank >= 1; rank--) z = 0.5 * (z + histogram[rank]!);
  z += REGISTER_COUNT * sigma(histogram[0]! / REGISTER_COUNT);
  return (REGISTER_COUNT / (2 * Math.LN2)) * (REGISTER_COUNT / z);
}

/** Corrects for registers never touched: infinite when none was, which makes the estimate 0. */
function sigma(emptyFraction: number): number {
  if (emptyFraction === 1) return Number.POSITIVE_INFINITY;
  let [x, y, z, previous] = [emptyFraction, 1, emptyFraction, Number.NaN];
  while (z !== previous) {
    x *= x;
    previous = z;
    z += x * y;
    y += y;
  }
  return z;
}

/** Corrects for registers at the greatest rank. */
function tau(unsaturatedFraction: number): number {
  if (unsaturatedFraction === 0 || unsaturatedFraction === 1) return 0;
  let [x, y, z, previous] = [unsaturatedFraction, 1, 1 - unsaturatedFraction, Number.NaN];
  while (z !== previous) {
    x = Math.sqrt(x);
    previous = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
