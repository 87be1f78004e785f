import * as z from "zod/mini";
import {
  count,
  double,
  featureList,
  finite,
  fraction,
  inferredType,
  modelMonitorJson,
  parseModelMonitorFile,
} from "./model-monitor-json.ts";
import type { Statistics } from "./statistics-file.ts";

const common = z.looseObject({ num_present: count, num_missing: count });

/** Weights above 2^52 would leave the whole numbers that doubles hold. */
const LEVELS_MAX = 53;

/** Checked by hand: a sketch holds thousands of numbers, and a schema for each is slow. */
const levels = z.custom<readonly (readonly number[])[]>(
  (value) =>
    Array.isArray(value) &&
    value.length <= LEVELS_MAX &&
    value.every((level) => Array.isArray(level) && level.every((item) => Number.isFinite(item))),
  `is not a list of lists of finite numbers, ${LEVELS_MAX} of them at most`,
);

const kll = z.looseObject({
  buckets: z.array(z.looseObject({ lower_bound: finite, upper_bound: finite, count })),
  sketch: z.looseObject({
    parameters: z.looseObject({
      c: finite.check(z.refine((c) => c > 0 && c <= 1, "is not in (0, 1]")),
      k: finite.check(z.gte(2, "is not at least 2")),
    }),
    data: levels,
  }),
});

const numerical = z.looseObject({
  common,
  mean: double,
  sum: double,
  std_dev: double,
  min: double,
  max: double,
  approximate_num_distinct_values: z.optional(count),
  completeness: z.optional(fraction),
  distribution: z.optional(z.looseObject({ kll })),
});

const textual = z.looseObject({
  common,
  distinct_count: count,
  completeness: z.optional(fraction),
  distribution: z.optional(
    z.looseObject({
      categorical: z.looseObject({
        buckets: z.array(z.looseObject({ value: z.string("is not a text"), count })),
      }),
    }),
  ),
});

const feature = z
  .looseObject({
    name: z.string("is not a text"),
    inferred_type: inferredType,
    numerical_statistics: z.optional(numerical),
    string_statistics: z.optional(textual),
  })
  .check(
    z.refine(
      ({ numerical_statistics: numbers }) =>
        numbers?.distribution === undefined ||
        weightOf(numbers.distribution.kll.sketch.data) === numbers.common.num_present,
      {
        path: ["numerical_statistics"],
        error: "has a sketch whose weight is not num_present",
      },
    ),
  );

/** Level i holds items of weight 2^i; together they weigh as many values as were counted. */
function weightOf(data: readonly (readonly number[])[]): number {
  return data.reduce((sum, level, index) => sum + level.length * 2 ** index, 0);
}

const statistics = z.looseObject({
  version: z.literal(0, "is not 0"),
  dataset: z.looseObject({ item_count: count }),
  features: featureList(feature),
});

/** @throws MonitoringError `invalid-json` or `invalid-statistics` */
export function parseStatistics(text: string): Statistics {
  return parseModelMonitorFile("statistics.json", statistics, text) as Statistics;
}

const COUNTS = new Set([
  "item_count",
  "num_present",
  "num_missing",
  "approximate_num_distinct_values",
]);

/** Model Monitor's own bytes for its own values. */
export function statisticsText(value: Statistics): string {
  return modelMonitorJson(value, (key, parentKeys) => {
    // Counts of categories are integers, those of a sketch's buckets are doubles.
    return COUNTS.has(key) || (key === "count" && parentKeys.includes("categorical"));
  });
}
