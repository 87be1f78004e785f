import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { CORRECTION_MILLIS } from "./plan.ts";
import { periodMillis } from "./window.ts";

/**
 * How long a definition needs captures to live: until the last label of the longest window was expected,
 * the time that corrections still re-open it, and as far back as retraining reads. 0 where nothing joins
 * captures with labels: profiles are made of captures at once.
 */
export function neededRetentionMillis({ checks, labels, retraining }: MonitorDefinition): number {
  const retrainingMillis =
    retraining === undefined || retraining.mode === "off"
      ? 0
      : periodMillis(retraining.data.window);
  if (checks.modelQuality === undefined && retrainingMillis === 0) return 0;
  const windowsMillis = [checks.dataQuality.every, checks.modelQuality?.every ?? "PT1H"];
  const longestMillis = Math.max(...windowsMillis.map(periodMillis));
  return periodMillis(labels.expectedWithin) + longestMillis + CORRECTION_MILLIS + retrainingMillis;
}
