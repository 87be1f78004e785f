import type { CreateTrainingJobCommandInput } from "@aws-sdk/client-sagemaker";
import { parseS3Uri } from "../s3-uri.ts";
import { validationException } from "../service-error.ts";
import { brokenConstraint, requireList, requireText } from "../validation.ts";

const CHANNEL_COUNT_MAX = 20;
const PARAMETER_COUNT_MAX = 100;
const PARAMETER_LENGTH_MAX = 2500;
const INPUT_MODES = ["File", "Pipe", "FastFile"];
const DATA_TYPES = ["ManifestFile", "S3Prefix"];

/** What SageMaker demands of a training job before it takes it. */
export function requireTrainingJob(input: CreateTrainingJobCommandInput): void {
  const { AlgorithmSpecification: algorithm, ResourceConfig: resources } = input;
  requireText(input.RoleArn, "roleArn");
  requireText(algorithm?.TrainingImage, "algorithmSpecification.trainingImage");
  requireOneOf(
    algorithm?.TrainingInputMode,
    "algorithmSpecification.trainingInputMode",
    INPUT_MODES,
  );
  requireS3Uri(input.OutputDataConfig?.S3OutputPath, "outputDataConfig.s3OutputPath");
  requireText(resources?.InstanceType, "resourceConfig.instanceType");
  requireAtLeastOne(resources?.InstanceCount, "resourceConfig.instanceCount");
  requireAtLeastOne(resources?.VolumeSizeInGB, "resourceConfig.volumeSizeInGB");
  requireChannels(input);
  requireParameters(input.HyperParameters ?? {});
  requireStoppingCondition(input);
}

function requireChannels({ InputDataConfig }: CreateTrainingJobCommandInput): void {
  const channels = requireList(InputDataConfig, "inputDataConfig", CHANNEL_COUNT_MAX);
  for (const [index, channel] of channels.entries()) {
    const member = `inputDataConfig.${index + 1}.member`;
    requireText(channel.ChannelName, `${member}.channelName`);
    const source = channel.DataSource?.S3DataSource;
    requireOneOf(source?.S3DataType, `${member}.dataSource.s3DataSource.s3DataType`, DATA_TYPES);
    requireS3Uri(source?.S3Uri, `${member}.dataSource.s3DataSource.s3Uri`);
    if (channel.InputMode !== undefined) {
      requireOneOf(channel.InputMode, `${member}.inputMode`, INPUT_MODES);
    }
  }
}

function requireParameters(parameters: Readonly<Record<string, unknown>>): void {
  const values = Object.entries(parameters);
  if (values.length > PARAMETER_COUNT_MAX) {
    const rule = `Map must have less than or equal to ${PARAMETER_COUNT_MAX} entries`;
    throw brokenConstraint(`{${values.length} entries}`, "hyperParameters", rule);
  }
  for (const [name, value] of values) {
    if (typeof value === "string" && value.length <= PARAMETER_LENGTH_MAX) continue;
    const rule = `Member must be a string of at most ${PARAMETER_LENGTH_MAX} characters`;
    throw brokenConstraint(value, `hyperParameters.${name}`, rule);
  }
}

function requireStoppingCondition(input: CreateTrainingJobCommandInput): void {
  const { MaxRuntimeInSeconds: runtime, MaxWaitTimeInSeconds: wait } =
    input.StoppingCondition ?? {};
  if (runtime !== undefined) {
    requireAtLeastOne(runtime, "stoppingCondition.maxRuntimeInSeconds");
  }
  if (!input.EnableManagedSpotTraining) {
    if (wait === undefined) return;
    throw validationException(
      "Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining is set to true.",
    );
  }
  if (wait === undefined || wait < (runtime ?? 86_400)) {
    throw validationException(
      "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds",
    );
  }
  if ((input.ResourceConfig?.KeepAlivePeriodInSeconds ?? 0) > 0) {
    throw validationException(
      "KeepAlivePeriodInSeconds is not supported with managed spot training.",
    );
  }
}

export function requireOneOf(
  value: string | undefined,
  member: string,
  values: readonly string[],
): void {
  if (value !== undefined && values.includes(value)) return;
  const rule = `Member must satisfy enum value set: [${values.join(", ")}]`;
  throw brokenConstraint(value, member, rule);
}

export function requireS3Uri(value: string | undefined, member: string): void {
  if (parseS3Uri(requireText(value, member)) !== undefined) return;
  const rule = "Member must satisfy regular expression pattern: (https|s3)://([^/]+)/?(.*)";
  throw brokenConstraint(value, member, rule);
}

export function requireAtLeastOne(value: number | undefined, member: string): void {
  if (value !== undefined && Number.isInteger(value) && value >= 1) return;
  throw brokenConstraint(value, member, "Member must have value greater than or equal to 1");
}
