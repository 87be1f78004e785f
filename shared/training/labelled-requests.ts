import type { Cell } from "../capture/csv-rows.ts";
import type { SideRow } from "../capture/json-rows.ts";
import { type BodyFormat, decodeBody, type Payload, readBody } from "../capture/payload-rows.ts";
import type {
  HoldoutRow,
  LeftOutReason,
  OutputForm,
} from "../contracts/self-healing/training-set.ts";
import type { JoinEntry } from "../labels/joined-entries.ts";
import type { LabelJoin } from "../labels/label-join.ts";
import { labelTexts, type PredictionColumns, predictedRow } from "../quality/prediction-columns.ts";
import { csvLine } from "./csv-line.ts";
import { inputNames, type KnownFeatures } from "./input-names.ts";
import { labelProblem, outputProblem, trainingLabel } from "./output-problem.ts";

/** One labelled row of a captured request. */
export interface LabelledRequest {
  readonly id: string;
  /** Which row of its request, from 0. */
  readonly row: number;
  readonly inferenceMillis: number;
  readonly label: string;
  /** Its inputs as CSV: one text takes a tenth of the memory of its cells. */
  readonly line: string;
  /** Index into the names of columns that rows have. */
  readonly shape: number;
  /** What the champion said, or why that is not known. */
  readonly champion: ChampionAnswer | "other-model" | "unreadable-prediction";
}

export interface ChampionAnswer {
  readonly said: HoldoutRow["champion"];
  readonly form: OutputForm;
}

export interface GatheredRequests {
  readonly rows: readonly LabelledRequest[];
  readonly shapes: readonly RowShape[];
  /** What requests are written in, by how many rows. */
  readonly formatCounts: Readonly<Record<BodyFormat, number>>;
  readonly leftOutCounts: ReadonlyMap<LeftOutReason, number>;
  /** Of inference time `[from, to)`: rows that were captured, and those that have a label. */
  countBetween(fromMillis: number, toMillis: number): CapturedCount;
}

/** Columns that rows have. */
export interface RowShape {
  readonly names: readonly string[];
  /** Whether a request tells its columns by their places, and not by names. */
  readonly isPlaced: boolean;
}

export interface CapturedCount {
  readonly capturedRowCount: number;
  readonly labelledRowCount: number;
}

export interface GatherOptions {
  readonly columns: PredictionColumns;
  readonly known: KnownFeatures | null;
  /** Whether the champion answered what a variant was asked at an instant. */
  readonly isChampion: (variant: string, inferenceMillis: number) => boolean;
}

interface Request {
  readonly variant: string;
  readonly inferenceMillis: number;
  readonly rows: LabelledRequest[];
}

/** Gathers the labelled rows of joins of records, one join a variant, or several parts of it. */
export class LabelledRequestsBuilder {
  readonly #options: GatherOptions;
  /** By id: an inference id that several variants captured counts once, as the earliest. */
  readonly #requests = new Map<string, Request>();
  readonly #shapes = new Map<string, number>();
  readonly #formatCounts = { csv: 0, json: 0 };
  readonly #leftOut = new Map<LeftOutReason, number>();
  readonly #captured: (CapturedCount & { readonly millis: number })[] = [];

  constructor(options: GatherOptions) {
    this.#options = options;
  }

  /** @param join one that keeps records */
  add(join: LabelJoin, variant: string): void {
    for (const entry of join.entries()) {
      if (!entry.hasCapture) continue;
      if (entry.hasLabel) this.#addLabelled(entry, variant);
      else this.#count(entry.inferenceMillis(), rowCountOf(entry), 0);
    }
  }

  gathered(): GatheredRequests {
    return {
      rows: [...this.#requests.values()].flatMap(({ rows }) => rows),
      shapes: [...this.#shapes.keys()].map((shape) => JSON.parse(shape)),
      formatCounts: this.#formatCounts,
      leftOutCounts: this.#leftOut,
      countBetween: (fromMillis, toMillis) => {
        const within = this.#captured.filter(
          ({ millis }) => fromMillis <= millis && millis < toMillis,
        );
        return {
          capturedRowCount: within.reduce((sum, each) => sum + each.capturedRowCount, 0),
          labelledRowCount: within.reduce((sum, each) => sum + each.labelledRowCount, 0),
        };
      },
    };
  }

  #addLabelled(entry: JoinEntry, variant: string): void {
    const id = entry.id();
    const inferenceMillis = entry.inferenceMillis();
    const labels = labelTexts({ data: entry.labelData(), encoding: entry.labelEncoding() });
    const sides = sidesOf(entry.mergedLine());
    const isRead = typeof sides !== "string";
    this.#count(inferenceMillis, isRead ? sides.inputs.length : labels.length, labels.length);
    if (!isRead) {
      this.#leaveOut(sides, labels.length);
      return;
    }
    const known = this.#requests.get(id);
    if (known !== undefined && !isEarlier({ inferenceMillis, variant }, known)) {
      this.#leaveOut("repeated", labels.length);
      return;
    }
    if (known !== undefined) this.#leaveOut("repeated", known.rows.length);
    const rows = this.#rowsOf({ id, inferenceMillis, variant }, sides, labels);
    this.#requests.set(id, { variant, inferenceMillis, rows });
  }

  #rowsOf(
    { id, inferenceMillis, variant }: { id: string; inferenceMillis: number; variant: string },
    { inputs, outputs, format, outputFormat }: Sides,
    labels: readonly Cell[],
  ): LabelledRequest[] {
    const isChampion = this.#options.isChampion(variant, inferenceMillis);
    return inputs.flatMap((cells, row): LabelledRequest[] => {
      const label = labels[row] ?? null;
      if (label === null) return [];
      const output = outputs?.[row] ?? null;
      const names = inputNames(cells, output, this.#options.known);
      if (names === null) return this.#leaveOut("other-columns");
      const { problem } = this.#options.columns;
      if (labelProblem(label, problem) !== null) return this.#leaveOut("unreadable-label");
      this.#formatCounts[format] += 1;
      return [
        {
          id,
          row,
          inferenceMillis,
          label: trainingLabel(label, problem),
          line: csvLine(cells.cells),
          shape: this.#shapeOf({ names, isPlaced: cells.names === null }),
          champion: isChampion ? this.#answerOf(output, outputFormat) : "other-model",
        },
      ];
    });
  }

  #answerOf(output: SideRow | null, format: BodyFormat): LabelledRequest["champion"] {
    if (output === null) return "unreadable-prediction";
    const { columns } = this.#options;
    const predicted = predictedRow(output, columns);
    if (outputProblem(predicted, columns) !== null) return "unreadable-prediction";
    const { probability, label, probabilities = null } = predicted;
    const said = { probability, label };
    return {
      said: probabilities === null ? said : { ...said, probabilities: [...probabilities] },
      form: outputForm(output, format),
    };
  }

  #count(millis: number, capturedRowCount: number, labelledRowCount: number): void {
    this.#captured.push({ millis, capturedRowCount, labelledRowCount });
  }

  #shapeOf(columns: RowShape): number {
    const key = JSON.stringify(columns);
    const shape = this.#shapes.get(key) ?? this.#shapes.size;
    this.#shapes.set(key, shape);
    return shape;
  }

  #leaveOut(reason: LeftOutReason, count = 1): [] {
    if (count > 0) this.#leftOut.set(reason, (this.#leftOut.get(reason) ?? 0) + count);
    return [];
  }
}

interface Sides {
  readonly inputs: readonly SideRow[];
  readonly format: BodyFormat;
  readonly outputs: readonly SideRow[] | null;
  readonly outputFormat: BodyFormat;
}

/** What was asked and answered, by rows; why there are none. */
function sidesOf(mergedLine: string): Sides | Extract<LeftOutReason, "no-inputs" | "unreadable"> {
  const { captureData } = JSON.parse(mergedLine) as {
    captureData: { endpointInput?: Payload | null; endpointOutput?: Payload | null };
  };
  const { endpointInput, endpointOutput } = captureData;
  if (endpointInput === undefined || endpointInput === null) return "no-inputs";
  const body = decodeBody(endpointInput);
  const inputs = typeof body === "string" ? body : readBody(body);
  if (typeof body === "string" || typeof inputs === "string") return "unreadable";
  const answer = decodeBody(endpointOutput ?? {});
  const found = typeof answer === "string" ? answer : readBody(answer);
  const outputs = typeof found === "string" ? null : found;
  if (outputs !== null && outputs.length !== inputs.length) return "unreadable";
  const outputFormat = typeof answer === "string" ? "csv" : answer.format;
  return { inputs, format: body.format, outputs, outputFormat };
}

/** What a row of outputs looks like; a challenger's must look the same. */
export function outputForm({ names, cells }: SideRow, format: BodyFormat): OutputForm {
  return {
    contentType: format === "json" ? "application/json" : "text/csv",
    columnCount: cells.length,
    names: names === null ? null : [...names].sort(),
  };
}

/** Of a request nobody labelled; one whose answer cannot be read counts as one row. */
function rowCountOf(entry: JoinEntry): number {
  const kind = entry.outputKind();
  if (kind === "none" || kind === "unreadable") return 1;
  const rows = readBody({ format: kind, text: entry.outputText() });
  return typeof rows === "string" ? 1 : rows.length;
}

function isEarlier(a: Omit<Request, "rows">, b: Omit<Request, "rows">): boolean {
  const later = a.inferenceMillis - b.inferenceMillis;
  return later < 0 || (later === 0 && a.variant < b.variant);
}
