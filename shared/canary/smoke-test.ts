import { readBody } from "../capture/payload-rows.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import type { SmokeTestValue } from "../contracts/self-healing/tasks.ts";
import { JoinedRowsBuilder } from "../quality/joined-rows.ts";
import { predictedRows, predictionColumns } from "../quality/prediction-columns.ts";

/** What a variant answered to one request, or why it did not. */
export type VariantAnswer =
  | { readonly kind: "answer"; readonly text: string; readonly contentType: string }
  | { readonly kind: "refusal"; readonly reason: string };

/** The same request to both variants. */
export interface TestedRequest {
  readonly champion: VariantAnswer;
  readonly candidate: VariantAnswer;
}

/**
 * Whether a candidate answers as the champion does: each request, in the same shape, with a prediction that
 * can be read. What the champion refuses too says nothing.
 */
export function smokeTest(
  requests: readonly TestedRequest[],
  definition: Pick<MonitorDefinition, "problem" | "prediction">,
): SmokeTestValue {
  let comparedCount = 0;
  for (const [index, { champion, candidate }] of requests.entries()) {
    if (champion.kind === "refusal") continue;
    comparedCount += 1;
    const wrong = whatIsWrong(champion, candidate, definition);
    if (wrong === null) continue;
    const reason = `test request ${index + 1} of ${requests.length}: ${wrong}`;
    return { outcome: "refused", reason };
  }
  if (comparedCount > 0) {
    const reason = `the candidate answered ${comparedCount} test requests as the champion does`;
    return { outcome: "served", reason };
  }
  const reason = `the champion answered none of ${requests.length} test requests: nothing was tested`;
  return { outcome: "refused", reason };
}

function whatIsWrong(
  champion: VariantAnswer & { readonly kind: "answer" },
  candidate: VariantAnswer,
  definition: Pick<MonitorDefinition, "problem" | "prediction">,
): string | null {
  if (candidate.kind === "refusal") return `the candidate refused it: ${candidate.reason}`;
  const [expected, shape] = [shapeOf(champion), shapeOf(candidate)];
  if (shape !== expected) return `the candidate answers ${shape}, the champion ${expected}`;
  const rows = new JoinedRowsBuilder(predictionColumns(definition));
  const answer = { data: candidate.text, kind: formatOf(candidate) };
  rows.addRecord(predictedRows(answer, predictionColumns(definition)), []);
  const isUnreadable = rows.gathered().unreadableCount > 0;
  return isUnreadable ? "the candidate's prediction cannot be read" : null;
}

/** Rows and columns, as in `1 row of 2 columns`; names of JSON's columns are part of it. */
function shapeOf(answer: VariantAnswer & { readonly kind: "answer" }): string {
  const rows = readBody({ format: formatOf(answer), text: answer.text });
  if (typeof rows === "string") return `what is ${rows}`;
  const columns = rows.map(({ names, cells }) =>
    names === null ? `${cells.length} columns` : `columns ${[...names].sort().join(", ")}`,
  );
  return `${rows.length} rows of ${[...new Set(columns)].join(" and of ")}`;
}

function formatOf({ contentType }: { readonly contentType: string }): "json" | "csv" {
  return /json/i.test(contentType) ? "json" : "csv";
}
