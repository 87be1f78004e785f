import type { Dialect } from "../contracts/quality-files.ts";
import { binaryIntervals, type NamedIntervals } from "./binary-intervals.ts";
import { binaryValues } from "./binary-metrics.ts";
import { countBinary, countClasses } from "./confusion-matrix.ts";
import { type LabelledRows, rowCountOf } from "./labelled-rows.ts";
import type { MeasuredMetric, MetricValue } from "./measured-metric.ts";
import { constrainable } from "./metric-names.ts";
import { multiclassIntervals, multiclassValues } from "./multiclass-metrics.ts";
import { regressionIntervals, regressionValues } from "./regression-values.ts";
import { type SparkCurves, sparkCurves } from "./spark-curves.ts";
import { subsampleDeviations } from "./subsample-deviations.ts";

/** What was measured of one set of labelled rows. */
export interface QualityMeasurement {
  readonly problem: LabelledRows["problem"];
  readonly dialect: Dialect;
  readonly rowCount: number;
  /** Model Monitor's in its order, then ours. */
  readonly metrics: readonly MeasuredMetric[];
  /** `counts[actual * classes.length + predicted]`; null for regression. */
  readonly confusion: { readonly classes: readonly string[]; readonly counts: Float64Array } | null;
  /** null without probabilities. */
  readonly curves: SparkCurves | null;
  /** How many different labels there are; null for regression. */
  readonly labelledClassCount: number | null;
}

/**
 * Every metric of the rows with its 95 % interval and Model Monitor's standard deviation.
 *
 * The same rows in the same order give the same numbers to the last digit: resamples are seeded.
 * Cost: O(n log n), and the bootstrap's 2,000 passes over at most 20,000 rows.
 */
export function measureQuality(rows: LabelledRows, dialect: Dialect): QualityMeasurement {
  const values = valuesOf(rows, dialect);
  const deviations = subsampleDeviations(rows, (drawn) => valuesOf(drawn, dialect));
  const intervals = intervalsOf(rows, dialect);
  const natures = constrainable(rows.problem);
  const metrics = values.map((value): MeasuredMetric => {
    const interval = intervals.get(value.name) ?? null;
    const [least, greatest] = natures[value.name]?.range ?? [-Infinity, Infinity];
    return {
      ...value,
      standardDeviation: deviations.get(value.name) ?? null,
      interval: interval && {
        ...interval,
        lower: Math.max(least, interval.lower),
        upper: Math.min(greatest, interval.upper),
      },
    };
  });
  const rowCount = rowCountOf(rows);
  const probabilities = rows.problem === "binary-classification" ? rows.probabilities : null;
  return {
    problem: rows.problem,
    dialect,
    rowCount,
    metrics,
    confusion: confusionOf(rows),
    curves:
      probabilities === null || rowCount === 0
        ? null
        : sparkCurves(probabilities, rows.labels as Uint8Array),
    labelledClassCount: rows.problem === "regression" ? null : new Set(rows.labels).size,
  };
}

function valuesOf(rows: LabelledRows, dialect: Dialect): MetricValue[] {
  if (rows.problem === "binary-classification") return binaryValues(rows, dialect);
  if (rows.problem === "multiclass-classification") return multiclassValues(rows, dialect);
  return regressionValues(rows, dialect);
}

function intervalsOf(rows: LabelledRows, dialect: Dialect): NamedIntervals {
  if (rows.problem === "binary-classification") return binaryIntervals(rows);
  if (rows.problem === "multiclass-classification") return multiclassIntervals(rows);
  return regressionIntervals(rows, dialect);
}

function confusionOf(rows: LabelledRows): QualityMeasurement["confusion"] {
  if (rows.problem === "regression") return null;
  if (rows.problem === "multiclass-classification") {
    return { classes: rows.classes, counts: countClasses(rows).counts };
  }
  const { trueNegatives, falsePositives, falseNegatives, truePositives } = countBinary(rows);
  return {
    classes: ["0", "1"],
    counts: Float64Array.of(trueNegatives, falsePositives, falseNegatives, truePositives),
  };
}
