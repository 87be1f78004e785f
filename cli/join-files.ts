import { gunzipped } from "../shared/capture/gunzip.ts";
import type { InputFile } from "../shared/contracts/check-result.ts";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";
import { LabelJoin, WHOLE } from "../shared/labels/label-join.ts";
import type { Window } from "../shared/window/window.ts";
import { type FoundFile, listCaptureFiles, openFile } from "./files.ts";
import { startProgress } from "./progress.ts";

export interface JoinedFiles {
  readonly join: LabelJoin;
  readonly captures: readonly InputFile[];
  readonly labels: readonly InputFile[];
}

/** Joins all captures and labels below two paths, by the deployed function's own code. */
export async function joinFiles(paths: {
  readonly captures: string;
  readonly labels: string;
  /** Captures of other times are left out. */
  readonly window?: Window;
}): Promise<JoinedFiles> {
  const labelFiles = await found(paths.labels, "labels");
  const captureFiles = await found(paths.captures, "captures");
  const join = new LabelJoin("records", WHOLE, paths.window ?? null);
  const labels = await pushFiles("Reading labels", labelFiles, join.labels);
  const captures = await pushFiles("Reading captures", captureFiles, join.captures);
  return { join, captures, labels };
}

async function found(path: string, what: string): Promise<FoundFile[]> {
  const files = await listCaptureFiles(path);
  if (files.length > 0) return files;
  const rule = `${what} are files that end in .jsonl or .jsonl.gz`;
  throw new MonitoringError(`no-${what}`, `${path}: holds no ${what}: ${rule}`);
}

async function pushFiles(
  title: string,
  files: readonly FoundFile[],
  lines: LabelJoin["labels"],
): Promise<InputFile[]> {
  const inputs: InputFile[] = [];
  const progress = startProgress(
    title,
    files.reduce((sum, { byteCount }) => sum + byteCount, 0),
  );
  try {
    for (const { path } of files) {
      const file = openFile(path, progress.advance);
      for await (const chunk of gunzipped(file.chunks)) lines.push(chunk);
      lines.end();
      inputs.push(file.inputFile());
    }
    return inputs;
  } finally {
    progress.stop();
  }
}

/** What could not be read of the files, one line a kind; empty when all could. */
export function rejectionLines(join: LabelJoin): string[] {
  const { rejectedLabels, rejectedCaptures } = join.counts();
  const line = (what: string, counts: Readonly<Record<string, number>>): string[] => {
    const reasons = Object.entries(counts).map(([reason, count]) => `${count} ${reason}`);
    return reasons.length === 0 ? [] : [`${what} that could not be read: ${reasons.join(", ")}`];
  };
  return [...line("Labels", rejectedLabels), ...line("Captures", rejectedCaptures)];
}
