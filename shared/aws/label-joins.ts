import { ALL_VARIANTS } from "../contracts/check-name.ts";
import type { InputFile } from "../contracts/check-result.ts";
import { type S3Location, s3Uri } from "../contracts/s3-uri.ts";
import type { PinnedObject } from "../contracts/self-healing/training-set.ts";
import { groundTruthOfHour } from "../contracts/storage-keys.ts";
import { LabelJoin, type Partition } from "../labels/label-join.ts";
import { sha256Of } from "../window/fold.ts";
import type { ArrivedLabels, CapturedHour } from "../window/plan.ts";
import type { Window } from "../window/window.ts";
import { type CapturedObject, readCapturedHours, readCapturedObjects } from "./captured-hours.ts";
import { pushObjects } from "./joined-objects.ts";
import { readLabelledHours } from "./label-hours.ts";
import { listObjects } from "./objects.ts";
import { stageText } from "./stage.ts";

/** What a variant captured in a window. */
export interface CapturedVariant {
  readonly variant: string;
  readonly window: Window;
  readonly objects: readonly CapturedObject[];
  /** Capture objects an hour: the hash is of their keys and etags. */
  readonly captures: readonly InputFile[];
}

/** All that a join of a window reads, as it was when it was listed. */
export interface JoinInputs {
  readonly variants: readonly CapturedVariant[];
  readonly labels: readonly S3Location[];
  /** What was known when the listing began: so much is in the lists, perhaps more. */
  readonly hours: readonly CapturedHour[];
  readonly labelHours: readonly ArrivedLabels[];
  /** What is to be read, once unpacked: as much is held in memory, several times over. */
  readonly byteCount: number;
}

/** What a variant captured, joined with the endpoint's labels. */
export interface VariantJoin extends Omit<CapturedVariant, "objects" | "window"> {
  readonly join: LabelJoin;
  /** Capture objects that are no longer there. */
  readonly absentObjectCount: number;
}

export interface JoinedCaptures extends Pick<JoinInputs, "hours" | "labelHours"> {
  readonly variants: readonly VariantJoin[];
}

interface WindowOwner {
  readonly endpoint: string;
  readonly variant: string;
}

/** Joins the captures of a window with the labels that came since it began, a variant at a time. */
export async function joinCaptures(owner: WindowOwner, window: Window): Promise<JoinedCaptures> {
  return await joinListed(await listJoinInputs(owner, window));
}

export async function joinListed(inputs: JoinInputs): Promise<JoinedCaptures> {
  const { hours, labelHours, labels } = inputs;
  const variants: VariantJoin[] = [];
  for (const captured of inputs.variants) variants.push(await joinVariant(captured, labels));
  return { variants, hours, labelHours };
}

/** Lists the captures of a window and the labels that came since it began. */
export async function listJoinInputs(
  { endpoint, variant }: WindowOwner,
  window: Window,
): Promise<JoinInputs> {
  // Counts before contents: what is counted here is there to be read.
  const labelHours = await readLabelledHours(endpoint, window.fromMillis);
  const known = await readCapturedHours(endpoint, window.fromMillis);
  const hours = known.filter(
    (hour) =>
      hour.hourMillis < window.toMillis && (variant === ALL_VARIANTS || hour.variant === variant),
  );
  const labels = await listLabels(endpoint, labelHours);
  const variants: CapturedVariant[] = [];
  for (const name of [...new Set(hours.map((hour) => hour.variant))].sort()) {
    const ofVariant = hours.filter((hour) => hour.variant === name);
    variants.push({ window, ...(await listCaptured({ endpoint, variant: name }, ofVariant)) });
  }
  const captured = await byteCountOf(variants.flatMap(({ objects }) => objects));
  // Each variant is joined with all labels.
  const byteCount = captured + variants.length * unpackedByteCount(labels);
  return { variants, labels, hours, labelHours, byteCount };
}

async function listCaptured(
  { endpoint, variant }: WindowOwner,
  hours: readonly CapturedHour[],
): Promise<Omit<CapturedVariant, "window">> {
  const objects = new Map<string, CapturedObject>();
  const captures: InputFile[] = [];
  for (const hour of [...hours].sort((a, b) => a.hourMillis - b.hourMillis)) {
    const found = await readCapturedObjects(endpoint, hour);
    for (const [id, object] of found) objects.set(id, object);
    captures.push(...inputOf([...found.values()]));
  }
  return { variant, objects: [...objects.values()], captures };
}

/**
 * @param partition of the ids, so that the memory of a function holds it
 * @param onRead told of each object as it was read
 */
export async function joinVariant(
  { variant, window, objects, captures }: CapturedVariant,
  labels: readonly S3Location[],
  partition?: Partition,
  onRead?: (kind: "captures" | "labels", object: PinnedObject) => void,
): Promise<VariantJoin> {
  const join = new LabelJoin("records", partition, window);
  await pushObjects(labels, join.labels, onRead && ((object) => onRead("labels", object)));
  const absentObjectCount = await pushObjects(
    objects,
    join.captures,
    onRead && ((object) => onRead("captures", object)),
  );
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
export async function listLabels(
  endpoint: string,
  hours: readonly ArrivedLabels[],
): Promise<SizedObject[]> {
  const prefixes = hours.map(({ hourMillis }) => ({
    bucket: stageText("bucket"),
    key: groundTruthOfHour(endpoint, hourMillis),
  }));
  return await listAll(prefixes);
}

type SizedObject = S3Location & { readonly byteCount: number };

const LISTS_AT_ONCE = 16;

async function listAll(prefixes: readonly S3Location[]): Promise<SizedObject[]> {
  const found: SizedObject[] = [];
  for (let start = 0; start < prefixes.length; start += LISTS_AT_ONCE) {
    const some = prefixes.slice(start, start + LISTS_AT_ONCE);
    const lists = await Promise.all(some.map(listObjects));
    for (const [index, { bucket }] of some.entries()) {
      for (const { key, byteCount } of lists[index]!) found.push({ bucket, key, byteCount });
    }
  }
  return found;
}

/** Of objects whose size nobody noted: it is listed with the folders that they lie in. */
async function byteCountOf(objects: readonly CapturedObject[]): Promise<number> {
  const wanted = new Set(objects.map(s3Uri));
  const folders = new Map(
    objects.map(({ bucket, key }) => {
      const folder = { bucket, key: key.slice(0, key.lastIndexOf("/") + 1) };
      return [s3Uri(folder), folder];
    }),
  );
  const listed = await listAll([...folders.values()]);
  return unpackedByteCount(listed.filter((object) => wanted.has(s3Uri(object))));
}

/** JSON lines are rarely packed smaller. */
const GZIP_RATIO_MAX = 10;

function unpackedByteCount(objects: readonly SizedObject[]): number {
  return objects.reduce(
    (sum, { key, byteCount }) => sum + byteCount * (key.endsWith(".gz") ? GZIP_RATIO_MAX : 1),
    0,
  );
}
