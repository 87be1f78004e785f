import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { constraintsText } from "../../shared/contracts/constraints-codec.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import { statisticsText } from "../../shared/contracts/statistics-codec.ts";
import type { ColumnsChoice } from "../../shared/drift/match-columns.ts";
import { type Baseline, suggestBaseline } from "../../shared/drift/suggest-baseline.ts";
import type { Profile } from "../../shared/profile/profile.ts";
import { selectColumns } from "../../shared/profile/select-columns.ts";
import { formatNoun } from "../../shared/report/numbers.ts";
import { writeFiles } from "../files.ts";
import { printJson, printText } from "../output.ts";
import {
  DATA_FORMATS,
  type DataFormat,
  readTrainingData,
  type TrainingData,
} from "../training-data.ts";
import { columnsOption } from "./check.ts";

interface BaselineOptions {
  readonly out: string;
  readonly names?: readonly string[];
  readonly drop: readonly string[];
  readonly columns: ColumnsChoice;
  readonly header?: boolean;
  readonly format?: DataFormat;
  readonly json?: boolean;
}

/** `baseline FILE --out DIR`, on files alone. */
export function registerBaseline(program: Command): void {
  program
    .command("baseline")
    .description("suggest statistics.json and constraints.json from training data or captures")
    .argument("<file>", "table (.csv, .jsonl, .parquet), or captures (file or folder of .jsonl)")
    .requiredOption("--out <folder>", "where statistics.json and constraints.json are written")
    .option("--names <list>", "names of the columns in their order, outputs first", nameList)
    .option("--drop <list>", "columns to leave out, such as the label", nameList, [])
    .addOption(columnsOption("of captures: which of the columns to describe"))
    .option("--header", "the first line of the CSV holds the names of the columns")
    .option("--no-header", "the first line of the CSV is a row (default: the line itself decides)")
    .addOption(new Option("--format <name>", "what the file is").choices(DATA_FORMATS))
    .addHelpText("after", EXAMPLES)
    .action((file: string, _: unknown, command: Command) =>
      makeBaseline(file, command.optsWithGlobals()),
    );
}

const EXAMPLES = `
A capture has the model's outputs first, then its inputs: a baseline for it must have them too, or be
checked with --columns inputs. The label is in no capture, so leave it out.

Examples:
  $ plumbline baseline training.csv --out baseline/ --drop churned
  $ plumbline baseline captures/churn/AllTraffic/2026/01/ --out baseline/
  $ plumbline baseline scored.parquet --out baseline/ --json`;

async function makeBaseline(path: string, options: BaselineOptions): Promise<void> {
  const data = await readTrainingData(path, options);
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
  warn(data);
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
    const known = all.slice(0, 8).map(({ name }) => name);
    throw new MonitoringError(
      "unknown-column",
      `--drop: "${unknown}": no column has this name (${known.join(", ")}${all.length > 8 ? ", …" : ""})`,
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

function warn({ quarantinedCounts, headerFound }: TrainingData): void {
  if (headerFound) {
    process.stderr.write("The first line was taken for the header; if it is none: --no-header\n");
  }
  const reasons = [...quarantinedCounts].map(([reason, count]) => `${count} ${reason}`);
  if (reasons.length > 0) {
    process.stderr.write(`Lines that could not be read are left out: ${reasons.join(", ")}\n`);
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
  return [
    `Baseline of ${formatNoun(dataset.item_count, "row")} and ${formatNoun(features.length, "feature")} (${kinds.join(", ")})`,
    `  ${join(out, "statistics.json")}`,
    `  ${join(out, "constraints.json")}`,
  ].join("\n");
}

function nameList(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("must be names with commas between them.");
  return names;
}
