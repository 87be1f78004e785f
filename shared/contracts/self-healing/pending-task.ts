/** What a task waits for, and so what is described to find out whether it is there. */
export const PENDING_KINDS = [
  "training-job",
  "transform-job",
  "pipeline-execution",
  "endpoint",
  "approval",
  "bake",
] as const;
export type PendingKind = (typeof PENDING_KINDS)[number];

/**
 * A task of the state machine that waits. It is stored before the resource is made, so that an event can
 * never come too early; the token stays in the table.
 */
export interface PendingTask {
  readonly kind: PendingKind;
  /** Of the job, execution (ARN), endpoint, approval (id) or, for a bake, the run. */
  readonly name: string;
  readonly run: string;
  readonly endpoint: string;
  readonly taskToken: string;
  /** When the state began to wait, ISO 8601. */
  readonly since: string;
  /** By when it must be answered, ISO 8601; the sweep answers what is over. */
  readonly deadline?: string;
  /** What the endpoint is to be when it is settled. */
  readonly target?: EndpointTarget;
  /** For a bake: which step of the rollout, from 0. */
  readonly step?: number;
  readonly action?: "bake" | "bake-shadow";
}

/** Reached when the endpoint is settled with this configuration and these weights and counts. */
export interface EndpointTarget {
  readonly endpointConfigName: string;
  /** By variant; those named must be read back. */
  readonly weights?: Readonly<Record<string, number>>;
  readonly instanceCounts?: Readonly<Record<string, number>>;
}
