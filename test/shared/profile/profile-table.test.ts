import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encodeProfile } from "../../../shared/profile/codec.ts";
import { profileTable, type TableOptions } from "../../../shared/profile/profile-records.ts";
import { columnFromTexts } from "../../../shared/sketch/column-state.ts";
import { createRandom, randomCell } from "./capture-lines.ts";

const CSV: TableOptions = { kind: "csv", header: false };

async function* cut(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const profile = (text: string, options: TableOptions, size = 1 << 16) =>
  profileTable(cut(Buffer.from(text), size), options);

describe("profileTable", () => {
  it("profiles the churn training set under its header's names", async () => {
    const path = new URL("../../../local/churn/data/training.csv", import.meta.url);
    const text = readFileSync(path, "utf8");
    const [first, ...rows] = text.trimEnd().split(/\r?\n/);
    const result = await profile(text, { kind: "csv", header: true });
    expect(result.header).toEqual(first!.split(","));
    expect(result.counts).toMatchObject({ lineCount: rows.length, recordCount: rows.length });
    const { columns } = result.profile.shapes.get(`-+${result.header!.length}`)!;
    for (const [index] of result.header!.entries()) {
      const texts = rows.map((row) => row.split(",")[index]!).filter((cell) => cell !== "");
      const expected = columnFromTexts(texts);
      const actual = columns.get(`i${index}`)!;
      expect(actual.types).toEqual(expected.types);
      if (actual.kind === "exact") expect(actual).toEqual(expected);
    }
  });

  it("reads fields that go on over several lines, wherever the bytes are cut", async () => {
    const text = 'a,b\r\n1,"two\nlines, ""quoted"""\n3,4\n"x\n\ny",5\n';
    for (const size of [1, 3, 1000]) {
      const {
        profile: found,
        header,
        counts,
      } = await profile(text, { ...CSV, header: true }, size);
      expect(header).toEqual(["a", "b"]);
      expect(counts).toMatchObject({ lineCount: 3, recordCount: 3, rowCount: 3 });
      const { columns } = found.shapes.get("-+2")!;
      expect(columns.get("i0")).toMatchObject({
        counts: new Map([
          ["1", 1],
          ["3", 1],
          ["x\n\ny", 1],
        ]),
      });
      expect(columns.get("i1")).toMatchObject({
        counts: new Map([
          ['two\nlines, "quoted"', 1],
          ["4", 1],
          ["5", 1],
        ]),
      });
    }
  });

  it("quarantines the line of a quote that is never closed, and reads the lines behind it", async () => {
    const { counts, quarantined } = await profile('1,2\n3,"4\n5,6\n', CSV);
    expect(counts).toMatchObject({ lineCount: 3, recordCount: 2 });
    expect(quarantined).toEqual([{ lineNumber: 2, reason: "invalid-csv", excerpt: '3,"4' }]);
  });

  it.each([
    { why: "many lines", rows: 3000, cell: "x" },
    { why: "long lines", rows: 8, cell: "x".repeat(300_000) },
  ])("gives a quote up that is not closed within $why", async ({ rows, cell }) => {
    const text = `${`1,${cell}\r\n`.repeat(rows)}2,"stray\r\n${`3,${cell}\r\n`.repeat(rows)}4,"5"\n`;
    const { profile: found, counts, quarantined } = await profile(text, CSV);
    expect(counts).toMatchObject({ lineCount: 2 * rows + 2, recordCount: 2 * rows + 1 });
    expect(quarantined).toMatchObject([{ lineNumber: rows + 1, excerpt: '2,"stray\r' }]);
    expect(found.shapes.get("-+2")?.columns.get("i0")).toMatchObject({
      counts: new Map([
        ["1", rows],
        ["3", rows],
        ["4", 1],
      ]),
    });
  });

  it("profiles JSON Lines by name", async () => {
    const text = `${'{"age":1,"x":[1.0,null]}\n'.repeat(5)}{"age":"old"}\n[1,2]\nnull,\n`;
    const {
      profile: found,
      counts,
      header,
    } = await profile(text, { kind: "jsonl", header: false });
    expect(header).toBeNull();
    expect(counts.quarantinedCounts).toEqual(new Map([["invalid-json-body", 1]]));
    const { columns, rowCount } = found.shapes.get("-+*")!;
    expect(rowCount).toBe(6);
    expect(columns.get("i.age")).toMatchObject({
      counts: new Map([
        ["1", 5],
        ["old", 1],
      ]),
    });
    expect(columns.get("i.x.0")).toMatchObject({ counts: new Map([["1.0", 5]]) });
    expect(found.shapes.get("-+2")!.rowCount).toBe(1);
  });

  it("gives the same bytes however often columns move out for want of room", async () => {
    const random = createRandom(9);
    const row = () => Array.from({ length: 700 }, (_, c) => randomCell(random, c) ?? "").join(",");
    const rows = Array.from({ length: 300 }, row);
    const found = await profile(rows.join("\n"), CSV);
    const texts = rows.map((cells) => cells.split(",")[0]!).filter((cell) => cell !== "");
    const { columns } = found.profile.shapes.get("-+700")!;
    const [actual, expected] = [columns.get("i0")!, columnFromTexts(texts)];
    expect(actual.types).toEqual(expected.types);
    expect(actual.kind === "sketched" && actual.distinct).toEqual(
      expected.kind === "sketched" && expected.distinct,
    );
    const again = await profile(rows.join("\n"), CSV, 1000);
    expect(Buffer.compare(encodeProfile(again.profile), encodeProfile(found.profile))).toBe(0);
  });
});
