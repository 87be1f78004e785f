import type { DeploymentConfig } from "@aws-sdk/client-sagemaker";
import { forgetScaling } from "./auto-scaling/scaling.ts";
import type { SimulatorContext } from "./context.ts";
import { reached } from "./deployment.ts";
import { endpointEvent } from "./events/endpoint-events.ts";
import { instanceCountOf } from "./guardrails/rules.ts";
import { guardedStages } from "./guardrails/stages.ts";
import type { Deployment, StoredEndpoint, Transition } from "./state.ts";

const CAPACITY_REASON =
  "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. " +
  "Please retry using a different ML instance type or after some time.";

/** Starts a change of an endpoint that takes its time, as on SageMaker. */
export function beginTransition(
  context: SimulatorContext,
  endpoint: Pick<StoredEndpoint, "name">,
  kind: Transition["kind"],
  target: Deployment,
): Transition {
  const startMillis = context.now();
  return {
    kind,
    startMillis,
    untilMillis: startMillis + context.durations.values.transitionMillis,
    visibleFromMillis: startMillis + context.faults.settings.staleReadMillis,
    target,
    ...strikingFault(context, endpoint.name, kind),
  };
}

/** The same, but traffic moves to the new fleet by the stages of the configuration. */
export function beginGuardedTransition(
  context: SimulatorContext,
  endpoint: Pick<StoredEndpoint, "name">,
  target: Deployment,
  config: DeploymentConfig,
): Transition {
  const transition = beginTransition(context, endpoint, "update", target);
  const { transitionMillis, bakeMillis } = context.durations.values;
  const { stages, untilMillis } = guardedStages(config.BlueGreenUpdatePolicy!, {
    startMillis: transition.startMillis,
    transitionMillis,
    instanceCount: instanceCountOf(target),
    bakeMillis: bakeMillis ?? undefined,
  });
  const alarms = config.AutoRollbackConfiguration?.Alarms?.map(({ AlarmName }) => AlarmName!) ?? [];
  return { ...transition, untilMillis, guardrail: { alarms, stages, position: 0 } };
}

function strikingFault(
  { faults }: SimulatorContext,
  name: string,
  kind: Transition["kind"],
): Pick<Transition, "fault"> {
  if (kind !== "create" && kind !== "update") return {};
  const strikes = (fault: Parameters<typeof faults.strikes>[0]) => faults.strikes(fault, name);
  if (kind === "update" && strikes("rolledBackUpdateCount")) return { fault: "roll-back" };
  if (strikes("capacityDeploymentCount")) return { fault: "no-capacity" };
  return strikes("failedDeploymentCount") ? { fault: "fail" } : {};
}

/** Keeps the endpoint as it is from now on, and tells of it. */
export function changeEndpoint(context: SimulatorContext, endpoint: StoredEndpoint): void {
  context.state.endpoints.set(endpoint.name, endpoint);
  context.events.publish(endpointEvent(context, endpoint));
}

/** Completes every change whose time has come. Calls wait for each other, so none is applied twice. */
export function settleEndpoints(context: SimulatorContext): Promise<void> {
  const previous = settling.get(context) ?? Promise.resolve();
  const next = previous.then(() => settleDue(context));
  settling.set(
    context,
    next.catch(() => undefined),
  );
  return next;
}

const settling = new WeakMap<SimulatorContext, Promise<void>>();

async function settleDue(context: SimulatorContext): Promise<void> {
  const { state } = context;
  for (const endpoint of [...state.endpoints.values()]) {
    const { transition } = endpoint;
    if (transition === undefined || transition.untilMillis > context.now()) continue;
    if (transition.kind === "delete") {
      state.endpoints.delete(endpoint.name);
      forgetScaling(context, endpoint.name);
    } else {
      changeEndpoint(context, await completed(context, endpoint, transition));
    }
    state.save();
  }
}

async function completed(
  context: SimulatorContext,
  endpoint: StoredEndpoint,
  transition: Transition,
): Promise<StoredEndpoint> {
  const { transition: _, failureReason: __, ...rest } = endpoint;
  const modifiedMillis = transition.untilMillis;
  if (transition.fault === "roll-back") return { ...rest, modifiedMillis };
  if (transition.fault === "alarmed") {
    const { reason: failureReason = "" } = transition;
    return { ...rest, modifiedMillis, failureReason };
  }
  if (transition.fault === "fail") {
    const failureReason =
      "Request to service failed. If failure persists after retry, contact customer support.";
    return { ...rest, modifiedMillis, status: "Failed", failureReason };
  }
  const failureReason =
    transition.fault === "no-capacity"
      ? CAPACITY_REASON
      : await firstUnservable(context, transition.target);
  if (failureReason === undefined) {
    const deployment = reached(transition.target);
    return { ...rest, modifiedMillis, status: "InService", deployment };
  }
  // An endpoint that already serves goes back to what it served; a new one has nothing to go back to.
  const status = endpoint.deployment === undefined ? "Failed" : "InService";
  return { ...rest, modifiedMillis, status, failureReason };
}

/** Why a variant of the deployment cannot serve, or undefined when all can. */
export async function firstUnservable(
  context: SimulatorContext,
  deployment: Deployment,
): Promise<string | undefined> {
  for (const variant of [...deployment.variants, ...deployment.shadows]) {
    try {
      await context.models.serverOf(variant.model);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return (
        `The primary container for production variant ${variant.name} ` +
        `did not pass the ping health check. ${reason}`
      );
    }
  }
  return undefined;
}
