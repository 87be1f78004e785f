import type {
  CommonStatistics,
  FeatureStatistics,
  InferredType,
  KllDistribution,
  NumericalStatistics,
  Statistics,
  StringStatistics,
} from "../contracts/statistics-file.ts";
import { type ColumnState, EXACT_VALUES_LIMIT } from "../sketch/column-state.ts";
import {
  columnType,
  distinctCount,
  numericDistribution,
  numericMoments,
  presentCount,
  textCounts,
} from "../sketch/column-state-views.ts";
import type { KllSketch } from "../sketch/kll.ts";
import { kllParameters } from "../sketch/kll-model-monitor.ts";
import { rank } from "../sketch/kll-ranks.ts";
import { type Moments, meanOf, populationStdDev } from "../sketch/moments.ts";
import type { SelectedColumns } from "./select-columns.ts";

/** Distinct texts up to which Model Monitor lists them: Deequ's DEFAULT_CARDINALITY_THRESHOLD. */
const CATEGORICAL_VALUES_LIMIT = 120;

const BUCKET_COUNT = 10;

/** What Model Monitor would write into `statistics.json` about these columns. */
export function readStatistics({ rowCount, columns }: SelectedColumns): Statistics {
  return {
    version: 0,
    dataset: { item_count: rowCount },
    features: columns.map(({ name, state }) => readFeature(name, state, rowCount)),
  };
}

/** The statistics of one column over `rowCount` rows. */
export function readFeature(name: string, state: ColumnState, rowCount: number): FeatureStatistics {
  const inferred_type = inferredType(state);
  if (inferred_type === "Unknown") return { name, inferred_type };
  const present = presentCount(state);
  const common = { num_present: present, num_missing: rowCount - present };
  const completeness = present / rowCount;
  if (inferred_type === "String") {
    return { name, inferred_type, string_statistics: readTexts(state, common, completeness) };
  }
  const numerical_statistics = readNumbers(state, common, completeness);
  return { name, inferred_type, numerical_statistics };
}

/** The column's type under the four names of Model Monitor, to which a Boolean is a String. */
export function inferredType({ types }: ColumnState): InferredType {
  const type = columnType(types);
  return type === "Boolean" ? "String" : type;
}

function readNumbers(
  state: ColumnState,
  common: CommonStatistics,
  completeness: number,
): NumericalStatistics {
  const moments = numericMoments(state);
  return {
    common,
    mean: meanOf(moments),
    sum: moments.sum,
    std_dev: populationStdDev(moments),
    min: moments.min,
    max: moments.max,
    approximate_num_distinct_values: distinctCount(state),
    completeness,
    distribution: { kll: readDistribution(numericDistribution(state), moments) },
  };
}

function readDistribution(sketch: KllSketch, moments: Moments): KllDistribution {
  return {
    buckets: readBuckets(sketch, moments),
    sketch: {
      parameters: kllParameters(sketch),
      data: sketch.levels.map(toArray),
    },
  };
}

/** Spreading a typed array takes five times as long, which a thousand features would feel. */
function toArray(items: Float64Array): readonly number[] {
  const array: number[] = [];
  for (let i = 0; i < items.length; i++) array.push(items[i]!);
  return array;
}

/**
 * Ten buckets of equal width from min to max, counted by the sketch: Deequ's `computeMetricFrom`
 * (https://github.com/awslabs/deequ, KLLSketch.scala). All but the last exclude their upper bound.
 */
function readBuckets(sketch: KllSketch, { min, max }: Moments): KllDistribution["buckets"] {
  return Array.from({ length: BUCKET_COUNT }, (_, bucket) => {
    const isLast = bucket === BUCKET_COUNT - 1;
    const lower_bound = edgeOf(min, max, bucket);
    const upper_bound = isLast ? max : edgeOf(min, max, bucket + 1);
    const upTo = rank(sketch, upper_bound, isLast ? "inclusive" : "exclusive");
    return { lower_bound, upper_bound, count: upTo - rank(sketch, lower_bound, "exclusive") };
  });
}

function edgeOf(min: number, max: number, bucket: number): number {
  const scaledWidth = (max - min) * bucket;
  // The same edge, computed without leaving the range of doubles.
  if (!Number.isFinite(scaledWidth)) {
    return min * (1 - bucket / BUCKET_COUNT) + max * (bucket / BUCKET_COUNT);
  }
  return min + scaledWidth / BUCKET_COUNT;
}

function readTexts(
  state: ColumnState,
  common: CommonStatistics,
  completeness: number,
): StringStatistics {
  const texts = textCounts(state);
  if (state.kind !== "exact" || texts.counts.size > CATEGORICAL_VALUES_LIMIT) {
    return { common, distinct_count: distinctTexts(state), completeness };
  }
  const buckets = [...texts.counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  const distribution = { categorical: { buckets } };
  return { common, distinct_count: texts.counts.size, completeness, distribution };
}

/** To a String column `1` and `1.0` are two values; a sketch no longer tells them apart. */
function distinctTexts(state: ColumnState): number {
  if (state.kind === "exact") return state.counts.size;
  return Math.max(EXACT_VALUES_LIMIT + 1, distinctCount(state));
}
