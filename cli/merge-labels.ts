import { dirname, join as joinPath } from "node:path";
import { mergedPath } from "../shared/contracts/storage-keys.ts";
import { mergedOf } from "../shared/labels/merge-labels.ts";
import { formatCount, formatNoun } from "../shared/report/numbers.ts";
import { writeFiles } from "./files.ts";
import { joinFiles, rejectionLines } from "./join-files.ts";
import { printJson, printText } from "./output.ts";

export interface MergeOptions {
  readonly captures: string;
  readonly labels: string;
  readonly out: string;
  readonly json?: boolean;
}

/** `merge-labels`: captures and ground truth in, merged records by hour out. */
export async function mergeLabelFiles({ captures, labels, out, json }: MergeOptions) {
  const { join } = await joinFiles({ captures, labels });
  const { hours, unmatchedLabels, counts } = mergedOf(join);
  for (const [hourMillis, text] of hours) {
    const path = mergedPath(hourMillis);
    const [folder, name] = [dirname(path), path.slice(dirname(path).length + 1)];
    await writeFiles(joinPath(out, folder), new Map([[name, text]]));
  }
  for (const line of rejectionLines(join)) process.stderr.write(`${line}\n`);
  const unmatchedLabelCount = unmatchedLabels.length;
  const unlabelledCaptureCount = counts.captureIds - counts.matchedIds;
  if (json) {
    const { matchedIds: mergedCount } = counts;
    printJson({ mergedCount, unlabelledCaptureCount, unmatchedLabelCount, counts, out });
    return;
  }
  printText(
    [
      `${formatNoun(counts.matchedIds, "capture")} merged with labels, ` +
        `in ${formatNoun(hours.size, "hour")}: ${out}`,
      `  ${formatCount(unlabelledCaptureCount)} captures have no label yet`,
      `  ${formatCount(unmatchedLabelCount)} labels have no capture yet`,
      `  ${formatCount(counts.repeatedLabels)} labels were repeated, ` +
        `${formatCount(counts.overruledLabels)} overruled by later ones`,
    ].join("\n"),
  );
}
