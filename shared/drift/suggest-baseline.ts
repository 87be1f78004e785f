import { DEFAULT_MONITORING_CONFIG } from "../contracts/constraints-codec.ts";
import type { Constraints, FeatureConstraints } from "../contracts/constraints-file.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { FeatureStatistics, Statistics } from "../contracts/statistics-file.ts";
import type { Profile } from "../profile/profile.ts";
import { selectColumns } from "../profile/select-columns.ts";
import { readStatistics } from "../profile/statistics.ts";

/** What a window is compared with. */
export interface Baseline {
  readonly statistics: Statistics;
  readonly constraints: Constraints;
}

/**
 * The baseline that Model Monitor would suggest from these rows.
 *
 * @param names of the positional columns in their order, outputs first; without them `_c0`, `_c1`,
 *   …
 * @throws MonitoringError `invalid-baseline` when there are no rows, the rows differ in their
 *   columns, or the names do not name each column once
 */
export function suggestBaseline(profile: Profile, names: readonly string[] = []): Baseline {
  const selected = selectColumns(profile, { names });
  if (selected === null) throw refuse("0 rows: at least one is needed");
  const [other] = selected.otherShapes;
  if (other !== undefined) {
    throw refuse(
      `${selected.rowCount} rows with ${selected.columnCount} columns and ${other.rowCount} with ` +
        `${other.columnCount}: all rows must have the same columns`,
    );
  }
  if (selected.isPositional && names.length > 0 && names.length !== selected.columnCount) {
    throw refuse(`${names.length} names for ${selected.columnCount} columns: each needs one`);
  }
  const found = selected.columns.map(({ name }) => name);
  const repeated = found.find((name, index) => found.indexOf(name) !== index);
  if (repeated !== undefined) throw refuse(`name "${repeated}": two columns have it`);
  const statistics = readStatistics(selected);
  return { statistics, constraints: suggestConstraints(statistics) };
}

function refuse(message: string): MonitoringError {
  return new MonitoringError("invalid-baseline", `baseline: ${message}`);
}

/** What Model Monitor would demand of later data, with the thresholds its baseline job emits. */
export function suggestConstraints({ features }: Statistics): Constraints {
  return {
    version: 0,
    features: features.map(suggestFeature),
    monitoring_config: DEFAULT_MONITORING_CONFIG,
  };
}

function suggestFeature(feature: FeatureStatistics): FeatureConstraints {
  const { name, inferred_type, numerical_statistics, string_statistics } = feature;
  const common = (numerical_statistics ?? string_statistics)?.common;
  const rowCount = common === undefined ? 0 : common.num_present + common.num_missing;
  const completeness = common === undefined || rowCount === 0 ? 0 : common.num_present / rowCount;
  const domains = string_statistics?.distribution?.categorical.buckets.map(({ value }) => value);
  return {
    name,
    inferred_type,
    completeness,
    ...(numerical_statistics === undefined
      ? {}
      : { num_constraints: { is_non_negative: numerical_statistics.min >= 0 } }),
    ...(domains === undefined ? {} : { string_constraints: { domains } }),
  };
}
