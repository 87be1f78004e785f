import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { type EndpointState, knownFromMillis } from "../window/plan.ts";
import { readCapturedHours } from "./captured-hours.ts";
import { readLabelledHours } from "./label-hours.ts";
import { readWindowRecords } from "./window-records.ts";

/** All that a plan needs to know of an endpoint. */
export async function readEndpointState(
  definition: MonitorDefinition,
  times: { readonly nowMillis: number; readonly definedAtMillis: number },
): Promise<EndpointState> {
  const { endpoint } = definition;
  const fromMillis = knownFromMillis(definition, times.nowMillis);
  const [hours, windows, labels] = await Promise.all([
    readCapturedHours(endpoint, fromMillis),
    readWindowRecords(endpoint, fromMillis),
    definition.checks.modelQuality === undefined ? [] : readLabelledHours(endpoint, fromMillis),
  ]);
  return { definedAtMillis: times.definedAtMillis, hours, windows, labels };
}
