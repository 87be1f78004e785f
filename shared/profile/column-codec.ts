import {
  type ColumnState,
  EXACT_VALUES_LIMIT,
  type ExactColumn,
  type SketchedColumn,
  type TypeCounts,
} from "../sketch/column-state.ts";
import { FREQUENT_ITEMS_CAPACITY, type FrequentItems } from "../sketch/frequent-items.ts";
import { GREATEST_RANK, type HyperLogLog, REGISTER_COUNT } from "../sketch/hyperloglog.ts";
import type { KllSketch } from "../sketch/kll.ts";
import type { Moments } from "../sketch/moments.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readMap, writeMap } from "./map-codec.ts";

const EXACT = 0;
const SKETCHED = 1;
const SPARSE = 0;
const DENSE = 1;

/** Touched registers from which all 4096 are the shorter form: a touched one takes two bytes or three. */
const SPARSE_REGISTERS_LIMIT = 1500;

const ASCENDING = "a level of a KLL sketch must hold finite numbers in ascending order";

export function writeColumn(writer: ByteWriter, column: ColumnState): void {
  writer.count(column.kind === "exact" ? EXACT : SKETCHED);
  writeTypes(writer, column.types);
  if (column.kind === "exact") {
    writeMap(writer, column.counts, writer.count);
    return;
  }
  writeMoments(writer, column.moments);
  writeKll(writer, column.quantiles);
  writer.count(column.frequent.undercount);
  writeMap(writer, column.frequent.counts, writer.count);
  writeHyperLogLog(writer, column.distinct);
}

export function readColumn(reader: ByteReader): ColumnState {
  const kind = reader.count();
  if (kind === EXACT) return readExact(reader);
  if (kind === SKETCHED) return readSketched(reader);
  throw reader.refuse(`column kind ${kind}: must be ${EXACT} or ${SKETCHED}`);
}

function readExact(reader: ByteReader): ExactColumn {
  const types = readTypes(reader);
  const counts = readMap(reader, reader.count);
  if (counts.size > EXACT_VALUES_LIMIT) {
    throw reader.refuse(`${counts.size} exact values: ${EXACT_VALUES_LIMIT} at most`);
  }
  const counted = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (counted !== types.integral + types.fractional + types.boolean + types.string) {
    throw reader.refuse(`${counted} counted values: as many must have a type`);
  }
  return { kind: "exact", types, counts };
}

function readSketched(reader: ByteReader): SketchedColumn {
  const types = readTypes(reader);
  const moments = readMoments(reader);
  const quantiles = readKll(reader);
  const numbers = types.integral + types.fractional;
  if (moments.count !== numbers || quantiles.count !== numbers) {
    throw reader.refuse(`${numbers} numbers: moments and quantiles must hold as many`);
  }
  return {
    kind: "sketched",
    types,
    moments,
    quantiles,
    frequent: readFrequent(reader),
    distinct: readHyperLogLog(reader),
  };
}

function writeTypes(writer: ByteWriter, types: TypeCounts): void {
  writer.count(types.integral);
  writer.count(types.fractional);
  writer.count(types.boolean);
  writer.count(types.string);
}

function readTypes(reader: ByteReader): TypeCounts {
  return {
    integral: reader.count(),
    fractional: reader.count(),
    boolean: reader.count(),
    string: reader.count(),
  };
}

function writeMoments(writer: ByteWriter, moments: Moments): void {
  writer.count(moments.count);
  writer.double(moments.sum);
  writer.double(moments.sumLow);
  writer.double(moments.m2);
  writer.double(moments.min);
  writer.double(moments.max);
}

function readMoments(reader: ByteReader): Moments {
  const moments = {
    count: reader.count(),
    sum: reader.double(),
    sumLow: reader.double(),
    m2: reader.double(),
    min: reader.double(),
    max: reader.double(),
  };
  if (Object.values(moments).some(Number.isNaN)) throw reader.refuse("moments must not be NaN");
  return moments;
}

function writeKll(writer: ByteWriter, sketch: KllSketch): void {
  writer.count(sketch.k);
  writer.count(sketch.overcount);
  writer.count(sketch.undercount);
  writer.count(sketch.levels.length);
  for (const items of sketch.levels) writer.doubles(items);
}

function readKll(reader: ByteReader): KllSketch {
  const [k, overcount, undercount] = [reader.count(), reader.count(), reader.count()];
  if (k < 1) throw reader.refuse("k of a KLL sketch must be at least 1");
  const levels = Array.from({ length: reader.entryCount(1) }, () => reader.doubles());
  for (const items of levels) if (!isAscending(items)) throw reader.refuse(ASCENDING);
  const count = levels.reduce((sum, items, level) => sum + items.length * 2 ** level, 0);
  if (!Number.isSafeInteger(count)) throw reader.refuse("weights must add up to less than 2^53");
  return { k, count, levels, overcount, undercount };
}

function isAscending(items: Float64Array): boolean {
  if (items.length === 0) return true;
  // A NaN in between fails every comparison.
  for (let i = 1; i < items.length; i++) if (!(items[i - 1]! <= items[i]!)) return false;
  return Number.isFinite(items[0]) && Number.isFinite(items.at(-1));
}

function readFrequent(reader: ByteReader): FrequentItems {
  const undercount = reader.count();
  const counts = readMap(reader, reader.count);
  if (counts.size > FREQUENT_ITEMS_CAPACITY) {
    throw reader.refuse(`${counts.size} frequent texts: ${FREQUENT_ITEMS_CAPACITY} at most`);
  }
  return { counts, undercount };
}

function writeHyperLogLog(writer: ByteWriter, { registers }: HyperLogLog): void {
  let touchedCount = 0;
  for (let index = 0; index < REGISTER_COUNT; index++) if (registers[index]! > 0) touchedCount++;
  if (touchedCount >= SPARSE_REGISTERS_LIMIT) {
    writer.count(DENSE);
    writer.bytes(registers);
    return;
  }
  writer.count(SPARSE);
  writer.count(touchedCount);
  let next = 0;
  for (let index = 0; index < REGISTER_COUNT; index++) {
    const rank = registers[index]!;
    if (rank === 0) continue;
    writer.count(index - next);
    writer.count(rank);
    next = index + 1;
  }
}

function readHyperLogLog(reader: ByteReader): HyperLogLog {
  const form = reader.count();
  if (form !== SPARSE && form !== DENSE) {
    throw reader.refuse(`register form ${form}: must be ${SPARSE} or ${DENSE}`);
  }
  const registers =
    form === DENSE ? reader.bytes(REGISTER_COUNT) : readTouched(reader, reader.entryCount(2));
  for (let index = 0; index < REGISTER_COUNT; index++) {
    if (registers[index]! > GREATEST_RANK) {
      throw reader.refuse(`a register must be at most ${GREATEST_RANK}`);
    }
  }
  return { registers };
}

function readTouched(reader: ByteReader, touchedCount: number): Uint8Array {
  const registers = new Uint8Array(REGISTER_COUNT);
  let next = 0;
  for (let i = 0; i < touchedCount; i++) {
    const index = next + reader.count();
    const rank = reader.count();
    if (index >= REGISTER_COUNT || rank > GREATEST_RANK) {
      throw reader.refuse(`register ${index} of rank ${rank}: out of range`);
    }
    registers[index] = rank;
    next = index + 1;
  }
  return registers;
}
