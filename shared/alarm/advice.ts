import type { AlarmKind } from "./alarms.ts";

/** What an alarm says in the subject of its message. */
export const TITLES: Readonly<Record<AlarmKind, string>> = {
  "data-quality": "data quality violated",
  "not-run": "the monitor did not run",
  "model-quality": "model quality violated",
  "model-quality-not-run": "model quality was not checked",
  inconclusive: "the checks say nothing",
  "nothing-captured": "nothing was captured",
  "rejected-labels": "labels are rejected",
  "server-errors": "the endpoint answers with errors",
  latency: "the endpoint is slow",
};

/** What to do about it. */
export const ADVICE: Readonly<Record<AlarmKind, readonly string[]>> = {
  "data-quality": [
    "Open the report and look at the features above: did a producer change a unit, a type or a default?",
    "A broken feed is repaired at its source.",
    "Real change of the world asks for a new model, and then a new baseline.",
  ],
  "not-run": [
    "Look for errors in the logs of plan-checks and of the check, and in their dead-letter queues.",
    "Read status/<endpoint>.json: a definition that does not validate is not monitored.",
  ],
  "model-quality": [
    "Open the report: which of the two kinds of error grew, and do the labels so far stand for all?",
    "Look at the data-quality report of the same days: a broken feed is repaired at its source.",
    "If the features are sound, what they mean has changed: train a new model on recent labels.",
  ],
  "model-quality-not-run": [
    "Look for errors in the log of check-model-quality, and in its dead-letter queue.",
    "Read status/<endpoint>.json: a definition that does not validate is not monitored.",
  ],
  inconclusive: [
    "Repair what the reason above names; the endpoint is not watched until then.",
    "If there is too little traffic, lengthen checks.dataQuality.every in the definition.",
  ],
  "nothing-captured": [
    "If there is traffic, run `plumbline capture show <endpoint>`: capture may be off.",
    "Capture also stops by itself when the disk of an instance is nearly full.",
    "If no traffic is expected for this long, raise alarms.silentAfter in the definition.",
  ],
  "rejected-labels": [
    "Of files, read quarantine/<endpoint>/_labels/: it holds the lines that were rejected, and why.",
    "Of requests, read the answers: each names the labels that were rejected, and why.",
    "Send those labels again once they are right: what was accepted is known, and counts once.",
  ],
  "server-errors": [
    "Read the logs of the variant's container, and compare with the time of the last deployment.",
    "If a new model caused it, give its traffic back to the one before.",
  ],
  latency: [
    "Compare with Invocations and CPUUtilization of the variant: more load, or a slower model?",
    "If the load is as expected, raise alarms.latencyMillis in the definition.",
  ],
};
