import {
  captureCounts,
  expectedOutputs,
  type OutputExpectation,
} from "../../canary/capture-counts.ts";
import type { CaptureCounts } from "../../canary/evidence.ts";
import type { MonitorDefinition } from "../../contracts/monitor-definition.ts";
import { objectProfileKey } from "../../contracts/storage-keys.ts";
import { decodeProfile } from "../../profile/codec.ts";
import { emptyProfile, mergeProfiles } from "../../profile/merge.ts";
import type { Profile } from "../../profile/profile.ts";
import { HOUR_MILLIS } from "../../window/window.ts";
import { readCapturedHours, readCapturedObjects } from "../captured-hours.ts";
import { readObject } from "../objects.ts";
import { foldCapturedHour } from "../profiles.ts";
import { stageText } from "../stage.ts";

/** How far back the champion's predictions are looked at: a day has its ups and downs. */
const LOOK_BACK_MILLIS = 24 * HOUR_MILLIS;
const READS = 32;

/** What is expected of outputs, by the champion's captures of the day before an instant. */
export async function readExpectedOutputs(
  definition: MonitorDefinition,
  champion: string,
  atMillis: number,
): Promise<OutputExpectation> {
  const { endpoint } = definition;
  const hours = await readCapturedHours(endpoint, atMillis - LOOK_BACK_MILLIS);
  let profile = emptyProfile;
  for (const { variant, hourMillis } of hours) {
    if (variant !== champion || hourMillis > atMillis) continue;
    const fold = await foldCapturedHour({ endpoint, variant, hourMillis });
    profile = mergeProfiles(profile, fold.profile);
  }
  return expectedOutputs(profile, definition);
}

export interface CountedObjects {
  readonly counts: CaptureCounts;
  readonly objectIds: readonly string[];
}

/**
 * Counts what a variant captured since an instant and was not counted before. An object that begins
 * before the instant is left out whole: it may hold answers to the test of the candidate.
 */
export async function countCaptures(
  { endpoint, variant }: { readonly endpoint: string; readonly variant: string },
  expectation: OutputExpectation,
  { sinceMillis, known }: { readonly sinceMillis: number; readonly known: ReadonlySet<string> },
): Promise<CountedObjects> {
  const hours = await readCapturedHours(endpoint, sinceMillis);
  const objectIds: string[] = [];
  let profile: Profile = emptyProfile;
  for (const hour of hours.filter((one) => one.variant === variant)) {
    const ids = [...(await readCapturedObjects(endpoint, hour)).keys()];
    const unknown = ids.filter((id) => !known.has(id)).sort();
    for (let start = 0; start < unknown.length; start += READS) {
      const some = unknown.slice(start, start + READS);
      const owner = { endpoint, variant, hourMillis: hour.hourMillis };
      const profiles = await Promise.all(some.map((id) => readProfile(owner, id)));
      for (const found of profiles) {
        if ((found.firstInferenceMillis ?? sinceMillis) < sinceMillis) continue;
        profile = mergeProfiles(profile, found);
      }
      objectIds.push(...some);
    }
  }
  return { counts: captureCounts(profile, expectation), objectIds };
}

interface HourOwner {
  readonly endpoint: string;
  readonly variant: string;
  readonly hourMillis: number;
}

/** Empty when it expired. */
async function readProfile(
  { endpoint, variant, hourMillis }: HourOwner,
  objectId: string,
): Promise<Profile> {
  const key = objectProfileKey(endpoint, variant, hourMillis, objectId);
  const bytes = await readObject({ bucket: stageText("bucket"), key });
  return bytes === null ? emptyProfile : decodeProfile(bytes);
}
