/**
 * Names of what a run makes in SageMaker, made of the run's id: who makes a thing a second time finds it
 * there. Ids are at most 51 characters long, names 63.
 */
export type TrainingAttempt = 1 | 2;

/** The first attempt may be on spot capacity, the second is on demand. */
export function trainingJobName(run: string, attempt: TrainingAttempt): string {
  return `${run}-t${attempt}`;
}

export function transformJobName(run: string): string {
  return `${run}-e`;
}

/** The challenger as a model: the one that is evaluated is the one that may serve. */
export function challengerModelName(run: string): string {
  return run;
}

/** The same challenger as the registry's version, which must be approved to be made a model of. */
export function candidateModelName(run: string): string {
  return `${run}-approved`;
}

/** Configurations of a rollout, in the order in which they may come. */
export function rolloutConfigName(
  run: string,
  stage: "shadow" | "canary" | "guarded" | "final",
): string {
  return `${run}-${stage}`;
}
