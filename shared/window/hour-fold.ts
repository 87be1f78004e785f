import * as z from "zod/mini";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { decodeProfile, encodeProfile } from "../profile/codec.ts";
import type { Profile } from "../profile/profile.ts";

/** One hour of captures folded, with the objects in it: a set that grew asks for a new fold. */
export interface HourFold {
  /** Ids of the capture objects, ascending. */
  readonly objectIds: readonly string[];
  readonly profile: Profile;
}

const NEWLINE = 10;

const header = z.looseObject({ version: z.literal(1), objectIds: z.array(z.string()) });

/** A line of JSON that names the objects, then the profile. */
export function encodeHourFold({ objectIds, profile }: HourFold): Uint8Array {
  const line = `${JSON.stringify({ version: 1, objectIds: [...objectIds].sort() })}\n`;
  return Buffer.concat([Buffer.from(line), encodeProfile(profile)]);
}

/** @throws MonitoringError `hour-fold-unreadable` */
export function decodeHourFold(bytes: Uint8Array): HourFold {
  const end = bytes.indexOf(NEWLINE);
  try {
    const { objectIds } = header.parse(
      JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))),
    );
    return { objectIds, profile: decodeProfile(bytes.subarray(end + 1)) };
  } catch (cause) {
    throw new MonitoringError(
      "hour-fold-unreadable",
      `profile of an hour: ${bytes.length} bytes: must be a line of JSON, then a profile`,
      { cause },
    );
  }
}
