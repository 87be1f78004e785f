import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ObjectWriter, readLines } from "../../../shared/aws/object-streams.ts";
import { QualityAccount } from "../../functions/quality-account.ts";

let account: QualityAccount;
beforeEach(() => {
  account = new QualityAccount();
});
afterEach(() => account.close());

const place = { bucket: "bucket", key: "joins/lines.jsonl" };
const write = async (...texts: readonly string[]) => {
  const writer = new ObjectWriter(place, "application/jsonl");
  for (const text of texts) await writer.write(text);
  await writer.end();
};
const read = async (sliceBytes: number) => {
  const lines: string[] = [];
  for await (const line of readLines(place, sliceBytes)) lines.push(line);
  return lines;
};

describe("an object written and read piece by piece", () => {
  it("has all lines, in whatever slices they are read", async () => {
    const lines = ["", "ä", "a longer line with ünïcöde in it", "日本", "", "z"];
    await write(...lines.map((line) => `${line}\n`));
    for (let sliceBytes = 1; sliceBytes < 70; sliceBytes += 1) {
      expect(await read(sliceBytes)).toEqual(lines);
    }
    account.objects.set(place.key, "no break\nat its end");
    await write("no break\nat its end");
    expect(await read(4)).toEqual(["no break", "at its end"]);
  });

  it("is there when nothing was written, and when it is larger than a part", async () => {
    await write();
    expect(account.objects.get(place.key)).toBe("");
    expect(await read(10)).toEqual([]);
    const text = `${"ä".repeat(999)}\n`.repeat(12_000);
    await write(text.slice(0, 1_000), text.slice(1_000));
    expect(account.objects.get(place.key) === text).toBe(true);
    expect(await read(3_000_000)).toHaveLength(12_000);
  });

  it("is named when it is not there", async () => {
    await expect(read(10)).rejects.toThrow("s3://bucket/joins/lines.jsonl: is absent");
  });
});
