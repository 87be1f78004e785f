/**
 * Why an endpoint may be in trouble. A broken feed is a schema that changed, missing values or silence;
 * `unmeasured` is a monitor that says nothing.
 */
export const INCIDENT_CAUSES = [
  "quality-loss",
  "estimated-quality-loss",
  "drift",
  "broken-feed",
  "endpoint-health",
  "unmeasured",
] as const;
export type IncidentCause = (typeof INCIDENT_CAUSES)[number];

/**
 * The time from an endpoint's first alarm until none is left. Causes accumulate while it is open, so that
 * a quality that recovers because its feed broke is still known to have been lost.
 */
export interface Incident {
  /** 10 hex digits of the hash of the endpoint and its first alarm. */
  readonly incident: string;
  readonly endpoint: string;
  /** ISO 8601, as all times here. */
  readonly openedAt: string;
  readonly closedAt?: string;
  /** By the alarm's name. */
  readonly alarms: Readonly<Record<string, IncidentAlarm>>;
  /** The causes that people were asked about; they are not asked twice. */
  readonly askedAbout?: readonly IncidentCause[];
  readonly review?: Review;
}

export interface IncidentAlarm {
  readonly state: "ALARM" | "OK";
  /** When it changed to this state. */
  readonly since: string;
  /** All that it has stood for since the incident was opened. */
  readonly causes: readonly IncidentCause[];
  /** The newest window whose result raised it, of inference time. */
  readonly measured?: { readonly from: string; readonly to: string };
}

/** What a person answered to the question whether to retrain. */
export interface Review {
  readonly decision: "start" | "dismiss";
  readonly by: string;
  readonly at: string;
  /** What was known when it was answered: the answer is to these. */
  readonly causes: readonly IncidentCause[];
}
