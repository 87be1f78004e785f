import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export const SAMPLES = fileURLToPath(new URL("../samples/", import.meta.url));
export const CHURN_CSV = fileURLToPath(
  new URL("../../local/churn/data/training.csv", import.meta.url),
);

/** The rows of the churn training set as texts, the label left out. */
export async function churnRows(): Promise<string[]> {
  const [, ...lines] = (await readFile(CHURN_CSV, "utf8")).trimEnd().split("\n");
  return lines.map((line) => line.slice(line.indexOf(",") + 1).trimEnd());
}

/** Capture lines of requests with these inputs, one a second from the start on. */
export function captureLines(inputs: readonly string[], start: string): string[] {
  return inputs.map((data, index) => {
    const inferenceTime = new Date(Date.parse(start) + 1000 * index).toISOString().slice(0, 19);
    return JSON.stringify({
      captureData: {
        endpointInput: { observedContentType: "text/csv", mode: "INPUT", data, encoding: "CSV" },
      },
      eventMetadata: { eventId: `${start}-${index}`, inferenceTime: `${inferenceTime}Z` },
      eventVersion: "0",
    });
  });
}

/** Writes lines to a file, compressed when its name says so. */
export async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  const text = lines.map((line) => `${line}\n`).join("");
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, path.endsWith(".gz") ? gzipSync(text) : text);
}
