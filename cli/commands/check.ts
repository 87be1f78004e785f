import { type Command, Option } from "commander";
import type { CheckOptions } from "../check-data-quality.ts";
import type { QualityOptions } from "../check-model-quality.ts";
import {
  columnsOption,
  parseCount,
  parseFraction,
  predictionOptions,
  requireOptions,
} from "../options.ts";
import { parseWindow } from "../window-option.ts";

/** `check data-quality`, on files alone. */
export function registerCheck(program: Command): void {
  const check = program.command("check").description("check captured data against a baseline");
  check
    .command("data-quality")
    .description("compare captures with a baseline by Model Monitor's rules")
    .option("--baseline <folder>", "holds statistics.json and constraints.json")
    .option("--captures <path>", "capture file or folder of them, .jsonl or .jsonl.gz")
    .option("--out <folder>", "write statistics, constraints, violations, result and report.html")
    .addOption(columnsOption("captured columns that the baseline describes"))
    .option("--minimum-rows <count>", "rows below which nothing is concluded", parseCount, 1)
    .option("--window <from/to>", "only captures of these whole hours in UTC", parseWindow)
    .addOption(
      new Option("--dialect <name>", "rules to judge by")
        .choices(["sagemaker"])
        .default("sagemaker"),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: Command) => {
      requireOptions(command, ["--baseline <folder>", "--captures <path>"]);
      const { checkDataQualityOfFiles } = await import("../check-data-quality.ts");
      await checkDataQualityOfFiles(command.optsWithGlobals<CheckOptions>());
    });
  registerModelQuality(check);
}

function registerModelQuality(check: Command): void {
  const command = check
    .command("model-quality")
    .description("join captures with labels and compare the model's metrics with a baseline")
    .option("--baseline <folder>", "holds the quality statistics.json and constraints.json")
    .option("--captures <path>", "capture file or folder of them, .jsonl or .jsonl.gz")
    .option("--labels <path>", "ground-truth file or folder of them, .jsonl or .jsonl.gz")
    .option("--out <folder>", "write statistics, constraints, violations, result and report.html");
  predictionOptions(command, "what the model predicts (default: what the baseline says)")
    .option("--minimum-labels <count>", "labelled rows below which nothing is said", parseCount, 1)
    .option("--minimum-coverage <fraction>", "labelled rows of those captured", parseFraction, 0)
    .option("--window <from/to>", "only captures of these whole hours in UTC", parseWindow)
    .addHelpText("after", QUALITY_EXAMPLES)
    .action(async (_: unknown, command: Command) => {
      requireOptions(command, ["--baseline <folder>", "--captures <path>", "--labels <path>"]);
      const { checkModelQualityOfFiles } = await import("../check-model-quality.ts");
      await checkModelQualityOfFiles(command.optsWithGlobals<QualityOptions>());
    });
}

const QUALITY_EXAMPLES = `
Columns are those of the model's output. Without any, the first holds the probability of a binary
model, or the predicted label or value of any other.

Examples:
  $ plumbline check model-quality --baseline quality/ --captures captures/ --labels ground-truth/
  $ plumbline check model-quality --baseline quality/ --captures captures/ --labels labels.jsonl \\
      --prediction 0 --probability 1 --threshold 0.8 --out report/ --json`;

const EXAMPLES = `
Examples:
  $ plumbline check data-quality --baseline baseline/ --captures captures/churn/ --out report/
  $ plumbline check data-quality --baseline baseline/ --captures one-minute.jsonl.gz --json
  $ plumbline check data-quality --baseline baseline/ --captures captures/ \\
      --window 2026-01-15T10:00Z/2026-01-15T12:00Z`;
