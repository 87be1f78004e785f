import { constraintsText } from "../contracts/constraints-codec.ts";
import {
  type Dialect,
  qualityConstraintsText,
  qualityStatisticsText,
} from "../contracts/quality-files.ts";
import type { OutputForm } from "../contracts/self-healing/training-set.ts";
import { statisticsText } from "../contracts/statistics-codec.ts";
import type { FeatureStatistics, Statistics } from "../contracts/statistics-file.ts";
import { QUALITY_BASELINE } from "../contracts/storage-keys.ts";
import type { ColumnsChoice } from "../drift/match-columns.ts";
import { type Baseline, suggestBaseline, suggestConstraints } from "../drift/suggest-baseline.ts";
import { profileTable } from "../profile/profile-records.ts";
import type { LabelledRows } from "../quality/labelled-rows.ts";
import { measureQuality } from "../quality/measure-quality.ts";
import { qualityStatistics } from "../quality/quality-statistics.ts";
import { suggestQualityConstraints } from "../quality/suggest-quality-constraints.ts";

export interface VersionBaselineInput {
  /** The champion's; null when it has none that can be read. */
  readonly previous: Baseline | null;
  /** Which captured columns a baseline of this endpoint describes. */
  readonly describes: ColumnsChoice;
  /** Of the rows that the challenger was trained on, inputs alone. */
  readonly training: Statistics;
  /** What the challenger answered to the holdout, and its form. */
  readonly output: string;
  readonly form: OutputForm;
  /** The challenger on the holdout. */
  readonly rows: LabelledRows;
  readonly dialect: Dialect;
}

/**
 * The baseline that windows of a challenger are compared with once it serves: a file's text by its name
 * below the baseline's prefix.
 *
 * Inputs are those it was trained on, outputs those it gave to the holdout. Features that are in neither,
 * such as columns about persons, keep what the champion's baseline says of them, and so do thresholds
 * that somebody edited.
 */
export async function versionBaseline(
  input: VersionBaselineInput,
): Promise<ReadonlyMap<string, string>> {
  const { statistics, constraints } = dataBaseline(input, await outputStatistics(input));
  const measurement = measureQuality(input.rows, input.dialect);
  return new Map([
    ["statistics.json", statisticsText(statistics)],
    ["constraints.json", constraintsText(constraints)],
    [`${QUALITY_BASELINE}statistics.json`, qualityStatisticsText(qualityStatistics(measurement))],
    [
      `${QUALITY_BASELINE}constraints.json`,
      qualityConstraintsText(suggestQualityConstraints(measurement)),
    ],
  ]);
}

async function outputStatistics({
  previous,
  describes,
  output,
  form,
}: VersionBaselineInput): Promise<readonly FeatureStatistics[]> {
  if (describes === "inputs") return [];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(output);
  }
  const kind = form.contentType === "application/json" ? "jsonl" : "csv";
  const { profile } = await profileTable(chunks(), { kind, header: false });
  const known = previous?.statistics.features.map(({ name }) => name) ?? [];
  const names = form.names === null ? known.slice(0, form.columnCount) : [];
  return suggestBaseline(profile, names).statistics.features;
}

function dataBaseline(
  { previous, training }: VersionBaselineInput,
  outputs: readonly FeatureStatistics[],
): Baseline {
  const found = new Map([...outputs, ...training.features].map((each) => [each.name, each]));
  const features =
    previous === null
      ? [...found.values()]
      : previous.statistics.features.map((feature) => found.get(feature.name) ?? feature);
  const statistics = { ...training, features };
  const suggested = suggestConstraints(statistics);
  if (previous === null) return { statistics, constraints: suggested };
  const kept = new Map(previous.constraints.features.map((feature) => [feature.name, feature]));
  return {
    statistics,
    constraints: {
      ...previous.constraints,
      features: suggested.features.flatMap((feature) => {
        const before = kept.get(feature.name);
        if (!found.has(feature.name)) return before === undefined ? [] : [before];
        const overrides = before?.monitoring_config_overrides;
        return overrides === undefined
          ? [feature]
          : [{ ...feature, monitoring_config_overrides: overrides }];
      }),
    },
  };
}
