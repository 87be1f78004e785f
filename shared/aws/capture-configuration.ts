import { type CaptureSettings, settingsOf, showsCapture } from "../capture/capture-settings.ts";
import { type CaptureRequest, planCaptureChange } from "../capture/plan-capture-change.ts";
import type { EndpointDescription, EndpointProgress } from "../contracts/endpoint-progress.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import {
  createEndpointConfig,
  describeEndpoint,
  describeEndpointConfig,
  listTags,
  updateCapture,
  waitForEndpoint,
} from "./endpoints.ts";

const TIMEOUT_MILLIS = 30 * 60_000;

/** What an endpoint captures, and what its configuration says it should. */
export interface CaptureReading {
  readonly endpoint: string;
  readonly status: string;
  readonly configName: string;
  /** Of the configuration; null when it has no capture. */
  readonly settings: CaptureSettings | null;
  /** Whether the endpoint does what its configuration says. */
  readonly inForce: boolean;
}

export interface CaptureChange extends CaptureReading {
  readonly changed: boolean;
}

export async function readCapture(name: string): Promise<CaptureReading> {
  const endpoint = await describeEndpoint(name);
  const config = await describeEndpointConfig(endpoint.EndpointConfigName ?? "");
  const present = config.DataCaptureConfig;
  return reading(endpoint, present === undefined ? null : settingsOf(present));
}

/**
 * Switches an endpoint's capture, and returns when DescribeEndpoint shows it.
 *
 * @throws MonitoringError `endpoint-rolled-back`, `endpoint-broken`, `endpoint-update-timed-out` or
 *   `capture-not-in-force` when the change did not come about, besides the refusals of the plan
 */
export async function changeCapture(
  name: string,
  request: CaptureRequest,
  options: { timeoutMillis?: number; onProgress?: (progress: EndpointProgress) => void } = {},
): Promise<CaptureChange> {
  const before = await describeEndpoint(name);
  const config = await describeEndpointConfig(before.EndpointConfigName ?? "");
  const plan = planCaptureChange(before, config, request);
  if (plan.kind === "unchanged") return { ...reading(before, plan.settings), changed: false };

  const tags = await listTags(String(config.EndpointConfigArn));
  await createEndpointConfig(plan.configName, plan.content, tags);
  await updateCapture(name, plan.configName);
  const { progress, endpoint } = await waitForEndpoint(name, plan.configName, {
    timeoutMillis: options.timeoutMillis ?? TIMEOUT_MILLIS,
    modifiedBefore: before.LastModifiedTime,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  requireApplied(name, plan.configName, progress);
  if (!showsCapture(endpoint, plan.settings)) {
    throw new MonitoringError(
      "capture-not-in-force",
      `capture of endpoint "${name}": it serves "${plan.configName}" but shows another capture: ` +
        `${JSON.stringify(endpoint.DataCaptureConfig ?? null)}: the update must not retain the old`,
      { details: { endpoint: name } },
    );
  }
  return { ...reading(endpoint, plan.settings), changed: true };
}

function reading(endpoint: EndpointDescription, settings: CaptureSettings | null): CaptureReading {
  return {
    endpoint: endpoint.EndpointName,
    status: endpoint.EndpointStatus,
    configName: endpoint.EndpointConfigName ?? "",
    settings,
    inForce:
      settings === null
        ? !(endpoint.DataCaptureConfig?.EnableCapture ?? false)
        : showsCapture(endpoint, settings),
  };
}

function requireApplied(name: string, target: string, progress: EndpointProgress): void {
  const failure = failureOf(progress);
  if (failure === null) return;
  const message = `update of endpoint "${name}" to "${target}": ${failure.explanation}`;
  throw new MonitoringError(failure.code, message, { details: { endpoint: name, target } });
}

function failureOf(progress: EndpointProgress): { code: string; explanation: string } | null {
  switch (progress.kind) {
    case "applied":
      return null;
    case "rolledBack": {
      const { servingConfigName, reason } = progress;
      const explanation = `it is InService on "${servingConfigName}": it was rolled back: ${reason}`;
      return { code: "endpoint-rolled-back", explanation };
    }
    case "broken":
      return {
        code: "endpoint-broken",
        explanation: `status ${progress.status}: ${progress.reason}`,
      };
    case "waiting": {
      const explanation = `still ${progress.status}: it goes on, see "plumbline capture show" later`;
      return { code: "endpoint-update-timed-out", explanation };
    }
  }
}
