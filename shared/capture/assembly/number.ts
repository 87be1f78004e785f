import { EXACT_MANTISSA, powerOfTen, scale } from "./decimal";
import { parseRareNumber } from "./host";
import { allocate } from "./memory";

// What a text is, by Deequ's regular expressions: (-|+)? ?\d+ is integral, with a fraction or an
// exponent it is fractional, anything else is no number.
export const NOT_A_NUMBER: u32 = 0;
export const INTEGRAL: u32 = 1;
export const FRACTIONAL: u32 = 2;

/** The value of the text that was last read as a number. */
export let value: f64 = 0;

/** 32 zero bytes and 32 bytes of ones. */
let lanesAt: usize = 0;

export function prepareNumbers(): void {
  lanesAt = allocate(64);
  memory.fill(lanesAt + 32, 0xff, 32);
}

/**
 * Reads a text as a number, correctly rounded. Up to 32 bytes of digits with at most one point take
 * no loop: the digits are shifted over the point and folded in pairs.
 */
export function readNumber(at: usize, length: u32): u32 {
  const negative = load<u8>(at) == 0x2d;
  const count = length - <u32>negative;
  if (count - 1 < 16) return readShort(at, length, count, negative);
  if (count - 17 < 16) return readLong(at, length, count, negative);
  return readAnyNumber(at, length);
}

function readShort(at: usize, length: u32, count: u32, negative: bool): u32 {
  const end = at + length;
  const bytes = i8x16.sub(v128.load(end - 16), i8x16.splat(0x30));
  const first = 16 - count;
  const others = ~i8x16.bitmask(i8x16.lt_u(bytes, i8x16.splat(10))) & ((0xffff << first) & 0xffff);
  if (others == 0) {
    const digits = foldDigits(v128.and(bytes, lanesFrom(first)));
    if (digits > EXACT_MANTISSA) return readAnyNumber(at, length);
    return finish(<f64>digits, negative, INTEGRAL);
  }
  const point = ctz(others);
  if (!isPoint(others, point, first, 15, end - 16)) return readAnyNumber(at, length);
  const shifted = i8x16.sub(v128.load(end - 17), i8x16.splat(0x30));
  const joined = v128.bitselect(bytes, shifted, lanesFrom(point + 1));
  const digits = foldDigits(v128.and(joined, lanesFrom(first + 1)));
  return finish(<f64>digits / powerOfTen(15 - point), negative, FRACTIONAL);
}

/** One byte that is no digit, it is the point, and digits stand on both sides of it. */
function isPoint(others: u32, point: u32, first: u32, last: u32, lanes: usize): bool {
  if ((others & (others - 1)) != 0 || point == first || point == last) return false;
  return load<u8>(lanes + point) == 0x2e;
}

function finish(magnitude: f64, negative: bool, kind: u32): u32 {
  // Not -magnitude: that would make a -0.
  value = negative ? 0 - magnitude : magnitude;
  return kind;
}

/** The same on two vectors, for what doubles look like when they are written in full. */
function readLong(at: usize, length: u32, count: u32, negative: bool): u32 {
  const end = at + length;
  const zeros = i8x16.splat(0x30);
  const high = i8x16.sub(v128.load(end - 32), zeros);
  const low = i8x16.sub(v128.load(end - 16), zeros);
  const ten = i8x16.splat(10);
  const lowDigits = i8x16.bitmask(i8x16.lt_u(low, ten));
  const digitLanes: u32 = (lowDigits << 16) | i8x16.bitmask(i8x16.lt_u(high, ten));
  const first = 32 - count;
  const others = ~digitLanes & (0xffffffff << first);
  const point = ctz(others);
  if (!isPoint(others, point, first, 31, end - 32)) return readAnyNumber(at, length);
  const shiftedHigh = i8x16.sub(v128.load(end - 33), zeros);
  const shiftedLow = i8x16.sub(v128.load(end - 17), zeros);
  const joinedHigh = v128.bitselect(high, shiftedHigh, lanesFrom(point + 1));
  const joinedLow = v128.bitselect(low, shiftedLow, lowLanesFrom(point + 1));
  const leading = foldDigits(v128.and(joinedHigh, lanesFrom(first + 1)));
  const trailing = foldDigits(v128.and(joinedLow, lowLanesFrom(first + 1)));
  // Nineteen digits always fit.
  if (leading > 999) return readAnyNumber(at, length);
  const digits = leading * 10000000000000000 + trailing;
  return finish(scale(digits, <i32>point - 31), negative, FRACTIONAL);
}

/** All ones in the lanes from `first` ≤ 32 on, of the first 16 of 32 lanes. */
function lanesFrom(first: u32): v128 {
  return v128.load(lanesAt + 32 - first);
}

/** The same of the last 16 of 32 lanes. */
function lowLanesFrom(first: u32): v128 {
  return v128.load(lanesAt + 48 - first);
}

/** Sixteen decimal digits, one a lane, as a number. */
function foldDigits(digits: v128): u64 {
  // Lanes are little-endian: the more significant digit of a pair is in the low byte.
  const tens = i16x8.mul(v128.and(digits, i16x8.splat(0xff)), i16x8.splat(10));
  const pairs = i16x8.add(tens, i16x8.shr_u(digits, 8));
  const fours = i32x4.dot_i16x8_s(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
  const narrow = i16x8.narrow_i32x4_u(fours, fours);
  const eights = i32x4.dot_i16x8_s(narrow, i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1));
  const both = i64x2.extract_lane(eights, 0);
  return (both & 0xffffffff) * 100000000 + (both >>> 32);
}

let mantissa: u64 = 0;
let digitCount: u32 = 0;

/** Reads digits from `at` on into the mantissa; returns where they end. */
function readDigits(at: usize, end: usize): usize {
  while (at < end) {
    const digit: u32 = <u32>load<u8>(at) - 0x30;
    if (digit > 9) break;
    if (digitCount < 19) mantissa = mantissa * 10 + digit;
    // Leading zeros take no room in the mantissa.
    digitCount += <u32>(mantissa != 0 || digitCount != 0);
    at++;
  }
  return at;
}

function readAnyNumber(start: usize, length: u32): u32 {
  const end = start + length;
  let at = start;
  let negative = false;
  if (at < end && (load<u8>(at) == 0x2d || load<u8>(at) == 0x2b)) {
    negative = load<u8>(at) == 0x2d;
    at++;
  }
  if (at < end && load<u8>(at) == 0x20) at++;
  mantissa = 0;
  digitCount = 0;
  const wholeEnd = readDigits(at, end);
  if (wholeEnd == at) return NOT_A_NUMBER;
  at = wholeEnd;
  let exponent: i32 = 0;
  let kind = INTEGRAL;
  if (at < end && load<u8>(at) == 0x2e) {
    const fractionEnd = readDigits(at + 1, end);
    if (fractionEnd == at + 1) return NOT_A_NUMBER;
    exponent = -(<i32>(fractionEnd - at - 1));
    at = fractionEnd;
    kind = FRACTIONAL;
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    at = readExponent(at + 1, end);
    if (at == 0) return NOT_A_NUMBER;
    exponent += writtenExponent;
    kind = FRACTIONAL;
  }
  if (at != end) return NOT_A_NUMBER;
  const magnitude = digitCount > 19 ? NaN : scale(mantissa, exponent);
  value = magnitude == magnitude ? (negative ? 0 - magnitude : magnitude) : rare(start, length);
  // Beyond the range of a double it is a text like any other.
  return abs(value) == Infinity ? NOT_A_NUMBER : kind;
}

/** The host's own parser, which is right for every text; only its -0 is not wanted. */
function rare(start: usize, length: u32): f64 {
  return parseRareNumber(start, length) + 0;
}

let writtenExponent: i32 = 0;

function readExponent(at: usize, end: usize): usize {
  let negative = false;
  if (at < end && (load<u8>(at) == 0x2d || load<u8>(at) == 0x2b)) {
    negative = load<u8>(at) == 0x2d;
    at++;
  }
  const first = at;
  let exponent: i32 = 0;
  while (at < end && <u32>load<u8>(at) - 0x30 <= 9) {
    exponent = min(exponent * 10 + load<u8>(at) - 0x30, 1000000);
    at++;
  }
  writtenExponent = negative ? -exponent : exponent;
  return at == first ? 0 : at;
}
