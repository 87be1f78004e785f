// Joins labels with captures and counts right predictions; prints a JSON line: seconds, peak memory.
import { closeSync, openSync, readSync } from "node:fs";
import { LabelJoin } from "../../shared/labels/label-join.ts";
import type { LineInput } from "../../shared/labels/line-input.ts";

const [, , capturesPath, labelsPath, index = "0", count = "1"] = process.argv;
const startMillis = performance.now();
const join = new LabelJoin("outputs", { index: Number(index), count: Number(count) });
pour(labelsPath!, join.labels);
pour(capturesPath!, join.captures);
let [pairs, right] = [0, 0];
for (const entry of join.entries()) {
  if (!entry.hasLabel || !entry.hasCapture) continue;
  pairs += 1;
  if (Number(entry.outputText()) > 0.5 === (Number(entry.labelData()) === 1)) right += 1;
}
const seconds = (performance.now() - startMillis) / 1000;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
console.log(JSON.stringify({ seconds, cpuSeconds, peakMegabytes: maxRSS / 1024, pairs, right }));

function pour(path: string, input: LineInput): void {
  const chunk = Buffer.allocUnsafeSlow(1 << 18);
  const file = openSync(path, "r");
  for (let length = 1; length > 0; ) {
    length = readSync(file, chunk, 0, chunk.length, null);
    input.push(chunk.subarray(0, length));
  }
  input.end();
  closeSync(file);
}
