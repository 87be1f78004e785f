import type { Context, SNSEvent, SQSEvent } from "aws-lambda";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod/mini";
import { eventHandler, snsHandler, sqsHandler } from "../../../shared/aws/handlers.ts";
import { MonitoringError } from "../../../shared/contracts/monitoring-error.ts";

// Only so does the logger write to the console that a test can listen to.
vi.hoisted(() => {
  process.env.POWERTOOLS_DEV = "true";
});

const context = { awsRequestId: "request-1", functionName: "f" } as Context;
const schema = z.looseObject({ id: z.string(), endpoint: z.string() });

/** The lines that the handler logged, as objects. */
const logged: Record<string, unknown>[] = [];

beforeEach(() => {
  logged.length = 0;
  for (const method of ["error", "info"] as const) {
    vi.spyOn(console, method).mockImplementation((line: string) => logged.push(JSON.parse(line)));
  }
});

const queue = (...bodies: string[]): SQSEvent =>
  ({
    Records: bodies.map((body, index) => ({ messageId: `message-${index}`, body })),
  }) as SQSEvent;
const body = (endpoint: string) => JSON.stringify({ id: `id-of-${endpoint}`, endpoint, more: 1 });

describe("sqsHandler", () => {
  it("works on the records one after another, unknown keys included", async () => {
    const trace: string[] = [];
    const handler = sqsHandler(schema, async (event) => {
      trace.push(`start ${event.endpoint} ${event.more}`);
      await Promise.resolve();
      trace.push(`end ${event.endpoint}`);
    });
    expect(await handler(queue(body("a"), body("b")), context)).toEqual({ batchItemFailures: [] });
    expect(trace).toEqual(["start a 1", "end a", "start b 1", "end b"]);
    expect(logged).toEqual([]);
  });

  it("gives back only what failed, and logs why with the event's id", async () => {
    const handler = sqsHandler(schema, async ({ endpoint }) => {
      if (endpoint === "b") {
        throw new MonitoringError("object-missing", "capture: x: gone", { details: { key: "x" } });
      }
    });
    const result = await handler(queue(body("a"), body("b"), body("c")), context);
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "message-1" }] });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({
      level: "ERROR",
      message: "capture: x: gone",
      code: "object-missing",
      details: { key: "x" },
      messageId: "message-1",
      correlation_id: "id-of-b",
      function_request_id: "request-1",
    });
  });

  it.each([
    { what: "no JSON", bad: '{"id":', code: "event-not-json", says: "must be JSON" },
    { what: "another form", bad: '{"id":"1"}', code: "event-not-understood", says: "endpoint" },
    { what: "no object", bad: "null", code: "event-not-understood", says: "the whole" },
  ])("reports a record of $what and goes on", async ({ bad, code, says }) => {
    const done: string[] = [];
    const handler = sqsHandler(schema, async ({ endpoint }) => void done.push(endpoint));
    const result = await handler(queue(bad, body("b")), context);
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
    expect(done).toEqual(["b"]);
    expect(logged[0]).toMatchObject({ code, message: expect.stringContaining(says) });
  });

  it("gives back a whole batch that failed, as single records", async () => {
    const handler = sqsHandler(schema, () => Promise.reject(new Error("no answer")));
    expect(await handler(queue(body("a"), body("b")), context)).toEqual({
      batchItemFailures: [{ itemIdentifier: "message-0" }, { itemIdentifier: "message-1" }],
    });
    expect(logged.map(({ message }) => message)).toEqual(["no answer", "no answer"]);
  });

  it("forgets one record's ids before the next", async () => {
    const handler = sqsHandler(schema, () => Promise.reject(new Error("no answer")));
    await handler(queue(body("a"), '"text"'), context);
    expect(logged[0]).toHaveProperty("correlation_id", "id-of-a");
    expect(logged[1]).not.toHaveProperty("correlation_id");
  });
});

describe("eventHandler", () => {
  it("answers with what the work returns", async () => {
    const handler = eventHandler(schema, async ({ endpoint }) => ({ checked: endpoint }));
    expect(await handler({ id: "1", endpoint: "churn" }, context)).toEqual({ checked: "churn" });
  });

  it("throws for Lambda to try again, and logs it once", async () => {
    const handler = eventHandler(schema, () => Promise.reject(new Error("throttled")));
    await expect(handler({ id: "1", endpoint: "churn" }, context)).rejects.toThrow("throttled");
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ message: "throttled", correlation_id: "1" });
  });

  it("refuses an event of another form, and names the place", async () => {
    const handler = eventHandler(schema, async () => {});
    await expect(handler({ id: 1, endpoint: "churn" }, context)).rejects.toMatchObject({
      code: "event-not-understood",
      message: "event: id: must be of the form that this function handles",
    });
  });
});

describe("snsHandler", () => {
  const topic = (...messages: string[]) =>
    ({
      Records: messages.map((Message) => ({ Sns: { MessageId: "sns-1", Message } })),
    }) as SNSEvent;

  it("works on the message, not on its envelope", async () => {
    const done: string[] = [];
    const handler = snsHandler(schema, async ({ endpoint }) => void done.push(endpoint));
    await handler(topic(body("churn")), context);
    expect(done).toEqual(["churn"]);
  });

  it("throws when the message is not for it", async () => {
    const handler = snsHandler(schema, async () => {});
    await expect(handler(topic("plain text"), context)).rejects.toMatchObject({
      code: "event-not-json",
    });
    expect(logged[0]).toMatchObject({ correlation_id: "sns-1" });
  });
});
