import { Readable } from "node:stream";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { expect, it, vi } from "vitest";
import { registerMonitor } from "../../../shared/aws/registration.ts";

vi.hoisted(() => {
  process.env.AWS_REGION = "us-east-1";
  process.env.PLUMBLINE_BUCKET = "plumbline-test";
});

const s3 = mockClient(S3Client);

it("registers again what was written while it was at work", async () => {
  const listed = (ETag: string) => ({ Contents: [{ Key: "monitors/churn.yml", ETag }] });
  s3.on(ListObjectsV2Command).resolvesOnce(listed('"old"')).resolves(listed('"new"'));
  s3.on(GetObjectCommand).callsFake(() => ({ Body: Readable.from([Buffer.from("endpoint: x")]) }));
  s3.on(PutObjectCommand).resolves({ ETag: '"status"' });
  const status = await registerMonitor("churn");
  const written = s3
    .commandCalls(PutObjectCommand)
    .map(({ args: [{ input }] }) => JSON.parse(String(input.Body)));
  expect(written).toMatchObject([
    { endpoint: "churn", state: "invalid", definitionEtag: "old" },
    { endpoint: "churn", state: "invalid", definitionEtag: "new" },
  ]);
  expect(status).toEqual(written[1]);
});
