import { normal, randomSource } from "../../local/random.ts";

/** One capture object to be: where it goes, and what is in it. */
export interface CaptureFile {
  /** Below the endpoint's prefix. */
  readonly path: string;
  readonly body: string;
}

export interface Traffic {
  readonly hour: string;
  readonly variant?: string;
  readonly fileCount: number;
  readonly rowsPerFile: number;
  /** What the first feature is multiplied with, as when a producer changes its unit. */
  readonly scale?: number;
  readonly seed: number;
}

/** A data set of the same kind of rows as the traffic: score, amount, calls, plan. */
export function trainingCsv(rowCount: number): string {
  const row = rowSource(7, 1);
  const lines = Array.from({ length: rowCount }, () => row().join(","));
  return `score,amount,calls,plan\n${lines.join("\n")}\n`;
}

/** An hour of traffic on 15 January 2026, in several objects as an endpoint's instances write them. */
export function captureFiles(traffic: Traffic): CaptureFile[] {
  const { hour, variant = "AllTraffic", fileCount, rowsPerFile, scale = 1, seed } = traffic;
  const row = rowSource(seed, scale);
  return Array.from({ length: fileCount }, (_, file) => {
    const minute = String(file).padStart(2, "0");
    const lines = Array.from({ length: rowsPerFile }, (__, index) =>
      captureLine(row(), `2026-01-15T${hour}:${minute}:${String(index % 60).padStart(2, "0")}Z`),
    );
    return {
      path: `${variant}/2026/01/15/${hour}/${minute}-00-000-${seed}.jsonl`,
      body: `${lines.join("\n")}\n`,
    };
  });
}

function captureLine([score, ...inputs]: readonly string[], inferenceTime: string): string {
  const side = (mode: string, data: string) => ({
    ...{ observedContentType: "text/csv", mode, data, encoding: "CSV" },
  });
  return JSON.stringify({
    captureData: {
      endpointInput: side("INPUT", inputs.join(",")),
      endpointOutput: side("OUTPUT", score!),
    },
    eventMetadata: { eventId: `${inferenceTime} ${inputs[0]}`, inferenceTime },
    eventVersion: "0",
  });
}

/** More distinct amounts than are counted one by one, so that the order of merging could show. */
function rowSource(seed: number, scale: number): () => readonly string[] {
  const random = randomSource(seed);
  return () => [
    random().toFixed(6),
    ((200 + 30 * normal(random)) * scale).toFixed(3),
    String(Math.floor(random() * 5)),
    ["basic", "plus", "family"][Math.floor(random() * 3)]!,
  ];
}
