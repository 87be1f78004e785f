import type * as z from "zod/mini";
import { RUN_PROGRESSED, type RunProgressed } from "../../contracts/self-healing/run-events.ts";
import type { bakeTask } from "../../contracts/self-healing/tasks.ts";
import { openDeployment } from "../deployments.ts";
import { describeEndpoint } from "../endpoints.ts";
import { putOwnEvents } from "../own-events.ts";
import { storePending } from "../self-healing/pending-tasks.ts";
import { updateRun } from "../self-healing/runs.ts";
import { beginCanary, lookAtCanary } from "./evidence.ts";
import {
  candidateDeployment,
  type RunWithCandidate,
  readHeldRun,
  withCandidate,
} from "./held-run.ts";

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
  const variants = { champion: champion.variant, candidate: candidate.variant };
  const canary = { run, phase: action, definition };
  const sinceMillis = LastModifiedTime.getTime();
  await beginCanary(canary, variants, sinceMillis);
  // What was measured of the step before ends here.
  await lookAtCanary(canary, sinceMillis, sinceMillis);
  if (action === "bake") await noteServing(record, since);
  // Last, for from here on the judge looks at it: who dies before it is tried again.
  await storePending({
    ...{ kind: "bake", name: run, run, endpoint, taskToken, since, step, action },
  });
}

async function noteServing(record: RunWithCandidate, since: string): Promise<void> {
  const { candidate } = record;
  const { servingSince = since } = candidate;
  await openDeployment(candidateDeployment(record, servingSince));
  if (candidate.servingSince !== undefined) return;
  const { run, endpoint, definition } = record;
  const [percent] = definition.rollout.steps;
  const reason = `the challenger answers ${percent} % of the requests since ${servingSince}`;
  const progressed: RunProgressed = { run, endpoint, stage: "canary-started", reason };
  await putOwnEvents(RUN_PROGRESSED, [progressed]);
  // Last, so that whoever died before it tells people again.
  await updateRun(record, { candidate: { ...candidate, servingSince } });
}
