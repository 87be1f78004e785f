import { allocate } from "./memory";

// Decimal digits and an exponent as the nearest double.

/**
 * Powers of five that Eisel and Lemire's method has at hand; further ones are the host's business.
 */
const SMALLEST_POWER: i32 = -64;
const LARGEST_POWER: i32 = 64;
export let powersOfFiveAt: usize = 0;


let powersOfTenAt: usize = 0;
/** Up to here powers of ten and whole numbers are doubles, so one operation rounds once. */
const EXACT_POWER: i32 = 22;
export const EXACT_MANTISSA: u64 = 1 << 53;

export function prepareDecimals(): void {
  powersOfFiveAt = allocate(<usize>(LARGEST_POWER - SMALLEST_POWER + 1) * 16);
  powersOfTenAt = allocate((EXACT_POWER + 1) * 8);
  let power: f64 = 1;
  for (let exponent: i32 = 0; exponent <= EXACT_POWER; exponent++) {
    store<f64>(powersOfTenAt + (<usize>exponent << 3), power);
    power *= 10;
  }
}

export function powerOfTen(exponent: u32): f64 {
  return load<f64>(powersOfTenAt + (exponent << 3));
}

/** digits × 10^exponent, correctly rounded; NaN when it is left to the host. */
export function scale(digits: u64, exponent: i32): f64 {
  if (digits == 0) return 0;
  if (digits <= EXACT_MANTISSA && exponent >= -EXACT_POWER && exponent <= EXACT_POWER) {
    const power = powerOfTen(abs(exponent));
    return exponent < 0 ? <f64>digits / power : <f64>digits * power;
  }
  if (exponent < SMALLEST_POWER || exponent > LARGEST_POWER) return NaN;
  return eiselLemire(digits, exponent);
}

let productHigh: u64 = 0;
let productLow: u64 = 0;

function multiply(a: u64, b: u64): void {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >> 32);
  const cross = aLow * bHigh + (middle & 0xffffffff);
  productHigh = aHigh * bHigh + (middle >> 32) + (cross >> 32);
  productLow = (cross << 32) | (low & 0xffffffff);
}

/**
 * Lemire, Number parsing at a gigabyte per second (2021), in the form of Mushtak and Lemire, Fast
 * number parsing without fallback (2022): exact for every mantissa of at most 64 bits. The powers
 * at hand keep the result far from subnormal and infinite values.
 */
function eiselLemire(digits: u64, exponent: i32): f64 {
  const zeros = clz(digits);
  const normal = digits << zeros;
  const entry = powersOfFiveAt + (<usize>(exponent - SMALLEST_POWER) << 4);
  multiply(normal, load<u64>(entry));
  let high = productHigh;
  let low = productLow;
  if ((high & 0x1ff) == 0x1ff) {
    multiply(normal, load<u64>(entry, 8));
    low += productHigh;
    if (productHigh > low) high++;
  }
  const upper = high >> 63;
  const shift = upper + 9;
  let bits = high >> shift;
  let power = <i64>((217706 * exponent) >> 16) + 63 + <i64>upper - <i64>zeros + 1023;
  const isHalfway = low <= 1 && exponent >= -4 && exponent <= 23 && (bits & 3) == 1;
  if (isHalfway && bits << shift == high) bits &= ~1;
  bits = (bits + (bits & 1)) >> 1;
  if (bits >= 1 << 53) {
    bits = 1 << 52;
    power++;
  }
  return reinterpret<f64>((bits & ((1 << 52) - 1)) | (<u64>power << 52));
}
