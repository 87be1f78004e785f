import { type Command, Option } from "commander";
import { DATA_FORMATS } from "../data-formats.ts";
import type { BaselineOptions } from "../make-baseline.ts";
import type { QualityBaselineOptions } from "../make-quality-baseline.ts";
import {
  columnsOption,
  parseColumn,
  parseNames,
  predictionOptions,
  requireOptions,
} from "../options.ts";

/** `baseline FILE --out DIR`, on files alone. */
export function registerBaseline(program: Command): void {
  const command = program
    .command("baseline")
    .description("suggest statistics.json and constraints.json from training data or captures")
    .argument("[file]", "table (.csv, .jsonl, .parquet), or captures (file or folder of .jsonl)")
    .option("--out <folder>", "where statistics.json and constraints.json are written")
    .option("--names <list>", "names of the columns in their order, outputs first", parseNames)
    .option("--drop <list>", "columns to leave out, such as the label", parseNames, [])
    .addOption(columnsOption("of captures: which of the columns to describe"))
    .option("--header", "the first line of the CSV holds the names of the columns")
    .option("--no-header", "the first line of the CSV is a row (default: the line itself decides)")
    .addOption(new Option("--format <name>", "what the file is").choices(DATA_FORMATS))
    .option("--predictions <file>", "make a quality baseline of predictions and labels instead")
    .option("--truth <column>", "of predictions: the column of the labels", parseColumn, "label");
  predictionOptions(command, "of predictions: what the model predicts")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string | undefined, _: unknown, command: Command) => {
      const hasPredictions = command.getOptionValue("predictions") !== undefined;
      if (file === undefined && !hasPredictions) {
        command.error("error: missing required argument 'file'");
      }
      requireOptions(command, ["--out <folder>"]);
      if (file === undefined) {
        requireOptions(command, ["--problem <kind>"]);
        const { makeQualityBaseline } = await import("../make-quality-baseline.ts");
        await makeQualityBaseline(command.optsWithGlobals<QualityBaselineOptions>());
        return;
      }
      if (hasPredictions) command.error("error: give a file or --predictions, not both");
      const { makeBaseline } = await import("../make-baseline.ts");
      await makeBaseline(file, command.optsWithGlobals<BaselineOptions>());
    });
}

const EXAMPLES = `
A capture has the model's outputs first, then its inputs: a baseline for it must have them too, or
be checked with --columns inputs. The label is in no capture, so leave it out.

Examples:
  $ plumbline baseline training.csv --out baseline/ --drop churned
  $ plumbline baseline captures/churn/AllTraffic/2026/01/ --out baseline/
  $ plumbline baseline scored.parquet --out baseline/ --json
  $ plumbline baseline --predictions validation.csv --problem binary-classification \\
      --probability probability --prediction prediction --truth label --out baseline/model-quality/`;
