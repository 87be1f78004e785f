// The join one writes first: a Map and JSON.parse. Prints a JSON line: seconds, peak memory.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

const [, , capturesPath, labelsPath] = process.argv;
const linesOf = (path: string) =>
  createInterface({ input: createReadStream(path, { highWaterMark: 1 << 18 }) });

const startMillis = performance.now();
const labels = new Map<string, string>();
for await (const line of linesOf(labelsPath!)) {
  const { eventMetadata, groundTruthData } = JSON.parse(line);
  labels.set(eventMetadata.eventId, groundTruthData.data);
}
let [pairs, right] = [0, 0];
for await (const line of linesOf(capturesPath!)) {
  const { captureData, eventMetadata } = JSON.parse(line);
  const label = labels.get(eventMetadata.inferenceId ?? eventMetadata.eventId);
  if (label === undefined) continue;
  pairs += 1;
  if (Number(captureData.endpointOutput.data) > 0.5 === (Number(label) === 1)) right += 1;
}
const seconds = (performance.now() - startMillis) / 1000;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
console.log(JSON.stringify({ seconds, cpuSeconds, peakMegabytes: maxRSS / 1024, pairs, right }));
