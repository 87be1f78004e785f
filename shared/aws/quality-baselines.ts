import type { InputFile } from "../contracts/check-result.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import {
  parseQualityConstraints,
  parseQualityStatistics,
  type QualityConstraints,
  type QualityStatistics,
} from "../contracts/quality-files.ts";
import { asPrefix, parseS3Uri, s3Uri } from "../contracts/s3-uri.ts";
import { QUALITY_BASELINE } from "../contracts/storage-keys.ts";
import { sha256Of } from "../window/fold.ts";
import { baselinePrefix } from "./baselines.ts";
import { readObject } from "./objects.ts";

/** A quality baseline as it lies on S3; Model Monitor's own files serve as they are. */
export interface StoredQualityBaseline {
  readonly constraints: QualityConstraints;
  /** Only for the report's curves: null when there are none. */
  readonly statistics: QualityStatistics | null;
  readonly files: readonly InputFile[];
}

/** Where the quality baseline lies: where the definition says, or below that of the data. */
export function qualityBaselinePrefix(definition: MonitorDefinition): string {
  const { baseline } = definition.checks.modelQuality ?? {};
  if (baseline !== undefined) return s3Uri(asPrefix(parseS3Uri(baseline)));
  return `${baselinePrefix(definition)}${QUALITY_BASELINE}`;
}

/**
 * A baseline that is missing, unreadable or of another problem is a reason, not a failure.
 *
 * @param served where the baseline of the version lies that served the window; null: the definition's
 */
export async function readQualityBaseline(
  definition: MonitorDefinition,
  served: string | null = null,
): Promise<StoredQualityBaseline | MonitoringError> {
  const prefix =
    served === null ? qualityBaselinePrefix(definition) : `${served}${QUALITY_BASELINE}`;
  try {
    const constraints = await readFile(prefix, "constraints.json");
    const statistics = await readFile(prefix, "statistics.json");
    if (constraints === null) {
      return new MonitoringError(
        "baseline-absent",
        `quality baseline: ${prefix}constraints.json: must be there before anything can be ` +
          "compared with it: plumbline baseline --predictions makes it",
      );
    }
    const parsed = parseQualityConstraints(constraints.text);
    if (parsed.problem !== definition.problem) {
      return new MonitoringError(
        "problems-differ",
        `quality baseline: ${parsed.problem}: must be of ${definition.problem}, as the monitor`,
      );
    }
    return {
      constraints: parsed,
      statistics: statistics === null ? null : parseQualityStatistics(statistics.text),
      files: [...(statistics === null ? [] : [statistics.file]), constraints.file],
    };
  } catch (error) {
    if (error instanceof MonitoringError) return error;
    throw error;
  }
}

async function readFile(
  prefix: string,
  name: string,
): Promise<{ readonly text: string; readonly file: InputFile } | null> {
  const { bucket, key: folder } = parseS3Uri(prefix);
  const object = { bucket, key: `${folder}${name}` };
  const bytes = await readObject(object);
  if (bytes === null) return null;
  const file = { location: s3Uri(object), sha256: sha256Of(bytes) };
  return { text: new TextDecoder().decode(bytes), file };
}
