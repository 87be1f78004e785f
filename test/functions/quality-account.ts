import { Readable } from "node:stream";
import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { Crash } from "./memory-account.ts";

// biome-ignore lint/suspicious/noExplicitAny: an item holds whatever the code under test puts there.
type Item = Record<string, any>;

/** The bucket, table and metrics that a quality check reads and writes, in memory, to die in any write. */
export class QualityAccount {
  readonly items = new Map<string, Item>();
  readonly objects = new Map<string, string>();
  /** The objects that are no texts. */
  readonly #binaries = new Map<string, Uint8Array>();
  readonly #uploads: string[][] = [];
  #writesLeft = Number.POSITIVE_INFINITY;

  constructor() {
    process.env.AWS_REGION = "us-east-1";
    process.env.PLUMBLINE_BUCKET = "bucket";
    process.env.PLUMBLINE_TABLE = "table";
    process.env.PLUMBLINE_CODE_VERSION = "1.0.0";
    process.env.PLUMBLINE_JOIN_BYTES = "100000000";
    const s3 = mockClient(S3Client);
    s3.on(GetObjectCommand).callsFake(({ Key, Range }) => this.#getObject(Key, Range));
    s3.on(HeadObjectCommand).callsFake(async ({ Key }) => {
      return { ETag: '"etag"', ContentLength: this.#bytesOf(Key).length };
    });
    s3.on(ListObjectsV2Command).callsFake(({ Prefix }) => ({
      Contents: [...this.objects.keys()]
        .filter((Key) => Key.startsWith(Prefix))
        .map((Key) => ({ Key, Size: this.#bytesOf(Key).length })),
    }));
    s3.on(PutObjectCommand).callsFake(({ Key, Body }) => this.#write(() => this.#put(Key, Body)));
    s3.on(CreateMultipartUploadCommand).callsFake(() => {
      return { UploadId: String(this.#uploads.push([]) - 1) };
    });
    s3.on(UploadPartCommand).callsFake(({ UploadId, PartNumber, Body }) => {
      this.#uploads[UploadId]![PartNumber - 1] = String(Body);
      return { ETag: '"part"' };
    });
    s3.on(CompleteMultipartUploadCommand).callsFake(({ Key, UploadId }) =>
      this.#write(() => this.#put(Key, this.#uploads[UploadId]!.join(""))),
    );
    const table = mockClient(DynamoDBDocumentClient);
    table
      .on(GetCommand)
      .callsFake(({ Key }) => ({ Item: structuredClone(this.items.get(keyOf(Key))) }));
    table.on(QueryCommand).callsFake((input) => this.#query(input));
    table.on(UpdateCommand).callsFake((input) => this.#write(() => this.#update(input)));
    table
      .on(TransactWriteCommand)
      .callsFake(({ TransactItems: [put, update] }) =>
        this.#write(() => this.#count(put.Put.Item, update.Update)),
      );
    const metrics = mockClient(CloudWatchClient);
    metrics.on(PutMetricDataCommand).resolves({});
    metrics.on(GetMetricStatisticsCommand).resolves({ Datapoints: [] });
    this.#close = () => {
      for (const mock of [s3, table, metrics]) mock.restore();
    };
  }

  readonly #close: () => void;

  close(): void {
    this.#close();
  }

  /** Dies in the write after so many: half of the time after it has taken effect, half before. */
  crashAfter(writes: number): void {
    this.#writesLeft = writes;
  }

  #write(effect: () => void): object {
    this.#writesLeft -= 0.5;
    if (this.#writesLeft < 0) throw new Crash("died before a write");
    effect();
    this.#writesLeft -= 0.5;
    if (this.#writesLeft < 0) throw new Crash("died after a write");
    return {};
  }

  #put(key: string, body: Uint8Array | string): void {
    this.objects.set(key, String(body));
    if (typeof body === "string") this.#binaries.delete(key);
    else this.#binaries.set(key, Buffer.from(body));
  }

  #bytesOf(key: string): Uint8Array {
    const text = this.objects.get(key);
    if (text !== undefined) return this.#binaries.get(key) ?? Buffer.from(text);
    const $metadata = { httpStatusCode: 404 };
    throw new S3ServiceException({ name: "NoSuchKey", $fault: "client", $metadata });
  }

  #getObject(key: string, range: string | undefined) {
    const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    const bytes = this.#bytesOf(key);
    const part = range === undefined ? bytes : bytes.subarray(Number(start), Number(last) + 1);
    const Body = Object.assign(Readable.from([part]), { transformToByteArray: () => part });
    return { Body, ETag: '"etag"' };
  }

  #query({ ExpressionAttributeValues: values }: Item) {
    const [from, to] = [
      values[":from"] ?? values[":window"],
      values[":to"] ?? `${values[":window"]}~`,
    ];
    const Items = [...this.items.values()]
      .filter(({ pk, sk }) => pk === values[":pk"] && sk >= from && sk <= to)
      .sort((a, b) => (a.sk < b.sk ? -1 : 1));
    return { Items: structuredClone(Items) };
  }

  #count(noted: Item, update: Item): void {
    if (this.items.has(keyOf(noted))) {
      const CancellationReasons = [{ Code: "ConditionalCheckFailed" }];
      throw new TransactionCanceledException({ message: "", $metadata: {}, CancellationReasons });
    }
    this.items.set(keyOf(noted), structuredClone(noted));
    this.#update(update);
  }

  /** The three kinds of updates: counts are added, a revision is appended, a window's item is set. */
  #update({
    Key,
    UpdateExpression,
    ConditionExpression = "",
    ExpressionAttributeValues,
  }: Item): void {
    const item: Item = { ...Key, ...this.items.get(keyOf(Key)) };
    const values: Item = ExpressionAttributeValues;
    if (UpdateExpression.includes("list_append")) {
      const count = item.revisions?.length ?? 0;
      if (count !== (values[":count"] ?? 0)) throw refused();
      item.revisions = [...(item.revisions ?? []), ...values[":hash"]];
    }
    const limits = [...ConditionExpression.matchAll(/(\w+) <= (:\w+)/g)];
    const isLater = limits.some(([, name, value]) => item[name!] > values[value!]);
    if (item.resultObjectCount !== undefined && isLater) throw refused();
    const [, added = ""] = /^ADD (.*)$/.exec(UpdateExpression) ?? [];
    for (const [, name, value] of added.matchAll(/(\w+) (:\w+)/g)) {
      item[name!] = (item[name!] ?? 0) + values[value!];
    }
    for (const [, name, value] of UpdateExpression.matchAll(/(\w+) = (:\w+)/g)) {
      item[name!] = structuredClone(values[value!]);
    }
    this.items.set(keyOf(Key), item);
  }
}

function keyOf({ pk, sk }: Item): string {
  return `${pk} ${sk}`;
}

function refused(): Error {
  return Object.assign(new Error("refused"), { name: "ConditionalCheckFailedException" });
}
