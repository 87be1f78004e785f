import type {
  ApprovalDecision,
  ApprovalRecord,
  ApprovalState,
} from "../contracts/self-healing/approval.ts";
import type { ApprovalValue } from "../contracts/self-healing/tasks.ts";

/** What somebody wants, or what time has done. */
export interface Ruling extends ApprovalDecision {
  readonly state: Exclude<ApprovalState, "pending">;
}

/** What a ruling does to a record: it is written, or the record stands as it is, and why. */
export type Decided =
  | { readonly changes: true; readonly record: ApprovalRecord }
  | {
      readonly changes: false;
      readonly record: ApprovalRecord;
      readonly why: "already-decided" | "expired" | "evidence-changed" | "run-ended";
    };

/**
 * Applies a ruling. The first one stands, whoever made it and by whatever way; from the expiry on there is
 * only expiry, even when nobody has noted it yet.
 *
 * @param evidenceSha256 of the page that the ruling was made on; absent where none was shown
 */
export function applyRuling(
  record: ApprovalRecord,
  { state, ...decided }: Ruling,
  evidenceSha256?: string,
): Decided {
  if (record.state !== "pending") return { changes: false, record, why: "already-decided" };
  const isOver = Date.parse(decided.at) >= Date.parse(record.openUntil);
  if (isOver !== (state === "expired")) return { changes: false, record, why: "expired" };
  if (evidenceSha256 !== undefined && evidenceSha256 !== record.evidenceSha256) {
    return { changes: false, record, why: "evidence-changed" };
  }
  return { changes: true, record: { ...record, state, decided } };
}

/** What the state machine gets to know; null while nobody has decided. */
export function approvalValue(record: ApprovalRecord): ApprovalValue | null {
  const { state, decided } = record;
  if (state === "pending" || decided === undefined) return null;
  const comment = decided.comment === undefined ? "" : `: ${decided.comment}`;
  const reason =
    state === "expired"
      ? `nobody decided until ${record.openUntil}`
      : `${state} by ${decided.by} at ${decided.at}${comment}`;
  return { outcome: state, reason };
}

/** So long before nobody can decide any more people are told again; a shorter time asks once. */
const REMINDER_MILLIS = 86_400_000;

export function isReminderDue(record: ApprovalRecord, nowMillis: number): boolean {
  const { state, requestedAt, openUntil, remindedAt } = record;
  if (state !== "pending" || remindedAt !== undefined) return false;
  const dueMillis = Date.parse(openUntil) - REMINDER_MILLIS;
  return dueMillis > Date.parse(requestedAt) && nowMillis >= dueMillis;
}
