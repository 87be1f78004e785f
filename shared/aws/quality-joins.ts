import { gunzipped } from "../capture/gunzip.ts";
import type { CheckDueDetail } from "../contracts/check-due.ts";
import { ALL_VARIANTS } from "../contracts/check-name.ts";
import type { InputFile } from "../contracts/check-result.ts";
import { type S3Location, s3Uri } from "../contracts/s3-uri.ts";
import { groundTruthOfHour, mergedKey } from "../contracts/storage-keys.ts";
import { LabelJoin } from "../labels/label-join.ts";
import { mergedOf } from "../labels/merge-labels.ts";
import { type JoinedRows, JoinedRowsBuilder } from "../quality/joined-rows.ts";
import type { PredictionColumns } from "../quality/prediction-columns.ts";
import { sha256Of } from "../window/fold.ts";
import {
  type ArrivedLabels,
  type CapturedHour,
  labelWriteCountOf,
  type WindowInputs,
} from "../window/plan.ts";
import type { Window } from "../window/window.ts";
import { type CapturedObject, readCapturedHours, readCapturedObjects } from "./captured-hours.ts";
import { readLabelledHours } from "./label-hours.ts";
import { listObjects, openObject } from "./objects.ts";
import { stageText } from "./stage.ts";

/** A window's captures joined with all labels that had come. */
export interface WindowJoin {
  readonly joined: JoinedRows;
  readonly variants: readonly string[];
  /** Merged records by where they are kept; the same for the same captures and labels. */
  readonly merged: readonly (InputFile & { readonly key: string; readonly text: string })[];
  /** Capture objects an hour and variant: the hash is of their keys and etags. */
  readonly captures: readonly InputFile[];
  /** Capture objects that are no longer there. */
  readonly absentObjectCount: number;
  /** What was known when the reading began: so much is in the join, perhaps more. */
  readonly inputs: Required<WindowInputs>;
}

type WindowOwner = Pick<CheckDueDetail, "endpoint" | "variant">;

/** Joins the captures of a window with the labels that came since it began, a variant at a time. */
export async function joinWindow(
  { endpoint, variant }: WindowOwner,
  window: Window,
  columns: PredictionColumns,
): Promise<WindowJoin> {
  // Counts before contents: what is counted here is there to be read.
  const labelHours = await readLabelledHours(endpoint, window.fromMillis);
  const known = await readCapturedHours(endpoint, window.fromMillis);
  const hours = known.filter(
    (hour) =>
      hour.hourMillis < window.toMillis && (variant === ALL_VARIANTS || hour.variant === variant),
  );
  const labels = await listLabels(endpoint, labelHours);
  const rows = new JoinedRowsBuilder(columns);
  const variants = [...new Set(hours.map((hour) => hour.variant))].sort();
  const joins: VariantJoin[] = [];
  for (const name of variants) {
    const ofVariant = hours.filter((hour) => hour.variant === name);
    const found = await joinVariant({ endpoint, variant: name, window }, ofVariant, labels);
    rows.add(found.join, window);
    joins.push(found);
  }
  return {
    joined: rows.rows(),
    variants,
    merged: joins.flatMap(({ merged }) => merged),
    captures: joins.flatMap(({ captures }) => captures),
    absentObjectCount: joins.reduce((sum, { absentObjectCount }) => sum + absentObjectCount, 0),
    inputs: {
      objectCount: hours.reduce((sum, { objectCount }) => sum + objectCount, 0),
      labelWriteCount: labelWriteCountOf(labelHours, window),
    },
  };
}

interface VariantJoin extends Pick<WindowJoin, "merged" | "captures" | "absentObjectCount"> {
  readonly join: LabelJoin;
}

interface VariantWindow extends WindowOwner {
  readonly window: Window;
}

async function joinVariant(
  { endpoint, variant, window }: VariantWindow,
  hours: readonly CapturedHour[],
  labels: readonly S3Location[],
): Promise<VariantJoin> {
  const join = new LabelJoin("records");
  const objects = new Map<string, CapturedObject>();
  const captures: InputFile[] = [];
  for (const hour of [...hours].sort((a, b) => a.hourMillis - b.hourMillis)) {
    const found = await readCapturedObjects(endpoint, hour);
    for (const [id, object] of found) objects.set(id, object);
    captures.push(...inputOf([...found.values()]));
  }
  await pushObjects(labels, join.labels);
  const absentObjectCount = await pushObjects([...objects.values()], join.captures);
  const bucket = stageText("bucket");
  const merged = [...mergedOf(join).hours]
    // An object that reaches beyond the window holds only a part of the hour next to it.
    .filter(([millis]) => millis >= window.fromMillis && millis < window.toMillis)
    .map(([millis, text]) => {
      const key = mergedKey(endpoint, variant, millis);
      return { key, text, location: s3Uri({ bucket, key }), sha256: sha256Of(text) };
    });
  return { join, merged, captures, absentObjectCount };
}

/** All objects of an hour as one input, called after the folder of the first. */
function inputOf(objects: readonly CapturedObject[]): InputFile[] {
  const lines = objects.map(({ etag, ...object }) => `${s3Uri(object)} ${etag}`).sort();
  if (lines[0] === undefined) return [];
  const location = lines[0].slice(0, lines[0].lastIndexOf("/") + 1);
  return [{ location, sha256: sha256Of(lines.join("\n")) }];
}

/** The ground-truth objects that were there when their hours had been counted, and perhaps newer ones. */
async function listLabels(
  endpoint: string,
  hours: readonly ArrivedLabels[],
): Promise<S3Location[]> {
  const bucket = stageText("bucket");
  const locations: S3Location[] = [];
  for (const { hourMillis } of hours) {
    const listed = await listObjects({ bucket, key: groundTruthOfHour(endpoint, hourMillis) });
    locations.push(...listed.map(({ key }) => ({ bucket, key })));
  }
  return locations;
}

const OBJECTS_AT_ONCE = 16;

/** @returns how many objects were not there any more, or not as they had been */
async function pushObjects(
  objects: readonly (S3Location & { readonly etag?: string })[],
  lines: LabelJoin["labels"],
): Promise<number> {
  let absentCount = 0;
  for (let start = 0; start < objects.length; start += OBJECTS_AT_ONCE) {
    const some = objects.slice(start, start + OBJECTS_AT_ONCE);
    const contents = await Promise.all(some.map(readChunks));
    for (const chunks of contents) {
      if (chunks === null) absentCount += 1;
      for (const chunk of chunks ?? []) lines.push(chunk);
      lines.end();
    }
  }
  return absentCount;
}

async function readChunks(
  object: S3Location & { readonly etag?: string },
): Promise<Uint8Array[] | null> {
  const opened = await openObject(object, object.etag);
  if (opened.kind !== "open") return null;
  const chunks: Uint8Array[] = [];
  // A chunk may be a window onto memory that is used again.
  for await (const chunk of gunzipped(opened.body)) chunks.push(chunk.slice());
  return chunks;
}
