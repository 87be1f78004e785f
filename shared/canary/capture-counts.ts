import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import type { Profile, ShapeProfile } from "../profile/profile.ts";
import type { ColumnState } from "../sketch/column-state.ts";
import { numericDistribution, presentCount, textCounts } from "../sketch/column-state-views.ts";
import { quantile, rank } from "../sketch/kll-ranks.ts";
import type { BinKind } from "./distribution-evidence.ts";
import type { CaptureCounts } from "./evidence.ts";

/** Over what both variants' predictions are counted, fixed when the canary begins. */
export interface PredictionBins {
  /** Id of the output column, as in profiles. */
  readonly column: string;
  readonly kind: BinKind;
  /** Of ordered bins the upper, included, ends of all but the last. */
  readonly edges: readonly number[];
  /** Of categories the values of all but the last bin, which holds the others. */
  readonly categories: readonly string[];
}

/** What the champion's outputs looked like when the canary began. */
export interface OutputExpectation {
  /** The output side of its shape; null when it captured nothing, or no outputs. */
  readonly shape: string | null;
  readonly bins: PredictionBins | null;
}

const BIN_COUNT = 10;
/** Fewer predictions than this say nothing about where the bins should lie. */
const PREDICTIONS_LEAST = 100;

/** What is expected of outputs, by what the champion captured before the canary. */
export function expectedOutputs(
  champion: Profile,
  definition: Pick<MonitorDefinition, "problem" | "prediction">,
): OutputExpectation {
  const rowsByOutput = new Map<string, number>();
  for (const [shape, { rowCount }] of champion.shapes) {
    const output = outputOf(shape);
    if (output !== "-") rowsByOutput.set(output, (rowsByOutput.get(output) ?? 0) + rowCount);
  }
  const [most] = [...rowsByOutput].sort(([, a], [, b]) => b - a);
  if (most === undefined) return { shape: null, bins: null };
  const { column, kind } = comparedColumn(definition);
  const states = shapesOf(champion, most[0]).flatMap(({ columns }) => columns.get(column) ?? []);
  return { shape: most[0], bins: binsOf(column, kind, states) };
}

/**
 * What a profile of captures comes to. A row counts as invalid when its output has another shape than the
 * champion's had, or its prediction is absent or no number where one is expected.
 */
export function captureCounts(
  profile: Profile,
  { shape: expected, bins }: OutputExpectation,
): CaptureCounts {
  const unreadable = [...profile.quarantinedCounts.values()].reduce((sum, count) => sum + count, 0);
  let [recordCount, invalidCount] = [unreadable, unreadable];
  const predictionCounts = new Array<number>(bins === null ? 0 : binCountOf(bins)).fill(0);
  for (const [shape, { rowCount, columns }] of profile.shapes) {
    const output = outputOf(shape);
    if (expected === null || output === "-") continue;
    recordCount += rowCount;
    const column = bins === null ? undefined : columns.get(bins.column);
    if (output !== expected) invalidCount += rowCount;
    else if (bins === null) continue;
    else if (column === undefined) invalidCount += rowCount;
    else {
      const counts = countsOver(bins, column);
      const counted = counts.reduce((sum, count) => sum + count, 0);
      invalidCount += Math.max(0, rowCount - counted);
      for (const [bin, count] of counts.entries()) predictionCounts[bin]! += count;
    }
  }
  return { recordCount, invalidCount, predictionCounts };
}

/** Which column tells the predictions of a model: the one that says most. */
function comparedColumn({
  problem,
  prediction = {},
}: Pick<MonitorDefinition, "problem" | "prediction">): { column: string; kind: BinKind } {
  const { probability, label, probabilities } = prediction;
  const first = Array.isArray(probabilities) ? probabilities[0] : undefined;
  const number = problem === "regression" ? (label ?? 0) : (probability ?? first);
  if (number !== undefined) return { column: columnId(number), kind: "ordered" };
  if (problem === "binary-classification" && label === undefined) {
    return { column: columnId(0), kind: "ordered" };
  }
  return { column: columnId(label ?? 0), kind: "categories" };
}

function columnId(column: number | string): string {
  return typeof column === "number" ? `o${column}` : `o.${column}`;
}

function binsOf(
  column: string,
  kind: BinKind,
  states: readonly ColumnState[],
): PredictionBins | null {
  const [state] = [...states].sort((a, b) => presentCount(b) - presentCount(a));
  if (state === undefined || presentCount(state) < PREDICTIONS_LEAST) return null;
  if (kind === "categories") {
    const counts = [...textCounts(state).counts].sort(([, a], [, b]) => b - a);
    const categories = counts.slice(0, BIN_COUNT - 1).map(([text]) => text);
    return categories.length === 0 ? null : { column, kind, categories, edges: [] };
  }
  const numbers = numericDistribution(state);
  if (numbers.count === 0) return null;
  const quantiles = Array.from({ length: BIN_COUNT - 1 }, (_, cut) =>
    quantile(numbers, (cut + 1) / BIN_COUNT),
  );
  return { column, kind, categories: [], edges: [...new Set(quantiles)] };
}

function binCountOf({ edges, categories }: PredictionBins): number {
  return edges.length + categories.length + 1;
}

/** Of the values that can be counted at all: an ordered bin holds numbers alone. */
function countsOver({ kind, edges, categories }: PredictionBins, state: ColumnState): number[] {
  if (kind === "categories") {
    const { counts } = textCounts(state);
    const known = categories.map((text) => counts.get(text) ?? 0);
    const others = presentCount(state) - known.reduce((sum, count) => sum + count, 0);
    return [...known, Math.max(0, others)];
  }
  const numbers = numericDistribution(state);
  const below = [...edges.map((edge) => rank(numbers, edge, "inclusive")), numbers.count];
  return below.map((count, bin) => count - (below[bin - 1] ?? 0));
}

function outputOf(shape: string): string {
  return shape.slice(0, shape.indexOf("+"));
}

function shapesOf(profile: Profile, output: string): ShapeProfile[] {
  return [...profile.shapes]
    .filter(([shape]) => outputOf(shape) === output)
    .map(([, shapeProfile]) => shapeProfile);
}
