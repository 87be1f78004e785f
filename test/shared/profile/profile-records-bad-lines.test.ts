import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { QUARANTINE_REASONS } from "../../../shared/capture/quarantine.ts";
import { profileRecords } from "../../../shared/profile/profile-records.ts";

const HOUR = Date.UTC(2026, 0, 15, 10);

interface Parts {
  input?: unknown;
  output?: unknown;
  time?: unknown;
  extra?: Record<string, unknown>;
}

const csv = (data: unknown, encoding = "CSV") => ({
  observedContentType: "text/csv",
  mode: "INPUT",
  data,
  encoding,
});
const json = (body: unknown) => ({ ...csv(JSON.stringify(body)), encoding: "JSON" });

function line({ input = csv("1,2"), output = csv("0.5"), time, extra }: Parts = {}): string {
  return JSON.stringify({
    captureData: { endpointInput: input, endpointOutput: output, ...extra },
    eventMetadata: { eventId: "e", inferenceTime: time ?? "2026-01-15T10:20:30Z", ...extra },
    eventVersion: "0",
    ...extra,
  });
}

async function* once(...chunks: Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}

const profileLines = (...lines: (string | Uint8Array)[]) =>
  profileRecords(once(Buffer.concat(lines.flatMap((l) => [Buffer.from(l), Buffer.from("\n")]))));

const deep = (depth: number) => ({
  ...json(1),
  data: `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
});
const wide = (prefix: string) =>
  json(Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [prefix + index, 1])));

/** Reason to lines of which the last is quarantined for it, the others being good. */
const BAD: Record<string, (string | Uint8Array)[]> = {
  "line-too-long": [line({ input: csv("x".repeat(17 * 2 ** 20)) })],
  "not-utf-8": [Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff, 0xfe), Buffer.from('"}')])],
  "nul-bytes": [line().replace("1,2", "1,\\u00002")],
  "truncated-json": [line().slice(0, 150)],
  "invalid-json": [`${line()}}`],
  "not-an-object": ["[1,2]"],
  "no-capture-data": ['{"eventVersion":"0"}'],
  "invalid-data": [line({ input: csv(12) })],
  "unknown-encoding": [line({ input: csv("1,2", "PARQUET") })],
  "invalid-base64": [line({ input: csv("MSwy*A==", "BASE64") })],
  "invalid-csv": [line({ input: csv('1,"2') })],
  "invalid-json-body": [line({ input: { ...json(1), data: '{"a":' } })],
  "nested-json": [line({ input: json({ a: [[1], [2]], b: 1 }) })],
  "duplicate-columns": [line({ input: json({ "a.b": 1, a: { b: 2 } }) })],
  "empty-data": [line({ input: csv("\n"), output: csv("") })],
  "unequal-row-counts": [line({ input: csv("1,2\n3,4") })],
  "invalid-inference-time": [line({ time: "2026-02-30T10:20:30Z" })],
  "column-name-too-long": [line({ input: json({ ["a".repeat(2000)]: 1 }) })],
  "too-many-columns": [line({ input: wide("a") }), line({ input: wide("b") })],
  "too-many-shapes": Array.from({ length: 17 }, (_, n) => line({ input: csv(",".repeat(n + 1)) })),
  "too-many-hours": Array.from({ length: 1001 }, (_, hour) =>
    line({ time: new Date(HOUR + hour * 3_600_000).toISOString() }),
  ),
  "invalid-gzip": [],
};

describe("a line that cannot be profiled", () => {
  it("has a test for every reason", () => {
    expect(Object.keys(BAD).sort()).toEqual([...QUARANTINE_REASONS].sort());
  });

  it.each(Object.keys(BAD).filter((reason) => BAD[reason]!.length > 0))(
    "is quarantined as %s, and the good ones around it are not",
    async (reason) => {
      const lines = BAD[reason]!;
      // Two good lines first, so that the bad one meets a kernel that has learned.
      const { counts, quarantined } = await profileLines(line(), line(), ...lines, line());
      expect(counts.quarantinedCounts).toEqual(new Map([[reason, 1]]));
      expect(counts.lineCount).toBe(lines.length + 3);
      expect(counts.recordCount).toBe(lines.length + 2);
      const [bad] = quarantined;
      expect(bad).toMatchObject({ reason, lineNumber: lines.length + 2 });
      expect(bad!.excerpt.length).toBeGreaterThan(3);
      expect(bad!.excerpt.length).toBeLessThanOrEqual(200);
    },
  );

  it.each([
    ["surrogates that are no pair", line().replace("1,2", "1,\\ud800"), "not-utf-8"],
    ["raw NUL bytes", line().replace("1,2", "1,\0"), "nul-bytes"],
    ["BASE64 that holds no text", line({ input: csv("/////w==", "BASE64") }), "invalid-base64"],
    ["BASE64 without padding", line({ input: csv("MSwyA", "BASE64") }), "invalid-base64"],
    ["text behind a closing quote", line({ input: csv('"1"2,3') }), "invalid-csv"],
    ["a depth beyond all rows", line({ input: deep(100_000) }), "nested-json"],
    ["an array that mixes rows and values", line({ input: json([1, [2]]) }), "nested-json"],
    [
      "a number with a leading zero",
      line({ input: { ...json(1), data: "[012]" } }),
      "invalid-json-body",
    ],
    [
      "no time",
      line({ time: null }).replace('"2026-01-15T10:20:30Z"', "null"),
      "invalid-inference-time",
    ],
    ["a time of the month 13", line({ time: "2026-13-01T00:00:00Z" }), "invalid-inference-time"],
    ["both sides missing", '{"captureData":{},"eventMetadata":{}}', "no-capture-data"],
    ["a side that is text", line({ input: "1,2" }), "invalid-data"],
    ["more than 4096 columns", line({ input: csv(",".repeat(5000)) }), "too-many-columns"],
    ["half a line, at the end", line().slice(0, -1), "truncated-json"],
  ])("is quarantined: %s", async (_why, bad, reason) => {
    const { counts } = await profileLines(line(), line(), bad, line());
    expect(counts.quarantinedCounts).toEqual(new Map([[reason, 1]]));
    expect(counts.recordCount).toBe(3);
  });

  it("counts nothing of a record whose last row is bad", async () => {
    const bad = line({ input: csv("7,8\n9"), output: csv("0.1\n0.2\n0.3") });
    const { profiles } = await profileLines(line(), line(), bad, line());
    const columns = profiles.get(HOUR)!.shapes.get("1+2")!.columns;
    expect(columns.get("i0")).toMatchObject({ counts: new Map([["1", 3]]) });
    expect(profiles.get(HOUR)!.shapes.size).toBe(1);
  });

  it("is counted in the hour of the good line before it, or of the first good line", async () => {
    const later = line({ time: "2026-01-15T12:00:00Z" });
    const { profiles } = await profileLines("{", line(), "[]", later, "{", "{");
    expect(profiles.get(HOUR)!.quarantinedCounts).toEqual(
      new Map([
        ["truncated-json", 1],
        ["not-an-object", 1],
      ]),
    );
    expect(profiles.get(HOUR + 2 * 3_600_000)!.quarantinedCounts).toEqual(
      new Map([["truncated-json", 2]]),
    );
  });

  it("is kept for inspection up to a limit, and counted beyond it", async () => {
    const bytes = Buffer.from("{\n".repeat(500));
    const { quarantined, counts } = await profileRecords(once(bytes), { quarantineLimit: 7 });
    expect(quarantined.map(({ lineNumber }) => lineNumber)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(counts.quarantinedCounts).toEqual(new Map([["truncated-json", 500]]));
  });

  it("does not stop at compressed bytes that end too early", async () => {
    const noise = Array.from({ length: 3000 }, (_, n) => line({ input: csv(`${n * 7919},${n}`) }));
    const whole = gzipSync(Buffer.from(noise.join("\n")));
    const { counts } = await profileRecords(once(whole.subarray(0, whole.length - 20_000)));
    expect(counts.recordCount).toBeGreaterThan(100);
    expect(counts.quarantinedCounts.get("invalid-gzip")).toBe(1);
  });

  it("leaves a 10 MB line readable, one value or many", async () => {
    const value = line({ input: csv(`1,${"x".repeat(10 * 2 ** 20)}`) });
    const rows = "1,2\n".repeat(1_000_000);
    const many = line({ input: csv(rows), output: csv("0.5\n".repeat(1_000_000)) });
    const { counts } = await profileLines(line(), value, many, line());
    expect(counts).toMatchObject({ recordCount: 4, rowCount: 1_000_003 });
    expect(counts.quarantinedCounts.size).toBe(0);
  });
});
