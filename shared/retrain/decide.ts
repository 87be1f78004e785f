import { durationMillis } from "../contracts/duration.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import type { RetrainingDefinition } from "../contracts/retraining-definition.ts";
import type { Incident, IncidentCause } from "../contracts/self-healing/incident.ts";
import type { RunCause, RunRecord } from "../contracts/self-healing/run.ts";
import { judgeIncident } from "./judge-incident.ts";
import { incidentId, runId } from "./run-id.ts";

export interface RetrainingInput {
  readonly definition: Pick<MonitorDefinition, "endpoint" | "retraining">;
  /** The time of the event that asks. */
  readonly nowMillis: number;
  /** The endpoint's open incident; null when there is none. */
  readonly incident: Incident | null;
  /** A person's command to retrain now. */
  readonly request?: { readonly id: string; readonly by: string };
  /** The endpoint's runs of the last 30 days, the newest one however old it is, and those of the incident. */
  readonly runs: readonly PastRun[];
  /** The run that has the endpoint's lock. */
  readonly lockHolder: string | null;
  /** Labelled rows in the data window; null when nobody counted. */
  readonly labelledRowCount: number | null;
}

export type PastRun = Pick<RunRecord, "run" | "incident" | "attempt" | "startedAt" | "ended">;

/** Which rule decided; the names are stable: messages, metrics and tests key on them. */
export type DecisionRule =
  | "not-configured"
  | "run-open"
  | "no-incident"
  | "feed-broken"
  | "not-about-the-model"
  | "switched-off"
  | "dismissed"
  | "already-asked"
  | "measured-before-promotion"
  | "too-few-labels"
  | "budget-spent"
  | "cooling-down"
  | "review-wanted"
  | "drift-alone"
  | "review-started"
  | "loss-measured"
  | "loss-estimated"
  | "requested";

export interface RetrainingDecision {
  readonly decision: "nothing" | "review" | "retrain";
  readonly rule: DecisionRule;
  /** One sentence with the numbers in it. */
  readonly reason: string;
  /** What the incident is about, gravest first. */
  readonly causes: readonly IncidentCause[];
  /** The run to start, of a decision to retrain. */
  readonly start?: {
    readonly run: string;
    readonly incident: string;
    readonly attempt: number;
    readonly cause: RunCause;
  };
  /** When a decision that was only put off can be another, ISO 8601. */
  readonly retryAt?: string;
  /** For the audit. */
  readonly seen: Readonly<Record<string, number | string | boolean | null>>;
}

/** What a rule comes to; null when it lets the next one decide. */
export interface Ruling {
  readonly decision: RetrainingDecision["decision"];
  readonly rule: DecisionRule;
  readonly reason: string;
  readonly cause?: RunCause;
  readonly retryAtMillis?: number;
}

/**
 * Whether to retrain, ask a person, or leave the model as it is.
 *
 * Total: each input has a decision and the rule that made it. A broken feed never retrains, drift alone
 * only asks, and while a run is open there is never a second one.
 */
export function decideRetraining(input: RetrainingInput): RetrainingDecision {
  const { definition, incident, runs, lockHolder, labelledRowCount } = input;
  const { causes, ...ruling } = ruledBy(input);
  const { decision, rule, reason, cause, retryAtMillis } = ruling;
  return {
    decision,
    rule,
    reason,
    causes,
    ...(decision === "retrain" ? { start: startOf(input, cause ?? "requested") } : {}),
    ...(retryAtMillis === undefined ? {} : { retryAt: new Date(retryAtMillis).toISOString() }),
    seen: {
      mode: definition.retraining?.mode ?? null,
      incident: incident?.incident ?? null,
      causes: causes.join(" "),
      requestedBy: input.request?.by ?? null,
      review: incident?.review?.decision ?? null,
      lockHolder,
      runCount: runs.length,
      newestRun: newestOf(runs)?.run ?? null,
      labelledRowCount,
    },
  };
}

function ruledBy(input: RetrainingInput): Ruling & { causes: readonly IncidentCause[] } {
  const { definition, incident, request } = input;
  const { retraining } = definition;
  const judged = judgeIncident(incident, input);
  const { causes } = judged;
  const isTrainable = retraining?.trainingJob !== undefined || retraining?.pipeline !== undefined;
  if (retraining === undefined || !isTrainable) {
    const reason = "the definition has no training job and no pipeline";
    return { decision: "nothing", rule: "not-configured", reason, causes };
  }
  const open = openRun(input);
  if (open !== null) return { ...open, causes };
  const wish: Ruling =
    request === undefined
      ? judged.ruling
      : {
          decision: "retrain",
          rule: "requested",
          reason: `${request.by} asked for it`,
          cause: "requested",
        };
  if (wish.decision !== "retrain") return { ...wish, causes };
  return { ...(withheld(input, retraining) ?? wish), causes };
}

function openRun({ runs, lockHolder }: RetrainingInput): Ruling | null {
  const open = runs.find(({ ended }) => ended === undefined)?.run ?? lockHolder;
  if (open === null) return null;
  return { decision: "nothing", rule: "run-open", reason: `run ${open} has not ended` };
}

const DAY_MILLIS = 86_400_000;
const BUDGET_DAYS = 30;

/** What keeps a run from starting that is wanted: too few labels, no budget, or too soon a time. */
function withheld(input: RetrainingInput, retraining: RetrainingDefinition): Ruling | null {
  const { runs, nowMillis, labelledRowCount, request } = input;
  const { data, runsPerMonth, cooldown } = retraining;
  const withhold = (rule: DecisionRule, reason: string, retryAtMillis?: number): Ruling => ({
    decision: "nothing",
    rule,
    reason,
    ...(retryAtMillis === undefined ? {} : { retryAtMillis }),
  });
  if (labelledRowCount !== null && labelledRowCount < data.minimumRows) {
    const rows = `${labelledRowCount} labelled rows in the last ${data.window}`;
    return withhold("too-few-labels", `${rows}: at least ${data.minimumRows} are needed`);
  }
  const starts = runs
    .map(({ startedAt }) => Date.parse(startedAt))
    .filter((millis) => millis > nowMillis - BUDGET_DAYS * DAY_MILLIS)
    .sort((a, b) => b - a);
  if (starts.length >= runsPerMonth) {
    const count = `${starts.length} runs began in the last ${BUDGET_DAYS} days`;
    // It fits again when so many have left the 30 days that fewer than the budget are left in them.
    const last = starts[runsPerMonth - 1];
    const retryAt = last === undefined ? undefined : last + BUDGET_DAYS * DAY_MILLIS;
    return withhold("budget-spent", `${count}: at most ${runsPerMonth} may`, retryAt);
  }
  const newest = newestOf(runs);
  const coolAtMillis =
    newest === undefined ? 0 : Date.parse(newest.startedAt) + durationMillis(cooldown);
  // A person who asks for a run has seen what came of the last one.
  if (newest === undefined || request !== undefined || nowMillis >= coolAtMillis) return null;
  const began = `run ${newest.run} began at ${newest.startedAt}`;
  return withhold("cooling-down", `${began}: the next may begin ${cooldown} later`, coolAtMillis);
}

function startOf({ definition, incident, request, runs }: RetrainingInput, cause: RunCause) {
  const { endpoint } = definition;
  const id =
    request === undefined ? incident!.incident : incidentId(endpoint, "requested", request.id);
  const attempts = runs.filter((run) => run.incident === id).map(({ attempt }) => attempt);
  const attempt = Math.max(0, ...attempts) + 1;
  return { run: runId(endpoint, id, attempt), incident: id, attempt, cause };
}

function newestOf(runs: readonly PastRun[]): PastRun | undefined {
  return runs.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0];
}
