import { INPUT_BYTES, type Kernel } from "./kernel.ts";

/** Longer lines are not held in memory, only counted. */
export const LINE_LIMIT_BYTES = 16 * 2 ** 20;

const NEWLINE = 10;

/** Takes lines as they come, in whatever pieces the bytes arrive. */
export interface LineSink {
  /** Whole lines, each with its line break, in the kernel's input region. */
  takeLines(at: number, end: number): void;
  /** A line without its break that is larger than the region. */
  takeLongLine(line: Uint8Array): void;
  /** A line beyond the limit, of which only the beginning is left. */
  refuseLine(beginning: Uint8Array): void;
}

/** A kernel's region of {@link INPUT_BYTES} that lines are put into. */
export type InputRegion = Pick<Kernel, "bytes" | "inputAddress">;

/** Cuts a stream of bytes into lines; a line that has no break at the end of the stream is one too. */
export class LineFeed {
  readonly #kernel: InputRegion;
  readonly #sink: LineSink;
  #filledBytes = 0;
  /** The parts of a line that is larger than the input region. */
  #long: Uint8Array[] | null = null;
  #longBytes = 0;

  constructor(kernel: InputRegion, sink: LineSink) {
    this.#kernel = kernel;
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.#long === null ? this.#fill(rest) : this.#lengthen(rest);
  }

  finish(): void {
    if (this.#long !== null) this.#endLong();
    else if (this.#filledBytes > 0) this.push(Uint8Array.of(NEWLINE));
  }

  /** Takes what fits into the input region; returns the rest. */
  #fill(chunk: Uint8Array): Uint8Array {
    const input = this.#kernel.inputAddress();
    const part = chunk.subarray(0, INPUT_BYTES - this.#filledBytes);
    this.#kernel.bytes().set(part, input + this.#filledBytes);
    const newline = part.lastIndexOf(NEWLINE);
    const filledBytes = this.#filledBytes + part.length;
    if (newline >= 0) {
      const linesBytes = this.#filledBytes + newline + 1;
      this.#sink.takeLines(input, input + linesBytes);
      this.#kernel.bytes().copyWithin(input, input + linesBytes, input + filledBytes);
      this.#filledBytes = filledBytes - linesBytes;
    } else {
      this.#filledBytes = filledBytes;
      if (filledBytes === INPUT_BYTES) this.#startLong(input);
    }
    return chunk.subarray(part.length);
  }

  #startLong(input: number): void {
    this.#long = [this.#kernel.bytes().slice(input, input + this.#filledBytes)];
    this.#longBytes = this.#filledBytes;
    this.#filledBytes = 0;
  }

  #lengthen(chunk: Uint8Array): Uint8Array {
    const newline = chunk.indexOf(NEWLINE);
    const part = newline === -1 ? chunk : chunk.subarray(0, newline);
    this.#longBytes += part.length;
    // Beyond the limit the beginning alone is kept, for the quarantine.
    if (this.#longBytes > LINE_LIMIT_BYTES) this.#long!.length = 1;
    else this.#long!.push(Buffer.from(part));
    if (newline === -1) return chunk.subarray(chunk.length);
    this.#endLong();
    return chunk.subarray(newline + 1);
  }

  #endLong(): void {
    const parts = this.#long!;
    const isRefused = this.#longBytes > LINE_LIMIT_BYTES;
    this.#long = null;
    if (isRefused) this.#sink.refuseLine(parts[0]!);
    else this.#sink.takeLongLine(Buffer.concat(parts, this.#longBytes));
  }
}
