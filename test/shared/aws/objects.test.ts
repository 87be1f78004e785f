import { Readable } from "node:stream";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { listObjects, openObject, readObject } from "../../../shared/aws/objects.ts";

vi.hoisted(() => {
  process.env.AWS_REGION = "us-east-1";
});

const s3 = mockClient(S3Client);
beforeEach(() => s3.reset());

const OBJECT = { bucket: "captures", key: "a.jsonl" };
const refused = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: "client", $metadata: { httpStatusCode } });

describe("openObject", () => {
  it("asks for the very object that the event was about", async () => {
    const Body = Readable.from([Buffer.from("x")]) as never;
    s3.on(GetObjectCommand).resolves({ Body, ETag: '"0a1b"' });
    expect(await openObject(OBJECT, "0a1b")).toMatchObject({ kind: "open", etag: "0a1b" });
    const [call] = s3.commandCalls(GetObjectCommand);
    expect(call?.args[0].input).toEqual({ Bucket: "captures", Key: "a.jsonl", IfMatch: '"0a1b"' });
  });

  it.each([
    ["missing", refused("NoSuchKey", 404)],
    ["replaced", refused("PreconditionFailed", 412)],
  ])("says that it is %s", async (kind, error) => {
    s3.on(GetObjectCommand).rejects(error);
    expect(await openObject(OBJECT, "0a1b")).toEqual({ kind });
    expect(await readObject(OBJECT)).toBeNull();
  });

  it("gives throttling and refused rights back, to be tried again", async () => {
    for (const error of [refused("SlowDown", 503), refused("AccessDenied", 403)]) {
      s3.on(GetObjectCommand).rejects(error);
      await expect(openObject(OBJECT)).rejects.toBe(error);
    }
  });
});

describe("listObjects", () => {
  it("reads every page", async () => {
    const page = (Key: string) => [{ Key, ETag: '"e"', LastModified: new Date(5) }];
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ Contents: page("a"), NextContinuationToken: "more" })
      .resolvesOnce({ Contents: page("b") });
    expect(await listObjects(OBJECT)).toEqual([
      { key: "a", etag: "e", modifiedMillis: 5, byteCount: 0 },
      { key: "b", etag: "e", modifiedMillis: 5, byteCount: 0 },
    ]);
  });
});
