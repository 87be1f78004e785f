import * as z from "zod/mini";
import { awsEvent } from "../aws-event.ts";
import { INCIDENT_CAUSES } from "./incident.ts";
import { RUN_OUTCOMES } from "./run.ts";

/** Our own event: a person can act on it; notify-team writes the message. */
export const RUN_PROGRESSED = "Run Progressed";

/** What a person is asked: whoever writes the message makes the link of it, which is kept nowhere else. */
const question = z.looseObject({
  id: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  openUntil: z.iso.datetime(),
});

const runProgressed = z.looseObject({
  run: z.string().check(z.minLength(1)),
  endpoint: z.string().check(z.minLength(1)),
  /** What happened; `canary-held` asks a person to decide, `ended` carries the outcome. */
  stage: z.enum([
    "started",
    "approval-requested",
    "approval-reminder",
    "canary-started",
    "canary-held",
    "ended",
  ]),
  outcome: z.optional(z.enum(RUN_OUTCOMES)),
  reason: z.string(),
  /** Of an approval that is requested; never a task token. */
  question: z.optional(question),
});

export type RunProgressed = z.infer<typeof runProgressed>;
export const runProgressedEvent = awsEvent(RUN_PROGRESSED, runProgressed);

/** Our own event: a person is asked whether to retrain; notify-team writes the message with its links. */
export const REVIEW_REQUESTED = "Review Requested";

const reviewRequested = z.looseObject({
  endpoint: z.string().check(z.minLength(1)),
  incident: z.string().check(z.minLength(1)),
  /** Gravest first. */
  causes: z.array(z.enum(INCIDENT_CAUSES)),
  reason: z.string(),
  question,
});

export type ReviewRequested = z.infer<typeof reviewRequested>;
export const reviewRequestedEvent = awsEvent(REVIEW_REQUESTED, reviewRequested);

/** Our own event: the candidate does harm. roll-back-canary acts on it, whatever Step Functions does. */
export const CANARY_FAILED = "Canary Failed";

export const canaryFailedEvent = awsEvent(
  CANARY_FAILED,
  z.looseObject({ run: z.string().check(z.minLength(1)), reason: z.string() }),
);
