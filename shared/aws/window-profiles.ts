import type { CheckDueDetail } from "../contracts/check-due.ts";
import { ALL_VARIANTS } from "../contracts/check-name.ts";
import type { InputFile } from "../contracts/check-result.ts";
import type { Profile } from "../profile/profile.ts";
import { foldVariants, foldWindow } from "../window/fold.ts";
import type { Window } from "../window/window.ts";
import { readCapturedHours } from "./captured-hours.ts";
import { foldCapturedHour, type StoredFold } from "./profiles.ts";

/** All that was captured of a window, and from which stored folds it was read. */
export interface WindowProfile {
  readonly profile: Profile;
  readonly folds: readonly InputFile[];
  /** Objects that are known of the window's hours, in the profile or not. */
  readonly countedObjectCount: number;
  readonly foldedObjectCount: number;
}

/** Folds the hours of a window, of one variant or of all together. */
export async function foldCapturedWindow(
  due: Pick<CheckDueDetail, "endpoint" | "variant" | "objectCount">,
  window: Window,
): Promise<WindowProfile> {
  const { endpoint, variant } = due;
  const known = await readCapturedHours(endpoint, window.fromMillis);
  const hours = known.filter(
    (hour) =>
      hour.hourMillis < window.toMillis && (variant === ALL_VARIANTS || hour.variant === variant),
  );
  const stored: Omit<StoredFold, "profile">[] = [];
  const byHour = Map.groupBy(hours, ({ hourMillis }) => hourMillis);
  const profile = await foldWindow(byHour, async (parts) => {
    const folds = await Promise.all(parts.map((part) => foldCapturedHour({ endpoint, ...part })));
    stored.push(...folds.map(({ profile: _, ...fold }) => fold));
    return foldVariants(folds.map((fold) => fold.profile));
  });
  const count = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0);
  const foldedObjectCount = count(stored.map(({ objectIds }) => objectIds.length));
  return {
    profile,
    folds: stored.map(({ location, sha256 }) => ({ location, sha256 })),
    countedObjectCount: Math.max(
      foldedObjectCount + count(stored.map(({ lateObjectIds }) => lateObjectIds.length)),
      count(hours.map(({ objectCount }) => objectCount)),
      due.objectCount ?? 0,
    ),
    foldedObjectCount,
  };
}
