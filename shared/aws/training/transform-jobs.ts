import {
  CreateTransformJobCommand,
  type CreateTransformJobCommandInput,
  ResourceLimitExceeded,
} from "@aws-sdk/client-sagemaker";
import type { MonitorDefinition } from "../../contracts/monitor-definition.ts";
import { transformJobName } from "../../contracts/self-healing/resource-names.ts";
import type { TransformValue } from "../../contracts/self-healing/tasks.ts";
import type { ContentType } from "../../contracts/self-healing/training-set.ts";
import { isPresent, isRefused, sagemaker } from "../sagemaker.ts";
import { runTags } from "./training-jobs.ts";

export interface TransformJobPlan {
  readonly run: string;
  readonly endpoint: string;
  readonly modelName: string;
  readonly instance: string;
  readonly contentType: ContentType;
  /** How the champion answers. */
  readonly accept: ContentType;
  /** S3 URIs: one row a line, and the prefix that the answers go below. */
  readonly input: string;
  readonly output: string;
  readonly kmsKeyId: string;
}

/** Of a batch transform where a pipeline trains, whose own instances are its own matter. */
const DEFAULT_INSTANCE = "ml.m5.xlarge";

/** The instance type that evaluates: the one that trains. */
export function evaluationInstance({ retraining }: Pick<MonitorDefinition, "retraining">): string {
  return retraining?.trainingJob?.instance ?? DEFAULT_INSTANCE;
}

type Instance = NonNullable<CreateTransformJobCommandInput["TransformResources"]>["InstanceType"];

/**
 * What CreateTransformJob is asked for: a line of output is the answer to a row. Rows of CSV are sent and
 * answered many at a time; a JSON document may hold several rows, so each is a request of its own.
 */
export function transformJobInput(plan: TransformJobPlan): CreateTransformJobCommandInput {
  const isCsv = plan.contentType === "text/csv" && plan.accept === "text/csv";
  return {
    TransformJobName: transformJobName(plan.run),
    ModelName: plan.modelName,
    BatchStrategy: isCsv ? "MultiRecord" : "SingleRecord",
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: plan.input } },
      ContentType: plan.contentType,
      SplitType: "Line",
    },
    TransformOutput: {
      S3OutputPath: plan.output,
      Accept: plan.accept,
      AssembleWith: "Line",
      KmsKeyId: plan.kmsKeyId,
    },
    TransformResources: { InstanceType: plan.instance as Instance, InstanceCount: 1 },
    Tags: runTags(plan),
  };
}

/**
 * Starts a transform job, or finds it started.
 *
 * @returns null when its end is to be waited for, else what it has come to already
 */
export async function createTransformJob(plan: TransformJobPlan): Promise<TransformValue | null> {
  try {
    await sagemaker().send(new CreateTransformJobCommand(transformJobInput(plan)));
    return null;
  } catch (error) {
    if (isPresent(error)) return null;
    // A model that was just made is not seen everywhere at once.
    if (isRefused(error, /could not find/i)) throw error;
    if (!(error instanceof ResourceLimitExceeded) && !isRefused(error, /./)) throw error;
    const reason = `SageMaker refused the transform job: ${(error as Error).message}`;
    return { outcome: "failed", reason };
  }
}
