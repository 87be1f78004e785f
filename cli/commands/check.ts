import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import packageFile from "../../package.json" with { type: "json" };
import type { CheckResult, InputFile } from "../../shared/contracts/check-result.ts";
import { parseConstraints } from "../../shared/contracts/constraints-codec.ts";
import { parseStatistics } from "../../shared/contracts/statistics-codec.ts";
import { checkDataQuality } from "../../shared/drift/check-data-quality.ts";
import type { ColumnsChoice } from "../../shared/drift/match-columns.ts";
import type { Baseline } from "../../shared/drift/suggest-baseline.ts";
import { dataQualityReportFiles, reportOf } from "../../shared/report/check-files.ts";
import type { Window } from "../../shared/window/window.ts";
import { setExitCode } from "../exit-codes.ts";
import { listCaptureFiles, readTextFile, writeFiles } from "../files.ts";
import { printJson, printText } from "../output.ts";
import { profileCaptures } from "../profile-captures.ts";
import { summarizeCheck } from "../summarize-check.ts";
import { parseWindow } from "../window-option.ts";

interface CheckOptions {
  readonly baseline: string;
  readonly captures: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly columns: ColumnsChoice;
  readonly minimumRows: number;
  readonly window?: Window;
}

/** `check data-quality`, on files alone. */
export function registerCheck(program: Command): void {
  const check = program.command("check").description("check captured data against a baseline");
  check
    .command("data-quality")
    .description("compare captures with a baseline by Model Monitor's rules")
    .requiredOption("--baseline <folder>", "holds statistics.json and constraints.json")
    .requiredOption("--captures <path>", "capture file or folder of them, .jsonl or .jsonl.gz")
    .option("--out <folder>", "write statistics, constraints, violations, result and report.html")
    .addOption(columnsOption("captured columns that the baseline describes"))
    .option("--minimum-rows <count>", "rows below which nothing is concluded", atLeastOne, 1)
    .option("--window <from/to>", "only captures of these whole hours in UTC", parseWindow)
    .addOption(
      new Option("--dialect <name>", "rules to judge by")
        .choices(["sagemaker"])
        .default("sagemaker"),
    )
    .addHelpText("after", EXAMPLES)
    .action((_: unknown, command: Command) => checkOnFiles(command.optsWithGlobals()));
}

const EXAMPLES = `
Examples:
  $ plumbline check data-quality --baseline baseline/ --captures captures/churn/ --out report/
  $ plumbline check data-quality --baseline baseline/ --captures one-minute.jsonl.gz --json
  $ plumbline check data-quality --baseline baseline/ --captures captures/ \\
      --window 2026-01-15T10:00Z/2026-01-15T12:00Z`;

/** `--columns`, for every command that takes captures. */
export function columnsOption(description: string): Option {
  return new Option("--columns <which>", description)
    .choices(["outputs-and-inputs", "inputs"])
    .default("outputs-and-inputs");
}

async function checkOnFiles(options: CheckOptions): Promise<void> {
  const { baseline, files: baselineFiles } = await readBaseline(options.baseline);
  const captures = await listCaptureFiles(options.captures);
  const { profile, inputs } = await profileCaptures(captures, options.window);
  const { columns, minimumRows } = options;
  const finding = checkDataQuality({ baseline, profile, options: { columns, minimumRows } });
  const checkInputs = {
    baseline: baselineFiles,
    captures: inputs,
    codeVersion: packageFile.version,
  };
  if (options.out !== undefined) {
    await writeFiles(options.out, dataQualityReportFiles(finding, baseline, checkInputs));
  }
  const result: CheckResult = { ...finding.result, inputs: checkInputs };
  if (options.json) printJson(result);
  else printText(summarizeCheck(reportOf(finding, baseline), options.out));
  setExitCode(result.outcome);
}

async function readBaseline(folder: string): Promise<{ baseline: Baseline; files: InputFile[] }> {
  const statistics = await readTextFile(join(folder, "statistics.json"));
  const constraints = await readTextFile(join(folder, "constraints.json"));
  return {
    baseline: {
      statistics: parseStatistics(statistics.text),
      constraints: parseConstraints(constraints.text),
    },
    files: [statistics.file, constraints.file],
  };
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError("must be a whole number from 1.");
  return Number(text);
}
