import { type Found, sentenceOf } from "./captures-to-alarms.ts";
import {
  type QualityFound,
  type QualityReading,
  sentenceOf as qualitySentence,
} from "./labels-to-quality.ts";
import { shown } from "./scene.ts";

/** What the story found, for the person who ran it. */
export function summarize(found: Found, quality: QualityFound): string {
  return `${summarizeDrift(found)}${summarizeQuality(quality)}`;
}

function summarizeDrift({ hours, mail }: Found): string {
  const rows = hours.map((hour) => {
    const clock = (hour.result.inputs.window?.from ?? "").slice(11, 16);
    return `  ${clock}  ${hour.title.padEnd(30)}  ${sentenceOf(hour)}`;
  });
  const worst = hours.findLast(({ result }) => result.outcome.outcome === "violated");
  return `
What the deployed checks said of each hour (inference times are replayed: hours took seconds):
${rows.join("\n")}

The message to the team:

${quote(mail)}

Report of the last violated hour: ${worst === undefined ? "none" : shown(worst.report)}
`;
}

/** A line an hour: what the check of its quality found. */
export function qualityRows(hours: readonly QualityReading[]): string {
  const rows = hours.map((hour) => {
    const clock = (hour.result.inputs.window?.from ?? "").slice(11, 16);
    return `  ${clock}  ${hour.title.padEnd(30)}  ${qualitySentence(hour)}`;
  });
  return rows.join("\n");
}

function summarizeQuality({ hours, mail }: QualityFound): string {
  const last = hours.findLast(({ result }) => result.outcome.outcome === "violated");
  return `
What the labels said of each hour, once they had come:
${qualityRows(hours)}

The message to the team:

${quote(mail)}

Report of the last hour of lower quality: ${last === undefined ? "none" : shown(last.report)}
`;
}

/** A message as it stands in the summary. */
export function quote(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  │ ${line}`.trimEnd())
    .join("\n");
}
