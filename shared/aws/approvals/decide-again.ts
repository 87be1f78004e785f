import type { RetrainingDecision } from "../../retrain/decide.ts";
import { callFunction } from "../functions.ts";
import { stageText } from "../stage.ts";

/** Has decide-retraining look at an endpoint whose people have answered; one sentence of what it came to. */
export async function decideAgain(endpoint: string, time: string): Promise<string> {
  const event = { endpoint, time };
  const decisions = await callFunction(stageText("stage"), "decide-retraining", event);
  const decision = (decisions as Readonly<Record<string, RetrainingDecision | null>>)[endpoint];
  if (!decision) return "The endpoint has no definition that holds: nothing follows.";
  const { start, reason, retryAt } = decision;
  if (start !== undefined) return `Run ${start.run} has started. A message tells how it goes on.`;
  const later = retryAt === undefined ? "" : ` It is looked at again after ${retryAt}.`;
  return `No run has started: ${reason}.${later}`;
}
