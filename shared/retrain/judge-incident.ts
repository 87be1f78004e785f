import type { Incident, IncidentAlarm, IncidentCause } from "../contracts/self-healing/incident.ts";
import type { RunCause } from "../contracts/self-healing/run.ts";
import type { RetrainingInput, Ruling } from "./decide.ts";
import { causesOf, openCausesOf } from "./incident.ts";

/** What an incident asks for, were there neither other runs nor a budget. */
export interface JudgedIncident {
  readonly causes: readonly IncidentCause[];
  readonly ruling: Ruling;
}

const LOSSES = ["quality-loss", "estimated-quality-loss"] as const;
const ABOUT_THE_MODEL: readonly IncidentCause[] = [...LOSSES, "drift"];

export function judgeIncident(
  incident: Incident | null,
  { definition, runs }: Pick<RetrainingInput, "definition" | "runs">,
): JudgedIncident {
  if (incident === null || incident.closedAt !== undefined) {
    return { causes: [], ruling: nothing("no-incident", "no alarm of the endpoint is open") };
  }
  const open = openCausesOf(incident);
  const causes = open.length === 0 ? causesOf(incident) : open;
  const mode = definition.retraining?.mode ?? "off";
  const ruling =
    brokenFeed(incident, open) ??
    notAboutTheModel(open) ??
    (mode === "off" ? nothing("switched-off", "retraining.mode is off") : null) ??
    beforePromotion(incident, runs) ??
    reviewed(incident, open, runs) ??
    wanted(incident, open, mode);
  return { causes, ruling };
}

/** A feed that is broken, or was while the loss was measured: a model would learn the breakage. */
function brokenFeed({ alarms }: Incident, open: readonly IncidentCause[]): Ruling | null {
  if (open.includes("broken-feed")) {
    const reason =
      "a feature is missing or has changed its form: the feed is repaired, not the model";
    return nothing("feed-broken", reason);
  }
  const mends = Object.values(alarms)
    .filter(({ causes }) => causes.includes("broken-feed"))
    .map(({ since }) => since)
    .toSorted((a, b) => Date.parse(b) - Date.parse(a));
  const [mended] = mends;
  if (mended === undefined) return null;
  const losses = openAlarms(alarms).filter(({ causes }) => LOSSES.some((l) => causes.includes(l)));
  const isMeasuredSince = losses.some(
    ({ measured }) => measured !== undefined && Date.parse(measured.from) >= Date.parse(mended),
  );
  if (losses.length === 0 || isMeasuredSince) return null;
  const reason = `the feed was broken until ${mended}: no loss was measured since`;
  return nothing("feed-broken", reason);
}

function notAboutTheModel(open: readonly IncidentCause[]): Ruling | null {
  if (open.some((cause) => ABOUT_THE_MODEL.includes(cause))) return null;
  const found = open.length === 0 ? "none" : open.join(" and ");
  return nothing("not-about-the-model", `open causes: ${found}: training repairs none of them`);
}

/** What was measured of the model before says nothing about the one that serves now. */
function beforePromotion({ alarms }: Incident, runs: RetrainingInput["runs"]): Ruling | null {
  const promotions = runs.flatMap(({ ended }) => (ended?.outcome === "promoted" ? [ended.at] : []));
  const [promoted] = promotions.toSorted((a, b) => Date.parse(b) - Date.parse(a));
  if (promoted === undefined) return null;
  const relevant = openAlarms(alarms).filter(({ causes }) =>
    causes.some((cause) => ABOUT_THE_MODEL.includes(cause)),
  );
  const isNewer = ({ measured, since }: IncidentAlarm) =>
    Date.parse(measured?.to ?? since) > Date.parse(promoted);
  if (relevant.some(isNewer)) return null;
  const reason = `a model was promoted at ${promoted}: nothing was measured of it yet`;
  return nothing("measured-before-promotion", reason);
}

/**
 * What a person answered: a start is good for one run, a dismissal until a cause comes that it did not
 * know.
 */
function reviewed(
  { incident, review }: Incident,
  open: readonly IncidentCause[],
  runs: RetrainingInput["runs"],
): Ruling | null {
  if (review === undefined) return null;
  const { decision, by, at, causes } = review;
  if (decision === "start") {
    const isUsed = runs.some(
      (run) => run.incident === incident && Date.parse(run.startedAt) >= Date.parse(at),
    );
    if (isUsed) return null;
    const reason = `${by} started it at ${at}`;
    return { decision: "retrain", rule: "review-started", reason, cause: "review" };
  }
  const isKnown = modelCauses(open).every((cause) => causes.includes(cause));
  return isKnown ? nothing("dismissed", `${by} dismissed it at ${at}`) : null;
}

function wanted(
  incident: Incident,
  open: readonly IncidentCause[],
  mode: "automatic" | "review" | "off",
): Ruling {
  const loss = LOSSES.find((cause) => open.includes(cause));
  if (loss !== undefined && mode === "automatic") {
    const isMeasured = loss === "quality-loss";
    return {
      decision: "retrain",
      rule: isMeasured ? "loss-measured" : "loss-estimated",
      reason: `the quality is ${isMeasured ? "measured" : "estimated"} to be lost${spanOf(incident, loss)}`,
      cause: loss satisfies RunCause,
    };
  }
  const unasked = modelCauses(open).filter((cause) => !incident.askedAbout?.includes(cause));
  if (unasked.length === 0) {
    return nothing("already-asked", `people were asked about ${modelCauses(open).join(" and ")}`);
  }
  return loss === undefined
    ? review("drift-alone", "drift alone is no loss of quality: a person decides")
    : review("review-wanted", `retraining.mode is review${spanOf(incident, loss)}`);
}

function spanOf({ alarms }: Incident, cause: IncidentCause): string {
  const alarm = openAlarms(alarms).find(({ causes }) => causes.includes(cause));
  const { measured } = alarm ?? {};
  return measured === undefined ? "" : `, in the window ${measured.from} to ${measured.to}`;
}

const openAlarms = (alarms: Incident["alarms"]): IncidentAlarm[] =>
  Object.values(alarms).filter(({ state }) => state === "ALARM");

const modelCauses = (causes: readonly IncidentCause[]): IncidentCause[] =>
  causes.filter((cause) => ABOUT_THE_MODEL.includes(cause));

const nothing = (rule: Ruling["rule"], reason: string): Ruling => ({
  decision: "nothing",
  rule,
  reason,
});

const review = (rule: Ruling["rule"], reason: string): Ruling => ({
  decision: "review",
  rule,
  reason,
});
