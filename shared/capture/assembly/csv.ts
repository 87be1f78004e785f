import { stageCell, stagedCells, unstageTo } from "./stage";
import { validUtf8 } from "./decode";

/**
 * Stages the one row of a body that needs no decoding: no quote, no backslash, no line break
 * inside.
 *
 * @returns where the body ends, or 0 when it is not that plain
 */
export function readCsvInPlace(start: usize, columns: u32, isBare: bool): usize {
  const before = stagedCells;
  const end = splitAtCommas(start, isBare);
  if (end != 0 && stagedCells - before == columns && end != start) return end;
  unstageTo(before);
  return 0;
}

function splitAtCommas(start: usize, isBare: bool): usize {
  const comma = i8x16.splat(0x2c);
  const quote = i8x16.splat(0x22);
  const backslash = i8x16.splat(isBare ? 0x22 : 0x5c);
  const space = i8x16.splat(0x20);
  let cell = start;
  let at = start;
  let high: u32 = 0;
  while (true) {
    const bytes = v128.load(at);
    const ends = v128.or(
      v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)),
      i8x16.lt_u(bytes, space),
    );
    const stop: u32 = i8x16.bitmask(ends);
    // Only what stands before the first stop is ours.
    const ours: u32 = stop == 0 ? 0xffff : (stop & -stop) - 1;
    let commas: u32 = i8x16.bitmask(i8x16.eq(bytes, comma)) & ours;
    high |= i8x16.bitmask(bytes) & ours;
    while (commas != 0) {
      const found = at + ctz(commas);
      if (!stagePlain(cell, found)) return 0;
      cell = found + 1;
      commas &= commas - 1;
    }
    if (stop != 0) {
      const end = at + ctz(stop);
      if (!endsBody(end, isBare) || !stagePlain(cell, end)) return 0;
      return high == 0 || validUtf8(start, end) ? end : 0;
    }
    at += 16;
  }
}

function endsBody(end: usize, isBare: bool): bool {
  const stop = load<u8>(end);
  if (!isBare) return stop == 0x22;
  return stop == 0x0a || (stop == 0x0d && load<u8>(end, 1) == 0x0a);
}

function stagePlain(start: usize, end: usize): bool {
  return start == end ? stageCell(0, 0) : stageCell(start, <u32>(end - start));
}

/** Stages the rows of decoded CSV: line breaks, quoted fields, doubled quotes. */
export function readCsvText(start: usize, end: usize, columns: u32): bool {
  if (!validUtf8(start, end)) return false;
  let at = start;
  while (at < end) {
    const rowStart = at;
    const before = stagedCells;
    while (true) {
      at = load<u8>(at) == 0x22 && at < end ? readQuoted(at, end) : readPlain(at, end);
      if (at == 0) return false;
      if (at == end || load<u8>(at) != 0x2c) break;
      at++;
    }
    const isBlank = at == rowStart;
    if (at < end) {
      if (load<u8>(at) == 0x0d) at++;
      // A lone carriage return, and a NUL, are for the host.
      if (at == end || load<u8>(at) != 0x0a) return false;
      at++;
    }
    if (isBlank) unstageTo(before);
    else if (stagedCells - before != columns) return false;
  }
  return true;
}

function readPlain(start: usize, end: usize): usize {
  let at = start;
  const comma = i8x16.splat(0x2c);
  const space = i8x16.splat(0x20);
  while (true) {
    const bytes = v128.load(at);
    const stops = i8x16.bitmask(v128.or(i8x16.eq(bytes, comma), i8x16.lt_u(bytes, space)));
    const distance: usize = stops == 0 ? 16 : ctz(stops);
    at = min(at + distance, end);
    if (at == end) break;
    if (stops == 0) continue;
    const stop = load<u8>(at);
    if (stop == 0x2c || stop == 0x0a || stop == 0x0d) break;
    // Other control characters are text.
    if (stop == 0) return 0;
    at++;
  }
  return stagePlain(start, at) ? at : 0;
}

/** Removes the doubling of quotes in place: the text is a copy already. */
function readQuoted(open: usize, end: usize): usize {
  const start = open + 1;
  let kept = start;
  let at = start;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0) return 0;
    if (byte == 0x22) {
      if (at + 1 == end || load<u8>(at, 1) != 0x22) break;
      at++;
    }
    store<u8>(kept, byte);
    kept++;
  }
  if (at >= end) return 0;
  at++;
  const next: u32 = at == end ? 0x0a : load<u8>(at);
  if (next != 0x2c && next != 0x0a && next != 0x0d) return 0;
  return stageCell(start, <u32>(kept - start)) ? at : 0;
}
