import type { SimulatorContext } from "./context.ts";
import { advanceGuardrails } from "./guardrails/advance-guardrails.ts";
import { advanceJobs } from "./jobs/advance-jobs.ts";
import { trainingJobs } from "./jobs/training-work.ts";
import { transformJobs } from "./jobs/transform-work.ts";
import { advanceExecutions } from "./pipelines/run-executions.ts";
import { settleEndpoints } from "./transitions.ts";

const settling = new WeakMap<SimulatorContext, Promise<void>>();

/** Completes every change whose time has come. Calls wait for each other, so none is made twice. */
export function settle(context: SimulatorContext): Promise<void> {
  const previous = settling.get(context) ?? Promise.resolve();
  const next = previous.then(() => settleDue(context));
  settling.set(
    context,
    next.catch(() => undefined),
  );
  return next;
}

async function settleDue(context: SimulatorContext): Promise<void> {
  await advanceGuardrails(context);
  await settleEndpoints(context);
  await advanceJobs(context, trainingJobs);
  await advanceJobs(context, transformJobs);
  advanceExecutions(context);
}
