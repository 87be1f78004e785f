import { coversPrefix, missingParameters } from "../contracts/import-pattern.ts";
import { overlapsOwnOutput } from "../contracts/label-source.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { asPrefix, parseS3Uri, s3Uri } from "../contracts/s3-uri.ts";
import { monitorKey, PREFIX } from "../contracts/storage-keys.ts";
import { neededRetentionMillis } from "../window/capture-retention.ts";
import { HOUR_MILLIS } from "../window/window.ts";
import { readImportPattern } from "./event-rules.ts";
import { stageCount, stageText } from "./stage.ts";

const DAY_MILLIS = 24 * HOUR_MILLIS;

/** A valid definition that this stage can serve; else what stands against it. */
export function fitToStage(definition: MonitorDefinition): MonitorDefinition | MonitoringError {
  return loopOf(definition) ?? lostCapturesOf(definition) ?? definition;
}

/** Labels that were taken from where accepted ones are written would never come to an end. */
function loopOf({ endpoint, labels: { prefix } }: MonitorDefinition): MonitoringError | null {
  if (prefix === undefined) return null;
  if (!overlapsOwnOutput(asPrefix(parseS3Uri(prefix)), stageText("bucket"))) return null;
  return new MonitoringError(
    "label-prefix-overlaps",
    `${monitorKey(endpoint)}: labels.prefix: "${prefix}": must not overlap what Plumbline writes`,
  );
}

/** How long captures in other buckets live is their owner's business. */
function lostCapturesOf(definition: MonitorDefinition): MonitoringError | null {
  const { endpoint, capture, labels } = definition;
  const ours = s3Uri({ bucket: stageText("bucket"), key: PREFIX.captures });
  const days = stageCount("captureRetentionDays");
  const neededDays = Math.ceil(neededRetentionMillis(definition) / DAY_MILLIS);
  if (neededDays <= days || !s3Uri(asPrefix(parseS3Uri(capture))).startsWith(ours)) return null;
  return new MonitoringError(
    "capture-retention-too-short",
    `${monitorKey(endpoint)}: labels.expectedWithin: "${labels.expectedWithin}": captures live ` +
      `${days} days, and until their last labels have come, corrections and retraining included, ` +
      `${neededDays} are needed: captureRetentionDays in the stage's parameters must be at least that`,
  );
}

/** What of a definition this stage does not read, in sentences that say which parameters to change. */
export async function unreadByStage({ capture, labels }: MonitorDefinition): Promise<string[]> {
  const prefixes = [
    { kind: "capture", rule: "profile-capture", uri: capture },
    { kind: "label", rule: "import-labels", uri: labels.prefix },
  ] as const;
  const found = await Promise.all(
    prefixes.map(async ({ kind, rule, uri }) => {
      if (uri === undefined) return [];
      const pattern = await readImportPattern(rule);
      const location = parseS3Uri(uri);
      const isRead = pattern === null || coversPrefix(pattern, location);
      const key = kind === "capture" ? "capture" : "labels.prefix";
      return isRead ? [] : [`${key}: ${missingParameters(kind, location)}.`];
    }),
  );
  return found.flat();
}
