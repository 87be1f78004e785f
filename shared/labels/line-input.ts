import { LineFeed, type LineSink } from "../capture/line-feed.ts";
import type { JoinKernel } from "./join-kernel.ts";
import { orTooLarge } from "./join-kernel.ts";

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export interface LineTaking {
  /** The kernel's own reading; returns where a line begins that it leaves to {@link takeText}. */
  readonly takeLines: (from: number, end: number) => number;
  readonly takeText: (line: string) => void;
  readonly refuse: (reason: "not-utf-8" | "line-too-long") => void;
}

/** Bytes of files, pushed as they come: the kernel takes the lines it can, the rest are read as texts. */
export class LineInput implements LineSink {
  readonly #kernel: JoinKernel;
  readonly #taking: LineTaking;
  readonly #feed: LineFeed;

  constructor(kernel: JoinKernel, taking: LineTaking) {
    this.#kernel = kernel;
    this.#taking = taking;
    this.#feed = new LineFeed(kernel, this);
  }

  push(chunk: Uint8Array): void {
    this.#feed.push(chunk);
  }

  /** At the end of each file: its last line needs no break. */
  end(): void {
    this.#feed.finish();
  }

  takeLines(from: number, end: number): void {
    let at = from;
    while (at < end) {
      at = orTooLarge(() => this.#taking.takeLines(at, end));
      if (at === end) return;
      const newline = this.#kernel.bytes().indexOf(NEWLINE, at);
      this.takeLongLine(this.#kernel.bytes().subarray(at, newline));
      at = newline + 1;
    }
  }

  takeLongLine(line: Uint8Array): void {
    const end = line[line.length - 1] === CARRIAGE_RETURN ? line.length - 1 : line.length;
    if (end === 0) return;
    let text: string;
    try {
      text = utf8.decode(line.subarray(0, end));
    } catch {
      this.#taking.refuse("not-utf-8");
      return;
    }
    orTooLarge(() => this.#taking.takeText(text));
  }

  refuseLine(): void {
    this.#taking.refuse("line-too-long");
  }
}
