import { ALL_VARIANTS, type CheckName } from "../contracts/check-name.ts";
import { type PlanInput, periodsOf, type WindowRecord } from "../window/plan.ts";
import { HOUR_MILLIS, periodMillis, type Window } from "../window/window.ts";
import type { Metric } from "./metric.ts";
import { labelTotals, rejectedFraction } from "./received-labels.ts";

/**
 * The hourly gauges of an endpoint. They are put whether or not a check ran in this hour, so that the
 * alarms of a weekly check have a current point, and so that silence itself is seen.
 */
export function gaugesOf(input: PlanInput): Metric[] {
  const { endpoint } = input.definition;
  const perCheck = periodsOf(input.definition).flatMap(({ check }): Metric[] => {
    const dimensions = { Endpoint: endpoint, Check: check };
    const windows = input.history.windows.filter((record) => record.check === check);
    const age = (name: string, results: readonly WindowRecord[]): Metric => {
      const value = resultAgeMillis(input, results) / 1000;
      return { name, dimensions, unit: "Seconds", value };
    };
    return [
      age("ResultAgeSeconds", windows),
      age("ConclusiveAgeSeconds", windows.filter(isConclusive)),
      ...violatedGauge(dimensions, windows),
    ];
  });
  const captured: Metric = {
    name: "CapturedRecordCount",
    dimensions: { Endpoint: endpoint },
    unit: "Count",
    value: capturedRecordCount(input),
  };
  return [captured, ...perCheck, ...rejectedGauge(input)];
}

/** Nothing is put when no label came: the alarm of an earlier day's is over then. */
function rejectedGauge({ definition, history, nowMillis }: PlanInput): Metric[] {
  const value = rejectedFraction(labelTotals(history.labels ?? [], nowMillis));
  if (value === null) return [];
  const dimensions = { Endpoint: definition.endpoint };
  return [{ name: REJECTED_LABELS, dimensions, unit: "None", value }];
}

/** Of the labels that were received within a day, the fraction that was none. */
export const REJECTED_LABELS = "RejectedLabelFraction";

/**
 * 1 when the newest window with a conclusive result is violated for the endpoint or any variant of it,
 * 0 when not, nothing when there is no conclusive result: an inconclusive one leaves the alarm as it is.
 */
export function violatedGauge(
  dimensions: { readonly Endpoint: string; readonly Check: CheckName },
  windows: readonly WindowRecord[],
): Metric[] {
  const conclusive = windows.filter(isConclusive);
  const newestMillis = Math.max(...conclusive.map(({ window }) => window.toMillis));
  const newest = conclusive.filter(({ window }) => window.toMillis === newestMillis);
  if (newest.length === 0) return [];
  const isViolated = newest.some(({ result }) => result?.outcome.outcome === "violated");
  return [{ name: "Violated", dimensions, unit: "None", value: isViolated ? 1 : 0 }];
}

function isConclusive({ result }: WindowRecord): boolean {
  return result !== undefined && result.outcome.outcome !== "inconclusive";
}

/** Since the end of the newest window with a result; without one, since the monitor was defined. */
function resultAgeMillis(
  { history, nowMillis }: PlanInput,
  windows: readonly WindowRecord[],
): number {
  const ends = windows
    .filter(({ variant, result }) => variant === ALL_VARIANTS && result !== undefined)
    .map(({ window }) => window.toMillis);
  const sinceMillis = ends.length > 0 ? Math.max(...ends) : history.definedAtMillis;
  return Math.max(0, nowMillis - sinceMillis);
}

/** Records of the last whole hours that the definition allows an endpoint to be silent for. */
function capturedRecordCount({
  definition,
  history,
  nowMillis,
  watermarkMillis,
}: PlanInput): number {
  const quietMillis = silentMillis(definition);
  const endMillis = Math.floor((nowMillis - watermarkMillis) / HOUR_MILLIS) * HOUR_MILLIS;
  const window: Window = { fromMillis: endMillis - quietMillis, toMillis: endMillis };
  return history.hours
    .filter(({ hourMillis }) => hourMillis >= window.fromMillis && hourMillis < window.toMillis)
    .reduce((sum, { recordCount }) => sum + recordCount, 0);
}

export function silentMillis(definition: PlanInput["definition"]): number {
  return periodMillis(silentAfter(definition));
}

/** How long an endpoint may capture nothing: as its definition says, or one period of its check. */
export function silentAfter({ alarms, checks }: PlanInput["definition"]): string {
  return alarms.silentAfter ?? checks.dataQuality.every;
}
