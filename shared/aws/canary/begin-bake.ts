import type * as z from "zod/mini";
import { s3Uri } from "../../contracts/s3-uri.ts";
import type { bakeTask } from "../../contracts/self-healing/tasks.ts";
import { runBaselinePrefix } from "../../contracts/storage-keys.ts";
import { openDeployment } from "../deployments.ts";
import { describeEndpoint } from "../endpoints.ts";
import { storePending } from "../self-healing/pending-tasks.ts";
import { updateRun } from "../self-healing/runs.ts";
import { stageText } from "../stage.ts";
import { beginCanary } from "./evidence.ts";
import { type RunWithCandidate, readHeldRun, withCandidate } from "./held-run.ts";

/**
 * Lets a step bake: from when its share of traffic was in force, by the endpoint's own account. With the
 * first step the candidate begins to serve, which the deployment timeline says from then on.
 */
export async function beginBake(task: z.infer<typeof bakeTask>): Promise<void> {
  const record = withCandidate(await readHeldRun(task.run));
  const { run, endpoint, definition, champion, candidate } = record;
  const { LastModifiedTime } = await describeEndpoint(endpoint);
  const since = LastModifiedTime.toISOString();
  const { taskToken, action, step } = task;
  await storePending({
    ...{ kind: "bake", name: run, run, endpoint, taskToken, since, step, action },
  });
  const variants = { champion: champion.variant, candidate: candidate.variant };
  await beginCanary({ run, phase: action, definition }, variants, LastModifiedTime.getTime());
  if (action === "bake") await noteServing(record, since);
}

async function noteServing(record: RunWithCandidate, since: string): Promise<void> {
  const { run, endpoint, candidate, modelPackageArn = null } = record;
  const { servingSince = since, ...served } = candidate;
  if (candidate.servingSince === undefined) {
    await updateRun(record, { candidate: { ...candidate, servingSince } });
  }
  const baseline = s3Uri({ bucket: stageText("bucket"), key: runBaselinePrefix(endpoint, run) });
  await openDeployment({ ...served, endpoint, run, from: servingSince, modelPackageArn, baseline });
}
