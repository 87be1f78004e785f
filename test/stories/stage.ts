import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { accountEnvironment, closeAccount, openAccount } from "../../local/account.ts";
import { listObjects, readObject, writeObject } from "../../shared/aws/objects.ts";

/** A stage on an account of its own, without a deployed stack: handlers are called directly. */
export interface Stage {
  readonly close: () => Promise<void>;
}

let stageCount = 0;

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-stage-"));
  const account = await openAccount({ folder });
  Object.assign(process.env, accountEnvironment(account));
  return {
    close: async () => {
      await closeAccount(account);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A fresh table and fresh topics; the bucket has its own name for each, so nothing is left of others. */
export async function freshStage(): Promise<string> {
  const name = `plumbline-test-${++stageCount}`;
  const key = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: name }));
  await new DynamoDBClient({}).send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [key("pk"), key("sk")],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
    }),
  );
  const topic = async (suffix: string) => {
    const command = new CreateTopicCommand({ Name: `${name}-${suffix}` });
    return (await new SNSClient({}).send(command)).TopicArn!;
  };
  Object.assign(process.env, {
    PLUMBLINE_STAGE: `test-${stageCount}`,
    PLUMBLINE_BUCKET: name,
    PLUMBLINE_TABLE: name,
    PLUMBLINE_EVENT_SOURCE: "plumbline.test",
    PLUMBLINE_WATERMARK_MINUTES: "20",
    PLUMBLINE_CAPTURE_RETENTION_DAYS: "90",
    PLUMBLINE_CODE_VERSION: "0.0.0",
    PLUMBLINE_ALARMS_TOPIC_ARN: await topic("alarms"),
    PLUMBLINE_MESSAGES_TOPIC_ARN: await topic("messages"),
  });
  return name;
}

/** A queue that a monitor's definition may name as an address. */
export async function openQueue(name: string) {
  const sqs = new SQSClient({});
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  return {
    arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
    receive: async (): Promise<string[]> => {
      const command = new ReceiveMessageCommand({
        QueueUrl: QueueUrl!,
        WaitTimeSeconds: 1,
        MaxNumberOfMessages: 10,
      });
      return ((await sqs.send(command)).Messages ?? []).map(({ Body }) => Body!);
    },
  };
}

/** Writes an object and returns the event that S3 would send of it. */
export async function putObject(bucket: string, key: string, body: string): Promise<object> {
  const etag = await writeObject({ bucket, key }, Buffer.from(body), "application/octet-stream");
  return objectEvent("Object Created", bucket, { key, etag });
}

export function objectEvent(type: string, bucket: string, object: object): object {
  return {
    ...{ version: "0", id: "event", source: "aws.s3", "detail-type": type },
    time: "2026-01-15T12:00:00Z",
    detail: { bucket: { name: bucket }, object },
  };
}

/** What a queue hands to a function. */
export function batchOf(...events: readonly object[]) {
  return {
    Records: events.map((event, index) => ({
      messageId: `message-${index}`,
      receiptHandle: "receipt",
      body: JSON.stringify(event),
      attributes: {} as never,
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:queue",
      awsRegion: "us-east-1",
    })),
  };
}

export const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;

/** Every object under a prefix, key to text. */
export async function readAll(bucket: string, prefix: string): Promise<Record<string, string>> {
  const listed = await listObjects({ bucket, key: prefix });
  const texts = await Promise.all(
    listed.map(async ({ key }) => {
      const bytes = await readObject({ bucket, key });
      return [key, Buffer.from(bytes!).toString("latin1")] as const;
    }),
  );
  return Object.fromEntries(texts);
}
