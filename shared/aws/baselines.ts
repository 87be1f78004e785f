import type { InputFile } from "../contracts/check-result.ts";
import { withDefinedOverrides } from "../contracts/constraint-overrides.ts";
import { parseConstraints } from "../contracts/constraints-codec.ts";
import type { Constraints } from "../contracts/constraints-file.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { asPrefix, parseS3Uri, s3Uri } from "../contracts/s3-uri.ts";
import { parseStatistics } from "../contracts/statistics-codec.ts";
import type { Statistics } from "../contracts/statistics-file.ts";
import { sha256Of } from "../window/fold.ts";
import { readObject } from "./objects.ts";

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

/** Looks whether the baseline of a definition can be read. */
export async function prepareBaseline(definition: MonitorDefinition): Promise<PreparedBaseline> {
  const prefix = s3Uri(asPrefix(parseS3Uri(definition.baseline)));
  try {
    const { constraints } = await readBaseline(prefix);
    withDefinedOverrides(constraints, definition.constraints);
    return { prefix, problem: null };
  } catch (error) {
    if (error instanceof MonitoringError) return { prefix, problem: error.message };
    throw error;
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
