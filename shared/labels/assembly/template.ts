// Lines of a file look alike: what stands between the values of one line stands so in the next. A line
// is compared with that of the last one that was read, and only its values are scanned. Every byte is
// still looked at, so nothing is taken on trust.
import {
  assumePlain,
  CAPTURE_DATA,
  clearFields,
  LABEL_ENCODING,
  lengthOf,
  METADATA,
  OUTPUT_ENCODING,
  scanInside,
  setField,
  startOf,
  VALUE_FIELDS,
  valueField,
} from "./fields";
import { allocate } from "./memory";

/** Longer lines are always read in full. */
const LINE_LIMIT: usize = 1 << 14;
/** Fields that are not values: objects, and the encodings. */
const PLACED_FIELDS: u32 = 4;

// A template: its line's length, how many values it has, then of each value: field, and start and end
// in the line; then of each other field: start and end; then the line.
const VALUE_COUNT: usize = 4;
const VALUES: usize = 8;
const VALUE_BYTES: usize = 12;
const PLACED: usize = VALUES + <usize>VALUE_FIELDS * VALUE_BYTES;
const LINE: usize = (PLACED + PLACED_FIELDS * 8 + 15) & ~15;

const shifts = memory.data(4 * (VALUE_FIELDS + 1));

export function newTemplate(): usize {
  return allocate(LINE + LINE_LIMIT + 32);
}

/** Reads a line by the template; the address behind its break, or 0 when it looks otherwise. */
export function matchTemplate(template: usize, line: usize): usize {
  const length: usize = load<u32>(template);
  if (length == 0) return 0;
  const count = load<u32>(template, VALUE_COUNT);
  const known = template + LINE;
  let at = line;
  let knownAt: usize = 0;
  clearFields();
  assumePlain();
  for (let index: u32 = 0; index < count; index++) {
    const value = template + VALUES + <usize>index * VALUE_BYTES;
    const start: usize = load<u32>(value, 4);
    store<u32>(shifts + (index << 2), <u32>(at - knownAt));
    if (!sameBytes(at, known + knownAt, start - knownAt)) return 0;
    at += start - knownAt;
    const end = scanInside(at);
    if (end == 0) return 0;
    setField(load<u32>(value), at, end);
    at = end;
    knownAt = load<u32>(value, 8);
  }
  store<u32>(shifts + (count << 2), <u32>(at - knownAt));
  if (!sameBytes(at, known + knownAt, length - knownAt)) return 0;
  for (let index: u32 = 0; index < PLACED_FIELDS; index++) placeField(template, index);
  return at + (length - knownAt);
}

function placedField(index: u32): u32 {
  switch (index) {
    case 0: return CAPTURE_DATA;
    case 1: return METADATA;
    case 2: return LABEL_ENCODING;
    default: return OUTPUT_ENCODING;
  }
}

/** It begins and ends between values, so it moved as far as what stands there. */
function placeField(template: usize, index: u32): void {
  const entry = template + PLACED + index * 8;
  const start = load<u32>(entry);
  const end = load<u32>(entry, 4);
  if (end == 0) return;
  setField(placedField(index), start + shiftOf(template, start), end + shiftOf(template, end));
}

function shiftOf(template: usize, offset: u32): u32 {
  const count = load<u32>(template, VALUE_COUNT);
  let index: u32 = 0;
  while (index < count && load<u32>(template + VALUES + <usize>index * VALUE_BYTES, 8) <= offset) index++;
  return load<u32>(shifts + (index << 2));
}

/** Keeps the line whose fields were just found as the template. */
export function learnTemplate(template: usize, line: usize, next: usize): void {
  const length = next - line;
  store<u32>(template, 0);
  if (length > LINE_LIMIT) return;
  memory.copy(template + LINE, line, length);
  let count: u32 = 0;
  for (let value: u32 = 0; value < VALUE_FIELDS; value++) {
    const field = valueField(value);
    if (startOf(field) != 0) insertValue(template, count++, field, <u32>(startOf(field) - line));
  }
  store<u32>(template, count, VALUE_COUNT);
  for (let index: u32 = 0; index < PLACED_FIELDS; index++) keepField(template, index, line);
  store<u32>(template, <u32>length);
}

/** Values stand in the order of the line. */
function insertValue(template: usize, count: u32, field: u32, start: u32): void {
  let value = template + VALUES + <usize>count * VALUE_BYTES;
  while (value > template + VALUES && load<u32>(value - VALUE_BYTES, 4) > start) {
    memory.copy(value, value - VALUE_BYTES, VALUE_BYTES);
    value -= VALUE_BYTES;
  }
  store<u32>(value, field);
  store<u32>(value, start, 4);
  store<u32>(value, start + lengthOf(field), 8);
}

function keepField(template: usize, index: u32, line: usize): void {
  const field = placedField(index);
  const entry = template + PLACED + index * 8;
  const start: u32 = startOf(field) == 0 ? 0 : <u32>(startOf(field) - line);
  store<u32>(entry, start);
  store<u32>(entry, startOf(field) == 0 ? 0 : start + lengthOf(field), 4);
}

// @ts-ignore: decorator
@inline
function sameBytes(a: usize, b: usize, length: usize): bool {
  let at: usize = 0;
  for (; at + 16 <= length; at += 16) {
    if (!i8x16.all_true(i8x16.eq(v128.load(a + at), v128.load(b + at)))) return false;
  }
  if (at == length) return true;
  const mask: i32 = (1 << <i32>(length - at)) - 1;
  const same = i8x16.bitmask(i8x16.eq(v128.load(a + at), v128.load(b + at)));
  return (same & mask) == mask;
}
