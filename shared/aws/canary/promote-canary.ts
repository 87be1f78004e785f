import type * as z from "zod/mini";
import type { EndpointValue, promotionTask } from "../../contracts/self-healing/tasks.ts";
import { cleanUp, giveAllTraffic, recordDeployment, scaleCandidate } from "./promote.ts";
import { waitingTask } from "./start-canary.ts";

/**
 * One step from a canary to the champion.
 *
 * @returns what came of it; null while the endpoint is waited for
 */
export async function promoteCanary(
  task: z.infer<typeof promotionTask>,
): Promise<EndpointValue | null> {
  const { run, at, action } = task;
  if (action === "record-deployment") return await recordDeployment(run, at);
  const waiting = await waitingTask(task);
  switch (action) {
    case "scale-candidate":
      return await scaleCandidate(waiting);
    case "shift-traffic":
      return await giveAllTraffic(waiting);
    case "clean-up":
      return await cleanUp(waiting);
  }
}
