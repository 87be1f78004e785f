import { templateAt } from "./memory";

// What the host writes after it learned a good line. Addresses are absolute, integers 32 bits wide.
//
//   0 number of fields, then 12 bytes a field: what stands before it (address, length), its kind
//   after the fields: what stands behind the last one (address, length)
//
// A side (outputs, inputs), 32 bytes:
//   0 columns a row, 0 = not captured      4 address of the columns' addresses
//   8 body: CSV or JSON                   12 wrapping: string, BASE64 string, or the bare line
//  16 JSON: address of its segments       20 JSON: 1 when documents may follow, one a line
//
// A segment (address, length) stands before each scalar of a row; behind them come what stands
// behind the last row, and what stands between two rows, of length 0 when there is only one.

export const FIELD_STRING: u32 = 0;
export const FIELD_TIME: u32 = 1;
export const FIELD_OUTPUT: u32 = 2;
export const FIELD_INPUT: u32 = 3;

export const FIELD_BYTES: usize = 12;

export const SIDE_COLUMNS: usize = 0;
export const SIDE_ADDRESSES: usize = 4;
export const SIDE_BODY: usize = 8;
export const SIDE_WRAPPING: usize = 12;
export const SIDE_SEGMENTS: usize = 16;
export const SIDE_BY_LINE: usize = 20;

export const BODY_JSON: u32 = 1;
export const WRAPPED_BASE64: u32 = 1;
export const BARE_LINE: u32 = 2;

const SIDE_BYTES: usize = 32;
/** The hour of the columns, as the 14 bytes of a time that stand before its minutes. */
const HOUR_BYTES: usize = 16;

export function outputSide(): usize {
  return templateAt;
}

export function inputSide(): usize {
  return templateAt + SIDE_BYTES;
}

export function hourAt(): usize {
  return templateAt + 2 * SIDE_BYTES;
}

export function fieldsAt(): usize {
  return templateAt + 2 * SIDE_BYTES + HOUR_BYTES;
}

/** Whether these bytes stand at an address. Reads up to 15 bytes behind them. */
export function standsAt(at: usize, expected: usize, length: u32): bool {
  let offset: u32 = 0;
  for (; offset + 16 <= length; offset += 16) {
    const equal = i8x16.eq(v128.load(at + offset), v128.load(expected + offset));
    if (!i8x16.all_true(equal)) return false;
  }
  if (offset == length) return true;
  const equal = i8x16.bitmask(i8x16.eq(v128.load(at + offset), v128.load(expected + offset)));
  const wanted: u32 = (1 << (length - offset)) - 1;
  return (equal & wanted) == wanted;
}
