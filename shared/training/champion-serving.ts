import type { DeploymentRecord, ServedModel } from "../contracts/self-healing/run.ts";

/** Whether a model answered what a variant was asked at an instant. */
export type ChampionServing = (variant: string, inferenceMillis: number) => boolean;

/**
 * When the champion served, by the deployment timeline. Without a timeline nothing was ever deployed by
 * a run: what serves has served all along.
 */
export function championServing(
  champion: Pick<ServedModel, "variant" | "modelName">,
  timeline: readonly DeploymentRecord[],
): ChampionServing {
  if (timeline.length === 0) return (variant) => variant === champion.variant;
  const stretches = timeline
    .filter(({ modelName }) => modelName === champion.modelName)
    .map(({ variant, from, to }) => ({
      variant,
      fromMillis: Date.parse(from),
      toMillis: to === undefined ? Infinity : Date.parse(to),
    }));
  return (variant, millis) =>
    stretches.some(
      (each) => each.variant === variant && each.fromMillis <= millis && millis < each.toMillis,
    );
}
