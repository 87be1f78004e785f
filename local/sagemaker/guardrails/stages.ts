import type { DeploymentConfig } from "@aws-sdk/client-sagemaker";

/** One stretch of a guarded update, until that of the next stage. */
export interface DeploymentStage {
  readonly status: "Creating" | "ActivatingTraffic" | "Baking" | "Deleting";
  readonly message: string;
  readonly fromMillis: number;
  /** Of the traffic, for the new fleet. */
  readonly share: number;
}

/** An update that moves traffic to a new fleet by and by, and back when an alarm rings. */
export interface Guardrail {
  readonly alarms: readonly string[];
  readonly stages: readonly DeploymentStage[];
  /** Index of the stage that was last told of. */
  readonly position: number;
}

export interface StagePlan {
  readonly startMillis: number;
  /** What starting a fleet, moving traffic and ending a fleet take together. */
  readonly transitionMillis: number;
  readonly instanceCount: number;
  /** In place of both waits of the configuration. */
  readonly bakeMillis?: number | undefined;
}

/** Shares of the transition's time: starting, each activation, ending. */
const STARTING_SHARE = 0.6;
const ACTIVATING_SHARE = 0.1;

/** The stages, and when the update is over. */
export function guardedStages(
  policy: NonNullable<DeploymentConfig["BlueGreenUpdatePolicy"]>,
  plan: StagePlan,
): { readonly stages: readonly DeploymentStage[]; readonly untilMillis: number } {
  const { transitionMillis, instanceCount, bakeMillis } = plan;
  const routing = policy.TrafficRoutingConfiguration;
  const waits = {
    step: routing?.WaitIntervalInSeconds ?? 0,
    end: policy.TerminationWaitInSeconds ?? 0,
  };
  const stages: DeploymentStage[] = [];
  let atMillis = plan.startMillis;
  const add = (stage: Omit<DeploymentStage, "fromMillis">, lastsMillis: number): void => {
    stages.push({ ...stage, fromMillis: atMillis });
    atMillis += lastsMillis;
  };
  const launching = `Launching ${instanceCount} instance(s).`;
  const startingMillis = STARTING_SHARE * transitionMillis;
  add({ status: "Creating", message: launching, share: 0 }, startingMillis);
  for (const count of [...partsOf(routing, instanceCount), instanceCount]) {
    const isFull = count === instanceCount;
    const share = count / instanceCount;
    const capacity = `${isFull ? "full" : "canary"} capacity of ${count} instance(s).`;
    const message = `Activating traffic on ${capacity}`;
    add({ status: "ActivatingTraffic", message, share }, ACTIVATING_SHARE * transitionMillis);
    const [seconds, name] = isFull
      ? [waits.end, "TerminationWaitInSeconds"]
      : [waits.step, "WaitIntervalInSeconds"];
    const baking = `Baking for ${seconds} seconds (${name}) with traffic enabled on ${capacity}`;
    add({ status: "Baking", message: baking, share }, bakeMillis ?? seconds * 1000);
  }
  const terminating = `Terminating ${instanceCount} instance(s).`;
  add({ status: "Deleting", message: terminating, share: 1 }, ACTIVATING_SHARE * transitionMillis);
  return { stages, untilMillis: atMillis };
}

/** The numbers of instances that take traffic before all do. */
function partsOf(
  routing: NonNullable<DeploymentConfig["BlueGreenUpdatePolicy"]>["TrafficRoutingConfiguration"],
  instanceCount: number,
): number[] {
  if (routing?.Type === "CANARY") return [instancesOf(routing.CanarySize!, instanceCount)];
  if (routing?.Type !== "LINEAR") return [];
  const step = instancesOf(routing.LinearStepSize!, instanceCount);
  const parts = Math.ceil(instanceCount / step) - 1;
  return Array.from({ length: parts }, (_, index) => (index + 1) * step);
}

export function instancesOf(
  { Type, Value = 0 }: { Type?: string | undefined; Value?: number | undefined },
  instanceCount: number,
): number {
  return Type === "CAPACITY_PERCENT" ? Math.ceil((instanceCount * Value) / 100) : Value;
}

/** The stage that an instant falls into. */
export function stageOf({ stages }: Guardrail, millis: number): DeploymentStage {
  return stages.findLast(({ fromMillis }) => fromMillis <= millis) ?? stages[0]!;
}
