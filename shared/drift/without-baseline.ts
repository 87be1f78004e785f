import { DEFAULT_MONITORING_CONFIG } from "../contracts/constraints-codec.ts";
import type { Profile } from "../profile/profile.ts";
import { selectColumns } from "../profile/select-columns.ts";
import { readStatistics } from "../profile/statistics.ts";
import {
  checkDataQuality,
  type DataQualityFinding,
  type DataQualityOptions,
} from "./check-data-quality.ts";
import { suggestConstraints } from "./suggest-baseline.ts";

const NO_STATISTICS = { version: 0, dataset: { item_count: 0 }, features: [] } as const;

const NO_BASELINE = {
  statistics: NO_STATISTICS,
  constraints: { version: 0, features: [], monitoring_config: DEFAULT_MONITORING_CONFIG },
} as const;

/**
 * What can be said of a window that has nothing to be compared with: how much was captured, and its
 * statistics, from which a baseline could be made. Without captures that is the reason, not this.
 */
export function findWithoutBaseline(input: {
  readonly profile: Profile;
  readonly options: DataQualityOptions;
  /** Why there is no baseline. */
  readonly explanation: string;
}): DataQualityFinding {
  const { profile, options, explanation } = input;
  const finding = checkDataQuality({ baseline: NO_BASELINE, profile, options });
  if (profile.rowCount === 0) return finding;
  const selected = selectColumns(profile);
  const statistics = selected === null ? NO_STATISTICS : readStatistics(selected);
  return {
    result: {
      ...finding.result,
      outcome: { outcome: "inconclusive", reason: "no-baseline", explanation },
      violationCount: 0,
      violatedFeatureCount: 0,
      driftMax: null,
      checks: [],
    },
    statistics,
    constraints: suggestConstraints(statistics),
    violations: [],
    types: new Map(selected?.columns.map(({ name, state }) => [name, state.types])),
  };
}
