import { scratchAt } from "./memory";

/** Where the next decoded body goes: both bodies of a line stay until it is counted. */
export let decodedEnd: usize = 0;

/** Between two bodies, for loads that run over the end of the first. */
const GAP: usize = 32;

export function clearDecoded(): void {
  decodedEnd = scratchAt;
}

/** Starts the next body behind the last one; returns where. */
export function openDecoded(): usize {
  decodedEnd += GAP;
  return decodedEnd;
}

/**
 * Copies a JSON string without its escapes.
 *
 * @returns where the closing quote stands; 0 when the string is malformed or has surrogate escapes
 */
export function unescapeString(start: usize): usize {
  const quote = i8x16.splat(0x22);
  const backslash = i8x16.splat(0x5c);
  const space = i8x16.splat(0x20);
  let at = start;
  let to = decodedEnd;
  while (true) {
    const bytes = v128.load(at);
    v128.store(to, bytes);
    const stops = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)),
        i8x16.lt_u(bytes, space),
      ),
    );
    const plain: usize = stops == 0 ? 16 : ctz(stops);
    at += plain;
    to += plain;
    if (stops == 0) continue;
    const stop = load<u8>(at);
    if (stop == 0x22) {
      decodedEnd = to;
      return at;
    }
    if (stop != 0x5c) return 0;
    const plainEscape = unescaped(load<u8>(at, 1));
    if (plainEscape != 0) {
      store<u8>(to, <u8>plainEscape);
      to++;
      at += 2;
    } else {
      if (load<u8>(at, 1) != 0x75) return 0;
      const unit = hexUnit(at + 2);
      // NUL, surrogates and what is no hexadecimal are for the host.
      if (unit <= 0 || (unit >= 0xd800 && unit < 0xe000)) return 0;
      to = storeUtf8(to, unit);
      at += 6;
    }
  }
}

function unescaped(escape: u32): u32 {
  if (escape == 0x22 || escape == 0x5c || escape == 0x2f) return escape;
  if (escape == 0x6e) return 0x0a;
  if (escape == 0x72) return 0x0d;
  if (escape == 0x74) return 0x09;
  if (escape == 0x62) return 0x08;
  return escape == 0x66 ? 0x0c : 0;
}

function hexUnit(at: usize): i32 {
  let unit: i32 = 0;
  for (let index: usize = 0; index < 4; index++) {
    const character: i32 = load<u8>(at + index);
    const letter = character | 0x20;
    let digit = character - 0x30;
    if (digit < 0 || digit > 9) {
      if (letter < 0x61 || letter > 0x66) return -1;
      digit = letter - 0x57;
    }
    unit = unit * 16 + digit;
  }
  return unit;
}

function storeUtf8(to: usize, unit: u32): usize {
  if (unit < 0x80) {
    store<u8>(to, <u8>unit);
    return to + 1;
  }
  if (unit < 0x800) {
    store<u8>(to, <u8>(0xc0 | (unit >> 6)));
    store<u8>(to, <u8>(0x80 | (unit & 0x3f)), 1);
    return to + 2;
  }
  store<u8>(to, <u8>(0xe0 | (unit >> 12)));
  store<u8>(to, <u8>(0x80 | ((unit >> 6) & 0x3f)), 1);
  store<u8>(to, <u8>(0x80 | (unit & 0x3f)), 2);
  return to + 3;
}

/**
 * Decodes a BASE64 string, 16 characters a step and the last ones singly.
 *
 * @returns where the closing quote stands; 0 when the string is no BASE64
 */
export function decodeBase64(start: usize): usize {
  let at = start;
  let to = decodedEnd;
  while (true) {
    const values = sixBits(v128.load(at));
    // Values of other characters have their top bit set.
    if (i8x16.bitmask(values) != 0) break;
    v128.store(to, packed(values));
    at += 16;
    to += 12;
  }
  while (true) {
    const values = sixBits(v128.load(at));
    const bad: u32 = i8x16.bitmask(values);
    if ((bad & 15) != 0) {
      decodedEnd = to;
      const count: u32 = ctz(bad);
      if (count == 0) return load<u8>(at) == 0x22 ? at : 0;
      // Two or three characters and padding to four, then the quote.
      const isPadded =
        count >= 2 && load<u8>(at, 3) == 0x3d && (count == 3 || load<u8>(at, 2) == 0x3d);
      if (!isPadded || load<u8>(at, 4) != 0x22) return 0;
      store<u32>(to, i32x4.extract_lane(packed(v128.andnot(values, beforeLanes(count))), 0));
      decodedEnd = to + count - 1;
      return at + 4;
    }
    store<u32>(to, i32x4.extract_lane(packed(values), 0));
    at += 4;
    to += 3;
  }
}

/** All ones in the lanes from `count` on, which `andnot` then clears. */
function beforeLanes(count: u32): v128 {
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return i8x16.ge_u(lanes, i8x16.splat(<i8>count));
}

/** The six bits of each BASE64 character; 0xff for any other. */
function sixBits(text: v128): v128 {
  const upper = i8x16.sub(text, i8x16.splat(0x41));
  const lower = i8x16.sub(text, i8x16.splat(0x61));
  const digit = i8x16.sub(text, i8x16.splat(0x30));
  let values = i8x16.splat(-1);
  values = v128.bitselect(upper, values, i8x16.lt_u(upper, i8x16.splat(26)));
  const lowerValues = i8x16.add(lower, i8x16.splat(26));
  values = v128.bitselect(lowerValues, values, i8x16.lt_u(lower, i8x16.splat(26)));
  const digitValues = i8x16.add(digit, i8x16.splat(52));
  values = v128.bitselect(digitValues, values, i8x16.lt_u(digit, i8x16.splat(10)));
  values = v128.bitselect(i8x16.splat(62), values, i8x16.eq(text, i8x16.splat(0x2b)));
  return v128.bitselect(i8x16.splat(63), values, i8x16.eq(text, i8x16.splat(0x2f)));
}

/** Sixteen values of six bits as twelve bytes. */
function packed(values: v128): v128 {
  const a = i32x4.shl(v128.and(values, i32x4.splat(0x3f)), 18);
  const b = i32x4.shl(v128.and(values, i32x4.splat(0x3f00)), 4);
  const c = i32x4.shr_u(v128.and(values, i32x4.splat(0x3f0000)), 10);
  const d = i32x4.shr_u(values, 24);
  const words = v128.or(v128.or(a, b), v128.or(c, d));
  return i8x16.swizzle(words, i8x16(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
}

/** Whether these bytes are UTF-8 by RFC 3629: no overlong forms, no surrogates, up to U+10FFFF. */
export function validUtf8(start: usize, end: usize): bool {
  let at = start;
  while (at < end) {
    if (at + 16 <= end && i8x16.bitmask(v128.load(at)) == 0) {
      at += 16;
      continue;
    }
    const lead: u32 = load<u8>(at);
    if (lead < 0x80) {
      at++;
      continue;
    }
    const length: u32 = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length == 0 || at + length > end) return false;
    const second: u32 = load<u8>(at, 1);
    if (lead == 0xe0 && second < 0xa0) return false;
    if (lead == 0xed && second > 0x9f) return false;
    if (lead == 0xf0 && second < 0x90) return false;
    if (lead == 0xf4 && second > 0x8f) return false;
    for (let index: usize = 1; index < length; index++) {
      if ((load<u8>(at + index) & 0xc0) != 0x80) return false;
    }
    at += length;
  }
  return true;
}
