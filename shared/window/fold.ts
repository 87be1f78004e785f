import { createHash } from "node:crypto";
import { decodeProfile, encodeProfile } from "../profile/codec.ts";
import { emptyProfile, mergeProfiles } from "../profile/merge.ts";
import type { Profile } from "../profile/profile.ts";

/**
 * The profile of all capture objects of one hour and variant, from the stored profiles of each.
 *
 * They are merged in the order of their own content. So the same captures give the same bytes whatever
 * their objects are called, in whatever order they came, and whether they were read from S3 or from a
 * folder; equal contents count as often as they occur. One at a time is decoded.
 */
export function foldHour(encoded: Iterable<Uint8Array>): Profile {
  return Array.from(encoded, (bytes) => ({ sha256: sha256Of(bytes), bytes }))
    .sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
    .reduce((folded, { bytes }) => mergeProfiles(folded, decodeProfile(bytes)), emptyProfile);
}

/** The profile of an hour over all its variants, from the fold of each. */
export function foldVariants(folds: Iterable<Profile>): Profile {
  return foldHour(Array.from(folds, encodeProfile));
}

/**
 * The profile of a window: its hours merged in the order of time.
 *
 * @param foldOf gives the fold of one hour when its turn has come: a week of wide hours, all held at
 *   once, is more than a function's memory
 */
export async function foldWindow<Hour>(
  hours: ReadonlyMap<number, Hour>,
  foldOf: (hour: Hour) => Profile | Promise<Profile>,
): Promise<Profile> {
  let folded = emptyProfile;
  for (const [, hour] of [...hours].sort(([a], [b]) => a - b)) {
    folded = mergeProfiles(folded, await foldOf(hour));
  }
  return folded;
}

/** In hexadecimal digits. */
export function sha256Of(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
