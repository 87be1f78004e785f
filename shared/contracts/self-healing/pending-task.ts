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
  /** When the endpoint had last changed before it was asked to: a read that still says so is an old one. */
  readonly modifiedBefore?: string;
  /** For a bake: which step of the rollout, from 0. */
  readonly step?: number;
  readonly action?: "bake" | "bake-shadow";
}

/** What an endpoint was asked to become. */
export interface EndpointTarget {
  readonly configName: string;
  /** Fractions of the traffic by variant; absent: any. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Least numbers of instances by variant; absent: any. */
  readonly instanceCounts?: Readonly<Record<string, number>>;
}
