import {
  type ContainerDefinition,
  CreateModelCommand,
  type CreateModelCommandInput,
  DescribeModelPackageCommand,
  DescribeTrainingJobCommand,
} from "@aws-sdk/client-sagemaker";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import {
  challengerModelName,
  trainingJobName,
} from "../../contracts/self-healing/resource-names.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import type { TransformValue } from "../../contracts/self-healing/tasks.ts";
import { describeModel } from "../deployments.ts";
import { isAbsent, isPresent, isRefused, sagemaker } from "../sagemaker.ts";
import { findTrainingJob } from "./pipelines.ts";
import { modelRole } from "./stage-choices.ts";
import { runTags } from "./training-jobs.ts";

/** What training left. */
export interface TrainedModel {
  readonly jobName: string;
  readonly jobArn: string;
  /** `model.tar.gz`, an S3 URI. */
  readonly artefact: string;
  readonly image: string;
}

/**
 * The model that a run has trained: by its second job, else by its first, or by the pipeline's.
 *
 * @param executionArn of the pipeline's execution; null when a job trained
 * @throws MonitoringError `not-trained` when there is none, which its value has ruled out
 */
export async function findTrainedModel(
  { run }: Pick<RunRecord, "run">,
  executionArn: string | null,
): Promise<TrainedModel> {
  const names =
    executionArn === null
      ? [trainingJobName(run, 2), trainingJobName(run, 1)]
      : [await findTrainingJob(executionArn)];
  for (const name of names) {
    const trained = name === null ? null : await readTrainedModel(name);
    if (trained !== null) return trained;
  }
  throw new MonitoringError(
    "not-trained",
    `run "${run}": ${executionArn ?? names.join(", ")}: must have completed with a model`,
    { details: { run } },
  );
}

async function readTrainedModel(jobName: string): Promise<TrainedModel | null> {
  try {
    const job = await sagemaker().send(
      new DescribeTrainingJobCommand({ TrainingJobName: jobName }),
    );
    const artefact = job.ModelArtifacts?.S3ModelArtifacts;
    if (job.TrainingJobStatus !== "Completed" || !artefact) return null;
    const image = job.AlgorithmSpecification?.TrainingImage ?? "";
    return { jobName, jobArn: job.TrainingJobArn!, artefact, image };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** How a challenger serves: as the champion does, so that whoever calls notices nothing. */
export type ChallengerModel = Pick<
  CreateModelCommandInput,
  "VpcConfig" | "EnableNetworkIsolation"
> & { readonly container: ContainerDefinition };

/**
 * The champion's container with the challenger's artefact; where the champion's model is gone, the image
 * that trained. Several containers that serve the champion together cannot be retrained as one.
 */
export async function challengerModel(
  { champion }: Pick<RunRecord, "champion">,
  trained: TrainedModel,
): Promise<ChallengerModel | MonitoringError> {
  const model = await describeModel(champion.modelName);
  const containers = model?.PrimaryContainer ? [model.PrimaryContainer] : (model?.Containers ?? []);
  if (containers.length > 1) {
    return new MonitoringError(
      "champion-is-a-pipeline",
      `model "${champion.modelName}": ${containers.length} containers: must be one to be retrained`,
    );
  }
  const [own] = containers;
  const packageName = own?.ModelPackageName ?? (own ? null : champion.modelPackageArn);
  const served = packageName ? await packagedContainer(packageName) : own;
  return {
    container: {
      Image: served?.Image ?? trained.image,
      Environment: { ...served?.Environment, ...own?.Environment },
      ModelDataUrl: trained.artefact,
    },
    ...(model?.VpcConfig ? { VpcConfig: model.VpcConfig } : {}),
    ...(model?.EnableNetworkIsolation ? { EnableNetworkIsolation: true } : {}),
  };
}

async function packagedContainer(
  name: string,
): Promise<Pick<ContainerDefinition, "Image" | "Environment"> | undefined> {
  try {
    const command = new DescribeModelPackageCommand({ ModelPackageName: name });
    const { InferenceSpecification } = await sagemaker().send(command);
    return InferenceSpecification?.Containers?.[0];
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Makes the challenger a model of SageMaker's, or finds it made.
 *
 * @returns null when it is there, else why SageMaker took it not
 */
export async function createChallengerModel(
  record: RunRecord,
  { container, ...network }: ChallengerModel,
): Promise<TransformValue | null> {
  try {
    await sagemaker().send(
      new CreateModelCommand({
        ModelName: challengerModelName(record.run),
        ExecutionRoleArn: modelRole(record.definition.retraining?.trainingJob?.role),
        PrimaryContainer: container,
        ...network,
        Tags: runTags(record),
      }),
    );
    return null;
  } catch (error) {
    if (isPresent(error)) return null;
    if (!isRefused(error, /./)) throw error;
    return { outcome: "failed", reason: `SageMaker refused the model: ${error.message}` };
  }
}
