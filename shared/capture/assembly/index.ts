// The kernel: capture lines as bytes to the states of their columns. See template.ts for what it is
// told.
import { finishBlock } from "./block";
import { countValue, newColumn } from "./column";
import { powersOfFiveAt, prepareDecimals } from "./decimal";
import { prepareFrequent } from "./frequent";
import { prepareLevels } from "./levels";
import { countLines, firstSecond, lastSecond, lineCount, rowCount } from "./line";
import {
  allocate,
  inputAt,
  keepRegions,
  limitMemory,
  reserveRegions,
  resetMemory,
  scratchAt,
  stageAt,
  templateAt,
  usedBytes,
} from "./memory";
import { prepareNumbers, readNumber, value } from "./number";
import { prepareSample } from "./sample";
import { prepareSort } from "./sort";
import { prepareText } from "./text";

export {
  allocate,
  countLines,
  finishBlock,
  limitMemory,
  newColumn,
  readNumber,
  resetMemory,
  usedBytes,
};

export function prepare(): void {
  reserveRegions();
  prepareText();
  prepareDecimals();
  prepareNumbers();
  prepareSort();
  prepareSample();
  prepareFrequent();
  prepareLevels();
  keepRegions();
}

export function inputAddress(): usize {
  return inputAt;
}
export function scratchAddress(): usize {
  return scratchAt;
}
export function stageAddress(): usize {
  return stageAt;
}
export function templateAddress(): usize {
  return templateAt;
}
export function powersOfFiveAddress(): usize {
  return powersOfFiveAt;
}
export function numberValue(): f64 {
  return value;
}
export function countedLines(): u32 {
  return lineCount;
}
export function countedRows(): u32 {
  return rowCount;
}
export function firstCountedSecond(): i32 {
  return firstSecond;
}
export function lastCountedSecond(): i32 {
  return lastSecond;
}

/** Counts cells that the host has written to the stage, each with its column: 12 bytes a cell. */
export function countStaged(cells: u32): void {
  for (let cell = stageAt; cells != 0; cells--, cell += 12) {
    countValue(load<u32>(cell), load<u32>(cell, 4), load<u32>(cell, 8));
  }
}
