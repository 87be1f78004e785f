import type { CanaryEvidence } from "../../canary/evidence.ts";
import { labelEvidence } from "../../canary/labelled-outcomes.ts";
import { SLOW_QUANTILE, slowThresholds } from "../../canary/policy.ts";
import type { MonitorDefinition } from "../../contracts/monitor-definition.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { s3Uri } from "../../contracts/s3-uri.ts";
import type { AuditInput } from "../../contracts/self-healing/audit-record.ts";
import { sha256Of } from "../../window/fold.ts";
import { HOUR_MILLIS } from "../../window/window.ts";
import { stageText } from "../stage.ts";
import { countCaptures, readExpectedOutputs } from "./captured-counts.ts";
import { countLabelWrites, keepNewLabels, readLabelledLooks } from "./labelled-looks.ts";
import {
  appendLook,
  type CanaryLook,
  type CanaryPhase,
  type CanaryStart,
  findStart,
  putStart,
  readLooks,
} from "./looks.ts";
import { readLatencyMillis, readTraffic } from "./request-metrics.ts";

const MINUTE_MILLIS = 60_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;
const ATTEMPTS = 5;

export interface JudgedCanary {
  readonly run: string;
  readonly phase: CanaryPhase;
  readonly definition: MonitorDefinition;
}

/** Fixes what the candidate will be measured by; done again it changes nothing. */
export async function beginCanary(
  { run, phase, definition }: JudgedCanary,
  variants: CanaryStart["variants"],
  startMillis: number,
): Promise<CanaryStart> {
  const known = await findStart(run, phase);
  if (known !== null) return known;
  const { endpoint } = definition;
  const toMillis = minuteOf(startMillis) + MINUTE_MILLIS;
  const latencyMillis = await readLatencyMillis(
    { endpoint, variant: variants.champion },
    SLOW_QUANTILE,
    { fromMillis: toMillis - DAY_MILLIS, toMillis },
  );
  const slowMillis =
    latencyMillis === null ? null : slowThresholds(latencyMillis, definition.rollout);
  const outputs = await readExpectedOutputs(definition, variants.champion, startMillis);
  // Captures tell their time in seconds.
  const capturesFromMillis = Math.floor(startMillis / 1000) * 1000;
  return await putStart(run, phase, {
    ...{ variants, startMillis, capturesFromMillis, slowMillis },
    ...outputs,
  });
}

/** All that was measured, and what stands for it in the audit. */
export interface SeenCanary {
  readonly evidence: CanaryEvidence;
  readonly inputs: readonly AuditInput[];
}

/**
 * Adds to the evidence what was measured since the last look, up to the last full minute, and gives all
 * of it. Two judges at once take turns: what one has counted the other does not count again.
 *
 * @throws MonitoringError `canary-not-begun`, `looks-contended`
 */
export async function lookAtCanary(
  canary: JudgedCanary,
  stepStartMillis: number,
  judgedAtMillis: number,
): Promise<SeenCanary> {
  const { run, phase } = canary;
  const start = await findStart(run, phase);
  if (start === null) {
    throw new MonitoringError("canary-not-begun", `run "${run}": ${phase}: must have begun`);
  }
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const looks = await readLooks(run, phase);
    const look = await nextLook(canary, { start, looks, judgedAtMillis });
    if (look !== null && !(await appendLook(run, phase, look))) continue;
    const all = look === null ? looks : [...looks, look];
    const evidence = await evidenceOf(all, { start, stepStartMillis, judgedAtMillis });
    return { evidence, inputs: inputsOf(canary, start, all) };
  }
  throw new MonitoringError(
    "looks-contended",
    `run "${run}": lost ${ATTEMPTS} races: a canary must be looked at by one judge at a time`,
  );
}

interface NextLook {
  readonly start: CanaryStart;
  readonly looks: readonly CanaryLook[];
  readonly judgedAtMillis: number;
}

/** null when no full minute has passed since the last. */
async function nextLook(
  { run, phase, definition }: JudgedCanary,
  { start, looks, judgedAtMillis }: NextLook,
): Promise<CanaryLook | null> {
  const { endpoint } = definition;
  const last = looks.at(-1);
  // CloudWatch counts by the minute: the one in which the canary began counts whole.
  const fromMillis = last?.toMillis ?? minuteOf(start.startMillis);
  const toMillis = minuteOf(judgedAtMillis);
  if (toMillis <= fromMillis) return null;
  const window = { fromMillis, toMillis };
  const known = new Set(looks.flatMap(({ objectIds }) => objectIds));
  const { capturesFromMillis: sinceMillis, variants } = start;
  const measure = async (arm: keyof typeof variants) => {
    const of = { endpoint, variant: variants[arm] };
    return {
      traffic: await readTraffic({ ...of, window, slowMillis: start.slowMillis?.[arm] ?? null }),
      captured: await countCaptures(of, start, { sinceMillis, known }),
    };
  };
  const champion = await measure("champion");
  const candidate = await measure("candidate");
  // Counts before contents: what is counted here is there to be read.
  const labelWriteCount = await countLabelWrites(endpoint, sinceMillis);
  const number = (last?.number ?? 0) + 1;
  const hasNewLabels = labelWriteCount > (last?.labelWriteCount ?? 0);
  const labelsKey = hasNewLabels
    ? await keepNewLabels(
        { run, phase, number, start, toMillis },
        definition,
        await readLabelledLooks(looks),
      )
    : null;
  return {
    ...{ number, fromMillis, toMillis, labelsKey, labelWriteCount },
    traffic: { champion: champion.traffic, candidate: candidate.traffic },
    captures: { champion: champion.captured.counts, candidate: candidate.captured.counts },
    objectIds: [...champion.captured.objectIds, ...candidate.captured.objectIds],
  };
}

async function evidenceOf(
  looks: readonly CanaryLook[],
  {
    start,
    stepStartMillis,
    judgedAtMillis,
  }: { start: CanaryStart; stepStartMillis: number; judgedAtMillis: number },
): Promise<CanaryEvidence> {
  // The minute in which the step began counts to the step: its first look begins with that minute.
  const startOf = ({ fromMillis }: CanaryLook): number =>
    minuteOf(stepStartMillis) === fromMillis ? stepStartMillis : fromMillis;
  return {
    stepStartMillis,
    judgedAtMillis,
    traffic: looks.map((look) => ({ startMillis: startOf(look), ...look.traffic })),
    captures: looks.map((look) => ({ startMillis: startOf(look), ...look.captures })),
    predictionBins: start.bins?.kind ?? "ordered",
    labels: labelEvidence(await readLabelledLooks(looks)),
  };
}

/** The looks lie in the table, the labels on S3; a look never changes once it is written. */
function inputsOf(
  { run, phase }: JudgedCanary,
  start: CanaryStart,
  looks: readonly CanaryLook[],
): AuditInput[] {
  const labels = looks.flatMap(({ labelsKey }) => {
    return labelsKey === null ? [] : [s3Uri({ bucket: stageText("bucket"), key: labelsKey })];
  });
  const hash = `sha256:${sha256Of(JSON.stringify([start, looks]))}`;
  const key = `run#${run}/look#${phase}#1-${looks.length}`;
  return [{ key, hash }, ...labels.map((label) => ({ key: label }))];
}

function minuteOf(millis: number): number {
  return Math.floor(millis / MINUTE_MILLIS) * MINUTE_MILLIS;
}
