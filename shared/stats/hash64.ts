/**
 * A 64-bit hash as two unsigned 32-bit halves: BigInt is an order of magnitude slower, and the scan
 * kernel computes the same hash on its own side.
 */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

const utf8 = new TextEncoder();
const numberView = new DataView(new ArrayBuffer(8));

/**
 * Hash of a text: FNV-1a 64 over its UTF-8 bytes, then the splitmix64 finaliser (FNV alone leaves
 * its high bits poorly mixed for short texts, and those choose the HyperLogLog register).
 *
 * Sources: Fowler, Noll, Vo, draft-eastlake-fnv; Vigna, https://prng.di.unimi.it/splitmix64.c.
 */
export function hashText(text: string): Hash64 {
  return mix(...fnv1a(utf8.encode(text)));
}

/** Hash of a number: the splitmix64 finaliser over its 64 bits; -0 hashes as 0. */
export function hashNumber(value: number): Hash64 {
  numberView.setFloat64(0, value === 0 ? 0 : value);
  return mix(numberView.getUint32(0), numberView.getUint32(4));
}

/** Sixteen lower-case hexadecimal digits. */
export function hexOf(hash: Hash64): string {
  return hash.high.toString(16).padStart(8, "0") + hash.low.toString(16).padStart(8, "0");
}

function fnv1a(bytes: Uint8Array): [high: number, low: number] {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of bytes) {
    const mixed = (low ^ byte) >>> 0;
    // Times 2^40 + 0x1b3; each partial product stays below 2^42, so doubles hold it exactly.
    const lowProduct = mixed * 0x1b3;
    high = (high * 0x1b3 + Math.floor(lowProduct / 0x1_0000_0000) + ((mixed << 8) >>> 0)) >>> 0;
    low = lowProduct >>> 0;
  }
  return [high, low];
}

/** The finaliser of splitmix64 (Stafford's variant 13). */
function mix(high: number, low: number): Hash64 {
  let [h, l] = xorShiftRight(high, low, 30);
  [h, l] = multiply(h, l, 0xbf58476d, 0x1ce4e5b9);
  [h, l] = xorShiftRight(h, l, 27);
  [h, l] = multiply(h, l, 0x94d049bb, 0x133111eb);
  [h, l] = xorShiftRight(h, l, 31);
  return { high: h, low: l };
}

function xorShiftRight(high: number, low: number, bits: number): [number, number] {
  const shifted = ((low >>> bits) | (high << (32 - bits))) >>> 0;
  return [(high ^ (high >>> bits)) >>> 0, (low ^ shifted) >>> 0];
}

/** The low 64 bits of a product. */
function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): [number, number] {
  const [a1, a0] = [aLow >>> 16, aLow & 0xffff];
  const [b1, b0] = [bLow >>> 16, bLow & 0xffff];
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16);
  const cross = a0 * b1 + (middle % 0x10000);
  const carry = a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000);
  const high = (carry + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) >>> 0;
  return [high, (((cross & 0xffff) << 16) | (low & 0xffff)) >>> 0];
}
