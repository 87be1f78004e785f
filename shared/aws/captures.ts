import type { KnownCapture } from "../contracts/capture-source.ts";
import { type S3Location, s3Uri } from "../contracts/s3-uri.ts";
import { emptyProfile } from "../profile/merge.ts";
import type { Profile } from "../profile/profile.ts";
import type { RecordsProfile } from "../profile/profile-records.ts";
import { sha256Of } from "../window/fold.ts";
import { LOOK_BACK_MILLIS } from "../window/plan.ts";
import { countCapture } from "./captured-hours.ts";
import { saveObjectProfile, saveQuarantine } from "./profiles.ts";

export interface ProfiledCapture {
  readonly object: S3Location;
  readonly etag: string;
  readonly source: KnownCapture;
  readonly found: RecordsProfile;
}

/** What became of a capture object, for the log and the metrics. */
export interface SavedCapture {
  readonly endpoint: string;
  readonly variant: string;
  readonly lineCount: number;
  readonly recordCount: number;
  readonly quarantinedCount: number;
  readonly hourCount: number;
  /** False when the object had been counted by an earlier delivery. */
  readonly isNew: boolean;
  /** Hours that are too long ago to be planned again, ISO 8601. */
  readonly lateBeyondRetention: readonly string[];
}

/**
 * Saves the profiles of an object, hour by hour, and its quarantined lines, then counts it into its
 * hours. The profiles come first: what is counted can be read.
 */
export async function saveCapture(
  capture: ProfiledCapture,
  eventMillis: number,
): Promise<SavedCapture> {
  const { object, source, found } = capture;
  const { endpoint, variant } = source;
  const objectId = objectIdOf(object, capture.etag);
  const profiles = profilesOf(capture);
  let isNew = false;
  if (found.quarantined.length > 0) {
    const owner = { endpoint, variant, hourMillis: source.hourMillis, objectId };
    await saveQuarantine(owner, s3Uri(object), found.quarantined);
  }
  for (const [hourMillis, profile] of profiles) {
    const owner = { endpoint, variant, hourMillis, objectId };
    await saveObjectProfile(owner, profile);
    const { recordCount } = profile;
    const share = { ...owner, recordCount, source: { ...object, etag: capture.etag } };
    isNew = (await countCapture(share, eventMillis)) || isNew;
  }
  const { lineCount, recordCount } = found.counts;
  return {
    endpoint,
    variant,
    lineCount,
    recordCount,
    quarantinedCount: lineCount - recordCount,
    hourCount: profiles.size,
    isNew,
    lateBeyondRetention: [...profiles.keys()]
      .filter((hourMillis) => hourMillis < eventMillis - LOOK_BACK_MILLIS)
      .map((hourMillis) => new Date(hourMillis).toISOString()),
  };
}

/** sha256 of bucket, key and etag; the first 32 hexadecimal digits. */
export function objectIdOf({ bucket, key }: S3Location, etag: string): string {
  return sha256Of(`${bucket}\n${key}\n${etag}`).slice(0, 32);
}

/** Lines of which none could be read have no hour of their own: they count to the hour of the key. */
function profilesOf({ source, found }: ProfiledCapture): ReadonlyMap<number, Profile> {
  const { lineCount, quarantinedCounts } = found.counts;
  if (found.profiles.size > 0 || lineCount === 0) return found.profiles;
  return new Map([[source.hourMillis, { ...emptyProfile, quarantinedCounts }]]);
}
