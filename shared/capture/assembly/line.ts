import { stageBody } from "./body";
import { countValue } from "./column";
import { clearDecoded } from "./decode";
import { isOverLimit, STAGE_CELL_BYTES, stageAt } from "./memory";
import { clearStage, stagedCells } from "./stage";
import {
  FIELD_BYTES,
  FIELD_INPUT,
  FIELD_OUTPUT,
  FIELD_STRING,
  FIELD_TIME,
  fieldsAt,
  hourAt,
  inputSide,
  outputSide,
  SIDE_ADDRESSES,
  SIDE_COLUMNS,
  standsAt,
} from "./template";

// What was counted since the host last asked.
export let lineCount: u32 = 0;
export let rowCount: u32 = 0;
/** Seconds of the hour, of the first and the last inference; -1 without any. */
export let firstSecond: i32 = -1;
export let lastSecond: i32 = -1;

let second: i32 = 0;
let outputsFrom: u32 = 0;
let outputRows: u32 = 0;
let inputsFrom: u32 = 0;
let inputRows: u32 = 0;

/**
 * Counts the lines of [at, end), each ended by a line break, up to the first that is not like the
 * learned one, of which nothing is counted, or until memory runs short.
 *
 * @returns where it stands; `end` when there is none
 */
export function countLines(at: usize, end: usize): usize {
  lineCount = 0;
  rowCount = 0;
  firstSecond = -1;
  lastSecond = -1;
  while (at < end && !isOverLimit()) {
    const next = countLine(at);
    if (next == 0) return at;
    at = next;
  }
  return at;
}

/** Every reader stops at a control character, so none leaves the line: its break is one. */
function countLine(start: usize): usize {
  clearStage();
  clearDecoded();
  outputRows = 0;
  inputRows = 0;
  second = -1;
  const fields = fieldsAt();
  let field = fields + 4;
  let at = start;
  for (let left = load<u32>(fields); left != 0; left--) {
    const length = load<u32>(field, 4);
    if (!standsAt(at, load<u32>(field), length)) return 0;
    at = readField(load<u32>(field, 8), at + length);
    if (at == 0) return 0;
    field += FIELD_BYTES;
  }
  const length = load<u32>(field, 4);
  if (!standsAt(at, load<u32>(field), length)) return 0;
  at += length;
  if (load<u8>(at) == 0x0d) at++;
  if (load<u8>(at) != 0x0a || !countRows()) return 0;
  lineCount++;
  if (second >= 0) {
    firstSecond = firstSecond < 0 ? second : min(firstSecond, second);
    lastSecond = max(lastSecond, second);
  }
  return at + 1;
}

function readField(kind: u32, at: usize): usize {
  if (kind == FIELD_STRING) return endOfString(at);
  if (kind == FIELD_TIME) return readTime(at);
  const isOutput = kind == FIELD_OUTPUT;
  const side = isOutput ? outputSide() : inputSide();
  const from = stagedCells;
  const end = stageBody(side, at);
  if (end == 0) return 0;
  const rows = (stagedCells - from) / load<u32>(side, SIDE_COLUMNS);
  if (isOutput) {
    outputsFrom = from;
    outputRows = rows;
  } else {
    inputsFrom = from;
    inputRows = rows;
  }
  return end;
}

/** The end of a string of printable ASCII without escapes. */
function endOfString(at: usize): usize {
  while (true) {
    const bytes = v128.load(at);
    const isQuote = i8x16.eq(bytes, i8x16.splat(0x22));
    const isBackslash = i8x16.eq(bytes, i8x16.splat(0x5c));
    // Signed: below the space are control characters, and all that is not ASCII.
    const isOther = i8x16.lt_s(bytes, i8x16.splat(0x20));
    const stops = i8x16.bitmask(v128.or(isQuote, v128.or(isBackslash, isOther)));
    if (stops != 0) {
      const end = at + ctz(stops);
      return load<u8>(end) == 0x22 ? end : 0;
    }
    at += 16;
  }
}

/** `MM:SSZ` behind the hour of the columns. */
function readTime(at: usize): usize {
  if (!standsAt(at, hourAt(), 14)) return 0;
  const minuteTens: i32 = <i32>load<u8>(at, 14) - 0x30;
  const minuteOnes: i32 = <i32>load<u8>(at, 15) - 0x30;
  const secondTens: i32 = <i32>load<u8>(at, 17) - 0x30;
  const secondOnes: i32 = <i32>load<u8>(at, 18) - 0x30;
  if (<u32>minuteTens > 5 || <u32>minuteOnes > 9) return 0;
  if (<u32>secondTens > 5 || <u32>secondOnes > 9) return 0;
  if (load<u8>(at, 16) != 0x3a || load<u8>(at, 19) != 0x5a) return 0;
  second = (minuteTens * 10 + minuteOnes) * 60 + secondTens * 10 + secondOnes;
  return at + 20;
}

function countRows(): bool {
  const outputs = outputSide();
  const inputs = inputSide();
  const hasOutputs = load<u32>(outputs, SIDE_COLUMNS) != 0;
  const hasInputs = load<u32>(inputs, SIDE_COLUMNS) != 0;
  if (hasOutputs && hasInputs && outputRows != inputRows) return false;
  const rows = hasOutputs ? outputRows : inputRows;
  if (rows == 0) return false;
  if (hasOutputs) countSide(outputs, outputsFrom, rows);
  if (hasInputs) countSide(inputs, inputsFrom, rows);
  rowCount += rows;
  return true;
}

function countSide(side: usize, from: u32, rows: u32): void {
  const columns = load<u32>(side, SIDE_COLUMNS);
  const addresses: usize = load<u32>(side, SIDE_ADDRESSES);
  let cell = stageAt + from * STAGE_CELL_BYTES;
  for (let row: u32 = 0; row < rows; row++) {
    for (let column: u32 = 0; column < columns; column++) {
      const at = load<u32>(cell);
      if (at != 0) countValue(load<u32>(addresses + (column << 2)), at, load<u32>(cell, 4));
      cell += STAGE_CELL_BYTES;
    }
  }
}
