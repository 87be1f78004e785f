import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { Window } from "../window/window.ts";
import { JOIN_KERNEL_BASE64 } from "./join-kernel.generated.ts";
import { compareContents, LABEL_ENCODINGS } from "./label.ts";

// Node has it; its type declarations do not.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
  RuntimeError: new () => Error;
};

/** What `assembly/index.ts` exports. Addresses are byte offsets into `memory`. */
interface JoinKernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  prepare(
    ...[keptParts, partitionIndex, partitionCount, fromMillis, toMillis]: [
      number,
      number,
      number,
      number,
      number,
    ]
  ): void;
  inputAddress(): number;
  takeLabels(from: number, end: number): number;
  takeCaptures(from: number, end: number): number;
  stage(bytes: number): number;
  setPart(part: number, at: number, length: number): void;
  putLabel(
    ...[id, idLength, kind, millis, data, length]: [number, number, number, number, number, number]
  ): void;
  putCapture(id: number, idLength: number, kind: number, millis: number): void;
  count(which: number): number;
  firstEntry(): number;
}

/** Where an entry holds what; see `assembly/table.ts`. */
export const ENTRY = {
  idLength: 4,
  labelKind: 8,
  outputKind: 12,
  labelMillis: 16,
  captureMillis: 24,
  labelAt: 32,
  labelLength: 36,
  captureAt: 40,
  partLengths: 44,
  next: 60,
  id: 64,
} as const;

export interface JoinKernel extends JoinKernelExports {
  /** The memory as it is now: it moves when it grows. */
  bytes(): Buffer;
  view(): DataView;
}

let compiled: object | undefined;

/** A kernel for one join; its memory goes with it. */
export function createJoinKernel(
  keptParts: number,
  partition: { readonly index: number; readonly count: number },
  window: Window | null,
): JoinKernel {
  compiled ??= new WebAssembly.Module(Buffer.from(JOIN_KERNEL_BASE64, "base64"));
  let bytes = Buffer.alloc(0);
  let view = new DataView(new ArrayBuffer(0));
  const refresh = (): void => {
    if (view.buffer === exports.memory.buffer) return;
    bytes = Buffer.from(exports.memory.buffer);
    view = new DataView(exports.memory.buffer);
  };
  const textAt = (at: number, length: number): string => bytes.toString("utf8", at, at + length);
  const host = {
    compareContents(kind: number, data: number, length: number, entry: number): number {
      refresh();
      const known = textAt(
        view.getUint32(entry + ENTRY.labelAt, true),
        view.getUint32(entry + ENTRY.labelLength, true),
      );
      return compareContents(
        { encoding: LABEL_ENCODINGS[kind - 1]!, data: unescaped(textAt(data, length)) },
        {
          encoding: LABEL_ENCODINGS[view.getUint32(entry + ENTRY.labelKind, true) - 1]!,
          data: unescaped(known),
        },
      );
    },
  };
  const instance = new WebAssembly.Instance(compiled, { host });
  const exports = instance.exports as JoinKernelExports;
  const { fromMillis = -Infinity, toMillis = Infinity } = window ?? {};
  exports.prepare(keptParts, partition.index, partition.count, fromMillis, toMillis);
  return {
    ...exports,
    bytes() {
      refresh();
      return bytes;
    },
    view() {
      refresh();
      return view;
    },
  };
}

/** The text that the inside of a JSON string stands for. */
export function unescaped(raw: string): string {
  return raw.includes("\\") ? (JSON.parse(`"${raw}"`) as string) : raw;
}

/** The kernel stops only when it can have no more memory. */
export function orTooLarge<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
    const rule = "must be split into more partitions";
    throw new MonitoringError("join-too-large", `label join: more than 4 GiB: ${rule}`, { cause });
  }
}
