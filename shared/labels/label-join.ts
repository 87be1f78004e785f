import type { Body } from "../capture/payload-rows.ts";
import type { Window } from "../window/window.ts";
import {
  type CapturedPrediction,
  type PredictionRejection,
  readPrediction,
} from "./captured-prediction.ts";
import { createJoinKernel, type JoinKernel } from "./join-kernel.ts";
import {
  type JoinEntry,
  type JoinedEntries,
  joinedEntries,
  OUTPUT_KINDS,
} from "./joined-entries.ts";
import { LABEL_ENCODINGS, type Label, type LabelRejection, readLabel } from "./label.ts";
import { LineInput } from "./line-input.ts";

/** One of `count` parts of a join, told by the hash of the id: all parts together are the whole. */
export interface Partition {
  readonly index: number;
  readonly count: number;
}

export const WHOLE: Partition = { index: 0, count: 1 };

export interface JoinCounts {
  /** Ids with a label, ids with a capture, ids with both. */
  readonly labelIds: number;
  readonly captureIds: number;
  readonly matchedIds: number;
  /** Labels that said the same again at the same time, and labels of which another one stands. */
  readonly repeatedLabels: number;
  readonly overruledLabels: number;
  /** The same capture again, and captures of an inference id that an earlier one stands for. */
  readonly repeatedCaptures: number;
  readonly laterCaptures: number;
  readonly rejectedLabels: Readonly<Record<string, number>>;
  readonly rejectedCaptures: Readonly<Record<string, number>>;
}

/** How many parts of a capture are kept: its event id and answer, or also what a merged record holds. */
const KEPT_PARTS = { outputs: 2, records: 4 } as const;

/**
 * Joins labels with captures by id, whatever the order, repetition and splitting of either.
 *
 * Push the bytes of files into `labels` and `captures`, `end()` each file, then read `entries()`. An id
 * costs its bytes and about 100 more, and what is kept of its capture; a {@link Partition} bounds it.
 *
 * An id names one inference: of several captures under one the earliest counts, within a window. A repeat
 * in a later window counts in that one, so that each window follows from its own captures alone.
 *
 * Cost: O(bytes). Ids are hashed without a secret: who may post labels may make a join slow.
 */
export class LabelJoin {
  readonly labels: LineInput;
  readonly captures: LineInput;
  readonly #kernel: JoinKernel;
  readonly #rejectedLabels = new Map<string, number>();
  readonly #rejectedCaptures = new Map<string, number>();

  /**
   * @param window captures of other times are not taken; null takes all
   * @throws RangeError when the partition is not one of its count
   */
  constructor(
    keep: keyof typeof KEPT_PARTS,
    partition: Partition = WHOLE,
    window: Window | null = null,
  ) {
    const { index, count } = partition;
    if (!Number.isInteger(count) || !Number.isInteger(index) || index < 0 || index >= count) {
      throw new RangeError(
        `partition ${index} of ${count}: must be a whole number below its count`,
      );
    }
    this.#kernel = createJoinKernel(KEPT_PARTS[keep], partition, window);
    const kernel = this.#kernel;
    this.labels = new LineInput(kernel, {
      takeLines: (from, end) => kernel.takeLabels(from, end),
      takeText: (line) => this.#take(readLabel(line), this.#rejectedLabels, this.#putLabel),
      refuse: (reason) => increase(this.#rejectedLabels, reason),
    });
    this.captures = new LineInput(kernel, {
      takeLines: (from, end) => kernel.takeCaptures(from, end),
      takeText: (line) =>
        this.#take(readPrediction(line), this.#rejectedCaptures, this.#putCapture),
      refuse: (reason) => increase(this.#rejectedCaptures, reason),
    });
  }

  /** What is known of each id, in order of arrival: sort what is taken from it. */
  entries(): JoinedEntries {
    return joinedEntries(this.#kernel);
  }

  counts(): JoinCounts {
    const count = (which: number): number => this.#kernel.count(which);
    return {
      labelIds: count(0),
      captureIds: count(1),
      matchedIds: count(2),
      repeatedLabels: count(3),
      overruledLabels: count(4),
      repeatedCaptures: count(5),
      laterCaptures: count(6),
      rejectedLabels: sorted(this.#rejectedLabels),
      rejectedCaptures: sorted(this.#rejectedCaptures),
    };
  }

  #take<Read extends object>(
    read: Read | LabelRejection | PredictionRejection,
    rejected: Map<string, number>,
    put: (read: Read) => void,
  ): void {
    if (typeof read === "string") increase(rejected, read);
    else put(read);
  }

  readonly #putLabel = ({ id, data, encoding, labelMillis }: Label): void => {
    const [idAt, dataAt] = this.#stage([Buffer.from(id), insideOf(data)]);
    this.#kernel.putLabel(
      idAt!.at,
      idAt!.length,
      LABEL_ENCODINGS.indexOf(encoding) + 1,
      labelMillis ?? -Infinity,
      dataAt!.at,
      dataAt!.length,
    );
  };

  readonly #putCapture = (capture: CapturedPrediction): void => {
    const { id, eventId, output, captureData, eventMetadata, inferenceMillis } = capture;
    const [idAt, ...parts] = this.#stage([
      Buffer.from(id),
      Buffer.from(eventId === id ? "" : eventId),
      isBody(output) ? insideOf(output.text) : Buffer.alloc(0),
      Buffer.from(captureData),
      Buffer.from(eventMetadata),
    ]);
    for (const [part, { at, length }] of parts.entries()) this.#kernel.setPart(part, at, length);
    const kind = isBody(output) ? output.format : (output ?? "none");
    this.#kernel.putCapture(
      idAt!.at,
      idAt!.length,
      OUTPUT_KINDS.indexOf(kind) + 1,
      inferenceMillis,
    );
  };

  /** Puts texts into the kernel's memory. */
  #stage(texts: readonly Buffer[]): { at: number; length: number }[] {
    let at = this.#kernel.stage(texts.reduce((sum, { length }) => sum + length, 0));
    const bytes = this.#kernel.bytes();
    return texts.map((text) => {
      bytes.set(text, at);
      const staged = { at, length: text.length };
      at += text.length;
      return staged;
    });
  }
}

export type { JoinEntry, JoinedEntries };

function isBody(output: CapturedPrediction["output"]): output is Body {
  return typeof output === "object" && output !== null;
}

/** The inside of the JSON string of a text, in the one way that JSON.stringify writes it. */
function insideOf(text: string): Buffer {
  return Buffer.from(JSON.stringify(text).slice(1, -1));
}

function increase(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
