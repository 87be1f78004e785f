import {
  type CapturedPrediction,
  readPrediction,
} from "../../../shared/labels/captured-prediction.ts";
import { compareLabels, type Label, readLabel } from "../../../shared/labels/label.ts";

/** The join as one would write it on a whiteboard: everything in memory, every line by JSON.parse. */
export function referenceJoin(
  captureLines: readonly string[],
  labelLines: readonly string[],
): { hours: Map<number, string>; unmatched: Label[] } {
  const labels = new Map<string, Label>();
  for (const line of labelLines) {
    const label = readLabel(line);
    if (typeof label === "string") continue;
    const known = labels.get(label.id);
    if (known === undefined || compareLabels(label, known) > 0) labels.set(label.id, label);
  }
  const captures = new Map<string, CapturedPrediction>();
  for (const line of captureLines) {
    const capture = readPrediction(line);
    if (typeof capture === "string") continue;
    const known = captures.get(capture.id);
    if (known === undefined || isEarlier(capture, known)) captures.set(capture.id, capture);
  }
  const matched = [...captures.values()]
    .filter(({ id }) => labels.has(id))
    .sort((a, b) => a.inferenceMillis - b.inferenceMillis || (a.id < b.id ? -1 : 1));
  const hours = new Map<number, string>();
  for (const { id, inferenceMillis, captureData, eventMetadata } of matched) {
    const { data, encoding } = labels.get(id)!;
    const label = JSON.stringify({ data, encoding });
    const hour = Math.floor(inferenceMillis / 3_600_000) * 3_600_000;
    const line =
      `{"eventVersion":"0","groundTruthData":${label},` +
      `"captureData":${captureData},"eventMetadata":${eventMetadata}}\n`;
    hours.set(hour, (hours.get(hour) ?? "") + line);
  }
  const unmatched = [...labels.values()]
    .filter(({ id }) => !captures.has(id))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { hours, unmatched };
}

function isEarlier(a: CapturedPrediction, b: CapturedPrediction): boolean {
  if (a.inferenceMillis !== b.inferenceMillis) return a.inferenceMillis < b.inferenceMillis;
  const text = ({ output }: CapturedPrediction): string =>
    output === null || output === "unreadable" ? "" : JSON.stringify(output.text).slice(1, -1);
  const kind = ({ output }: CapturedPrediction): string => {
    const name = output === null || output === "unreadable" ? (output ?? "none") : output.format;
    return String(["csv", "json", "unreadable", "none"].indexOf(name));
  };
  for (const part of [
    (capture: CapturedPrediction) => capture.eventId,
    kind,
    text,
    (capture: CapturedPrediction) => capture.captureData,
    (capture: CapturedPrediction) => capture.eventMetadata,
  ]) {
    const order = Buffer.compare(Buffer.from(part(a)), Buffer.from(part(b)));
    if (order !== 0) return order < 0;
  }
  return false;
}
