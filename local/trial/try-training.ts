import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateModelCommand,
  CreateTrainingJobCommand,
  CreateTransformJobCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { trainingResult, transformResult } from "../../shared/aws/training/job-results.ts";
import { trainingJobInput } from "../../shared/aws/training/training-jobs.ts";
import { transformJobInput } from "../../shared/aws/training/transform-jobs.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import type { TrainingJobDefinition } from "../../shared/contracts/retraining-definition.ts";
import { parseS3Uri, type S3Location, s3Uri } from "../../shared/contracts/s3-uri.ts";
import type { TaskValue } from "../../shared/contracts/self-healing/tasks.ts";
import {
  sagemakerManifestText,
  type TrainingDataset,
} from "../../shared/contracts/self-healing/training-set.ts";
import { evaluationKeys, modelPrefix, trainingKeys } from "../../shared/contracts/storage-keys.ts";
import type { FileBytes } from "../../shared/training/training-file.ts";
import { type Account, closeAccount, openAccount } from "../account.ts";
import { CHURN_IMAGE } from "../churn/churn-model.ts";

export interface Trial {
  readonly dataset: TrainingDataset;
  readonly files: { readonly train: FileBytes; readonly holdoutInputs: FileBytes };
  readonly job: TrainingJobDefinition;
}

const BUCKET = "plumbline-trial";
const ROLE = "arn:aws:iam::000000000000:role/training";
const POLL_MILLIS = 50;

/**
 * Trains and answers the holdout on an account of its own, with the same calls as a run, and leaves nothing
 * behind. The simulator trains with the one image that it has, whatever the definition names.
 *
 * @returns what the batch transform wrote
 * @throws MonitoringError `trial-failed` with SageMaker's own reason
 */
export async function tryTraining(trial: Trial): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-trial-"));
  const account = await openAccount({ folder });
  try {
    return await trainOn(account, trial);
  } finally {
    await closeAccount(account);
    await rm(folder, { recursive: true, force: true });
  }
}

async function trainOn(account: Account, { dataset, files, job }: Trial): Promise<string> {
  const { region, endpointUrl: endpoint, sagemakerEndpointUrl } = account;
  const base = { region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const s3 = new S3Client({ ...base, endpoint, forcePathStyle: true });
  const sagemaker = new SageMakerClient({ ...base, endpoint: sagemakerEndpointUrl });
  await hurry(sagemakerEndpointUrl);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const put = async (Key: string, Body: Uint8Array | string): Promise<void> => {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  };
  const { run, endpoint: name, format } = dataset;
  const keys = trainingKeys(run, format);
  const place = (key: string): S3Location => ({ bucket: BUCKET, key });
  const train = keys.train.slice(keys.prefix.length);
  await put(keys.train, Buffer.concat([...files.train]));
  await put(keys.sagemakerManifest, sagemakerManifestText(s3Uri(place(keys.prefix)), [train]));
  await put(keys.holdoutInputs, Buffer.concat([...files.holdoutInputs]));

  const training = trainingJobInput({
    ...{ run, endpoint: name, attempt: 1, job, format, image: CHURN_IMAGE, roleArn: ROLE },
    ...{ manifest: place(keys.sagemakerManifest), output: place(modelPrefix(run)) },
    kmsKeyId: "alias/plumbline-trial",
  });
  await sagemaker.send(new CreateTrainingJobCommand(training));
  const { TrainingJobName } = training;
  const describeTraining = () =>
    sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
  await ended("trained", async () =>
    trainingResult(await describeTraining(), { isLastAttempt: true }),
  );
  const ModelDataUrl = (await describeTraining()).ModelArtifacts?.S3ModelArtifacts;
  const PrimaryContainer = { Image: CHURN_IMAGE, ModelDataUrl };
  await sagemaker.send(
    new CreateModelCommand({ ModelName: run, ExecutionRoleArn: ROLE, PrimaryContainer }),
  );

  const transform = transformJobInput({
    ...{ run, endpoint: name, modelName: run, instance: job.instance },
    ...{ contentType: dataset.holdoutContentType, accept: dataset.output.contentType },
    ...{
      input: s3Uri(place(keys.holdoutInputs)),
      output: s3Uri(place(evaluationKeys(run).output)),
    },
    kmsKeyId: "alias/plumbline-trial",
  });
  await sagemaker.send(new CreateTransformJobCommand(transform));
  const { TransformJobName } = transform;
  await ended("transformed", async () =>
    transformResult(await sagemaker.send(new DescribeTransformJobCommand({ TransformJobName }))),
  );
  const { bucket: Bucket, key } = parseS3Uri(transform.TransformOutput!.S3OutputPath!);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: `${key}inputs.out` }));
  return await Body!.transformToString();
}

/** A job's end, as soon as it is there. */
async function ended(word: string, read: () => Promise<TaskValue<string> | null>): Promise<void> {
  for (;;) {
    const value = await read();
    if (value?.outcome === word) return;
    if (value !== null) throw new MonitoringError("trial-failed", value.reason);
    await setTimeout(POLL_MILLIS);
  }
}

/** Nobody learns anything from the minutes that SageMaker takes to find a machine. */
async function hurry(simulatorUrl: string): Promise<void> {
  const body = JSON.stringify({ trainingMillis: 0, transformMillis: 0 });
  await fetch(`${simulatorUrl}/_simulator/durations`, { method: "POST", body });
}
