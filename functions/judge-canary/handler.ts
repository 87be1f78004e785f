// A bake begins, every few minutes, an alarm is raised, a person decides → a verdict, once there is one.
import { beginBake } from "../../shared/aws/canary/begin-bake.ts";
import { decideBake } from "../../shared/aws/canary/judge-bake.ts";
import { judgeAll, judgeOnAlarm } from "../../shared/aws/canary/judge-canaries.ts";
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { judgeOccasion } from "../../shared/contracts/self-healing/judge-occasion.ts";

/**
 * What is measured is counted once, and a verdict that is noted stands: so the judge may look as often as
 * it likes, and be called twice.
 */
export const handler = eventHandler(judgeOccasion, async (occasion) => {
  switch (occasion.kind) {
    case "begins": {
      const { run, action, step } = occasion.task;
      await beginBake(occasion.task);
      logger.info("baking", { run, action, step });
      return null;
    }
    case "decided": {
      const value = await decideBake(occasion.decision);
      logger.info("decided", { ...occasion.decision, ...value });
      return value;
    }
    case "due":
      logger.info("judged", { canaries: await judgeAll(occasion.atMillis) });
      return null;
    case "alarms":
      for (const alarm of occasion.alarms) {
        const canaries = await judgeOnAlarm(alarm);
        logger.info("judged", { alarm: alarm.AlarmName, canaries });
      }
      return null;
  }
});
