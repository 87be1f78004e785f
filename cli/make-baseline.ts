import { join } from "node:path";
import { constraintsText } from "../shared/contracts/constraints-codec.ts";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";
import { statisticsText } from "../shared/contracts/statistics-codec.ts";
import type { ColumnsChoice } from "../shared/drift/match-columns.ts";
import { type Baseline, suggestBaseline } from "../shared/drift/suggest-baseline.ts";
import type { Profile } from "../shared/profile/profile.ts";
import { selectColumns } from "../shared/profile/select-columns.ts";
import { formatNoun } from "../shared/report/numbers.ts";
import type { DataFormat } from "./data-formats.ts";
import { writeFiles } from "./files.ts";
import { printJson, printText } from "./output.ts";
import { readTrainingData, type TrainingData } from "./training-data.ts";

export interface BaselineOptions {
  readonly out: string;
  readonly names?: readonly string[];
  readonly drop: readonly string[];
  readonly columns: ColumnsChoice;
  readonly header?: boolean;
  readonly format?: DataFormat;
  readonly json?: boolean;
}

/** `baseline`: a table or captures in, `statistics.json` and `constraints.json` out. */
export async function makeBaseline(path: string, options: BaselineOptions): Promise<void> {
  const data = await readTrainingData(path, options);
  refuseUnreadable(data);
  const names = options.names ?? data.names ?? [];
  const whole = suggestBaseline(data.profile, names);
  const wanted = new Set(describedNames(data.profile, names, options));
  const baseline = keepFeatures(whole, (name) => wanted.has(name));
  await writeFiles(
    options.out,
    new Map([
      ["statistics.json", statisticsText(baseline.statistics)],
      ["constraints.json", constraintsText(baseline.constraints)],
    ]),
  );
  warn(data, baseline);
  if (options.json) printJson(summaryOf(baseline, data, options.out));
  else printText(describeBaseline(baseline, options.out));
}

/** The names that are left when outputs or dropped columns are not described. */
function describedNames(
  profile: Profile,
  names: readonly string[],
  { columns, drop }: BaselineOptions,
): readonly string[] {
  const all = selectColumns(profile, { names })?.columns ?? [];
  const unknown = drop.find((name) => all.every((column) => column.name !== name));
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name);
    const listed = known.length > 8 ? [...known.slice(0, 8), "…"] : known;
    throw new MonitoringError(
      "unknown-column",
      `--drop: "${unknown}": no column has this name (${listed.join(", ")})`,
    );
  }
  // The columns of a table are all inputs.
  const inputsOnly = columns === "inputs";
  const kept = all.filter(({ side, name }) => {
    return !(inputsOnly && side === "output") && !drop.includes(name);
  });
  if (kept.length > 0) return kept.map(({ name }) => name);
  throw new MonitoringError(
    "nothing-left",
    `baseline: 0 of ${all.length} columns: one must be left`,
  );
}

function keepFeatures({ statistics, constraints }: Baseline, keep: (name: string) => boolean) {
  const kept = <T extends { readonly name: string }>(features: readonly T[]) =>
    features.filter(({ name }) => keep(name));
  return {
    statistics: { ...statistics, features: kept(statistics.features) },
    constraints: { ...constraints, features: kept(constraints.features) },
  };
}

function refuseUnreadable({ profile, quarantinedCounts }: TrainingData): void {
  if (profile.rowCount > 0 || quarantinedCounts.size === 0) return;
  throw new MonitoringError(
    "nothing-readable",
    `baseline: 0 readable rows: ${reasonsOf(quarantinedCounts)}: at least one is needed`,
  );
}

function reasonsOf(quarantinedCounts: ReadonlyMap<string, number>): string {
  return [...quarantinedCounts].map(([reason, count]) => `${count} ${reason}`).join(", ");
}

function warn({ quarantinedCounts, headerFound }: TrainingData, { statistics }: Baseline): void {
  // A row of texts may have been taken for names; where there are numbers, that shows.
  if (headerFound && statistics.features.every(({ inferred_type: type }) => type === "String")) {
    process.stderr.write("The first line was taken for the header; if it is none: --no-header\n");
  }
  if (quarantinedCounts.size > 0) {
    const reasons = reasonsOf(quarantinedCounts);
    process.stderr.write(`Lines that could not be read are left out: ${reasons}\n`);
  }
}

function summaryOf({ statistics }: Baseline, { quarantinedCounts }: TrainingData, out: string) {
  return {
    statistics: join(out, "statistics.json"),
    constraints: join(out, "constraints.json"),
    rowCount: statistics.dataset.item_count,
    quarantinedCounts: Object.fromEntries(quarantinedCounts),
    features: statistics.features.map(({ name, inferred_type: type }) => ({ name, type })),
  };
}

function describeBaseline({ statistics }: Baseline, out: string): string {
  const { dataset, features } = statistics;
  const types = Map.groupBy(features, ({ inferred_type: type }) => type);
  const kinds = [...types].map(([type, ofType]) => `${ofType.length} ${type}`);
  const rows = formatNoun(dataset.item_count, "row");
  return [
    `Baseline of ${rows} and ${formatNoun(features.length, "feature")} (${kinds.join(", ")})`,
    `  ${join(out, "statistics.json")}`,
    `  ${join(out, "constraints.json")}`,
  ].join("\n");
}
