import type { MonitorDefinition } from "../monitor-definition.ts";

/** Why a run was started: measured or estimated loss of quality, a person's review, or a person's command. */
export const RUN_CAUSES = [
  "quality-loss",
  "estimated-quality-loss",
  "review",
  "requested",
] as const;
export type RunCause = (typeof RUN_CAUSES)[number];

/** How a run can end. Only `promoted` leaves another model in service; `failed` is no verdict on a model. */
export const RUN_OUTCOMES = [
  "promoted",
  "no-data",
  "training-failed",
  "evaluation-failed",
  "not-better",
  "rejected",
  "expired",
  "rolled-back",
  "failed",
] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/**
 * One retraining run, from the decision to its end: the one record that every task of the state machine
 * reads. What a task needs of the definition it takes from here: a definition that changes meanwhile
 * changes later runs, not this one.
 */
export interface RunRecord {
  /** Run id, execution name and stem of every resource's name, at most 51 characters. */
  readonly run: string;
  readonly endpoint: string;
  readonly incident: string;
  /** Which run of the incident, from 1. */
  readonly attempt: number;
  readonly cause: RunCause;
  /** One sentence with the numbers in it. */
  readonly reason: string;
  /** Who started it: `decide-retraining`, or the caller's ARN. */
  readonly startedBy: string;
  /** ISO 8601, the time of the event that started it. */
  readonly startedAt: string;
  readonly definition: MonitorDefinition;
  readonly definitionEtag: string;
  /** Of the endpoint's lock when the run took it: who holds a lower one has lost it. */
  readonly fence: number;
  readonly executionArn?: string;
  /** What was served when the run began, by the deployment timeline. */
  readonly champion: ServedModel;
  /** From the canary on: the variant that the candidate serves under, and its model and configuration. */
  readonly candidate?: CandidateRecord;
  readonly modelPackageArn?: string;
  readonly ended?: { readonly outcome: RunOutcome; readonly reason: string; readonly at: string };
}

/** A model as it serves: from the deployment timeline, or read from the endpoint when it has none yet. */
export interface ServedModel {
  readonly variant: string;
  readonly modelName: string;
  readonly endpointConfigName: string;
  /** ARN of the registry's version; null when the model is not from the registry. */
  readonly modelPackageArn: string | null;
  /** Prefix of its baseline, an S3 URI ending in `/`. */
  readonly baseline: string;
}

export interface CandidateRecord {
  readonly variant: string;
  readonly modelName: string;
  /** The configuration with both variants. */
  readonly endpointConfigName: string;
  /** What the champion served with before, which a roll back ends with. */
  readonly baseConfigName: string;
  /** On how many instances the champion served; absent where none are counted. */
  readonly championInstanceCount?: number;
  /** When it first took traffic, ISO 8601. */
  readonly servingSince?: string;
}

/** One stretch of the deployment timeline: what a variant served, and since when. */
export interface DeploymentRecord extends ServedModel {
  readonly endpoint: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to?: string;
  /** The run that put it there; absent for what was there before the first. */
  readonly run?: string;
}
