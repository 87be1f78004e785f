import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../functions/plan-checks/handler.ts";
import { definitionText } from "../shared/window/sample-definition.ts";

vi.hoisted(() => {
  Object.assign(process.env, {
    POWERTOOLS_LOG_LEVEL: "SILENT",
    AWS_REGION: "us-east-1",
    PLUMBLINE_BUCKET: "plumbline-test",
    PLUMBLINE_TABLE: "plumbline-test",
    PLUMBLINE_EVENT_SOURCE: "plumbline.test",
    PLUMBLINE_WATERMARK_MINUTES: "20",
  });
});

const s3 = mockClient(S3Client);
const table = mockClient(DynamoDBDocumentClient);
const events = mockClient(EventBridgeClient);
const metrics = mockClient(CloudWatchClient);

const CONTEXT = { awsRequestId: "request", functionName: "plan-checks" } as never;
const hourly = { scheduledTime: "2026-01-15T11:25:00Z" };

/** Three monitors: `broken` does not validate, and what is asked of `failing` fails. */
beforeEach(() => {
  for (const client of [s3, table, events, metrics]) client.reset();
  const files: Record<string, string> = {
    "monitors/broken.yml": "endpoint: broken\n",
    "monitors/churn.yml": definitionText(),
    "monitors/failing.yml": definitionText({ endpoint: "failing" }),
  };
  const LastModified = new Date("2026-01-15T09:30:00Z");
  s3.on(ListObjectsV2Command).resolves({
    Contents: Object.keys(files).map((Key) => ({ Key, ETag: `"${Key}"`, LastModified })),
  });
  for (const [Key, text] of Object.entries(files)) {
    const Body = (async function* () {
      yield Buffer.from(text);
    })();
    s3.on(GetObjectCommand, { Key }).resolves({ Body: Body as never, ETag: `"${Key}"` });
  }
  table.on(QueryCommand).resolves({ Items: [] });
  table.on(UpdateCommand).resolves({});
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  metrics.on(PutMetricDataCommand).resolves({});
});

const sent = () =>
  events
    .commandCalls(PutEventsCommand)
    .flatMap(({ args: [{ input }] }) =>
      input.Entries!.map(
        ({ DetailType, Detail }) => `${DetailType} ${JSON.parse(Detail!).endpoint}`,
      ),
    );

const isAbout = (endpoint: string) => (input: { ExpressionAttributeValues?: object }) =>
  Object.values(input.ExpressionAttributeValues ?? {}).includes(`endpoint#${endpoint}`);

describe("plan-checks", () => {
  it("sends the other endpoints' checks when one fails, and says so by failing", async () => {
    table.on(QueryCommand).callsFake((input) => {
      if (isAbout("failing")(input)) throw new Error("ProvisionedThroughputExceededException");
      return { Items: [] };
    });
    await expect(handler(hourly, CONTEXT)).rejects.toThrow("plan: failing: must all be planned");
    expect(sent().filter((event) => event.startsWith("Check Due"))).toEqual([
      "Check Due churn",
      "Check Due churn",
    ]);
  });

  it("waits for no endpoint before it sends another's", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    table.on(QueryCommand).callsFake(async (input) => {
      if (isAbout("failing")(input)) await held;
      return { Items: [] };
    });
    const planned = handler(hourly, CONTEXT);
    await expect.poll(sent).toContain("Check Due churn");
    expect(sent()).not.toContain("Check Due failing");
    release();
    await planned;
    expect(sent()).toContain("Check Due failing");
  });

  it("asks for what was never registered, or is not any more, to be looked at", async () => {
    const registered = (sk: string) => ({
      ...{ pk: "monitors", sk, definitionEtag: `monitors/${sk}.yml` },
      ...{ variants: [], capture: "s3://bucket/prefix", notify: [] },
    });
    table
      .on(QueryCommand)
      .callsFake(({ ExpressionAttributeValues: values }) =>
        values[":pk"] === "monitors"
          ? { Items: [registered("churn"), registered("retired")] }
          : { Items: [] },
      );
    await handler(hourly, CONTEXT);
    expect(sent().filter((event) => event.startsWith("Monitor Changed"))).toEqual([
      "Monitor Changed broken",
      "Monitor Changed failing",
      "Monitor Changed retired",
    ]);
  });

  it("notes nothing as sent that the bus refused", async () => {
    events.on(PutEventsCommand).resolves({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: "ThrottlingException", ErrorMessage: "slow down" }],
    });
    await expect(handler(hourly, CONTEXT)).rejects.toThrow("slow down");
    expect(table.commandCalls(UpdateCommand)).toEqual([]);
  });
});
