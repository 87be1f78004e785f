import type { QuarantinedLine } from "../capture/quarantine.ts";
import { s3Uri } from "../contracts/s3-uri.ts";
import {
  hourProfileKey,
  objectProfileKey,
  objectProfilesOfHour,
  quarantineKey,
} from "../contracts/storage-keys.ts";
import { encodeProfile } from "../profile/codec.ts";
import type { Profile } from "../profile/profile.ts";
import { foldHour, sha256Of } from "../window/fold.ts";
import { decodeHourFold, encodeHourFold, type HourFold } from "../window/hour-fold.ts";
import { listObjects, readObject, writeObject } from "./objects.ts";
import { stageText } from "./stage.ts";

/** Whose profile: one capture object's share of one hour. */
export interface ProfileOwner {
  readonly endpoint: string;
  readonly variant: string;
  readonly hourMillis: number;
  readonly objectId: string;
}

export type HourOwner = Omit<ProfileOwner, "objectId">;

export interface StoredFold extends HourFold {
  readonly location: string;
  readonly sha256: string;
  /** Objects that came after the profiles of the others had expired, so that no fold can hold both. */
  readonly lateObjectIds: readonly string[];
}

const BINARY = "application/octet-stream";

/** How many object profiles are read at once. */
const READS = 32;

/** Saves the profile of one object's records of one hour; the same object gives the same bytes. */
export async function saveObjectProfile(owner: ProfileOwner, profile: Profile): Promise<void> {
  const { endpoint, variant, hourMillis, objectId } = owner;
  const key = objectProfileKey(endpoint, variant, hourMillis, objectId);
  await writeObject({ bucket: stageText("bucket"), key }, encodeProfile(profile), BINARY);
}

/** Saves the lines of an object that could not be read, one JSON object a line. */
export async function saveQuarantine(
  owner: ProfileOwner,
  object: string,
  lines: readonly QuarantinedLine[],
): Promise<void> {
  const { endpoint, variant, hourMillis, objectId } = owner;
  const key = quarantineKey(endpoint, variant, hourMillis, objectId);
  const text = lines.map((line) => `${JSON.stringify({ object, ...line })}\n`).join("");
  await writeObject({ bucket: stageText("bucket"), key }, text, "application/x-ndjson");
}

/**
 * The fold of a variant's hour with every object that there is: the stored one if it has them all, else a new
 * one, which is stored. Two folds at once of the same objects store the same bytes; one that missed an
 * object is replaced by whoever reads it next.
 */
export async function foldCapturedHour(owner: HourOwner): Promise<StoredFold> {
  const { endpoint, variant, hourMillis } = owner;
  const bucket = stageText("bucket");
  const location = { bucket, key: hourProfileKey(endpoint, variant, hourMillis) };
  const [keyOf, storedBytes] = await Promise.all([listObjectProfiles(owner), readObject(location)]);
  const stored = storedBytes === null ? null : decodeHourFold(storedBytes);
  if (storedBytes !== null && stored !== null) {
    const known = new Set(stored.objectIds);
    const added = [...keyOf.keys()].filter((id) => !known.has(id));
    const isExpired = stored.objectIds.some((id) => !keyOf.has(id));
    if (added.length === 0 || isExpired) {
      const sha256 = sha256Of(storedBytes);
      return { ...stored, location: s3Uri(location), sha256, lateObjectIds: added.sort() };
    }
  }
  const read = await readAll(bucket, keyOf);
  const fold = { objectIds: [...read.keys()].sort(), profile: foldHour(read.values()) };
  const bytes = encodeHourFold(fold);
  await writeObject(location, bytes, BINARY);
  return { ...fold, location: s3Uri(location), sha256: sha256Of(bytes), lateObjectIds: [] };
}

/** Object id to the key of its profile. */
async function listObjectProfiles(owner: HourOwner): Promise<Map<string, string>> {
  const { endpoint, variant, hourMillis } = owner;
  const key = objectProfilesOfHour(endpoint, variant, hourMillis);
  const listed = await listObjects({ bucket: stageText("bucket"), key });
  return new Map(listed.map((object) => [object.key.slice(key.length), object.key]));
}

/** The profiles by object id, without one that expired since it was listed. */
async function readAll(
  bucket: string,
  keyOf: ReadonlyMap<string, string>,
): Promise<Map<string, Uint8Array>> {
  const profiles = new Map<string, Uint8Array>();
  const pending = [...keyOf];
  for (let start = 0; start < pending.length; start += READS) {
    const batch = pending.slice(start, start + READS);
    const read = await Promise.all(batch.map(([, key]) => readObject({ bucket, key })));
    for (const [index, bytes] of read.entries()) {
      if (bytes !== null) profiles.set(batch[index]![0], bytes);
    }
  }
  return profiles;
}
