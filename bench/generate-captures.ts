// Seeded capture files for the benchmarks: what an endpoint with CSV in and CSV out writes.
import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export interface CaptureFile {
  readonly path: string;
  readonly recordCount: number;
  readonly numericColumnCount: number;
  readonly textColumnCount: number;
}

const FLUSH_BYTES = 1 << 20;
const START_MILLIS = Date.UTC(2026, 0, 15, 10);
const PLANS = ["basic", "family", "business", "student", "senior"];
const STATES = Array.from({ length: 50 }, (_, index) => `state-${String(index).padStart(2, "0")}`);
const DEVICES = ["ios", "android", "web"];

/** Makes the file unless it is there; the same arguments give the same bytes. Returns its size. */
export function generateCaptures(file: CaptureFile): number {
  const size = sizeOf(file.path);
  if (size > 0) return size;
  mkdirSync(dirname(file.path), { recursive: true });
  const partial = `${file.path}.partial`;
  const descriptor = openSync(partial, "w");
  const random = createMulberry(20260115);
  let buffer = "";
  for (let record = 0; record < file.recordCount; record++) {
    buffer += captureLine(random, file, record);
    if (buffer.length < FLUSH_BYTES && record < file.recordCount - 1) continue;
    writeSync(descriptor, buffer);
    buffer = "";
  }
  closeSync(descriptor);
  renameSync(partial, file.path);
  return sizeOf(file.path);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function captureLine(random: () => number, file: CaptureFile, record: number): string {
  const fields: string[] = [];
  for (let column = 0; column < file.numericColumnCount; column++) {
    fields.push(random() < 0.002 ? "" : numericField(random, column));
  }
  for (let column = 0; column < file.textColumnCount; column++) {
    fields.push(textField(random, column, record));
  }
  const second = Math.floor((record / file.recordCount) * 3600);
  const time = new Date(START_MILLIS + second * 1000).toISOString().replace(".000", "");
  const input = side("endpointInput", "text/csv", "INPUT", fields.join(","));
  const output = side("endpointOutput", "text/csv; charset=utf-8", "OUTPUT", String(random()));
  const metadata = `"eventMetadata":{"eventId":"${eventId(random)}","inferenceTime":"${time}"}`;
  return `{"captureData":{${input},${output}},${metadata},"eventVersion":"0"}\n`;
}

function side(name: string, type: string, mode: string, data: string): string {
  const head = `"observedContentType":"${type}","mode":"${mode}"`;
  return `"${name}":{${head},"data":"${data}","encoding":"CSV"}`;
}

/** Ten kinds of numbers, in turn: measures, amounts, counts, flags, full doubles. */
function numericField(random: () => number, column: number): string {
  switch (column % 10) {
    case 0:
    case 1:
      return (normal(random) * 50 + 200).toFixed(2);
    case 2:
    case 3:
      return Math.exp(normal(random) * 1.2 + 3).toFixed(2);
    case 4:
      return String(Math.floor(random() * 120));
    case 5:
      return String(Math.floor(-Math.log(1 - random()) * 4000));
    case 6:
      return normal(random).toFixed(6);
    case 7:
      return random() < 0.3 ? "1" : "0";
    case 8:
      return String(random());
    default:
      return (random() * 1e6 - 5e5).toFixed(3);
  }
}

function textField(random: () => number, column: number, record: number): string {
  switch (column % 5) {
    case 0:
      return PLANS[Math.floor(random() ** 2 * PLANS.length)]!;
    case 1:
      return STATES[Math.floor(random() * STATES.length)]!;
    case 2:
      return DEVICES[Math.floor(random() * DEVICES.length)]!;
    case 3:
      return random() < 0.5 ? "yes" : "no";
    default:
      return `customer-${Math.floor(random() * 20_000 + (record % 7))}`;
  }
}

function eventId(random: () => number): string {
  const part = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  const hex = part() + part() + part() + part();
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

/** Mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c. */
export function createMulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
