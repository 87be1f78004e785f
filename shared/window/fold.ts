import { createHash } from "node:crypto";
import { decodeProfile, encodeProfile } from "../profile/codec.ts";
import { foldProfiles } from "../profile/merge.ts";
import type { Profile } from "../profile/profile.ts";

/**
 * The profile of all capture objects of one hour and variant, from the stored profiles of each.
 *
 * They are merged in the order of their own content. So the same captures give the same bytes whatever
 * their objects are called, in whatever order they came, and whether they were read from S3 or from a
 * folder; equal contents count as often as they occur.
 */
export function foldHour(encoded: Iterable<Uint8Array>): Profile {
  const occurrences = new Map<string, number>();
  return foldProfiles(
    Array.from(encoded, (bytes) => {
      const sha256 = sha256Of(bytes);
      const occurrence = occurrences.get(sha256) ?? 0;
      occurrences.set(sha256, occurrence + 1);
      return [`${sha256} ${occurrence}`, decodeProfile(bytes)] as const;
    }),
  );
}

/** The profile of an hour over all its variants, from the fold of each. */
export function foldVariants(folds: Iterable<Profile>): Profile {
  return foldHour(Array.from(folds, encodeProfile));
}

/** The profile of a window: its hours merged in the order of time. */
export function foldWindow(hours: ReadonlyMap<number, Profile>): Profile {
  return foldProfiles(
    // All hours of our time have the same number of digits.
    Array.from(hours, ([hourMillis, profile]) => [String(hourMillis).padStart(16, "0"), profile]),
  );
}

export function sha256Of(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
