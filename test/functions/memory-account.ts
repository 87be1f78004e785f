import { createHash } from "node:crypto";
import {
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";

// biome-ignore lint/suspicious/noExplicitAny: an item holds whatever the code under test puts there.
type Item = Record<string, any>;

/** What is thrown where a process would have died. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/**
 * The bucket and the table of a stage in memory, to inject faults between any two writes and to see
 * ten thousand requests through. That they behave so on the wire is the stories' part.
 */
export class MemoryAccount {
  readonly items = new Map<string, Item>();
  readonly objects = new Map<string, string>();
  readonly #s3 = mockClient(S3Client);
  readonly #dynamodb = mockClient(DynamoDBDocumentClient);
  #writesLeft = Number.POSITIVE_INFINITY;

  constructor() {
    process.env.AWS_REGION = "us-east-1";
    process.env.AWS_ACCESS_KEY_ID = "AKIDEXAMPLE";
    process.env.AWS_SECRET_ACCESS_KEY = "secret";
    process.env.PLUMBLINE_BUCKET = "bucket";
    process.env.PLUMBLINE_TABLE = "table";
    process.env.PLUMBLINE_LABEL_REQUESTS_PER_MINUTE = "1000000";
    this.#s3.on(GetObjectCommand).callsFake(({ Key }) => this.#getObject(Key));
    this.#s3
      .on(PutObjectCommand)
      .callsFake(({ Key, Body, IfNoneMatch }) =>
        this.#write(() => this.#putObject(Key, String(Body), IfNoneMatch === "*")),
      );
    this.#dynamodb
      .on(GetCommand)
      .callsFake(({ Key }) => ({ Item: structuredClone(this.items.get(keyOf(Key))) }));
    this.#dynamodb.on(PutCommand).callsFake((input) =>
      this.#write(() => {
        this.#require(input, keyOf(input.Item));
        this.items.set(keyOf(input.Item), structuredClone(input.Item));
      }),
    );
    this.#dynamodb.on(UpdateCommand).callsFake((input) => this.#write(() => this.#update(input)));
    this.#dynamodb.on(BatchGetCommand).callsFake(({ RequestItems }) => ({
      Responses: {
        table: RequestItems.table.Keys.flatMap((key: Item) => this.items.get(keyOf(key)) ?? []),
      },
    }));
    this.#dynamodb.on(BatchWriteCommand).callsFake(({ RequestItems }) =>
      this.#write(() => {
        for (const { PutRequest } of RequestItems.table) {
          this.items.set(keyOf(PutRequest.Item), structuredClone(PutRequest.Item));
        }
      }),
    );
  }

  /** Dies in the write after so many: half of the time after it has taken effect, half before. */
  crashAfter(writes: number): void {
    this.#writesLeft = writes;
  }

  /** What has been asked is forgotten, not what is stored. */
  forgetCalls(): void {
    this.#s3.resetHistory();
    this.#dynamodb.resetHistory();
  }

  close(): void {
    this.#s3.restore();
    this.#dynamodb.restore();
  }

  /** Every line under a prefix. */
  linesUnder(prefix: string): string[] {
    return [...this.objects]
      .filter(([key]) => key.startsWith(prefix))
      .flatMap(([, text]) => text.split("\n").filter((line) => line !== ""));
  }

  #write<Result>(effect: () => Result): Result | object {
    this.#writesLeft -= 0.5;
    if (this.#writesLeft < 0) throw new Crash("died before a write");
    const result = effect();
    this.#writesLeft -= 0.5;
    if (this.#writesLeft < 0) throw new Crash("died after a write");
    return result ?? {};
  }

  #getObject(key: string) {
    const text = this.objects.get(key);
    if (text === undefined) throw refusal(404, "NoSuchKey");
    return { Body: [Buffer.from(text)], ETag: etagOf(text) };
  }

  #putObject(key: string, text: string, isOnce: boolean) {
    if (isOnce && this.objects.has(key)) throw refusal(412, "PreconditionFailed");
    this.objects.set(key, text);
    return { ETag: etagOf(text) };
  }

  #update(input: Item) {
    const key = keyOf(input.Key);
    this.#require(input, key);
    const item: Item = { ...input.Key, ...this.items.get(key) };
    const [, added = "", set = ""] = /^(?:ADD (.*?))?(?: ?SET (.*))?$/.exec(
      input.UpdateExpression,
    )!;
    const values = input.ExpressionAttributeValues;
    for (const [, name, value] of added.matchAll(/(\w+) (:\w+)/g)) {
      item[name!] = (item[name!] ?? 0) + values[value!];
    }
    for (const [, name, once, value] of set.matchAll(/(\w+) = (if_not_exists\(\w+, )?(:\w+)/g)) {
      if (once === undefined || item[name!] === undefined) item[name!] = values[value!];
    }
    this.items.set(key, item);
    return { Attributes: structuredClone(item) };
  }

  #require({ ConditionExpression, ExpressionAttributeValues = {} }: Item, key: string): void {
    const item = this.items.get(key);
    const holds = (ConditionExpression ?? "").split(" OR ").some((term: string) => {
      const [, negation, tested] = /^attribute_(not_)?exists\((\w+)\)$/.exec(term) ?? [];
      if (tested !== undefined) return (item?.[tested] === undefined) === (negation !== undefined);
      const [, name, value] = /^(\w+) < (:\w+)$/.exec(term) ?? [];
      return term === "" || (item !== undefined && item[name!] < ExpressionAttributeValues[value!]);
    });
    if (!holds) throw Object.assign(new Error(), { name: "ConditionalCheckFailedException" });
  }
}

function keyOf({ pk, sk }: Item): string {
  return `${pk} ${sk}`;
}

function etagOf(text: string): string {
  return `"${createHash("md5").update(text).digest("hex")}"`;
}

function refusal(httpStatusCode: number, name: string): S3ServiceException {
  return new S3ServiceException({ name, $fault: "client", $metadata: { httpStatusCode } });
}
