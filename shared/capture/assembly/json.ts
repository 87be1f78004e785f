import { validUtf8 } from "./decode";
import { stageCell } from "./stage";
import { SIDE_BY_LINE, SIDE_COLUMNS, SIDE_SEGMENTS, standsAt } from "./template";

/** Stages decoded JSON whose documents, one or more by line, look as the learned one did. */
export function readJsonText(side: usize, start: usize, end: usize): bool {
  if (!validUtf8(start, end)) return false;
  let at = start;
  while (at < end) {
    at = readDocument(side, at, end);
    if (at == 0) return false;
    while (at < end && (load<u8>(at) == 0x0a || load<u8>(at) == 0x0d)) at++;
    // A document behind another on the same line is not JSON.
    if (at < end && (load<u8>(at - 1) != 0x0a || load<u32>(side, SIDE_BY_LINE) == 0)) return false;
  }
  return at != start;
}

function readDocument(side: usize, start: usize, end: usize): usize {
  const columns = load<u32>(side, SIDE_COLUMNS);
  const segments: usize = load<u32>(side, SIDE_SEGMENTS);
  const tail = segments + (columns << 3);
  const separator = tail + 8;
  let at = afterSegment(segments, start, end);
  while (at != 0) {
    at = readRow(segments, columns, at, end);
    if (at == 0) return 0;
    const isLast = load<u32>(separator, 4) == 0 || afterSegment(separator, at, end) == 0;
    if (isLast) return afterSegment(tail, at, end);
    at += load<u32>(separator, 4);
  }
  return 0;
}

/** Stages the scalars of one row, from just behind its first segment on. */
function readRow(segments: usize, columns: u32, start: usize, end: usize): usize {
  let at = stageScalar(start, end);
  for (let column: u32 = 1; column < columns; column++) {
    if (at == 0) return 0;
    at = afterSegment(segments + (column << 3), at, end);
    if (at == 0) return 0;
    at = stageScalar(at, end);
  }
  return at;
}

function afterSegment(segment: usize, at: usize, end: usize): usize {
  const length = load<u32>(segment, 4);
  if (at + length > end || !standsAt(at, load<u32>(segment), length)) return 0;
  return at + length;
}

function stageScalar(at: usize, end: usize): usize {
  const first: u32 = load<u8>(at);
  if (first == 0x22) return stageString(at + 1, end);
  const numberEnd = endOfNumber(at, end);
  if (numberEnd != 0) return stageCell(at, <u32>(numberEnd - at)) ? numberEnd : 0;
  if (at + 4 <= end && load<u32>(at) == 0x6c6c756e) return stageCell(0, 0) ? at + 4 : 0;
  if (at + 4 <= end && load<u32>(at) == 0x65757274) return stageCell(at, 4) ? at + 4 : 0;
  const isFalse = at + 5 <= end && load<u32>(at) == 0x736c6166 && load<u8>(at, 4) == 0x65;
  return isFalse && stageCell(at, 5) ? at + 5 : 0;
}

/** A string without escapes; others are for the host. */
function stageString(start: usize, end: usize): usize {
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x22) return stageCell(start, <u32>(at - start)) ? at + 1 : 0;
    if (byte == 0x5c || byte < 0x20) return 0;
  }
  return 0;
}

/** Where a number by JSON's grammar ends; 0 when there is none. The segment behind it bounds it. */
function endOfNumber(start: usize, end: usize): usize {
  let at = start;
  if (load<u8>(at) == 0x2d) at++;
  const whole = at;
  at = endOfDigits(at, end);
  if (at == whole || (at - whole > 1 && load<u8>(whole) == 0x30)) return 0;
  if (at < end && load<u8>(at) == 0x2e) {
    const fraction = at + 1;
    at = endOfDigits(fraction, end);
    if (at == fraction) return 0;
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    let exponent = at + 1;
    const sign = load<u8>(exponent);
    if (sign == 0x2b || sign == 0x2d) exponent++;
    at = endOfDigits(exponent, end);
    if (at == exponent) return 0;
  }
  return at;
}

function endOfDigits(at: usize, end: usize): usize {
  while (at < end && <u32>load<u8>(at) - 0x30 <= 9) at++;
  return at;
}
