import { type Kernel, TEMPLATE_BYTES } from "./kernel.ts";
import type { BodyTemplate, JsonTemplate, LineTemplate } from "./template.ts";

// The layout is told in assembly/template.ts.
const FIELD_KINDS = { string: 0, time: 1, output: 2, input: 3 } as const;
const WRAPPINGS = { string: 0, base64: 1, bare: 2 } as const;
const BODY_JSON = 1;
const SIDE_BYTES = 32;
const HOUR_BYTES = 16;
const FIELDS_OFFSET = 2 * SIDE_BYTES + HOUR_BYTES;
/** The kernel compares 16 bytes at a time and may read that far behind a constant. */
const TEXT_GAP = 16;

const utf8 = new TextEncoder();

/** The addresses of the columns of a row's two sides. */
export interface RowColumns {
  readonly outputs: readonly number[];
  readonly inputs: readonly number[];
}

/**
 * Tells the kernel how lines look and into which columns their values go.
 *
 * @returns false when the template has no room
 */
export function writeTemplate(
  kernel: Kernel,
  template: LineTemplate,
  columns: RowColumns,
): boolean {
  const writer = new TemplateWriter(kernel);
  const { fields, hourText, outputs, inputs } = template;
  const wordCount = 1 + 3 * fields.length + 2 + columns.outputs.length + columns.inputs.length;
  const segmentCount = [outputs, inputs].reduce(
    (sum, side) => sum + (side?.json ? side.json.segments.length + 2 : 0),
    0,
  );
  writer.reserve(FIELDS_OFFSET + 4 * (wordCount + 2 * segmentCount));

  writer.at = FIELDS_OFFSET;
  writer.word(fields.length);
  for (const { lead, kind } of fields) {
    writer.text(lead);
    writer.word(FIELD_KINDS[kind]);
  }
  writer.text(template.tail);
  writeSide(writer, 0, outputs, columns.outputs);
  writeSide(writer, SIDE_BYTES, inputs, columns.inputs);
  writer.bytesAt(2 * SIDE_BYTES, utf8.encode(hourText ?? ""));
  return !writer.isFull;
}

function writeSide(
  writer: TemplateWriter,
  offset: number,
  side: BodyTemplate | null,
  columns: readonly number[],
): void {
  const columnsAt = writer.address();
  for (const column of columns) writer.word(column);
  const segmentsAt = writer.address();
  const json: JsonTemplate | null = side?.json ?? null;
  if (json !== null) {
    for (const segment of json.segments) writer.text(segment);
    writer.text(json.tail);
    writer.text(json.separator ?? "");
  }
  const next = writer.at;
  writer.at = offset;
  writer.word(columns.length);
  writer.word(columnsAt);
  writer.word(json === null ? 0 : BODY_JSON);
  writer.word(WRAPPINGS[side?.wrapping ?? "string"]);
  writer.word(segmentsAt);
  writer.word(Number(json?.isByLine ?? false));
  writer.at = next;
}

/**
 * Writes words from the front of the template's memory, and the texts they point to behind them.
 */
class TemplateWriter {
  at = 0;
  isFull = false;
  readonly #base: number;
  readonly #kernel: Kernel;
  #textsAt = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#base = kernel.templateAddress();
  }

  /** Keeps this many bytes for words. */
  reserve(bytes: number): void {
    this.#textsAt = bytes;
    this.isFull = bytes > TEMPLATE_BYTES;
  }

  address(): number {
    return this.#base + this.at;
  }

  word(value: number): void {
    if (this.isFull) return;
    this.#kernel.words()[(this.#base + this.at) / 4] = value;
    this.at += 4;
  }

  text(text: string): void {
    const bytes = utf8.encode(text);
    const offset = this.#textsAt;
    this.#textsAt += bytes.length + TEXT_GAP;
    if (this.#textsAt > TEMPLATE_BYTES) this.isFull = true;
    this.bytesAt(offset, bytes);
    this.word(this.#base + offset);
    this.word(bytes.length);
  }

  bytesAt(offset: number, bytes: Uint8Array): void {
    if (!this.isFull) this.#kernel.bytes().set(bytes, this.#base + offset);
  }
}
