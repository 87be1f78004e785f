// An alarm changes, an hour is over or a person asks → nothing, a question to people, or a run.
import { eventHandler } from "../../shared/aws/handlers.ts";
import { decideAll } from "../../shared/aws/self-healing/decide-all.ts";
import { retrainingEvent } from "../../shared/contracts/self-healing/retraining-event.ts";

/**
 * Told twice it decides twice: what it finds the second time is the run that the first has started. As long
 * as an incident is open it decides again each hour, so that none is forgotten after its cooldown.
 *
 * @returns the decisions by endpoint, for a caller who waits for them
 */
export const handler = eventHandler(retrainingEvent, decideAll);
