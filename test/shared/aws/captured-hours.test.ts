import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { countCapture } from "../../../shared/aws/captured-hours.ts";

vi.hoisted(() => {
  process.env.AWS_REGION = "us-east-1";
  process.env.PLUMBLINE_TABLE = "plumbline-test";
});

const table = mockClient(DynamoDBDocumentClient);
beforeEach(() => table.reset());

const SHARE = {
  ...{ endpoint: "churn", variant: "blue", objectId: "0123", recordCount: 7 },
  hourMillis: Date.parse("2026-01-15T10:00:00Z"),
  source: { bucket: "captures", key: "churn/a.jsonl", etag: "e1" },
};
const NOW = Date.parse("2026-01-15T10:21:07Z");

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: "Transaction cancelled",
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

describe("countCapture", () => {
  it("notes the object and counts its hour in one transaction", async () => {
    table.on(TransactWriteCommand).resolves({});
    expect(await countCapture(SHARE, NOW)).toBe(true);
    const [call] = table.commandCalls(TransactWriteCommand);
    const [note, count] = call!.args[0].input.TransactItems!;
    expect(note?.Put).toMatchObject({
      Item: {
        pk: "captures#churn#blue#2026-01-15T10",
        sk: "0123",
        source: SHARE.source,
        expiresAt: 1_784_024_467,
      },
      ConditionExpression: "attribute_not_exists(pk)",
    });
    expect(count?.Update).toMatchObject({
      Key: { pk: "endpoint#churn", sk: "hour#2026-01-15T10#blue" },
      ExpressionAttributeValues: { ":one": 1, ":records": 7 },
    });
  });

  it("does not count again what was counted", async () => {
    table.on(TransactWriteCommand).rejects(cancelled("ConditionalCheckFailed", "None"));
    expect(await countCapture(SHARE, NOW)).toBe(false);
    expect(table.commandCalls(TransactWriteCommand)).toHaveLength(1);
  });

  it("tries again when another object is counted into the same hour", async () => {
    table
      .on(TransactWriteCommand)
      .rejectsOnce(cancelled("None", "TransactionConflict"))
      .rejectsOnce(cancelled("None", "ThrottlingError"))
      .resolves({});
    expect(await countCapture(SHARE, NOW)).toBe(true);
    expect(table.commandCalls(TransactWriteCommand)).toHaveLength(3);
  });

  it("gives other failures back", async () => {
    table.on(TransactWriteCommand).rejects(new Error("AccessDeniedException"));
    await expect(countCapture(SHARE, NOW)).rejects.toThrow("AccessDeniedException");
  });
});
