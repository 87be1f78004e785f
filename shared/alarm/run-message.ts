import type { RunOutcome } from "../contracts/self-healing/run.ts";
import type { ReviewRequested, RunProgressed } from "../contracts/self-healing/run-events.ts";
import type { TeamMessage } from "./message.ts";
import { asSubject, paragraphs } from "./message-text.ts";

/** What is known of a run when its news are told. */
export interface RunContext {
  /** The number of its version; null before it is registered. */
  readonly version: string | null;
  /** Where the comparison of both models lies; null when none was made. */
  readonly reportUri: string | null;
  /** The page of the approval that is asked for; null otherwise. */
  readonly link: string | null;
}

type News = Exclude<RunProgressed["stage"], "ended"> | RunOutcome;

/** What a run's news say in the subject; `#` is the version. */
const TITLES: Readonly<Record<News, string>> = {
  started: "retraining has started",
  "approval-requested": "# awaits your approval",
  "approval-reminder": "# still awaits your approval",
  "canary-started": "# takes its first traffic",
  "canary-held": "the canary of # needs you",
  promoted: "# is promoted",
  "no-data": "not retrained, too little labelled data",
  "training-failed": "not retrained, the training failed",
  "evaluation-failed": "not retrained, the new model could not be compared",
  "not-better": "the new model is not better",
  rejected: "# was rejected",
  expired: "nobody decided about #",
  "rolled-back": "# was rolled back",
  failed: "retraining broke off",
};

const CHAMPION_STAYS = "The champion goes on serving; nothing is to be done about traffic.";

/** What to do about it. */
const ADVICE: Readonly<Record<News, readonly string[]>> = {
  started: ["Nothing yet: the next message tells whether the new model is better."],
  "approval-requested": [
    "Open the link, look at the evidence, and decide there. To open it decides nothing.",
    "Or decide in the model registry, or by `plumbline approve <run>` or `plumbline reject <run>`.",
    "Do not forward the link: whoever has it can decide.",
  ],
  "approval-reminder": [
    "Open the link, or use `plumbline approve <run>` or `plumbline reject <run>`.",
    "If nobody decides it counts as rejected, and the champion goes on serving.",
  ],
  "canary-started": ["Nothing: it is judged every few minutes, and goes back if it does harm."],
  "canary-held": [
    "Send it more requests: it is judged as soon as it has enough.",
    "Or decide: `plumbline canary <run> promote` or `plumbline canary <run> roll-back`.",
  ],
  promoted: [
    "Nothing: its windows are compared with the baseline of this version from now on.",
    "If it does harm after all, reject it in the model registry: the version before comes back.",
  ],
  "no-data": [
    CHAMPION_STAYS,
    "Send more labels, or lengthen retraining.data.window in the definition.",
  ],
  "training-failed": [
    CHAMPION_STAYS,
    "Read the training job's log, repair it, and retrain by hand.",
  ],
  "evaluation-failed": [
    CHAMPION_STAYS,
    "Read the reason above and the report; then retrain by hand.",
  ],
  "not-better": [
    CHAMPION_STAYS,
    "More or newer labels may help; a feature that changed its meaning is repaired at its source.",
  ],
  rejected: [CHAMPION_STAYS],
  expired: [CHAMPION_STAYS, "Retrain by hand with `plumbline retrain <endpoint>` if you want it."],
  "rolled-back": [
    "The champion has all traffic again, and that was read back.",
    "Look at the reason above before you retrain: the same data give the same model.",
  ],
  failed: [CHAMPION_STAYS, "Read the reason above and the execution's history."],
};

/** The message that news of a run become. */
export function runMessage(progressed: RunProgressed, context: RunContext): TeamMessage {
  const { run, endpoint, stage, outcome, reason } = progressed;
  const { version, reportUri, link } = context;
  const news: News = stage === "ended" ? (outcome ?? "failed") : stage;
  const what = version === null ? "the new model" : `version ${version}`;
  const subject = `${endpoint}: ${TITLES[news].replace("#", what)}`;
  const filled = (line: string) => line.replace(/<run>/g, run).replace("<endpoint>", endpoint);
  return {
    endpoint,
    subject: asSubject(subject),
    text: paragraphs([
      [`${subject}.`, `${reason}.`],
      ...(link === null ? [] : [[`Decide here: ${link}`]]),
      ["What to do next:", ...ADVICE[news].map((line) => `- ${filled(line)}`)],
      [
        ...(reportUri === null ? [] : [`Report: ${reportUri}`]),
        `Run: ${run}`,
        `Every decision of it: plumbline explain ${run}`,
      ],
    ]),
  };
}

/** The message that asks people whether to retrain. */
export function reviewMessage(asked: ReviewRequested, link: string): TeamMessage {
  const { endpoint, incident, causes, reason, question } = asked;
  const subject = `${endpoint}: retrain the model?`;
  return {
    endpoint,
    subject: asSubject(subject),
    text: paragraphs([
      [`${subject} ${causes.map((cause) => cause.replaceAll("-", " ")).join(", ")}.`, `${reason}.`],
      [`Start or dismiss it here, until ${question.openUntil}: ${link}`],
      [
        "What to do next:",
        "- Look at the reports of the alarms first: a broken feed is repaired at its source.",
        "- Open the link and answer there. To open it answers nothing.",
        `- Or start it by \`plumbline retrain ${endpoint}\`.`,
        "- Do not forward the link: whoever has it can answer.",
      ],
      [`Incident: ${incident}`],
    ]),
  };
}
