import type { Outcome } from "../contracts/outcome.ts";
import { HOUR_MILLIS, type Window } from "./window.ts";

/** How well a window's captures stand for the whole of it. */
export interface Coverage {
  readonly window: Window;
  readonly lastInferenceMillis: number | null;
  /** Capture objects that were counted into the window's hours. */
  readonly countedObjectCount: number;
  /** Of these, the ones that are in the folded profile. */
  readonly foldedObjectCount: number;
}

/**
 * The outcome of a check with what its captures leave open. A violation that was measured stands; a pass
 * over captures that end early or lack some becomes `inconclusive`.
 */
export function withCoverage(outcome: Outcome, coverage: Coverage): Outcome {
  if (outcome.outcome !== "passed") return outcome;
  return missing(coverage) ?? stale(coverage) ?? outcome;
}

function missing({ countedObjectCount, foldedObjectCount }: Coverage): Outcome | null {
  if (foldedObjectCount >= countedObjectCount) return null;
  const count = countedObjectCount - foldedObjectCount;
  return {
    outcome: "inconclusive",
    reason: "late-beyond-retention",
    explanation:
      `${count} of ${countedObjectCount} capture objects are not in the profile: they came, or ` +
      "were folded, after the profiles of single objects had expired",
  };
}

/** Captures that end before the middle of a window of several hours say little of its end. */
function stale({ window, lastInferenceMillis }: Coverage): Outcome | null {
  const lengthMillis = window.toMillis - window.fromMillis;
  const middleMillis = window.fromMillis + lengthMillis / 2;
  if (lengthMillis <= HOUR_MILLIS || lastInferenceMillis === null) return null;
  if (lastInferenceMillis >= middleMillis) return null;
  return {
    outcome: "inconclusive",
    reason: "stale-captures",
    explanation:
      `the last capture is of ${new Date(lastInferenceMillis).toISOString()}, more than half of the ` +
      `window before its end, ${new Date(window.toMillis).toISOString()}`,
  };
}
