import type { CheckDueDetail } from "../contracts/check-due.ts";
import type { InputFile } from "../contracts/check-result.ts";
import { s3Uri } from "../contracts/s3-uri.ts";
import { mergedKey } from "../contracts/storage-keys.ts";
import { mergedOf } from "../labels/merge-labels.ts";
import { type JoinedRows, JoinedRowsBuilder } from "../quality/joined-rows.ts";
import type { PredictionColumns } from "../quality/prediction-columns.ts";
import { sha256Of } from "../window/fold.ts";
import { labelWriteCountOf, type WindowInputs } from "../window/plan.ts";
import type { Window } from "../window/window.ts";
import { joinCaptures, type VariantJoin } from "./label-joins.ts";
import { stageText } from "./stage.ts";

/** A window's captures joined with all labels that had come. */
export interface WindowJoin {
  readonly joined: JoinedRows;
  readonly variants: readonly string[];
  /** Merged records by where they are kept; the same for the same captures and labels. */
  readonly merged: readonly MergedFile[];
  /** Capture objects an hour and variant: the hash is of their keys and etags. */
  readonly captures: readonly InputFile[];
  /** Capture objects that are no longer there. */
  readonly absentObjectCount: number;
  /** What was known when the reading began: so much is in the join, perhaps more. */
  readonly inputs: Required<WindowInputs>;
}

type MergedFile = InputFile & { readonly key: string; readonly text: string };

/** Joins the captures of a window with the labels that came since it began, a variant at a time. */
export async function joinWindow(
  owner: Pick<CheckDueDetail, "endpoint" | "variant">,
  window: Window,
  columns: PredictionColumns,
): Promise<WindowJoin> {
  const { variants, hours, labelHours } = await joinCaptures(owner, window);
  const rows = new JoinedRowsBuilder(columns);
  for (const { join } of variants) rows.add(join, window);
  return {
    joined: rows.rows(),
    variants: variants.map(({ variant }) => variant),
    merged: variants.flatMap((joined) => mergedFiles(owner.endpoint, joined, window)),
    captures: variants.flatMap(({ captures }) => captures),
    absentObjectCount: variants.reduce((sum, { absentObjectCount }) => sum + absentObjectCount, 0),
    inputs: {
      objectCount: hours.reduce((sum, { objectCount }) => sum + objectCount, 0),
      labelWriteCount: labelWriteCountOf(labelHours, window),
    },
  };
}

function mergedFiles(
  endpoint: string,
  { variant, join }: VariantJoin,
  window: Window,
): MergedFile[] {
  const bucket = stageText("bucket");
  return (
    [...mergedOf(join).hours]
      // An object that reaches beyond the window holds only a part of the hour next to it.
      .filter(([millis]) => millis >= window.fromMillis && millis < window.toMillis)
      .map(([millis, text]) => {
        const key = mergedKey(endpoint, variant, millis);
        return { key, text, location: s3Uri({ bucket, key }), sha256: sha256Of(text) };
      })
  );
}
