// Finds the fields of a line in one pass, and takes only what is certainly valid JSON of a simple kind:
// ASCII, objects, strings and lists of strings, no \u, no key of ours twice. Other lines are for the host.

export const GROUND_TRUTH: u32 = 0;
export const LABEL_DATA: u32 = 1;
export const LABEL_ENCODING: u32 = 2;
export const CAPTURE_DATA: u32 = 3;
export const OUTPUT: u32 = 4;
export const OUTPUT_DATA: u32 = 5;
export const OUTPUT_ENCODING: u32 = 6;
export const METADATA: u32 = 7;
export const EVENT_ID: u32 = 8;
export const INFERENCE_ID: u32 = 9;
export const INFERENCE_TIME: u32 = 10;
export const LABEL_TIME: u32 = 11;
const INPUT: u32 = 12;
const INPUT_DATA: u32 = 13;
const FIELD_COUNT: u32 = 14;
/** A key that no join asks for. */
const OTHER: u32 = 14;

/** The strings that differ from line to line. */
export const VALUE_FIELDS: u32 = 7;

export function valueField(index: u32): u32 {
  switch (index) {
    case 0: return LABEL_DATA;
    case 1: return INPUT_DATA;
    case 2: return OUTPUT_DATA;
    case 3: return EVENT_ID;
    case 4: return INFERENCE_ID;
    case 5: return INFERENCE_TIME;
    default: return LABEL_TIME;
  }
}

const DEPTH_LIMIT: u32 = 6;

/** The escapes of a string: none, as JSON.stringify writes them, or others of the same meaning. */
export const NO_ESCAPE: u32 = 0;
const OWN_ESCAPES: u32 = 1;
export const OTHER_ESCAPES: u32 = 2;

const QUOTE: u32 = 0x22;
export const BACKSLASH: u32 = 0x5c;
const SPACE: u32 = 0x20;

const fields = memory.data(14 * 12);

// What the last reader left: where it stands, and what the string it read holds.
let at: usize = 0;
let escapes: u32 = NO_ESCAPE;
let plain: bool = true;

/** Whether the line is just as JSON.stringify would write it: no spaces, no escapes but its own. */
export function isPlain(): bool {
  return plain;
}

export function assumePlain(): void {
  plain = true;
}

// @ts-ignore: decorator
@inline
export function startOf(field: u32): usize {
  return load<u32>(fields + field * 12);
}

// @ts-ignore: decorator
@inline
export function lengthOf(field: u32): u32 {
  return load<u32>(fields + field * 12, 4);
}

// @ts-ignore: decorator
@inline
export function escapesOf(field: u32): u32 {
  return load<u32>(fields + field * 12, 8);
}

export function clearFields(): void {
  memory.fill(fields, 0, FIELD_COUNT * 12);
}

/** A field that was found; its escapes are those of the last string. */
// @ts-ignore: decorator
@inline
export function setField(field: u32, start: usize, end: usize): void {
  const entry = fields + field * 12;
  store<u32>(entry, <u32>start);
  store<u32>(entry, <u32>(end - start), 4);
  store<u32>(entry, escapes, 8);
}

/** The address behind the line's object; 0 when the line is not of the simple kind. */
export function scanFields(line: usize): usize {
  clearFields();
  assumePlain();
  at = line;
  skipSpaces();
  if (!scanObject(OTHER, DEPTH_LIMIT, true)) return 0;
  skipSpaces();
  return at;
}

function scanObject(parent: u32, depthLeft: u32, isRoot: bool): bool {
  if (depthLeft == 0 || load<u8>(at) != 0x7b) return false;
  at++;
  skipSpaces();
  if (load<u8>(at) == 0x7d) {
    at++;
    return true;
  }
  while (true) {
    const keyAt = at + 1;
    if (!scanString() || escapes != NO_ESCAPE) return false;
    const field = isRoot ? rootField(keyAt) : innerField(parent, keyAt);
    skipSpaces();
    if (load<u8>(at) != 0x3a) return false;
    at++;
    skipSpaces();
    if (!scanValue(field, depthLeft)) return false;
    skipSpaces();
    const next = load<u8>(at++);
    if (next == 0x7d) return true;
    if (next != 0x2c) return false;
    skipSpaces();
  }
}

function scanValue(field: u32, depthLeft: u32): bool {
  const start = at;
  const first = load<u8>(at);
  const isObject =
    field == GROUND_TRUTH ||
    field == CAPTURE_DATA ||
    field == INPUT ||
    field == OUTPUT ||
    field == METADATA;
  if (first == QUOTE) {
    return !isObject && scanString() && record(field, start + 1, at - 1);
  }
  if (first == 0x7b) {
    if (!isObject && field != OTHER) return false;
    return scanObject(field, depthLeft - 1, false) && record(field, start, at);
  }
  return first == 0x5b && field == OTHER && scanList();
}

function record(field: u32, start: usize, end: usize): bool {
  if (field == OTHER) return true;
  if (startOf(field) != 0) return false;
  setField(field, start, end);
  return true;
}

function scanList(): bool {
  at++;
  skipSpaces();
  if (load<u8>(at) == 0x5d) {
    at++;
    return true;
  }
  while (true) {
    if (!scanString()) return false;
    skipSpaces();
    const next = load<u8>(at++);
    if (next == 0x5d) return true;
    if (next != 0x2c) return false;
    skipSpaces();
  }
}

function scanString(): bool {
  if (load<u8>(at) != QUOTE) return false;
  const end = scanInside(at + 1);
  at = end + 1;
  return end != 0;
}

/**
 * The address of the quote that ends a string; 0 when the string is not of the simple kind. Sixteen
 * bytes a step; control bytes, line breaks among them, and all but ASCII stop it.
 */
// @ts-ignore: decorator
@inline
export function scanInside(start: usize): usize {
  escapes = NO_ESCAPE;
  let next = start;
  while (true) {
    const bytes = v128.load(next);
    const stops = v128.or(
      v128.or(
        i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)),
        i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH)),
      ),
      // Bytes from 0x80 are negative.
      i8x16.lt_s(bytes, i8x16.splat(<i8>SPACE)),
    );
    const mask = i8x16.bitmask(stops);
    if (mask == 0) {
      next += 16;
      continue;
    }
    next += ctz(mask);
    const stop = load<u8>(next);
    if (stop == QUOTE) return next;
    if (stop != BACKSLASH || !takeEscape(load<u8>(next, 1))) return 0;
    next += 2;
  }
}

function takeEscape(character: u32): bool {
  switch (character) {
    case 0x2f:
      escapes = OTHER_ESCAPES;
      plain = false;
      return true;
    case 0x22:
    case 0x5c:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      if (escapes == NO_ESCAPE) escapes = OWN_ESCAPES;
      return true;
    default:
      return false;
  }
}

// @ts-ignore: decorator
@inline
function skipSpaces(): void {
  while (load<u8>(at) == SPACE) {
    at++;
    plain = false;
  }
}

/** Texts as little-endian words. */
function rootField(key: usize): u32 {
  const length = at - 1 - key;
  if (length == 15 && isText(key, 0x7254646e756f7267) && isText(key + 7, 0x6174614468747572)) {
    return GROUND_TRUTH;
  }
  if (length == 11 && isText(key, 0x4465727574706163) && isText(key + 3, 0x6174614465727574)) {
    return CAPTURE_DATA;
  }
  if (length == 13 && isText(key, 0x74654d746e657665) && isText(key + 5, 0x617461646174654d)) {
    return METADATA;
  }
  return OTHER;
}

function innerField(parent: u32, key: usize): u32 {
  const length = at - 1 - key;
  if (parent == METADATA) return metadataField(key, length);
  if (parent == CAPTURE_DATA) {
    if (!isText(key, 0x746e696f70646e65)) return OTHER;
    if (length == 14 && isText(key + 6, 0x74757074754f746e)) return OUTPUT;
    return length == 13 && isText(key + 5, 0x7475706e49746e69) ? INPUT : OTHER;
  }
  if (parent == INPUT) {
    return length == 4 && load<u32>(key) == 0x61746164 ? INPUT_DATA : OTHER;
  }
  if (parent != OUTPUT && parent != GROUND_TRUTH) return OTHER;
  const isLabel = parent == GROUND_TRUTH;
  if (length == 4 && load<u32>(key) == 0x61746164) return isLabel ? LABEL_DATA : OUTPUT_DATA;
  if (length == 8 && isText(key, 0x676e69646f636e65)) {
    return isLabel ? LABEL_ENCODING : OUTPUT_ENCODING;
  }
  return OTHER;
}

function metadataField(key: usize, length: usize): u32 {
  // With the quote that ends it a key of seven bytes is a word too.
  if (length == 7 && isText(key, 0x226449746e657665)) return EVENT_ID;
  if (length == 11 && isText(key, 0x636e657265666e69) && isText(key + 3, 0x644965636e657265)) {
    return INFERENCE_ID;
  }
  if (length == 13 && isText(key, 0x636e657265666e69) && isText(key + 5, 0x656d695465636e65)) {
    return INFERENCE_TIME;
  }
  if (length == 9 && isText(key, 0x6d69546c6562616c) && isText(key + 1, 0x656d69546c656261)) {
    return LABEL_TIME;
  }
  return OTHER;
}

// @ts-ignore: decorator
@inline
function isText(key: usize, word: u64): bool {
  return load<u64>(key) == word;
}
