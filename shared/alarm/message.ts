import type { AlarmMessage } from "../contracts/alarm-message.ts";
import type { FeatureCheck } from "../contracts/check-result.ts";
import type { AnyCheckResult } from "../contracts/quality-result.ts";
import { countText } from "../quality/metric-text.ts";
import type { WindowRecord } from "../window/plan.ts";
import { isoWindow } from "../window/plan.ts";
import { ADVICE, TITLES } from "./advice.ts";
import { type AlarmName, parseAlarmName } from "./alarms.ts";
import { asSubject, paragraphs } from "./message-text.ts";
import { measuredLines, worstMetrics } from "./quality-message.ts";
import { type LabelTotals, RECEIVED_HOURS } from "./received-labels.ts";
import type { OtherWindows } from "./violated-since.ts";

/** What people get; `endpoint` is the attribute that subscriptions are filtered by. */
export interface TeamMessage {
  readonly endpoint: string;
  /** One line of at most 100 ASCII characters, as SNS asks of subjects. */
  readonly subject: string;
  readonly text: string;
}

/** The attribute of messages that concern the stack as a whole; every address gets them. */
export const STACK = "_stack";

/** What is known of an endpoint when its alarm is told. */
export interface AlarmContext {
  /** The newest result of the alarm's check that is violated. */
  readonly latest?: {
    readonly record: WindowRecord;
    readonly result: AnyCheckResult;
    readonly reportUri: string;
  };
  /** Where the unbroken run of violated windows begins that ends with it, ISO 8601. */
  readonly violatedSince?: string;
  /** What else is known of the check's windows, violated or not known yet. */
  readonly others?: OtherWindows;
  /** Of labels, what was received within the last day. */
  readonly received?: LabelTotals;
  /** End of a newer window that passed since, ISO 8601. */
  readonly passedAt?: string;
  /** The newest result of the alarm's check, when it is inconclusive. */
  readonly inconclusive?: WindowRecord;
}

const WORST_FEATURES = 5;

/**
 * The message that an alarm becomes, known or not; null for the first word of a new alarm that nothing
 * is wrong.
 */
export function teamMessage(alarm: AlarmMessage, context: AlarmContext): TeamMessage | null {
  if (alarm.NewStateValue !== "ALARM" && alarm.OldStateValue === "INSUFFICIENT_DATA") return null;
  const name = parseAlarmName(alarm.AlarmName);
  if (name === null) return stackMessage(alarm);
  const title = TITLES[name.kind];
  const subject = `${name.endpoint}: ${title}`;
  if (alarm.NewStateValue !== "ALARM") return overMessage(alarm, name, subject);
  return {
    endpoint: name.endpoint,
    subject: asSubject(subject),
    text: paragraphs([
      [`${subject}.`, whatIsWrong(alarm, name)],
      ...(isOfResult(name) ? violationParagraphs(context) : []),
      ...receivedParagraphs(context),
      ...(name.kind === "inconclusive" ? reasonParagraphs(context) : []),
      ["What to do next:", ...ADVICE[name.kind].map((line) => `- ${withName(line, name)}`)],
      footer(alarm),
    ]),
  };
}

/** Whether the alarm tells of a check's result, rather than of silence or of the endpoint itself. */
function isOfResult({ kind }: AlarmName): boolean {
  return kind === "data-quality" || kind === "model-quality";
}

function whatIsWrong(alarm: AlarmMessage, name: AlarmName): string {
  const of = name.variant === undefined ? "" : ` Variant: ${name.variant}.`;
  const what = alarm.AlarmDescription ?? "";
  return `${what}${of} In alarm since ${alarm.StateChangeTime}.`.trim();
}

function violationParagraphs(context: AlarmContext): string[][] {
  const { latest, violatedSince, passedAt } = context;
  if (latest === undefined) {
    return [["No violated result could be read; look at the reports of the endpoint."]];
  }
  const { result, record, reportUri } = latest;
  const { from, to } = isoWindow(record.window);
  const revision = record.result?.revision ?? 1;
  return [
    [
      `Window: ${from} to ${to}, variant ${record.variant}, revision ${revision}.`,
      ...(violatedSince ? [`Violated in every window since ${violatedSince}.`] : []),
      ...otherLines(context.others),
      ...(passedAt ? [`The window that ended at ${passedAt} passed again.`] : []),
      ...(result.check === "model-quality"
        ? measuredLines(result)
        : [
            `Rows: ${result.rowCount}. Violations: ${result.violationCount}. ` +
              `Violated features: ${result.violatedFeatureCount}.`,
          ]),
    ],
    result.check === "model-quality"
      ? ["Violated metrics:", ...worstMetrics(result).map((line) => `- ${line}`)]
      : ["Worst features:", ...worstFeatures(result.checks).map((line) => `- ${line}`)],
    [`Report: ${reportUri}`],
  ];
}

/** An alarm is told when the first of many windows is violated: which comes next is not known then. */
function otherLines(others: AlarmContext["others"]): string[] {
  const { alsoViolatedCount = 0, unfinishedCount = 0 } = others ?? {};
  const are = (count: number, what: string) =>
    count === 1 ? `1 ${what} window is` : `${count} ${what} windows are`;
  return [
    ...(alsoViolatedCount === 0
      ? []
      : [`It is the newest of ${alsoViolatedCount + 1} violated windows in a row.`]),
    ...(unfinishedCount === 0
      ? []
      : [
          `${are(unfinishedCount, "newer")} being checked just now: look at the reports of those, too.`,
        ]),
  ];
}

function reasonParagraphs({ inconclusive }: AlarmContext): string[][] {
  const outcome = inconclusive?.result?.outcome;
  if (inconclusive === undefined || outcome?.outcome !== "inconclusive") return [];
  const { from, to } = isoWindow(inconclusive.window);
  return [[`Newest window: ${from} to ${to}.`, `${outcome.reason}: ${outcome.explanation}.`]];
}

function receivedParagraphs({ received }: AlarmContext): string[][] {
  if (received === undefined) return [];
  const { acceptedCount, duplicateCount, rejectedCount } = received;
  const counts = `${countText(acceptedCount)} accepted, ${countText(duplicateCount)} known already`;
  return [[`Labels of ${RECEIVED_HOURS} hours: ${countText(rejectedCount)} rejected, ${counts}.`]];
}

/** The violated features, greatest excess over their threshold first, each with its numbers. */
export function worstFeatures(checks: readonly FeatureCheck[]): string[] {
  const violated = checks.filter(({ outcome }) => outcome === "violated");
  const lines = [...violated].sort(byExcess).map(describeCheck);
  const rest = lines.length - WORST_FEATURES;
  return rest > 0 ? [...lines.slice(0, WORST_FEATURES), `and ${rest} more`] : lines;
}

function byExcess(a: FeatureCheck, b: FeatureCheck): number {
  const order = excess(b) - excess(a);
  if (order !== 0) return order;
  return a.feature < b.feature ? -1 : a.feature > b.feature ? 1 : 0;
}

function excess({ observed, threshold }: FeatureCheck): number {
  // A check without numbers, such as a missing column, concerns more than one feature.
  if (observed === null || threshold === null) return Number.MAX_VALUE;
  return Math.abs(observed - threshold);
}

function describeCheck({ feature, check, observed, threshold, explanation }: FeatureCheck): string {
  const numbers =
    observed === null || threshold === null
      ? (explanation ?? "")
      : `${rounded(observed)} against ${rounded(threshold)}`;
  return `${feature}: ${check}${numbers === "" ? "" : `, ${numbers}`}`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function overMessage(alarm: AlarmMessage, name: AlarmName, subject: string): TeamMessage {
  const isOver = alarm.NewStateValue === "OK";
  const state = isOver ? "over" : "cannot be told";
  const line = isOver
    ? `No longer true since ${alarm.StateChangeTime}: ${subject}.`
    : `Not enough data since ${alarm.StateChangeTime} to tell: ${subject}.`;
  return {
    endpoint: name.endpoint,
    subject: asSubject(`${state === "over" ? "Over" : "Unknown"}: ${subject}`),
    text: paragraphs([[line], footer(alarm)]),
  };
}

/** A dead-letter queue, or an alarm that someone else sends to our topic. */
function stackMessage(alarm: AlarmMessage): TeamMessage {
  const isOver = alarm.NewStateValue !== "ALARM";
  const queue = alarm.Trigger?.Dimensions?.find(({ name }) => name === "QueueName")?.value;
  const what = [alarm.AlarmDescription ?? "", `State: ${alarm.NewStateValue}.`].join(" ").trim();
  const advice =
    queue === undefined
      ? "This alarm is none of an endpoint's monitor; its description says whose it is."
      : `Messages wait in ${queue}. Read the function's log for the reason, repair it, then move ` +
        "them back with StartMessageMoveTask.";
  return {
    endpoint: STACK,
    subject: asSubject(`${isOver ? "Over: " : ""}${alarm.AlarmName}`),
    text: paragraphs([
      [`${alarm.AlarmName}: ${what}`, `Since ${alarm.StateChangeTime}.`],
      ...(isOver ? [] : [["What to do next:", `- ${advice}`]]),
      footer(alarm),
    ]),
  };
}

function footer(alarm: AlarmMessage): string[] {
  return [`Alarm: ${alarm.AlarmName}`, `CloudWatch says: ${alarm.NewStateReason}`];
}

function withName(line: string, { endpoint }: AlarmName): string {
  return line.replaceAll("<endpoint>", endpoint);
}
