import type {
  CreateTransformJobCommandInput,
  DescribeTransformJobCommandInput,
  StopTransformJobCommandInput,
} from "@aws-sdk/client-sagemaker";
import { arnOf, epochSeconds, type Operation, type SimulatorContext } from "../context.ts";
import { beginJob } from "../jobs/advance-jobs.ts";
import { isOver, phaseOf, replanned } from "../jobs/job.ts";
import {
  type StoredTransformJob,
  transformJobView,
  transformPhase,
  transformTimeline,
} from "../jobs/transform-job.ts";
import { transformJobs } from "../jobs/transform-work.ts";
import { validationException } from "../service-error.ts";
import { requireName, requireText } from "../validation.ts";
import { usableModel } from "./models.ts";
import { tagOnCreation } from "./tags.ts";
import { requireAtLeastOne, requireOneOf, requireS3Uri } from "./training-job-rules.ts";
import { jobExists } from "./training-jobs.ts";

export const transformJobOperations: Readonly<Record<string, Operation>> = {
  CreateTransformJob: createTransformJob,
  DescribeTransformJob: describeTransformJob,
  StopTransformJob: stopTransformJob,
};

function createTransformJob(
  context: SimulatorContext,
  input: CreateTransformJobCommandInput,
): object {
  const name = requireName(input.TransformJobName, "transformJobName");
  requireTransformJob(input);
  const model = usableModel(context, input.ModelName);
  const arn = arnOf(context, "transform-job", name);
  if (context.state.transformJobs.has(name)) throw jobExists(arn);
  const { Tags: tags = [], TransformJobName: _, ...content } = input;
  const creationMillis = context.now();
  const phases = transformTimeline({
    startMillis: creationMillis,
    durationMillis: context.durations.values.transformMillis,
    fails: context.faults.strikes("failedTransformCount", name),
  });
  const job = { name, arn, creationMillis, phases, position: 0, input: content, tags, model };
  tagOnCreation(context, arn, tags);
  beginJob(context, transformJobs, job);
  return { TransformJobArn: arn };
}

function requireTransformJob(input: CreateTransformJobCommandInput): void {
  const { TransformInput, TransformOutput, TransformResources: resources, DataProcessing } = input;
  const source = TransformInput?.DataSource?.S3DataSource;
  const member = "transformInput.dataSource.s3DataSource";
  requireOneOf(source?.S3DataType, `${member}.s3DataType`, ["ManifestFile", "S3Prefix"]);
  requireS3Uri(source?.S3Uri, `${member}.s3Uri`);
  requireS3Uri(TransformOutput?.S3OutputPath, "transformOutput.s3OutputPath");
  requireText(resources?.InstanceType, "transformResources.instanceType");
  requireAtLeastOne(resources?.InstanceCount, "transformResources.instanceCount");
  const { SplitType = "None" } = TransformInput ?? {};
  requireOneOf(SplitType, "transformInput.splitType", ["None", "Line"]);
  if (input.DataCaptureConfig !== undefined) {
    throw validationException("Data capture of batch transform is not simulated.");
  }
  if (DataProcessing !== undefined && SplitType === "None") {
    throw validationException("DataProcessing requires SplitType to be Line.");
  }
  if (DataProcessing?.JoinSource === "Input" && TransformOutput?.AssembleWith !== "Line") {
    throw validationException("JoinSource requires the same SplitType and AssembleWith.");
  }
}

function describeTransformJob(
  context: SimulatorContext,
  input: DescribeTransformJobCommandInput,
): object {
  const job = findTransformJob(context, input.TransformJobName);
  const { startMillis, endMillis, ...shown } = transformJobView(job);
  return {
    ...job.input,
    ...shown,
    TransformJobName: job.name,
    TransformJobArn: job.arn,
    CreationTime: epochSeconds(job.creationMillis),
    TransformStartTime: epochSeconds(startMillis),
    ...(endMillis === undefined ? {} : { TransformEndTime: epochSeconds(endMillis) }),
  };
}

function stopTransformJob(context: SimulatorContext, input: StopTransformJobCommandInput): object {
  const job = findTransformJob(context, input.TransformJobName);
  const { status } = phaseOf(job);
  if (isOver(job)) {
    throw validationException(
      `The request was rejected because the transform job is in status ${status}.`,
    );
  }
  if (status === "Stopping") return {};
  const millis = context.now();
  const untilMillis = millis + context.durations.values.transformMillis / 10;
  const future = [transformPhase("Stopping", millis), transformPhase("Stopped", untilMillis)];
  context.state.transformJobs.set(job.name, replanned(job, future));
  return {};
}

function findTransformJob(context: SimulatorContext, value: unknown): StoredTransformJob {
  const name = requireName(value, "transformJobName");
  const job = context.state.transformJobs.get(name);
  if (job === undefined) {
    throw validationException(`Could not find requested job with name: ${name}`);
  }
  return job;
}
