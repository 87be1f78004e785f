import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  ARRIVED_MILLIS,
  answer,
  labelsBody,
  makeKey,
  monitor,
  send,
  UPLOADS_ROUTE,
} from "./label-requests.ts";
import { MemoryAccount } from "./memory-account.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

let account: MemoryAccount;
let key: string;
beforeEach(() => {
  account = new MemoryAccount();
  monitor(account, "churn", "binary-classification");
  monitor(account, "price", "regression");
  key = makeKey(account, "0123456789abcdef", { endpoints: ["churn", "price"] });
});
afterEach(() => account.close());

const lines = (endpoint = "churn") => account.linesUnder(`ground-truth/${endpoint}/`);
const accepted = { rejected: 0, rejections: [] };

describe("a request with labels", () => {
  it("is stored in Model Monitor's format, under the hour of its arrival", async () => {
    const body = labelsBody([
      { inferenceId: "order-1", label: 1, labelTime: "2026-01-15T10:00:00+01:00" },
      { eventId: "event-2", label: ["yes", "no, never", true, -0] },
    ]);
    const { status, content } = await send({ key, body });
    expect({ status, content }).toEqual({
      status: 202,
      content: { accepted: 2, duplicate: 0, ...accepted },
    });
    const [first, second] = lines();
    const data = '{"groundTruthData":{"data":"1","encoding":"CSV"}';
    const metadata = '"eventMetadata":{"eventId":"order-1","labelTime":"2026-01-15T09:00:00Z"}';
    expect(first).toBe(`${data},${metadata},"eventVersion":"0"}`);
    expect(JSON.parse(second!)).toEqual({
      groundTruthData: { data: 'yes\n"no, never"\ntrue\n0', encoding: "CSV" },
      eventMetadata: { eventId: "event-2" },
      eventVersion: "0",
    });
    expect(lines()).toHaveLength(2);
    const [stored] = [...account.objects.keys()].filter((name) => name.startsWith("ground"));
    expect(stored).toMatch(/^ground-truth\/churn\/2026\/01\/15\/10\/[0-9a-f]{32}\.jsonl$/);
    expect(account.items.get("endpoint#churn labels#2026-01-15T10")).toMatchObject({
      writeCount: 1,
      acceptedCount: 2,
      duplicateCount: 0,
      rejectedCount: 0,
    });
  });

  it("may come in Model Monitor's own format, blank lines and extra keys included", async () => {
    const line = (id: string) =>
      JSON.stringify({
        groundTruthData: { data: "0.25", encoding: "CSV" },
        eventMetadata: { eventId: id, inferenceTime: "2026-01-15T08:00:00Z" },
        eventVersion: "0",
      });
    const headers = { "content-type": "application/x-ndjson; charset=UTF-8" };
    const body = `${line("a")}\r\n\n${line("b")}\n{"inferenceId":"c","label":2}\n`;
    const { content } = await send({ key, endpoint: "price", headers, body });
    expect(content).toEqual({ accepted: 3, duplicate: 0, ...accepted });
    expect(lines("price")).toHaveLength(3);
  });

  it("hears of each label that is none, and the others are stored", async () => {
    const body = labelsBody([
      { inferenceId: "a", label: "cheap" },
      { inferenceId: "a", eventId: "b", label: 1 },
      { inferenceId: "a", label: 1, labeltime: "2026-01-15T10:00:00Z" },
      { inferenceId: "a", label: 1, labelTime: "2026-01-17T10:24:02Z" },
      { inferenceId: "a", label: 1, labelTime: "2026-02-30T10:24:02Z" },
      { inferenceId: "a\n", label: 1 },
      { inferenceId: "\ud800", label: 1 },
      { inferenceId: "a", label: [] },
      { inferenceId: "a", label: { value: 1 } },
      { inferenceId: "a", label: null },
      { label: 1 },
      { inferenceId: "x".repeat(1025), label: 1 },
      { inferenceId: "good", label: 3.5 },
    ]);
    const { status, content } = await send({ key, endpoint: "price", body });
    expect(status).toBe(202);
    expect(content).toMatchObject({ accepted: 1, duplicate: 0, rejected: 12 });
    expect(content.rejections.map(({ reason }: { reason: string }) => reason)).toEqual([
      "not-a-number",
      "not-one-id",
      "unknown-key",
      "label-time-in-future",
      "invalid-label-time",
      "invalid-id",
      "invalid-id",
      "invalid-label",
      "invalid-label",
      "invalid-label",
      "not-one-id",
      "id-too-long",
    ]);
    expect(content.rejections[0]).toEqual({
      index: 0,
      id: "a",
      reason: "not-a-number",
      explanation: "label must be a finite number: the endpoint's problem is regression",
    });
    expect(lines("price")).toHaveLength(1);
  });

  it("finds what came before to be duplicates, in it and across hours", async () => {
    const [a, b] = [
      { inferenceId: "a", label: 1 },
      { inferenceId: "b", label: 1 },
    ];
    const first = await send({ key, body: labelsBody([a, a, b]) });
    expect(first.content).toEqual({ accepted: 2, duplicate: 1, ...accepted });
    const atMillis = ARRIVED_MILLIS + 3 * 3_600_000;
    const corrected = { inferenceId: "b", label: 0 };
    const second = await send({ key, atMillis, body: labelsBody([b, a, corrected]) });
    expect(second.content).toEqual({ accepted: 1, duplicate: 2, ...accepted });
    const again = await send({ key, atMillis, body: labelsBody([b, a, corrected]) });
    expect(again.content).toEqual({ accepted: 0, duplicate: 3, ...accepted });
    expect(lines()).toHaveLength(3);
  });

  it("is taken though its endpoint's definition does not validate just now", async () => {
    account.objects.set("monitors/churn.yml", "endpoint: churn\nproblm: regression\n");
    const { status } = await send({ key, body: labelsBody([{ inferenceId: "a", label: "x" }]) });
    expect(status).toBe(202);
  });
});

describe("an Idempotency-Key", () => {
  const headers = { "idempotency-key": "batch-7" };
  const body = labelsBody([{ inferenceId: "a", label: 1 }, { label: 1 }]);

  it("gets the same answer again, in a later hour too, and nothing is stored twice", async () => {
    const first = await send({ key, headers, body });
    expect(first.content).toMatchObject({ accepted: 1, rejected: 1 });
    const again = await send({ key, headers, body, atMillis: ARRIVED_MILLIS + 3_600_000 });
    expect(again).toEqual(first);
    expect(lines()).toHaveLength(1);
  });

  it("is refused with another body, and free again after a week", async () => {
    await send({ key, headers, body });
    const other = labelsBody([{ inferenceId: "b", label: 1 }]);
    expect(await send({ key, headers, body: other })).toMatchObject({
      status: 409,
      content: { type: "urn:plumbline:problem:idempotency-key-reused" },
    });
    const atMillis = ARRIVED_MILLIS + 8 * 86_400_000;
    expect((await send({ key, headers, body: other, atMillis })).status).toBe(202);
  });

  it("is its sender's own: another key, endpoint or route may use it too", async () => {
    const another = makeKey(account, "fedcba9876543210", { endpoints: ["churn"] });
    const other = labelsBody([{ inferenceId: "b", label: 1 }]);
    const upload = { route: UPLOADS_ROUTE, body: '{"format":"csv"}' };
    await send({ key, headers, body });
    expect((await send({ key: another, headers, body: other })).status).toBe(202);
    expect((await send({ key, endpoint: "price", headers, body: other })).status).toBe(202);
    expect((await send({ key, headers, ...upload })).status).toBe(201);
    expect((await send({ key, headers, ...upload, body: '{"format":"parquet"}' })).status).toBe(
      409,
    );
  });

  it("gives requests at the same moment one answer", async () => {
    const many = labelsBody(
      Array.from({ length: 300 }, (_, index) => ({ inferenceId: `order-${index}`, label: 1 })),
    );
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send({ key, headers, body: many })),
    );
    for (const each of answers) expect(each).toEqual(answers[0]);
    expect(answers[0]!.content).toEqual({ accepted: 300, duplicate: 0, ...accepted });
    expect(lines()).toHaveLength(300);
  });

  it("admits one of two bodies at the same moment", async () => {
    const bodies = Array.from({ length: 10 }, (_, n) =>
      labelsBody([{ eventId: `e${n}`, label: 1 }]),
    );
    const answers = await Promise.all(bodies.map((each) => send({ key, headers, body: each })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([202, ...Array(9).fill(409)]);
    expect(lines()).toHaveLength(1);
  });
});

describe("a place for a file", () => {
  it("is signed for the endpoint's inbox, for a quarter of an hour and one file", async () => {
    const body = '{"format":"jsonl.gz"}';
    const { status, content } = await send({ key, route: UPLOADS_ROUTE, body });
    expect(status).toBe(201);
    const url = new URL(content.url);
    expect(url.pathname).toMatch(
      /label-inbox\/churn\/uploads\/2026\/01\/15\/10\/[0-9a-f]{32}\.jsonl\.gz$/,
    );
    expect(url.searchParams.get("X-Amz-Expires")).toBe("900");
    expect(url.searchParams.get("X-Amz-SignedHeaders")).toBe("host;if-none-match");
    // A checksum in it would be that of an empty file.
    expect(content.url).not.toContain("checksum");
    expect(content).toMatchObject({ method: "PUT", headers: { "if-none-match": "*" } });
  });
});

describe("the samples", () => {
  it.each([
    ["signed-labels", 202],
    ["ground-truth-format", 202],
    ["no-key", 401],
    ["unknown-key", 401],
    ["upload-without-key", 401],
    ["unknown-endpoint", 404],
    ["broken-json", 400],
    ["wrong-media-type", 415],
  ])("%s is answered with %d", async (name, status) => {
    const text = readFileSync(new URL(`../../events/ingest-labels/${name}.json`, import.meta.url));
    expect((await answer(JSON.parse(String(text)))).status).toBe(status);
  });
});
