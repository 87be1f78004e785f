import * as z from "zod/mini";
import { validationException } from "./service-error.ts";

const millis = z.int().check(z.nonnegative());

const durations = z.strictObject({
  /** Creating, Updating and Deleting of an endpoint; minutes on SageMaker. */
  transitionMillis: z.optional(millis),
  /** A training job from its creation to its end, undisturbed. */
  trainingMillis: z.optional(millis),
  transformMillis: z.optional(millis),
});

export type DurationValues = { [K in keyof z.infer<typeof durations>]-?: number };

const DEFAULT_MILLIS = 2000;

/** How long things take; what has begun keeps the duration with which it began. */
export class Durations {
  #values: DurationValues;

  constructor(given: { readonly [K in keyof DurationValues]?: number | undefined }) {
    const of = (name: keyof DurationValues) => given[name] ?? DEFAULT_MILLIS;
    this.#values = {
      transitionMillis: of("transitionMillis"),
      trainingMillis: of("trainingMillis"),
      transformMillis: of("transformMillis"),
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
