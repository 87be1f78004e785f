import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inChunks } from "../../../../shared/labels/intake/chunks.ts";
import { LINE_BYTES } from "../../../../shared/labels/intake/file-lines.ts";
import { type FileEntry, readLabelFile } from "../../../../shared/labels/intake/label-file.ts";
import { readLabelParquet } from "../../../../shared/labels/intake/label-parquet.ts";
import { labelLine } from "../../../../shared/labels/label.ts";

const samples = fileURLToPath(new URL("../../../samples/", import.meta.url));

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(entries: AsyncIterable<FileEntry>): Promise<FileEntry[]> {
  return await Array.fromAsync(entries);
}

const read = (
  text: string | Uint8Array,
  format: "jsonl" | "jsonl.gz" | "csv" = "jsonl",
  size = 7,
) => all(readLabelFile(inPieces(Buffer.from(text), size), format));

const parquet = async (name: string) => {
  const bytes = await readFile(`${samples}labels/${name}`);
  const copy = new Uint8Array(bytes).buffer;
  return await all(
    readLabelParquet({
      byteLength: copy.byteLength,
      slice: async (start, end) => copy.slice(start, end),
    }),
  );
};

/** `id=data@time`, or the reason. */
const short = ({ label }: FileEntry): string => {
  if (typeof label === "string") return label;
  const time = label.labelMillis === null ? "" : `@${new Date(label.labelMillis).toISOString()}`;
  return `${label.id}=${label.data}${time}`;
};

describe("a file of lines", () => {
  it("reads Model Monitor's own sample as it stands", async () => {
    const text = await readFile(`${samples}sdk_tests/actuals.jsonl`, "utf8");
    const entries = await read(text, "jsonl", 1000);
    const lines = text.trim().split("\n");
    expect(entries).toHaveLength(lines.length);
    for (const [index, { label }] of entries.entries()) {
      const { groundTruthData, eventMetadata } = JSON.parse(lines[index]!);
      expect(label).toMatchObject({ ...groundTruthData, id: eventMetadata.eventId });
    }
  });

  it("is cut at its line breaks wherever its bytes are", async () => {
    const labels = fc.array(
      fc.record({ inferenceId: fc.uuid(), label: fc.constantFrom(0, 1, "é", "日本", "a,b") }),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(labels, fc.integer({ min: 1, max: 50 }), async (posted, size) => {
        const text = posted.map((label) => `${JSON.stringify(label)}\r\n`).join("\n");
        const plain = await read(text, "jsonl", size);
        expect(plain.map(({ label }) => (label as { id: string }).id)).toEqual(
          posted.map(({ inferenceId }) => inferenceId),
        );
        expect(await read(gzipSync(text), "jsonl.gz", size)).toEqual(plain);
      }),
    );
  });

  it("tells where and why a line is none, and goes on", async () => {
    const bytes = Buffer.concat([
      Buffer.from('\ufeff{"inferenceId":"a","label":1}\n\n{"inferenceId":\n'),
      Buffer.from([0x22, 0xff, 0x22, 0x0a]),
      Buffer.from(`{"inferenceId":"${"x".repeat(LINE_BYTES)}","label":1}\n[1]\n`),
      Buffer.from('{"eventId":"b","label":0}'),
    ]);
    const entries = await read(bytes, "jsonl", 65_536);
    expect(entries.map((entry) => [entry.lineNumber, short(entry)])).toEqual([
      [1, "a=1"],
      [3, "invalid-json"],
      [4, "not-utf-8"],
      [5, "line-too-long"],
      [6, "not-an-object"],
      [7, "b=0"],
    ]);
    for (const { excerpt } of entries) expect(excerpt.length).toBeLessThanOrEqual(200);
  });

  it("keeps the labels before the place where its gzip breaks off", async () => {
    const text = Array.from({ length: 5_000 }, (_, n) => `{"eventId":"e${n}","label":${n}}\n`).join(
      "",
    );
    const whole = gzipSync(text);
    const entries = await read(whole.subarray(0, whole.length - 500), "jsonl.gz", 1000);
    expect(entries.at(-1)?.label).toBe("invalid-gzip");
    expect(entries.length).toBeGreaterThan(1_000);
    expect(entries.slice(0, -1).every(({ label }) => typeof label === "object")).toBe(true);
  });
});

describe("a CSV file", () => {
  it("is read by its header, in any order of columns", async () => {
    const text = 'label,labelTime,inferenceId\n1,,a\n"no, never",2026-01-15T10:00:00Z,"b ""1"""\n';
    expect((await read(text, "csv")).map(short)).toEqual([
      "a=1",
      'b "1"="no, never"@2026-01-15T10:00:00.000Z',
    ]);
  });

  it("has a bad row spoil no other", async () => {
    const text = 'eventId,label\na,1\nb\nc,"1\nd,1,2\n,1\nf,\ng,0\n';
    expect((await read(text, "csv")).map(short)).toEqual([
      "a=1",
      "invalid-csv",
      "invalid-csv",
      "invalid-csv",
      "not-one-id",
      "invalid-label",
      "g=0",
    ]);
  });

  it.each([
    ["id,label\na,1\n", "no-such-column"],
    ["inferenceId,labeltime,label\na,2026,1\n", "unknown-key"],
    ["inferenceId,label,label\na,1,1\n", "unknown-key"],
  ])("without the right header is none: %j", async (text, reason) => {
    expect((await read(text, "csv")).map(short)).toEqual([reason]);
  });
});

describe("a Parquet file", () => {
  it("of pyarrow gives the same labels as the same rows in JSON", async () => {
    const entries = await parquet("labels.parquet");
    expect(entries.map(short)).toEqual([
      "order-0=1@2026-01-15T09:00:00.000Z",
      "order-1=0@2026-01-15T09:01:00.000Z",
      "order-2=1@2026-01-15T09:02:00.000Z",
      "order-3=1@2026-01-15T09:03:00.000Z",
      "invalid-label",
      "order-5=0@2026-01-15T09:05:00.000Z",
      "order-6=1",
      "not-one-id",
    ]);
    expect(entries.map(({ lineNumber }) => lineNumber)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const [first] = await read(
      '{"inferenceId":"order-0","label":1,"labelTime":"2026-01-15T09:00:00Z"}',
    );
    const lineOf = (entry: FileEntry | undefined) =>
      typeof entry?.label === "object" ? labelLine(entry.label) : "";
    expect(lineOf(entries[0])).toBe(lineOf(first));
  });

  it("of doubles keeps their shortest digits", async () => {
    expect((await parquet("prices.parquet")).map(short)).toEqual(["a=0.1", "b=250000"]);
  });

  it.each([
    ["no-id.parquet", "no-such-column"],
    ["make.py", "invalid-parquet"],
  ])("%s is none", async (name, reason) => {
    expect((await parquet(name)).map(short)).toEqual([reason]);
  });
});

describe("inChunks", () => {
  it("gives all items in their order, in lists of one size but the last", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), async (items, size) => {
        const source = (async function* () {
          yield* items;
        })();
        const chunks = await Array.fromAsync(inChunks(source, size));
        expect(chunks.flat()).toEqual(items);
        for (const chunk of chunks.slice(0, -1)) expect(chunk).toHaveLength(size);
        expect(chunks.at(-1)?.length ?? 1).toBeGreaterThan(0);
      }),
    );
  });
});
