import { isBatchCsv } from "../shared/contracts/capture-source.ts";
import type { InputFile } from "../shared/contracts/check-result.ts";
import { encodeProfile } from "../shared/profile/codec.ts";
import { emptyProfile } from "../shared/profile/merge.ts";
import type { Profile } from "../shared/profile/profile.ts";
import { profileRecords, type RecordsProfile } from "../shared/profile/profile-records.ts";
import { foldHour, foldVariants, foldWindow } from "../shared/window/fold.ts";
import { HOUR_MILLIS, type Window } from "../shared/window/window.ts";
import { type FoundFile, openFile } from "./files.ts";
import { openSpill, type ProfileSpill, type SpilledProfile } from "./profile-spill.ts";
import { startProgress } from "./progress.ts";

export interface ProfiledCaptures {
  readonly profile: Profile;
  readonly inputs: readonly InputFile[];
}

/** An hour of one variant: where the profiles of its capture files lie. */
interface HourOfVariant {
  readonly hourMillis: number;
  readonly spilled: SpilledProfile[];
}

/** Where a batch transform of CSV joins its inputs, all columns count as outputs, as the file has them. */
const BATCH_CSV = { batchCsv: { inputColumnCount: 0 } };

/** `…/variant/yyyy/mm/dd/hh/` of a capture file's path. */
const HOUR_FOLDER = /^(?<variant>.*?)\/?(?<date>\d{4}\/\d\d\/\d\d)\/(?<hour>\d\d)\/[^/]*$/;

/**
 * The profile of capture files, folded as the deployed functions fold it: the files of an hour and
 * variant, then the variants of the hour, then the hours. Each fold goes by content or time and
 * never by a file's name, so that a folder gives the same bytes as the bucket it was copied from.
 *
 * @param window without it all captures count
 */
export async function profileCaptures(
  files: readonly FoundFile[],
  window?: Window,
): Promise<ProfiledCaptures> {
  const spill = await openSpill();
  try {
    const hours = new Map<string, HourOfVariant>();
    const inputs = await profileFiles(files, async (path, hourMillis, profile) => {
      if (!isInside(hourMillis, window)) return;
      const key = `${variantOf(path)} ${hourMillis}`;
      const hour = hours.get(key) ?? { hourMillis, spilled: [] };
      hour.spilled.push(await spill.add(encodeProfile(profile)));
      hours.set(key, hour);
    });
    return { profile: await foldAll([...hours.values()], spill), inputs };
  } finally {
    await spill.close();
  }
}

type TakeProfile = (path: string, hourMillis: number, profile: Profile) => Promise<void>;

async function profileFiles(files: readonly FoundFile[], take: TakeProfile): Promise<InputFile[]> {
  const inputs: InputFile[] = [];
  const totalBytes = files.reduce((sum, { byteCount }) => sum + byteCount, 0);
  const progress = startProgress("Reading captures", totalBytes);
  try {
    for (const { path } of files) {
      const file = openFile(path, progress.advance);
      const found = await profileRecords(file.chunks, isBatchCsv(path) ? BATCH_CSV : {});
      for (const [hourMillis, profile] of profilesOf(path, found)) {
        await take(path, hourMillis, profile);
      }
      inputs.push(file.inputFile());
    }
    return inputs;
  } finally {
    progress.stop();
  }
}

async function foldAll(hours: readonly HourOfVariant[], spill: ProfileSpill): Promise<Profile> {
  const byHour = Map.groupBy(hours, ({ hourMillis }) => hourMillis);
  return await foldWindow(byHour, async (variants) => {
    const ofVariants: Profile[] = [];
    for (const { spilled } of variants) {
      ofVariants.push(foldHour(await Promise.all(spilled.map(spill.read))));
    }
    return foldVariants(ofVariants);
  });
}

/** A file with no readable line has no hour: its quarantined lines go to that of its folder. */
function profilesOf(path: string, found: RecordsProfile): ReadonlyMap<number, Profile> {
  const { quarantinedCounts } = found.counts;
  if (found.profiles.size > 0 || quarantinedCounts.size === 0) return found.profiles;
  return new Map([[hourOf(path), { ...emptyProfile, quarantinedCounts }]]);
}

function variantOf(path: string): string {
  return HOUR_FOLDER.exec(slashed(path))?.groups?.variant ?? "";
}

function hourOf(path: string): number {
  const { date, hour } = HOUR_FOLDER.exec(slashed(path))?.groups ?? {};
  const millis = Date.parse(`${date?.replaceAll("/", "-")}T${hour}:00:00Z`);
  return Number.isNaN(millis) ? 0 : millis;
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

function isInside(hourMillis: number, window: Window | undefined): boolean {
  if (window === undefined) return true;
  return hourMillis + HOUR_MILLIS > window.fromMillis && hourMillis < window.toMillis;
}
