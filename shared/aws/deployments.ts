import { DescribeModelCommand, type DescribeModelCommandOutput } from "@aws-sdk/client-sagemaker";
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { EndpointDescription } from "../contracts/endpoint-progress.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { DeploymentRecord, ServedModel } from "../contracts/self-healing/run.ts";
import { baselinePrefix } from "./baselines.ts";
import { describeEndpoint, describeEndpointConfig } from "./endpoints.ts";
import { isAbsent, sagemaker } from "./sagemaker.ts";
import { stageText } from "./stage.ts";
import { dynamodb, endpointPartition, type Item, isConditionRefused, queryItems } from "./table.ts";

/** The deployment timeline of an endpoint, oldest first. */
export async function readDeployments(endpoint: string): Promise<DeploymentRecord[]> {
  const items = await queryItems(endpointPartition(endpoint), "deployment#", "deployment#~");
  return items.map(recordOf);
}

/** Notes that a variant began to serve a model; what was noted first of that instant stays. */
export async function openDeployment(record: DeploymentRecord): Promise<void> {
  try {
    await dynamodb().send(
      new PutCommand({
        TableName: stageText("table"),
        Item: { ...itemKey(record), ...record },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
  } catch (error) {
    if (!isConditionRefused(error)) throw error;
  }
}

/** Notes that a stretch ended; the end that was noted first stays. */
export async function closeDeployment(record: DeploymentRecord, to: string): Promise<void> {
  try {
    await dynamodb().send(
      new UpdateCommand({
        TableName: stageText("table"),
        Key: itemKey(record),
        UpdateExpression: "SET #to = :to",
        ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(#to)",
        ExpressionAttributeNames: { "#to": "to" },
        ExpressionAttributeValues: { ":to": to },
      }),
    );
  } catch (error) {
    if (!isConditionRefused(error)) throw error;
  }
}

/**
 * What an endpoint serves, by its own account: of several variants the one with most of the traffic. The
 * timeline is brought up to it: it begins with what is there when it is first asked for, and notes what
 * was deployed past Plumbline. Not for use during a rollout, whose steps write the timeline themselves.
 *
 * @throws MonitoringError `endpoint-not-found`, `endpoint-serves-nothing`
 */
export async function readServedModel(definition: MonitorDefinition): Promise<ServedModel> {
  const { endpoint } = definition;
  const { served, known, open, since } = await findServing(definition);
  for (const record of open) if (record !== known) await closeDeployment(record, since);
  if (known === undefined) await openDeployment({ endpoint, ...served, from: since });
  return served;
}

/**
 * The same, and the timeline is left as it is.
 *
 * @throws MonitoringError `endpoint-not-found`, `endpoint-serves-nothing`
 */
export async function findServedModel(definition: MonitorDefinition): Promise<ServedModel> {
  return (await findServing(definition)).served;
}

interface Serving {
  readonly served: ServedModel;
  /** Its stretch of the timeline, where that is up to it. */
  readonly known: DeploymentRecord | undefined;
  /** All stretches that have not ended. */
  readonly open: readonly DeploymentRecord[];
  /** When the endpoint was last changed, ISO 8601. */
  readonly since: string;
}

async function findServing(definition: MonitorDefinition): Promise<Serving> {
  const { endpoint } = definition;
  const description = await describeEndpoint(endpoint);
  const found = await readFound(description);
  const open = (await readDeployments(endpoint)).filter(({ to }) => to === undefined);
  const known = open.find(
    ({ variant, modelName }) => variant === found.variant && modelName === found.modelName,
  );
  const { modelPackageArn, baseline } = known ?? {
    modelPackageArn: found.modelPackageArn,
    baseline: baselinePrefix(definition),
  };
  const since = description.LastModifiedTime.toISOString();
  return { served: { ...found, modelPackageArn, baseline }, known, open, since };
}

async function readFound(endpoint: EndpointDescription): Promise<Omit<ServedModel, "baseline">> {
  const {
    EndpointName: name,
    EndpointConfigName: endpointConfigName,
    ProductionVariants,
  } = endpoint;
  const [main] = [...(ProductionVariants ?? [])].sort(
    (a, b) => (b.CurrentWeight ?? 0) - (a.CurrentWeight ?? 0),
  );
  if (main === undefined || endpointConfigName === undefined) {
    throw new MonitoringError(
      "endpoint-serves-nothing",
      `endpoint "${name}": status ${endpoint.EndpointStatus}, no variant: it must serve a model`,
      { details: { endpoint: name } },
    );
  }
  const config = await describeEndpointConfig(endpointConfigName);
  const variant = main.VariantName;
  const configured = config.ProductionVariants.find(({ VariantName }) => VariantName === variant);
  const modelName = String(configured?.["ModelName"] ?? "");
  return {
    variant,
    modelName,
    endpointConfigName,
    modelPackageArn: packageOf(await describeModel(modelName)),
  };
}

/** null when it was deleted, which an endpoint survives that serves it. */
export async function describeModel(name: string): Promise<DescribeModelCommandOutput | null> {
  try {
    return await sagemaker().send(new DescribeModelCommand({ ModelName: name }));
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

function packageOf(model: DescribeModelCommandOutput | null): string | null {
  const containers = [model?.PrimaryContainer, ...(model?.Containers ?? [])];
  return containers.find((container) => container?.ModelPackageName)?.ModelPackageName ?? null;
}

function itemKey({ endpoint, from, variant }: DeploymentRecord): Item {
  return { pk: endpointPartition(endpoint), sk: `deployment#${from}#${variant}` };
}

function recordOf({ pk, sk, ...record }: Item): DeploymentRecord {
  return record as DeploymentRecord;
}
