import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  ListTagsCommand,
  type Tag,
  UpdateEndpointCommand,
} from "@aws-sdk/client-sagemaker";
import {
  type EndpointConfigDescription,
  endpointConfigDescription,
} from "../capture/plan-capture-change.ts";
import {
  type EndpointDescription,
  type EndpointProgress,
  endpointDescription,
  endpointProgress,
} from "../contracts/endpoint-progress.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { isRefused, sagemaker } from "./sagemaker.ts";

/** @throws MonitoringError `endpoint-not-found` */
export async function describeEndpoint(name: string): Promise<EndpointDescription> {
  try {
    const output = await sagemaker().send(new DescribeEndpointCommand({ EndpointName: name }));
    return endpointDescription.parse(output);
  } catch (cause) {
    if (!isRefused(cause, /could not find endpoint/i)) throw cause;
    const message = `endpoint "${name}": not found: there is none of this name in the account`;
    throw new MonitoringError("endpoint-not-found", message, { cause, details: { name } });
  }
}

/** @throws MonitoringError `endpoint-config-not-found` when it was deleted under a live endpoint */
export async function describeEndpointConfig(name: string): Promise<EndpointConfigDescription> {
  try {
    const command = new DescribeEndpointConfigCommand({ EndpointConfigName: name });
    return endpointConfigDescription.parse(await sagemaker().send(command));
  } catch (cause) {
    if (!isRefused(cause, /could not find/i)) throw cause;
    const message =
      `endpoint configuration "${name}": not found: ` +
      "the configuration that an endpoint serves must not be deleted";
    throw new MonitoringError("endpoint-config-not-found", message, { cause, details: { name } });
  }
}

/**
 * Creates a configuration under a name made of its content. One of that name already there is the
 * same one, left by an earlier try.
 */
export async function createEndpointConfig(
  name: string,
  content: Readonly<Record<string, unknown>>,
  tags: readonly Tag[],
): Promise<void> {
  const input = {
    ...content,
    EndpointConfigName: name,
    ...(tags.length > 0 ? { Tags: [...tags] } : {}),
  } as CreateEndpointConfigCommandInput;
  try {
    await sagemaker().send(new CreateEndpointConfigCommand(input));
  } catch (error) {
    if (!isRefused(error, /already existing/i)) throw error;
  }
}

/** The tags of a resource that may be given to another: those of AWS may not. */
export async function listTags(arn: string): Promise<Tag[]> {
  const { Tags = [] } = await sagemaker().send(new ListTagsCommand({ ResourceArn: arn }));
  return Tags.filter(({ Key }) => !Key?.startsWith("aws:"));
}

const CREATED_CONFIG_ATTEMPTS = 6;

/**
 * Updates an endpoint to a configuration that differs in its capture alone: variants keep their
 * weights and instance counts, and the capture is not retained.
 */
export async function updateCapture(endpoint: string, configName: string): Promise<void> {
  const command = new UpdateEndpointCommand({
    EndpointName: endpoint,
    EndpointConfigName: configName,
    RetainAllVariantProperties: true,
    ExcludeRetainedVariantProperties: [{ VariantPropertyType: "DataCaptureConfig" }],
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await sagemaker().send(command);
      return;
    } catch (error) {
      // A configuration that was just created is not seen everywhere at once.
      const unseen = isRefused(error, /could not find endpoint configuration/i);
      if (!unseen || attempt === CREATED_CONFIG_ATTEMPTS) throw error;
      await sleep(100 * 2 ** attempt);
    }
  }
}

export interface WaitOptions {
  /** LastModifiedTime before the change: a read that still shows it is an old one. */
  readonly modifiedBefore: Date;
  readonly timeoutMillis: number;
  readonly onProgress?: (progress: EndpointProgress) => void;
}

const POLL_MILLIS_FIRST = 500;
const POLL_MILLIS_MAX = 30_000;
/** After so long an unchanged endpoint is believed: the update never began. */
const STALE_READ_MILLIS = 60_000;

/** Reads an endpoint until a change has ended, one way or another. */
export async function waitForEndpoint(
  name: string,
  targetConfigName: string,
  options: WaitOptions,
): Promise<{ progress: EndpointProgress; endpoint: EndpointDescription }> {
  const startMillis = performance.now();
  let pollMillis = POLL_MILLIS_FIRST;
  for (;;) {
    const endpoint = await describeEndpoint(name);
    const progress = endpointProgress(endpoint, targetConfigName);
    const elapsedMillis = performance.now() - startMillis;
    options.onProgress?.(progress);
    const stale =
      progress.kind === "rolledBack" &&
      endpoint.LastModifiedTime.getTime() === options.modifiedBefore.getTime() &&
      elapsedMillis < STALE_READ_MILLIS;
    if (progress.kind !== "waiting" && !stale) return { progress, endpoint };
    if (elapsedMillis >= options.timeoutMillis) return { progress, endpoint };
    await sleep(pollMillis);
    pollMillis = Math.min(POLL_MILLIS_MAX, pollMillis * 1.5);
  }
}
