import { parseNumber } from "../sketch/value-type.ts";
import { KERNEL_BASE64 } from "./kernel.generated.ts";

// Node has it; its type declarations do not.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** What `assembly/index.ts` exports. Addresses are byte offsets into `memory`. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  prepare(): void;
  resetMemory(): void;
  usedBytes(): number;
  limitMemory(bytes: number): void;
  newColumn(): number;
  finishBlock(column: number): void;
  countLines(at: number, end: number): number;
  countedLines(): number;
  countedRows(): number;
  firstCountedSecond(): number;
  lastCountedSecond(): number;
  countStaged(cells: number): void;
  readNumber(at: number, length: number): number;
  numberValue(): number;
  inputAddress(): number;
  scratchAddress(): number;
  stageAddress(): number;
  templateAddress(): number;
  powersOfFiveAddress(): number;
}

export const INPUT_BYTES = 1 << 18;
export const SCRATCH_BYTES = 2 * INPUT_BYTES;
export const STAGE_BYTES = (1 << 16) * 8;
export const TEMPLATE_BYTES = 1 << 17;

const SMALLEST_POWER = -64;
const LARGEST_POWER = 64;

/** One instance of the kernel. */
export interface Kernel extends KernelExports {
  /** The memory as it is now: it moves when it grows. */
  bytes(): Uint8Array;
  words(): Uint32Array;
  doubles(): Float64Array;
}

let compiled: object | undefined;
const idle: Kernel[] = [];
/** A kernel that grew further than this is not kept. */
const KEPT_BYTES = 64 * 2 ** 20;

/** Lends a kernel with no columns to one scan; scans that run at the same time get one each. */
export async function withKernel<Result>(
  scan: (kernel: Kernel) => Promise<Result>,
): Promise<Result> {
  const kernel = idle.pop() ?? createKernel();
  kernel.resetMemory();
  try {
    return await scan(kernel);
  } finally {
    if (kernel.memory.buffer.byteLength <= KEPT_BYTES) idle.push(kernel);
  }
}

function createKernel(): Kernel {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNEL_BASE64, "base64"));
  const text = new TextDecoder();
  let bytes = new Uint8Array(0);
  let words = new Uint32Array(0);
  let doubles = new Float64Array(0);
  const refresh = (): void => {
    if (bytes.buffer === exports.memory.buffer) return;
    bytes = new Uint8Array(exports.memory.buffer);
    words = new Uint32Array(exports.memory.buffer);
    doubles = new Float64Array(exports.memory.buffer);
  };
  const host = {
    parseRareNumber(at: number, length: number): number {
      refresh();
      return parseNumber(text.decode(bytes.subarray(at, at + length))) ?? Number.POSITIVE_INFINITY;
    },
  };
  const instance = new WebAssembly.Instance(compiled, { host });
  const exports = instance.exports as KernelExports;
  exports.prepare();
  refresh();
  writePowersOfFive(bytes, exports.powersOfFiveAddress());
  return {
    ...exports,
    bytes() {
      refresh();
      return bytes;
    },
    words() {
      refresh();
      return words;
    },
    doubles() {
      refresh();
      return doubles;
    },
  };
}

/**
 * 128 bits of each power of five, the top bit set; rounded down, and reciprocals up, as the proof
 * of the kernel's number parser asks.
 *
 * Source: https://github.com/fastfloat/fast_float, script/table_generation.py.
 */
function writePowersOfFive(bytes: Uint8Array, address: number): void {
  const table = new DataView(bytes.buffer, address);
  for (let exponent = SMALLEST_POWER; exponent <= LARGEST_POWER; exponent++) {
    const power = exponent < 0 ? reciprocalOfFive(-exponent) : powerOfFive(exponent);
    const entry = (exponent - SMALLEST_POWER) * 16;
    table.setBigUint64(entry, power >> 64n, true);
    table.setBigUint64(entry + 8, power & 0xffff_ffff_ffff_ffffn, true);
  }
}

function powerOfFive(exponent: number): bigint {
  const power = 5n ** BigInt(exponent);
  const excess = power.toString(2).length - 128;
  return excess > 0 ? power >> BigInt(excess) : power << BigInt(-excess);
}

function reciprocalOfFive(exponent: number): bigint {
  const power = 5n ** BigInt(exponent);
  // The smallest z with 2^z ≥ 5^exponent, which is no power of two.
  const z = power.toString(2).length;
  const bits = exponent <= 27 ? z + 127 : 2 * z + 128;
  const reciprocal = (1n << BigInt(bits)) / power + 1n;
  const excess = reciprocal.toString(2).length - 128;
  return excess > 0 ? reciprocal >> BigInt(excess) : reciprocal;
}
