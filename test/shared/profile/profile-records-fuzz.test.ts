import { describe, expect, it } from "vitest";
import { withKernel } from "../../../shared/capture/kernel.ts";
import { LineFeed } from "../../../shared/capture/line-feed.ts";
import { encodeProfile } from "../../../shared/profile/codec.ts";
import { captureFormat, type LineFormat } from "../../../shared/profile/line-formats.ts";
import { Scan } from "../../../shared/profile/scan.ts";
import { createRandom, ENCODINGS, randomLine } from "./capture-lines.ts";

const LINES = 1_000_000;
const LINES_A_FILE = 50_000;
const NEWLINE = 10;
const random = createRandom(4711);

/** Good lines of one form, as an endpoint writes them. */
function goodLines(form: number): Uint8Array[] {
  const encoding = ENCODINGS[form % ENCODINGS.length]!;
  const inputs = { columns: 3 + (form % 4), encoding };
  const outputs = { columns: 1, encoding: ENCODINGS[random(ENCODINGS.length)]! };
  const options = { inputs, outputs, maxRows: form % 3 === 0 ? 3 : 1, hours: 1 };
  return Array.from({ length: 200 }, () => Buffer.from(randomLine(random, options).line));
}

const SPICE = Buffer.from('",\\{}[]:0eE.-+ \u0000\n\r\tnu/=Az9é');

/** Up to three small damages: bytes changed, lost, doubled, put in, or the end cut off. */
function mutate(line: Uint8Array): Uint8Array {
  const bytes = [...line];
  for (let damages = 1 + random(3); damages > 0; damages--) {
    const at = random(bytes.length);
    const spice = SPICE[random(SPICE.length)]!;
    const damage = random(7);
    if (damage === 0) bytes[at] = random(256);
    else if (damage === 1) bytes[at] = spice;
    else if (damage === 2) bytes.splice(at, 1 + random(4));
    else if (damage === 3) bytes.splice(at, 0, spice);
    else if (damage === 4) bytes.splice(at, 0, ...bytes.slice(at, at + random(30)));
    else if (damage === 5) bytes[at] = bytes[at]! ^ (1 << random(8));
    else if (random(4) === 0) bytes.length = at + 1;
  }
  return Uint8Array.from(bytes);
}

function mutatedFile(form: number): Uint8Array {
  const pool = goodLines(form);
  const lines: Uint8Array[] = [];
  for (let line = 0; line < LINES_A_FILE; line++) {
    const good = pool[random(pool.length)]!;
    lines.push(random(3) === 0 ? mutate(good) : good, Uint8Array.of(NEWLINE));
  }
  return Buffer.concat(lines);
}

/** Lines that hold more than white space, found without any of the code under test. */
function countLines(bytes: Uint8Array): number {
  const text = Buffer.from(bytes).toString("latin1");
  return text.split("\n").filter((line) => /[^\s\u00a0\ufeff]/.test(line)).length;
}

async function scan(bytes: Uint8Array, format: LineFormat) {
  return withKernel(async (kernel) => {
    const scanned = new Scan(kernel, format, 0);
    const feed = new LineFeed(kernel, scanned);
    feed.push(bytes);
    feed.finish();
    const profiles = [...scanned.finish().values()];
    const quarantinedCount = [...scanned.log.counts.values()].reduce((sum, n) => sum + n, 0);
    return { lineCount: scanned.lineCount, quarantinedCount, profiles };
  });
}

/** Leaves no line to the kernel's own reader. */
const CAREFUL: LineFormat = { ...captureFormat, learn: () => null };

const hash = (profiles: Awaited<ReturnType<typeof scan>>["profiles"]): string[] =>
  profiles.map((profile) => Buffer.from(encodeProfile(profile)).toString("base64"));

describe("a million damaged lines", () => {
  it("are each profiled or quarantined, by the kernel as by the careful reader", async () => {
    let [lineCount, goodCount] = [0, 0];
    for (let file = 0; file < LINES / LINES_A_FILE; file++) {
      const bytes = mutatedFile(file);
      const found = await scan(bytes, captureFormat);
      const recordCount = found.profiles.reduce((sum, profile) => sum + profile.recordCount, 0);
      expect(recordCount + found.quarantinedCount).toBe(found.lineCount);
      expect(found.lineCount).toBe(countLines(bytes));
      for (const { shapes, rowCount } of found.profiles) {
        const shapeRows = [...shapes.values()].reduce((sum, shape) => sum + shape.rowCount, 0);
        expect(shapeRows).toBe(rowCount);
      }
      lineCount += found.lineCount;
      goodCount += recordCount;
      const part = bytes.subarray(0, bytes.length / 8);
      const [quick, careful] = [await scan(part, captureFormat), await scan(part, CAREFUL)];
      expect(careful.quarantinedCount).toBe(quick.quarantinedCount);
      expect(hash(careful.profiles)).toEqual(hash(quick.profiles));
    }
    expect(lineCount).toBeGreaterThan(LINES * 0.99);
    expect(goodCount).toBeGreaterThan(LINES / 2);
    expect(goodCount).toBeLessThan(LINES * 0.95);
  }, 240_000);
});
