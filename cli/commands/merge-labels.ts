import type { Command } from "commander";
import type { MergeOptions } from "../merge-labels.ts";
import { requireOptions } from "../options.ts";

/** `merge-labels`, on files alone. */
export function registerMergeLabels(program: Command): void {
  program
    .command("merge-labels")
    .description(
      "join captures with ground truth into merged records, as Model Monitor writes them",
    )
    .option("--captures <path>", "capture file or folder of them, .jsonl or .jsonl.gz")
    .option("--labels <path>", "ground-truth file or folder of them, .jsonl or .jsonl.gz")
    .option("--out <folder>", "where yyyy/mm/dd/hh/part-00000.c000.jsonl are written")
    .addHelpText("after", EXAMPLES)
    .action(async (_: unknown, command: Command) => {
      requireOptions(command, ["--captures <path>", "--labels <path>", "--out <folder>"]);
      const { mergeLabelFiles } = await import("../merge-labels.ts");
      await mergeLabelFiles(command.optsWithGlobals<MergeOptions>());
    });
}

const EXAMPLES = `
The last label of an id stands, by its labelTime; the earliest capture of an id does. The same
captures and labels give the same bytes, however they are ordered, repeated or split into files.

Example:
  $ plumbline merge-labels --captures captures/churn/ --labels ground-truth/churn/ --out merged/`;
