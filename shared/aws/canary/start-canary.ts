import type * as z from "zod/mini";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type {
  canaryTask,
  EndpointValue,
  SmokeTestValue,
} from "../../contracts/self-healing/tasks.ts";
import { addCandidate } from "./add-candidate.ts";
import { deployGuarded } from "./deploy-guarded.ts";
import type { EndpointTask } from "./endpoint-tasks.ts";
import { readHeldRun } from "./held-run.ts";
import { shiftToStep } from "./shift-traffic.ts";
import { testCandidate } from "./test-candidate.ts";

/**
 * One step of a rollout until its first traffic.
 *
 * @returns what came of it; null while the endpoint is waited for
 */
export async function startCanary(
  task: z.infer<typeof canaryTask>,
): Promise<EndpointValue | SmokeTestValue | null> {
  const { run, at, action, step } = task;
  if (action === "test-candidate") return await testCandidate(run, at);
  const waiting = await waitingTask(task);
  switch (action) {
    case "add-shadow":
      return await addCandidate(waiting, "shadow");
    case "add-candidate":
      return await addCandidate(waiting, "canary");
    case "shift-traffic":
      return await shiftToStep(waiting, step ?? 0);
    case "deploy-guarded":
      return await deployGuarded(waiting);
  }
}

/** @throws MonitoringError `no-task-token`: what changes the endpoint is always waited for */
export async function waitingTask({
  run,
  at,
  taskToken,
}: {
  readonly run: string;
  readonly at: string;
  readonly taskToken?: string | undefined;
}): Promise<EndpointTask> {
  if (taskToken !== undefined) return { record: await readHeldRun(run), taskToken, at };
  throw new MonitoringError("no-task-token", `task of run "${run}": no token: must be waited for`);
}
