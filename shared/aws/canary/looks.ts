import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { OutputExpectation } from "../../canary/capture-counts.ts";
import type { CaptureCounts, TrafficCounts } from "../../canary/evidence.ts";
import type { CanaryJudgement } from "../../canary/judge.ts";
import { stageText } from "../stage.ts";
import { dynamodb, type Item, isConditionRefused, queryItems } from "../table.ts";

/** A shadow is compared before its model becomes a candidate, and each has evidence of its own. */
export type CanaryPhase = "bake" | "bake-shadow";

export interface Arms<Counts> {
  readonly champion: Counts;
  readonly candidate: Counts;
}

/** What is fixed when a candidate first gets traffic: a judge must not see its yardstick change. */
export interface CanaryStart extends OutputExpectation {
  readonly variants: Arms<string>;
  readonly startMillis: number;
  /** Captures of this time and later are of the canary. */
  readonly capturesFromMillis: number;
  /** Above which a request is slow; null when the champion had none to tell it by. */
  readonly slowMillis: Arms<number> | null;
}

/**
 * What one look of the judge added to the evidence. It stays as it is: what comes late belongs to the
 * look that found it.
 */
export interface CanaryLook {
  /** From 1. */
  readonly number: number;
  /** Of the requests, in whole minutes. */
  readonly fromMillis: number;
  readonly toMillis: number;
  readonly traffic: Arms<TrafficCounts>;
  readonly captures: Arms<CaptureCounts>;
  /** Capture objects that were counted. */
  readonly objectIds: readonly string[];
  /** Where the labels lie that had come, and how often labels had been written by then. */
  readonly labelsKey: string | null;
  readonly labelWriteCount: number;
}

/** Writes the start unless it was written before. @returns the one that stands */
export async function putStart(
  run: string,
  phase: CanaryPhase,
  start: CanaryStart,
): Promise<CanaryStart> {
  const written = await putOnce({ ...startKey(run, phase), ...start });
  return written ? start : (await findStart(run, phase))!;
}

export async function findStart(run: string, phase: CanaryPhase): Promise<CanaryStart | null> {
  const item = await readItem(startKey(run, phase));
  return item === null ? null : (withoutKey(item) as CanaryStart);
}

/** All looks so far, the first first. */
export async function readLooks(run: string, phase: CanaryPhase): Promise<CanaryLook[]> {
  const items = await queryItems(partition(run), `look#${phase}#`, `look#${phase}#~`);
  return items.map((item) => withoutKey(item) as CanaryLook);
}

/** @returns false when another judge has looked meanwhile, whose look then stands */
export async function appendLook(
  run: string,
  phase: CanaryPhase,
  look: CanaryLook,
): Promise<boolean> {
  const number = String(look.number).padStart(6, "0");
  return await putOnce({ pk: partition(run), sk: `look#${phase}#${number}`, ...look });
}

/** What the judge said last of a step, held or not, for those who want to know how it stands. */
export interface StandingJudgement {
  readonly step: number;
  /** ISO 8601. */
  readonly at: string;
  readonly judgement: CanaryJudgement;
}

export async function writeJudgement(
  run: string,
  phase: CanaryPhase,
  standing: StandingJudgement,
): Promise<void> {
  const Item = { ...judgementKey(run, phase), ...standing };
  await dynamodb().send(new PutCommand({ TableName: stageText("table"), Item }));
}

/** null when the judge has not looked yet. */
export async function findJudgement(
  run: string,
  phase: CanaryPhase,
): Promise<StandingJudgement | null> {
  const item = await readItem(judgementKey(run, phase));
  return item === null ? null : (withoutKey(item) as StandingJudgement);
}

async function putOnce(item: Item): Promise<boolean> {
  try {
    await dynamodb().send(
      new PutCommand({
        TableName: stageText("table"),
        Item: item,
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
    return true;
  } catch (error) {
    if (isConditionRefused(error)) return false;
    throw error;
  }
}

async function readItem(Key: Item): Promise<Item | null> {
  const { Item: item = null } = await dynamodb().send(
    new GetCommand({ TableName: stageText("table"), Key, ConsistentRead: true }),
  );
  return item;
}

function judgementKey(run: string, phase: CanaryPhase): Item {
  return { pk: partition(run), sk: `canary-judgement#${phase}` };
}

function startKey(run: string, phase: CanaryPhase): Item {
  return { pk: partition(run), sk: `canary-start#${phase}` };
}

function partition(run: string): string {
  return `run#${run}`;
}

function withoutKey({ pk, sk, ...content }: Item): object {
  return content;
}
