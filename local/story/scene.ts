import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { LambdaClient } from "@aws-sdk/client-lambda";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { SQSClient } from "@aws-sdk/client-sqs";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import { type Account, accountEnvironment } from "../account.ts";
import type { Narrator } from "./narrator.ts";

/** Minutes of SageMaker's in as many half seconds. */
const DURATIONS = { transitionMillis: 500, trainingMillis: 500, transformMillis: 500 };

/** Where a story is told: an account, its clients, and a folder for what it makes. */
export interface Scene {
  readonly account: Account;
  readonly narrator: Narrator;
  readonly bucket: string;
  readonly folder: string;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly sagemaker: SageMakerClient;
  readonly runtime: SageMakerRuntimeClient;
}

export async function openScene(account: Account, narrator: Narrator): Promise<Scene> {
  const folder = join(account.folder, "story");
  await mkdir(folder, { recursive: true });
  // For shared/aws, which reads the environment as a function's.
  Object.assign(process.env, accountEnvironment(account), { PLUMBLINE_TABLE: "plumbline-local" });
  const { region } = account;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const aws = { region, credentials, endpoint: account.endpointUrl };
  const sagemaker = { region, credentials, endpoint: account.sagemakerEndpointUrl };
  const scene: Scene = {
    account,
    narrator,
    bucket: "plumbline-local",
    folder,
    s3: new S3Client({ ...aws, forcePathStyle: true }),
    sqs: new SQSClient(aws),
    lambda: new LambdaClient(aws),
    sagemaker: new SageMakerClient(sagemaker),
    runtime: new SageMakerRuntimeClient(sagemaker),
  };
  await askSimulator(scene, "durations", DURATIONS);
  return scene;
}

/** A path as a person at the project's folder would type it. */
export function shown(path: string): string {
  return relative(process.cwd(), path);
}

/** Puts the files of a folder under a prefix. */
export async function uploadFolder(scene: Scene, folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const Body = await readFile(join(folder, name));
    await scene.s3.send(new PutObjectCommand({ Bucket: scene.bucket, Key: prefix + name, Body }));
  }
}

export async function listKeys(scene: Scene, prefix: string): Promise<string[]> {
  const { Contents = [] } = await scene.s3.send(
    new ListObjectsV2Command({ Bucket: scene.bucket, Prefix: prefix }),
  );
  return Contents.map(({ Key }) => Key!);
}

export async function readText(scene: Scene, key: string): Promise<string> {
  const { Body } = await scene.s3.send(new GetObjectCommand({ Bucket: scene.bucket, Key: key }));
  return await Body!.transformToString();
}

/** Copies what lies under a prefix into a folder. */
export async function downloadPrefix(scene: Scene, prefix: string, folder: string): Promise<void> {
  for (const key of await listKeys(scene, prefix)) {
    const path = join(folder, key.slice(prefix.length));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await readText(scene, key));
  }
}

/** Has the simulator write the captures and metrics that it would have written when their minute was over. */
export async function flushCaptures(scene: Scene): Promise<void> {
  await askSimulator(scene, "flush", {});
}

/** Asks the simulator for what only it has: its faults, and how long things take. */
export async function askSimulator(
  { account }: Scene,
  what: "flush" | "faults" | "durations",
  content: object,
): Promise<void> {
  const url = `${account.sagemakerEndpointUrl}/_simulator/${what}`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify(content) });
  if (response.ok) return;
  const answer = `${response.status} ${await response.text()}`;
  throw new MonitoringError("simulator-refused", `POST ${url}: ${answer}: must be 200`);
}
