import { reviewQuestion } from "../../approval/review.ts";
import type { MonitorDefinition } from "../../contracts/monitor-definition.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { s3Uri } from "../../contracts/s3-uri.ts";
import type { AuditInput } from "../../contracts/self-healing/audit-record.ts";
import type { Incident } from "../../contracts/self-healing/incident.ts";
import { REVIEW_REQUESTED, type ReviewRequested } from "../../contracts/self-healing/run-events.ts";
import { monitorKey } from "../../contracts/storage-keys.ts";
import {
  decideRetraining,
  type RetrainingDecision,
  type RetrainingInput,
} from "../../retrain/decide.ts";
import { incidentId } from "../../retrain/run-id.ts";
import { HOUR_MILLIS, periodMillis } from "../../window/window.ts";
import { noteAnswer } from "../approvals/review-answers.ts";
import { storeReview } from "../approvals/review-records.ts";
import { readServedModel } from "../deployments.ts";
import { readLabelledHours } from "../label-hours.ts";
import { findMonitor } from "../monitors.ts";
import { putOwnEvents } from "../own-events.ts";
import { stageText } from "../stage.ts";
import { readAlarmEvidence } from "./alarm-evidence.ts";
import { putAudit } from "./audit.ts";
import { readLock } from "./endpoint-lock.ts";
import { findOpenIncident, noteAsked } from "./incidents.ts";
import { findRun, listRuns } from "./runs.ts";
import { startRun } from "./start-run.ts";

/** Who decided, but for what a person asked for. */
const BY = "decide-retraining";

export interface RetrainingQuestion {
  readonly endpoint: string;
  /** The time of the event that asks. */
  readonly nowMillis: number;
  readonly request?: RetrainingInput["request"];
}

/**
 * Decides whether an endpoint's model is retrained, notes it, and does it: starts a run, or has people
 * asked. Asked a second time after it died on the way, it comes to the same run.
 *
 * @returns null when the endpoint has no definition that holds
 */
export async function decideAndAct(
  question: RetrainingQuestion,
): Promise<RetrainingDecision | null> {
  const { endpoint, nowMillis, request } = question;
  const monitor = await findMonitor(endpoint);
  if (monitor === null || monitor.content instanceof MonitoringError) return null;
  const definition = monitor.content;
  const incident = await noteAnswer(await findOpenIncident(endpoint));
  const decision = decideRetraining(await readInput(question, definition, incident));
  const input = { key: s3Uri({ bucket: stageText("bucket"), key: monitorKey(endpoint) }) };
  const inputs = [{ ...input, hash: `etag:${monitor.etag}` }, ...(await inputsOf(incident))];
  const decided: Decided = { ...question, definition, incident, decision, inputs };
  if (decision.start !== undefined) return await start(decided, monitor.etag);
  if (decision.decision === "review" && incident !== null) await askPeople(incident, decided);
  const about = incident?.incident ?? incidentId(endpoint, "requested", request?.id ?? "");
  await note(decided, decision, about, nowMillis);
  return decision;
}

interface Decided extends RetrainingQuestion {
  readonly definition: MonitorDefinition;
  readonly incident: Incident | null;
  readonly decision: RetrainingDecision;
  readonly inputs: readonly AuditInput[];
}

async function readInput(
  { endpoint, nowMillis, request }: RetrainingQuestion,
  definition: MonitorDefinition,
  incident: Incident | null,
): Promise<RetrainingInput> {
  const [runs, lockHolder, labelledRowCount] = await Promise.all([
    listRuns(endpoint, ""),
    readLockHolder(endpoint),
    countLabelled(definition, nowMillis),
  ]);
  return {
    ...{ definition, nowMillis, incident, runs, lockHolder, labelledRowCount },
    ...(request === undefined ? {} : { request }),
  };
}

/** A lock whose run has no record was left by a start that broke off: that is for startRun to judge. */
async function readLockHolder(endpoint: string): Promise<string | null> {
  const holder = (await readLock(endpoint))?.run ?? null;
  return holder === null || (await findRun(holder)) === null ? null : holder;
}

/** At most so many labelled rows are in the data window; null when no labels were ever counted. */
async function countLabelled(
  { endpoint, retraining }: MonitorDefinition,
  nowMillis: number,
): Promise<number | null> {
  if (retraining === undefined) return null;
  const hours = await readLabelledHours(endpoint, 0);
  if (hours.length === 0) return null;
  const fromMillis = nowMillis - periodMillis(retraining.data.window);
  // A label comes after its inference: what came before the window is about nothing in it.
  const recent = hours.filter(({ hourMillis }) => hourMillis + HOUR_MILLIS > fromMillis);
  return recent.reduce((sum, { acceptedCount }) => sum + acceptedCount, 0);
}

/** The results that raised the incident's open alarms. */
async function inputsOf(incident: Incident | null): Promise<AuditInput[]> {
  const open = Object.entries(incident?.alarms ?? {}).filter(([, { state }]) => state === "ALARM");
  const evidence = await Promise.all(open.map(([alarm]) => readAlarmEvidence(alarm)));
  return evidence.flatMap((found) => (found === null ? [] : [found.input]));
}

async function start(decided: Decided, definitionEtag: string): Promise<RetrainingDecision> {
  const { endpoint, nowMillis, request, definition, decision, inputs } = decided;
  const { seen, reason } = decision;
  const startedBy = request?.by ?? decided.incident?.review?.by ?? BY;
  const startedAt = new Date(nowMillis).toISOString();
  const champion = await readServedModel(definition);
  const record = {
    ...{ endpoint, ...decision.start!, reason, startedBy, startedAt },
    ...{ definition, definitionEtag, champion },
  };
  const started = await startRun({ record, decision: { seen, inputs } }, nowMillis);
  if (started.outcome !== "busy") return decision;
  const { start: _refused, ...refused } = decision;
  const busy: RetrainingDecision = {
    ...refused,
    ...{ decision: "nothing", rule: "run-open", reason: `run ${started.holder} is being started` },
  };
  await note(decided, busy, record.incident, nowMillis);
  return busy;
}

/** Asked first, then noted: whoever dies in between asks twice, and never not at all. */
async function askPeople(incident: Incident, decided: Decided): Promise<void> {
  const { definition, decision, nowMillis } = decided;
  const { causes, reason } = decision;
  const { endpoint } = incident;
  const { reviewId, openUntil } = await storeReview(
    reviewQuestion(incident, { ...{ causes, reason, nowMillis }, ...definition.approval }),
  );
  const asked: ReviewRequested = {
    ...{ endpoint, incident: incident.incident, causes: [...causes], reason },
    question: { id: reviewId, openUntil },
  };
  await putOwnEvents(REVIEW_REQUESTED, [asked]);
  await noteAsked(incident, causes);
}

/** A decision that starts no run is kept with its incident. */
async function note(
  { endpoint, request, inputs }: Decided,
  { decision, rule, reason, seen }: RetrainingDecision,
  about: string,
  nowMillis: number,
): Promise<void> {
  const at = new Date(nowMillis).toISOString();
  await putAudit({
    ...{ run: about, endpoint, step: `decide-retraining.${at}`, at, by: request?.by ?? BY },
    ...{ decision, reason, seen: { ...seen, rule }, inputs },
  });
}
