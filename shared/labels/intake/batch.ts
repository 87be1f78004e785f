import { createHash } from "node:crypto";
import type { MonitorDefinition } from "../../contracts/monitor-definition.ts";
import { type Label, labelLine } from "../label.ts";
import type { Entry } from "./read-entry.ts";
import type { IntakeReason } from "./rejection.ts";

/** What a label must keep to besides its own form. */
export interface IntakeRules {
  /** null when the definition cannot be read at the moment: then any label will do. */
  readonly problem: MonitorDefinition["problem"] | null;
  readonly arrivedMillis: number;
}

export interface BatchLabel {
  /** A line of Model Monitor's ground-truth format. */
  readonly line: string;
  /** Of the line: two labels are one when they say the same of the same inference at one time. */
  readonly hash: string;
}

export interface Rejection {
  /** Where it stood among those that were sent, from 0. */
  readonly index: number;
  readonly id: string | null;
  readonly reason: IntakeReason;
}

/** Labels that came together, each once, and those that are none. */
export interface LabelBatch {
  readonly labels: readonly BatchLabel[];
  /** How many more times they were sent. */
  readonly repeatedCount: number;
  readonly rejections: readonly Rejection[];
}

/** Clocks differ, and dates without a time are taken for the end of a day. */
const FUTURE_MILLIS = 86_400_000;

export function batchOf(entries: readonly Entry[], rules: IntakeRules): LabelBatch {
  const labels = new Map<string, BatchLabel>();
  const rejections: Rejection[] = [];
  for (const [index, { label, id }] of entries.entries()) {
    const checked = typeof label === "object" ? checkedLabel(label, rules) : label;
    if (typeof checked === "string") {
      rejections.push({ index, id, reason: checked });
      continue;
    }
    const line = labelLine(checked);
    const hash = createHash("sha256").update(line).digest("hex").slice(0, 32);
    labels.set(hash, { line, hash });
  }
  const repeatedCount = entries.length - rejections.length - labels.size;
  return { labels: [...labels.values()], repeatedCount, rejections };
}

function checkedLabel(label: Label, { problem, arrivedMillis }: IntakeRules): Label | IntakeReason {
  const { data, encoding, labelMillis } = label;
  if (labelMillis !== null && labelMillis > arrivedMillis + FUTURE_MILLIS) {
    return "label-time-in-future";
  }
  const rows = data.trim().split(/\r?\n/);
  if (encoding === "JSON") return rows.every(isJson) ? label : "invalid-data";
  return problem !== "regression" || rows.every(isNumber) ? label : "not-a-number";
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
