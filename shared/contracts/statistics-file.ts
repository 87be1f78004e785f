/**
 * `statistics.json` of Model Monitor's data-quality analyzer, as values.
 * Text form (Java doubles, `"NaN"` strings, spacing) is the codec's matter, not this type's.
 */
export interface Statistics {
  readonly version: 0;
  readonly dataset: { readonly item_count: number };
  readonly features: readonly FeatureStatistics[];
}

export type InferredType = "Integral" | "Fractional" | "String" | "Unknown";

export interface FeatureStatistics {
  readonly name: string;
  readonly inferred_type: InferredType;
  readonly numerical_statistics?: NumericalStatistics;
  readonly string_statistics?: StringStatistics;
}

export interface CommonStatistics {
  readonly num_present: number;
  readonly num_missing: number;
}

export interface NumericalStatistics {
  readonly common: CommonStatistics;
  readonly mean: number;
  readonly sum: number;
  /** Population standard deviation (divided by n), as Model Monitor. */
  readonly std_dev: number;
  readonly min: number;
  readonly max: number;
  readonly approximate_num_distinct_values?: number;
  readonly completeness?: number;
  readonly distribution?: { readonly kll: KllDistribution };
}

export interface KllDistribution {
  /** Ten of equal width from min to max; the last includes max. */
  readonly buckets: readonly {
    readonly lower_bound: number;
    readonly upper_bound: number;
    readonly count: number;
  }[];
  /** `data[i]` holds the items of compactor level i, each of weight 2^i. */
  readonly sketch: {
    readonly parameters: { readonly c: number; readonly k: number };
    readonly data: readonly (readonly number[])[];
  };
}

export interface StringStatistics {
  readonly common: CommonStatistics;
  readonly distinct_count: number;
  readonly completeness?: number;
  /** Absent above 120 distinct values. */
  readonly distribution?: {
    readonly categorical: {
      readonly buckets: readonly { readonly value: string; readonly count: number }[];
    };
  };
}
