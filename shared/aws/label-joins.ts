import { gunzipped } from "../capture/gunzip.ts";
import { ALL_VARIANTS } from "../contracts/check-name.ts";
import type { InputFile } from "../contracts/check-result.ts";
import { type S3Location, s3Uri } from "../contracts/s3-uri.ts";
import { groundTruthOfHour } from "../contracts/storage-keys.ts";
import { LabelJoin } from "../labels/label-join.ts";
import { sha256Of } from "../window/fold.ts";
import type { ArrivedLabels, CapturedHour } from "../window/plan.ts";
import type { Window } from "../window/window.ts";
import { type CapturedObject, readCapturedHours, readCapturedObjects } from "./captured-hours.ts";
import { readLabelledHours } from "./label-hours.ts";
import { listObjects, openObject } from "./objects.ts";
import { stageText } from "./stage.ts";

/** What a variant captured in a window, joined with the endpoint's labels. */
export interface VariantJoin {
  readonly variant: string;
  readonly join: LabelJoin;
  /** Capture objects an hour: the hash is of their keys and etags. */
  readonly captures: readonly InputFile[];
  /** Capture objects that are no longer there. */
  readonly absentObjectCount: number;
}

export interface JoinedCaptures {
  readonly variants: readonly VariantJoin[];
  /** What was known when the reading began: so much is in the joins, perhaps more. */
  readonly hours: readonly CapturedHour[];
  readonly labelHours: readonly ArrivedLabels[];
}

/** Joins the captures of a window with the labels that came since it began, a variant at a time. */
export async function joinCaptures(
  { endpoint, variant }: { readonly endpoint: string; readonly variant: string },
  window: Window,
): Promise<JoinedCaptures> {
  // Counts before contents: what is counted here is there to be read.
  const labelHours = await readLabelledHours(endpoint, window.fromMillis);
  const known = await readCapturedHours(endpoint, window.fromMillis);
  const hours = known.filter(
    (hour) =>
      hour.hourMillis < window.toMillis && (variant === ALL_VARIANTS || hour.variant === variant),
  );
  const labels = await listLabels(endpoint, labelHours);
  const variants: VariantJoin[] = [];
  for (const name of [...new Set(hours.map((hour) => hour.variant))].sort()) {
    const ofVariant = hours.filter((hour) => hour.variant === name);
    variants.push(await joinVariant({ endpoint, variant: name }, ofVariant, labels));
  }
  return { variants, hours, labelHours };
}

async function joinVariant(
  { endpoint, variant }: { readonly endpoint: string; readonly variant: string },
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
  return { variant, join, captures, absentObjectCount };
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
