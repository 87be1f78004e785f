import { type CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import type { SimulatorContext } from "../context.ts";
import { endpointDeploymentEvent } from "../events/endpoint-events.ts";
import type { StoredEndpoint, Transition } from "../state.ts";
import { firstUnservable } from "../transitions.ts";
import type { Guardrail } from "./stages.ts";

type Guarded = StoredEndpoint & { readonly transition: Transition & { guardrail: Guardrail } };

/** Moves guarded updates on from stage to stage, and rolls those back of which an alarm rings. */
export async function advanceGuardrails(context: SimulatorContext): Promise<void> {
  for (const { name } of [...context.state.endpoints.values()]) {
    while (await advance(context, name)) context.state.save();
  }
}

/** @returns whether a stage began, so that the next may */
async function advance(context: SimulatorContext, name: string): Promise<boolean> {
  const endpoint = context.state.endpoints.get(name);
  if (!isGuarded(endpoint)) return false;
  const { guardrail } = endpoint.transition;
  const reason = await reasonToRollBack(context, endpoint);
  // While we asked, the update may have ended.
  if (context.state.endpoints.get(name) !== endpoint) return false;
  if (reason !== undefined) {
    rollBack(context, endpoint, reason);
    return false;
  }
  const next = guardrail.stages[guardrail.position + 1];
  if (next === undefined || next.fromMillis > context.now()) return false;
  put(context, endpoint, { ...guardrail, position: guardrail.position + 1 });
  return true;
}

function isGuarded(endpoint: StoredEndpoint | undefined): endpoint is Guarded {
  return endpoint?.transition?.guardrail !== undefined;
}

function put(context: SimulatorContext, endpoint: Guarded, guardrail: Guardrail): void {
  const changed = { ...endpoint, transition: { ...endpoint.transition, guardrail } };
  context.state.endpoints.set(endpoint.name, changed);
  context.events.publish(endpointDeploymentEvent(context, changed));
}

/** A fleet that cannot serve never gets traffic; one that bakes keeps it while no alarm rings. */
async function reasonToRollBack(
  context: SimulatorContext,
  { transition }: Guarded,
): Promise<string | undefined> {
  const { stages, position, alarms } = transition.guardrail;
  const { status } = stages[position]!;
  const entersTraffic = position === 0 && stages[1]!.fromMillis <= context.now();
  if (entersTraffic) return await firstUnservable(context, transition.target);
  if (status !== "Baking" || alarms.length === 0) return undefined;
  const ringing = await ringingAlarms(context.cloudWatch, alarms);
  if (ringing.length === 0) return undefined;
  return `Rolled back, because of the alarms in state ALARM: ${ringing.join(", ")}.`;
}

/** All traffic goes to the old fleet at once; that the new one ends takes a while. */
function rollBack(context: SimulatorContext, endpoint: Guarded, reason: string): void {
  const { guardrail: _, ...transition } = endpoint.transition;
  const untilMillis = context.now() + context.durations.values.transitionMillis;
  context.state.endpoints.set(endpoint.name, {
    ...endpoint,
    transition: { ...transition, fault: "alarmed", reason, untilMillis },
  });
  context.state.save();
}

async function ringingAlarms(
  cloudWatch: CloudWatchClient,
  names: readonly string[],
): Promise<readonly string[]> {
  const alarms = await readAlarms(cloudWatch, names);
  return alarms.filter(({ state }) => state === "ALARM").map(({ name }) => name);
}

export async function readAlarms(cloudWatch: CloudWatchClient, names: readonly string[]) {
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
    }),
  );
  return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName, StateValue }) => ({
    name: AlarmName!,
    state: StateValue,
  }));
}
