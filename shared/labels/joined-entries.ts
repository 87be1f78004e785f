import { ENTRY, type JoinKernel, unescaped } from "./join-kernel.ts";
import { LABEL_ENCODINGS, type Label, type LabelEncoding } from "./label.ts";

/** What the answer's text is; `unreadable` for what is no text, `none` when it was not captured. */
export const OUTPUT_KINDS = ["csv", "json", "unreadable", "none"] as const;

export type OutputKind = (typeof OUTPUT_KINDS)[number];

/** Parts of a capture, in the order in which they stand. */
const EVENT_ID = 0;
const OUTPUT = 1;
const CAPTURE_DATA = 2;
const EVENT_METADATA = 3;

/** One id of a join. It is a window onto the join's memory: read it before the next one. */
export interface JoinEntry {
  readonly hasLabel: boolean;
  readonly hasCapture: boolean;
  id(): string;
  /** SageMaker's own, of an entry with a capture. */
  eventId(): string;
  /** null when nobody said. */
  labelMillis(): number | null;
  labelEncoding(): LabelEncoding;
  labelData(): string;
  label(): Label;
  inferenceMillis(): number;
  outputKind(): OutputKind;
  outputText(): string;
  /** The merged record as Model Monitor writes it; of a join that keeps records. */
  mergedLine(): string;
}

export type JoinedEntries = Iterable<JoinEntry>;

/** How many captures are asked for before the first of them is read; see `assembly/batch.ts`. */
const BATCH = 64;

/** The entries of a kernel. */
export function* joinedEntries(kernel: JoinKernel): Generator<JoinEntry> {
  const cursor = new Cursor(kernel);
  const batch = new Uint32Array(BATCH);
  let next = kernel.firstEntry();
  while (next !== 0) {
    let count = 0;
    for (; next !== 0 && count < BATCH; next = cursor.nextOf(next)) {
      batch[count] = next;
      cursor.touch(next);
      count += 1;
    }
    for (let index = 0; index < count; index += 1) {
      cursor.at = batch[index]!;
      yield cursor;
    }
  }
}

class Cursor implements JoinEntry {
  at = 0;
  readonly #words: Uint32Array;
  readonly #doubles: Float64Array;
  readonly #bytes: Buffer;
  /** Kept so that the touching is not optimised away. */
  touched = 0;

  constructor(kernel: JoinKernel) {
    this.#words = new Uint32Array(kernel.memory.buffer);
    this.#doubles = new Float64Array(kernel.memory.buffer);
    this.#bytes = kernel.bytes();
  }

  get hasLabel(): boolean {
    return this.#word(ENTRY.labelKind) !== 0;
  }

  get hasCapture(): boolean {
    return this.#word(ENTRY.outputKind) !== 0;
  }

  nextOf(entry: number): number {
    return this.#words[(entry + ENTRY.next) >>> 2]!;
  }

  touch(entry: number): void {
    this.touched += this.#words[this.#words[(entry + ENTRY.captureAt) >>> 2]! >>> 2]!;
  }

  id(): string {
    return this.#text(this.at + ENTRY.id, this.#word(ENTRY.idLength));
  }

  eventId(): string {
    return this.#part(EVENT_ID) || this.id();
  }

  labelMillis(): number | null {
    const millis = this.#doubles[(this.at + ENTRY.labelMillis) >>> 3]!;
    return millis === -Infinity ? null : millis;
  }

  labelEncoding(): LabelEncoding {
    return LABEL_ENCODINGS[this.#word(ENTRY.labelKind) - 1]!;
  }

  labelData(): string {
    return unescaped(this.#rawLabel());
  }

  label(): Label {
    return {
      id: this.id(),
      data: this.labelData(),
      encoding: this.labelEncoding(),
      labelMillis: this.labelMillis(),
    };
  }

  inferenceMillis(): number {
    return this.#doubles[(this.at + ENTRY.captureMillis) >>> 3]!;
  }

  outputKind(): OutputKind {
    return OUTPUT_KINDS[this.#word(ENTRY.outputKind) - 1]!;
  }

  outputText(): string {
    return unescaped(this.#part(OUTPUT));
  }

  mergedLine(): string {
    const label = `{"data":"${this.#rawLabel()}","encoding":"${this.labelEncoding()}"}`;
    return (
      `{"eventVersion":"0","groundTruthData":${label},` +
      `"captureData":${this.#part(CAPTURE_DATA)},"eventMetadata":${this.#part(EVENT_METADATA)}}`
    );
  }

  #rawLabel(): string {
    return this.#text(this.#word(ENTRY.labelAt), this.#word(ENTRY.labelLength));
  }

  /** Parts stand one behind the other, each on a multiple of eight. */
  #part(part: number): string {
    let start = this.#word(ENTRY.captureAt);
    for (let before = 0; before < part; before += 1) {
      start = Math.ceil((start + this.#word(ENTRY.partLengths + 4 * before)) / 8) * 8;
    }
    return this.#text(start, this.#word(ENTRY.partLengths + 4 * part));
  }

  #word(offset: number): number {
    return this.#words[(this.at + offset) >>> 2]!;
  }

  #text(start: number, length: number): string {
    return this.#bytes.toString("utf8", start, start + length);
  }
}
