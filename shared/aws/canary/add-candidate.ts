import { CreateModelCommand, type CreateModelCommandInput } from "@aws-sdk/client-sagemaker";
import {
  canaryConfig,
  candidateVariant,
  type LiveEndpoint,
  shadowConfig,
} from "../../canary/plan.ts";
import { bakedPercents, instancesAt, sharesAt } from "../../canary/steps.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import {
  candidateModelName,
  rolloutConfigName,
} from "../../contracts/self-healing/resource-names.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import type { EndpointValue } from "../../contracts/self-healing/tasks.ts";
import { describeModel } from "../deployments.ts";
import {
  createEndpointConfig,
  describeEndpoint,
  describeEndpointConfig,
  listTags,
} from "../endpoints.ts";
import { isPresent, sagemaker } from "../sagemaker.ts";
import { updateRun } from "../self-healing/runs.ts";
import { modelRole } from "../training/stage-choices.ts";
import { runTags } from "../training/training-jobs.ts";
import { updateEndpoint } from "./endpoint-changes.ts";
import { answerRefused, becomes, type EndpointTask } from "./endpoint-tasks.ts";

/**
 * Adds the candidate beside the champion, with no traffic yet, or as its shadow. All that is made is named
 * after the run, and what it is for is written into the run before the endpoint is changed: so whoever
 * rolls back knows what to look for.
 *
 * @returns what the task was answered with; null while the change is waited for
 */
export async function addCandidate(
  task: EndpointTask,
  stage: "canary" | "shadow",
): Promise<EndpointValue | null> {
  const { record } = task;
  const live = await readLive(record);
  const { endpoint } = live;
  const configName = rolloutConfigName(record.run, stage);
  const model = await createCandidateModel(record);
  // Under one name the update that makes a shadow a variant could keep the shadow's weight.
  const variant = stage === "shadow" ? `${model.variant}-shadow` : model.variant;
  const candidate = { ...model, variant };
  const { champion } = record;
  const variants = { champion: champion.variant, candidate: candidate.variant };
  const target = {
    configName,
    ...(stage === "canary" ? { shares: sharesAt(0, variants) } : {}),
  };
  if (endpoint.EndpointConfigName === configName) {
    return await becomes(task, endpoint, target, async () => {});
  }
  const count = championInstances(live);
  const widest = Math.max(0, ...bakedPercents(record.definition.rollout));
  const content = planned(() =>
    stage === "canary"
      ? canaryConfig(live, candidate, instancesAt(widest, count ?? 1))
      : shadowConfig(live, candidate, count ?? 1),
  );
  if (content instanceof MonitoringError) return await answerRefused(task, content.message);
  await updateRun(record, {
    candidate: {
      ...candidate,
      endpointConfigName: configName,
      baseConfigName: record.candidate?.baseConfigName ?? endpoint.EndpointConfigName ?? "",
      ...(count === undefined ? {} : { championInstanceCount: count }),
    },
  });
  return await becomes(task, endpoint, target, async () => {
    const tags = await listTags(String(live.config["EndpointConfigArn"]));
    await createEndpointConfig(configName, content, withRunTags(tags, record));
    await updateEndpoint(record.endpoint, configName);
  });
}

/** The endpoint with its configuration, and who of its variants is the champion. */
export async function readLive({ endpoint: name, champion }: RunRecord): Promise<LiveEndpoint> {
  const endpoint = await describeEndpoint(name);
  const config = await describeEndpointConfig(endpoint.EndpointConfigName ?? "");
  return { endpoint, config, champion: champion.variant };
}

export function championInstances({ endpoint, champion }: LiveEndpoint): number | undefined {
  const variants = endpoint.ProductionVariants ?? [];
  return variants.find(({ VariantName }) => VariantName === champion)?.CurrentInstanceCount;
}

/** The tags of what was there before stay, but for those of an earlier run. */
export function withRunTags(
  tags: Awaited<ReturnType<typeof listTags>>,
  record: Pick<RunRecord, "run" | "endpoint">,
) {
  const own = runTags(record);
  const others = tags.filter(({ Key }) => !own.some((tag) => tag.Key === Key));
  return [...others, ...own];
}

/**
 * The model of the registry's version, which SageMaker refuses until that is approved. It runs in the
 * network that the champion runs in.
 *
 * @throws MonitoringError `not-registered`
 */
export async function createCandidateModel(
  record: RunRecord,
): Promise<{ readonly variant: string; readonly modelName: string }> {
  const { run, modelPackageArn, champion, definition } = record;
  if (modelPackageArn === undefined) {
    throw new MonitoringError("not-registered", `run "${run}": must have a registered model`);
  }
  const modelName = candidateModelName(run);
  const live = await describeModel(champion.modelName);
  const input: CreateModelCommandInput = {
    ModelName: modelName,
    Containers: [{ ModelPackageName: modelPackageArn }],
    ExecutionRoleArn: modelRole(definition.retraining?.trainingJob?.role),
    ...(live?.VpcConfig === undefined ? {} : { VpcConfig: live.VpcConfig }),
    ...(live?.EnableNetworkIsolation ? { EnableNetworkIsolation: true } : {}),
    Tags: runTags(record),
  };
  try {
    await sagemaker().send(new CreateModelCommand(input));
  } catch (error) {
    if (!isPresent(error)) throw error;
  }
  return { variant: candidateVariant(modelPackageArn), modelName };
}

/** What cannot be rolled out so is a value, not a failure. */
export function planned<Content>(make: () => Content): Content | MonitoringError {
  try {
    return make();
  } catch (error) {
    if (error instanceof MonitoringError) return error;
    throw error;
  }
}
