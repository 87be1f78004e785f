import { type LabelledOutcome, labelledOutcomes } from "../../canary/labelled-outcomes.ts";
import { ALL_VARIANTS } from "../../contracts/check-name.ts";
import type { MonitorDefinition } from "../../contracts/monitor-definition.ts";
import { canaryLabelsKey } from "../../contracts/storage-keys.ts";
import { readLabelledHours } from "../label-hours.ts";
import { joinListed, listJoinInputs } from "../label-joins.ts";
import { readObject, writeObjectOnce } from "../objects.ts";
import { stageText } from "../stage.ts";
import type { Arms, CanaryLook, CanaryPhase, CanaryStart } from "./looks.ts";

export type LabelledArms = Arms<readonly LabelledOutcome[]>;

/** How often labels of an endpoint were written since an instant. */
export async function countLabelWrites(endpoint: string, sinceMillis: number): Promise<number> {
  const hours = await readLabelledHours(endpoint, sinceMillis);
  return hours.reduce((sum, { writeCount }) => sum + writeCount, 0);
}

export interface LabelledLook {
  readonly run: string;
  readonly phase: CanaryPhase;
  readonly number: number;
  readonly start: CanaryStart;
  readonly toMillis: number;
}

/**
 * Keeps the labelled rows of both variants that no look before has seen. A label that is corrected later
 * counts as it was first seen.
 *
 * @returns where they lie; null when there are none
 */
export async function keepNewLabels(
  { run, phase, number, start, toMillis }: LabelledLook,
  definition: MonitorDefinition,
  earlier: readonly LabelledArms[],
): Promise<string | null> {
  const { endpoint } = definition;
  const seen = new Set(
    earlier.flatMap((arms) => [...arms.champion, ...arms.candidate].map(({ id }) => id)),
  );
  const window = { fromMillis: start.capturesFromMillis, toMillis };
  const inputs = await listJoinInputs({ endpoint, variant: ALL_VARIANTS }, window);
  const { variants } = await joinListed(inputs);
  const newOf = (name: string): LabelledOutcome[] => {
    const join = variants.find(({ variant }) => variant === name)?.join;
    const found = join ? labelledOutcomes(join, definition, start.capturesFromMillis) : [];
    return found.filter(({ id }) => !seen.has(id));
  };
  const { champion, candidate } = start.variants;
  const arms: LabelledArms = { champion: newOf(champion), candidate: newOf(candidate) };
  if (arms.champion.length + arms.candidate.length === 0) return null;
  const key = canaryLabelsKey(run, phase, number);
  const location = { bucket: stageText("bucket"), key };
  // Of two judges at once the one that writes first is read by both.
  await writeObjectOnce(location, JSON.stringify(arms), "application/json");
  return key;
}

/** The labelled rows that looks have kept, each with when it was. */
export async function readLabelledLooks(
  looks: readonly CanaryLook[],
): Promise<(LabelledArms & { readonly startMillis: number })[]> {
  const kept = looks.filter(({ labelsKey }) => labelsKey !== null);
  return await Promise.all(
    kept.map(async ({ labelsKey, fromMillis }) => {
      const bytes = await readObject({ bucket: stageText("bucket"), key: labelsKey! });
      const arms = JSON.parse(new TextDecoder().decode(bytes!)) as LabelledArms;
      return { ...arms, startMillis: fromMillis };
    }),
  );
}
