// A window's quality is to be checked → whether one function joins it, or several, each a partition.
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { type JoinPlan, planJoin } from "../../shared/aws/joins/plan-join.ts";
import { askQuality } from "../../shared/aws/model-quality-checks.ts";
import { findDefinition } from "../../shared/aws/monitors.ts";
import { checkDue } from "../../shared/contracts/check-due.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import type { TaskValue } from "../../shared/contracts/self-healing/tasks.ts";

/**
 * What it lists is kept under a name made of the list, so a repeated call disturbs no join that has begun.
 */
export const handler = eventHandler(
  checkDue,
  async ({ time, detail: due }): Promise<JoinPlan | TaskValue<"not-defined">> => {
    const definition = await findDefinition(due.endpoint);
    if (definition instanceof MonitoringError) {
      return { outcome: "not-defined", reason: definition.message };
    }
    const asked = askQuality(due, definition, Date.parse(due.plannedAt ?? time));
    if (asked === null) {
      return { outcome: "not-defined", reason: "the definition has no checks.modelQuality" };
    }
    const plan = await planJoin(asked);
    const { outcome, reason, join } = plan;
    logger.info("planned", { ...due, outcome, reason, join });
    return plan;
  },
);
