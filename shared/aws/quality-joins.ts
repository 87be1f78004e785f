import type { InputFile } from "../contracts/check-result.ts";
import { s3Uri } from "../contracts/s3-uri.ts";
import { mergedKey } from "../contracts/storage-keys.ts";
import { mergedOf } from "../labels/merge-labels.ts";
import { repeatedCaptures } from "../labels/repeated-captures.ts";
import { type JoinedRows, JoinedRowsBuilder } from "../quality/joined-rows.ts";
import type { PredictionColumns } from "../quality/prediction-columns.ts";
import { sha256Of } from "../window/fold.ts";
import { labelWriteCountOf, type WindowInputs } from "../window/plan.ts";
import type { Window } from "../window/window.ts";
import { type JoinInputs, joinListed } from "./label-joins.ts";
import { stageText } from "./stage.ts";

/** A window's captures joined with all labels that had come. */
export interface WindowJoin {
  readonly joined: JoinedRows;
  readonly variants: readonly string[];
  /** Merged records by where they are kept; the same for the same captures and labels. */
  readonly merged: readonly InputFile[];
  /** Texts of merged records that are not written yet, by key. */
  readonly mergedTexts: ReadonlyMap<string, string>;
  /** Capture objects an hour and variant: the hash is of their keys and etags. */
  readonly captures: readonly InputFile[];
  /** Capture objects that are no longer there. */
  readonly absentObjectCount: number;
  /** What was known when the reading began: so much is in the join, perhaps more. */
  readonly inputs: Required<WindowInputs>;
}

/**
 * Joins what was listed of a window, a variant at a time. A request that was repeated under its id, and
 * answered by another variant then, counts once, as its earliest capture.
 */
export async function joinWindow(
  endpoint: string,
  window: Window,
  listed: JoinInputs,
  columns: PredictionColumns,
): Promise<WindowJoin> {
  const { variants } = await joinListed(listed);
  const rows = new JoinedRowsBuilder(columns);
  const merged: InputFile[] = [];
  const mergedTexts = new Map<string, string>();
  const bucket = stageText("bucket");
  const repeated = repeatedCaptures(variants.map(({ join }) => join));
  for (const [index, { variant, join }] of variants.entries()) {
    rows.add(join, window, repeated[index]);
    for (const [millis, text] of mergedOf(join, repeated[index]).hours) {
      const key = mergedKey(endpoint, variant, millis);
      merged.push({ location: s3Uri({ bucket, key }), sha256: sha256Of(text) });
      mergedTexts.set(key, text);
    }
  }
  return {
    joined: rows.rows(),
    variants: variants.map(({ variant }) => variant),
    merged,
    mergedTexts,
    captures: variants.flatMap(({ captures }) => captures),
    absentObjectCount: variants.reduce((sum, { absentObjectCount }) => sum + absentObjectCount, 0),
    inputs: countsOf(listed, window),
  };
}

/** What was known of a window when its inputs were listed. */
export function countsOf(
  { hours, labelHours }: Pick<JoinInputs, "hours" | "labelHours">,
  window: Window,
): Required<WindowInputs> {
  return {
    objectCount: hours.reduce((sum, { objectCount }) => sum + objectCount, 0),
    labelWriteCount: labelWriteCountOf(labelHours, window),
  };
}
