// A canary does harm, a run broke off, an endpoint changed, every few minutes → the champion serves alone.
import { rollBackCanaries } from "../../shared/aws/canary/roll-back-canaries.ts";
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { rollBackOccasion } from "../../shared/contracts/self-healing/roll-back-occasion.ts";

/**
 * Each step follows from how the endpoint is, so it may be called twice, late and by several at once. It
 * needs no state machine: whoever noticed, it goes on until it is read back.
 */
export const handler = eventHandler(rollBackOccasion, async (occasion) => {
  const rollBacks = await rollBackCanaries(occasion);
  if (rollBacks.length > 0) logger.info("rolling back", { occasion: occasion.kind, rollBacks });
});
