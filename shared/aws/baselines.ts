import type { InputFile } from "../contracts/check-result.ts";
import { withDefinedOverrides } from "../contracts/constraint-overrides.ts";
import { constraintsText, parseConstraints } from "../contracts/constraints-codec.ts";
import type { Constraints } from "../contracts/constraints-file.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { asPrefix, parseS3Uri, s3Uri } from "../contracts/s3-uri.ts";
import { parseStatistics, statisticsText } from "../contracts/statistics-codec.ts";
import type { Statistics } from "../contracts/statistics-file.ts";
import { PREFIX } from "../contracts/storage-keys.ts";
import { suggestBaseline } from "../drift/suggest-baseline.ts";
import { profileTable } from "../profile/profile-records.ts";
import { sha256Of } from "../window/fold.ts";
import { openObject, readObject, writeObject } from "./objects.ts";
import { stageText } from "./stage.ts";

/** A baseline as it lies on S3; SageMaker's own files serve as they are. */
export interface StoredBaseline {
  readonly statistics: Statistics;
  readonly constraints: Constraints;
  readonly files: readonly InputFile[];
}

/** Where the baseline of a definition lies, and why it cannot be used, if so. */
export interface PreparedBaseline {
  readonly prefix: string;
  readonly problem: string | null;
}

/** Where the baseline of a definition lies: as it says, or where one made of its data set is put. */
export function baselinePrefix({ endpoint, baseline }: MonitorDefinition): string {
  if (typeof baseline === "string") return s3Uri(asPrefix(parseS3Uri(baseline)));
  return s3Uri({ bucket: stageText("bucket"), key: `${PREFIX.baselines}${endpoint}/initial/` });
}

/** Makes the baseline if the definition names a data set, then looks whether it can be read. */
export async function prepareBaseline(definition: MonitorDefinition): Promise<PreparedBaseline> {
  const prefix = baselinePrefix(definition);
  try {
    if (typeof definition.baseline === "object") {
      await makeBaseline(prefix, definition.baseline.dataset, definition.features?.names);
    }
    const { constraints } = await readBaseline(prefix);
    withDefinedOverrides(constraints, definition);
    return { prefix, problem: null };
  } catch (error) {
    if (error instanceof MonitoringError) return { prefix, problem: error.message };
    throw error;
  }
}

/** The same data set gives the same bytes, here and by `plumbline baseline`. */
async function makeBaseline(
  prefix: string,
  dataset: string,
  names: readonly string[] | undefined,
): Promise<void> {
  const opened = await openObject(parseS3Uri(dataset));
  if (opened.kind !== "open") {
    throw new MonitoringError("dataset-absent", `baseline.dataset: ${dataset}: must be there`);
  }
  const kind = /\.csv(?:\.gz)?$/.test(dataset) ? "csv" : "jsonl";
  const table = await profileTable(opened.body, { kind, header: names === undefined });
  const [line] = table.quarantined;
  if (line !== undefined) {
    throw new MonitoringError(
      "dataset-unreadable",
      `baseline.dataset: ${dataset}: line ${line.lineNumber}: ${line.reason}`,
    );
  }
  const baseline = suggestBaseline(table.profile, names ?? table.header ?? []);
  const { bucket, key } = parseS3Uri(prefix);
  const files = {
    "statistics.json": statisticsText(baseline.statistics),
    "constraints.json": constraintsText(baseline.constraints),
  };
  for (const [name, text] of Object.entries(files)) {
    await writeObject({ bucket, key: `${key}${name}` }, text, "application/json");
  }
}

/**
 * Reads `statistics.json` and `constraints.json` under a prefix.
 *
 * @throws MonitoringError `baseline-absent` when one is missing, or why one cannot be read
 */
export async function readBaseline(prefix: string): Promise<StoredBaseline> {
  const [statistics, constraints] = await Promise.all([
    readBaselineFile(prefix, "statistics.json"),
    readBaselineFile(prefix, "constraints.json"),
  ]);
  return {
    statistics: parseStatistics(statistics.text),
    constraints: parseConstraints(constraints.text),
    files: [statistics.file, constraints.file],
  };
}

async function readBaselineFile(
  prefix: string,
  name: string,
): Promise<{ readonly text: string; readonly file: InputFile }> {
  const { bucket, key: folder } = asPrefix(parseS3Uri(prefix));
  const location = s3Uri({ bucket, key: `${folder}${name}` });
  const bytes = await readObject({ bucket, key: `${folder}${name}` });
  if (bytes === null) {
    throw new MonitoringError(
      "baseline-absent",
      `baseline: ${location}: must be there before anything can be compared with it`,
    );
  }
  return { text: new TextDecoder().decode(bytes), file: { location, sha256: sha256Of(bytes) } };
}
