import * as z from "zod/mini";
import { validationException } from "./service-error.ts";

const count = z._default(z.int().check(z.nonnegative()), 0);
const names = z._default(z.array(z.string()), []);

/** Where SageMaker is awkward, on demand; each fault is off until somebody switches it on. */
const faults = z.strictObject({
  /** Counts strike only what has a name that begins so, and what was switched on before stays. */
  of: z.optional(z.string().check(z.minLength(1))),
  /** All calls of these operations are throttled. */
  throttledOperations: names,
  /** This many of the next control-plane calls are throttled. */
  throttledCallCount: count,
  /** This many of the next updates end InService on the old configuration, with no reason given. */
  rolledBackUpdateCount: count,
  /** This many of the next updates find no instances, and roll back; a creation fails. */
  capacityDeploymentCount: count,
  /** This many of the next creations and updates end in Failed. */
  failedDeploymentCount: count,
  /** For so long after its creation, no call that needs a model or a configuration finds it. */
  lateVisibilityMillis: count,
  /** For so long after an update has begun, reads show the endpoint as it was. */
  staleReadMillis: count,
  /** Endpoints under maintenance: SystemUpdating, and no update is accepted. */
  endpointsInMaintenance: names,
  /** This many of the next spot training jobs get no instance before MaxWaitTimeInSeconds. */
  unavailableSpotCount: count,
  /** This many of the next spot training jobs lose their instance once, and begin anew. */
  interruptedSpotCount: count,
  /** This many of the next training jobs fail for want of instances. */
  capacityErrorCount: count,
  /** This many of the next training jobs fail in their container. */
  failedTrainingCount: count,
  /** This many of the next transform jobs fail in their container. */
  failedTransformCount: count,
  /** This many of the next training jobs learn the opposite of every label. */
  worseTrainingCount: count,
  /** This many of the next training jobs make a model that is slow behind an endpoint. */
  slowTrainingCount: count,
  /** By how much such a model is slower. */
  addedLatencyMillis: z._default(z.number().check(z.nonnegative()), 400),
  /** This many of the next training jobs make a model that fails behind an endpoint. */
  erroringTrainingCount: count,
  /** For which share of the requests such a model fails. */
  errorFraction: z._default(z.number().check(z.minimum(0), z.maximum(1)), 0.2),
  /** How many requests such a model answers well before that, as one that leaks memory. */
  answersBeforeErrors: z._default(z.int().check(z.nonnegative()), 0),
  /** This many of the next training jobs make a model that answers in another shape. */
  otherSchemaTrainingCount: count,
  /** This many of the next events never arrive. */
  lostEventCount: count,
  /** This many of the next events arrive twice. */
  doubledEventCount: count,
  /** This many of the next invocations fail inside the model's container. */
  failedInvocationCount: count,
});

export type FaultSettings = z.infer<typeof faults>;

type Counted = {
  [K in keyof FaultSettings]-?: FaultSettings[K] extends number
    ? K extends `${string}Count`
      ? K
      : never
    : never;
}[keyof FaultSettings];

/** The faults in force; every operation asks here before it behaves. */
export class Faults {
  #settings: FaultSettings = faults.parse({});
  /** By what names begin with. */
  readonly #scoped = new Map<string, FaultSettings>();
  readonly #struck = new Map<Counted, number>();

  get settings(): FaultSettings {
    return this.#settings;
  }

  /** What is in force for a resource: how much of it there is of a fault that strikes. */
  settingsOf(name: string): FaultSettings {
    const prefix = [...this.#scoped.keys()].find((begin) => name.startsWith(begin));
    return prefix === undefined ? this.#settings : this.#scoped.get(prefix)!;
  }

  /** How often each fault has struck since the simulator began. */
  get struck(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#struck);
  }

  /** Replaces all faults, or those of some names only; what is not named is off. */
  set(settings: unknown): void {
    const parsed = faults.safeParse(settings);
    if (!parsed.success) {
      const wrong = parsed.error.issues.flatMap((issue) =>
        issue.code === "unrecognized_keys" ? issue.keys : issue.path.map(String),
      );
      throw validationException(`Faults that are unknown or have no such value: ${wrong}.`);
    }
    if (parsed.data.of !== undefined) {
      this.#scoped.set(parsed.data.of, parsed.data);
      return;
    }
    this.#scoped.clear();
    this.#settings = parsed.data;
  }

  /**
   * Whether the fault strikes now; each strike uses up one of its count.
   *
   * @param name of the resource that it would strike, where it has one
   */
  strikes(fault: Counted, name = ""): boolean {
    for (const [prefix, settings] of this.#scoped) {
      if (!name.startsWith(prefix) || settings[fault] === 0) continue;
      this.#scoped.set(prefix, this.#used(settings, fault));
      return true;
    }
    if (this.#settings[fault] === 0) return false;
    this.#settings = this.#used(this.#settings, fault);
    return true;
  }

  #used(settings: FaultSettings, fault: Counted): FaultSettings {
    this.#struck.set(fault, (this.#struck.get(fault) ?? 0) + 1);
    return { ...settings, [fault]: settings[fault] - 1 };
  }
}
