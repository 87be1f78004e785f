import type { ApprovalRecord } from "../contracts/self-healing/approval.ts";
import type { Ruling } from "./decide.ts";

export type RegistryStatus = "PendingManualApproval" | "Approved" | "Rejected";

/** What the registry says of a version. */
export interface RegistryWord {
  readonly status: RegistryStatus;
  /** Who made it say so: an ARN, a user's name, or `registry` where it does not tell. */
  readonly by: string;
  /** Since when at the latest, ISO 8601. */
  readonly at?: string;
  readonly comment?: string;
}

/** The ruling that somebody made in the registry itself; null when nobody did. */
export function registryRuling(word: RegistryWord, nowMillis: number): Ruling | null {
  const { status, by, comment } = word;
  if (status === "PendingManualApproval") return null;
  const atMillis = Math.min(nowMillis, word.at === undefined ? nowMillis : Date.parse(word.at));
  return {
    state: status === "Approved" ? "approved" : "rejected",
    at: new Date(atMillis).toISOString(),
    ...{ by, through: "registry" },
    ...(comment === undefined ? {} : { comment }),
  };
}

/**
 * What the registry is to be told of a decision; null when there is nothing to tell. A version that was
 * rejected there is never made an approved one again by us.
 */
export function registryStatus(
  { state }: Pick<ApprovalRecord, "state">,
  status: RegistryStatus,
): RegistryStatus | null {
  if (state === "pending") return null;
  if (state === "approved") return status === "PendingManualApproval" ? "Approved" : null;
  return status === "Rejected" ? null : "Rejected";
}
