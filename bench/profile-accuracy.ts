// How far a profile's quantiles are from the data's, for data that come in no order and in hard
// ones.
import { profileTable } from "../shared/profile/profile-records.ts";
import type { KllSketch } from "../shared/sketch/kll.ts";
import { rankCurve } from "../shared/sketch/kll-ranks.ts";
import { createMulberry, normal } from "./generate-captures.ts";

const COUNT = 1_000_000;
const PERIOD = 1000;

export interface AccuracyFigures {
  readonly data: string;
  readonly count: number;
  /** Greatest distance of an estimated from a true rank, as a fraction of the count. */
  readonly rankError: number;
  /**
   * Difference of the two-sample KS statistic from its true value, against a second such sample.
   */
  readonly ksError: number;
  /** What the sketch itself says its rank error can be at most. */
  readonly provenError: number;
}

/** Two samples of each kind; the second is shifted a little, so that they differ. */
const DATA: Readonly<Record<string, (shift: number) => Float64Array>> = {
  random: (shift) => randomNumbers(COUNT, shift),
  sorted: (shift) => randomNumbers(COUNT, shift).sort(),
  "sorted, descending": (shift) => randomNumbers(COUNT, shift).sort().reverse(),
  periodic: (shift) => {
    const period = randomNumbers(PERIOD, shift);
    return Float64Array.from({ length: COUNT }, (_, index) => period[index % PERIOD]!);
  },
  "many ties": (shift) => randomNumbers(COUNT, shift).map((value) => Math.round(value * 60)),
};

export async function measureAccuracy(): Promise<AccuracyFigures[]> {
  const figures: AccuracyFigures[] = [];
  for (const [data, make] of Object.entries(DATA)) {
    const [a, b] = [make(0), make(0.1)];
    const [sketchA, sketchB] = [await sketchOf(a), await sketchOf(b)];
    const [sortedA, sortedB] = [a.slice().sort(), b.slice().sort()];
    const estimated = ksDistance(curveOf(sketchA), curveOf(sketchB));
    const exact = ksDistance(exactCurve(sortedA), exactCurve(sortedB));
    figures.push({
      data,
      count: COUNT,
      rankError: Math.max(rankError(sketchA, sortedA), rankError(sketchB, sortedB)),
      ksError: Math.abs(estimated - exact),
      provenError: Math.max(sketchA.overcount, sketchA.undercount) / COUNT,
    });
  }
  return figures;
}

function randomNumbers(count: number, shift: number): Float64Array {
  const random = createMulberry(1 + shift * 1000);
  return Float64Array.from({ length: count }, () => normal(random) + shift);
}

/** Through the whole path: as a table's text, by the kernel. */
async function sketchOf(values: Float64Array): Promise<KllSketch> {
  async function* chunks(): AsyncIterable<Uint8Array> {
    for (let at = 0; at < values.length; at += 10_000) {
      yield Buffer.from(`${values.subarray(at, at + 10_000).join("\n")}\n`);
    }
  }
  const { profile } = await profileTable(chunks(), { kind: "csv", header: false });
  const column = profile.shapes.get("-+1")!.columns.get("i0")!;
  if (column.kind !== "sketched")
    throw new Error("accuracy: the column is exact: it must be large");
  return column.quantiles;
}

interface Curve {
  readonly values: Float64Array;
  /** Fraction of the sample up to each value. */
  readonly fractions: Float64Array;
}

function curveOf(sketch: KllSketch): Curve {
  const { values, ranks } = rankCurve(sketch);
  return { values, fractions: ranks.map((rank) => rank / sketch.count) };
}

function exactCurve(sorted: Float64Array): Curve {
  return { values: sorted, fractions: sorted.map((_, index) => (index + 1) / sorted.length) };
}

/** Greatest distance between two distribution functions. */
function ksDistance(a: Curve, b: Curve): number {
  let [i, j, distance] = [0, 0, 0];
  while (i < a.values.length && j < b.values.length) {
    const value = Math.min(a.values[i]!, b.values[j]!);
    while (i < a.values.length && a.values[i]! <= value) i += 1;
    while (j < b.values.length && b.values[j]! <= value) j += 1;
    const [fractionA, fractionB] = [a.fractions[i - 1] ?? 0, b.fractions[j - 1] ?? 0];
    distance = Math.max(distance, Math.abs(fractionA - fractionB));
  }
  return distance;
}

/** At every value of the data, from either side of its step. */
function rankError(sketch: KllSketch, sorted: Float64Array): number {
  const { values, ranks } = rankCurve(sketch);
  let [worst, at] = [0, 0];
  for (let index = 0; index < sorted.length; index++) {
    const value = sorted[index]!;
    if (sorted[index + 1] === value) continue;
    while (at < values.length && values[at]! <= value) at += 1;
    worst = Math.max(worst, Math.abs((ranks[at - 1] ?? 0) - (index + 1)));
  }
  return worst / sorted.length;
}
