import { setTimeout as sleep } from "node:timers/promises";
import {
  type DeploymentConfig,
  type DesiredWeightAndCapacity,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from "@aws-sdk/client-sagemaker";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { isRefused, sagemaker } from "../sagemaker.ts";

const CREATED_CONFIG_ATTEMPTS = 6;
const BUSY = "endpoint-busy";

/**
 * Updates an endpoint to a configuration. Variants that it has already keep their weights and instance
 * counts, and the capture stays as it is.
 *
 * @throws MonitoringError `endpoint-busy` while another change is under way
 */
export async function updateEndpoint(
  endpoint: string,
  configName: string,
  deployment?: DeploymentConfig,
): Promise<void> {
  const command = new UpdateEndpointCommand({
    EndpointName: endpoint,
    EndpointConfigName: configName,
    RetainAllVariantProperties: true,
    ...(deployment === undefined ? {} : { DeploymentConfig: deployment }),
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await sagemaker().send(command);
      return;
    } catch (error) {
      // A configuration that was just created is not seen everywhere at once.
      const unseen = isRefused(error, /could not find endpoint configuration/i);
      if (!unseen || attempt === CREATED_CONFIG_ATTEMPTS) throw busyOr(error, endpoint);
      await sleep(100 * 2 ** attempt);
    }
  }
}

/**
 * Changes weights and instance counts, of all named variants in one call.
 *
 * @throws MonitoringError `endpoint-busy` while another change is under way
 */
export async function changeVariants(
  endpoint: string,
  changes: readonly DesiredWeightAndCapacity[],
): Promise<void> {
  const command = new UpdateEndpointWeightsAndCapacitiesCommand({
    EndpointName: endpoint,
    DesiredWeightsAndCapacities: [...changes],
  });
  try {
    await sagemaker().send(command);
  } catch (error) {
    throw busyOr(error, endpoint);
  }
}

/** Makes a change unless another is under way, ours or somebody's: that is waited for. */
export async function unlessBusy(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof MonitoringError) || error.code !== BUSY) throw error;
  }
}

/** AWS's own maintenance ends, and so does somebody else's change: worth another try later. */
function busyOr(error: unknown, endpoint: string): unknown {
  if (!isRefused(error, /cannot update in-progress endpoint/i)) return error;
  return new MonitoringError(
    BUSY,
    `endpoint "${endpoint}": a change is under way: it must be over before the next`,
    { cause: error, details: { endpoint } },
  );
}
