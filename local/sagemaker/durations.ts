import * as z from "zod/mini";
import { validationException } from "./service-error.ts";

const millis = z.int().check(z.nonnegative());

const durations = z.strictObject({
  /** Creating, Updating and Deleting of an endpoint; minutes on SageMaker. */
  transitionMillis: z.optional(millis),
  /** A training job from its creation to its end, undisturbed. */
  trainingMillis: z.optional(millis),
  transformMillis: z.optional(millis),
  /** Of each bake of a guarded update, in place of what its configuration says; null: as it says. */
  bakeMillis: z.optional(z.nullable(millis)),
});

export interface DurationValues {
  readonly transitionMillis: number;
  readonly trainingMillis: number;
  readonly transformMillis: number;
  readonly bakeMillis: number | null;
}

const DEFAULT_MILLIS = 2000;

/** How long things take; what has begun keeps the duration with which it began. */
export class Durations {
  #values: DurationValues;

  constructor(given: Partial<DurationValues>) {
    this.#values = {
      transitionMillis: given.transitionMillis ?? DEFAULT_MILLIS,
      trainingMillis: given.trainingMillis ?? DEFAULT_MILLIS,
      transformMillis: given.transformMillis ?? DEFAULT_MILLIS,
      bakeMillis: given.bakeMillis ?? null,
    };
  }

  get values(): DurationValues {
    return this.#values;
  }

  /** Changes those that are named. */
  set(changes: unknown): DurationValues {
    const parsed = durations.safeParse(changes);
    if (!parsed.success) {
      const known = Object.keys(this.#values).join(", ");
      throw validationException(`Durations are whole milliseconds, and these: ${known}.`);
    }
    this.#values = { ...this.#values, ...parsed.data } as DurationValues;
    return this.#values;
  }
}
