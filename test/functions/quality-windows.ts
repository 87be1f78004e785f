import { countCapture, readCapturedHours } from "../../shared/aws/captured-hours.ts";
import { countLabels, readLabelledHours } from "../../shared/aws/label-hours.ts";
import { askQuality, makeModelQualityCheck } from "../../shared/aws/model-quality-checks.ts";
import { writeObject } from "../../shared/aws/objects.ts";
import { noteIssued, readWindowRecords } from "../../shared/aws/window-records.ts";
import type { MonitorDefinition } from "../../shared/contracts/monitor-definition.ts";
import type { QualityCheckResult } from "../../shared/contracts/quality-result.ts";
import { groundTruthKey } from "../../shared/contracts/storage-keys.ts";
import { labelLine } from "../../shared/labels/label.ts";
import { isoSeconds, planChecks } from "../../shared/window/plan.ts";
import { compactTime, HOUR_MILLIS } from "../../shared/window/window.ts";
import { QualityAccount } from "./quality-account.ts";
import { captureLine, QUALITY_BASELINE_TEXT } from "./quality-lines.ts";

export const START = Date.parse("2026-01-12T00:00:00Z");
export const HOURS = 2;
export const ROWS = 8;
/** Long after all labels were expected, within the time that corrections still re-open the window. */
export const MATURE = START + 4 * HOUR_MILLIS;

export type Step = CaptureStep | LabelStep | { readonly kind: "check"; readonly atMillis: number };

export interface CaptureStep {
  readonly kind: "capture";
  readonly variant: string;
  /** Hours since the first window began, which the object's key names; its lines may be of others. */
  readonly hour: number;
  readonly name: string;
  readonly lines: readonly { readonly id: string; readonly millis: number; readonly row: number }[];
}

export interface LabelStep {
  readonly kind: "labels";
  readonly labels: readonly StepLabel[];
  readonly name: string;
  /** Long after the window unless it says otherwise. */
  readonly arrivedMillis?: number;
}

export interface StepLabel {
  readonly row: number;
  readonly value: number;
  /** Minutes after the inference; corrections have a greater one. */
  readonly minutes: number;
}

/** An hour's rows lie in two objects; the second repeats a row of the first. */
export const CAPTURES: readonly CaptureStep[] = Array.from({ length: HOURS * 2 }, (_, index) => {
  const [hour, part] = [Math.floor(index / 2), index % 2];
  const lines = Array.from({ length: ROWS }, (_, row) => row)
    .filter((row) => row % 2 === part || row === 0)
    .map((row) => ({
      id: `r${hour * ROWS + row}`,
      millis: START + hour * HOUR_MILLIS + row * 1000,
      row,
    }));
  return { kind: "capture", variant: "blue", hour, name: String(part), lines };
});

/** An account on which captures and labels of an endpoint come in, and its windows are checked. */
export class QualityWindows extends QualityAccount {
  readonly #definition: MonitorDefinition;

  constructor(definition: MonitorDefinition) {
    super();
    this.#definition = definition;
    this.restart();
  }

  restart(): void {
    this.items.clear();
    this.objects.clear();
    const prefix = "baselines/churn/v1/model-quality/";
    this.objects.set(`${prefix}constraints.json`, QUALITY_BASELINE_TEXT);
  }

  async perform(step: Step): Promise<void> {
    if (step.kind === "check") await this.#planAndCheck(step.atMillis);
    else if (step.kind === "capture") await this.#capture(step);
    else await this.#label(step);
  }

  /** Performs a step until it ends, whatever it dies of: SQS and S3 deliver again what was not done. */
  async performThrough(step: Step, crashes: readonly number[]): Promise<void> {
    for (const writes of crashes) {
      this.crashAfter(writes);
      try {
        await this.perform(step);
      } catch (error) {
        if ((error as Error).name !== "Crash") throw error;
      }
    }
    this.crashAfter(Number.POSITIVE_INFINITY);
    await this.perform(step);
  }

  /** The merged records, and the files of the last revision of the window that begins with an hour. */
  finalBytes(hour = 0): Record<string, string> {
    const [from, to] = [hour, hour + HOURS].map((each) => START + each * HOUR_MILLIS) as [
      number,
      number,
    ];
    const window = this.items.get(
      `endpoint#churn window#${isoSeconds(from)}#${isoSeconds(to)}#model-quality#_all`,
    );
    const last = `/r${window?.resultRevision}/`;
    const folder = `${compactTime(from)}--${compactTime(to)}`;
    const kept = [...this.objects].filter(
      ([key]) => key.startsWith("merged/") || (key.includes(folder) && key.includes(last)),
    );
    return Object.fromEntries(
      kept.map(([key, text]) => [key.replace(last, "/last/"), text]).sort(),
    );
  }

  result(hour = 0): QualityCheckResult {
    const files = Object.entries(this.finalBytes(hour));
    const [, text] = files.find(([key]) => /_all.*result\.json$/.test(key))!;
    return JSON.parse(text);
  }

  async #capture({ variant, hour, name, lines }: CaptureStep): Promise<void> {
    const hourMillis = START + hour * HOUR_MILLIS;
    const path = new Date(hourMillis).toISOString().slice(0, 13).replace(/[-T]/g, "/");
    const key = `captures/churn/${variant}/${path}/${name}.jsonl`;
    this.objects.set(key, lines.map(captureLine).join(""));
    const share = { endpoint: "churn", variant, objectId: `${name}-${hour}` };
    const source = { bucket: "bucket", key, etag: "etag" };
    const hourOf = ({ millis }: { millis: number }) =>
      Math.floor(millis / HOUR_MILLIS) * HOUR_MILLIS;
    for (const [lineMillis, { length: recordCount }] of Map.groupBy(lines, hourOf)) {
      await countCapture({ ...share, hourMillis: lineMillis, recordCount, source }, START);
    }
  }

  async #label({ labels, name, arrivedMillis = MATURE }: LabelStep): Promise<void> {
    const lines = labels.map(({ row, value, minutes }) =>
      labelLine({
        ...{ id: `r${row}`, data: String(value), encoding: "CSV" },
        labelMillis: START + minutes * 60_000,
      }),
    );
    const key = groundTruthKey("churn", arrivedMillis, name);
    await writeObject({ bucket: "bucket", key }, `${lines.join("\n")}\n`, "application/jsonl");
    const counts = { acceptedCount: labels.length, duplicateCount: 0, rejectedCount: 0 };
    await countLabels("churn", arrivedMillis, counts);
  }

  async #planAndCheck(nowMillis: number): Promise<void> {
    const definition = this.#definition;
    const history = {
      definedAtMillis: START,
      hours: await readCapturedHours("churn", START),
      windows: await readWindowRecords("churn", START),
      labels: await readLabelledHours("churn", START),
    };
    const input = { definition, history, nowMillis, watermarkMillis: 0 };
    for (const due of planChecks(input).filter(({ check }) => check === "model-quality")) {
      await noteIssued(due, nowMillis);
      await makeModelQualityCheck(askQuality(due, definition, nowMillis)!);
    }
  }
}
