import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeProfile } from "../../../shared/profile/codec.ts";
import { profileRecords, type RecordsProfile } from "../../../shared/profile/profile-records.ts";
import { createRandom, ENCODINGS, randomLine } from "./capture-lines.ts";

const sample = (path: string): string =>
  readFileSync(new URL(`../../samples/${path}`, import.meta.url), "utf8");

async function* cut(bytes: Uint8Array, sizeOf: () => number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const size = sizeOf();
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const profile = (text: string | Uint8Array) =>
  profileRecords(cut(Buffer.from(text), () => 1 << 16));

/** Column id to text counts of the only shape of the only hour. */
function countsOf({ profiles }: RecordsProfile): Record<string, Record<string, number>> {
  expect(profiles.size).toBe(1);
  const { shapes } = [...profiles.values()][0]!;
  expect(shapes.size).toBe(1);
  const { columns } = [...shapes.values()][0]!;
  return Object.fromEntries(
    [...columns].map(([id, state]) => {
      if (state.kind !== "exact") throw new Error(`${id} is no exact column`);
      return [id, Object.fromEntries(state.counts)];
    }),
  );
}

function record(input: string, encoding = "CSV", type: string | null = "text/csv"): string {
  const endpointInput = { observedContentType: type, mode: "INPUT", data: input, encoding };
  const eventMetadata = { eventId: "e", inferenceTime: "2026-01-15T10:20:30Z" };
  const captureData = { endpointInput };
  return `${JSON.stringify({ captureData, eventMetadata, eventVersion: "0" })}\n`;
}

const bytesOf = ({ profiles }: RecordsProfile): string[] =>
  [...profiles.values()].map((found) => Buffer.from(encodeProfile(found)).toString("base64"));

describe("a real capture", () => {
  it("of CSV in and out is profiled by position", async () => {
    const result = await profile(sample("capture/endpoint_csv_xgb_churn.jsonl"));
    expect(result.counts).toMatchObject({ lineCount: 3, recordCount: 3, rowCount: 3 });
    const counts = countsOf(result);
    expect(Object.keys(counts).length).toBe(70);
    expect(counts["i0"]).toEqual({ 132: 1, 130: 1, 85: 1 });
    expect(counts["o0"]).toHaveProperty("0.036397725343704224", 1);
  });

  it("of JSON Lines has a row a line", async () => {
    const result = await profile(sample("capture/endpoint_jsonlines_multirecord.jsonl"));
    expect(result.counts).toMatchObject({ lineCount: 2, recordCount: 2, rowCount: 3 });
    const counts = countsOf(result);
    expect(counts["i.features.0"]).toEqual({ 28: 2, 43: 1 });
    expect(counts["o.score"]).toEqual({ "0.989977359771728": 2, "0.504138827323913": 1 });
  });

  it("of a batch transform keeps predictions from inputs", async () => {
    const result = await profile(sample("capture/batch_transform_output_with_inference_id.jsonl"));
    expect([...result.profiles.keys()]).toEqual([Date.UTC(2023, 0, 21, 1)]);
    const counts = countsOf(result);
    expect(counts["o.predicted_label"]).toEqual({ 0: 5 });
    expect(counts["i.features.1"]).toEqual({ 2: 5 });
    expect(Object.keys(counts).length).toBe(16);
  });

  it("of the Python SDK's tests is read, its slots for times filled or not", async () => {
    const template = sample("sdk_tests/capture.jsonl");
    const unfilled = await profile(template);
    expect(unfilled.counts.quarantinedCounts).toEqual(new Map([["invalid-inference-time", 44]]));
    const filled = await profile(template.replaceAll("{%s}", "2026-01-15T10:20:30Z"));
    expect(filled.counts).toMatchObject({ lineCount: 44, recordCount: 44, rowCount: 44 });
    const { counts } = await profile(sample("sdk_tests/captured-data.jsonl"));
    expect(counts).toMatchObject({ recordCount: 2, rowCount: 2 });
  });
});

describe("a capture record", () => {
  it.each([
    ["plain", "1,a,\n", { i0: { 1: 1 }, i1: { a: 1 }, i2: {} }],
    ["CRLF and blank lines", "1,a\r\n\r\n2,b\r\n", { i0: { 1: 1, 2: 1 }, i1: { a: 1, b: 1 } }],
    ["quoted commas", '"a,b",2', { i0: { "a,b": 1 }, i1: { 2: 1 } }],
    ["doubled quotes", '"say ""hi""",2', { i0: { 'say "hi"': 1 }, i1: { 2: 1 } }],
    ["line breaks in quotes", '"a\nb",2\n', { i0: { "a\nb": 1 }, i1: { 2: 1 } }],
    ["quoted empty text", '"",,3', { i0: { "": 1 }, i1: {}, i2: { 3: 1 } }],
    ["quote inside a field", '5" pipe,1', { i0: { '5" pipe': 1 }, i1: { 1: 1 } }],
    ["tabs and spaces", " 1,\tx", { i0: { " 1": 1 }, i1: { "\tx": 1 } }],
    ["other alphabets", "Zürich,日本,🙂", { i0: { Zürich: 1 }, i1: { 日本: 1 }, i2: { "🙂": 1 } }],
    ["lone carriage returns", "1,2\r3,4", { i0: { 1: 1, 3: 1 }, i1: { 2: 1, 4: 1 } }],
  ])("in CSV, %s", async (_why, data, expected) => {
    // Once for the careful reader, and again for the kernel that has learned from it.
    expect(countsOf(await profile(record(data)))).toEqual(expected);
    const times = (await profile(record("9,9,9").repeat(3) + record(data).repeat(20))).profiles;
    const { shapes } = [...times.values()][0]!;
    const last = [...shapes.values()].at(-1)!;
    const seen = [...last.columns.values()].map((state) => state.kind === "exact" && state.counts);
    for (const [index, counts] of Object.values<Record<string, number>>(expected).entries()) {
      for (const [text, count] of Object.entries(counts)) {
        expect((seen[index] as Map<string, number>).get(text)).toBe(20 * count);
      }
    }
  });

  it.each([
    [
      "an object",
      '{"a":1,"b":"x","c":null,"d":true}',
      { "i.a": ["1"], "i.b": ["x"], "i.c": [], "i.d": ["true"] },
    ],
    ["raw numbers", "[1.0,1e3,-0.50]", { i0: ["1.0"], i1: ["1e3"], i2: ["-0.50"] }],
    ["nested keys", '{"a":{"b":{"c":[1,2]}}}', { "i.a.b.c.0": ["1"], "i.a.b.c.1": ["2"] }],
    ["rows of objects", '[{"a":1},{"a":2}]', { "i.a": ["1", "2"] }],
    ["rows under one key", '{"instances":[[1,2],[3,4]]}', { i0: ["1", "3"], i1: ["2", "4"] }],
    [
      "rows under features",
      '{"instances":[{"features":[1,2]}]}',
      { "i.features.0": ["1"], "i.features.1": ["2"] },
    ],
    [
      "values under one key",
      '{"instances":[1.0,2]}',
      { "i.instances.0": ["1.0"], "i.instances.1": ["2"] },
    ],
    ["a single value", "0.25", { i0: ["0.25"] }],
    ["lines", '{"a":1}\n{"a":2}\n', { "i.a": ["1", "2"] }],
    ["white space", '{\n  "a" : [ 1 ,\n 2 ]\n}\n', { "i.a.0": ["1"], "i.a.1": ["2"] }],
    ["escapes", '{"a":"\\u00e9\\"\\\\\\n"}', { "i.a": ['é"\\\n'] }],
    ["empty text", '{"a":""}', { "i.a": [""] }],
  ])("in JSON, %s", async (_why, data, expected) => {
    for (const times of [1, 20]) {
      const lines = record(data, "JSON", "application/json").repeat(times);
      const wanted = Object.entries(expected).map(([id, texts]) => [
        id,
        Object.fromEntries(texts.map((text) => [text, times])),
      ]);
      expect(countsOf(await profile(lines))).toEqual(Object.fromEntries(wanted));
    }
  });

  it("in JSON, rows of any number under one key", async () => {
    const bodies = Array.from({ length: 300 }, (_, index) =>
      Array.from({ length: 1 + (index % 5) }, (_, row) => `[${index % 7}, ${row}]`).join(", "),
    );
    const lines = bodies.map((rows) => record(`{"instances": [${rows}]}`, "JSON"));
    // One form of rows, and now and then another that only begins alike.
    const odd = ['{"instances": [[1, 2]], "x": 1}', '{"instances": [[1, 2],[3, 4]]}'];
    const mixed = lines.join("") + odd.map((body) => record(body, "JSON")).join("") + lines[4];
    const result = await profile(mixed);
    expect(result.counts.quarantinedCounts).toEqual(new Map([["nested-json", 1]]));
    expect(result.counts).toMatchObject({ recordCount: 302, rowCount: 900 + 2 + 5 });
    expect(countsOf(result)["i1"]).toEqual({ 0: 301, 1: 241, 2: 182, 3: 121, 4: 62 });
  });

  it("without a content type, with unknown fields, in another order of keys", async () => {
    const line =
      '{"x":{"y":[1]},"eventVersion":"0","eventMetadata":{"customAttributes":["a=b"],' +
      '"inferenceTime":"2026-01-15T10:20:30.250+00:00"},' +
      '"captureData":{"endpointOutput":{"data":"1","encoding":"CSV"}}}\n';
    const result = await profile(line.repeat(5));
    expect(countsOf(result)).toEqual({ o0: { 1: 5 } });
    const [only] = result.profiles.values();
    expect(only!.firstInferenceMillis).toBe(Date.UTC(2026, 0, 15, 10, 20, 30, 250));
    expect([...only!.shapes.keys()]).toEqual(["1+-"]);
  });

  it("of batch output in CSV has SageMaker's id and time behind its values", async () => {
    const text = "29,2,0.25,id-1,2026-01-15T10:00:00Z\n".repeat(4);
    const result = await profileRecords(
      cut(Buffer.from(text), () => 100),
      { batchCsv: { inputColumnCount: 2 } },
    );
    expect(countsOf(result)).toEqual({ o0: { 0.25: 4 }, i0: { 29: 4 }, i1: { 2: 4 } });
  });
});

describe("the bytes of an object", () => {
  const random = createRandom(11);
  const lines = Array.from({ length: 3000 }, (_, index) => {
    const encoding = ENCODINGS[Math.floor(index / 200) % ENCODINGS.length]!;
    const inputs = { columns: 9, encoding };
    const outputs = random(9) === 0 ? null : { columns: 2, encoding };
    return randomLine(random, { inputs, outputs, maxRows: 3, hours: 2 }).line;
  });
  const bytes = Buffer.from(lines.join("\n"));

  it("may arrive in any pieces, compressed or not, for the same profile bytes", async () => {
    const whole = bytesOf(await profile(bytes));
    for (const size of [61, 1000, 262_143, 262_145]) {
      expect(bytesOf(await profileRecords(cut(bytes, () => size)))).toEqual(whole);
    }
    const ragged = cut(bytes, () => random(3) * random(40_000) + random(3));
    expect(bytesOf(await profileRecords(ragged))).toEqual(whole);
    expect(bytesOf(await profileRecords(cut(gzipSync(bytes), () => 999)))).toEqual(whole);
    const members = Buffer.concat([
      gzipSync(bytes.subarray(0, 5000)),
      gzipSync(bytes.subarray(5000)),
    ]);
    expect(bytesOf(await profileRecords(cut(members, () => 999)))).toEqual(whole);
  });

  it("may even arrive singly", async () => {
    const few = bytes.subarray(0, 100_000);
    const whole = bytesOf(await profile(few));
    expect(bytesOf(await profileRecords(cut(few, () => 1)))).toEqual(whole);
    expect(bytesOf(await profileRecords(cut(gzipSync(few), () => 1)))).toEqual(whole);
  });

  it("may come in a buffer that is filled again for every chunk", async () => {
    async function* reused(source: Uint8Array): AsyncIterable<Uint8Array> {
      // A Buffer, whose slices are views.
      const buffer = Buffer.alloc(5000);
      for await (const chunk of cut(source, () => buffer.length)) {
        buffer.set(chunk);
        yield buffer.subarray(0, chunk.length);
      }
    }
    const whole = bytesOf(await profile(bytes));
    expect(bytesOf(await profileRecords(reused(bytes)))).toEqual(whole);
    expect(bytesOf(await profileRecords(reused(gzipSync(bytes))))).toEqual(whole);
    const long = Buffer.from(record(`1,${"a".repeat(999)}${"b".repeat(400_000)}`).repeat(2));
    expect(bytesOf(await profileRecords(reused(long)))).toEqual(bytesOf(await profile(long)));
  });

  it("may begin with a byte order mark and end their lines as Windows does", async () => {
    const windows = Buffer.from(`\uFEFF${lines.join("\r\n")}\r\n`);
    expect(bytesOf(await profile(windows))).toEqual(bytesOf(await profile(bytes)));
  });

  it("may be profiled by several scans at a time", async () => {
    const alone = bytesOf(await profile(bytes));
    const together = await Promise.all([profile(bytes), profile(bytes), profile(bytes)]);
    for (const result of together) expect(bytesOf(result)).toEqual(alone);
  });

  it("may be none", async () => {
    const result = await profile("");
    expect(result).toEqual({
      profiles: new Map(),
      quarantined: [],
      counts: { lineCount: 0, recordCount: 0, rowCount: 0, quarantinedCounts: new Map() },
    });
    expect((await profile("\n \r\n\t\n")).counts.lineCount).toBe(0);
  });
});
