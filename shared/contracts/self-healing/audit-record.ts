/**
 * One decision, and everything needed to make it again. Written once under the run and the step's name:
 * a repeated step finds its record and leaves it. Never expires.
 */
export interface AuditRecord {
  /** Of a decision that started no run: the incident that it was about. */
  readonly run: string;
  readonly endpoint: string;
  /** Such as `decide-retraining`, `prepare-training-set`, `judge-canary.1`; unique within the run. */
  readonly step: string;
  /** ISO 8601. */
  readonly at: string;
  /** The function, or who decided: an ARN or an address. */
  readonly by: string;
  /** One word, such as `retrain`, `better`, `approved`. */
  readonly decision: string;
  /** One sentence with the numbers in it. */
  readonly reason: string;
  /** What was seen: numbers and short texts by name. */
  readonly seen: Readonly<Record<string, number | string | boolean | null>>;
  /** What it was decided from. */
  readonly inputs: readonly AuditInput[];
}

export interface AuditInput {
  /** S3 URI, ARN or name. */
  readonly key: string;
  /** sha256 in hex, or the ETag of an object, said before a colon: `sha256:…`, `etag:…`. */
  readonly hash?: string;
}
