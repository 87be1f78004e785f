import type { Cell } from "../../../shared/capture/csv-rows.ts";

/** A small seeded generator, so that every run sees the same million lines. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
}

export type Encoding = "CSV" | "JSON" | "JSONLINES" | "BASE64-CSV" | "BASE64-JSON";
export const ENCODINGS: readonly Encoding[] = [
  "CSV",
  "JSON",
  "JSONLINES",
  "BASE64-CSV",
  "BASE64-JSON",
];

/** One side's rows as they must come out: column ids without their letter, and texts. */
export interface SideTruth {
  readonly names: readonly string[] | null;
  readonly rows: readonly (readonly Cell[])[];
}

export interface LineTruth {
  readonly line: string;
  readonly inferenceMillis: number;
  readonly outputs: SideTruth | null;
  readonly inputs: SideTruth | null;
}

type Random = (below: number) => number;

const CATEGORIES = [
  "red",
  "green",
  "blue",
  "Zürich",
  "true",
  "false",
  "NaN",
  ".5",
  "5.",
  "1e",
  "日本",
];

/** A text of every sort that matters to types, exact counts and sketches. */
export function randomCell(random: Random, column: number): Cell {
  switch (column % 8) {
    case 0:
      return (random(2_000_000) / 1000 - 1000).toFixed(random(5));
    case 1:
      return String(random(40));
    case 2:
      return CATEGORIES[random(CATEGORIES.length)]!;
    case 3:
      return String((random(1e9) / 1e9) * 10 ** (random(30) - 15));
    case 4:
      return random(5) === 0 ? null : `customer-${random(3000)}-${"x".repeat(random(12))}`;
    case 5:
      return random(300) === 0 ? "n/a" : String(random(100_000));
    case 6:
      return `${random(1e9) / 1e9}${random(1e9)}`;
    default:
      return random(3) === 0 ? null : `${"-+"[random(4)] ?? ""}${random(500)}e${random(5)}`;
  }
}

function csvField(random: Random, cell: Cell): string {
  if (cell === null) return "";
  const mustQuote = /[",\r\n]/.test(cell) || cell === "";
  return mustQuote || random(400) === 0 ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function csvBody(random: Random, { rows }: SideTruth): string {
  const newline = random(20) === 0 ? "\r\n" : "\n";
  const lines = rows.map((row) => row.map((cell) => csvField(random, cell)).join(","));
  return lines.join(newline) + (random(3) === 0 ? newline : "");
}

function jsonScalar(cell: Cell): string {
  if (cell === null) return "null";
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(cell)) return cell;
  return cell === "true" || cell === "false" ? cell : JSON.stringify(cell);
}

function jsonRow(names: readonly string[] | null, row: readonly Cell[]): string {
  const values = row.map(jsonScalar);
  if (names === null) return `[${values.join(",")}]`;
  return `{${names.map((name, index) => `${JSON.stringify(name)}:${values[index]}`).join(",")}}`;
}

function jsonBody({ names, rows }: SideTruth): string {
  const documents = rows.map((row) => jsonRow(names, row));
  return documents.length === 1 ? documents[0]! : `[${documents.join(",")}]`;
}

function payload(random: Random, mode: string, side: SideTruth, encoding: Encoding): object {
  const lines = side.rows.map((row) => jsonRow(side.names, row)).join("\n");
  const text = {
    CSV: () => csvBody(random, side),
    JSON: () => jsonBody(side),
    JSONLINES: () => lines + (random(2) === 0 ? "\n" : ""),
    "BASE64-CSV": () => csvBody(random, side),
    "BASE64-JSON": () => jsonBody(side),
  }[encoding]();
  const isCsv = encoding.endsWith("CSV");
  const isBase64 = encoding.startsWith("BASE64");
  return {
    observedContentType: isCsv ? "text/csv" : "application/json",
    mode,
    data: isBase64 ? Buffer.from(text).toString("base64") : text,
    encoding: isBase64 ? "BASE64" : isCsv ? "CSV" : "JSON",
  };
}

export interface LineOptions {
  readonly outputs: { readonly columns: number; readonly encoding: Encoding } | null;
  readonly inputs: { readonly columns: number; readonly encoding: Encoding } | null;
  readonly maxRows: number;
  readonly hours: number;
}

function randomSide(
  random: Random,
  plan: LineOptions["inputs"],
  rowCount: number,
): SideTruth | null {
  if (plan === null) return null;
  const isNamed = !plan.encoding.endsWith("CSV") && plan.columns % 2 === 0;
  const columns = Array.from({ length: plan.columns }, (_, index) => index);
  return {
    names: isNamed ? columns.map((index) => `feature ${index}`) : null,
    rows: Array.from({ length: rowCount }, () => columns.map((c) => randomCell(random, c))),
  };
}

/** A capture line with what it says. */
export function randomLine(random: Random, options: LineOptions): LineTruth {
  const rowCount = 1 + random(options.maxRows);
  const outputs = randomSide(random, options.outputs, rowCount);
  const inputs = randomSide(random, options.inputs, rowCount);
  const inferenceMillis = Date.UTC(2026, 0, 15, random(options.hours), random(60), random(60));
  const id = random(2 ** 31).toString(16);
  const record = {
    captureData: {
      ...(inputs && { endpointInput: payload(random, "INPUT", inputs, options.inputs!.encoding) }),
      ...(outputs && {
        endpointOutput: payload(random, "OUTPUT", outputs, options.outputs!.encoding),
      }),
    },
    eventMetadata: {
      eventId: id,
      ...(random(50) === 0 && { inferenceId: `"${id}"` }),
      inferenceTime: new Date(inferenceMillis).toISOString().replace(".000", ""),
    },
    eventVersion: "0",
  };
  return { line: JSON.stringify(record), inferenceMillis, outputs, inputs };
}
