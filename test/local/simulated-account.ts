import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  type ProductionVariant,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { closeAccount, openAccount } from "../../local/account.ts";
import { CHURN_IMAGE, trainChurnModel } from "../../local/churn/churn-model.ts";
import { readTrainingRows } from "../../local/churn/churn-rows.ts";
import { packModel } from "../../local/logistic-regression/artefact.ts";
import { type SimulatorOptions, startSimulator } from "../../local/sagemaker/simulator.ts";

export const BUCKET = "plumbline-test";
export const ROLE = "arn:aws:iam::000000000000:role/endpoint";
const MODEL_URL = `s3://${BUCKET}/models/model.tar.gz`;
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

export type SimulatedAccount = Awaited<ReturnType<typeof openSimulatedAccount>>;

/**
 * A local account with a simulator of our own before it. Its transitions and jobs take a minute, of
 * which no test waits: `passMillis` turns the simulator's clock on.
 */
export async function openSimulatedAccount(options: Partial<SimulatorOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-account-"));
  const account = await openAccount({ folder });
  const awsEndpointUrl = account.endpointUrl;
  const dataFolder = join(folder, "simulator");
  const { transitionMillis = 60_000 } = options;
  const jobs = { trainingMillis: 60_000, transformMillis: 60_000 };
  let passedMillis = 0;
  const now = () => Date.now() + passedMillis;
  const fixed = { port: 0, dataFolder, awsEndpointUrl, transitionMillis, ...jobs, now };
  const simulator = await startSimulator({ ...fixed, ...options });
  const base = { region: "us-east-1", credentials };
  const s3 = new S3Client({ ...base, endpoint: awsEndpointUrl, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const training = readTrainingRows();
  const Body = await packModel(trainChurnModel(training));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "models/model.tar.gz", Body }));
  return {
    awsEndpointUrl,
    dataFolder,
    simulator,
    passTransition: () => {
      passedMillis += transitionMillis;
    },
    passMillis: (millis: number) => {
      passedMillis += millis;
    },
    s3,
    training,
    sagemaker: new SageMakerClient({ ...base, endpoint: simulator.url }),
    runtime: new SageMakerRuntimeClient({ ...base, endpoint: simulator.url }),
    cloudWatch: new CloudWatchClient({ ...base, endpoint: awsEndpointUrl }),
    admin: (route: string, body: object = {}) => postAdmin(simulator.url, route, body),
    close: async () => {
      await simulator.stop();
      await closeAccount(account);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function postAdmin(url: string, route: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/_simulator/${route}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  return await response.json();
}

export async function createModel(
  { sagemaker }: SimulatedAccount,
  name: string,
  container: { Image?: string; ModelDataUrl?: string } = {},
): Promise<void> {
  const PrimaryContainer = { Image: CHURN_IMAGE, ModelDataUrl: MODEL_URL, ...container };
  await sagemaker.send(
    new CreateModelCommand({ ModelName: name, ExecutionRoleArn: ROLE, PrimaryContainer }),
  );
}

export function variantOf(model: string, changes: Partial<ProductionVariant> = {}) {
  return {
    VariantName: "AllTraffic",
    ModelName: model,
    InstanceType: "ml.m5.large",
    InitialInstanceCount: 1,
    InitialVariantWeight: 1,
    ...changes,
  } satisfies ProductionVariant;
}

/** Model, configuration and endpoint under one name; returns when the endpoint has settled. */
export async function createEndpoint(
  account: SimulatedAccount,
  name: string,
  config: Partial<CreateEndpointConfigCommandInput> = {},
): Promise<DescribeEndpointCommandOutput> {
  await beginEndpoint(account, name, config);
  return await settled(account, name);
}

/** The same, but the endpoint is still being created. */
export async function beginEndpoint(
  account: SimulatedAccount,
  name: string,
  config: Partial<CreateEndpointConfigCommandInput> = {},
): Promise<void> {
  await createModel(account, name);
  await createConfig(account, name, { ProductionVariants: [variantOf(name)], ...config });
  await account.sagemaker.send(
    new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }),
  );
}

export async function createConfig(
  { sagemaker }: SimulatedAccount,
  name: string,
  config: Partial<CreateEndpointConfigCommandInput>,
): Promise<void> {
  const input = { ...config, EndpointConfigName: name } as CreateEndpointConfigCommandInput;
  await sagemaker.send(new CreateEndpointConfigCommand(input));
}

/** The endpoint once its change is over. */
export async function settled(
  { sagemaker, passTransition }: SimulatedAccount,
  name: string,
): Promise<DescribeEndpointCommandOutput> {
  passTransition();
  return await sagemaker.send(new DescribeEndpointCommand({ EndpointName: name }));
}

/** All capture files under a prefix, by key, each as its records. */
export async function readCaptures(
  { s3 }: SimulatedAccount,
  prefix: string,
): Promise<ReadonlyMap<string, readonly CapturedRecord[]>> {
  const files = new Map<string, readonly CapturedRecord[]>();
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }),
  );
  for (const { Key } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    const lines = (await Body!.transformToString()).trimEnd().split("\n");
    files.set(
      Key!,
      lines.map((line) => JSON.parse(line)),
    );
  }
  return files;
}

interface CapturedPayload {
  readonly observedContentType: string;
  readonly mode: string;
  readonly data: string;
  readonly encoding: string;
}

export interface CapturedRecord {
  readonly captureData: {
    readonly endpointInput?: CapturedPayload;
    readonly endpointOutput?: CapturedPayload;
  };
  readonly eventMetadata: {
    readonly eventId: string;
    readonly inferenceTime: string;
    readonly inferenceId?: string;
    readonly customAttributes?: readonly string[];
  };
  readonly eventVersion: string;
}
