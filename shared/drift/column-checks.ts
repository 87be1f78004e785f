import type { FeatureCheck } from "../contracts/check-result.ts";
import type { Checked } from "./checked.ts";
import type { ColumnDeviation, MatchedColumns } from "./match-columns.ts";

/** Names that an explanation lists before it says how many more there are. */
const NAMES_LISTED = 5;

const KINDS = {
  missing: { check: "missing_column_check", feature: "Missing columns" },
  extra: { check: "extra_column_check", feature: "Extra columns" },
} as const;

/**
 * Whether the rows have the baseline's columns, no fewer and no more. One row that has not is
 * enough: the numbers are those of the shape most such rows have.
 */
export function checkColumns(matched: MatchedColumns, baselineCount: number): readonly Checked[] {
  return (["missing", "extra"] as const).map((kind) => checkKind(kind, matched, baselineCount));
}

function checkKind(
  kind: keyof typeof KINDS,
  { deviations }: MatchedColumns,
  baselineCount: number,
): Checked {
  const deviating = deviations.filter((deviation) => sizeOf(deviation[kind]) > 0);
  const [worst] = deviating;
  const observed = worst?.columnCount ?? baselineCount;
  const check = {
    ...KINDS[kind],
    observed,
    threshold: baselineCount,
  } satisfies Partial<FeatureCheck>;
  const description =
    `There are ${kind} columns in current dataset. ` +
    `Number of columns in current dataset: ${observed}, ` +
    `Number of columns in baseline constraints: ${baselineCount}`;
  if (worst === undefined) return { check: { ...check, outcome: "passed" }, description };
  const explanation = deviating.map((deviation) => explain(deviation, kind)).join("; ");
  return { check: { ...check, outcome: "violated", explanation }, description };
}

function explain(deviation: ColumnDeviation, kind: keyof typeof KINDS): string {
  const { rowCount, columnCount } = deviation;
  const columns = deviation[kind];
  const rows = rowCount === 1 ? "1 row has" : `${rowCount} rows have`;
  if (typeof columns === "number") return `${rows} ${columnCount} columns, ${columns} ${kind}`;
  const listed = columns.slice(0, NAMES_LISTED).map((name) => `"${name}"`);
  const more = columns.length - listed.length;
  const names = more > 0 ? `${listed.join(", ")} and ${more} more` : listed.join(", ");
  return `${rows} ${columnCount} columns, ${kind}: ${names}`;
}

function sizeOf(columns: readonly string[] | number): number {
  return typeof columns === "number" ? columns : columns.length;
}
