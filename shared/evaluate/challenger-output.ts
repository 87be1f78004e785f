import type { SideRow } from "../capture/json-rows.ts";
import { readBody } from "../capture/payload-rows.ts";
import type { OutputProblem } from "../contracts/self-healing/evaluation-report.ts";
import type { OutputForm } from "../contracts/self-healing/training-set.ts";
import {
  type PredictedRow,
  type PredictionColumns,
  predictedRow,
} from "../quality/prediction-columns.ts";
import { outputForm } from "../training/labelled-requests.ts";
import { outputProblem } from "../training/output-problem.ts";

/** So many problems are told one by one. */
const TOLD_PROBLEMS = 10;

export interface ChallengerOutput {
  /** In the order of the holdout; empty where there is a problem. */
  readonly rows: readonly PredictedRow[];
  /** The first ones. */
  readonly problems: readonly OutputProblem[];
  readonly problemCount: number;
}

/**
 * A challenger's answers to the holdout, checked: who reads its answers in production reads the
 * champion's today, so they must be as many, of the same columns, and of values that mean something.
 */
export function readChallengerOutput(
  text: string,
  expected: {
    readonly rowCount: number;
    readonly form: OutputForm;
    readonly columns: PredictionColumns;
  },
): ChallengerOutput {
  const { rowCount, form, columns } = expected;
  const format = form.contentType === "application/json" ? "json" : "csv";
  const read = text.trim() === "" ? [] : readBody({ format, text });
  if (typeof read === "string") {
    const rule = `must be ${form.contentType}, as the champion's answers (${read})`;
    return refused([{ place: "the output", value: JSON.stringify(text.slice(0, 100)), rule }]);
  }
  if (read.length !== rowCount) {
    const rule = `must be ${rowCount}, one for each row of the holdout`;
    return refused([{ place: "the output", value: `${read.length} rows`, rule }]);
  }
  const rows = read.map((row) => predictedRow(row, columns));
  const problems = read.flatMap((row, index): OutputProblem[] => {
    const place = `row ${index + 1}`;
    const shape = formProblem(row, form);
    if (shape !== null) return [{ place, ...shape }];
    const problem = outputProblem(rows[index]!, columns);
    return problem === null ? [] : [{ place, ...problem }];
  });
  return problems.length > 0 ? refused(problems) : { rows, problems, problemCount: 0 };
}

function refused(problems: readonly OutputProblem[]): ChallengerOutput {
  return {
    rows: [],
    problems: problems.slice(0, TOLD_PROBLEMS),
    problemCount: problems.length,
  };
}

function formProblem(row: SideRow, expected: OutputForm): Omit<OutputProblem, "place"> | null {
  const own = outputForm(row, "csv");
  const isSame =
    own.columnCount === expected.columnCount &&
    JSON.stringify(own.names) === JSON.stringify(expected.names);
  if (isSame) return null;
  return { value: formText(own), rule: `must be ${formText(expected)}, as the champion's answers` };
}

function formText({ columnCount, names }: Omit<OutputForm, "contentType">): string {
  const count = columnCount === 1 ? "1 column" : `${columnCount} columns`;
  return names === null ? count : `${count} (${names.join(", ")})`;
}
