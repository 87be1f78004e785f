// Seeded ground truth for a capture file: one label a record, in an order of its own.
import { createReadStream, existsSync, renameSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createMulberry } from "./generate-captures.ts";

interface CaptureLine {
  readonly captureData: { readonly endpointOutput: { readonly data: string } };
  readonly eventMetadata: { readonly eventId: string };
}

/** Makes the file unless it is there. A label is positive as often as the model says. */
export async function generateLabels(capturesPath: string, labelsPath: string): Promise<void> {
  if (existsSync(labelsPath)) return;
  const random = createMulberry(20260116);
  const lines: string[] = [];
  for await (const text of createInterface({ input: createReadStream(capturesPath) })) {
    const { captureData, eventMetadata } = JSON.parse(text) as CaptureLine;
    const data = random() < Number(captureData.endpointOutput.data) ? "1" : "0";
    const { eventId } = eventMetadata;
    const groundTruthData = { data, encoding: "CSV" };
    lines.push(JSON.stringify({ groundTruthData, eventMetadata: { eventId }, eventVersion: "0" }));
  }
  for (let place = lines.length - 1; place > 0; place -= 1) {
    const other = Math.floor(random() * (place + 1));
    [lines[place], lines[other]] = [lines[other]!, lines[place]!];
  }
  writeFileSync(`${labelsPath}.partial`, `${lines.join("\n")}\n`);
  renameSync(`${labelsPath}.partial`, labelsPath);
}
