import type { ColumnState, TypeCounts } from "../sketch/column-state.ts";
import { reduceFrequent } from "../sketch/frequent-items.ts";
import { REGISTER_COUNT } from "../sketch/hyperloglog.ts";
import { createKllBuilder, KLL_SIZE, type KllSketch, mergeKll } from "../sketch/kll.ts";
import type { Moments } from "../sketch/moments.ts";
import { classifyText } from "../sketch/value-type.ts";
import type { Kernel } from "./kernel.ts";

// Where a column's parts stand in the kernel's memory: assembly/column.ts and assembly/text.ts.
const IS_SKETCHED = 0;
const TABLE = 8;
const BLOCK = 12;
const BLOCK_COUNT = 16;
const REGISTERS = 20;
const FREQUENT = 24;
const ARENA = 32;
const INTEGRAL_COUNT = 48;
const FRACTIONAL_COUNT = 52;
const BOOLEAN_COUNT = 56;
const STRING_COUNT = 60;
const NUMBER_COUNT = 64;
const SUM = 72;
const SUM_LOW = 80;
const SQUARES = 88;
const MINIMUM = 96;
const MAXIMUM = 104;
const FREQUENT_ERROR = 112;
const LEVELS = 128;
const OVERCOUNT = 136;
const UNDERCOUNT = 144;

// assembly/sample.ts and assembly/levels.ts.
const SAMPLE_LEVEL = 3;
const SAMPLE_VALUES = 512;
const LEVEL_COUNT = 32;
const LEVEL_BYTES = 8;

const EXACT_SLOTS = 256;
const FREQUENT_SLOTS = 2048;
const SLOT_BYTES = 32;
const SLOT_COUNT = 16;
const SLOT_LENGTH = 20;
const SLOT_TEXT = 24;
const INLINE_BYTES = 16;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads the state of a column out of the kernel; nothing can be added to it after that. */
export function readColumn(kernel: Kernel, address: number): ColumnState {
  const word = (offset: number): number => kernel.words()[(address + offset) / 4]!;
  if (word(IS_SKETCHED) === 0) return readExact(readTexts(kernel, word(TABLE), EXACT_SLOTS, 0));
  kernel.finishBlock(address);
  const frequent = word(FREQUENT);
  const registers = word(REGISTERS);
  const undercount = kernel.doubles()[(address + FREQUENT_ERROR) / 8]!;
  return {
    kind: "sketched",
    types: {
      integral: word(INTEGRAL_COUNT),
      fractional: word(FRACTIONAL_COUNT),
      boolean: word(BOOLEAN_COUNT),
      string: word(STRING_COUNT),
    },
    moments: readMoments(kernel, address),
    quantiles: readQuantiles(kernel, address),
    frequent: reduceFrequent(
      frequent === 0 ? [] : readTexts(kernel, frequent, FREQUENT_SLOTS, word(ARENA)),
      undercount,
    ),
    distinct: { registers: kernel.bytes().slice(registers, registers + REGISTER_COUNT) },
  };
}

function readExact(counts: ReadonlyMap<string, number>): ColumnState {
  const types: Record<keyof TypeCounts, number> = {
    integral: 0,
    fractional: 0,
    boolean: 0,
    string: 0,
  };
  for (const [text, count] of counts) types[classifyText(text)] += count;
  return { kind: "exact", types, counts };
}

/** The texts of a table; long ones stand at an address that is relative to `origin`. */
function readTexts(
  kernel: Kernel,
  table: number,
  slotCount: number,
  origin: number,
): Map<string, number> {
  const bytes = kernel.bytes();
  const words = kernel.words();
  const counts = new Map<string, number>();
  for (let slot = table; slot < table + slotCount * SLOT_BYTES; slot += SLOT_BYTES) {
    const count = words[(slot + SLOT_COUNT) / 4]!;
    if (count === 0) continue;
    const length = words[(slot + SLOT_LENGTH) / 4]!;
    const at = length <= INLINE_BYTES ? slot : origin + words[(slot + SLOT_TEXT) / 4]!;
    counts.set(utf8.decode(bytes.subarray(at, at + length)), count);
  }
  return counts;
}

/** The levels that the kernel has built, and the values that were too few for another sample. */
function readQuantiles(kernel: Kernel, address: number): KllSketch {
  const words = kernel.words();
  const doubles = kernel.doubles();
  const block = words[(address + BLOCK) / 4]! / 8;
  const rest = createKllBuilder();
  rest.addSortedBlock(doubles.subarray(block, block + words[(address + BLOCK_COUNT) / 4]!));
  const entries = words[(address + LEVELS) / 4]!;
  if (entries === 0) return rest.finish();
  const levels: Float64Array[] = Array.from({ length: SAMPLE_LEVEL }, () => new Float64Array(0));
  let count = 0;
  for (let level = 0; level < LEVEL_COUNT; level++) {
    const values = words[(entries + level * LEVEL_BYTES) / 4]! / 8;
    const items = doubles.slice(values, values === 0 ? 0 : values + SAMPLE_VALUES);
    levels.push(items);
    count += items.length * 2 ** (SAMPLE_LEVEL + level);
  }
  while (levels.at(-1)!.length === 0) levels.pop();
  const overcount = doubles[(address + OVERCOUNT) / 8]!;
  const undercount = doubles[(address + UNDERCOUNT) / 8]!;
  const built = { k: KLL_SIZE, count, levels, overcount, undercount };
  return mergeKll(built, rest.finish());
}

function readMoments(kernel: Kernel, address: number): Moments {
  const double = (offset: number): number => kernel.doubles()[(address + offset) / 8]!;
  return {
    count: double(NUMBER_COUNT),
    sum: double(SUM),
    sumLow: double(SUM_LOW),
    m2: double(SQUARES),
    min: double(MINIMUM),
    max: double(MAXIMUM),
  };
}
