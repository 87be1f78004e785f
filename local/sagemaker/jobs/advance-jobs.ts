import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { SimulatorContext } from "../context.ts";
import type { SageMakerEvent } from "../events/event-bus.ts";
import type { State } from "../state.ts";
import type { Outcome, S3Write } from "./background-work.ts";
import { isOver, type Phase, replanned, type StoredJob } from "./job.ts";
import { INTERNAL_ERROR } from "./job-failure.ts";

/** What distinguishes one kind of job from another. */
export interface JobKind<J extends StoredJob> {
  jobs(state: State): Map<string, J>;
  /** The work itself; what it returns is written to S3 when the job completes. */
  run(context: SimulatorContext, job: J): Promise<readonly S3Write[]>;
  eventOf(context: SimulatorContext, job: J): SageMakerEvent;
}

/** Stores a new job and sets it going. */
export function beginJob<J extends StoredJob>(
  context: SimulatorContext,
  kind: JobKind<J>,
  job: J,
): void {
  kind.jobs(context.state).set(job.name, job);
  context.events.publish(kind.eventOf(context, job));
  work(context, kind, job);
}

/** Moves every job of a kind into the phase that its time has come for. */
export async function advanceJobs<J extends StoredJob>(
  context: SimulatorContext,
  kind: JobKind<J>,
): Promise<void> {
  for (const name of kind.jobs(context.state).keys()) await advance(context, kind, name);
}

async function advance<J extends StoredJob>(
  context: SimulatorContext,
  kind: JobKind<J>,
  name: string,
): Promise<void> {
  const jobs = kind.jobs(context.state);
  for (;;) {
    const job = jobs.get(name)!;
    const next = job.phases[job.position + 1];
    if (next === undefined || next.fromMillis > context.now()) return;
    const failed = await failureBefore(context, kind, job, next);
    // While we waited, somebody may have stopped it.
    if (jobs.get(name) !== job) continue;
    const planned = failed === undefined ? job : replanned(job, [failed]);
    const moved = { ...planned, position: job.position + 1 };
    jobs.set(name, moved);
    if (isOver(moved)) context.work.forget(job.arn);
    context.state.save();
    context.events.publish(kind.eventOf(context, moved));
  }
}

/** The phase in which the job fails, where it would else enter `next`. */
async function failureBefore<J extends StoredJob>(
  context: SimulatorContext,
  kind: JobKind<J>,
  job: J,
  next: Phase,
): Promise<Phase | undefined> {
  if (next.secondary !== "Uploading" && next.status !== "Completed") return undefined;
  const outcome = await work(context, kind, job);
  if (outcome === undefined) return undefined;
  if ("failureReason" in outcome) return failedPhase(next.fromMillis, outcome.failureReason);
  if (next.status !== "Completed") return undefined;
  try {
    for (const write of outcome.writes) await put(context, write);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : INTERNAL_ERROR;
    return failedPhase(next.fromMillis, `ClientError: Failed to upload output: ${reason}`);
  }
}

/** Undefined for a job that is not to complete: there is no use in working for it. */
function work<J extends StoredJob>(
  context: SimulatorContext,
  kind: JobKind<J>,
  job: J,
): Promise<Outcome> | undefined {
  if (job.phases.at(-1)?.status !== "Completed") return undefined;
  return context.work.outcome(job.arn, () => kind.run(context, job));
}

function failedPhase(fromMillis: number, failureReason: string): Phase {
  return {
    status: "Failed",
    secondary: "Failed",
    message: "Training job failed",
    fromMillis,
    failureReason,
  };
}

async function put({ s3 }: SimulatorContext, write: S3Write): Promise<void> {
  const { bucket, key, body, contentType } = write;
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }),
  );
}
